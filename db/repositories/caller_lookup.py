"""Who may be calling: the hot path of the screen pop; on the thread of its unit of work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    bindparam,
    false,
    func,
    literal_column,
    or_,
    select,
    text,
    union_all,
)

from agent_desk.domain.call import CallDirection
from agent_desk.domain.customer import Tier
from agent_desk.domain.identifiers import SUFFIX_LENGTH, CustomerId, PhoneNumber
from agent_desk.domain.matching import MAX_CANDIDATES, CallerHit, HitKind
from agent_desk.domain.ticket import UNFINISHED
from db.columns import moment
from db.number_keys import MIN_SUFFIX, range_end, reversed_digits
from db.prepared import PreparedSelect
from db.statement_types import AnySelect
from db.tables import (
    UNDER_WAY,
    companies,
    contact_points,
    customers,
    interactions,
    note_numbers,
    quoted,
    tickets,
    work_orders,
)

MAX_HITS = 2 * MAX_CANDIDATES


def find_callers(
    connection: Connection, number: PhoneNumber | None, suffix: str
) -> Sequence[CallerHit]:
    """Return whom the number may belong to; see ``ports.storage.CustomerRepository``."""
    if number is not None:
        exact = _EXACT.rows(connection, {"number": number.e164})
        if exact:
            return [_hit(row) for row in exact]
    if len(suffix) < MIN_SUFFIX:
        return []
    key = reversed_digits(suffix[-SUFFIX_LENGTH:])
    found = _BY_ENDING.rows(
        connection,
        {
            "number": number.e164 if number else "",
            "from_key": key,
            "to_key": range_end(key),
            "eight": key[:8],
            "seven": key[:7],
        },
    )
    return [_hit(row) for row in found]


def _hit(row: tuple[Any, ...]) -> CallerHit:
    (customer_id, name, company, city, tier, kind, primary, ticket, order, we_called, called) = row
    return CallerHit(
        # PostgreSQL's driver makes an object of it.
        customer_id=CustomerId(str(customer_id)),
        name=name,
        company_name=company or "",
        city=city,
        tier=Tier(tier),
        kind=HitKind(kind),
        is_primary=bool(primary),
        open_ticket=ticket or 0,
        open_order=order or 0,
        we_called_at=moment(we_called),
        called_at=moment(called),
    )


def _newest_ticket() -> ScalarSelect[int]:
    # Spelled like the partial index, or it would not be used.
    unfinished = text(f"tickets.state IN ({quoted(UNFINISHED)})")
    return (
        select(func.max(tickets.c.number))
        .where(tickets.c.customer_id == customers.c.id, unfinished)
        .scalar_subquery()
    )


def _newest_order() -> ScalarSelect[int]:
    under_way = text(f"work_orders.state IN ({quoted(UNDER_WAY)})")
    return (
        select(func.max(work_orders.c.number))
        .where(work_orders.c.customer_id == customers.c.id, under_way)
        .scalar_subquery()
    )


def _last_call(direction: CallDirection, numbers: ColumnElement[bool]) -> ScalarSelect[Any]:
    return (
        select(func.max(interactions.c.began_at))
        .where(
            interactions.c.customer_id == customers.c.id,
            numbers,
            interactions.c.direction == literal_column(f"'{direction}'"),
        )
        .scalar_subquery()
    )


def _columns(kind: HitKind, primary: ColumnElement[Any], numbers: ColumnElement[bool]) -> AnySelect:
    return select(
        customers.c.id,
        customers.c.name,
        companies.c.name.label("company_name"),
        customers.c.city,
        customers.c.tier,
        literal_column(f"'{kind}'").label("kind"),
        primary.label("is_primary"),
        _newest_ticket().label("open_ticket"),
        _newest_order().label("open_order"),
        _last_call(CallDirection.OUTBOUND, numbers).label("we_called_at"),
        _last_call(CallDirection.INBOUND, numbers).label("called_at"),
    )


_NUMBER: ColumnElement[str] = bindparam("number")


def _exact() -> AnySelect:
    return (
        _columns(HitKind.EXACT, contact_points.c.is_primary, interactions.c.number == _NUMBER)
        .select_from(contact_points)
        .join(customers, customers.c.id == contact_points.c.customer_id)
        .outerjoin(companies, companies.c.id == customers.c.company_id)
        .where(contact_points.c.value == _NUMBER)
        .limit(literal_column(str(MAX_HITS)))
    )


def _ending(key: ColumnElement[str]) -> ColumnElement[bool]:
    """Return whether a stored key ends like the caller's, whichever of both is shorter."""
    return or_(
        (key >= bindparam("from_key")) & (key < bindparam("to_key")),
        key.in_([bindparam("eight"), bindparam("seven")]),
    )


def _by_ending() -> AnySelect:
    either = interactions.c.number.in_([_NUMBER, contact_points.c.value])
    by_suffix = (
        _columns(HitKind.SUFFIX, contact_points.c.is_primary, either)
        .select_from(contact_points)
        .join(customers, customers.c.id == contact_points.c.customer_id)
        .outerjoin(companies, companies.c.id == customers.c.company_id)
        .where(_ending(contact_points.c.suffix_reversed))
    )
    by_note = (
        _columns(HitKind.NOTE, false(), interactions.c.number == _NUMBER)
        .select_from(note_numbers)
        .join(customers, customers.c.id == note_numbers.c.customer_id)
        .outerjoin(companies, companies.c.id == customers.c.company_id)
        .where(_ending(note_numbers.c.suffix_reversed))
    )
    both = union_all(by_suffix, by_note).subquery()
    return select(both).limit(literal_column(str(MAX_HITS)))


_EXACT = PreparedSelect(_exact())
_BY_ENDING = PreparedSelect(_by_ending())
