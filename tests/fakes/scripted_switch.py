"""A switch whose far ends do only what the test says; runs on the test's event loop.

It keeps its truth by folding its own events, and refuses a service as the domain's table does.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from agent_desk.domain.acd import DirectoryNumber, QueueStatus
from agent_desk.domain.agent import (
    AgentState,
    AgentStateChangedEvent,
    AgentStatus,
    BusyKind,
    NotReadyReason,
    require_requestable,
)
from agent_desk.domain.call import Call, CallService, LocalConnectionState, require_service
from agent_desk.domain.call_events import (
    CallClearedEvent,
    CallEvent,
    ConferencedEvent,
    ConnectionClearedEvent,
    DeliveredEvent,
    DivertedEvent,
    EstablishedEvent,
    FailedEvent,
    HeldEvent,
    OriginatedEvent,
    RetrievedEvent,
    TransferredEvent,
)
from agent_desk.domain.call_table import Calls, advance
from agent_desk.domain.errors import (
    AgentStateError,
    CallStateError,
    DestinationError,
    SwitchError,
    UnknownCallError,
)
from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.identifiers import (
    AgentId,
    CallId,
    DeviceId,
    QueueId,
    parse_dial_string,
    parse_digits,
)
from agent_desk.ports.clock import Clock
from agent_desk.ports.switch import SwitchEvent, SwitchListener
from tests.fakes.scripted_media import ScriptedMedia

DEVICE = DeviceId("201")
WRAP_UP_SECONDS = 30.0
UNREACHABLE: frozenset[str] = frozenset({"+861000000000", "4711"})
"""Numbers to which this switch knows no way."""

_log = logging.getLogger(__name__)

_S = LocalConnectionState


class ScriptedSwitch:
    """`ports.switch.Switch`, with the sound of its calls in ``media``.

    refusal: raised by the next service instead of doing it. digits: DTMF sent, by call.
    is_running: between `start` and `stop`.
    """

    def __init__(self, *, clock: Clock, queues: Iterable[QueueStatus] = ()) -> None:
        """Stand still until `start`."""
        self.refusal: SwitchError | None = None
        self.digits: dict[CallId, str] = {}
        self.is_running = False
        self._clock = clock
        self._queues = tuple(queues)
        self._listeners: list[SwitchListener] = []
        self._calls: Calls = {}
        self.media = ScriptedMedia(self, now=clock.now)
        self._status: AgentStatus | None = None
        self._before_call: AgentStatus | None = None
        self._had_acd_call = False
        self._count = 0

    # The port: life and truth

    @property
    def device(self) -> DeviceId:
        return DEVICE

    def subscribe(self, listener: SwitchListener) -> Callable[[], None]:
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    async def start(self) -> None:
        self.is_running = True

    async def stop(self) -> None:
        for call_id in tuple(self._calls):
            self._clear(call_id, EventCause.NORMAL)
        if self._status is not None:
            await self.log_off()
        self.is_running = False

    def connections(self) -> dict[CallId, LocalConnectionState]:
        return {call_id: call.state for call_id, call in self._calls.items()}

    def queue_statuses(self) -> Sequence[QueueStatus]:
        return self._queues

    def directory(self) -> Sequence[DirectoryNumber]:
        return (
            DirectoryNumber(number=DeviceId("1001"), name="Colleague", name_zh="同事"),
            DirectoryNumber(number=DeviceId("7001"), name="Queue", name_zh="队列", is_queue=True),
        )

    # The port: the agent

    async def log_on(self, agent_id: AgentId) -> None:
        self._refuse_if_told()
        if self._status is not None:
            raise AgentStateError(
                state=self._status.state.value, target="logged on", allowed="log off first"
            )
        self._become(AgentState.NOT_READY, agent_id=agent_id, reason=NotReadyReason.LOGGED_ON)

    async def log_off(self) -> None:
        self._refuse_if_told()
        status = self._signed_on(AgentState.LOGGED_OFF)
        require_requestable(status.state, AgentState.LOGGED_OFF)
        self._become(AgentState.LOGGED_OFF)
        self._status = None

    async def set_agent_state(
        self, target: AgentState, reason: NotReadyReason = NotReadyReason.NONE
    ) -> None:
        self._refuse_if_told()
        status = self._signed_on(target)
        require_requestable(status.state, target)
        if status.state is AgentState.BUSY:
            self._publish(replace(status, pending=target, pending_reason=reason))
        else:
            self._become(target, reason=reason)

    def agent_status(self) -> AgentStatus | None:
        return self._status

    # The port: calls

    async def make_call(self, dial_string: str) -> CallId:
        self._refuse_if_told()
        self._require_reachable(dial_string)
        busy = next((c for c in self._calls.values() if c.state is not _S.HOLD), None)
        if busy is not None:
            raise CallStateError(
                service=CallService.MAKE_CALL.value,
                call_id=busy.call_id,
                state=busy.state.value,
                allowed="holding that call first",
            )
        return self._originate(dial_string, consults=None)

    async def answer_call(self, call_id: CallId) -> None:
        call = self._checked(CallService.ANSWER_CALL, call_id)
        for other in tuple(self._calls.values()):
            if other.state is _S.CONNECTED and other.is_answered:
                self._emit(HeldEvent, other.call_id, _S.HOLD, holding=DEVICE)
        self._begin_busy(BusyKind.ACD if call.queue_id else BusyKind.INBOUND)
        self._emit(
            EstablishedEvent,
            call_id,
            _S.CONNECTED,
            answering=DEVICE,
            calling=DeviceId(call.remote),
            called=DeviceId(call.dialled),
        )

    async def hold_call(self, call_id: CallId) -> None:
        self._checked(CallService.HOLD_CALL, call_id)
        self._emit(HeldEvent, call_id, _S.HOLD, holding=DEVICE)

    async def retrieve_call(self, call_id: CallId) -> None:
        self._checked(CallService.RETRIEVE_CALL, call_id)
        self._emit(RetrievedEvent, call_id, _S.CONNECTED, retrieving=DEVICE)

    async def clear_connection(self, call_id: CallId) -> None:
        call = self._checked(CallService.CLEAR_CONNECTION, call_id)
        if call.state is _S.ALERTING:
            self._divert(call, call.queue_id or "", EventCause.REDIRECTED)
            return
        dialled = call.state is _S.CONNECTED and not call.is_answered
        self._clear(call_id, EventCause.CALL_CANCELLED if dialled else EventCause.NORMAL)

    async def consultation_call(self, active: CallId, dial_string: str) -> CallId:
        self._checked(CallService.CONSULTATION_CALL, active)
        self._require_reachable(dial_string)
        self._emit(HeldEvent, active, _S.HOLD, holding=DEVICE, cause=EventCause.CONSULTATION)
        return self._originate(dial_string, consults=active)

    async def alternate_call(self, active: CallId, held: CallId) -> None:
        self._checked_pair(CallService.ALTERNATE_CALL, active, held)
        self._emit(HeldEvent, active, _S.HOLD, holding=DEVICE, cause=EventCause.ALTERNATE)
        self._emit(
            RetrievedEvent, held, _S.CONNECTED, retrieving=DEVICE, cause=EventCause.ALTERNATE
        )

    async def reconnect_call(self, active: CallId, held: CallId) -> None:
        self._checked_pair(CallService.RECONNECT_CALL, active, held)
        self._clear(active, EventCause.NORMAL)
        self._emit(RetrievedEvent, held, _S.CONNECTED, retrieving=DEVICE)

    async def transfer_call(self, active: CallId, held: CallId) -> None:
        self._checked_pair(CallService.TRANSFER_CALL, active, held)
        to = DeviceId(self._calls[active].remote)
        self._transferred(held, to, secondary=active, cause=EventCause.TRANSFER)

    async def single_step_transfer_call(self, active: CallId, dial_string: str) -> None:
        self._checked(CallService.SINGLE_STEP_TRANSFER_CALL, active)
        self._require_reachable(dial_string)
        to = DeviceId(dial_string)
        self._transferred(active, to, secondary=None, cause=EventCause.SINGLE_STEP_TRANSFER)

    async def conference_call(self, active: CallId, held: CallId) -> CallId:
        self._checked_pair(CallService.CONFERENCE_CALL, active, held)
        parties = self._calls[held].parties + self._calls[active].parties
        self._emit(
            ConferencedEvent,
            held,
            _S.CONNECTED,
            conferencing=DEVICE,
            secondary_call_id=active,
            parties=parties,
            cause=EventCause.CONFERENCE,
        )
        return held

    async def deflect_call(self, call_id: CallId, dial_string: str) -> None:
        call = self._checked(CallService.DEFLECT_CALL, call_id)
        self._require_reachable(dial_string)
        self._divert(call, dial_string, EventCause.REDIRECTED)

    async def generate_digits(self, call_id: CallId, digits: str) -> None:
        self._checked(CallService.GENERATE_DIGITS, call_id)
        self.digits[call_id] = self.digits.get(call_id, "") + parse_digits(digits)

    # The script: what others do

    def ring(self, call_id: str, calling: str, *, queue: str = "", **more: Any) -> CallId:
        """Let a caller ring here; ``more`` are further fields of the Delivered event."""
        self._emit(
            DeliveredEvent,
            CallId(call_id),
            _S.ALERTING,
            alerting=DEVICE,
            calling=DeviceId(calling),
            called=DEVICE,
            queue_id=QueueId(queue) if queue else None,
            cause=EventCause.DISTRIBUTED if queue else EventCause.NEW_CALL,
            **more,
        )
        return CallId(call_id)

    def caller_gives_up(self, call_id: CallId) -> None:
        """Let the caller hang up before the answer."""
        self._clear(call_id, EventCause.ABANDONED, releasing=self._calls[call_id].remote)

    def nobody_answers(self, call_id: CallId) -> None:
        """Take the call away after too many rings."""
        call = self._calls[call_id]
        self._divert(call, call.queue_id or "", EventCause.NO_ANSWER)
        if self._status is not None and self._status.state is AgentState.READY:
            self._become(AgentState.NOT_READY, reason=NotReadyReason.NO_ANSWER)

    def dialling(self, number: str) -> tuple[CallId, ...]:
        """Return the calls to ``number`` that nobody has answered yet."""
        calls = self._calls.values()
        return tuple(c.call_id for c in calls if c.dialled == number and not c.is_answered)

    def far_rings(self, call_id: CallId) -> None:
        """Let the called side ring."""
        called = DeviceId(self._calls[call_id].remote)
        self._emit(
            DeliveredEvent, call_id, _S.CONNECTED, alerting=called, calling=DEVICE, called=called
        )

    def far_answers(self, call_id: CallId) -> None:
        """Let the called side answer."""
        call = self._calls[call_id]
        called = DeviceId(call.remote)
        self._emit(
            EstablishedEvent, call_id, call.state, answering=called, calling=DEVICE, called=called
        )

    def far_fails(self, call_id: CallId, cause: EventCause = EventCause.BUSY) -> None:
        """Let the call fail at the called side."""
        called = DeviceId(self._calls[call_id].remote)
        self._emit(FailedEvent, call_id, _S.FAIL, failing=called, called=called, cause=cause)

    def far_hangs_up(self, call_id: CallId) -> None:
        """Let the far side leave; in a conference the first of them, and the call goes on."""
        call = self._calls[call_id]
        if len(call.parties) > 1:
            self.party_leaves(call_id, call.parties[0])
        else:
            self._clear(call_id, EventCause.NORMAL, releasing=call.remote)

    def party_leaves(self, call_id: CallId, party: str) -> None:
        """Let one of a conference's far sides leave; the call goes on."""
        state = self._calls[call_id].state
        self._emit(ConnectionClearedEvent, call_id, state, releasing=DeviceId(party))

    def lose(self, call_id: CallId) -> None:
        """Forget the call without a word: the desk keeps a ghost."""
        self._calls = {key: call for key, call in self._calls.items() if key != call_id}

    def wrap_up_ends(self) -> None:
        """Let the time limit of after-call work run out."""
        self._become(AgentState.READY)

    # Inside

    def _call(self, call_id: CallId) -> Call:
        call = self._calls.get(call_id)
        if call is None:
            raise UnknownCallError(call_id=call_id)
        return call

    def _checked(self, service: CallService, call_id: CallId) -> Call:
        self._refuse_if_told()
        call = self._call(call_id)
        require_service(service, call, self._calls.values())
        return call

    def _checked_pair(self, service: CallService, active: CallId, held: CallId) -> None:
        other = self._call(held)
        self._checked(service, active)
        if other.state is not _S.HOLD or not other.is_answered:
            raise CallStateError(
                service=service.value, call_id=held, state=other.state.value, allowed="HOLD"
            )

    def _refuse_if_told(self) -> None:
        refusal, self.refusal = self.refusal, None
        if refusal is not None:
            raise refusal

    def _require_reachable(self, dial_string: str) -> None:
        number = parse_dial_string(dial_string, region="CN")
        if number in UNREACHABLE:
            raise DestinationError(value=number, accepted="a number in service")

    def _originate(self, dial_string: str, *, consults: CallId | None) -> CallId:
        self._require_reachable(dial_string)
        self._count += 1
        call_id = CallId(f"out-{self._count}")
        self._begin_busy(BusyKind.OUTBOUND)
        self._emit(
            OriginatedEvent,
            call_id,
            _S.CONNECTED,
            calling=DEVICE,
            called=DeviceId(dial_string),
            consults=consults,
        )
        return call_id

    def _divert(self, call: Call, to: str, cause: EventCause) -> None:
        self._emit(
            DivertedEvent,
            call.call_id,
            _S.NULL,
            diverting=DEVICE,
            new_destination=DeviceId(to),
            cause=cause,
        )
        self._settle()

    def _clear(self, call_id: CallId, cause: EventCause, *, releasing: str = DEVICE) -> None:
        end = DeviceId(releasing)
        self._emit(ConnectionClearedEvent, call_id, _S.NULL, releasing=end, cause=cause)
        self._emit(CallClearedEvent, call_id, _S.NULL, cause=cause)
        self._settle()

    def _transferred(
        self, call_id: CallId, to: DeviceId, *, secondary: CallId | None, cause: EventCause
    ) -> None:
        self._emit(
            TransferredEvent,
            call_id,
            _S.NULL,
            transferring=DEVICE,
            transferred_to=to,
            secondary_call_id=secondary,
            cause=cause,
        )
        self._settle()

    def _emit(
        self, kind: type[CallEvent], call_id: CallId, state: LocalConnectionState, **more: Any
    ) -> None:
        event = kind(
            call_id=call_id, at=self._clock.now(), device=DEVICE, local_state=state, **more
        )
        former = self._calls.get(call_id)
        self._calls = advance(self._calls, event)
        if former is not None and former.queue_id and former.is_answered:
            self._had_acd_call = True
        self._tell(event)

    def _tell(self, event: SwitchEvent) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(event)
            except Exception:  # noqa: BLE001 as a real switch: the others must hear it
                _log.exception("A listener failed on %s", type(event).__name__)

    def _signed_on(self, target: AgentState) -> AgentStatus:
        if self._status is None:
            raise AgentStateError(
                state=AgentState.LOGGED_OFF.value, target=target.value, allowed="log on first"
            )
        return self._status

    def _begin_busy(self, kind: BusyKind) -> None:
        if self._status is None or self._status.state is AgentState.BUSY:
            return
        self._before_call = self._status
        self._had_acd_call = False
        self._become(AgentState.BUSY, busy_kind=kind)

    def _settle(self) -> None:
        """Let the agent be what follows the last call."""
        status, before = self._status, self._before_call
        if self._calls or status is None or status.state is not AgentState.BUSY:
            return
        if status.pending is not None:
            self._become(status.pending, reason=status.pending_reason)
        elif self._had_acd_call:
            self._become(AgentState.WORKING_AFTER_CALL)
        elif before is not None:
            self._become(before.state, reason=before.reason)

    def _become(self, state: AgentState, *, agent_id: AgentId | None = None, **more: Any) -> None:
        now = self._clock.now()
        known = agent_id or (self._status.agent_id if self._status else AgentId(""))
        limited = state is AgentState.WORKING_AFTER_CALL
        until = now + timedelta(seconds=WRAP_UP_SECONDS) if limited else None
        self._publish(
            AgentStatus(agent_id=known, state=state, since=now, wrap_up_until=until, **more)
        )

    def _publish(self, status: AgentStatus) -> None:
        self._status = status
        self._tell(AgentStateChangedEvent(at=self._clock.now(), status=status))


def states_of(calls: Mapping[CallId, Call]) -> dict[CallId, LocalConnectionState]:
    """Return what `ScriptedSwitch.connections` says when the desk agrees with it."""
    return {call_id: call.state for call_id, call in calls.items()}
