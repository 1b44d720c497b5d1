"""The outputs of this machine on which the desk can ring; main thread.

QtMultimedia is loaded on the first use only: it costs start-up time, and a desk whose sound
never rings needs none of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from agent_desk.domain.sound import AudioDevice
from ui.quiet_loading import quiet_loading

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QAudioDevice, QAudioFormat

SAMPLE_RATE_HZ: Final = 48_000


class RingOutputs(QObject):
    """What can be rung on. changed: an output was plugged in or, where the system tells, out."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin to watch; this loads the sound system."""
        super().__init__(parent)
        with quiet_loading():
            from PySide6.QtMultimedia import QMediaDevices

            self._system = QMediaDevices(self)
        self._system.audioOutputsChanged.connect(self.changed)

    def devices(self) -> tuple[AudioDevice, ...]:
        """Return what is plugged in as far as the system tells."""
        return tuple(
            AudioDevice(id=output_id(x), name=x.description(), is_default=x.isDefault())
            for x in self._system.audioOutputs()
        )


def ring_outputs(chosen: str) -> Iterator[tuple[QAudioDevice, QAudioFormat]]:
    """Yield the outputs that can play 16-bit samples, and how: ``chosen``, the default, any."""
    with quiet_loading():
        from PySide6.QtMultimedia import QMediaDevices

        devices = QMediaDevices.audioOutputs()
    for device in sorted(devices, key=lambda x: (output_id(x) != chosen, not x.isDefault())):
        shape = _format_for(device)
        if shape is not None:
            yield device, shape


def output_id(device: QAudioDevice) -> str:
    """Return the system's id of ``device``."""
    return bytes(device.id().data()).decode(errors="replace")


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
