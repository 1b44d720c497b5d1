"""Reads what happened to a work order, with the names of those who did it; on `desk-loop`."""

from __future__ import annotations

from collections.abc import Sequence

from agent_desk.domain.errors import NotFoundError
from agent_desk.domain.identifiers import WorkOrderId
from agent_desk.domain.order_story import StoryStep, named, story_of, with_messages
from agent_desk.ports.storage import Storage, UnitOfWork
from agent_desk.services.access import Access
from agent_desk.services.told_events import told_of_order


class OrderStories:
    """The stories of the orders that the person at this desk may see."""

    def __init__(self, *, storage: Storage, access: Access) -> None:
        """Read from ``storage``; nothing is written here."""
        self._storage = storage
        self._access = access

    async def of_order(self, order_id: WorkOrderId) -> Sequence[StoryStep]:
        """Return the steps, oldest first; raises NotFoundError, also for another's order."""

        def work(uow: UnitOfWork) -> Sequence[StoryStep]:
            order = uow.orders.get(order_id)
            if self._access.own_department not in (None, order.department_id):
                raise NotFoundError(subject="Work order", id=order_id)
            steps = story_of(told_of_order(self._access, uow, order_id))
            if self._access.own_department is not None:
                steps = with_messages(steps, uow.order_messages.of_order(order_id))
            return named(steps, uow.people.names({step.actor for step in steps}))

        return await self._storage.read(work)
