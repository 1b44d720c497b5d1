"""Orders that a test raises at a desk's own services."""

from __future__ import annotations

from agent_desk.domain.category_tree import CategoryTree
from agent_desk.domain.customer import NewCustomer
from agent_desk.domain.ticket import Priority, Resolution, TicketForm
from agent_desk.domain.work_order import WorkOrder
from agent_desk.services.desk import Desk


async def raise_order(
    desk: Desk, subject: str = "Line down", priority: Priority = Priority.P1
) -> WorkOrder:
    """Return an order that has just gone to the department of its category."""
    card = await desk.customers.create(NewCustomer(name="王伟", number="+8613800138000"))
    categories = await desk.tickets.categories()
    tree = CategoryTree(categories)
    form = TicketForm(
        customer_id=card.customer.id,
        category_id=next(one.id for one in categories if tree.department_of(one.id)),
        subject=subject,
        priority=priority,
        resolution=Resolution.WORK_ORDER,
    )
    ticket = await desk.tickets.log(form, None)
    lines = await desk.orders.lines()
    return next(line.order for line in lines if line.order.ticket_id == ticket.id)
