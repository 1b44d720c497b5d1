"""The stream of one speaker; Qt's thread of the media process."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QIODevice, QObject, Slot
from PySide6.QtMultimedia import QAudioDevice, QAudioFormat, QAudioSink, QtAudio

from ui.audio.device_format import format_for, to_device
from ui.audio.played import Played
from ui.audio.stream import SPEAKER_MS, Moving, is_open


class Speaker(QObject):
    """Hands what waits in ``played`` to a device."""

    def __init__(self, played: Played, parent: QObject | None = None) -> None:
        """Nothing is opened yet."""
        super().__init__(parent)
        self._played = played
        self._sink: QAudioSink | None = None
        self._stream: QIODevice | None = None
        self._convert: Callable[[array[int]], bytes] | None = None
        self._shape = QAudioFormat()
        self._rest = b""
        self._free = 0
        self._is_filled = False
        self._moving = Moving()

    def open(self, device: QAudioDevice) -> bool:
        """Play on ``device`` from now on; return whether it could be opened."""
        self.close()
        self._shape = format_for(device)
        sink = _sink(device, self._shape, self)
        stream = sink.start()
        if not is_open(stream, sink.error()):
            sink.deleteLater()
            return False
        self._sink, self._stream = sink, stream
        self._convert = to_device(self._shape)
        self._rest = b""
        self._free = sink.bytesFree()
        self._is_filled = False
        self._played.begin()
        self._moving.begin(monotonic())
        return True

    def close(self) -> None:
        """Let go of the device."""
        sink, self._sink, self._stream = self._sink, None, None
        if sink is not None:
            sink.stop()
            sink.deleteLater()

    def is_stalled(self) -> bool:
        """Return whether an open device plays nothing of what waits for it, or has ended."""
        sink = self._sink
        if sink is None:
            return False
        if sink.state() == QtAudio.State.StoppedState:
            return True
        self._look(sink)
        return self._moving.is_stalled(monotonic())

    def has_moved(self) -> bool:
        """Return whether the device has played anything since it was opened."""
        return self._moving.has_moved

    def can_open(self, device: QAudioDevice) -> bool:
        """Return whether ``device`` is there, by opening it a second time for a moment."""
        probe = _sink(device, format_for(device))
        stream = probe.start()
        there = is_open(stream, probe.error())
        probe.stop()
        return there

    @Slot()
    def feed(self) -> None:
        """Hand over what waits, as much as there is room."""
        sink, stream, convert = self._sink, self._stream, self._convert
        if sink is None or stream is None or convert is None:
            return
        self._look(sink)
        if self._is_filled and not self._moving.has_moved:
            self._played.skip()
        self._push(sink, stream)
        while not self._rest and (samples := self._played.next(self._waiting(sink))) is not None:
            self._rest = convert(samples)
            self._push(sink, stream)
            self._is_filled = True

    def _push(self, sink: QAudioSink, stream: QIODevice) -> None:
        room = min(len(self._rest), sink.bytesFree())
        if room > 0:
            written = stream.write(self._rest[:room])
            self._rest = self._rest[max(0, written) :]
        self._free = sink.bytesFree()

    def _waiting(self, sink: QAudioSink) -> int:
        """Return how many of the card's samples wait in the device."""
        octets = sink.bufferSize() - sink.bytesFree() + len(self._rest)
        return self._shape.durationForBytes(octets) * 48 // 1000

    def _look(self, sink: QAudioSink) -> None:
        """Notice whether the device has taken anything since it was looked at last."""
        free = sink.bytesFree()
        if free > self._free:
            self._moving.moved(monotonic())
        elif free >= sink.bufferSize():
            self._moving.rest(monotonic())
        self._free = free


def _sink(device: QAudioDevice, shape: QAudioFormat, parent: QObject | None = None) -> QAudioSink:
    """Return a sink of small delay; all of one device want the same, or it would stumble."""
    sink = QAudioSink(device, shape, parent)
    sink.setBufferSize(shape.bytesForDuration(1000 * SPEAKER_MS))
    return sink
