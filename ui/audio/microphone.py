"""The stream of one microphone; Qt's thread of the media process."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QIODevice, QObject, Slot
from PySide6.QtMultimedia import QAudioDevice, QAudioFormat, QAudioSource, QtAudio

from ui.audio.device_format import format_for, from_device
from ui.audio.heard import Heard
from ui.audio.stream import MICROPHONE_MS, Moving, is_open


class Microphone(QObject):
    """Puts what a device hears into ``heard``."""

    def __init__(self, heard: Heard, parent: QObject | None = None) -> None:
        """Nothing is opened yet."""
        super().__init__(parent)
        self._heard = heard
        self._source: QAudioSource | None = None
        self._stream: QIODevice | None = None
        self._convert: Callable[[bytes], array[int]] | None = None
        self._moving = Moving()

    def open(self, device: QAudioDevice) -> bool:
        """Hear ``device`` from now on; return whether it could be opened."""
        self.close()
        shape = format_for(device)
        source = _source(device, shape, self)
        stream = source.start()
        if not is_open(stream, source.error()):
            source.deleteLater()
            return False
        self._source, self._stream = source, stream
        self._convert = from_device(shape)
        self._heard.begin()
        self._moving.begin(monotonic())
        stream.readyRead.connect(self._read)
        return True

    def close(self) -> None:
        """Let go of the device."""
        source, self._source, self._stream = self._source, None, None
        if source is not None:
            source.stop()
            source.deleteLater()
            self._heard.begin()

    def is_stalled(self) -> bool:
        """Return whether an open device has delivered nothing for too long, or has ended."""
        source = self._source
        if source is None:
            return False
        if source.state() == QtAudio.State.StoppedState:
            return True
        return self._moving.is_stalled(monotonic())

    def has_moved(self) -> bool:
        """Return whether anything came since the device was opened."""
        return self._moving.has_moved

    def can_open(self, device: QAudioDevice) -> bool:
        """Return whether ``device`` is there, by opening it a second time for a moment."""
        probe = _source(device, format_for(device))
        stream = probe.start()
        there = is_open(stream, probe.error())
        probe.stop()
        return there

    @Slot()
    def _read(self) -> None:
        if self._stream is None or self._convert is None:
            return
        octets = self._stream.readAll().data()
        if octets:
            self._moving.moved(monotonic())
            self._heard.put(self._convert(bytes(octets)))


def _source(
    device: QAudioDevice, shape: QAudioFormat, parent: QObject | None = None
) -> QAudioSource:
    """Return a source of small delay; all of one device want the same, or it would stumble."""
    source = QAudioSource(device, shape, parent)
    source.setBufferSize(shape.bytesForDuration(1000 * MICROPHONE_MS))
    return source
