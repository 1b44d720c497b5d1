"""The customer's timeline: calls, tickets, orders and notes in one order.

On the thread of its unit of work.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Integer,
    Table,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal_column,
    null,
    select,
    union_all,
)

from agent_desk.domain.call import CallDirection
from agent_desk.domain.complaint import TicketKind
from agent_desk.domain.customer import (
    CARD_KINDS,
    TICKET_CONFIRMED,
    TimelineEntry,
    TimelineKind,
)
from agent_desk.domain.identifiers import CustomerId
from agent_desk.domain.ticket import TicketState
from agent_desk.ports.storage import MAX_PAGE
from db.columns import UtcDateTime
from db.complaint_tables import complaints
from db.packed import PackedSelects
from db.repositories.timeline_steps import order_steps, step_count
from db.statement_types import AnyRow, AnySelect
from db.tables import interactions, notes, tickets, work_orders

_TABLES: Mapping[TimelineKind, Table] = MappingProxyType(
    {
        TimelineKind.CALL: interactions,
        TimelineKind.TICKET: tickets,
        TimelineKind.ORDER: work_orders,
        TimelineKind.NOTE: notes,
    }
)


def timeline(
    connection: Connection,
    customer_id: CustomerId,
    *,
    kinds: frozenset[TimelineKind] | None,
    offset: int,
    rows: int,
) -> Sequence[TimelineEntry]:
    """Return one page, newest first; entries of the same moment by descending id."""
    wanted = CARD_KINDS if kinds is None else kinds
    if not wanted or rows <= 0:
        return []
    page = {"customer_id": customer_id, "rows": min(rows, MAX_PAGE), "offset": max(offset, 0)}
    return list(map(timeline_entry, _packed(wanted).execute(connection, page)["page"]))


def timeline_total(kinds: frozenset[TimelineKind] = CARD_KINDS) -> ColumnElement[int]:
    """Return the number of entries of the customer ``:customer_id`` as a column."""
    counts: list[ColumnElement[int]] = [
        select(func.count())
        .select_from(table)
        .where(table.c.customer_id == bindparam("customer_id"))
        .scalar_subquery()
        for kind, table in _TABLES.items()
        if kind in kinds
    ]
    if TimelineKind.STEP in kinds:
        counts.append(step_count())
    return functools.reduce(operator.add, counts, literal_column("0", Integer))


def count_timeline(
    connection: Connection, customer_id: CustomerId, kinds: frozenset[TimelineKind] | None
) -> int:
    """Return how many entries of ``kinds`` the customer has, of all kinds when None."""
    total = timeline_total(CARD_KINDS if kinds is None else kinds)
    found = connection.execute(select(total), {"customer_id": customer_id}).scalar()
    return int(found or 0)


def timeline_entry(row: AnyRow) -> TimelineEntry:
    """Return the entry of a row of ``timeline_page``."""
    at, kind, id_, subject, channel, agent, outcome, number, answered_at, ended_at = row[:10]
    answered = answered_at is not None and ended_at is not None
    return TimelineEntry(
        at=at,
        kind=TimelineKind(kind),
        id=id_,
        subject=subject,
        channel=channel,
        agent=agent,
        outcome=outcome,
        number=number,
        # A clock that was set back in the call tells of no time at all.
        duration_seconds=max(0.0, (ended_at - answered_at).total_seconds()) if answered else None,
    )


@lru_cache(maxsize=16)
def timeline_page(kinds: frozenset[TimelineKind]) -> CompoundSelect[*tuple[Any, ...]]:
    """Return the statement of one page, by ``:customer_id``, ``:rows`` and ``:offset``."""
    parts = {
        TimelineKind.CALL: _calls,
        TimelineKind.TICKET: _tickets,
        TimelineKind.ORDER: _orders,
        TimelineKind.NOTE: _notes,
    }
    chosen = [part() for kind, part in parts.items() if kind in kinds]
    newest_first: list[ColumnElement[Any]] = [
        literal_column("at").desc(),
        literal_column("id").desc(),
    ]
    if TimelineKind.STEP in kinds:
        # One command takes several steps at the same moment: they come in the order of the log.
        chosen = [part.add_columns(literal_column("0").label("place")) for part in chosen]
        chosen.append(order_steps())
        newest_first.insert(1, literal_column("place").desc())
    return (
        union_all(*chosen)
        .order_by(*newest_first)
        .limit(bindparam("rows"))
        .offset(bindparam("offset"))
    )


@lru_cache(maxsize=16)
def _packed(kinds: frozenset[TimelineKind]) -> PackedSelects:
    return PackedSelects(page=timeline_page(kinds))


def _text(value: str) -> ColumnElement[str]:
    return literal_column(f"'{value}'", Text)


def _no_time(name: str) -> ColumnElement[Any]:
    return cast(null(), UtcDateTime).label(name)


def _calls() -> AnySelect:
    c = interactions.c
    outbound = _text(CallDirection.OUTBOUND)
    return select(
        c.began_at.label("at"),
        _text(TimelineKind.CALL).label("kind"),
        c.id.label("id"),
        func.coalesce(func.nullif(c.note, ""), c.reason).label("subject"),
        case((c.direction == outbound, _text("voice-out")), else_=_text("voice-in")).label(
            "channel"
        ),
        c.agent_id.label("agent"),
        func.coalesce(c.disposition, c.outcome).label("outcome"),
        literal_column("0").label("number"),
        c.answered_at,
        c.ended_at,
    ).where(c.customer_id == bindparam("customer_id"))


def _tickets() -> AnySelect:
    c = tickets.c
    confirmed = and_(c.fcr_confirmed, c.state == _text(TicketState.CLOSED))
    complained = exists().where(complaints.c.ticket_id == c.id)
    channel = case((complained, _text(TicketKind.COMPLAINT)), else_=_text(""))
    return (
        _without_call(c.opened_at, TimelineKind.TICKET, c.id, c.subject, c.owner, channel)
        .add_columns(
            case((confirmed, _text(TICKET_CONFIRMED)), else_=c.state).label("outcome"),
            c.number.label("number"),
            _no_time("answered_at"),
            _no_time("ended_at"),
        )
        .where(c.customer_id == bindparam("customer_id"))
    )


def _orders() -> AnySelect:
    c = work_orders.c
    return (
        _without_call(c.raised_at, TimelineKind.ORDER, c.id, c.subject, c.owner)
        .add_columns(
            c.state.label("outcome"),
            c.number.label("number"),
            _no_time("answered_at"),
            _no_time("ended_at"),
        )
        .where(c.customer_id == bindparam("customer_id"))
    )


def _notes() -> AnySelect:
    c = notes.c
    return (
        _without_call(c.created_at, TimelineKind.NOTE, c.id, c.text, c.author)
        .add_columns(
            _text("").label("outcome"),
            literal_column("0").label("number"),
            _no_time("answered_at"),
            _no_time("ended_at"),
        )
        .where(c.customer_id == bindparam("customer_id"))
    )


def _without_call(
    at: ColumnElement[Any],
    kind: TimelineKind,
    id_: ColumnElement[str],
    subject: ColumnElement[str],
    agent: ColumnElement[str],
    channel: ColumnElement[str] | None = None,
) -> AnySelect:
    return select(
        at.label("at"),
        _text(kind).label("kind"),
        id_.label("id"),
        subject.label("subject"),
        (_text("") if channel is None else channel).label("channel"),
        agent.label("agent"),
    )
