"""The append-only log: every call, agent and record event as one flat record; pure, any thread.

Figures and histories are rebuilt from these records, so each is complete in itself and is never
changed or deleted.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from agent_desk.domain import call_events
from agent_desk.domain.agent import AgentStateChangedEvent
from agent_desk.domain.call_events import CallEvent
from agent_desk.domain.identifiers import EventId
from agent_desk.domain.sound import QualityMeasuredEvent, RecordingChangedEvent

T = TypeVar("T")


class Stream(StrEnum):
    """What an event is about."""

    CALL = "CALL"
    AGENT = "AGENT"
    INTERACTION = "INTERACTION"
    CUSTOMER = "CUSTOMER"
    TICKET = "TICKET"
    WORK_ORDER = "WORK_ORDER"
    ARTICLE = "ARTICLE"


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


def sound_event_record(
    event: QualityMeasuredEvent | RecordingChangedEvent, *, id: EventId, actor: str
) -> LoggedEvent:
    """Return the log record of how a call sounded, or of its recording, in the call's stream."""
    return LoggedEvent(
        id=id,
        stream=Stream.CALL,
        stream_id=event.call_id,
        kind=type(event).__name__.removesuffix("Event"),
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
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple | list):
        return [_to_json(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _to_json(item) for key, item in value.items()}
    return value


def _from_json(kind: Any, value: Any) -> Any:
    """Return ``value`` as the annotated type ``kind``; the inverse of ``_to_json``."""
    read = _reader(kind)
    return value if read is None else read(value)


_Reader = Callable[[Any], Any]


@lru_cache(maxsize=512)
def _reader(kind: Any) -> _Reader | None:
    """Return what reads a JSON value as ``kind``, None for a value that is taken as it is.

    Made once for each type: a replay reads a million records.
    """
    kind = _plain_type(kind)
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return _optional_reader(_reader(_not_none(kind)))
    if origin in (tuple, Sequence):
        return _tuple_reader(_reader(get_args(kind)[0]))
    if isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return _named_tuple_reader(kind)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _record_reader(kind)
    if kind in (datetime, date):
        return cast("_Reader", kind.fromisoformat)
    if kind is Decimal or (isinstance(kind, type) and issubclass(kind, Enum)):
        return cast("_Reader", kind)
    return None


def _optional_reader(read: _Reader | None) -> _Reader | None:
    if read is None:
        return None
    return lambda value: None if value is None else read(value)


def _tuple_reader(read: _Reader | None) -> _Reader:
    if read is None:
        return tuple
    return lambda value: tuple(map(read, value))


def _named_tuple_reader(kind: type[Any]) -> _Reader:
    readers = [_reader(hint) for hint in get_type_hints(kind).values()]

    def read(values: Sequence[Any]) -> Any:
        pairs = zip(readers, values, strict=True)
        return kind(*(value if field is None else field(value) for field, value in pairs))

    return read


def _record_reader(kind: type[Any]) -> _Reader:
    # Asked for when first used: a record may hold others of its own kind.
    readers: dict[str, _Reader | None] = {}

    def read(value: Mapping[str, Any]) -> Any:
        if not readers:
            readers.update({name: _reader(hint) for name, hint in get_type_hints(kind).items()})
        fields = {}
        for name, item in value.items():
            field = readers[name]
            fields[name] = item if field is None else field(item)
        return kind(**fields)

    return read


def _plain_type(kind: Any) -> Any:
    while isinstance(kind, typing.NewType):
        kind = kind.__supertype__
    return kind


def _not_none(kind: Any) -> Any:
    return next(arg for arg in get_args(kind) if arg is not NoneType)
