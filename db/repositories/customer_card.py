"""Everything that the screen pop shows at once; on the thread of its unit of work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, select, text

from agent_desk.domain.customer import CARD_KINDS, CustomerCard, OpenOrder, OpenTicket
from agent_desk.domain.errors import NotFoundError
from agent_desk.domain.event_log import from_payload
from agent_desk.domain.identifiers import CustomerId
from agent_desk.domain.routing import RoutingDecision
from agent_desk.domain.ticket import UNFINISHED
from agent_desk.ports.storage import MAX_PAGE
from db.customer_rows import contact_point_from, customer_from, note_from
from db.packed import PackedSelects
from db.product_rows import product_from, with_contract
from db.repositories.timeline import (
    timeline_entry,
    timeline_page,
    timeline_total,
)
from db.statement_types import AnyRow, AnySelect
from db.tables import (
    UNDER_WAY,
    categories,
    companies,
    contact_points,
    customers,
    departments,
    interactions,
    notes,
    products,
    quoted,
    tickets,
    work_orders,
)

_RECENT = timedelta(days=90)
_CUSTOMER_ID: ColumnElement[str] = bindparam("customer_id")


def customer_statement(*more: Any) -> AnySelect:
    """Return the statement for the customer ``:customer_id`` with the company's name."""
    return (
        select(*customers.c, companies.c.name.label("company_name"), *more)
        .select_from(customers)
        .outerjoin(companies, companies.c.id == customers.c.company_id)
        .where(customers.c.id == bindparam("customer_id"))
    )


def customer_card(
    connection: Connection, customer_id: CustomerId, *, now: datetime, rows: int
) -> CustomerCard:
    """Return the whole card; raises NotFoundError."""
    values = {
        "customer_id": customer_id,
        "rows": max(0, min(rows, MAX_PAGE)),
        "offset": 0,
        "since_90_days": now - _RECENT,
    }
    return _card(customer_id, _packed().execute(connection, values))


def _card(customer_id: CustomerId, found: Mapping[str, Sequence[Any]]) -> CustomerCard:
    if not found["head"]:
        raise NotFoundError(subject="Customer", id=customer_id)
    head = found["head"][0]
    return CustomerCard(
        customer=customer_from(head),
        contact_points=tuple(map(contact_point_from, found["points"])),
        products=tuple(map(product_from, found["products"])),
        notes=tuple(map(note_from, found["notes"])),
        timeline=tuple(map(timeline_entry, found["timeline"])),
        timeline_total=head.timeline_total,
        open_tickets=tuple(map(_open_ticket, found["open_tickets"])),
        open_orders=tuple(map(_open_order, found["open_orders"])),
        calls_90_days=head.calls_90_days,
    )


def _open_ticket(row: AnyRow) -> OpenTicket:
    return OpenTicket(
        id=row.id,
        number=row.number,
        subject=row.subject,
        state=row.state,
        category=row.category,
        opened_at=row.opened_at,
    )


def _open_order(row: AnyRow) -> OpenOrder:
    return OpenOrder(
        id=row.id,
        number=row.number,
        ticket_id=row.ticket_id,
        subject=row.subject,
        state=row.state,
        department=row.department or "",
        department_zh=row.department_zh or "",
        changed_at=row.changed_at,
        routing=from_payload(RoutingDecision, row.routing) if row.routing else None,
    )


def _head() -> AnySelect:
    recent_calls = (
        select(func.count())
        .select_from(interactions)
        .where(
            interactions.c.customer_id == bindparam("customer_id"),
            interactions.c.began_at >= bindparam("since_90_days"),
        )
        .scalar_subquery()
    )
    return customer_statement(
        timeline_total().label("timeline_total"), recent_calls.label("calls_90_days")
    )


_HEAD = _head()
_POINTS = (
    select(contact_points)
    .where(contact_points.c.customer_id == _CUSTOMER_ID)
    .order_by(contact_points.c.kind.desc(), contact_points.c.is_primary.desc(), contact_points.c.id)
    .limit(MAX_PAGE)
)
_PRODUCTS = (
    with_contract(products)
    .where(products.c.customer_id == _CUSTOMER_ID)
    .order_by(products.c.name, products.c.id)
    .limit(MAX_PAGE)
)
_NOTES = (
    select(notes)
    .where(notes.c.customer_id == _CUSTOMER_ID)
    .order_by(notes.c.pinned.desc(), notes.c.created_at.desc(), notes.c.id.desc())
    .limit(MAX_PAGE)
)
_OPEN_TICKETS = (
    select(tickets, categories.c.name.label("category"))
    .join(categories, categories.c.id == tickets.c.category_id)
    .where(tickets.c.customer_id == _CUSTOMER_ID, text(f"state IN ({quoted(UNFINISHED)})"))
    .order_by(tickets.c.number.desc())
    .limit(MAX_PAGE)
)
_OPEN_ORDERS = (
    select(
        work_orders,
        departments.c.name.label("department"),
        departments.c.name_zh.label("department_zh"),
    )
    .outerjoin(departments, departments.c.id == work_orders.c.department_id)
    .where(work_orders.c.customer_id == _CUSTOMER_ID, text(f"state IN ({quoted(UNDER_WAY)})"))
    .order_by(work_orders.c.number.desc())
    .limit(MAX_PAGE)
)


@lru_cache(maxsize=1)
def _parts() -> Mapping[str, Any]:
    return {
        "head": _HEAD,
        "points": _POINTS,
        "products": _PRODUCTS,
        "notes": _NOTES,
        "open_tickets": _OPEN_TICKETS,
        "open_orders": _OPEN_ORDERS,
        "timeline": timeline_page(CARD_KINDS),
    }


@lru_cache(maxsize=1)
def _packed() -> PackedSelects:
    return PackedSelects(**_parts())
