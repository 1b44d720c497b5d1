"""The listed claims as sheets of a file, in the language on screen; main thread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agent_desk.domain.claim_list import ClaimTotal, totals_of
from agent_desk.domain.settlement import ClaimState, OrderClaim
from agent_desk.domain.sheet import Cell, Sheet
from ui.language import tr
from ui.settlement.claim_words import Names

_COLUMNS = (
    *("settlement_sheet.order", "settlement_filter.kind", "settlement_filter.states"),
    *("settlement_filter.department", "field.labour", "field.parts", "field.travel"),
    *("settlement.total", "field.currency", "settlement_filter.period"),
    *("settlement_sheet.submitted_by", "settlement.office", "settlement.hq", "settlement.paid"),
    *("settlement_sheet.part", "settlement_sheet.supplier", "field.reason"),
)


def claim_sheets(claims: Sequence[OrderClaim], names: Names) -> tuple[Sheet, Sheet]:
    """Return a sheet with a row for each of ``claims``, and one with what they come to."""
    listed = Sheet(
        title=tr("settlement.title"),
        headings=tuple(tr(key) for key in _COLUMNS),
        rows=tuple(_row(claim, names) for claim in claims),
    )
    return listed, _totals(claims, names)


def _row(claim: OrderClaim, names: Names) -> tuple[Cell, ...]:
    amounts = claim.amounts
    return (
        claim.order_number,
        tr(f"claim_kind.{claim.kind}"),
        tr(f"claim_state.{claim.state}"),
        names.department(claim.department_id),
        amounts.labour,
        amounts.parts,
        amounts.travel,
        amounts.total,
        amounts.total.currency,
        claim.submitted_at,
        names.person(claim.submitted_by),
        names.person(claim.office_approved_by),
        names.person(claim.hq_approved_by),
        names.person(claim.settled_by),
        claim.part,
        claim.supplier,
        claim.reason,
    )


def _totals(claims: Iterable[OrderClaim], names: Names) -> Sheet:
    states = [tr(f"claim_state.{state}") for state in ClaimState]
    about = ("settlement_filter.kind", "settlement_filter.department", "field.currency")
    return Sheet(
        title=tr("settlement.totals"),
        headings=(*(tr(key) for key in about), *states, tr("settlement.total")),
        rows=tuple(_total_row(total, names) for total in totals_of(claims)),
    )


def _total_row(total: ClaimTotal, names: Names) -> tuple[Cell, ...]:
    by_state = (total.by_state.get(state) for state in ClaimState)
    return (
        tr(f"claim_kind.{total.kind}"),
        names.department(total.department_id),
        total.currency,
        *by_state,
        total.total,
    )
