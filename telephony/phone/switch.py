"""The switch port on a SIP telephone; runs on the `desk-loop` thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from agent_desk.domain.acd import DirectoryNumber, QueueStatus
from agent_desk.domain.agent import AgentState, AgentStatus, NotReadyReason
from agent_desk.domain.call import (
    CallService,
    LocalConnectionState,
    allowed_services,
    require_service,
)
from agent_desk.domain.errors import (
    CallStateError,
    LineAwayError,
    SwitchError,
)
from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.identifiers import AgentId, CallId, DeviceId, parse_digits
from agent_desk.ports.switch import SwitchListener
from telephony.desk.event_feed import EventFeed
from telephony.phone.dial_plan import DialPlan
from telephony.phone.phone_call import PhoneCall
from telephony.phone.queue_counts import QueueCounts
from telephony.phone.station import Station
from telephony.phone.switchboard import Switchboard
from telephony.phone.telephone import Telephone

_log = logging.getLogger(__name__)

CONNECTED = LocalConnectionState.CONNECTED
HOLD = LocalConnectionState.HOLD
MOST_LEGS = 2
"""A conference has three parties, the desk among them."""


class SipSwitch:
    """`agent_desk.ports.switch.Switch` for a desk with a line at a real exchange.

    Every service checks, then asks the far side, and returns when that has agreed.
    """

    def __init__(
        self,
        *,
        station: Station,
        board: Switchboard,
        telephone: Telephone,
        plan: DialPlan,
        queues: QueueCounts,
        feed: EventFeed,
    ) -> None:
        """Take no calls until `start`."""
        self._station = station
        self._board = board
        self._telephone = telephone
        self._plan = plan
        self._queues = queues
        self._feed = feed

    @property
    def device(self) -> DeviceId:
        """The desk's own number: the account's user."""
        return self._board.device

    def subscribe(self, listener: SwitchListener) -> Callable[[], None]:
        """Send every further event to ``listener``; return how to stop that."""
        return self._feed.subscribe(listener)

    async def start(self) -> None:
        """Look for the exchange and take calls; what is wrong there is told, never raised."""
        await self._station.start()

    async def stop(self) -> None:
        """End the desk's calls, log its agent off and take the registration back."""
        for call in list(self._board.calls.values()):
            self._station.drop(call)
        if self._board.agent.status is not None:
            self._board.agent.log_off(has_calls=False)
        await self._station.stop()

    def connections(self) -> dict[CallId, LocalConnectionState]:
        """Return the state of each of the desk's calls."""
        return {call_id: call.state for call_id, call in self._board.calls.items()}

    def queue_statuses(self) -> Sequence[QueueStatus]:
        """Return the account's queues with what this desk had of them today."""
        return self._queues.statuses()

    def directory(self) -> Sequence[DirectoryNumber]:
        """Return the account's directory, then its queues that can be dialled."""
        return self._plan.directory()

    # The agent

    async def log_on(self, agent_id: AgentId) -> None:
        """Sign the agent on; raises AgentStateError when somebody is signed on."""
        self._board.agent.log_on(agent_id)
        self._board.settle()

    async def log_off(self) -> None:
        """Sign the agent off; raises AgentStateError during a call."""
        self._board.agent.log_off(has_calls=bool(self._board.calls))

    async def set_agent_state(
        self, target: AgentState, reason: NotReadyReason = NotReadyReason.NONE
    ) -> None:
        """Ask for READY or NOT_READY; raises AgentStateError."""
        self._board.agent.request(target, reason)

    def agent_status(self) -> AgentStatus | None:
        """Return the agent's status, None when nobody is signed on."""
        return self._board.agent.status

    # Calls

    async def make_call(self, dial_string: str) -> CallId:
        """Call ``dial_string``; refused while another call is not on hold, or all lines are."""
        self._require_quiet()
        destination = self._plan.resolve(dial_string)
        call = await self._telephone.dial(destination, check=self._require_quiet)
        return call.call_id

    async def answer_call(self, call_id: CallId) -> None:
        """Answer; a call that talks goes on hold, one that still rings back forbids it."""
        call = self._checked(CallService.ANSWER_CALL, call_id)
        for other in self._board.calls.values():
            if other.state is CONNECTED and not other.call.is_answered:
                raise _refusal(CallService.ANSWER_CALL, other, "clear_connection")
        await self._telephone.answer(call)

    async def hold_call(self, call_id: CallId) -> None:
        """Put a CONNECTED call on hold."""
        call = self._checked(CallService.HOLD_CALL, call_id)
        await self._telephone.hold(call, EventCause.NORMAL)

    async def retrieve_call(self, call_id: CallId) -> None:
        """Take a call back from HOLD."""
        call = self._checked(CallService.RETRIEVE_CALL, call_id)
        await self._telephone.retrieve(call, EventCause.NORMAL)

    async def clear_connection(self, call_id: CallId) -> None:
        """Leave the call; in ALERTING reject it."""
        await self._telephone.clear(self._checked(CallService.CLEAR_CONNECTION, call_id))

    async def consultation_call(self, active: CallId, dial_string: str) -> CallId:
        """Hold ``active`` and call ``dial_string``; return the new call's id."""

        def check() -> None:
            self._checked(CallService.CONSULTATION_CALL, active)
            self._require_line()

        call = self._checked(CallService.CONSULTATION_CALL, active)
        destination = self._plan.resolve(dial_string)
        check()
        consultation = await self._telephone.dial(destination, check=check, about=call)
        return consultation.call_id

    async def alternate_call(self, active: CallId, held: CallId) -> None:
        """Swap the two calls; one that cannot be taken back leaves both as they were."""
        service = CallService.ALTERNATE_CALL
        talking, waiting = self._checked_pair(service, active, held)
        await self._telephone.hold(talking, EventCause.ALTERNATE, service)
        try:
            await self._telephone.retrieve(waiting, EventCause.ALTERNATE, service)
        except SwitchError:
            await self._telephone.take_back(talking)
            raise

    async def reconnect_call(self, active: CallId, held: CallId) -> None:
        """Clear ``active`` and retrieve ``held``."""
        service = CallService.RECONNECT_CALL
        talking, waiting = self._checked_pair(service, active, held)
        await self._telephone.clear(talking)
        await self._telephone.retrieve(waiting, EventCause.NORMAL, service)

    async def transfer_call(self, active: CallId, held: CallId) -> None:
        """Connect the far ends of both calls and leave."""
        service = CallService.TRANSFER_CALL
        talking, waiting = self._checked_pair(service, active, held)
        for call in (talking, waiting):
            self._require_two_parties(service, call)
        await self._telephone.transfer(talking, waiting)

    async def single_step_transfer_call(self, active: CallId, dial_string: str) -> None:
        """Send ``active`` to ``dial_string`` and leave; it comes back when that fails."""
        service = CallService.SINGLE_STEP_TRANSFER_CALL
        call = self._checked(service, active)
        destination = self._plan.resolve(dial_string)
        self._require_two_parties(service, call)
        await self._telephone.send_on(call, destination)

    async def conference_call(self, active: CallId, held: CallId) -> CallId:
        """Join both calls; the held one lives on. Refused for more than three parties."""
        service = CallService.CONFERENCE_CALL
        talking, waiting = self._checked_pair(service, active, held)
        if len(talking.legs) + len(waiting.legs) > MOST_LEGS:
            raise _refusal(service, talking, "a conference of three parties")
        await self._telephone.conference(talking, waiting)
        return waiting.call_id

    async def deflect_call(self, call_id: CallId, dial_string: str) -> None:
        """Send an ALERTING call on unanswered."""
        call = self._checked(CallService.DEFLECT_CALL, call_id)
        await self._telephone.deflect(call, self._plan.resolve(dial_string))

    async def generate_digits(self, call_id: CallId, digits: str) -> None:
        """Send DTMF ``digits`` in a CONNECTED call; raises InvalidDigitsError."""
        call = self._checked(CallService.GENERATE_DIGITS, call_id)
        await self._telephone.send_digits(call, parse_digits(digits))

    # Checks

    def _checked(self, service: CallService, call_id: CallId) -> PhoneCall:
        call = self._board.call(call_id)
        others = [other.call for other in self._board.calls.values()]
        require_service(service, call.call, others)
        return call

    def _checked_pair(
        self, service: CallService, active: CallId, held: CallId
    ) -> tuple[PhoneCall, PhoneCall]:
        waiting = self._board.call(held)
        talking = self._checked(service, active)
        if waiting.state is not HOLD or not waiting.call.is_answered or waiting is talking:
            raise _refusal(service, waiting, "the same with a call on hold")
        return talking, waiting

    def _require_two_parties(self, service: CallService, call: PhoneCall) -> None:
        if len(call.legs) != 1:
            raise _refusal(service, call, "a call of two parties")

    def _require_quiet(self) -> None:
        calls = [call.call for call in self._board.calls.values()]
        for call in self._board.calls.values():
            if call.state is not HOLD or len(calls) >= self._board.account.lines:
                allowed = ", ".join(sorted(allowed_services(call.call, calls)))
                raise _refusal(CallService.MAKE_CALL, call, allowed)

    def _require_line(self) -> None:
        if not self._board.is_reached:
            raise LineAwayError(account=self._board.account.address)


def _refusal(service: CallService, call: PhoneCall, allowed: str) -> CallStateError:
    return CallStateError(
        service=service.value, call_id=call.call_id, state=call.state.value, allowed=allowed
    )
