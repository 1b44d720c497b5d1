"""Says above the page, in a call, which device is missing and what is used instead; main thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from agent_desk.domain.sound import AudioDevices, AudioDevicesChangedEvent
from agent_desk.services.call_control import CallsChangedEvent
from agent_desk.settings import Settings
from ui.presenters.context import Context
from ui.sound.words import CALL_KINDS, DeviceKind, call_device_words

_KEY = "sound."


class DeviceNotices(QObject):
    """Whoever loses a headset in a call looks at the customer's card, not at the settings.

    Between calls nothing is said: many take the headset with them.
    """

    def __init__(self, *, context: Context, settings: Callable[[], Settings]) -> None:
        """``settings`` tells which devices are chosen."""
        super().__init__()
        self._context = context
        self._settings = settings
        self._devices: AudioDevices | None = None
        self._in_call = False
        context.bridge.subscribe(AudioDevicesChangedEvent, self._on_devices)
        context.bridge.subscribe(CallsChangedEvent, self._on_calls)

    def show(self, devices: AudioDevices | None) -> None:
        """Know ``devices`` from now on; None where calls need none."""
        self._devices = devices
        self._say()

    def _on_devices(self, event: AudioDevicesChangedEvent) -> None:
        self.show(event.devices)

    def _on_calls(self, event: CallsChangedEvent) -> None:
        self._in_call = bool(event.calls)
        self._say()

    def _say(self) -> None:
        said: set[str] = set()
        for kind in CALL_KINDS:
            text = self._text(kind)
            if text and text not in said:
                self._context.notify(_KEY + kind, text, "warning")
            else:
                self._context.notices.clear(_KEY + kind)
            said.add(text)

    def _text(self, kind: DeviceKind) -> str:
        if self._devices is None or not self._in_call:
            return ""
        settings = self._settings()
        return call_device_words(
            kind,
            devices=self._devices,
            chosen=getattr(settings, kind),
            name=getattr(settings, f"{kind}_name"),
        )
