"""Kept commands as a day without a database leaves them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from agent_desk.domain.command import (
    AcceptOrder,
    AddNote,
    AddNumber,
    ChangeCustomer,
    CreateCustomer,
    LogTicket,
    ReportOrder,
)
from agent_desk.domain.customer import CustomerChanges, NewCustomer, Tier
from agent_desk.domain.errors import StaleVersionError
from agent_desk.domain.identifiers import (
    AgentId,
    CategoryId,
    CommandId,
    CustomerId,
    WorkOrderId,
    new_uuid7,
)
from agent_desk.domain.kept_command import KeptCommand, KeptState, refusal_of
from agent_desk.domain.ticket import Priority, Resolution, TicketForm
from agent_desk.domain.work_order import ReportOutcome, WorkReport

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
WANG = CustomerId("wang")
STALE = StaleVersionError(subject="Customer", mine=3, theirs=4)


def _stamp(minutes_ago: int) -> dict[str, Any]:
    at = NOW - timedelta(minutes=minutes_ago)
    return {"id": CommandId(new_uuid7(at)), "at": at, "actor": AgentId("agent017")}


CHANGE = ChangeCustomer(
    **_stamp(12),
    changes=CustomerChanges(
        id=WANG, version=3, name="王芳", company="北京水泵厂", city="北京", tier=Tier.GOLD
    ),
)
SECOND_CHANGE = ChangeCustomer(
    **_stamp(10), after=CHANGE.id, changes=CustomerChanges(id=WANG, version=3, name="王大芳")
)
TICKET = LogTicket(
    **_stamp(6),
    form=TicketForm(
        customer_id=WANG,
        category_id=CategoryId("c"),
        subject="Router offline",
        description="since the morning",
        priority=Priority.P2,
        resolution=Resolution.FOLLOW_UP,
        follow_up_at=NOW + timedelta(hours=2),
    ),
)
NOTE = AddNote(**_stamp(5), noted=WANG, text="喜欢用中文沟通")
NUMBER = AddNumber(**_stamp(4), reached=WANG, number="+8613900139000")
NEWCOMER = CreateCustomer(**_stamp(3), new=NewCustomer(name="李娜", number="+8613900139222"))
REPORT = ReportOrder(
    **_stamp(2),
    order_id=WorkOrderId("o-1"),
    version=4,
    report=WorkReport(
        started_at=NOW - timedelta(hours=2),
        ended_at=NOW - timedelta(hours=1),
        done="Changed the router",
        outcome=ReportOutcome.SOLVED,
    ),
)
STEP = AcceptOrder(**_stamp(1), order_id=WorkOrderId("o-1"), version=1)

CONFLICT = KeptCommand(
    command=CHANGE, kept_at=NOW, state=KeptState.CONFLICT, refusal=refusal_of(STALE)
)
ENTRIES = (
    CONFLICT,
    *(KeptCommand(command=command, kept_at=NOW) for command in (SECOND_CHANGE, TICKET, NOTE)),
)
