"""Interactions: one record for each call, kept from first ring to disposition.

Runs on the `desk-loop` thread. Each change is an event in the append-only log; the record in the
database is what those events say, so nothing is lost while the database is away.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from agent_desk.domain.agent import AgentState, AgentStateChangedEvent
from agent_desk.domain.call import Call, CallDirection, LocalConnectionState
from agent_desk.domain.call_events import (
    CallClearedEvent,
    CallEvent,
    ConnectionClearedEvent,
    DivertedEvent,
    EstablishedEvent,
    FailedEvent,
    TransferredEvent,
)
from agent_desk.domain.errors import NotFoundError
from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.event_log import LoggedEvent, Stream, call_event_record, to_payload
from agent_desk.domain.identifiers import (
    AgentId,
    CallId,
    CustomerId,
    EventId,
    InteractionId,
    TicketId,
    new_uuid7,
    parse_caller_id,
)
from agent_desk.domain.interaction import Disposition, Interaction, InteractionOutcome
from agent_desk.ports.clock import Clock
from agent_desk.ports.storage import Storage, UnitOfWork
from agent_desk.services.call_control import (
    CallControl,
    CallsChangedEvent,
    DivergenceFoundEvent,
)
from agent_desk.services.event_bus import EventBus
from agent_desk.services.lost_desks import DeskReturnedEvent, last_sign_of_life
from agent_desk.services.recorder import Recorder
from agent_desk.services.screen_pop import CustomerChosenEvent

KEPT = 50
"""Ended calls kept at hand for their disposition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionChangedEvent:
    """The record of a call changed; kind says how: Opened, Answered, Ended, Disposed..."""

    interaction: Interaction
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsLostEvent:
    """A former run of this desk died in these calls; their records have got an end."""

    interactions: tuple[Interaction, ...]


class Interactions:
    """Follows the calls and writes their records."""

    def __init__(
        self,
        *,
        calls: CallControl,
        recorder: Recorder,
        bus: EventBus,
        clock: Clock,
        agent_id: AgentId,
        region: str,
    ) -> None:
        """Records are the agent's; numbers are read in ``region`` (ISO 3166-1)."""
        self._calls = calls
        self._recorder = recorder
        self._bus = bus
        self._clock = clock
        self._agent_id = agent_id
        self._region = region
        self._records: dict[CallId, Interaction] = {}
        self._last_seen: Mapping[CallId, Call] = {}
        self._agent_state: AgentState | None = None
        self._lost: tuple[Interaction, ...] = ()
        bus.subscribe(CallEvent, self._on_call_event)
        bus.subscribe(CallsChangedEvent, self._on_calls_changed)
        bus.subscribe(DivergenceFoundEvent, self._on_divergence)
        bus.subscribe(CustomerChosenEvent, self._on_customer_chosen)
        bus.subscribe(AgentStateChangedEvent, self._on_agent_state)
        bus.subscribe(DeskReturnedEvent, self._on_desk_returned)

    async def close_leftovers(self, storage: Storage) -> int:
        """End the records of calls that died with a former run of this desk; return how many.

        A call ends at its last sign of life: when the desk died nobody knows, and the time until
        this start is no talk time. Raises StorageError.
        """
        # A desk that began without its server asks late, and has calls of its own by then.
        own = {record.id for record in self._records.values()}
        leftovers, closed = await storage.read(
            lambda uow: (self._leftovers(uow, own), self._closed_by_others(uow))
        )
        for record, ended_at in leftovers:
            self._log_call_event(self._cleared(record.call_id, ended_at))
            self._record("EndedByRestart", _ended_by_restart(record, ended_at))
        for record in closed:
            # Told now; its after-call work never was, and nobody is to hear of it twice.
            self._record("WrapUpEnded", replace(record, wrap_up_ended_at=record.ended_at))
        ended = [_ended_by_restart(record, at) for record, at in leftovers]
        self._lost = (*ended, *closed)
        self.tell_lost()
        return len(leftovers)

    def tell_lost(self) -> None:
        """Publish once more which calls a former run died in, for a listener that came late."""
        if self._lost:
            self._bus.publish(CallsLostEvent(interactions=self._lost))

    def of_call(self, call_id: CallId) -> Interaction:
        """Return the record of a present or recent call; raises NotFoundError."""
        record = self._records.get(call_id)
        if record is None:
            raise NotFoundError(subject="Call", id=call_id)
        return record

    def newest_with(
        self, customer_id: CustomerId, since: datetime, *, in_vain: bool = False
    ) -> Interaction | None:
        """Return the last call with the customer that was not over before ``since``, None for none.

        One that was answered comes first; one that was not, when it is asked for ``in_vain``.
        """
        theirs = [
            record
            for record in self._records.values()
            if record.customer_id == customer_id
            and (record.ended_at is None or record.ended_at >= since)
        ]
        return max(
            theirs,
            key=lambda record: ((record.answered_at is None) is in_vain, record.began_at),
            default=None,
        )

    def assign_customer(self, call_id: CallId, customer_id: CustomerId) -> None:
        """Say who the caller is."""
        self._change(call_id, "CustomerAssigned", customer_id=customer_id)

    def link_ticket(self, call_id: CallId, ticket_id: TicketId) -> None:
        """Say which ticket the call is about."""
        self._change(call_id, "TicketLinked", ticket_id=ticket_id)

    def dispose(self, call_id: CallId, disposition: Disposition, note: str = "") -> None:
        """Say what came of the call; raises NotFoundError for a call this desk never had.

        After-call work goes on until the switch says that the agent left it.
        """
        self.of_call(call_id)
        self._change(call_id, "Disposed", disposition=disposition, note=note.strip())

    def _on_call_event(self, event: CallEvent) -> None:
        self._log_call_event(event)
        self._open_if_new(event.call_id)
        record = self._records.get(event.call_id)
        if record is not None and record.ended_at is None:
            kind, changes = _CHANGES.get(type(event), _none)(event, record)
            if kind:
                self._change(event.call_id, kind, **changes)
        for record in tuple(self._records.values()):
            # Not only the event's own call: a transfer or conference ends a second one too.
            if record.ended_at is None and record.call_id not in self._calls.calls:
                self._end(record, event)

    def _log_call_event(self, event: CallEvent) -> None:
        event_id = EventId(new_uuid7(self._clock.now()))
        self._recorder.record([call_event_record(event, id=event_id, actor=self._agent_id)])

    def _on_divergence(self, event: DivergenceFoundEvent) -> None:
        """Log the end that the switch never reported, so that the log tells of it too."""
        for call_id in event.missing_at_switch:
            self._on_call_event(self._cleared(call_id, self._clock.now()))

    def _cleared(self, call_id: CallId, at: datetime) -> CallClearedEvent:
        return CallClearedEvent(
            call_id=call_id,
            at=at,
            device=self._calls.device,
            local_state=LocalConnectionState.NULL,
            cause=EventCause.NETWORK_SIGNAL,
        )

    def _open_if_new(self, call_id: CallId) -> None:
        call = self._calls.calls.get(call_id)
        if call is None or self._is_open(call_id):
            return
        if call.direction is CallDirection.OUTBOUND and not call.remote:
            return  # off hook, and nothing was dialled yet
        self._records.pop(call_id, None)
        self._records[call_id] = self._new_record(call)
        self._forget_old()
        self._record("Opened", self._records[call_id])

    def _is_open(self, call_id: CallId) -> bool:
        """Return whether the present ring of the call has its record.

        A call that this desk did not answer may ring here once more: that is a further record.
        """
        record = self._records.get(call_id)
        return record is not None and record.ended_at is None

    def _new_record(self, call: Call) -> Interaction:
        caller = parse_caller_id(call.remote, region=self._region)
        return Interaction(
            id=InteractionId(new_uuid7(self._clock.now())),
            call_id=call.call_id,
            agent_id=self._agent_id,
            direction=call.direction,
            number=caller.number.e164 if caller.number else caller.raw,
            began_at=call.began_at,
            queue_id=call.queue_id,
            queue_wait_seconds=call.queue_wait_seconds,
            reason=call.reason,
        )

    def _end(self, record: Interaction, event: CallEvent) -> None:
        last_seen = self._last_seen.get(record.call_id)
        changes: dict[str, Any] = {"ended_at": event.at}
        if last_seen is not None and last_seen.state is LocalConnectionState.HOLD:
            on_hold = max(0.0, (event.at - last_seen.state_since).total_seconds())
            changes["held_seconds"] = last_seen.held_seconds + on_hold
        if record.outcome in _UNDER_WAY:
            changes["outcome"] = _final_outcome(record, last_seen, event)
        self._change(record.call_id, "Ended", **changes)
        if self._agent_state not in (AgentState.BUSY, AgentState.WORKING_AFTER_CALL):
            self._book_wrap_up(event.at)

    def _on_calls_changed(self, event: CallsChangedEvent) -> None:
        self._last_seen = {call.call_id: call for call in event.calls}
        for call in event.calls:
            record = self._records.get(call.call_id)
            if record is None or record.ended_at is not None:
                continue
            if call.held_seconds > record.held_seconds:
                held = replace(record, held_seconds=call.held_seconds)
                self._records[call.call_id] = held
            if record.customer_id is None and call.customer_id is not None:
                self.assign_customer(call.call_id, call.customer_id)

    def _on_desk_returned(self, event: DeskReturnedEvent) -> None:
        """Say that the calls go on which other desks ended while this one was cut off."""
        for record in self._records.values():
            if record.ended_at is None:
                self._record("Resumed", record)

    def _on_customer_chosen(self, event: CustomerChosenEvent) -> None:
        self.assign_customer(event.call_id, event.card.customer.id)

    def _on_agent_state(self, event: AgentStateChangedEvent) -> None:
        if event.status.agent_id != self._agent_id:
            return
        former, self._agent_state = self._agent_state, event.status.state
        if self._agent_state is AgentState.WORKING_AFTER_CALL:
            return
        if self._agent_state is AgentState.BUSY and former is not AgentState.WORKING_AFTER_CALL:
            return
        self._book_wrap_up(event.at)

    def _book_wrap_up(self, at: datetime) -> None:
        """Book the end of after-call work once: to the customer's call that ended last.

        The others of the same spell, such as a consultation, had none.
        """
        waiting = [record for record in self._records.values() if _lacks_wrap_up(record)]
        if not waiting:
            return
        worked_on = max(waiting, key=_worked_on_first)
        for record in waiting:
            ended = at if record is worked_on else record.ended_at
            self._change(record.call_id, "WrapUpEnded", wrap_up_ended_at=ended)

    def _change(self, call_id: CallId, kind: str, **changes: Any) -> None:
        record = self._records.get(call_id)
        if record is None:
            return
        changed = replace(record, **changes)
        if changed != record:
            self._records[call_id] = changed
            self._record(kind, changed)

    def _record(self, kind: str, record: Interaction) -> None:
        now = self._clock.now()
        self._recorder.record([interaction_event(kind, record, at=now)])
        self._bus.publish(InteractionChangedEvent(interaction=record, kind=kind))

    def _forget_old(self) -> None:
        for call_id in tuple(self._records)[:-KEPT]:
            if call_id not in self._calls.calls:
                del self._records[call_id]

    def _closed_by_others(self, uow: UnitOfWork) -> list[Interaction]:
        """Return the calls that another desk ended when this one had died, and nobody knows of."""
        return [
            record
            for record in uow.interactions.recent(self._agent_id)
            if record.outcome is InteractionOutcome.DESK_LOST and record.wrap_up_ended_at is None
        ]

    def _leftovers(
        self, uow: UnitOfWork, own: Collection[InteractionId]
    ) -> list[tuple[Interaction, datetime]]:
        return [
            (record, last_sign_of_life(uow, record))
            for record in uow.interactions.unfinished(self._agent_id)
            if record.id not in own
        ]


def interaction_event(kind: str, record: Interaction, *, at: datetime) -> LoggedEvent:
    """Return the log record that says ``record`` is so since ``at``."""
    return LoggedEvent(
        id=EventId(new_uuid7(at)),
        stream=Stream.INTERACTION,
        stream_id=record.id,
        kind=kind,
        at=at,
        actor=record.agent_id,
        payload=to_payload(record),
    )


_UNDER_WAY = frozenset({InteractionOutcome.RINGING, InteractionOutcome.TALKING})


def _ended_by_restart(record: Interaction, ended_at: datetime) -> Interaction:
    outcome = record.outcome
    if outcome in _UNDER_WAY:
        answered = record.answered_at is not None
        outcome = InteractionOutcome.ANSWERED if answered else InteractionOutcome.FAILED
    return replace(record, ended_at=ended_at, outcome=outcome)


def _lacks_wrap_up(record: Interaction) -> bool:
    answered_and_over = record.answered_at is not None and record.ended_at is not None
    return answered_and_over and record.wrap_up_ended_at is None


def _worked_on_first(record: Interaction) -> tuple[bool, datetime]:
    return record.direction is not CallDirection.INTERNAL, record.ended_at or record.began_at


def _final_outcome(
    record: Interaction, last_seen: Call | None, event: CallEvent
) -> InteractionOutcome:
    """Return how a call went that ended without a word of its own for it."""
    if record.answered_at is not None:
        return InteractionOutcome.ANSWERED
    if isinstance(event, TransferredEvent):
        return InteractionOutcome.TRANSFERRED  # sent on while the consulted side still rang
    rang_here = last_seen is None or last_seen.state is LocalConnectionState.ALERTING
    here = isinstance(event, ConnectionClearedEvent) and event.releasing == event.device
    if not rang_here:
        return InteractionOutcome.ABANDONED if here else InteractionOutcome.FAILED
    gave_up = event.cause in (EventCause.ABANDONED, EventCause.CALL_CANCELLED)
    hung_up = isinstance(event, ConnectionClearedEvent) and event.cause is EventCause.NORMAL
    far_end_left = gave_up or (hung_up and not here)
    return InteractionOutcome.ABANDONED if far_end_left else InteractionOutcome.MISSED


_Change = tuple[str, dict[str, Any]]


def _none(event: CallEvent, record: Interaction) -> _Change:
    return "", {}


def _answered(event: EstablishedEvent, record: Interaction) -> _Change:
    if record.answered_at is not None:
        return "", {}
    return "Answered", {"answered_at": event.at, "outcome": InteractionOutcome.TALKING}


def _diverted(event: DivertedEvent, record: Interaction) -> _Change:
    if event.diverting != event.device:
        return "", {}
    missed = event.cause is EventCause.NO_ANSWER
    outcome = InteractionOutcome.MISSED if missed else InteractionOutcome.DIVERTED
    return "Diverted", {"outcome": outcome}


def _transferred(event: TransferredEvent, record: Interaction) -> _Change:
    if event.transferring != event.device:
        return "", {}
    return "Transferred", {"outcome": InteractionOutcome.TRANSFERRED, "transferred": True}


def _failed(event: FailedEvent, record: Interaction) -> _Change:
    if record.answered_at is not None:
        return "", {}
    return "Failed", {"outcome": InteractionOutcome.FAILED}


_CHANGES: Mapping[type[CallEvent], Callable[[Any, Interaction], _Change]] = MappingProxyType(
    {
        EstablishedEvent: _answered,
        DivertedEvent: _diverted,
        TransferredEvent: _transferred,
        FailedEvent: _failed,
    }
)
