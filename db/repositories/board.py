"""The open orders of a board in light rows; used on the thread of its unit of work."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select, text

from agent_desk.domain.board import BoardOrder
from agent_desk.domain.identifiers import (
    DepartmentId,
    WorkOrderId,
)
from agent_desk.domain.ticket import Priority
from agent_desk.domain.work_order import WorkOrderState
from agent_desk.ports.storage import MAX_PAGE
from db.prepared import PreparedSelect
from db.tables import UNDER_WAY, customers, quoted, tickets, work_orders

_STATES: Final = MappingProxyType({state.value: state for state in WorkOrderState})
_PRIORITIES: Final = MappingProxyType({priority.value: priority for priority in Priority})

_ROWS = (
    select(
        work_orders.c.id,
        work_orders.c.number,
        work_orders.c.subject,
        work_orders.c.customer_id,
        customers.c.name,
        customers.c.city,
        tickets.c.category_id,
        work_orders.c.department_id,
        work_orders.c.state,
        work_orders.c.priority,
        work_orders.c.owner,
        work_orders.c.raised_at,
        work_orders.c.changed_at,
        work_orders.c.version,
        work_orders.c.field_work,
        work_orders.c.hold_reason,
        work_orders.c.round,
    )
    .select_from(work_orders)
    .join(customers, customers.c.id == work_orders.c.customer_id)
    .join(tickets, tickets.c.id == work_orders.c.ticket_id)
    # Literally, as the partial indexes have it.
    .where(text(f"work_orders.state IN ({quoted(UNDER_WAY)})"))
)
_OF_ALL = PreparedSelect(_ROWS, sees_writes=False)
_OF_DEPARTMENT = PreparedSelect(
    _ROWS.where(work_orders.c.department_id == bindparam("department_id")), sees_writes=False
)
_SOME = _ROWS.where(work_orders.c.id.in_(bindparam("ids", expanding=True)))


class SqlBoardRepository:
    """``ports.storage.BoardRepository`` on one connection."""

    def __init__(self, connection: Connection) -> None:
        """Read on ``connection``."""
        self._connection = connection

    def open_orders(self, *, department_id: DepartmentId | None = None) -> list[BoardOrder]:
        """Return every open order, of one department or of all, in any order."""
        statement, values = _OF_ALL, dict[str, object]()
        if department_id is not None:
            statement, values["department_id"] = _OF_DEPARTMENT, department_id
        chunks = statement.chunks(self._connection, values, size=MAX_PAGE)
        return [_order(row) for rows in chunks for row in rows]

    def some(
        self, ids: Collection[WorkOrderId], *, department_id: DepartmentId | None = None
    ) -> Sequence[BoardOrder]:
        """Return those of ``ids`` that are open orders."""
        found = self._connection.execute(_SOME, {"ids": list(ids)})
        orders = [_order(row) for row in found]
        return [o for o in orders if department_id is None or o.department_id == department_id]


def _order(row: Sequence[Any]) -> BoardOrder:
    """Return the order of a row as the driver gave it.

    Without the constructors of its types: ten thousand rows are waited for by a person.
    """
    department_id = row[7]
    return BoardOrder._make(
        (
            str(row[0]),
            row[1],
            row[2],
            str(row[3]),
            row[4],
            row[5],
            str(row[6]),
            str(department_id) if department_id is not None else None,
            _STATES[row[8]],
            _PRIORITIES[row[9]],
            row[10],
            _moment(row[11]),
            _moment(row[12]),
            row[13],
            bool(row[14]),
            row[15],
            row[16],
        )
    )


def _moment(value: int | datetime) -> datetime:
    """Return a stored time; exact to the microsecond until the year 2242."""
    if isinstance(value, int):
        return datetime.fromtimestamp(value / 1_000_000, UTC)
    return value.astimezone(UTC)
