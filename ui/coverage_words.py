"""Warranty and contract in plain words: who pays, until when, since when no longer; main thread."""

from __future__ import annotations

from datetime import date

from agent_desk.domain.coverage import Coverage, CoverageGround, Payer
from agent_desk.domain.product import OwnedProduct
from ui.formats import format_date
from ui.language import tr


def coverage_text(coverage: Coverage) -> str:
    """Return the reasons, such as "in warranty until 12 Mar 2027 · contract 4711: gold …"."""
    return " · ".join(ground_text(ground) for ground in coverage.grounds)


def ground_text(ground: CoverageGround) -> str:
    """Return one reason; what is over says for how long."""
    day = format_date(ground.day) if ground.day is not None else tr("coverage.no_end")
    key = "coverage.contract" if ground.level else "coverage.contract_without_level"
    contract = tr(key, number=ground.contract, level=ground.level) if ground.contract else ""
    return tr(f"coverage_reason.{ground.reason}", day=day, count=ground.days, contract=contract)


def coverage_look(coverage: Coverage) -> tuple[str, str]:
    """Return the icon of a coverage and its colour: what is over catches the eye."""
    if coverage.payer is not Payer.CUSTOMER:
        return "shield-check", "success"
    return ("shield-alert", "warning") if coverage.is_expired else ("package", "text_muted")


def sold_text(product: OwnedProduct) -> str:
    """Return when and by whom it was sold, "" when neither is known."""
    day: date | None = product.purchased_on
    if day is not None and product.sold_by:
        return tr("coverage.sold", day=format_date(day), seller=product.sold_by)
    if day is not None:
        return tr("coverage.sold_when", day=format_date(day))
    return tr("coverage.sold_by", seller=product.sold_by) if product.sold_by else ""
