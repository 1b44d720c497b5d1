"""Wires the sound of calls to the settings page: devices, their choice, the test; main thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QTimer

from agent_desk.domain.rights import Right
from agent_desk.domain.sound import (
    AudioChoice,
    AudioDevices,
    AudioDevicesChangedEvent,
    LevelsMeasuredEvent,
)
from agent_desk.services.call_control import CallsChangedEvent
from agent_desk.settings import Settings
from ui.presenters.context import Context
from ui.presenters.device_notices import DeviceNotices

if TYPE_CHECKING:
    from ui.sound.section import SoundSection

TEST_MS: Final = 30_000
"""A test that is forgotten ends by itself: nobody wants to hear themselves all day."""


class SoundPresenter(QObject):
    """Uses the devices of the settings from the start, and serves the section when it is there."""

    def __init__(self, *, context: Context, settings: Callable[[], Settings]) -> None:
        """Choose what ``settings`` say now; they tell later what is missing in a call."""
        super().__init__()
        self._context = context
        self._sound = context.desk.sound
        self._section: SoundSection | None = None
        self._in_call = False
        self._is_testing = False
        self._end = QTimer(self)
        self._end.setSingleShot(True)
        self._end.setInterval(TEST_MS)
        self._end.timeout.connect(partial(self._test, False))
        bridge = context.bridge
        bridge.subscribe(AudioDevicesChangedEvent, self._on_devices)
        bridge.subscribe(LevelsMeasuredEvent, self._on_levels)
        bridge.subscribe(CallsChangedEvent, self._on_calls)
        self._notices = DeviceNotices(context=context, settings=settings)
        chosen = settings()
        self._choose(AudioChoice(microphone=chosen.microphone, speaker=chosen.speaker))
        self.follow(chosen)
        context.ask(self._devices, self._notices.show)

    def follow(self, settings: Settings) -> None:
        """Let the agent hear it when another call rings during one, or not, as it is set now."""
        self._context.ask(partial(self._sound.tell_waiting, settings.call_waiting_tone))

    def serve(self, section: SoundSection) -> None:
        """Let ``section`` show and choose; its test ends when it is left."""
        self._section = section
        section.setVisible(self._context.desk.access.may(Right.TAKE_CALLS))
        section.choice_changed.connect(self._choose)
        section.test_wanted.connect(self._test)
        section.installEventFilter(self)
        section.set_in_call(self._in_call)
        self._context.ask(self._devices, self._show, owner=section)

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.Hide:
            self._test(False)
        return super().eventFilter(watched, event)

    async def _devices(self) -> AudioDevices | None:
        """Return what is plugged in, None at a desk whose calls are simulated."""
        real = self._context.desk.line.registration() is not None
        return self._sound.devices() if real else None

    def _show(self, devices: AudioDevices | None) -> None:
        if self._section is None:
            return
        self._section.set_simulated(devices is None)
        if devices is not None:
            self._section.show_devices(devices)

    def _choose(self, choice: AudioChoice) -> None:
        self._context.ask(partial(self._sound.choose, choice))

    def _test(self, on: bool) -> None:
        if on == self._is_testing:
            return
        self._is_testing = on
        if on:
            self._end.start()
        else:
            self._end.stop()
        if self._section is not None:
            self._section.set_testing(on)
        self._context.ask(partial(self._sound.test_sound, on))

    def _on_devices(self, event: AudioDevicesChangedEvent) -> None:
        if self._section is not None:
            self._section.show_devices(event.devices)

    def _on_levels(self, event: LevelsMeasuredEvent) -> None:
        if self._section is not None and self._is_testing:
            self._section.show_level(event.microphone)

    def _on_calls(self, event: CallsChangedEvent) -> None:
        self._in_call = bool(event.calls)
        if self._in_call:
            self._test(False)
        if self._section is not None:
            self._section.set_in_call(self._in_call)
