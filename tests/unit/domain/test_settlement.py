"""Claims: what a report costs, and that two people approve it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from agent_desk.domain.errors import ApprovalError, InputError, TransitionRefusedError
from agent_desk.domain.identifiers import (
    AgentId,
    ClaimId,
    CustomerId,
    DepartmentId,
    TicketId,
    WorkOrderId,
)
from agent_desk.domain.money import Money
from agent_desk.domain.report_item import FaultyPart, ItemKind, Liability, ReportItem
from agent_desk.domain.settlement import (
    CLAIM_TABLE,
    ClaimAmounts,
    ClaimKind,
    ClaimState,
    OrderClaim,
    expense_amounts,
    require_amounts,
    require_other_approver,
    supplier_amounts,
)
from agent_desk.domain.ticket import Priority
from agent_desk.domain.work_order import ReportOutcome, WorkOrder, WorkOrderState, WorkReport

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def cny(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="CNY")


def item(kind: ItemKind, name: str, price: str, quantity: str = "1") -> ReportItem:
    return ReportItem(kind=kind, name=name, quantity=Decimal(quantity), unit_price=cny(price))


ITEMS = (
    item(ItemKind.PART, "Pump", "99.90", "2"),
    item(ItemKind.PART, "Seal", "0.35"),
    item(ItemKind.LABOUR, "Fitting", "80", "1.5"),
    item(ItemKind.TRAVEL, "Car", "0.70", "31"),
    item(ItemKind.CHARGE, "Visit", "50"),
)
REPORT = WorkReport(
    started_at=NOW,
    ended_at=NOW + timedelta(hours=1),
    done="replaced the pump",
    outcome=ReportOutcome.SOLVED,
    items=ITEMS,
)
ORDER = WorkOrder(
    id=WorkOrderId("o"),
    number=118,
    ticket_id=TicketId("t"),
    customer_id=CustomerId("c"),
    subject="leaks",
    instructions="",
    priority=Priority.P3,
    state=WorkOrderState.VERIFYING,
    owner=AgentId("1001"),
    raised_at=NOW,
    changed_at=NOW,
    department_id=DepartmentId("d"),
    field_work=True,
    report=REPORT,
    reports=1,
)
CLAIM = OrderClaim(
    id=ClaimId("k"),
    order_id=ORDER.id,
    order_number=118,
    report=1,
    kind=ClaimKind.EXPENSE,
    state=ClaimState.SUBMITTED,
    department_id=DepartmentId("d"),
    amounts=ClaimAmounts(labour=cny("120"), parts=cny("200.15"), travel=cny("21.70")),
    submitted_by=AgentId("li"),
    submitted_at=NOW,
    changed_at=NOW,
)


def test_an_approved_field_order_claims_its_costs_and_no_charge() -> None:
    amounts = expense_amounts(ORDER)

    assert amounts == CLAIM.amounts
    assert amounts is not None
    assert amounts.total == cny("341.85")


def test_work_in_the_house_and_work_without_costs_claim_nothing() -> None:
    assert expense_amounts(replace(ORDER, field_work=False)) is None
    assert expense_amounts(replace(ORDER, report=None)) is None
    charged = replace(REPORT, items=ITEMS[-1:])
    assert expense_amounts(replace(ORDER, report=charged)) is None


@pytest.mark.parametrize(
    ("liable", "parts"), [(Liability.SUPPLIER, "199.80"), (Liability.CUSTOMER, None)]
)
def test_a_supplier_owes_the_faulty_part_alone(liable: Liability, parts: str | None) -> None:
    faulty = FaultyPart(part="Pump", liable=liable, supplier="Hongda")

    amounts = supplier_amounts(replace(ORDER, report=replace(REPORT, faulty=faulty)))

    if parts is None:
        assert amounts is None
    else:
        assert amounts == ClaimAmounts(labour=cny("0"), parts=cny(parts), travel=cny("0"))


@pytest.mark.parametrize(
    ("field", "money", "refused"),
    [
        ("labour", cny("-1"), "labour"),
        ("travel", Money(amount=Decimal(1), currency="EUR"), "travel.currency"),
    ],
)
def test_an_amount_that_cannot_be_claimed_is_refused(
    field: str, money: Money, refused: str
) -> None:
    amounts = replace(CLAIM.amounts, **{field: money})

    with pytest.raises(InputError) as caught:
        require_amounts(CLAIM, amounts)
    assert caught.value.details["field"] == refused


def test_nothing_is_no_expense() -> None:
    nothing = ClaimAmounts(labour=cny("0"), parts=cny("0"), travel=cny("0"))

    with pytest.raises(InputError, match="above 0"):
        require_amounts(CLAIM, nothing)
    require_amounts(replace(CLAIM, kind=ClaimKind.SUPPLIER), nothing)


def test_the_second_approval_is_another_persons() -> None:
    approved = replace(CLAIM, office_approved_by=AgentId("li"))

    require_other_approver(approved, AgentId("wang"))
    with pytest.raises(ApprovalError, match="Claim of work order 118 was approved by li"):
        require_other_approver(approved, AgentId("li"))


def test_a_claim_is_settled_only_after_both_approvals() -> None:
    way = (
        ClaimState.SUBMITTED,
        ClaimState.OFFICE_APPROVED,
        ClaimState.HQ_APPROVED,
        ClaimState.SETTLED,
    )
    for state, target in pairwise(way):
        CLAIM_TABLE.require("Claim", state, target)
    for state in way[:2]:
        with pytest.raises(TransitionRefusedError):
            CLAIM_TABLE.require("Claim", state, ClaimState.SETTLED)
    assert CLAIM_TABLE.is_end(ClaimState.SETTLED)
