"""The cards of the board in their columns; it says what changed, card by card; main thread."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from agent_desk.domain.board import COLUMNS, BoardOrder, CardClock, Urgency, column_of, urgency
from agent_desk.domain.board_filter import BoardFilter
from agent_desk.domain.identifiers import DepartmentId, WorkOrderId
from agent_desk.domain.work_order import WorkOrderState

_MANY = 500
"""So many changes at once are shown by filling the columns anew."""


class Place(NamedTuple):
    """Where a card stands; row: from the top, from 0."""

    column: WorkOrderState
    row: int


class _Lane:
    """The cards of one column in the order of their urgency."""

    def __init__(self) -> None:
        self.keys: list[Urgency] = []
        self.orders: list[BoardOrder] = []

    def fill(self, cards: list[tuple[Urgency, BoardOrder]]) -> None:
        cards.sort(key=itemgetter(0))
        self.keys = [key for key, _ in cards]
        self.orders = [order for _, order in cards]

    def row_of(self, key: Urgency) -> int:
        """Return where a card of ``key`` stands or would stand."""
        return bisect_left(self.keys, key)

    def add(self, key: Urgency, order: BoardOrder) -> int:
        row = self.row_of(key)
        self.keys.insert(row, key)
        self.orders.insert(row, order)
        return row

    def remove(self, key: Urgency) -> int:
        row = self.row_of(key)
        del self.keys[row], self.orders[row]
        return row

    def stays(self, row: int, key: Urgency) -> bool:
        """Return whether the card at ``row`` stays between its neighbours with ``key``."""
        after = row == 0 or self.keys[row - 1] < key
        return after and (row == len(self.keys) - 1 or key < self.keys[row + 1])


class BoardModel(QObject):
    """Every open order, and those that are shown.

    filled: a column is new as a whole. changed, removed, added: one card, by column and row.
    counted: numbers of cards may be others now. Columns are states by name.
    """

    filled = Signal(str)
    changed = Signal(str, int)
    removed = Signal(str, int)
    added = Signal(str, int)
    counted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._orders: dict[WorkOrderId, BoardOrder] = {}
        self._clocks: dict[WorkOrderId, CardClock] = {}
        self._lanes = {column: _Lane() for column in COLUMNS}
        self._keys: dict[WorkOrderId, tuple[WorkOrderState, Urgency]] = {}
        self._marked: set[WorkOrderId] = set()
        self._filter = BoardFilter()
        self._now: datetime | None = None

    @property
    def filter(self) -> BoardFilter:
        """What is shown."""
        return self._filter

    def all(self) -> Iterable[BoardOrder]:
        """Return every open order, also those that are not shown."""
        return self._orders.values()

    def count(self) -> int:
        """Return how many orders are open."""
        return len(self._orders)

    def order(self, order_id: str) -> BoardOrder | None:
        """Return an open order, None when it is none."""
        return self._orders.get(WorkOrderId(order_id))

    def clock(self, order_id: WorkOrderId) -> CardClock | None:
        """Return the service clock of a card, None when it has none."""
        return self._clocks.get(order_id)

    def lane(self, column: WorkOrderState) -> Sequence[BoardOrder]:
        """Return the cards of a column from the top; not to be changed."""
        return self._lanes[column].orders

    def place(self, order_id: str) -> Place | None:
        """Return where a card stands, None while it is not shown."""
        found = self._keys.get(WorkOrderId(order_id))
        if found is None:
            return None
        column, key = found
        return Place(column, self._lanes[column].row_of(key))

    def overdue(self, column: WorkOrderState, now: datetime) -> int:
        """Return how many cards of a column are overdue: they stand first."""
        return bisect_left(self._lanes[column].keys, (now.timestamp(), 0, 0.0, 0))

    def loads(self) -> dict[DepartmentId, int]:
        """Return how many orders each department has in its hands."""
        loads: dict[DepartmentId, int] = {}
        for order in self._orders.values():
            if order.department_id is not None and order.state is not WorkOrderState.VERIFYING:
                loads[order.department_id] = loads.get(order.department_id, 0) + 1
        return loads

    def show_all(self, orders: Iterable[BoardOrder], now: datetime) -> None:
        """Know ``orders`` and no others."""
        self._orders = {order.id: order for order in orders}
        self._clocks = {key: c for key, c in self._clocks.items() if key in self._orders}
        self._fill(now)

    def show_filter(self, chosen: BoardFilter, now: datetime) -> None:
        """Show what ``chosen`` admits; what is hidden by it is not marked any more."""
        self._filter = chosen
        self._fill(now)

    def change(self, ids: Collection[str], found: Iterable[BoardOrder], now: datetime) -> None:
        """Take over the orders ``ids`` as they were ``found``; the others of them are done."""
        known = {order.id: order for order in found}
        self._now = now
        for order_id in map(WorkOrderId, ids):
            order = known.get(order_id)
            if order is None:
                self._orders.pop(order_id, None)
                self._clocks.pop(order_id, None)
            else:
                self._orders[order_id] = order
            self._settle(order_id)
        self.counted.emit()

    def set_clocks(
        self, ids: Collection[str], clocks: Mapping[WorkOrderId, CardClock], now: datetime
    ) -> None:
        """Know the service clocks of ``ids``; those without one are left out of ``clocks``."""
        self._now = now
        changed = []
        for order_id in map(WorkOrderId, ids):
            clock = clocks.get(order_id)
            if clock == self._clocks.get(order_id) or order_id not in self._orders:
                continue
            if clock is None:
                del self._clocks[order_id]
            else:
                self._clocks[order_id] = clock
            changed.append(order_id)
        if len(changed) > _MANY:
            self._fill(now)
            return
        for order_id in changed:
            self._settle(order_id)
        if changed:
            self.counted.emit()

    def is_marked(self, order_id: WorkOrderId) -> bool:
        """Return whether a card is marked for what is done to several at once."""
        return order_id in self._marked

    def marked(self) -> list[BoardOrder]:
        """Return the marked cards, column by column, from the top."""
        if not self._marked:
            return []
        lanes = (lane.orders for lane in self._lanes.values())
        return [order for orders in lanes for order in orders if order.id in self._marked]

    def mark(self, ids: Iterable[WorkOrderId], *, on: bool = True) -> None:
        """Mark the shown cards of ``ids``, or take their marks away."""
        for order_id in ids:
            place = self.place(order_id)
            if place is None or (order_id in self._marked) == on:
                continue
            if on:
                self._marked.add(order_id)
            else:
                self._marked.discard(order_id)
            self.changed.emit(place.column, place.row)
        self.counted.emit()

    def unmark_all(self) -> None:
        """Take every mark away."""
        self.mark(tuple(self._marked), on=False)
        self._marked.clear()

    def _fill(self, now: datetime) -> None:
        self._now = now
        cards: dict[WorkOrderState, list[tuple[Urgency, BoardOrder]]] = {c: [] for c in COLUMNS}
        keys: dict[WorkOrderId, tuple[WorkOrderState, Urgency]] = {}
        clocks, admits = self._clocks, self._admits()
        for order in self._orders.values():
            clock, column = clocks.get(order.id), column_of(order.state)
            if column is not None and (admits is None or admits(order, clock, now)):
                key = urgency(order, clock)
                keys[order.id] = (column, key)
                cards[column].append((key, order))
        self._keys = keys
        self._marked &= keys.keys()
        for column, lane in self._lanes.items():
            lane.fill(cards[column])
            self.filled.emit(column)
        self.counted.emit()

    def _admits(self) -> Callable[[BoardOrder, CardClock | None, datetime], bool] | None:
        """Return what asks whether a card is shown; None when every card is."""
        return None if self._filter.is_empty else self._filter.admits

    def _settle(self, order_id: WorkOrderId) -> None:
        """Put one card where it belongs, touching no other."""
        before, now = self._keys.get(order_id), self._target(order_id)
        if before is not None and now is not None and before[0] is now[0]:
            lane, row = self._lanes[now[0]], self._lanes[now[0]].row_of(before[1])
            if lane.stays(row, now[1]):
                lane.keys[row], lane.orders[row] = now[1], self._orders[order_id]
                self._keys[order_id] = now
                self.changed.emit(now[0], row)
                return
        if before is not None:
            del self._keys[order_id]
            self.removed.emit(before[0], self._lanes[before[0]].remove(before[1]))
        if now is None:
            self._marked.discard(order_id)
            return
        self._keys[order_id] = now
        self.added.emit(now[0], self._lanes[now[0]].add(now[1], self._orders[order_id]))

    def _target(self, order_id: WorkOrderId) -> tuple[WorkOrderState, Urgency] | None:
        """Return where a card belongs by now, None where it is not shown."""
        order = self._orders.get(order_id)
        column = column_of(order.state) if order is not None else None
        if order is None or column is None or self._now is None:
            return None
        clock = self._clocks.get(order_id)
        if not self._filter.admits(order, clock, self._now):
            return None
        return column, urgency(order, clock)
