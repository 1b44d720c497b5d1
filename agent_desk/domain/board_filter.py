"""What a dispatcher's board leaves out, and what is left by region; pure, any thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from agent_desk.domain.board import BoardOrder, CardClock, column_of
from agent_desk.domain.identifiers import CategoryId, DepartmentId, WorkOrderId
from agent_desk.domain.ticket import Priority
from agent_desk.domain.work_order import WorkOrderState

ClockOf = Callable[[WorkOrderId], CardClock | None]


def is_overdue(clock: CardClock | None, now: datetime) -> bool:
    """Return whether the service level of a card is missed at ``now``."""
    return clock is not None and clock.due_at is not None and clock.due_at < now


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardFilter:
    """Which cards are shown; every condition that is set must hold.

    text: words of number, subject or customer, "" for any. city: "" for customers whose place is
    not known, None for any. categories: any of them, all when empty. overdue: only those.
    """

    text: str = ""
    department_id: DepartmentId | None = None
    priority: Priority | None = None
    city: str | None = None
    categories: frozenset[CategoryId] = frozenset()
    overdue: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether everything is shown."""
        return self == BoardFilter()

    def admits(self, order: BoardOrder, clock: CardClock | None, now: datetime) -> bool:
        """Return whether the card of ``order`` is shown at ``now``."""
        return (
            (self.department_id is None or order.department_id == self.department_id)
            and (self.priority is None or order.priority is self.priority)
            and (self.city is None or order.city.strip() == self.city)
            and (not self.categories or order.category_id in self.categories)
            and (not self.overdue or is_overdue(clock, now))
            and (not self.text or self._is_found(order))
        )

    def _is_found(self, order: BoardOrder) -> bool:
        here = f"{order.number} {order.subject} {order.customer_name}".casefold()
        return all(word in here for word in self.text.casefold().split())


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionRow:
    """The open orders of one city. counts: by column; overdue: of all of them."""

    city: str
    counts: Mapping[WorkOrderState, int]
    total: int
    overdue: int


def regions_of(orders: Iterable[BoardOrder], clock: ClockOf, now: datetime) -> list[RegionRow]:
    """Return a row for each city, the one with most overdue orders first, then with most."""
    counts: dict[str, dict[WorkOrderState, int]] = {}
    overdue: dict[str, int] = {}
    for order in orders:
        column = column_of(order.state)
        if column is None:
            continue
        city = order.city.strip()
        of_city = counts.setdefault(city, {})
        of_city[column] = of_city.get(column, 0) + 1
        overdue[city] = overdue.get(city, 0) + is_overdue(clock(order.id), now)
    rows = [
        RegionRow(city=city, counts=found, total=sum(found.values()), overdue=overdue[city])
        for city, found in counts.items()
    ]
    return sorted(rows, key=lambda row: (-row.overdue, -row.total, row.city))
