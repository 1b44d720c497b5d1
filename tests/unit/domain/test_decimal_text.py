"""Numbers as people type them: exact, and never by a guess."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.decimal_text import read_decimal
from agent_desk.domain.errors import InputError


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12.5", "12.5"),
        ("12,5", "12.5"),
        ("0,125", "0.125"),
        (" 1 234.50 ", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1,234,567", "1234567"),
        ("１２．５", "12.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("−3", "-3"),
    ],
)
def test_a_number_is_read_in_every_way_that_is_clear(typed: str, meant: str) -> None:
    assert read_decimal("quantity", typed) == Decimal(meant)


@pytest.mark.parametrize(
    "typed", ["", " ", "1,234", "1.234,5", "1e3", "NaN", "12x", "--1", ".", ",", "9" * 30]
)
def test_what_is_unclear_or_no_number_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(InputError) as caught:
        read_decimal("quantity", typed)
    assert caught.value.details["field"] == "quantity"


@given(st.decimals(min_value=-(10**6), max_value=10**6, places=3))
def test_what_is_written_is_read_again(number: Decimal) -> None:
    assert read_decimal("quantity", f"{number:f}") == number
