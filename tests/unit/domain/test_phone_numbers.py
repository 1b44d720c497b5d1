import contextlib
import re

import phonenumbers
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from agent_desk.domain.errors import InvalidNumberError
from agent_desk.domain.identifiers import (
    MAX_E164_DIGITS,
    SUFFIX_LENGTH,
    digits_of,
    known_regions,
    number_suffix,
    parse_number,
)

SHANGHAI_MOBILE = "+8613800138000"
BEIJING = "+861065529988"
LONDON = "+442079460958"
BERLIN = "+4930123456"
MOUNTAIN_VIEW = "+16502530000"

REGIONS = ("CN", "DE", "GB", "US")


def refusal(text: str, region: str = "CN") -> InvalidNumberError:
    with pytest.raises(InvalidNumberError) as caught:
        parse_number(text, region=region, field="mobile")
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "138.0013.8000",
        "138/0013/8000",
        " 13800138000\n",
        "138\u00a00013\u20098000",
        "138–0013—8000",
        "138−0013−8000",
        "+86 138 0013 8000",
        "+86-138-0013-8000",
        "(+86) 138 0013 8000",
        "0086 138 0013 8000",
        "00 86 138 0013 8000",
        "00861380013 8000",
        "+86 (0)138 0013 8000",
        "+86(0) 138 0013 8000",
        "+86 0138 0013 8000",
        "013800138000",
        "1380013８０００",
        "＋８６　１３８　００１３　８０００",
        "（＋８６）１３８－００１３－８０００",
        "١٣٨٠٠١٣٨٠٠٠",
        "+٨٦ ١٣٨ ٠٠١٣ ٨٠٠٠",
        "१३८००१३८०००",
        "tel:+86-138-0013-8000",
        "TEL:13800138000",
        "tel:+8613800138000;phone-context=example.com",
        "tel: 138 0013 8000",
        "tel://+8613800138000",
        "tel:%2B86%20138%200013%208000",
        "callto:+8613800138000",
        "sip:+8613800138000@pbx.example.com",
        "sip:+8613800138000@pbx.example.com:5060;user=phone",
        "sips:+8613800138000@pbx.example.com",
        "sip:+8613800138000:1234@pbx.example.com",
        "<sip:+8613800138000@pbx.example.com>;tag=1",
        '"Li Wei" <sip:+8613800138000@pbx.example.com>',
        "\u202a+86 138 0013 8000\u202c",
        "138\u200b0013\u200b8000",
    ],
)
def test_every_way_of_writing_a_number_gives_the_same_number(text: str) -> None:
    assert parse_number(text, region="CN").e164 == SHANGHAI_MOBILE


@pytest.mark.parametrize(
    ("text", "region", "e164"),
    [
        ("010-6552 9988", "CN", BEIJING),
        ("(010) 6552-9988", "CN", BEIJING),
        ("+86 (0)10 6552 9988", "US", BEIJING),
        ("011 86 10 6552 9988", "US", BEIJING),
        ("0086 (0)10 6552 9988", "DE", BEIJING),
        ("020 7946 0958", "GB", LONDON),
        ("(020) 7946-0958", "GB", LONDON),
        ("+44 (0)20 7946 0958", "CN", LONDON),
        ("(+44) (0) 20 7946 0958", "CN", LONDON),
        ("0044 ( 0 ) 20 7946 0958", "DE", LONDON),
        ("030/123456", "DE", BERLIN),
        ("030 / 12 34 56", "DE", BERLIN),
        ("+49 (0)30/123456", "DE", BERLIN),
        ("0049-30-123456", "CN", BERLIN),
        ("(650) 253-0000", "US", MOUNTAIN_VIEW),
        ("650.253.0000", "US", MOUNTAIN_VIEW),
        ("1-650-253-0000", "US", MOUNTAIN_VIEW),
        ("001 650 253 0000", "GB", MOUNTAIN_VIEW),
    ],
)
def test_a_number_is_read_in_the_region_of_the_desk(text: str, region: str, e164: str) -> None:
    assert parse_number(text, region=region).e164 == e164


@pytest.mark.parametrize("text", ["+39 06 6982 1234", "+39 (0)6 6982 1234", "0039(0)6 6982 1234"])
def test_the_zero_of_an_italian_number_stays(text: str) -> None:
    assert parse_number(text, region="CN").e164 == "+390669821234"


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        ("030 1234", "+49301234"),
        ("089 123", "+4989123"),
        ("0176/123 456 78", "+4917612345678"),
        ("0800 330 1000", "+498003301000"),
        ("+49 89 12345678901", "+498912345678901"),
    ],
)
def test_german_numbers_may_be_short_or_long(text: str, e164: str) -> None:
    assert parse_number(text, region="DE").e164 == e164


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        ("400-820-8820", "+864008208820"),
        ("800 810 1234", "+868008101234"),
        ("95588", "+8695588"),
        ("95 588", "+8695588"),
        ("10086", "+8610086"),
        ("12306", "+8612306"),
    ],
)
def test_chinese_service_numbers_are_numbers(text: str, e164: str) -> None:
    assert parse_number(text, region="CN").e164 == e164


@pytest.mark.parametrize(("text", "region"), [("253-0000", "US"), ("7946 0958", "GB")])
def test_a_number_without_its_area_code_is_refused(text: str, region: str) -> None:
    assert "with the area code" in str(refusal(text, region))


@pytest.mark.parametrize("text", ["110", "119", "120"])
def test_an_emergency_number_is_no_number_of_a_customer(text: str) -> None:
    assert refusal(text).details["value"] == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "+",
        "00",
        "*",
        "12",
        "abc",
        "+86 138 0013 800O",
        "138 0013 8000 ext 5",
        "138²00138000",
        "++8613800138000",
        "+0086138",
        "86+13800138000",
        "+8613800138000+",
        "+999 123 4567",
        "+49 89 123456789012",
        "1" * 21,
        "1" * 200,
        "☎ 13800138000",
        "1️⃣3️⃣8️⃣",
        "\ud83d13800138000",
        "sip:192.168.10.20",
        "sip:192.168.10.20:5060",
        "tel:",
    ],
)
def test_what_is_no_number_is_refused_with_field_value_and_accepted(text: str) -> None:
    error = refusal(text)
    assert error.details["field"] == "mobile"
    assert error.details["value"].startswith(text[:64])
    assert "3 to 15 digits" in error.details["accepted"]
    assert str(error).startswith("mobile: ")
    assert error.details["accepted"] in str(error)


def test_an_unknown_region_refuses_national_numbers_and_reads_international_ones() -> None:
    refusal("13800138000", region="ZZ")
    assert parse_number(SHANGHAI_MOBILE, region="ZZ").e164 == SHANGHAI_MOBILE


def test_a_number_names_its_country() -> None:
    assert parse_number(LONDON, region="CN").region == "GB"


def test_a_number_of_no_country_has_no_region() -> None:
    assert parse_number("+800 1234 5678", region="CN").region == ""


def test_the_international_form_is_readable() -> None:
    assert parse_number("02079460958", region="GB").international == "+44 20 7946 0958"


def valid_numbers() -> st.SearchStrategy[str]:
    """Numbers of every country: its example number with the last digits replaced."""
    return st.builds(
        _varied,
        st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)),
        st.text("0123456789", min_size=1, max_size=4),
    )


def _varied(region: str, tail: str) -> str:
    example = phonenumbers.example_number(region)
    assert example is not None
    e164 = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    return e164[: -len(tail)] + tail


@given(valid_numbers(), st.sampled_from(REGIONS))
def test_the_canonical_form_parses_to_itself_in_every_region(written: str, region: str) -> None:
    assume(phonenumbers.is_valid_number(phonenumbers.parse(written)))
    first = parse_number(written, region=region)
    assert parse_number(first.e164, region=region) == first
    assert parse_number(first.e164, region="ZZ") == first


@given(valid_numbers())
def test_the_international_form_parses_back(written: str) -> None:
    assume(phonenumbers.is_valid_number(phonenumbers.parse(written)))
    number = parse_number(written, region="CN")
    assert parse_number(number.international, region="CN") == number


@given(st.text("+0123456789-/ ()", max_size=24), st.sampled_from(REGIONS))
def test_whatever_is_accepted_is_e164_and_stable(text: str, region: str) -> None:
    try:
        number = parse_number(text, region=region)
    except InvalidNumberError:
        return
    assert re.fullmatch(rf"\+[1-9][0-9]{{1,{MAX_E164_DIGITS - 1}}}", number.e164)
    assert number.suffix == number.e164[1:][-SUFFIX_LENGTH:]
    assert parse_number(number.e164, region=region) == number


@given(st.sampled_from([SHANGHAI_MOBILE, BEIJING, LONDON, BERLIN, MOUNTAIN_VIEW]), st.data())
def test_separators_anywhere_change_nothing(e164: str, data: st.DataObject) -> None:
    separators = st.text(" -./\u00a0\u3000－・", max_size=2).map(
        lambda s: s.replace("・", "\u2011")
    )
    written = "".join(character + data.draw(separators) for character in e164)
    assert parse_number(written, region="CN").e164 == e164


@given(st.text())
def test_any_text_is_a_number_or_refused(text: str) -> None:
    with contextlib.suppress(InvalidNumberError):
        assert parse_number(text, region="CN").e164.startswith("+")


@pytest.mark.parametrize(
    ("text", "suffix"),
    [
        ("+86 138 0013 8000", "800138000"),
        ("0138/0013-8000", "800138000"),
        ("１３８００１３８０００", "800138000"),
        ("١٣٨٠٠١٣٨٠٠٠", "800138000"),
        ("95588", "95588"),
        ("", ""),
        ("abc²", ""),
    ],
)
def test_the_suffix_is_the_last_nine_digits(text: str, suffix: str) -> None:
    assert number_suffix(text) == suffix


@given(st.text())
def test_digits_are_ascii_whatever_the_text(text: str) -> None:
    digits = digits_of(text)
    assert set(digits) <= set("0123456789")
    assert len(digits) == sum(character.isdecimal() for character in text)


def test_the_regions_of_a_desk_are_countries() -> None:
    assert set(REGIONS) <= known_regions()
    assert "001" not in known_regions()
