"""Numbers inside notes, and the keys by which they are found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.number_keys import range_end, reversed_digits, suffixes_in


@pytest.mark.parametrize(
    ("text", "suffixes"),
    [
        ("", []),
        ("Flat 12, call before 18:00, order 4711", []),
        ("wife: 139-1111 2222", ["911112222"]),
        ("+49 (0)228 / 123-4567 or 13911112222", ["281234567", "911112222"]),
        ("13911112222, 139 1111 2222", ["911112222"]),
        ("６５５２９９８８", ["65529988"]),
        ("serial 12345678901234567890", []),
    ],
)
def test_telephone_numbers_are_found_in_a_text(text: str, suffixes: list[str]) -> None:
    assert list(suffixes_in(text)) == suffixes


@given(st.text(alphabet="0123456789", min_size=1), st.text(alphabet="0123456789"))
def test_a_range_holds_exactly_what_ends_alike(ending: str, before: str) -> None:
    key = reversed_digits(before + ending)
    prefix = reversed_digits(ending)

    assert prefix <= key < range_end(prefix)


@given(st.text(alphabet="0123456789", min_size=3), st.text(alphabet="0123456789", min_size=3))
def test_a_range_holds_nothing_else(ending: str, other: str) -> None:
    prefix, key = reversed_digits(ending), reversed_digits(other)

    assert (prefix <= key < range_end(prefix)) == other.endswith(ending)
