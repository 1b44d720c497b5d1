"""The sound of a scripted switch's calls: says what the test wants; runs on the test's loop."""

from __future__ import annotations

from agent_desk.domain.sound import SoundEvent
from telephony.simulator.media import SimulatedMedia


class ScriptedMedia(SimulatedMedia):
    """`ports.media.Media` that also tells what a test makes up."""

    def tell(self, event: SoundEvent) -> None:
        """Send ``event`` to every listener."""
        self._tell(event)
