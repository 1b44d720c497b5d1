"""The sound card of real calls: devices on Qt's thread, frames for the engine on its own.

A SoundCard of telephony/webrtc/sound_card.py. Every method is called on the engine's thread and
returns at once.
"""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtMultimedia import QMediaDevices

from agent_desk.domain.sound import AudioChoice, AudioDevices
from ui.audio.heard import Heard
from ui.audio.microphone import Microphone
from ui.audio.played import Played
from ui.audio.side import Side
from ui.audio.speaker import Speaker

_Told = Callable[[AudioDevices, str], None]

WATCH_MS: Final = 200
"""How often an open card looks whether its devices still move."""

LOOKS: Final = 5
"""Every so many of these it also looks whether they are there, and whether a better one is."""


class QtSoundCard:
    """The engine's end of the devices."""

    def __init__(self, devices: DeviceDesk) -> None:
        """``devices`` lives on Qt's thread."""
        self._devices = devices

    def start(self, on_change: _Told) -> None:
        """Watch devices; ``on_change`` is called on this thread's asyncio loop.

        It hears what is there, what is in use, and the names of what cannot be opened.
        """
        loop = asyncio.get_running_loop()

        def tell(devices: AudioDevices, failed: str) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(on_change, devices, failed)

        self._devices.started.emit(tell)

    def stop(self) -> None:
        """Close everything."""
        self._devices.stopped.emit()

    def choose(self, choice: AudioChoice) -> None:
        """Use these devices, at once when the card is open."""
        self._devices.chosen.emit(choice)

    def open(self) -> None:
        """Begin to hear and to play; does nothing when it is open."""
        self._devices.opened.emit()

    def close(self) -> None:
        """Let go of the devices until they are wanted again."""
        self._devices.closed.emit()

    def take(self) -> array[int]:
        """Return the next 20 ms of the microphone, silence where none came."""
        return self._devices.heard.take()

    def play(self, samples: array[int]) -> None:
        """Play the next 20 ms; what is too late for the device is dropped."""
        self._devices.played.play(samples)
        self._devices.fed.emit()


class DeviceDesk(QObject):
    """Microphone and speaker with all that Qt wants to be done on its own thread.

    The signals carry the engine's wishes over; whatever thread emits them.
    """

    started = Signal(object)
    stopped = Signal()
    chosen = Signal(object)
    opened = Signal()
    closed = Signal()
    fed = Signal()
    finished = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Look at the devices; nothing is opened."""
        super().__init__(parent)
        self.heard = Heard()
        self.played = Played()
        self._speaker = Speaker(self.played, self)
        microphone = Microphone(self.heard, self)
        self._system = QMediaDevices(self)
        self._inputs = Side(stream=microphone, listed=QMediaDevices.audioInputs)
        self._outputs = Side(stream=self._speaker, listed=QMediaDevices.audioOutputs)
        self._tell: _Told | None = None
        self._told: tuple[AudioDevices, str] | None = None
        self._ticks = 0
        self._watch = QTimer(self)
        self._watch.setInterval(WATCH_MS)
        self._watch.timeout.connect(self._look)
        self._connect()

    def card(self) -> QtSoundCard:
        """Return the engine's end."""
        return QtSoundCard(self)

    @Slot(object)
    def start(self, tell: _Told) -> None:
        """Tell ``tell`` what there is, and what changes."""
        self._tell = tell
        self._told = None
        self._report()

    @Slot()
    def stop(self) -> None:
        """Close everything and tell nobody any more."""
        self.close()
        self._tell = None

    @Slot(object)
    def choose(self, choice: AudioChoice) -> None:
        """Use these devices from now on."""
        self._inputs.choose(choice.microphone)
        self._outputs.choose(choice.speaker)
        self._report()

    @Slot()
    def open(self) -> None:
        """Begin to hear and to play."""
        if self._watch.isActive():
            return
        self._watch.start()
        self._inputs.open()
        self._outputs.open()
        self._report()

    @Slot()
    def close(self) -> None:
        """Let go of the devices."""
        self._watch.stop()
        self._inputs.close()
        self._outputs.close()
        self._report()

    def _connect(self) -> None:
        self.started.connect(self.start)
        self.stopped.connect(self.stop)
        self.chosen.connect(self.choose)
        self.opened.connect(self.open)
        self.closed.connect(self.close)
        self.fed.connect(self._speaker.feed)
        self._system.audioInputsChanged.connect(self._on_inputs)
        self._system.audioOutputsChanged.connect(self._on_outputs)

    @Slot()
    def _on_inputs(self) -> None:
        self._inputs.plugged()
        self._report()

    @Slot()
    def _on_outputs(self) -> None:
        self._outputs.plugged()
        self._report()

    @Slot()
    def _look(self) -> None:
        self._ticks += 1
        for side in (self._inputs, self._outputs):
            side.watch()
            if self._ticks % LOOKS == 0:
                side.look()
        self._report()

    def _report(self) -> None:
        if self._tell is None:
            return
        devices = AudioDevices(
            microphones=self._inputs.devices(),
            speakers=self._outputs.devices(),
            microphone_in_use=self._inputs.in_use,
            speaker_in_use=self._outputs.in_use,
            microphone_refused=self._inputs.refused,
            speaker_refused=self._outputs.refused,
        )
        failed = ", ".join(filter(None, (devices.microphone_refused, devices.speaker_refused)))
        if (devices, failed) != self._told:
            self._told = (devices, failed)
            self._tell(devices, failed)
