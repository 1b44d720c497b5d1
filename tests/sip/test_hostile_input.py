"""Whatever comes in: a SipError at worst, and never more than linear work."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.sip.errors import SipError
from telephony.sip.framing.stream import StreamFramer
from telephony.sip.message.limits import Limits
from telephony.sip.message.message import Request
from telephony.sip.message.multipart import parse_multipart
from telephony.sip.message.parser import parse_message
from telephony.sip.message.reply import reply
from telephony.sip.message.syntax import check_request
from telephony.sip.values.address import parse_address, parse_addresses
from telephony.sip.values.challenge import parse_auth_values
from telephony.sip.values.media_type import parse_media_type, parse_media_types
from telephony.sip.values.parameters import parse_parameters
from telephony.sip.values.uri import parse_uri
from telephony.sip.values.via import parse_vias
from tests.sip.corpus import torture_message, torture_names
from tests.sip.fuzz import read_anything, seeds

NO_LIMITS = Limits(head_octets=2**31, body_octets=2**31, fields=2**31, elements=2**31)


@st.composite
def mangled(draw: st.DrawFn) -> bytes:
    """Return a torture message of which a few octets were changed, cut out or doubled."""
    data = bytearray(torture_message(draw(st.sampled_from(torture_names()))))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        until = at + draw(st.integers(0, 12))
        piece = draw(
            st.binary(max_size=6) | st.sampled_from([b"\r\n", b'"', b"<", b",", b";", b":"])
        )
        data[at:until] = piece
    return bytes(data)


@settings(max_examples=200)
@given(mangled() | st.binary(max_size=200))
def test_a_packet_raises_a_sip_error_at_worst(data: bytes) -> None:
    read_anything(data)


@pytest.mark.parametrize("number", range(len(seeds())))
def test_the_fuzzers_seeds_are_read(number: int) -> None:
    read_anything(seeds()[number])


@given(st.lists(mangled() | st.binary(max_size=60), max_size=5), st.booleans())
def test_a_stream_raises_a_sip_error_at_worst(pieces: list[bytes], dialled: bool) -> None:
    framer = StreamFramer(dialled=dialled)
    with suppress(SipError):
        for piece in pieces:
            list(framer.feed(piece))


READERS: tuple[Callable[[str], object], ...] = (
    parse_uri,
    parse_media_type,
    lambda text: parse_address(text, "From"),
    lambda text: parse_parameters(text, "From"),
    lambda text: parse_vias((text,)),
    lambda text: parse_addresses((text,), "Contact"),
    lambda text: parse_auth_values(text, "Authorization"),
    lambda text: parse_media_types((text,)),
)


@settings(max_examples=150)
@given(st.text(max_size=40) | st.text(';=,"\\<>:@?&/ \tsip%[]z9', max_size=60))
def test_a_value_raises_a_sip_error_at_worst(text: str) -> None:
    for read in READERS:
        with suppress(SipError):
            str(read(text))


# Each unit is a way in which a careless pattern goes back over what it has seen.
UNITS = (
    *('"', "\\", '"a\\"', "<", ">", ",", ";", ";a", "a=", " ", "\t", "a ", "%41", ":", "@", "/"),
    *("a,", '"a",', "sip:", "sip:a@", "?a=b&", "[", "SIP/2.0/UDP a;", "1", "-", "*", "é", "a=b, "),
)
PREFIXES = (
    *("", "sip:", "tel:", "sip:a@", '"', "<", "Digest ", "a/b;", "SIP/2.0/UDP "),
    "<sip:a@b>;x=",
)
SMALL, LARGE = 3_000, 48_000
RATIO = LARGE // SMALL


def seconds(work: Callable[[], object]) -> float:
    """Return this thread's own time for ``work``, the least of three."""
    taken = []
    for _ in range(3):
        began = time.thread_time()
        with suppress(SipError):
            work()
        taken.append(time.thread_time() - began)
    return min(taken)


def assert_linear(small: Callable[[], object], large: Callable[[], object]) -> None:
    """Sixteen times the input may cost sixteen times the work; a square would cost 256 times."""
    limit = max(seconds(small), 0.0005) * RATIO * 4
    assert seconds(large) < limit


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_value_costs_linear_work(prefix: str) -> None:
    for read in READERS:
        for unit in UNITS:
            short, long = (prefix + unit * (size // len(unit)) for size in (SMALL, LARGE))
            assert_linear(lambda: read(short), lambda: read(long))  # noqa: B023


HOSTILE: tuple[Callable[[int], bytes], ...] = (
    lambda size: b"INVITE sip:a@b SIP/2.0\r\n" + b"X: y\r\n" * (size // 6) + b"\r\n",
    lambda size: b"INVITE sip:a@b SIP/2.0\r\n" + b"Via: a\r\n" * (size // 8) + b"\r\n",
    lambda size: b"INVITE sip:a@b SIP/2.0\r\nX: a" + b"\r\n " * (size // 3) + b"\r\n\r\n",
    lambda size: b"INVITE sip:a@b SIP/2.0\r\nX: a" + b" " * size + b"b\r\n\r\n",
    lambda size: b"\r\n" * (size // 2),
    lambda size: b"INVITE " + b" " * size + b" SIP/2.0\r\n\r\n",
    lambda size: b"SIP/2.0 200 " + b"\r" * size + b"\r\n\r\n",
    lambda size: b"a:" * (size // 2),
    lambda size: b"INVITE sip:a@b SIP/2.0\r\nContent-Length: " + b"9" * size + b"\r\n\r\n",
)


@pytest.mark.parametrize("shape", range(len(HOSTILE)))
def test_a_message_costs_linear_work(shape: int) -> None:
    def read(data: bytes) -> None:
        message = parse_message(data, NO_LIMITS)
        message.encode()
        if isinstance(message, Request):
            reply(message, 400, to_tag="x").encode()
            check_request(message, NO_LIMITS)

    small, large = HOSTILE[shape](SMALL), HOSTILE[shape](LARGE)
    assert_linear(lambda: read(small), lambda: read(large))


@pytest.mark.parametrize("unit", [b"\r\n", b"\r\n-", b"--b", b"\r\n--b\r\n", b"\r\n--b ", b" "])
def test_a_body_of_parts_costs_linear_work(unit: bytes) -> None:
    kind = parse_media_type("multipart/mixed;boundary=b")
    small, large = (unit * (size // len(unit)) for size in (SMALL, LARGE))
    assert_linear(lambda: parse_multipart(small, kind), lambda: parse_multipart(large, kind))


@pytest.mark.parametrize(
    "unit", [b"a", b"\r\n", b"X: y\r\n", b"INFO sip:a@b SIP/2.0\r\nl: 0\r\n\r\n"]
)
def test_a_stream_that_trickles_costs_linear_work(unit: bytes) -> None:
    def trickle(size: int) -> None:
        framer = StreamFramer(dialled=True, limits=NO_LIMITS)
        data = unit * (size // len(unit))
        for at in range(0, len(data), 3):
            list(framer.feed(data[at : at + 3]))

    assert_linear(lambda: trickle(SMALL), lambda: trickle(LARGE))
