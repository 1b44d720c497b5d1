"""Answers "where is my order?" for whoever has the customer on the phone; on `desk-loop`."""

from __future__ import annotations

from collections.abc import Callable

from agent_desk.domain.errors import NotFoundError
from agent_desk.domain.identifiers import WorkOrderId
from agent_desk.domain.order_answer import OrderAnswer
from agent_desk.domain.order_message import ReminderLimits
from agent_desk.domain.rights import Right
from agent_desk.domain.service_clock import Deadline
from agent_desk.ports.storage import Storage, UnitOfWork
from agent_desk.services.access import Access

DeadlineOf = Callable[[WorkOrderId], Deadline | None]


class OrderAnswers:
    """Reads one order with everything that is told about it; nothing is written here."""

    def __init__(
        self,
        *,
        storage: Storage,
        access: Access,
        limits: ReminderLimits,
        deadline: DeadlineOf = lambda _: None,
    ) -> None:
        """``deadline`` is the clock that an order has now, None for none."""
        self._storage = storage
        self._access = access
        self._limits = limits
        self._deadline = deadline

    async def of_order(self, order_id: WorkOrderId) -> OrderAnswer:
        """Return what to tell about the order; raises NotFoundError, RightsError."""
        self._access.require(Right.SEE_CUSTOMERS)

        def work(uow: UnitOfWork) -> OrderAnswer:
            lines = uow.orders.lines_of([order_id])
            if not lines:
                raise NotFoundError(subject="Work order", id=order_id)
            return OrderAnswer(
                line=lines[0],
                messages=uow.order_messages.of_order(order_id),
                due_at=deadline.due_at if deadline is not None else None,
                limits=self._limits,
            )

        deadline = self._deadline(order_id)
        return await self._storage.read(work)
