"""Orders as they were when they were routed, to try rules on; on the thread of its unit of work."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Text, bindparam, cast, or_, select

from agent_desk.domain.category_tree import CategoryTree
from agent_desk.domain.customer import ContactKind, Tier
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import CategoryId, DepartmentId
from agent_desk.domain.order_origin import OrderOrigin, product_of
from agent_desk.domain.routing import OrderFacts
from agent_desk.domain.routing_trial import PastOrder
from agent_desk.domain.ticket import Priority
from agent_desk.domain.work_order import ON_HANDS
from db.statement_types import AnyRow
from db.tables import contact_points, customers, event_log, products, tickets, work_orders

MOST_ORDERS = 20_000
"""Longest past that rules are tried on, in orders; the newest count."""

_RAISED_THEN = (
    work_orders.c.raised_at >= bindparam("since"),
    work_orders.c.raised_at < bindparam("until"),
)
_PHONE = (
    select(contact_points.c.value)
    .where(
        contact_points.c.customer_id == work_orders.c.customer_id,
        contact_points.c.kind == ContactKind.PHONE.value,
    )
    .order_by(contact_points.c.is_primary.desc(), contact_points.c.id)
    .limit(1)
    .scalar_subquery()
)
_FIRST_ASSIGNED = (
    select(event_log.c.payload["department_id"].as_string())
    .where(
        event_log.c.stream == Stream.WORK_ORDER.value,
        event_log.c.stream_id == cast(work_orders.c.id, Text),
        event_log.c.kind == "OrderAssigned",
    )
    .order_by(event_log.c.seq)
    .limit(1)
    .scalar_subquery()
)
_ORDERS = (
    select(
        work_orders.c.number,
        work_orders.c.subject,
        work_orders.c.priority,
        work_orders.c.raised_at,
        work_orders.c.customer_id,
        tickets.c.category_id,
        customers.c.city,
        customers.c.address,
        customers.c.tier,
        _PHONE.label("phone"),
        _FIRST_ASSIGNED.label("went_to"),
        products.c.name.label("product"),
    )
    .select_from(work_orders)
    .join(tickets, tickets.c.id == work_orders.c.ticket_id)
    .join(customers, customers.c.id == work_orders.c.customer_id)
    .outerjoin(products, products.c.id == work_orders.c.product_id)
    .where(*_RAISED_THEN)
    .order_by(work_orders.c.raised_at.desc(), work_orders.c.number.desc())
    .limit(MOST_ORDERS)
)
_PRODUCTS = (
    select(products.c.customer_id, products.c.name)
    .where(products.c.customer_id.in_(select(work_orders.c.customer_id).where(*_RAISED_THEN)))
    .order_by(products.c.purchased_on.desc().nulls_last(), products.c.id.desc())
)
_HELD = select(
    work_orders.c.department_id,
    work_orders.c.raised_at,
    work_orders.c.changed_at,
    work_orders.c.state,
).where(
    work_orders.c.department_id.is_not(None),
    work_orders.c.raised_at < bindparam("until"),
    or_(
        work_orders.c.changed_at >= bindparam("since"),
        work_orders.c.state.in_(sorted(ON_HANDS)),
    ),
)


def past_orders(
    connection: Connection, tree: CategoryTree, *, since: datetime, until: datetime
) -> Sequence[PastOrder]:
    """Return what was raised from ``since`` up to ``until``, oldest first, without a region."""
    then = {"since": since, "until": until}
    owned: defaultdict[str, list[str]] = defaultdict(list)
    for row in connection.execute(_PRODUCTS, then):
        owned[row.customer_id].append(row.name)
    rows = connection.execute(_ORDERS, then).all()[::-1]
    orders = [_past_order(row, tree, tuple(owned[row.customer_id])) for row in rows]
    loads = _loads_at([order.at for order in orders], connection.execute(_HELD, then).all())
    return [replace(order, loads=load) for order, load in zip(orders, loads, strict=True)]


def _past_order(row: AnyRow, tree: CategoryTree, owned: tuple[str, ...]) -> PastOrder:
    origin = OrderOrigin(
        city=row.city,
        address=row.address,
        e164=row.phone or "",
        tier=Tier(row.tier),
        products=owned,
    )
    category = CategoryId(row.category_id)
    return PastOrder(
        number=row.number,
        subject=row.subject,
        origin=origin,
        order=OrderFacts(
            at=row.raised_at,
            categories=tuple(one.id for one in tree.ancestry(category)),
            product=row.product or product_of(origin, row.subject),
            tier=origin.tier,
            priority=Priority(row.priority),
        ),
        went_to=DepartmentId(row.went_to) if row.went_to else None,
        of_category=tree.department_of(category),
    )


def _loads_at(
    moments: Sequence[datetime], held: Sequence[AnyRow]
) -> Iterator[Mapping[DepartmentId, int]]:
    """Yield how many of ``held`` each department had just before each of ``moments``, in order."""
    steps: list[tuple[datetime, int, DepartmentId]] = []
    for row in held:
        department = DepartmentId(row.department_id)
        steps.append((row.raised_at, 1, department))
        if row.state not in ON_HANDS:
            steps.append((row.changed_at, -1, department))
    steps.sort(key=_moment_of, reverse=True)
    loads: Counter[DepartmentId] = Counter()
    for moment in moments:
        while steps and steps[-1][0] < moment:
            _, change, department = steps.pop()
            loads[department] += change
        yield dict(+loads)


def _moment_of(step: tuple[datetime, int, Any]) -> datetime:
    return step[0]
