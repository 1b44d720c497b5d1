"""The switch port on the simulated floor; runs on the `desk-loop` thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from agent_desk.domain.acd import DirectoryNumber, QueueStatus
from agent_desk.domain.agent import AgentState, AgentStatus, NotReadyReason
from agent_desk.domain.call import (
    CallService,
    LocalConnectionState,
    allowed_services,
    require_service,
)
from agent_desk.domain.errors import CallStateError, UnknownCallError
from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.identifiers import AgentId, CallId, DeviceId, QueueId, parse_digits
from agent_desk.ports.switch import SwitchListener
from telephony.desk.agent import DeskAgent
from telephony.desk.event_feed import EventFeed
from telephony.simulator.callers import Caller
from telephony.simulator.desk.dial_plan import DialPlan
from telephony.simulator.desk.line import Line
from telephony.simulator.desk.position import DeskPosition
from telephony.simulator.desk.telephone import Telephone
from telephony.simulator.floor.floor import Floor
from telephony.simulator.pace import Pace

CONNECTED = LocalConnectionState.CONNECTED
HOLD = LocalConnectionState.HOLD
MOST_FAR_ENDS = 2
"""A conference has three parties, the desk among them."""


class SimulatedSwitch:
    """`agent_desk.ports.switch.Switch` for the one real desk of a simulated floor.

    Every service first lets simulated time catch up with the present, then checks, then acts.
    """

    def __init__(
        self,
        *,
        floor: Floor,
        telephone: Telephone,
        agent: DeskAgent,
        position: DeskPosition,
        feed: EventFeed,
        pace: Pace,
    ) -> None:
        """Take no calls until `start`."""
        self._directory = _directory_of(floor)
        self._telephone = telephone
        self._agent = agent
        self._position = position
        self._feed = feed
        self._pace = pace
        self._most_lines = floor.scenario.desk.lines
        self._plan = DialPlan(floor)
        skills: Sequence[QueueId] = floor.scenario.desk.skills
        self._queues = [queue for key, queue in floor.queues.items() if key in skills]
        self._device = DeviceId(floor.scenario.desk.extension)

    @property
    def device(self) -> DeviceId:
        """The desk's own extension."""
        return self._device

    def subscribe(self, listener: SwitchListener) -> Callable[[], None]:
        """Send every further event to ``listener``; return how to stop that."""
        return self._feed.subscribe(listener)

    async def start(self) -> None:
        """Let time pass and take calls."""
        self._pace.start()
        with self._turn():
            self._telephone.open()

    async def stop(self) -> None:
        """Clear the desk's calls, log its agent off and let time stand still."""
        with self._turn():
            self._telephone.close()
            if self._agent.status is not None:
                self._log_off()
        self._pace.stop()

    def connections(self) -> dict[CallId, LocalConnectionState]:
        """Return the state of each of the desk's calls."""
        return {call_id: line.state for call_id, line in self._telephone.lines.items()}

    def queue_statuses(self) -> Sequence[QueueStatus]:
        """Return the desk's queues in the scenario's order."""
        now = self._pace.now()
        return [queue.status(now) for queue in self._queues]

    def directory(self) -> Sequence[DirectoryNumber]:
        """Return the colleagues, then the queues."""
        return self._directory

    async def log_on(self, agent_id: AgentId) -> None:
        """Sign the agent on; raises AgentStateError when somebody is signed on."""
        with self._turn():
            self._agent.log_on(agent_id)
            self._position.sign_on()
            self._telephone.settle()

    async def log_off(self) -> None:
        """Sign the agent off; raises AgentStateError during a call."""
        with self._turn():
            self._log_off()

    def _log_off(self) -> None:
        self._agent.log_off(has_calls=bool(self._telephone.lines))
        self._position.sign_off()
        self._telephone.settle()

    async def set_agent_state(
        self, target: AgentState, reason: NotReadyReason = NotReadyReason.NONE
    ) -> None:
        """Ask for READY or NOT_READY; raises AgentStateError."""
        with self._turn():
            self._agent.request(target, reason)
            self._telephone.settle()

    def agent_status(self) -> AgentStatus | None:
        """Return the agent's status, None when nobody is signed on."""
        return self._agent.status

    async def make_call(self, dial_string: str) -> CallId:
        """Call ``dial_string``; refused while another call is not on hold, or all lines are."""
        with self._turn():
            self._require_quiet()
            destination = self._plan.resolve(dial_string)
            return self._telephone.dial(destination).call_id

    async def answer_call(self, call_id: CallId) -> None:
        """Answer; a call that talks goes on hold, one that still rings back forbids it."""
        with self._turn():
            line = self._checked(CallService.ANSWER_CALL, call_id)
            for other in self._telephone.lines.values():
                if other.state is CONNECTED and not other.call.is_answered:
                    raise _refusal(CallService.ANSWER_CALL, other, "clear_connection")
            self._telephone.answer(line)

    async def hold_call(self, call_id: CallId) -> None:
        """Put a CONNECTED call on hold."""
        with self._turn():
            self._telephone.hold(self._checked(CallService.HOLD_CALL, call_id))

    async def retrieve_call(self, call_id: CallId) -> None:
        """Take a call back from HOLD."""
        with self._turn():
            self._telephone.retrieve(self._checked(CallService.RETRIEVE_CALL, call_id))

    async def clear_connection(self, call_id: CallId) -> None:
        """Leave the call; in ALERTING reject it."""
        with self._turn():
            line = self._checked(CallService.CLEAR_CONNECTION, call_id)
            cancelled = line.state is CONNECTED and not line.call.is_answered
            cause = EventCause.CALL_CANCELLED if cancelled else EventCause.NORMAL
            self._telephone.clear(line, cause)

    async def consultation_call(self, active: CallId, dial_string: str) -> CallId:
        """Hold ``active`` and call ``dial_string``; return the new call's id."""
        with self._turn():
            line = self._checked(CallService.CONSULTATION_CALL, active)
            destination = self._plan.resolve(dial_string)
            self._telephone.hold(line, EventCause.CONSULTATION)
            consultation = self._telephone.dial(
                destination, consults=line.call_id, cause=EventCause.CONSULTATION
            )
            return consultation.call_id

    async def alternate_call(self, active: CallId, held: CallId) -> None:
        """Swap the two calls."""
        with self._turn():
            talking, waiting = self._checked_pair(CallService.ALTERNATE_CALL, active, held)
            self._telephone.hold(talking, EventCause.ALTERNATE)
            self._telephone.retrieve(waiting, EventCause.ALTERNATE)

    async def reconnect_call(self, active: CallId, held: CallId) -> None:
        """Clear ``active`` and retrieve ``held``."""
        with self._turn():
            talking, waiting = self._checked_pair(CallService.RECONNECT_CALL, active, held)
            self._telephone.clear(talking)
            self._telephone.retrieve(waiting)

    async def transfer_call(self, active: CallId, held: CallId) -> None:
        """Connect the far ends of both calls and leave."""
        with self._turn():
            self._telephone.transfer(*self._checked_pair(CallService.TRANSFER_CALL, active, held))

    async def single_step_transfer_call(self, active: CallId, dial_string: str) -> None:
        """Send ``active`` to ``dial_string`` and leave; a busy colleague is refused."""
        with self._turn():
            line = self._checked(CallService.SINGLE_STEP_TRANSFER_CALL, active)
            self._send_on(line, dial_string)

    async def conference_call(self, active: CallId, held: CallId) -> CallId:
        """Join both calls; the held one lives on. Refused for more than three parties."""
        with self._turn():
            service = CallService.CONFERENCE_CALL
            talking, waiting = self._checked_pair(service, active, held)
            if len(talking.ends) + len(waiting.ends) > MOST_FAR_ENDS:
                raise _refusal(service, talking, "a conference of three parties")
            self._telephone.conference(talking, waiting)
            return waiting.call_id

    async def deflect_call(self, call_id: CallId, dial_string: str) -> None:
        """Send an ALERTING call on unanswered; a busy colleague is refused."""
        with self._turn():
            line = self._checked(CallService.DEFLECT_CALL, call_id)
            self._send_on(line, dial_string)

    async def generate_digits(self, call_id: CallId, digits: str) -> None:
        """Send DTMF ``digits``; `sent_digits` tells them afterwards."""
        with self._turn():
            line = self._checked(CallService.GENERATE_DIGITS, call_id)
            line.digits += parse_digits(digits)

    def sent_digits(self, call_id: CallId) -> str:
        """Return the DTMF digits sent so far; raises UnknownCallError."""
        return self._line(call_id).digits

    def receive_call(self, caller: Caller) -> CallId | None:
        """Let ``caller`` call the desk's own number now; None when the desk is busy."""
        with self._turn():
            return self._telephone.receive(caller)

    def _send_on(self, line: Line, dial_string: str) -> None:
        destination = self._plan.resolve(dial_string)
        self._plan.require_free(destination)
        self._telephone.send_on(line, destination)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        self._pace.catch_up()
        try:
            yield
        finally:
            self._pace.rearm()

    def _line(self, call_id: CallId) -> Line:
        line = self._telephone.lines.get(call_id)
        if line is None:
            raise UnknownCallError(call_id=call_id)
        return line

    def _checked(self, service: CallService, call_id: CallId) -> Line:
        line = self._line(call_id)
        others = [other.call for other in self._telephone.lines.values()]
        require_service(service, line.call, others)
        return line

    def _checked_pair(
        self, service: CallService, active: CallId, held: CallId
    ) -> tuple[Line, Line]:
        waiting = self._line(held)
        talking = self._checked(service, active)
        if waiting.state is not HOLD or not waiting.call.is_answered or waiting is talking:
            raise _refusal(service, waiting, "the same with a call on hold")
        return talking, waiting

    def _require_quiet(self) -> None:
        lines = self._telephone.lines.values()
        calls = [line.call for line in lines]
        for line in lines:
            if line.state is not HOLD or len(lines) >= self._most_lines:
                allowed = ", ".join(sorted(allowed_services(line.call, calls)))
                raise _refusal(CallService.MAKE_CALL, line, allowed)


def _refusal(service: CallService, line: Line, allowed: str) -> CallStateError:
    return CallStateError(
        service=service.value, call_id=line.call_id, state=line.state.value, allowed=allowed
    )


def _directory_of(floor: Floor) -> tuple[DirectoryNumber, ...]:
    colleagues = [
        DirectoryNumber(number=DeviceId(plan.extension), name=plan.name)
        for plan in floor.scenario.colleagues
    ]
    queues = [
        DirectoryNumber(
            number=DeviceId(plan.extension), name=plan.name, name_zh=plan.name_zh, is_queue=True
        )
        for plan in floor.scenario.queues
        if plan.extension
    ]
    return (*colleagues, *queues)
