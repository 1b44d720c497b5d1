"""Money: exact, in one currency, and refused with field and value."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.errors import InputError
from agent_desk.domain.event_log import from_payload, to_payload
from agent_desk.domain.money import Money, read_money, require_money, total

MINORS = st.integers(0, 10**14 - 1)
CURRENCIES = st.sampled_from(["CNY", "EUR", "JPY", "KWD"])


def money(amount: str, currency: str = "CNY") -> Money:
    return Money(amount=Decimal(amount), currency=currency)


@given(MINORS, CURRENCIES)
def test_minor_units_and_words_come_back_exactly(minor: int, currency: str) -> None:
    amount = Money.of_minor(minor, currency)

    assert amount.minor == minor
    assert from_payload(Money, json.loads(json.dumps(to_payload(amount)))) == amount


@given(st.lists(MINORS, max_size=30))
def test_a_total_is_right_to_the_cent(minors: list[int]) -> None:
    amounts = [Money.of_minor(minor, "CNY") for minor in minors]

    assert total(amounts, "CNY").minor == sum(minors)


def test_the_same_amount_is_written_in_the_same_way() -> None:
    assert to_payload(money("1.5")) == to_payload(money("1.50")) == to_payload(money("1.5000"))
    assert str(money("1501", "JPY").amount) == "1501"
    assert money("1", "KWD").minor == 1000


@pytest.mark.parametrize(
    ("price", "quantity", "amount"),
    [("0.10", "1.125", "0.11"), ("0.01", "0.5", "0.01"), ("0.01", "0.499", "0.00")],
)
def test_a_product_is_rounded_half_up_once(price: str, quantity: str, amount: str) -> None:
    assert money(price).times(Decimal(quantity)) == money(amount)


def test_another_currency_is_refused_by_name() -> None:
    with pytest.raises(InputError) as caught:
        total([money("1"), money("1", "EUR")], "CNY")

    details = {"field": "currency", "value": "EUR", "accepted": "CNY"}
    assert caught.value.details == details


@pytest.mark.parametrize(
    ("amount", "currency", "field", "value"),
    [
        ("-0.01", "CNY", "cost", "-0.01"),
        ("0.001", "CNY", "cost", "0.001"),
        ("1.5", "JPY", "cost", "1.5"),
        ("NaN", "CNY", "cost", "NaN"),
        ("Infinity", "CNY", "cost", "Infinity"),
        ("1e12", "CNY", "cost", "1E+12"),
        ("1e-999999", "CNY", "cost", "1E-999999"),
        ("1", "yuan", "cost.currency", "yuan"),
    ],
)
def test_what_cannot_be_paid_is_refused_by_field(
    amount: str, currency: str, field: str, value: str
) -> None:
    with pytest.raises(InputError) as caught:
        require_money("cost", money(amount, currency))

    assert (caught.value.details["field"], caught.value.details["value"]) == (field, value)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("1234.5", "1234.50"), (" 1,234.50 ", "1234.50"), ("1 234", "1234.00"), ("0", "0.00")],
)
def test_an_amount_is_read_as_people_write_it(typed: str, amount: str) -> None:
    assert read_money("parts", typed, "CNY") == Money(amount=Decimal(amount), currency="CNY")


@pytest.mark.parametrize("typed", ["", "12,34", "1.234,50", "-1", "1e3", "NaN", "１２", "1.005"])
def test_what_could_be_another_amount_is_refused(typed: str) -> None:
    with pytest.raises(InputError) as caught:
        read_money("parts", typed, "CNY")

    assert caught.value.details["field"] == "parts"
