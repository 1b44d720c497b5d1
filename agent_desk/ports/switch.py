"""The telephone switch as one desk uses it: CSTA services out, CSTA events in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from agent_desk.domain.acd import DirectoryNumber, QueueStatus
from agent_desk.domain.agent import AgentState, AgentStateChangedEvent, AgentStatus, NotReadyReason
from agent_desk.domain.call import LocalConnectionState
from agent_desk.domain.call_events import CallEvent
from agent_desk.domain.identifiers import AgentId, CallId, DeviceId

SwitchEvent = CallEvent | AgentStateChangedEvent
SwitchListener = Callable[[SwitchEvent], None]


class Switch(Protocol):
    """Call control of one monitored device (ECMA-269 s. 17) and its agent (s. 22).

    Everything runs on the `desk-loop` thread. Events reach listeners first in, first out, each
    before the service that caused it returns or later, never before the service was asked for.
    A service raises UnknownCallError for a call that is gone, CallStateError when the call's
    state forbids it, DestinationError or InvalidNumberError for a number that has no way, and
    has then changed nothing.
    """

    @property
    def device(self) -> DeviceId:
        """The desk's own device."""
        ...

    def subscribe(self, listener: SwitchListener) -> Callable[[], None]:
        """Send every further event to ``listener``; return how to stop that."""
        ...

    async def start(self) -> None:
        """Begin to take and report calls."""
        ...

    async def stop(self) -> None:
        """Clear the desk's calls, log its agent off and release everything."""
        ...

    def connections(self) -> dict[CallId, LocalConnectionState]:
        """Return the switch's truth about the desk's calls, for reconciliation."""
        ...

    def queue_statuses(self) -> Sequence[QueueStatus]:
        """Return the queues that this desk serves, in the switch's order; cheap."""
        ...

    def directory(self) -> Sequence[DirectoryNumber]:
        """Return who and what can be dialled inside the house, in the switch's order."""
        ...

    async def log_on(self, agent_id: AgentId) -> None:
        """Sign the agent on at this device; becomes NOT_READY with reason LOGGED_ON."""
        ...

    async def log_off(self) -> None:
        """Sign the agent off; raises AgentStateError during a call."""
        ...

    async def set_agent_state(
        self, target: AgentState, reason: NotReadyReason = NotReadyReason.NONE
    ) -> None:
        """Ask for READY or NOT_READY; during a call it is pending. Raises AgentStateError.

        WORKING_AFTER_CALL during after-call work renews the time limit of that.
        """
        ...

    def agent_status(self) -> AgentStatus | None:
        """Return the switch's truth about the agent, None when nobody is logged on."""
        ...

    async def make_call(self, dial_string: str) -> CallId:
        """Call ``dial_string`` (E.164 or an extension); return the new call's id."""
        ...

    async def answer_call(self, call_id: CallId) -> None:
        """Answer an ALERTING call."""
        ...

    async def hold_call(self, call_id: CallId) -> None:
        """Put a CONNECTED call on hold."""
        ...

    async def retrieve_call(self, call_id: CallId) -> None:
        """Take a call back from HOLD."""
        ...

    async def clear_connection(self, call_id: CallId) -> None:
        """Leave the call; in ALERTING this rejects it (back to its queue)."""
        ...

    async def consultation_call(self, active: CallId, dial_string: str) -> CallId:
        """Hold ``active`` and call ``dial_string``; return the new call's id."""
        ...

    async def alternate_call(self, active: CallId, held: CallId) -> None:
        """Swap: ``active`` goes on hold, ``held`` becomes connected."""
        ...

    async def reconnect_call(self, active: CallId, held: CallId) -> None:
        """Clear ``active`` (the consultation) and retrieve ``held``."""
        ...

    async def transfer_call(self, active: CallId, held: CallId) -> None:
        """Connect the far ends of both calls and leave (attended, also while it rings)."""
        ...

    async def single_step_transfer_call(self, active: CallId, dial_string: str) -> None:
        """Send ``active`` to ``dial_string`` without asking there first, and leave."""
        ...

    async def conference_call(self, active: CallId, held: CallId) -> CallId:
        """Join both calls into one of three parties; return the id that lives on."""
        ...

    async def deflect_call(self, call_id: CallId, dial_string: str) -> None:
        """Send an ALERTING call on to ``dial_string`` unanswered."""
        ...

    async def generate_digits(self, call_id: CallId, digits: str) -> None:
        """Send DTMF ``digits`` (RFC 4733) in a CONNECTED call; raises InvalidDigitsError."""
        ...
