"""Interactions: one record for each call, kept from first ring to disposition.

Runs on the `desk-loop` thread. Each change is an event in the append-only log; the record in the
database is what those events say, so nothing is lost while the database is away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from agent_desk.domain.agent import AgentState, AgentStateChangedEvent
from agent_desk.domain.call import Call, LocalConnectionState
from agent_desk.domain.call_events import (
    CallEvent,
    DivertedEvent,
    EstablishedEvent,
    EventCause,
    FailedEvent,
    TransferredEvent,
)
from agent_desk.domain.errors import NotFoundError
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
from agent_desk.ports.storage import Storage
from agent_desk.services.call_control import CallControl, CallsChangedEvent
from agent_desk.services.event_bus import EventBus
from agent_desk.services.recorder import Recorder
from agent_desk.services.screen_pop import CustomerChosenEvent

KEPT = 50
"""Ended calls kept at hand for their disposition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionChangedEvent:
    """The record of a call changed; kind says how: Opened, Answered, Ended, Disposed..."""

    interaction: Interaction
    kind: str


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
        bus.subscribe(CallEvent, self._on_call_event)
        bus.subscribe(CallsChangedEvent, self._on_calls_changed)
        bus.subscribe(CustomerChosenEvent, self._on_customer_chosen)
        bus.subscribe(AgentStateChangedEvent, self._on_agent_state)

    async def close_leftovers(self, storage: Storage) -> int:
        """End the records of calls that died with a former run of this desk; return how many."""
        leftovers = await storage.read(lambda uow: uow.interactions.unfinished(self._agent_id))
        now = self._clock.now()
        for record in leftovers:
            ended = replace(record, ended_at=now, outcome=InteractionOutcome.FAILED)
            self._record("EndedByRestart", ended)
        return len(leftovers)

    def of_call(self, call_id: CallId) -> Interaction:
        """Return the record of a present or recent call; raises NotFoundError."""
        record = self._records.get(call_id)
        if record is None:
            raise NotFoundError(subject="Call", id=call_id)
        return record

    def assign_customer(self, call_id: CallId, customer_id: CustomerId) -> None:
        """Say who the caller is."""
        self._change(call_id, "CustomerAssigned", customer_id=customer_id)

    def link_ticket(self, call_id: CallId, ticket_id: TicketId) -> None:
        """Say which ticket the call is about."""
        self._change(call_id, "TicketLinked", ticket_id=ticket_id)

    def dispose(self, call_id: CallId, disposition: Disposition, note: str = "") -> None:
        """Say what came of the call; raises NotFoundError for a call this desk never had."""
        self.of_call(call_id)
        now = self._clock.now()
        self._change(
            call_id, "Disposed", disposition=disposition, note=note.strip(), wrap_up_ended_at=now
        )

    def _on_call_event(self, event: CallEvent) -> None:
        log_record = call_event_record(
            event, id=EventId(new_uuid7(self._clock.now())), actor=self._agent_id
        )
        self._recorder.record([log_record])
        self._open_if_new(event.call_id)
        kind, changes = _CHANGES.get(type(event), _none)(event)
        if kind:
            self._change(event.call_id, kind, **changes)
        for record in tuple(self._records.values()):
            # Not only the event's own call: a transfer or conference ends a second one too.
            if record.ended_at is None and record.call_id not in self._calls.calls:
                self._end(record, event)

    def _open_if_new(self, call_id: CallId) -> None:
        call = self._calls.calls.get(call_id)
        if call is None or call_id in self._records or (not call.remote and not call.queue_id):
            return
        self._records[call_id] = self._new_record(call)
        self._forget_old()
        self._record("Opened", self._records[call_id])

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
        changes: dict[str, Any] = {"ended_at": event.at}
        if record.outcome in (InteractionOutcome.RINGING, InteractionOutcome.TALKING):
            changes["outcome"] = _final_outcome(record, event)
        self._change(record.call_id, "Ended", **changes)

    def _on_calls_changed(self, event: CallsChangedEvent) -> None:
        for call in event.calls:
            record = self._records.get(call.call_id)
            if record is not None and call.held_seconds > record.held_seconds:
                held = replace(record, held_seconds=call.held_seconds)
                self._records[call.call_id] = held

    def _on_customer_chosen(self, event: CustomerChosenEvent) -> None:
        self.assign_customer(event.call_id, event.card.customer.id)

    def _on_agent_state(self, event: AgentStateChangedEvent) -> None:
        """After-call work is over: book its end to the newest call that still lacks it."""
        if event.status.state in (AgentState.WORKING_AFTER_CALL, AgentState.BUSY):
            return
        for record in reversed(tuple(self._records.values())):
            if record.ended_at and record.answered_at and not record.wrap_up_ended_at:
                self._change(record.call_id, "WrapUpEnded", wrap_up_ended_at=event.at)
                return

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


def _final_outcome(record: Interaction, event: CallEvent) -> InteractionOutcome:
    if record.answered_at is not None:
        return InteractionOutcome.ANSWERED
    if isinstance(event, DivertedEvent):
        return InteractionOutcome.MISSED
    gave_up = event.cause in (EventCause.ABANDONED, EventCause.CALL_CANCELLED)
    return InteractionOutcome.ABANDONED if gave_up else InteractionOutcome.MISSED


_Change = tuple[str, dict[str, Any]]


def _none(event: CallEvent) -> _Change:
    return "", {}


def _answered(event: EstablishedEvent) -> _Change:
    if event.local_state is not LocalConnectionState.CONNECTED:
        return "", {}
    return "Answered", {"answered_at": event.at, "outcome": InteractionOutcome.TALKING}


def _diverted(event: DivertedEvent) -> _Change:
    missed = event.cause is EventCause.NO_ANSWER
    outcome = InteractionOutcome.MISSED if missed else InteractionOutcome.DIVERTED
    return "Diverted", {"outcome": outcome}


def _transferred(event: TransferredEvent) -> _Change:
    if event.transferring != event.device:
        return "", {}
    return "Transferred", {"outcome": InteractionOutcome.TRANSFERRED, "transferred": True}


def _failed(event: FailedEvent) -> _Change:
    return "Failed", {"outcome": InteractionOutcome.FAILED}


_CHANGES: Mapping[type[CallEvent], Callable[[Any], _Change]] = MappingProxyType(
    {
        EstablishedEvent: _answered,
        DivertedEvent: _diverted,
        TransferredEvent: _transferred,
        FailedEvent: _failed,
    }
)
