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
    TicketId,
    WorkOrderId,
)
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


class ReportOutcome(StrEnum):
    """What the department says came of the work."""

    SOLVED = "SOLVED"
    NOT_SOLVED = "NOT_SOLVED"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkReport:
    """What the department reports back: actual times (aware UTC), what was done, the outcome."""

    started_at: datetime
    ended_at: datetime
    done: str
    outcome: ReportOutcome
    why_not_solved: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOrder:
    """An order to a department.

    owner: the agent who took the first call and verifies. department_id: None until dispatched.
    report: None until reported. verified_in: the answered call in which the customer confirmed.
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
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOrderLine:
    """A work order as lists show it, with the names that go with it."""

    order: WorkOrder
    customer_name: str
    customer_number: str
    ticket_number: int
    department: str
    department_zh: str


def require_complete_report(report: WorkReport) -> None:
    """Raise InputError for the first field of ``report`` that is missing or contradictory."""
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


def require_closing_proof(order: WorkOrder, *, call_answered: bool, confirmed: bool) -> None:
    """Raise ClosingGateError unless an answered call in which the customer confirmed is linked."""
    subject = f"Work order {order.number}"
    if order.verified_in is None:
        raise ClosingGateError(subject=subject, missing="no verification call is linked")
    if not call_answered:
        raise ClosingGateError(subject=subject, missing="the verification call was not answered")
    if not confirmed:
        raise ClosingGateError(subject=subject, missing="the customer has not confirmed")
