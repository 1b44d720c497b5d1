"""Plays the ring tone on the chosen output, again and again until stopped; main thread."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QIODevice, QObject, QTimer

from ui.calls.ring_output import ring_outputs
from ui.calls.ring_tone import PAUSE_SECONDS, RING_SECONDS, interleaved, ring_samples

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QAudioDevice, QAudioFormat, QAudioSink

logger = logging.getLogger(__name__)

FEED_MS: Final = 100
"""How often the rest of a ring is handed to a device that took only a part of it."""


class RingPlayer(QObject):
    """Rings `RING_SECONDS` on, `PAUSE_SECONDS` off.

    Every ring looks for its output anew and opens it for itself: Qt does not tell everywhere that
    a device was unplugged, and one put in during a ring shall be heard from the next one on. What
    cannot be opened gives way to the system's own output, and that to any other.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._volume = 0.7
        self._output = ""
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

    def set_output(self, output: str) -> None:
        """Ring on the output of this id from the next ring on, "" for the system's own."""
        self._output = output

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
        first = next(ring_outputs(self._output), None)
        if first is not None:
            self._ring(first[1])

    def ring_once(self) -> None:
        """Play one ring; without an output stay silent and log it once at INFO."""
        self._close()
        if any(self._open(device, shape) for device, shape in ring_outputs(self._output)):
            self._said_silent = False
            self._push()
        elif not self._said_silent:
            self._said_silent = True
            logger.info("no usable sound output: calls ring on screen only")

    def _open(self, device: QAudioDevice, shape: QAudioFormat) -> bool:
        from PySide6.QtMultimedia import QAudioSink, QtAudio

        ring = self._ring(shape)
        sink = QAudioSink(device, shape, self)
        # The whole ring fits: a window that is busy for a moment does not make it stutter.
        sink.setBufferSize(len(ring))
        sink.setVolume(_linear(self._volume))
        stream = sink.start()
        if sink.error() != QtAudio.Error.NoError:
            logger.info("%s cannot be rung on", device.description())
            sink.deleteLater()
            return False
        self._sink, self._stream, self._rest = sink, stream, ring
        return True

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


def _linear(volume: float) -> float:
    """Return the amplitude for a loudness as ears judge it."""
    from PySide6.QtMultimedia import QtAudio

    scale = QtAudio.VolumeScale
    return QtAudio.convertVolume(volume, scale.LogarithmicVolumeScale, scale.LinearVolumeScale)
