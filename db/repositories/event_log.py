"""The append-only log; on the thread of its unit of work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.postgresql import insert as conflict_insert

from agent_desk.domain.event_log import LoggedEvent, Stream
from agent_desk.domain.identifiers import EventId
from db.prepared import PreparedSelect, PreparedWrite
from db.statement_types import AnyRow
from db.tables import event_log

# PostgreSQL's spelling is SQLite's too, and compiles for both.
_APPEND = PreparedWrite(conflict_insert(event_log).on_conflict_do_nothing(index_elements=["id"]))
_OF = PreparedSelect(
    select(event_log)
    .where(
        event_log.c.stream == bindparam("stream"), event_log.c.stream_id == bindparam("stream_id")
    )
    .order_by(event_log.c.seq)
)


_LAST_BEFORE = (
    select(event_log)
    .where(
        event_log.c.stream == bindparam("stream"),
        event_log.c.stream_id == bindparam("stream_id"),
        event_log.c.at < bindparam("moment", type_=event_log.c.at.type),
    )
    .order_by(event_log.c.seq.desc())
    .limit(1)
)


class SqlEventLog:
    """``ports.storage.EventLog`` on one connection."""

    def __init__(self, connection: Connection) -> None:
        """Work on ``connection``."""
        self._connection = connection
        self._appended: list[LoggedEvent] = []

    def append(self, events: Iterable[LoggedEvent]) -> None:
        """Store events; one whose id is stored already changes nothing."""
        for event in events:
            _APPEND.send(self._connection, event_row(event))
            self._appended.append(event)

    def appended(self) -> Sequence[LoggedEvent]:
        """Return what this unit of work has appended so far, in order."""
        return tuple(self._appended)

    def of(self, stream: Stream, stream_id: str) -> Sequence[LoggedEvent]:
        """Return the events of one stream in the order in which they were stored."""
        asked = {"stream": stream.value, "stream_id": stream_id}
        return [event_from(row) for row in _OF.records(self._connection, asked)]

    def last_before(self, stream: Stream, stream_id: str, at: datetime) -> LoggedEvent | None:
        """Return the newest event of one stream that happened before ``at``, None for none."""
        asked = {"stream": stream.value, "stream_id": stream_id, "moment": at}
        row = self._connection.execute(_LAST_BEFORE, asked).first()
        return None if row is None else event_from(row)


def event_row(event: LoggedEvent) -> dict[str, Any]:
    """Return the row of an event."""
    return {
        "id": event.id,
        "stream": event.stream.value,
        "stream_id": event.stream_id,
        "kind": event.kind,
        "at": event.at,
        "actor": event.actor,
        "payload": dict(event.payload),
    }


def event_from(row: AnyRow) -> LoggedEvent:
    """Return the event of a row."""
    return LoggedEvent(
        id=EventId(row.id),
        stream=Stream(row.stream),
        stream_id=row.stream_id,
        kind=row.kind,
        at=row.at,
        actor=row.actor,
        payload=row.payload,
    )
