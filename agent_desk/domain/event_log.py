"""The append-only log: every call, agent and record event as one flat record; pure, any thread.

Figures and histories are rebuilt from these records, so each is complete in itself and is never
changed or deleted.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, StrEnum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from agent_desk.domain import call_events
from agent_desk.domain.agent import AgentStateChangedEvent
from agent_desk.domain.call_events import CallEvent
from agent_desk.domain.identifiers import EventId

T = TypeVar("T")


class Stream(StrEnum):
    """What an event is about."""

    CALL = "CALL"
    AGENT = "AGENT"
    INTERACTION = "INTERACTION"
    CUSTOMER = "CUSTOMER"
    TICKET = "TICKET"
    WORK_ORDER = "WORK_ORDER"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedEvent:
    """One record of the log.

    id: UUIDv7, also the idempotency key. stream, stream_id: what it is about. kind: past
    participle, such as "Delivered". at: when it happened, aware UTC. actor: agent or "system".
    payload: JSON values only.
    """

    id: EventId
    stream: Stream
    stream_id: str
    kind: str
    at: datetime
    actor: str
    payload: Mapping[str, Any]


def to_payload(value: Any) -> dict[str, Any]:
    """Return a dataclass as JSON values; dates and times as ISO 8601, enums by value."""
    return {f.name: _to_json(getattr(value, f.name)) for f in dataclasses.fields(value)}


def call_event_record(event: CallEvent, *, id: EventId, actor: str) -> LoggedEvent:
    """Return the log record of a call event."""
    kind = type(event).__name__.removesuffix("Event")
    return LoggedEvent(
        id=id,
        stream=Stream.CALL,
        stream_id=event.call_id,
        kind=kind,
        at=event.at,
        actor=actor,
        payload=to_payload(event),
    )


def agent_event_record(event: AgentStateChangedEvent, *, id: EventId) -> LoggedEvent:
    """Return the log record of an agent's change of state."""
    return LoggedEvent(
        id=id,
        stream=Stream.AGENT,
        stream_id=event.status.agent_id,
        kind="AgentStateChanged",
        at=event.at,
        actor=event.status.agent_id,
        payload=to_payload(event),
    )


def call_event_from(record: LoggedEvent) -> CallEvent:
    """Return the call event that ``record`` was made of; KeyError for an unknown kind."""
    kind = _call_event_kinds()[record.kind]
    event = _from_json(kind, record.payload)
    assert isinstance(event, CallEvent)
    return event


def agent_event_from(record: LoggedEvent) -> AgentStateChangedEvent:
    """Return the agent event that ``record`` was made of."""
    event = _from_json(AgentStateChangedEvent, record.payload)
    assert isinstance(event, AgentStateChangedEvent)
    return event


def from_payload(kind: type[T], payload: Mapping[str, Any]) -> T:
    """Return the dataclass ``kind`` that ``to_payload`` made ``payload`` of."""
    value = _from_json(kind, payload)
    assert isinstance(value, kind)
    return value


@lru_cache(maxsize=1)
def _call_event_kinds() -> Mapping[str, type[CallEvent]]:
    kinds = (getattr(call_events, name) for name in dir(call_events))
    return {
        kind.__name__.removesuffix("Event"): kind
        for kind in kinds
        if isinstance(kind, type) and issubclass(kind, CallEvent)
    }


def _to_json(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return to_payload(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_to_json(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _to_json(item) for key, item in value.items()}
    return value


@lru_cache(maxsize=64)
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _from_json(kind: Any, value: Any) -> Any:
    """Return ``value`` as the annotated type ``kind``; the inverse of ``_to_json``."""
    kind = _plain_type(kind)
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return None if value is None else _from_json(_not_none(kind), value)
    if origin is tuple:
        return tuple(_from_json(get_args(kind)[0], item) for item in value)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{name: _from_json(hints[name], item) for name, item in value.items()})
    if kind in (datetime, date):
        return kind.fromisoformat(value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    return value


def _plain_type(kind: Any) -> Any:
    while isinstance(kind, typing.NewType):
        kind = kind.__supertype__
    return kind


def _not_none(kind: Any) -> Any:
    return next(arg for arg in get_args(kind) if arg is not NoneType)
