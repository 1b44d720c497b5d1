"""Finds somebody else for what a dealer declined; runs on the `desk-loop` thread.

A dealer sees no order but its own, so its desk cannot choose who is next, nor would the server let
it: the order waits for dispatch, and the desks in the house hear of it. The desk of whoever owns
the order, and every dispatcher's, asks the rules once more; the first one to save wins.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from agent_desk.domain.change import Change
from agent_desk.domain.errors import AgentDeskError
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import WorkOrderId
from agent_desk.domain.rights import Right
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from agent_desk.services.access import Access
from agent_desk.services.change_watch import SharedRecordsChangedEvent
from agent_desk.services.event_bus import EventBus
from agent_desk.services.work_orders import WorkOrders

_log = logging.getLogger(__name__)


class Rerouting:
    """Follows what other desks decline."""

    def __init__(self, *, bus: EventBus, access: Access, orders: WorkOrders) -> None:
        """Nothing is routed before ``start``."""
        self._bus = bus
        self._access = access
        self._orders = orders
        self._routing: set[asyncio.Task[None]] = set()
        self._unsubscribe: Callable[[], None] = _nothing

    def start(self) -> None:
        """Begin to follow."""
        self._unsubscribe = self._bus.subscribe(SharedRecordsChangedEvent, self._on_changes)

    async def stop(self) -> None:
        """Finish what is being routed, and follow nothing more."""
        self._unsubscribe()
        self._unsubscribe = _nothing
        await asyncio.gather(*self._routing, return_exceptions=True)

    def _on_changes(self, event: SharedRecordsChangedEvent) -> None:
        for order_id in {WorkOrderId(c.stream_id) for c in event.changes if self._is_ours(c)}:
            task = asyncio.create_task(self._route(order_id), name="rerouting")
            self._routing.add(task)
            task.add_done_callback(self._routing.discard)

    def _is_ours(self, change: Change) -> bool:
        if change.stream is not Stream.WORK_ORDER or change.kind != "OrderReturnedToDispatch":
            return False
        if self._access.may(Right.DISPATCH_ORDERS):
            return True
        return change.owner == self._access.login and self._access.may(Right.RAISE_ORDERS)

    async def _route(self, order_id: WorkOrderId) -> None:
        try:
            order = await self._orders.get(order_id)
            if _waits(order):
                await self._orders.route(order_id, order.version)
        except AgentDeskError as error:
            # Another desk was first, or the database is away: then it waits for a dispatcher.
            _log.info("order %s is not routed from here: %s", order_id, error)


def _waits(order: WorkOrder) -> bool:
    is_waiting = order.state is WorkOrderState.PENDING_DISPATCH
    return is_waiting and order.routing is not None and order.routing.awaits_routing


def _nothing() -> None:
    """Stop nothing."""
