"""Lines of reports; on the thread of its unit of work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from agent_desk.domain.identifiers import WorkOrderId
from agent_desk.domain.money import Money
from agent_desk.domain.report_item import ItemKind, ReportItem
from db.loop_tables import order_report_items
from db.statement_types import AnyRow

_MILLI = 3
"""Decimal places of a quantity."""

_OF_ORDERS = (
    select(order_report_items)
    .where(order_report_items.c.order_id.in_(bindparam("orders", expanding=True)))
    .order_by(order_report_items.c.order_id, order_report_items.c.position)
)


def add_items(
    connection: Connection, order_id: WorkOrderId, report: int, items: Sequence[ReportItem]
) -> None:
    """Store the lines of the order's ``report``, a number from 1."""
    connection.execute(insert(order_report_items), item_rows(order_id, report, items))


def item_rows(
    order_id: WorkOrderId, report: int, items: Sequence[ReportItem]
) -> list[dict[str, Any]]:
    """Return the rows of the lines of the order's ``report``, a number from 1."""
    return [
        {
            "order_id": order_id,
            "report": report,
            "position": position,
            "kind": item.kind.value,
            "name": item.name,
            "quantity_milli": int(item.quantity.scaleb(_MILLI)),
            "unit_price_minor": item.unit_price.minor,
            "currency": item.unit_price.currency,
            "part_number": item.part_number,
        }
        for position, item in enumerate(items)
    ]


def items_of(
    connection: Connection, reports: Mapping[str, int]
) -> Mapping[str, Sequence[ReportItem]]:
    """Return the lines of each order's report, ``reports`` being its number by the order's id."""
    items = defaultdict(list)
    for row in connection.execute(_OF_ORDERS, {"orders": list(reports)}):
        if row.report == reports[row.order_id]:
            items[row.order_id].append(_item_from(row))
    return items


def _item_from(row: AnyRow) -> ReportItem:
    return ReportItem(
        kind=ItemKind(row.kind),
        name=row.name,
        quantity=Decimal(row.quantity_milli).scaleb(-_MILLI),
        unit_price=Money.of_minor(row.unit_price_minor, row.currency),
        part_number=row.part_number,
    )
