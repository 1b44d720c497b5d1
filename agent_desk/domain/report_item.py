"""What a report lists: parts used, labour, travel, charges, and the part that failed; pure.

Costs (parts, labour, travel) become an expense claim when a field order's report is approved;
a service item (work at a fixed price) and a charge are what the customer pays.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from agent_desk.domain.errors import InputError
from agent_desk.domain.money import Money, require_currency, require_money, total

MAX_ITEMS = 200
"""Most lines of one report."""

MOST_QUANTITY = 1_000_000
"""Largest quantity of one line."""

LONGEST_PART_NUMBER = 64
"""Longest part number, in characters."""

_THOUSANDTH = Decimal("0.001")


class ItemKind(StrEnum):
    """What a line of a report is about."""

    PART = "PART"
    LABOUR = "LABOUR"
    TRAVEL = "TRAVEL"
    SERVICE = "SERVICE"
    CHARGE = "CHARGE"


class Liability(StrEnum):
    """Who answers for a faulty part."""

    SUPPLIER = "SUPPLIER"
    DEALER = "DEALER"
    CUSTOMER = "CUSTOMER"
    OURSELVES = "OURSELVES"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportItem:
    """One line. quantity: pieces, hours or kilometres, to a thousandth. unit_price: of one.

    part_number: the maker's or the price list's, "" when it has none.
    """

    kind: ItemKind
    name: str
    quantity: Decimal
    unit_price: Money
    part_number: str = ""

    def __post_init__(self) -> None:
        """Write the same quantity in the same way; one that is not exact stays as it is."""
        if _is_countable(self.quantity):
            object.__setattr__(self, "quantity", self.quantity.quantize(_THOUSANDTH))

    @property
    def amount(self) -> Money:
        """What the line comes to, rounded half up to the minor unit."""
        return self.unit_price.times(self.quantity)


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultyPart:
    """The part that failed. supplier: who delivered it, "" unless the supplier is liable."""

    part: str
    liable: Liability
    supplier: str = ""


COSTS = (ItemKind.PART, ItemKind.LABOUR, ItemKind.TRAVEL)
"""What a department claims."""

CHARGES = (ItemKind.SERVICE, ItemKind.CHARGE)
"""What the customer pays."""


def sum_of(items: Iterable[ReportItem], kinds: Container[ItemKind], currency: str) -> Money:
    """Return what the lines of ``kinds`` come to; raises InputError for another currency."""
    return total((item.amount for item in items if item.kind in kinds), currency)


def require_items(items: Sequence[ReportItem]) -> None:
    """Raise InputError for the first line that cannot be taken, naming it from ``items[0]``."""
    if len(items) > MAX_ITEMS:
        raise InputError(field="items", value=str(len(items)), accepted=f"at most {MAX_ITEMS}")
    for number, item in enumerate(items):
        field = f"items[{number}]"
        if not item.name.strip():
            accepted = "what was used, done or charged"
            raise InputError(field=f"{field}.name", value=item.name, accepted=accepted)
        if len(item.part_number) > LONGEST_PART_NUMBER:
            accepted = f"at most {LONGEST_PART_NUMBER} characters"
            value = item.part_number[:LONGEST_PART_NUMBER]
            raise InputError(field=f"{field}.part_number", value=value, accepted=accepted)
        if not _is_countable(item.quantity) or item.quantity == 0:
            accepted = f"a quantity above 0, up to {MOST_QUANTITY}, in thousandths at most"
            raise InputError(field=f"{field}.quantity", value=str(item.quantity), accepted=accepted)
        require_money(f"{field}.unit_price", item.unit_price)
        currency = items[0].unit_price.currency
        named = f"{field}.unit_price.currency"
        require_currency(named, item.unit_price.currency, accepted=currency)


def require_faulty_part(faulty: FaultyPart) -> None:
    """Raise InputError when the part, or the supplier who is liable for it, is not named."""
    if not faulty.part.strip():
        raise InputError(field="faulty.part", value=faulty.part, accepted="the part that failed")
    if faulty.liable is Liability.SUPPLIER and not faulty.supplier.strip():
        accepted = "the supplier who is liable for the part"
        raise InputError(field="faulty.supplier", value=faulty.supplier, accepted=accepted)


def _is_countable(quantity: Decimal) -> bool:
    if not quantity.is_finite() or not 0 <= quantity <= MOST_QUANTITY:
        return False
    return quantity == quantity.quantize(_THOUSANDTH)
