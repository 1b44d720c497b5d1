"""Lines of a report: quantities, prices, one currency, and who is liable for what failed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from agent_desk.domain.errors import InputError
from agent_desk.domain.money import Money
from agent_desk.domain.report_item import (
    MAX_ITEMS,
    FaultyPart,
    ItemKind,
    Liability,
    ReportItem,
    require_faulty_part,
    require_items,
)

PRICE = Money(amount=Decimal("99.90"), currency="CNY")
PUMP = ReportItem(kind=ItemKind.PART, name="Pump", quantity=Decimal(2), unit_price=PRICE)


def refusal(*items: ReportItem) -> dict[str, object]:
    with pytest.raises(InputError) as caught:
        require_items(items)
    return caught.value.details


def test_a_line_comes_to_quantity_times_price() -> None:
    require_items([PUMP, replace(PUMP, quantity=Decimal("0.125"))])

    assert PUMP.amount == Money(amount=Decimal("199.80"), currency="CNY")
    assert replace(PUMP, quantity=Decimal("2.000")) == PUMP


@pytest.mark.parametrize("quantity", ["-1", "0", "0.0001", "1000001", "NaN", "-Infinity"])
def test_a_quantity_that_nobody_can_use_is_refused(quantity: str) -> None:
    wrong = replace(PUMP, quantity=Decimal(quantity))

    details = refusal(PUMP, wrong)

    assert (details["field"], details["value"]) == ("items[1].quantity", str(wrong.quantity))
    assert "above 0" in str(details["accepted"])


def test_a_line_has_a_name_a_price_and_the_currency_of_the_first() -> None:
    euros = Money(amount=Decimal(1), currency="EUR")
    debt = Money(amount=Decimal("-1.00"), currency="CNY")

    assert refusal(replace(PUMP, name=" "))["field"] == "items[0].name"
    assert refusal(replace(PUMP, unit_price=debt))["field"] == "items[0].unit_price"
    assert refusal(PUMP, replace(PUMP, unit_price=euros)) == {
        "field": "items[1].unit_price.currency",
        "value": "EUR",
        "accepted": "CNY",
    }
    assert refusal(*[PUMP] * (MAX_ITEMS + 1))["field"] == "items"


def test_a_faulty_part_is_named_and_so_is_a_liable_supplier() -> None:
    require_faulty_part(FaultyPart(part="Pump", liable=Liability.CUSTOMER))
    for faulty, field in (
        (FaultyPart(part=" ", liable=Liability.DEALER), "faulty.part"),
        (FaultyPart(part="Pump", liable=Liability.SUPPLIER), "faulty.supplier"),
    ):
        with pytest.raises(InputError) as caught:
            require_faulty_part(faulty)
        assert caught.value.details["field"] == field
