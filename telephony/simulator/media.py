"""The media port on the simulated floor, where nobody makes a sound; runs on `desk-loop`."""

from __future__ import annotations

from agent_desk.domain.errors import UnknownCallError
from agent_desk.domain.identifiers import CallId
from agent_desk.ports.switch import Switch


class SimulatedMedia:
    """`agent_desk.ports.media.Media` for the calls of a switch."""

    def __init__(self, switch: Switch) -> None:
        """Know the calls that ``switch`` knows."""
        self._switch = switch
        self._muted: set[CallId] = set()

    async def set_muted(self, call_id: CallId, muted: bool) -> None:
        """Stop or resume sending the microphone; raises UnknownCallError."""
        calls = self._switch.connections()
        if call_id not in calls:
            raise UnknownCallError(call_id=call_id)
        self._muted &= calls.keys()
        if muted:
            self._muted.add(call_id)
        else:
            self._muted.discard(call_id)

    def is_muted(self, call_id: CallId) -> bool:
        """Return whether the far end hears nothing; False for a call that is gone."""
        return call_id in self._muted and call_id in self._switch.connections()
