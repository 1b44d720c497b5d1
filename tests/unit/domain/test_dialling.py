import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.errors import InvalidDigitsError, InvalidNumberError
from agent_desk.domain.identifiers import MAX_DIGITS, parse_dial_string, parse_digits


def refusal(text: str) -> InvalidNumberError:
    with pytest.raises(InvalidNumberError) as caught:
        parse_dial_string(text, region="CN", field="dial box")
    return caught.value


@pytest.mark.parametrize(
    ("text", "dialled"),
    [
        ("10", "10"),
        ("110", "110"),
        ("000", "000"),
        ("1001", "1001"),
        ("0123", "0123"),
        ("95588", "95588"),
        ("800123", "800123"),
        ("10 01", "1001"),
        ("１００１", "1001"),
        ("١٠٠١", "1001"),
        ("*21", "*21"),
        ("sip:1001@pbx.example.com", "1001"),
        ("tel:1001;phone-context=example.com", "1001"),
    ],
)
def test_extensions_and_short_codes_are_dialled_as_they_are(text: str, dialled: str) -> None:
    assert parse_dial_string(text, region="CN") == dialled


@pytest.mark.parametrize(
    ("text", "dialled"),
    [
        ("138 0013 8000", "+8613800138000"),
        ("0086 (0)10/6552-9988", "+861065529988"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("tel:+1-650-253-0000", "+16502530000"),
        ("400 820 8820", "+864008208820"),
    ],
)
def test_numbers_are_dialled_in_their_canonical_form(text: str, dialled: str) -> None:
    assert parse_dial_string(text, region="CN") == dialled


@pytest.mark.parametrize(
    ("text", "strange"),
    [
        ("138 0013 800O", "O"),
        ("call me", "c"),
        ("☎138", "☎"),
        ("13800138000 😀", "😀"),
        ("1️⃣38", "\ufe0f"),
        ("138²00138000", "²"),
        ("*", "*"),
        ("138#", "#"),
        ("电话13800138000", "电"),
    ],
)
def test_the_first_strange_character_is_named(text: str, strange: str) -> None:
    error = refusal(text)
    assert error.details["field"] == "dial box"
    assert error.details["value"] == text
    assert f"({strange!r} does not belong there)" in error.details["accepted"]


@pytest.mark.parametrize("text", ["", "   ", "+", "00", "0049", "1", "()", "-"])
def test_too_little_to_dial_names_field_value_and_accepted(text: str) -> None:
    error = refusal(text)
    assert error.details["field"] == "dial box"
    assert error.details["value"] == text
    assert str(error).startswith(f"dial box: {text!r} is not a telephone number")
    assert "3 to 15 digits" in str(error)


@pytest.mark.parametrize("text", ["7" * 200, "abc" * 100, "+" + "1 " * 100])
def test_a_very_long_text_is_named_shortened_with_its_length(text: str) -> None:
    error = refusal(text)
    assert error.details["value"] == f"{text[:64]}… ({len(text)})"
    assert len(str(error)) < 400


def test_a_text_that_just_fits_is_named_whole() -> None:
    assert refusal("7" * 64).details["value"] == "7" * 64


@given(st.text())
def test_any_text_is_dialled_in_plain_digits_or_refused(text: str) -> None:
    with contextlib.suppress(InvalidNumberError):
        assert re.fullmatch(r"[+*]?[0-9]{2,15}", parse_dial_string(text, region="DE"))


@given(st.from_regex(r"[1-9][0-9]{1,5}", fullmatch=True))
def test_every_extension_dials_itself(extension: str) -> None:
    assert parse_dial_string(extension, region="CN") == extension


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("1", "1"),
        ("*#", "*#"),
        ("12 34-56", "123456"),
        ("abcd", "ABCD"),
        ("１２＃", "12#"),
        ("١٢", "12"),
        ("9" * MAX_DIGITS, "9" * MAX_DIGITS),
    ],
)
def test_digits_are_read_as_a_telephone_sends_them(text: str, digits: str) -> None:
    assert parse_digits(text) == digits


@pytest.mark.parametrize("text", ["", " ", "E", "1+", "①", "1²", "😀", "9" * (MAX_DIGITS + 1)])
def test_what_no_telephone_can_send_is_refused(text: str) -> None:
    with pytest.raises(InvalidDigitsError) as caught:
        parse_digits(text, field="pad")
    assert caught.value.details["field"] == "pad"
    assert caught.value.details["value"] == text
    assert str(MAX_DIGITS) in caught.value.details["accepted"]


@given(st.text("0123456789*#ABCD", min_size=1, max_size=MAX_DIGITS))
def test_digits_are_their_own_canonical_form(digits: str) -> None:
    assert parse_digits(digits) == digits
