"""Records rebuilt from the append-only log: what the newest event of each says; pure, any thread.

Every figure begins here, so that a restart, a second desk or a replay counts nothing twice.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import TypeVar

from agent_desk.domain.agent import AgentStateChangedEvent
from agent_desk.domain.event_log import LoggedEvent, Stream, agent_event_from, from_payload
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.ticket import Ticket

T = TypeVar("T")


def interactions_of(events: Iterable[LoggedEvent]) -> Mapping[str, Interaction]:
    """Return the calls' records by id; ``events`` in the order of the log, others are left out."""
    return _newest(events, Stream.INTERACTION, Interaction)


def tickets_of(events: Iterable[LoggedEvent]) -> Mapping[str, Ticket]:
    """Return the tickets by id; ``events`` in the order of the log, others are left out."""
    return _newest(events, Stream.TICKET, Ticket)


def agent_changes_of(events: Iterable[LoggedEvent]) -> tuple[AgentStateChangedEvent, ...]:
    """Return the agents' changes of state in the order of the log; others are left out."""
    return tuple(agent_event_from(event) for event in events if event.stream is Stream.AGENT)


def _newest(events: Iterable[LoggedEvent], stream: Stream, kind: type[T]) -> Mapping[str, T]:
    newest = {event.stream_id: event for event in events if event.stream is stream}
    return {key: _record(event, kind) for key, event in newest.items()}


def _record(event: LoggedEvent, kind: type[T]) -> T:
    """Return the record that the event carries; what it says besides (a reason) is left out."""
    assert dataclasses.is_dataclass(kind)
    names = {field.name for field in dataclasses.fields(kind)}
    payload = {name: value for name, value in event.payload.items() if name in names}
    return from_payload(kind, payload)
