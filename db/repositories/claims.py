"""Work that is handed out to one desk at a time; on the thread of its unit of work.

Many desks ask for the next item at the same moment: each skips what another one is just taking
(https://www.postgresql.org/docs/current/sql-select.html, SKIP LOCKED). SQLite has one writer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Float,
    Integer,
    Select,
    TextClause,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import insert as conflict_insert
from sqlalchemy.sql.dml import ReturningUpdate

from agent_desk.domain.claim import LEASE_SECONDS, RESERVED_SECONDS, Claim, WorkItem, WorkKind
from agent_desk.domain.errors import StaleClaimError
from agent_desk.domain.identifiers import AgentId, DeskId, WorkItemId
from agent_desk.domain.presence import GONE_AFTER_SECONDS
from agent_desk.domain.ticket import Priority
from agent_desk.ports.storage import MAX_PAGE
from db.claim_tables import CLAIMED, FREE, WAITING, work_items
from db.database_clock import database_time
from db.prepared import PreparedWrite
from db.presence_tables import desk_presence
from db.statement_types import AnyRow

_t = work_items.c
_lease = bindparam("lease", type_=Float)
# As a literal: not knowing the limit the server would plan the statement anew each time.
_most = bindparam("most", type_=Integer, literal_execute=True)
_ORDER = (_t.priority, _t.due_at, _t.created_at)
_FREE: dict[str, Any] = {"claimed_by": None, "claimed_until": None}

_PUT = PreparedWrite(conflict_insert(work_items).on_conflict_do_nothing(index_elements=["id"]))
_WITHDRAW = PreparedWrite(
    update(work_items)
    .where(_t.subject_id == bindparam("subject"), _t.kind == bindparam("of_kind"), text(WAITING))
    .values(finished_at=database_time())
)


_NOBODYS = text(FREE)
_EXPIRED = and_(text(CLAIMED), _t.claimed_until < database_time())


_AT_A_DESK = exists().where(
    desk_presence.c.agent_id == _t.reserved_for,
    desk_presence.c.left_at.is_(None),
    desk_presence.c.heartbeat_at >= database_time(-GONE_AFTER_SECONDS),
)
_IS_FOR_AGENT = or_(
    _t.reserved_for.is_(None),
    _t.reserved_for == bindparam("agent"),
    and_(_t.open_at.is_(None), _t.due_at <= database_time(-RESERVED_SECONDS)),
    and_(_t.open_at <= database_time(), ~_AT_A_DESK),
)


def _takeable(held: ColumnElement[bool] | TextClause) -> Select[Any]:
    """Return what an agent may get now of the items that are ``held`` so."""
    return select(_t.id, *_ORDER).where(
        held,
        _t.kind == bindparam("of_kind"),
        _t.due_at <= database_time(),
        _IS_FOR_AGENT,
    )


def _candidates(name: str, held: ColumnElement[bool] | TextClause) -> CTE:
    """Return as many such items as are wanted, locked; those that others take are skipped.

    Materialized: a plan that asked the subquery once more would lock further items.
    """
    found = _takeable(held).order_by(*_ORDER, _t.id).limit(_most)
    return found.with_for_update(skip_locked=True).cte(name).prefix_with("MATERIALIZED")


def _take_statement() -> ReturningUpdate[Any]:
    """Return the statement that hands out work.

    Free items and forgotten ones are looked for apart, each by its own index: what others hold
    would otherwise be passed over one by one at the head of the queue.
    """
    free, expired = _candidates("free", _NOBODYS), _candidates("expired", _EXPIRED)
    both = union_all(select(free), select(expired)).subquery("both_kinds")
    order = [both.c[column.name] for column in _ORDER]
    chosen = select(both.c.id).order_by(*order, both.c.id).limit(_most).cte("chosen")
    return update(work_items).where(_t.id == chosen.c.id).values(**_HANDED).returning(work_items)


_HANDED: dict[str, Any] = {
    "claimed_by": bindparam("desk"),
    "claimed_until": database_time(_lease),
    "token": _t.token + 1,
    "attempts": _t.attempts + 1,
    "handed_to": bindparam("agent"),
}
_TAKE = _take_statement()
_of_record = (_t.subject_id == bindparam("subject"), _t.kind == bindparam("of_kind"), text(WAITING))
_about = (
    select(_t.id)
    .where(
        *_of_record,
        or_(
            _t.claimed_by.is_(None),
            _t.claimed_by == bindparam("desk"),
            _t.claimed_until < database_time(),
        ),
        _IS_FOR_AGENT,
    )
    .limit(1)
    .with_for_update(skip_locked=True)
    .cte("about")
    .prefix_with("MATERIALIZED")
)
_TAKE_ABOUT = update(work_items).where(_t.id == _about.c.id).values(**_HANDED).returning(work_items)
_ABOUT = select(work_items).where(*_of_record).order_by(_t.created_at.desc()).limit(1)
_HANDED_TO = (
    select(_t.subject_id)
    .where(_t.kind == bindparam("of_kind"), _t.handed_to == bindparam("agent"), text(WAITING))
    .limit(MAX_PAGE)
)
_POSTPONE = (
    update(work_items)
    .where(*_of_record)
    .values(
        **_FREE,
        token=_t.token + 1,
        due_at=bindparam("due", type_=_t.due_at.type),
        open_at=bindparam("open", type_=_t.open_at.type),
        handed_to=None,
    )
)


def _counting(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Return how many items an agent may get now for which ``conditions`` hold."""
    kinds = (
        _takeable(held).where(*conditions).limit(MAX_PAGE).subquery()
        for held in (_NOBODYS, _EXPIRED)
    )
    counted = union_all(*(select(kind.c.id) for kind in kinds)).subquery()
    return select(func.count()).select_from(counted)


_WAITING_NOW = _counting()
_WAITING_OF_OTHERS = _counting(_t.reserved_for != bindparam("agent"))

_OF_CLAIM = (_t.id == bindparam("item"), _t.token == bindparam("fence"))
# A lease that ran out while nobody took the item is as good as new.
_RENEW = (
    update(work_items)
    .where(*_OF_CLAIM)
    .values(claimed_by=bindparam("desk"), claimed_until=database_time(_lease))
    .returning(_t.claimed_until, _t.finished_at)
)
_FINISH = (
    update(work_items)
    .where(*_OF_CLAIM)
    .values(finished_at=func.coalesce(_t.finished_at, database_time()))
)
# With a new token: a renewal that is on its way must not take it back again.
_GIVE_BACK = (
    update(work_items)
    .where(*_OF_CLAIM)
    .values(
        **_FREE,
        handed_to=None,
        token=_t.token + 1,
        due_at=func.coalesce(bindparam("due", type_=_t.due_at.type), _t.due_at),
    )
)
_RETURN_FROM = (
    update(work_items).where(_t.claimed_by == bindparam("desk"), text(CLAIMED)).values(**_FREE)
)
_expired = (
    select(_t.id)
    .where(text(CLAIMED), _t.claimed_until < database_time())
    .with_for_update(skip_locked=True)
    .cte("expired")
    .prefix_with("MATERIALIZED")
)
_RETURN_EXPIRED = update(work_items).where(_t.id == _expired.c.id).values(**_FREE)


class SqlClaimRepository:
    """``ports.storage.ClaimRepository`` on one connection."""

    def __init__(self, connection: Connection) -> None:
        """Work on ``connection``."""
        self._connection = connection

    def put(self, item: WorkItem, *, at: datetime) -> None:
        """Store work that came up ``at``; an id that is stored already changes nothing."""
        _PUT.send(self._connection, item_row(item, at))

    def withdraw(self, kind: WorkKind, subject_id: str) -> None:
        """Finish the waiting items about a record."""
        _WITHDRAW.send(self._connection, {"of_kind": kind.value, "subject": subject_id})

    def take(
        self,
        kind: WorkKind,
        *,
        desk_id: DeskId,
        agent_id: AgentId,
        most: int = 1,
        lease_seconds: float = LEASE_SECONDS,
    ) -> Sequence[Claim]:
        """Hand out up to ``most`` due items: by priority, then due time, then age."""
        values = {
            "of_kind": kind.value,
            "agent": agent_id,
            "desk": desk_id,
            "most": min(most, MAX_PAGE),
            "lease": lease_seconds,
        }
        rows = self._connection.execute(_TAKE, values).all()
        # What RETURNING gives has no order.
        rows = sorted(rows, key=lambda row: (row.priority, row.due_at, row.created_at, row.id))
        return [claim_from(row) for row in rows]

    def take_about(
        self,
        kind: WorkKind,
        subject_id: str,
        *,
        desk_id: DeskId,
        agent_id: AgentId,
        lease_seconds: float = LEASE_SECONDS,
    ) -> Claim | None:
        """Hand out what waits about one record, due or not; None when the agent may not have it."""
        values = {
            **_record(kind, subject_id),
            "agent": agent_id,
            "desk": desk_id,
            "lease": lease_seconds,
        }
        row = self._connection.execute(_TAKE_ABOUT, values).first()
        return None if row is None else claim_from(row)

    def about(self, kind: WorkKind, subject_id: str) -> WorkItem | None:
        """Return what waits about a record, in somebody's hands or not; None for nothing."""
        row = self._connection.execute(_ABOUT, _record(kind, subject_id)).first()
        return None if row is None else _item_from(row)

    def handed(self, kind: WorkKind, *, agent_id: AgentId) -> Sequence[str]:
        """Return the records whose waiting work was handed out last to this agent."""
        values = {"of_kind": kind.value, "agent": agent_id}
        return self._connection.execute(_HANDED_TO, values).scalars().all()

    def postpone(
        self, kind: WorkKind, subject_id: str, *, due_at: datetime, open_at: datetime | None
    ) -> None:
        """Let what waits about a record wait until ``due_at``; whoever has it has it no more."""
        values = {**_record(kind, subject_id), "due": due_at, "open": open_at}
        self._connection.execute(_POSTPONE, values)

    def renew(self, claim: Claim, *, lease_seconds: float = LEASE_SECONDS) -> Claim | None:
        """Return the claim with a new end of its lease; None when the work is done meanwhile."""
        values = {**_fence(claim), "desk": claim.desk_id, "lease": lease_seconds}
        row = self._connection.execute(_RENEW, values).first()
        if row is None:
            raise _stale(claim)
        return replace(claim, until=row.claimed_until) if row.finished_at is None else None

    def finish(self, claim: Claim) -> None:
        """Say that the work is done; raises StaleClaimError."""
        if self._connection.execute(_FINISH, _fence(claim)).rowcount == 0:
            raise _stale(claim)

    def give_back(self, claim: Claim, *, due_at: datetime | None = None) -> None:
        """Let somebody else have the item, not before ``due_at``; raises StaleClaimError."""
        if self._connection.execute(_GIVE_BACK, {**_fence(claim), "due": due_at}).rowcount == 0:
            raise _stale(claim)

    def return_from(self, desk_id: DeskId) -> int:
        """Give back everything that a dead desk had; return how many items."""
        return self._connection.execute(_RETURN_FROM, {"desk": desk_id}).rowcount

    def return_expired(self) -> int:
        """Give back what desks forgot to renew; return how many items."""
        return self._connection.execute(_RETURN_EXPIRED).rowcount

    def waiting(self, kind: WorkKind, *, agent_id: AgentId, of_others: bool = False) -> int:
        """Return how many items `take` would hand out to the agent now, at most MAX_PAGE."""
        values = {"of_kind": kind.value, "agent": agent_id}
        statement = _WAITING_OF_OTHERS if of_others else _WAITING_NOW
        return min(int(self._connection.execute(statement, values).scalar_one()), MAX_PAGE)


def item_row(item: WorkItem, created_at: datetime) -> dict[str, Any]:
    """Return the row of an item that nobody has."""
    return {
        "id": item.id,
        "kind": item.kind.value,
        "subject_id": item.subject_id,
        "priority": item.priority.value,
        "due_at": item.due_at,
        "created_at": created_at,
        "reserved_for": item.reserved_for,
        "open_at": item.open_at,
    }


def claim_from(row: AnyRow) -> Claim:
    """Return the claim of a row that a desk has."""
    return Claim(
        item=_item_from(row),
        desk_id=DeskId(row.claimed_by),
        token=row.token,
        until=row.claimed_until,
    )


def _item_from(row: AnyRow) -> WorkItem:
    return WorkItem(
        id=WorkItemId(row.id),
        kind=WorkKind(row.kind),
        subject_id=row.subject_id,
        due_at=row.due_at,
        priority=Priority(row.priority),
        reserved_for=AgentId(row.reserved_for) if row.reserved_for else None,
        open_at=row.open_at,
        attempts=row.attempts,
        handed_to=AgentId(row.handed_to) if row.handed_to else None,
    )


def _record(kind: WorkKind, subject_id: str) -> dict[str, Any]:
    return {"of_kind": kind.value, "subject": subject_id}


def _fence(claim: Claim) -> dict[str, Any]:
    return {"item": claim.item.id, "fence": claim.token}


def _stale(claim: Claim) -> StaleClaimError:
    return StaleClaimError(subject=claim.item.kind.words)
