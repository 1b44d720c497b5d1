"""Settlement: what an approved field order costs, claimed, approved twice and paid; pure.

It runs beside the loop: an order is closed without its claims being settled, and a claim is
settled without its order being closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from agent_desk.domain.errors import ApprovalError, InputError
from agent_desk.domain.identifiers import AgentId, ClaimId, DepartmentId, WorkOrderId
from agent_desk.domain.money import Money, require_currency, require_money, total
from agent_desk.domain.report_item import ItemKind, Liability
from agent_desk.domain.transitions import StateTable
from agent_desk.domain.work_order import WorkOrder, WorkReport


class ClaimKind(StrEnum):
    """EXPENSE: the dealer's, for its costs. SUPPLIER: ours, for a part that failed."""

    EXPENSE = "EXPENSE"
    SUPPLIER = "SUPPLIER"


class ClaimState(StrEnum):
    """Where a claim stands."""

    SUBMITTED = "SUBMITTED"
    OFFICE_APPROVED = "OFFICE_APPROVED"
    HQ_APPROVED = "HQ_APPROVED"
    SETTLED = "SETTLED"
    SENT_BACK = "SENT_BACK"


_C = ClaimState

CLAIM_TABLE: StateTable[ClaimState] = StateTable(
    {
        _C.SUBMITTED: frozenset({_C.OFFICE_APPROVED, _C.SENT_BACK}),
        _C.OFFICE_APPROVED: frozenset({_C.HQ_APPROVED, _C.SENT_BACK}),
        _C.HQ_APPROVED: frozenset({_C.SETTLED, _C.SENT_BACK}),
        _C.SENT_BACK: frozenset({_C.SUBMITTED}),
        _C.SETTLED: frozenset(),
    }
)


FORWARD: Mapping[ClaimState, ClaimState] = MappingProxyType(
    {
        _C.SUBMITTED: _C.OFFICE_APPROVED,
        _C.OFFICE_APPROVED: _C.HQ_APPROVED,
        _C.HQ_APPROVED: _C.SETTLED,
    }
)
"""The next state of a claim that nothing is wrong with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimAmounts:
    """What is claimed, all in one currency."""

    labour: Money
    parts: Money
    travel: Money

    @property
    def total(self) -> Money:
        """All of it."""
        return self.labour + self.parts + self.travel


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderClaim:
    """A claim that an approved report gave rise to.

    report: number of that report of the order, from 1. department_id: whose costs they are, or
    who found the faulty part. part, supplier: of a supplier claim, else "". office_approved_by,
    hq_approved_by: None until approved; never the same person. reason: why it was sent back, ""
    while it is not.
    """

    id: ClaimId
    order_id: WorkOrderId
    order_number: int
    report: int
    kind: ClaimKind
    state: ClaimState
    department_id: DepartmentId
    amounts: ClaimAmounts
    submitted_by: AgentId
    submitted_at: datetime
    changed_at: datetime
    part: str = ""
    supplier: str = ""
    office_approved_by: AgentId | None = None
    hq_approved_by: AgentId | None = None
    settled_by: AgentId | None = None
    reason: str = ""
    version: int = 1

    @property
    def subject(self) -> str:
        """Its name in a sentence."""
        return f"Claim of work order {self.order_number}"


def expense_amounts(order: WorkOrder) -> ClaimAmounts | None:
    """Return what the approved field order costs; None when there is nothing to claim."""
    report = order.report
    if not order.field_work or report is None:
        return None
    amounts = ClaimAmounts(
        labour=_sum(report, ItemKind.LABOUR),
        parts=_sum(report, ItemKind.PART),
        travel=_sum(report, ItemKind.TRAVEL),
    )
    return amounts if amounts.total.amount else None


def supplier_amounts(order: WorkOrder) -> ClaimAmounts | None:
    """Return what the supplier's faulty part costs; None when no supplier is liable.

    That is the parts of that name in the report: nothing when it was replaced by none.
    """
    report = order.report
    if report is None or report.faulty is None:
        return None
    if report.faulty.liable is not Liability.SUPPLIER:
        return None
    nothing = total((), report.currency)
    replaced = _sum(report, ItemKind.PART, name=report.faulty.part)
    return ClaimAmounts(labour=nothing, parts=replaced, travel=nothing)


def require_amounts(claim: OrderClaim, amounts: ClaimAmounts) -> None:
    """Raise InputError for an amount that cannot be claimed, or in another currency."""
    currency = claim.amounts.labour.currency
    for field in ("labour", "parts", "travel"):
        money: Money = getattr(amounts, field)
        require_money(field, money)
        require_currency(f"{field}.currency", money.currency, accepted=currency)
    if not amounts.total.amount and claim.kind is ClaimKind.EXPENSE:
        raise InputError(field="total", value="0", accepted="an amount above 0")


def require_other_approver(claim: OrderClaim, actor: AgentId) -> None:
    """Raise ApprovalError when ``actor`` gave the first approval: two people approve."""
    if claim.office_approved_by == actor:
        raise ApprovalError(subject=claim.subject, actor=actor)


def _sum(report: WorkReport, kind: ItemKind, name: str | None = None) -> Money:
    lines = (
        item.amount for item in report.items if item.kind is kind and name in (None, item.name)
    )
    return total(lines, report.currency)
