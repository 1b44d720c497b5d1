"""Which desks are there, by the database's clock; on the thread of its unit of work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as conflict_insert

from agent_desk.domain.acd import QueueStatus
from agent_desk.domain.agent import AgentState, BusyKind, NotReadyReason
from agent_desk.domain.call import CallDirection, LocalConnectionState
from agent_desk.domain.event_log import to_payload
from agent_desk.domain.identifiers import AgentId, CallId, DeskId, QueueId
from agent_desk.domain.presence import (
    GONE_AFTER_SECONDS,
    MAX_DESKS,
    SHOWN_SECONDS,
    BeatAnswer,
    DeskPresence,
    DeskReport,
    Floor,
    Outlook,
    PresentCall,
    floor_of,
    is_gone,
)
from db.database_clock import database_time, without_waiting_for_the_disk
from db.prepared import PreparedSelect, PreparedWrite
from db.presence_tables import desk_presence
from db.statement_types import AnyRow

CLOSED_AT_ONCE = 20
"""Most desks that one transaction closes: a power cut in a room must not make a long one."""

KEPT_SECONDS = 86_400.0
"""How long a closed desk is remembered: longer than any of its calls could still be going on."""

_t = desk_presence.c
_is_silent = _t.heartbeat_at < database_time(-GONE_AFTER_SECONDS)

# Worked out once for the statement, not for each desk.
_silent_since = select(database_time(-GONE_AFTER_SECONDS)).scalar_subquery()
_OUTLOOK = PreparedSelect(
    select(
        func.count().label("desks"),
        func.count().filter(_t.heartbeat_at < _silent_since).label("gone"),
    ).where(_t.closed_at.is_(None))
)

_ANSWER = (_t.closings, without_waiting_for_the_disk())
_ALIVE: dict[str, Any] = {"heartbeat_at": database_time(), "left_at": None, "closed_at": None}
_TOLD = (
    "agent_id",
    "agent_name",
    "state",
    "reason",
    "busy_kind",
    "state_seconds",
    "calls",
    "queues",
)
_INSERT = conflict_insert(desk_presence).values(
    reported_at=database_time(), heartbeat_at=database_time()
)
_REPORT = _INSERT.on_conflict_do_update(
    index_elements=["desk_id"],
    set_={
        **{name: _INSERT.excluded[name] for name in _TOLD},
        **_ALIVE,
        "reported_at": database_time(),
    },
).returning(*_ANSWER)
_BEAT = PreparedWrite(
    update(desk_presence).where(_t.desk_id == bindparam("desk")).values(_ALIVE).returning(*_ANSWER)
)
_LEAVE = (
    update(desk_presence)
    .where(_t.desk_id == bindparam("desk"))
    .values(left_at=database_time(), calls=[], queues=[])
)
_FLOOR = (
    select(desk_presence, database_time().label("read_at"))
    .where(
        _t.left_at.is_(None),
        or_(_t.closed_at.is_(None), _t.closed_at > database_time(-SHOWN_SECONDS)),
    )
    .order_by(_t.heartbeat_at.desc())
    .limit(MAX_DESKS)
)
_NOW = select(database_time().label("read_at"))

_gone = (
    select(_t.desk_id)
    .where(_t.closed_at.is_(None), _is_silent)
    .order_by(_t.heartbeat_at)
    .limit(CLOSED_AT_ONCE)
    .with_for_update(skip_locked=True)
    .cte("gone")
    .prefix_with("MATERIALIZED")
)
_CLOSE_GONE = (
    update(desk_presence)
    .where(_t.desk_id == _gone.c.desk_id)
    .values(closed_at=database_time(), closings=_t.closings + 1)
    .returning(desk_presence)
)
_FORGET = delete(desk_presence).where(_t.closed_at < database_time(-KEPT_SECONDS))
_CALLS_OF = select(_t.calls).where(
    _t.agent_id == bindparam("agent"),
    _t.left_at.is_(None),
    _t.heartbeat_at >= database_time(-GONE_AFTER_SECONDS),
)


class SqlPresenceRepository:
    """``ports.storage.PresenceRepository`` on one connection."""

    def __init__(self, connection: Connection) -> None:
        """Work on ``connection``."""
        self._connection = connection

    def report(self, report: DeskReport) -> BeatAnswer:
        """Store what a desk says of itself, which is a heartbeat too."""
        return _answer(self._connection.execute(_REPORT, report_row(report)).one())

    def beat(self, desk_id: DeskId) -> BeatAnswer:
        """Store a sign of life; an unknown desk changes nothing and is told so."""
        return _answer(_BEAT.row(self._connection, {"desk": desk_id}))

    def outlook(self) -> Outlook:
        """Return how many desks this login sees, and how many of them nobody has closed yet."""
        ((desks, gone),) = _OUTLOOK.rows(self._connection, {})
        return Outlook(desks=desks, gone=gone)

    def floor(self) -> Floor:
        """Return the desks that are there, or gone for less than SHOWN_SECONDS."""
        rows = self._connection.execute(_FLOOR).all()
        if not rows:
            return Floor(at=self._connection.execute(_NOW).scalar_one())
        at = rows[0].read_at
        return floor_of((presence_from(row, at=at) for row in rows), at)

    def leave(self, desk_id: DeskId) -> None:
        """Take a desk that stops from the floor; an unknown one changes nothing."""
        self._connection.execute(_LEAVE, {"desk": desk_id})

    def close_gone(self) -> Sequence[DeskPresence]:
        """Return desks that are silent for whoever asks first to close; each is given once.

        Also one that left: it may have left a call behind.
        """
        rows = self._connection.execute(_CLOSE_GONE).all()
        self._connection.execute(_FORGET)
        return [presence_from(row, at=row.closed_at) for row in rows]

    def calls_of(self, agent_id: AgentId) -> frozenset[CallId]:
        """Return the calls that living desks of the agent have."""
        found = self._connection.execute(_CALLS_OF, {"agent": agent_id}).scalars()
        return frozenset(CallId(call["call_id"]) for calls in found for call in calls)


def report_row(report: DeskReport) -> dict[str, Any]:
    """Return the columns that a report fills."""
    told = to_payload(report)
    return {name: told[name] for name in ("desk_id", *_TOLD)}


def presence_from(row: AnyRow, *, at: Any) -> DeskPresence:
    """Return the desk of a row as it is at the database's time ``at``."""
    return DeskPresence(
        report=DeskReport(
            desk_id=DeskId(row.desk_id),
            agent_id=AgentId(row.agent_id),
            agent_name=row.agent_name,
            state=AgentState(row.state),
            reason=NotReadyReason(row.reason),
            busy_kind=BusyKind(row.busy_kind) if row.busy_kind else None,
            state_seconds=row.state_seconds,
            calls=tuple(_call_from(call) for call in row.calls),
            queues=tuple(QueueStatus(**queue) for queue in row.queues),
        ),
        reported_at=row.reported_at,
        heartbeat_at=row.heartbeat_at,
        left=row.left_at is not None,
        gone=row.left_at is None and is_gone(row.heartbeat_at, at),
    )


def _call_from(call: dict[str, Any]) -> PresentCall:
    """Return a call of a row; not by way of `from_payload`, which costs ten times as much."""
    return PresentCall(
        call_id=CallId(call["call_id"]),
        direction=CallDirection(call["direction"]),
        state=LocalConnectionState(call["state"]),
        queue_id=None if call["queue_id"] is None else QueueId(call["queue_id"]),
        seconds=call["seconds"],
    )


def _answer(row: Sequence[Any] | None) -> BeatAnswer:
    """Return what the columns of ``_ANSWER`` say."""
    if row is None:
        return BeatAnswer(is_known=False)
    closings, _ = row
    return BeatAnswer(is_known=True, closings=closings)
