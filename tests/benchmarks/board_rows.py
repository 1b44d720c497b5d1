"""Ten thousand open orders for the board's benchmark, the same each time."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial

from agent_desk.domain.customer import Customer
from agent_desk.domain.identifiers import (
    AgentId,
    CustomerId,
    TicketId,
    WorkOrderId,
    new_uuid7,
)
from agent_desk.domain.ticket import Priority, Ticket, TicketState
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from agent_desk.ports.storage import UnitOfWork

CITIES = ("北京", "上海", "Hamburg", "Köln", "Lyon", "广州", "Wien", "")
STATES = (
    WorkOrderState.PENDING_DISPATCH,
    WorkOrderState.ASSIGNED,
    WorkOrderState.ACCEPTED,
    WorkOrderState.IN_PROGRESS,
    WorkOrderState.ON_HOLD,
    WorkOrderState.REPORTED,
    WorkOrderState.VERIFYING,
)
_BEGAN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


AT_ONCE = 250
"""Orders in one transaction: a server's unit of work has its longest time."""


def fill(write: Callable[[Callable[[UnitOfWork], None]], None], count: int) -> None:
    """Store ``count`` open orders of as many customers by ``write``."""
    for first in range(1, count + 1, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, count + 1))
        write(partial(_store, numbers))


def _store(numbers: Iterable[int], unit: UnitOfWork) -> None:
    categories = unit.catalogue.categories()
    departments = unit.catalogue.departments()
    for number in numbers:
        chance = random.Random(number)
        at = _BEGAN + timedelta(minutes=chance.randrange(60 * 24 * 20), seconds=number % 60)
        state = chance.choice(STATES)
        customer = Customer(
            id=CustomerId(new_uuid7(at)), name=f"Customer {number}", city=chance.choice(CITIES)
        )
        ticket = Ticket(
            id=TicketId(new_uuid7(at)),
            number=unit.tickets.next_number(),
            customer_id=customer.id,
            category_id=chance.choice(categories).id,
            subject=f"Line fault {number} in the street",
            description="",
            priority=chance.choice(tuple(Priority)),
            state=TicketState.PENDING,
            owner=AgentId("1001"),
            opened_at=at,
        )
        order = WorkOrder(
            id=WorkOrderId(new_uuid7(at)),
            number=unit.orders.next_number(),
            ticket_id=ticket.id,
            customer_id=customer.id,
            subject=ticket.subject,
            instructions="",
            priority=ticket.priority,
            state=state,
            owner=ticket.owner,
            raised_at=at,
            changed_at=at + timedelta(minutes=chance.randrange(600)),
            department_id=(
                None if state is WorkOrderState.PENDING_DISPATCH else chance.choice(departments).id
            ),
            hold_reason="parts" if state is WorkOrderState.ON_HOLD else "",
        )
        unit.customers.add(customer, ())
        unit.tickets.add(ticket)
        unit.orders.add(order)
