"""Work orders: the closed loop out to a department and back to the customer; pure, any thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from agent_desk.domain.errors import ClosingGateError, InputError
from agent_desk.domain.identifiers import (
    AgentId,
    CustomerId,
    DepartmentId,
    InteractionId,
    ProductId,
    TicketId,
    WorkOrderId,
)
from agent_desk.domain.product import OwnedProduct
from agent_desk.domain.report_item import (
    FaultyPart,
    ReportItem,
    require_faulty_part,
    require_items,
)
from agent_desk.domain.routing import RoutingDecision
from agent_desk.domain.ticket import Priority
from agent_desk.domain.transitions import StateTable


class WorkOrderState(StrEnum):
    """Where a work order stands."""

    DRAFT = "DRAFT"
    PENDING_DISPATCH = "PENDING_DISPATCH"
    ASSIGNED = "ASSIGNED"
    DECLINED = "DECLINED"
    ACCEPTED = "ACCEPTED"
    IN_PROGRESS = "IN_PROGRESS"
    ON_HOLD = "ON_HOLD"
    REPORTED = "REPORTED"
    VERIFYING = "VERIFYING"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"


_W = WorkOrderState

DEFAULT_CURRENCY = "CNY"
"""Currency of a report that lists nothing."""

WORK_ORDER_TABLE: StateTable[WorkOrderState] = StateTable(
    {
        _W.DRAFT: frozenset({_W.PENDING_DISPATCH, _W.CANCELLED}),
        _W.PENDING_DISPATCH: frozenset({_W.ASSIGNED, _W.CANCELLED}),
        _W.ASSIGNED: frozenset({_W.ACCEPTED, _W.DECLINED, _W.CANCELLED}),
        _W.DECLINED: frozenset({_W.PENDING_DISPATCH}),
        _W.ACCEPTED: frozenset({_W.IN_PROGRESS, _W.CANCELLED}),
        _W.IN_PROGRESS: frozenset({_W.ON_HOLD, _W.REPORTED}),
        _W.ON_HOLD: frozenset({_W.IN_PROGRESS, _W.CANCELLED}),
        _W.REPORTED: frozenset({_W.VERIFYING, _W.IN_PROGRESS}),
        _W.VERIFYING: frozenset({_W.CLOSED, _W.PENDING_DISPATCH}),
        _W.CLOSED: frozenset(),
        _W.CANCELLED: frozenset(),
    }
)
"""The closed loop. DECLINED is passed through: the log keeps it, the order waits for dispatch."""

ON_HANDS: frozenset[WorkOrderState] = frozenset(
    {_W.ASSIGNED, _W.ACCEPTED, _W.IN_PROGRESS, _W.ON_HOLD}
)
"""States in which a department or dealer has the order to do: what its load is made of."""


class ReportOutcome(StrEnum):
    """What the department says came of the work."""

    SOLVED = "SOLVED"
    NOT_SOLVED = "NOT_SOLVED"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkReport:
    """What the department reports back: actual times (aware UTC), what was done, the outcome.

    items: parts, labour, travel and charges, all in one currency. faulty: the part that failed,
    None when none did.
    """

    started_at: datetime
    ended_at: datetime
    done: str
    outcome: ReportOutcome
    why_not_solved: str = ""
    items: tuple[ReportItem, ...] = ()
    faulty: FaultyPart | None = None

    @property
    def currency(self) -> str:
        """The currency of its items, DEFAULT_CURRENCY when it has none."""
        return self.items[0].unit_price.currency if self.items else DEFAULT_CURRENCY


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOrder:
    """An order to a department.

    owner: the agent who took the first call and verifies. department_id: None until dispatched.
    routing: why it is there, or why nobody was found; None before it was asked for.
    field_work: somebody goes there; then technician, technician_phone and arrived_at (aware UTC)
    are known from IN_PROGRESS on. hold_reason: while ON_HOLD, else "". report: None until
    reported; reports: how many were given so far. round: from 1, one more at each reopening.
    verified_in: the answered call in which the customer confirmed; confirmed_at: when, aware UTC.
    satisfaction: 1 to 5, None when not asked. overridden_by: the supervisor who closed it after
    attempts in vain, None when the customer confirmed; override_reason: why.
    """

    id: WorkOrderId
    number: int
    ticket_id: TicketId
    customer_id: CustomerId
    subject: str
    instructions: str
    priority: Priority
    state: WorkOrderState
    owner: AgentId
    raised_at: datetime
    changed_at: datetime
    department_id: DepartmentId | None = None
    report: WorkReport | None = None
    verified_in: InteractionId | None = None
    field_work: bool = False
    technician: str = ""
    technician_phone: str = ""
    arrived_at: datetime | None = None
    hold_reason: str = ""
    reports: int = 0
    round: int = 1
    confirmed_at: datetime | None = None
    satisfaction: int | None = None
    overridden_by: AgentId | None = None
    override_reason: str = ""
    product_id: ProductId | None = None
    service_level: str = ""
    routing: RoutingDecision | None = None
    version: int = 1

    @property
    def title(self) -> str:
        """Its name in a sentence."""
        return f"Work order {self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOrderLine:
    """A work order as lists show it, with the names that go with it."""

    order: WorkOrder
    customer_name: str
    customer_number: str
    ticket_number: int
    department: str
    department_zh: str
    product: OwnedProduct | None = None


def require_complete_report(report: WorkReport) -> None:
    """Raise InputError for the first field of ``report`` that is missing or contradictory."""
    for field in ("started_at", "ended_at"):
        # A form or a journal may have left it out, whatever the annotation promises.
        at: datetime | None = getattr(report, field)
        if at is None or at.tzinfo is None:
            value = at.isoformat() if at else ""
            raise InputError(field=field, value=value, accepted="a date and time with its zone")
    if report.ended_at < report.started_at:
        raise InputError(
            field="ended_at",
            value=report.ended_at.isoformat(),
            accepted=f"a time not before the start {report.started_at.isoformat()}",
        )
    if not report.done.strip():
        raise InputError(field="done", value=report.done, accepted="a sentence on what was done")
    if report.outcome is ReportOutcome.NOT_SOLVED and not report.why_not_solved.strip():
        raise InputError(
            field="why_not_solved",
            value=report.why_not_solved,
            accepted="the reason why it was not solved",
        )
    require_items(report.items)
    if report.faulty is not None:
        require_faulty_part(report.faulty)


def require_field_start(order: WorkOrder) -> None:
    """Raise InputError unless a field order names technician, telephone and time of arrival."""
    if not order.field_work:
        return
    for field, value, accepted in (
        ("technician", order.technician, "who does the work"),
        ("technician_phone", order.technician_phone, "the technician's telephone number"),
    ):
        if not value.strip():
            raise InputError(field=field, value=value, accepted=accepted)
    if order.arrived_at is None or order.arrived_at.tzinfo is None:
        value = order.arrived_at.isoformat() if order.arrived_at else ""
        accepted = "when the technician arrived, with its zone"
        raise InputError(field="arrived_at", value=value, accepted=accepted)


def raised_priority(priority: Priority) -> Priority:
    """Return the next more urgent priority; P1 stays."""
    steps = tuple(Priority)
    return steps[max(0, steps.index(priority) - 1)]


def require_closing_proof(order: WorkOrder, *, call_answered: bool, confirmed: bool) -> None:
    """Raise ClosingGateError unless an answered call in which the customer confirmed is linked."""
    subject = f"Work order {order.number}"
    if order.verified_in is None:
        raise ClosingGateError(subject=subject, missing="no verification call is linked")
    if not call_answered:
        raise ClosingGateError(subject=subject, missing="the verification call was not answered")
    if not confirmed:
        raise ClosingGateError(subject=subject, missing="the customer has not confirmed")
