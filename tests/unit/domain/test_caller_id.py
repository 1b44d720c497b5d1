import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.identifiers import SUFFIX_LENGTH, number_suffix, parse_caller_id

ANY_TEXT = st.text(st.characters())


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "",
        "  ",
        "anonymous",
        "Anonymous",
        "ANONYMOUS ",
        "Restricted",
        "private",
        "Private Number",
        "unknown",
        "unavailable",
        "withheld",
        "No Caller ID",
        "sip:anonymous@anonymous.invalid",
        "SIP:Anonymous@Anonymous.Invalid",
        "sip:abc123@anonymous.invalid",
        "sip:restricted@10.0.0.1",
        "anonymous@anonymous.invalid",
        "<sip:anonymous@anonymous.invalid>;tag=9",
        '"Anonymous" <sip:anonymous@anonymous.invalid>',
        '"Anonymous" <sip:anonymous@pbx.example.com>',
    ],
)
def test_a_withheld_number_is_anonymous_and_matches_nobody(raw: str | None) -> None:
    caller = parse_caller_id(raw, region="CN")
    assert caller.anonymous
    assert caller.number is None
    assert caller.suffix == ""
    assert caller.raw == (raw or "").strip()


@pytest.mark.parametrize(
    "raw",
    [
        "13800138000",
        "+8613800138000",
        "008613800138000",
        "tel:+86-138-0013-8000",
        "sip:13800138000@10.0.0.1",
        '"Wang Fang" <sip:+8613800138000@pbx.example.com;user=phone>;tag=1',
    ],
)
def test_a_signalled_number_is_parsed(raw: str) -> None:
    caller = parse_caller_id(raw, region="CN")
    assert caller.number is not None
    assert caller.number.e164 == "+8613800138000"
    assert caller.suffix == "800138000"
    assert caller.display == "+86 138 0013 8000"
    assert not caller.anonymous


def test_an_extension_is_shown_as_signalled() -> None:
    caller = parse_caller_id("1001", region="CN")
    assert (caller.number, caller.suffix, caller.display) == (None, "1001", "1001")


def test_a_mangled_number_keeps_its_last_digits() -> None:
    caller = parse_caller_id("99990086 138 0013 8000#", region="CN")
    assert caller.number is None
    assert caller.suffix == "800138000"


@pytest.mark.parametrize(
    ("raw", "suffix"),
    [
        ("sip:1001@192.168.10.20", "1001"),
        ("sip:alice@10.200.100.50:5060", ""),
        ("sip:192.168.100.200:5060", ""),
        ("sip:alice2024123456@example.com", ""),
        ("alice-13800138", ""),
    ],
)
def test_digits_of_a_host_or_a_name_never_become_a_suffix(raw: str, suffix: str) -> None:
    caller = parse_caller_id(raw, region="US")
    assert caller.number is None
    assert caller.suffix == suffix
    assert not caller.anonymous


@given(st.none() | ANY_TEXT, st.sampled_from(["CN", "DE", "GB", "US", "ZZ", "", "cn"]))
def test_reading_a_caller_never_raises(raw: str | None, region: str) -> None:
    caller = parse_caller_id(raw, region=region)
    assert len(caller.suffix) <= SUFFIX_LENGTH
    assert caller.suffix == number_suffix(caller.suffix)
    if caller.anonymous:
        assert (caller.number, caller.suffix) == (None, "")
    if caller.number is not None:
        assert caller.suffix == caller.number.suffix


@given(st.sampled_from(["sip:", "tel:", "<", '"x" <sip:', "+", "00", "(0)"]), ANY_TEXT)
def test_reading_a_broken_link_never_raises(start: str, rest: str) -> None:
    caller = parse_caller_id(start + rest, region="CN")
    assert caller.raw == (start + rest).strip()


def test_a_very_long_caller_is_read_in_full_and_not_parsed() -> None:
    caller = parse_caller_id("9" * 100_000, region="CN")
    assert caller.number is None
    assert caller.suffix == "9" * SUFFIX_LENGTH
