"""The sound of a scripted switch's calls: says what the test wants; runs on the test's loop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from agent_desk.domain.sound import (
    AudioChoice,
    AudioDevices,
    AudioDevicesChangedEvent,
    SoundEvent,
)
from agent_desk.ports.switch import Switch
from telephony.simulator.media import SimulatedMedia


class ScriptedMedia(SimulatedMedia):
    """`ports.media.Media` that also tells what a test makes up.

    plugged: its devices. choices, tests: what was asked of it so far. tells_waiting: as was asked
    last, None before.
    """

    def __init__(self, switch: Switch, *, now: Callable[[], datetime]) -> None:
        """Have no devices."""
        super().__init__(switch, now=now)
        self.plugged = AudioDevices()
        self.choices: list[AudioChoice] = []
        self.tests: list[bool] = []
        self.tells_waiting: bool | None = None

    def tell(self, event: SoundEvent) -> None:
        """Send ``event`` to every listener."""
        self._listeners.tell(event)

    def plug(self, devices: AudioDevices) -> None:
        """Have ``devices`` from now on, and tell of them."""
        self.plugged = devices
        self._listeners.tell(AudioDevicesChangedEvent(devices=devices))

    def devices(self) -> AudioDevices:
        """Return what the test has plugged in."""
        return self.plugged

    async def choose(self, choice: AudioChoice) -> None:
        """Remember ``choice``."""
        self.choices.append(choice)

    async def tell_waiting(self, on: bool) -> None:
        """Remember it."""
        self.tells_waiting = on

    async def test_sound(self, on: bool) -> None:
        """Remember it."""
        self.tests.append(on)
