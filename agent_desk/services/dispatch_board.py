"""The dispatcher's board: every open order, and those that changed since; on `desk-loop`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial

from agent_desk.domain.board import BoardOrder, CardClock
from agent_desk.domain.identifiers import DepartmentId, WorkOrderId
from agent_desk.domain.rights import Right
from agent_desk.domain.service_clock import Deadline
from agent_desk.ports.storage import MAX_PAGE, Storage, UnitOfWork
from agent_desk.services.access import Access

_CLOCKS_AT_ONCE = 50
"""Clocks worked out before everything else gets its turn: an instant on a calendar is dear."""

_REST_SECONDS = 0.002
"""Rest after them, so that the window that shows the cards is not held up by their clocks."""

DeadlineOf = Callable[[WorkOrderId], Deadline | None]


class DispatchBoard:
    """What a board shows; it changes nothing."""

    def __init__(
        self, *, storage: Storage, access: Access, deadline: DeadlineOf = lambda order_id: None
    ) -> None:
        """``deadline`` gives the service clock that an order has now, None when it has none."""
        self._storage = storage
        self._access = access
        self._deadline = deadline
        # What a deadline says of its instants is dear to work out, and stays until it changes.
        self._clocks: dict[WorkOrderId, CardClock] = {}

    async def all(self) -> Sequence[BoardOrder]:
        """Return every open order; raises RightsError and StorageError."""
        self._access.require(Right.DISPATCH_ORDERS)
        own = self._access.own_department
        return await self._storage.read(lambda uow: uow.board.open_orders(department_id=own))

    async def some(self, ids: Collection[WorkOrderId]) -> list[BoardOrder]:
        """Return those of ``ids`` that are open; raises RightsError and StorageError."""
        self._access.require(Right.DISPATCH_ORDERS)
        own = self._access.own_department
        found: list[BoardOrder] = []
        for part in _parts(tuple(ids)):
            found.extend(await self._storage.read(partial(_some, part, own)))
        return found

    async def clocks(self, ids: Collection[WorkOrderId]) -> Mapping[WorkOrderId, CardClock]:
        """Return the service clocks of ``ids``, of those that have one."""
        clocks: dict[WorkOrderId, CardClock] = {}
        for part in _parts(tuple(ids), _CLOCKS_AT_ONCE):
            for order_id in part:
                clock = self._clock(order_id)
                if clock is not None:
                    clocks[order_id] = clock
            await asyncio.sleep(_REST_SECONDS)
        return clocks

    def _clock(self, order_id: WorkOrderId) -> CardClock | None:
        deadline = self._deadline(order_id)
        if deadline is None:
            self._clocks.pop(order_id, None)
            return None
        known = self._clocks.get(order_id)
        if known is not None and known.deadline is deadline:
            return known
        clock = CardClock(deadline=deadline, due_at=deadline.due_at)
        self._clocks[order_id] = clock
        return clock


def _some(
    ids: Collection[WorkOrderId], own: DepartmentId | None, uow: UnitOfWork
) -> Sequence[BoardOrder]:
    return uow.board.some(ids, department_id=own)


def _parts(ids: tuple[WorkOrderId, ...], size: int = MAX_PAGE) -> Iterator[tuple[WorkOrderId, ...]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
