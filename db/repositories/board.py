"""The open orders of a board in light rows; used on the thread of its unit of work."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
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

_PLACES: Final = {name: place for place, name in enumerate(BoardOrder._fields)}
_IDS: Final = tuple(_PLACES[n] for n in ("id", "customer_id", "category_id", "department_id"))
_MOMENTS: Final = (_PLACES["raised_at"], _PLACES["changed_at"])
_STATE, _PRIORITY = _PLACES["state"], _PLACES["priority"]
_FIELD_WORK: Final = _PLACES["field_work"]

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
)
_IS_OPEN = text(f"work_orders.state IN ({quoted(UNDER_WAY)})")
_IS_NOT_DONE = text(f"work_orders.state NOT IN ({quoted(set(WorkOrderState) - UNDER_WAY)})")
_OF_DEPARTMENT = work_orders.c.department_id == bindparam("department_id")
_ALL: Final = MappingProxyType(
    {
        # A server knows how many orders are done, and takes the index when it is worth it.
        "postgresql": PreparedSelect(_ROWS.where(_IS_OPEN), sees_writes=False),
        # A file does not: its way over the index takes twice as long as reading the table.
        "sqlite": PreparedSelect(_ROWS.where(_IS_NOT_DONE), sees_writes=False),
    }
)
_OWN = PreparedSelect(_ROWS.where(_IS_OPEN, _OF_DEPARTMENT), sees_writes=False)
_SOME = _ROWS.where(_IS_OPEN, work_orders.c.id.in_(bindparam("ids", expanding=True)))


class SqlBoardRepository:
    """``ports.storage.BoardRepository`` on one connection."""

    def __init__(self, connection: Connection) -> None:
        """Read on ``connection``."""
        self._connection = connection

    def open_orders(self, *, department_id: DepartmentId | None = None) -> list[BoardOrder]:
        """Return every open order, of one department or of all, in any order."""
        statement, values = _ALL[self._connection.dialect.name], dict[str, object]()
        if department_id is not None:
            statement, values["department_id"] = _OWN, department_id
        chunks = statement.chunks(self._connection, values, size=MAX_PAGE)
        return [order for rows in chunks for order in _orders(rows)]

    def some(
        self, ids: Collection[WorkOrderId], *, department_id: DepartmentId | None = None
    ) -> Sequence[BoardOrder]:
        """Return those of ``ids`` that are open orders."""
        orders = _orders(self._connection.execute(_SOME, {"ids": list(ids)}).all())
        return [o for o in orders if department_id is None or o.department_id == department_id]


def _orders(rows: Sequence[Sequence[Any]]) -> list[BoardOrder]:
    """Return the orders of rows as the driver gave them.

    Column by column, without the constructors of its types: ten thousand rows are waited for by a
    person, and a call for each value of each of them would be most of the time.
    """
    if not rows:
        return []
    columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
    for place in _IDS:
        # By the first column, which is never empty.
        if not isinstance(rows[0][0], str):
            columns[place] = [str(each) if each is not None else None for each in columns[place]]
    columns[_STATE] = map(_STATES.__getitem__, columns[_STATE])
    columns[_PRIORITY] = map(_PRIORITIES.__getitem__, columns[_PRIORITY])
    for place in _MOMENTS:
        columns[place] = _moments(columns[place])
    columns[_FIELD_WORK] = map(bool, columns[_FIELD_WORK])
    return list(map(BoardOrder._make, zip(*columns, strict=True)))


def _moments(values: Iterable[Any]) -> list[datetime]:
    """Return stored times; those of a file are exact to the microsecond until the year 2242."""
    moments = list(values)
    if isinstance(moments[0], int):
        return [datetime.fromtimestamp(value / 1_000_000, UTC) for value in moments]
    return [value.astimezone(UTC) for value in moments]
