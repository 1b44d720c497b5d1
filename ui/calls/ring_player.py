"""Plays the ring tone on the default output, again and again until stopped; main thread.

QtMultimedia is imported on the first use only: it costs start-up time, and a desk whose sound
never rings needs none of it.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QIODevice, QObject, QTimer

from ui.calls.ring_tone import PAUSE_SECONDS, RING_SECONDS, interleaved, ring_samples
from ui.quiet_loading import quiet_loading

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QAudioDevice, QAudioFormat, QAudioSink

logger = logging.getLogger(__name__)

SAMPLE_RATE_HZ: Final = 48_000
FEED_MS: Final = 100
"""How often the rest of a ring is handed to a device that took only a part of it."""


class RingPlayer(QObject):
    """Rings `RING_SECONDS` on, `PAUSE_SECONDS` off.

    Every ring looks for the default output anew and opens it for itself: Qt never tells that a
    device was unplugged, and a headset put in during a ring shall be heard from the next one on.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._volume = 0.7
        self._sink: QAudioSink | None = None
        self._stream: QIODevice | None = None
        self._rest = b""
        self._rings: dict[tuple[int, int], bytes] = {}
        self._said_silent = False
        self._cycle = QTimer(self)
        self._cycle.setInterval(round((RING_SECONDS + PAUSE_SECONDS) * 1000))
        self._cycle.timeout.connect(self.ring_once)
        self._feed = QTimer(self)
        self._feed.setInterval(FEED_MS)
        self._feed.timeout.connect(self._push)

    def set_volume(self, percent: int) -> None:
        """Set the loudness, 0 to 100; also of a ring that sounds now."""
        self._volume = max(0, min(100, percent)) / 100
        if self._sink is not None:
            self._sink.setVolume(_linear(self._volume))

    def start(self) -> None:
        """Ring until `stop`; nothing when it rings already."""
        if self._cycle.isActive():
            return
        self._cycle.start()
        self.ring_once()

    def stop(self) -> None:
        """Be silent at once."""
        self._cycle.stop()
        self._close()

    def is_ringing(self) -> bool:
        """Return whether it rings or pauses between two rings."""
        return self._cycle.isActive()

    def prepare(self) -> None:
        """Load the sound system and compute the tone, so that the first ring is not late."""
        device = _default_output()
        audio_format = None if device.isNull() else _format_for(device)
        if audio_format is not None:
            self._ring(audio_format)

    def ring_once(self) -> None:
        """Play one ring; without an output stay silent and log it once at INFO."""
        self._close()
        device = _default_output()
        audio_format = None if device.isNull() else _format_for(device)
        if audio_format is None:
            self._say_silent(device)
            return
        self._said_silent = False
        self._rest = self._ring(audio_format)
        from PySide6.QtMultimedia import QAudioSink

        self._sink = QAudioSink(device, audio_format, self)
        # The whole ring fits: a window that is busy for a moment does not make it stutter.
        self._sink.setBufferSize(len(self._rest))
        self._sink.setVolume(_linear(self._volume))
        self._stream = self._sink.start()
        self._push()

    def _ring(self, audio_format: QAudioFormat) -> bytes:
        shape = (audio_format.sampleRate(), audio_format.channelCount())
        if shape not in self._rings:
            self._rings[shape] = interleaved(ring_samples(shape[0]), shape[1]).tobytes()
        return self._rings[shape]

    def _push(self) -> None:
        if self._stream is None or self._sink is None:
            return
        room = self._sink.bytesFree()
        if room > 0:
            written = self._stream.write(self._rest[:room])
            self._rest = self._rest[max(0, written) :]
        if self._rest:
            self._feed.start()
        else:
            self._feed.stop()

    def _close(self) -> None:
        self._feed.stop()
        self._rest = b""
        self._stream = None
        if self._sink is not None:
            self._sink.stop()
            self._sink.deleteLater()
            self._sink = None

    def _say_silent(self, device: QAudioDevice) -> None:
        if self._said_silent:
            return
        self._said_silent = True
        name = device.description() or "none"
        logger.info("no usable sound output (%s): calls ring on screen only", name)


def _default_output() -> QAudioDevice:
    """Return the output to ring on, null without one; the first call loads the sound system."""
    with quiet_loading():
        from PySide6.QtMultimedia import QMediaDevices

        return QMediaDevices.defaultAudioOutput()


def _format_for(device: QAudioDevice) -> QAudioFormat | None:
    """Return 16-bit samples in a shape that ``device`` plays, None when it plays none."""
    from PySide6.QtMultimedia import QAudioFormat

    wanted = QAudioFormat()
    wanted.setSampleFormat(QAudioFormat.SampleFormat.Int16)
    wanted.setSampleRate(SAMPLE_RATE_HZ)
    wanted.setChannelCount(1)
    if device.isFormatSupported(wanted):
        return wanted
    preferred = device.preferredFormat()
    wanted.setSampleRate(preferred.sampleRate())
    wanted.setChannelCount(preferred.channelCount())
    return wanted if device.isFormatSupported(wanted) else None


def _linear(volume: float) -> float:
    """Return the amplitude for a loudness as ears judge it."""
    from PySide6.QtMultimedia import QtAudio

    scale = QtAudio.VolumeScale
    return QtAudio.convertVolume(volume, scale.LogarithmicVolumeScale, scale.LinearVolumeScale)
