"""Job sheets of the orders that the person at this desk may see; runs on the `desk-loop` thread."""

from __future__ import annotations

from agent_desk.domain.errors import NotFoundError
from agent_desk.domain.identifiers import WorkOrderId
from agent_desk.domain.job_sheet import JobSheet
from agent_desk.ports.storage import Storage, UnitOfWork
from agent_desk.services.access import Access
from agent_desk.services.order_stories import OrderStories
from agent_desk.services.told_events import shown_attachments


class JobSheets:
    """Reads what a technician takes along; nothing is written here."""

    def __init__(self, *, storage: Storage, access: Access, stories: OrderStories) -> None:
        """``stories`` leaves out what the person may not know."""
        self._storage = storage
        self._access = access
        self._stories = stories

    async def of_order(self, order_id: WorkOrderId) -> JobSheet:
        """Return it; raises NotFoundError, also for another's order."""

        def work(uow: UnitOfWork) -> JobSheet:
            order = uow.orders.get(order_id)
            if self._access.own_department not in (None, order.department_id):
                raise NotFoundError(subject="Work order", id=order_id)
            return JobSheet(
                site=uow.customers.site_of(order.customer_id),
                attachments=shown_attachments(self._access, uow, order_id),
            )

        sheet = await self._storage.read(work)
        steps = await self._stories.of_order(order_id)
        return JobSheet(site=sheet.site, steps=steps, attachments=sheet.attachments)
