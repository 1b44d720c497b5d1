"""The fields of a claim as a person reads them; main thread."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from agent_desk.domain.money import Money
from ui.formats import format_money
from ui.language import tr


def shown_of_claim(field: str, value: Any) -> str:
    """Return ``value`` of ``field``, as the log has it, as text; "" when there is none."""
    if not value:
        return ""
    if field == "state":
        return tr(f"claim_state.{value}")
    if field in ("labour", "parts", "travel"):
        return format_money(Money(amount=Decimal(value["amount"]), currency=value["currency"]))
    return str(value)
