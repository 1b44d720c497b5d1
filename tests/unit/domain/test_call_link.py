"""Links that ask for a call: what they fill into the dial box, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.call_link import is_call_link, number_of_link
from agent_desk.domain.errors import InputError, InvalidNumberError


@pytest.mark.parametrize(
    ("link", "number"),
    [
        ("tel:+8613800138000", "+8613800138000"),
        ("TEL:+86-138-0013-8000", "+8613800138000"),
        ("tel:+86%2013800138000", "+8613800138000"),
        ("tel:13800138000", "+8613800138000"),
        ("tel:+8613800138000;ext=55", "+8613800138000"),
        ("tel:13800138000;phone-context=+86", "+8613800138000"),
        ("tel:600;phone-context=example.com", "600"),
        ("sip:600@example.com", "600"),
        ("sip:+8613800138000@example.com;user=phone", "+8613800138000"),
        ("sips:600@example.com:5061", "sips:600"),
        ("SIPS:+86-138-0013-8000@example.com", "sips:+8613800138000"),
        ("callto:600", "600"),
        ("callto://+8613800138000", "+8613800138000"),
        ("  tel:600\n", "600"),
    ],
)
def test_a_link_gives_what_is_dialled(link: str, number: str) -> None:
    assert is_call_link(link)
    assert number_of_link(link, region="CN") == number


@pytest.mark.parametrize(
    "link",
    ["", "600", "http://example.com", "tel", "mailto:a@b", "tel:" + "1" * 600, "tel:1\x002"],
)
def test_what_is_no_such_link_is_refused(link: str) -> None:
    with pytest.raises(InputError):
        number_of_link(link, region="CN")


@pytest.mark.parametrize("link", ["tel:", "sip:wang@example.com", "tel:abc", "callto://", "tel:1"])
def test_a_link_without_a_number_is_refused(link: str) -> None:
    with pytest.raises(InvalidNumberError):
        number_of_link(link, region="CN")


@given(rest=st.text())
def test_no_link_does_more_than_be_refused_or_give_digits(rest: str) -> None:
    try:
        number = number_of_link(f"tel:{rest}", region="CN")
    except InputError:
        return
    assert number.lstrip("+").isdigit()
