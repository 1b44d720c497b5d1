"""What field work costs in the demo: report lines, the part that failed, and the claims; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from agent_desk.domain.identifiers import AgentId, ClaimId
from agent_desk.domain.money import Money
from agent_desk.domain.product import OwnedProduct
from agent_desk.domain.report_item import FaultyPart, ItemKind, Liability, ReportItem
from agent_desk.domain.settlement import (
    FORWARD,
    ClaimAmounts,
    ClaimKind,
    ClaimState,
    OrderClaim,
    expense_amounts,
    supplier_amounts,
)
from agent_desk.domain.work_order import WorkOrder, WorkReport
from db.demo_data.rows import IdSource

REVIEWER = AgentId("reviewer")
OFFICE = AgentId("office")
HEADQUARTERS = AgentId("headquarters")

_TECHNICIANS = (("王强 Wang Qiang", "+8613900010001"), ("周敏 Zhou Min", "+8613900010002"))
_PRICES = ("289.00", "1299.90", "86.50", "412.75")


def on_site(order: WorkOrder, at: datetime) -> WorkOrder:
    """Return the order with somebody who went there, and when they arrived."""
    name, phone = _TECHNICIANS[order.number % len(_TECHNICIANS)]
    return replace(order, field_work=True, technician=name, technician_phone=phone, arrived_at=at)


def with_lines(report: WorkReport, product: OwnedProduct, number: int) -> WorkReport:
    """Return ``report`` with what order ``number`` took, and whose the faulty part was."""
    part = f"{product.name}: {('mainboard', 'power supply', 'fan', 'valve')[number % 4]}"
    items = (
        _item(ItemKind.PART, part, "1", _PRICES[number % len(_PRICES)]),
        _item(ItemKind.LABOUR, "Fitting", ("1", "1.5", "2.25")[number % 3], "120.00"),
        _item(ItemKind.TRAVEL, "Kilometres", str(14 + number % 40), "1.20"),
    )
    supplier = f"{product.name.split()[0]} GmbH" if number % 2 else ""
    liable = Liability.SUPPLIER if supplier else Liability.OURSELVES
    return replace(
        report, items=items, faulty=FaultyPart(part=part, liable=liable, supplier=supplier)
    )


def claims_of(order: WorkOrder, ids: IdSource, *, now: datetime) -> Iterator[OrderClaim]:
    """Yield every state that the claims of an approved report went through until ``now``."""
    for kind, amounts in (
        (ClaimKind.EXPENSE, expense_amounts(order)),
        (ClaimKind.SUPPLIER, supplier_amounts(order)),
    ):
        if amounts is not None:
            yield from _history(_new_claim(order, kind, amounts, ids), now)


def _new_claim(
    order: WorkOrder, kind: ClaimKind, amounts: ClaimAmounts, ids: IdSource
) -> OrderClaim:
    assert order.department_id is not None
    assert order.report is not None
    faulty = order.report.faulty if kind is ClaimKind.SUPPLIER else None
    return OrderClaim(
        id=ClaimId(ids.next()),
        order_id=order.id,
        order_number=order.number,
        report=order.reports,
        kind=kind,
        state=ClaimState.SUBMITTED,
        department_id=order.department_id,
        amounts=amounts,
        submitted_by=REVIEWER,
        submitted_at=order.changed_at,
        changed_at=order.changed_at,
        part=faulty.part if faulty is not None else "",
        supplier=faulty.supplier if faulty is not None else "",
    )


def _history(claim: OrderClaim, now: datetime) -> Iterator[OrderClaim]:
    """Yield the claim and, a day each, the approvals that it has had; some went back."""
    yield claim
    if claim.kind is ClaimKind.SUPPLIER and claim.order_number % 4 == 3:
        yield replace(claim, state=ClaimState.SENT_BACK, reason="The invoice is missing", version=2)
        return
    while claim.state in FORWARD and claim.changed_at + timedelta(days=1) < now:
        claim = _approved(claim)
        yield claim


def _approved(claim: OrderClaim) -> OrderClaim:
    """Return the claim a day later, one step on."""
    target, at = FORWARD[claim.state], claim.changed_at + timedelta(days=1)
    moved = replace(claim, state=target, changed_at=at, version=claim.version + 1)
    if target is ClaimState.OFFICE_APPROVED:
        return replace(moved, office_approved_by=OFFICE)
    if target is ClaimState.HQ_APPROVED:
        return replace(moved, hq_approved_by=HEADQUARTERS)
    return replace(moved, settled_by=HEADQUARTERS)


def _item(kind: ItemKind, name: str, quantity: str, price: str) -> ReportItem:
    unit_price = Money(amount=Decimal(price), currency="CNY")
    return ReportItem(kind=kind, name=name, quantity=Decimal(quantity), unit_price=unit_price)
