"""Messages: read, checked, changed, written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.sip.errors import RequestRefusedError, SipSyntaxError, SizeLimitError
from telephony.sip.message.headers import COMPACT_FORMS, Headers
from telephony.sip.message.limits import Limits
from telephony.sip.message.message import Request, Response
from telephony.sip.message.multipart import body_of_type, parse_multipart
from telephony.sip.message.parser import parse_message
from telephony.sip.message.reply import reply
from telephony.sip.message.syntax import check_request, check_response
from telephony.sip.user_agent.capabilities import Capabilities
from telephony.sip.values.media_type import parse_media_type

INVITE = Request(
    method="INVITE",
    target="sip:1001@desk.example",
    headers=Headers(
        (
            ("Via", "SIP/2.0/UDP pbx:5060;branch=z9hG4bK1"),
            ("From", '"王芳" <sip:+861380@pbx>;tag=1'),
            ("To", "<sip:1001@desk.example>"),
            ("Call-ID", "one@pbx"),
            ("CSeq", "1 INVITE"),
            ("Contact", "<sip:+861380@pbx:5060>"),
        )
    ),
)
line = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=30)
field_name = st.sampled_from(["Via", "From", "X-Queue", "Subject", "Contact", "X-a", "Call-ID"])


@given(
    st.lists(st.tuples(field_name, line.map(lambda text: text.strip(" \t"))), max_size=8),
    st.binary(max_size=40),
)
def test_a_message_is_read_as_it_was_written(fields: list[tuple[str, str]], body: bytes) -> None:
    written = Request(method="INFO", target="sip:a@b", headers=Headers(fields), body=body)
    read = parse_message(written.encode())
    assert read.headers.without("Content-Length") == written.headers
    assert (read.start_line, read.body) == (written.start_line, body)


def test_octets_that_are_no_utf8_leave_as_they_came() -> None:
    data = INVITE.encode().replace("王芳".encode(), b"\xc4\xd6\xff")
    read = parse_message(data)
    assert read.encode() == data
    assert read.from_address.display_name == "\ufffd\ufffd\ufffd"


@pytest.mark.parametrize(("short", "long"), COMPACT_FORMS.items())
def test_a_compact_name_is_its_long_form(short: str, long: str) -> None:
    for written in (short, short.upper(), long.upper(), f"{long.lower()} \t"):
        data = f"OPTIONS sip:a@b SIP/2.0\r\n{written}:x\r\n\r\n".encode()
        assert parse_message(data).headers.all(long) == ("x",)


def test_a_folded_field_is_one_line() -> None:
    read = parse_message(b"OPTIONS sip:a@b SIP/2.0\r\nSubject: one\r\n two\r\n\tthree\r\n\r\n")
    assert read.headers.get("Subject") == "one two three"
    assert b"Subject: one two three\r\n" in read.encode()


@pytest.mark.parametrize("value", ["a\r\nX: y", "a\n b", "a\rb"])
def test_a_value_cannot_begin_a_field_of_its_own(value: str) -> None:
    with pytest.raises(SipSyntaxError):
        Headers([("Subject", value)])
    with pytest.raises(SipSyntaxError):
        INVITE.headers.with_("Subject", value)
    with pytest.raises(SipSyntaxError):
        Headers([("Sub ject", "x")])


def test_a_bare_line_feed_is_no_line_end() -> None:
    data = INVITE.encode().replace(b"Call-ID: one@pbx", b"Call-ID: one@pbx\nX: y")
    refused = parse_message(data)
    assert isinstance(refused, Request)
    with pytest.raises(RequestRefusedError) as caught:
        check_request(refused)
    assert caught.value.status == 400


def test_fields_are_changed_by_copies() -> None:
    headers = Headers([("v", "1"), ("X-A", "2"), ("VIA", "3")])
    assert headers.all("Via") == ("1", "3")
    assert list(headers.replaced("via", "9")) == [("Via", "9"), ("X-A", "2")]
    assert next(iter(headers.with_first("Via", "0"))) == ("Via", "0")
    assert list(headers.with_("x-a", "5"))[-1] == ("x-a", "5")
    assert headers.with_("x-a", "5").all("X-A") == ("2", "5")
    assert list(headers.without("X-a")) == [("Via", "1"), ("Via", "3")]
    assert headers.replaced("Route", "r").get("Route") == "r"
    assert "Route" not in headers
    assert len(headers) == 3


def test_elements_are_read_across_fields() -> None:
    headers = Headers([("Supported", "100rel, timer"), ("k", ""), ("Supported", "replaces")])
    assert headers.elements("Supported") == ("100rel", "timer", "replaces")


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"\r\n", b"hello", b"INVITE sip:a@b SIP/2.0", b"\x00\x01\x02\r\n\r\n"),
        *(b"GET / HTTP/1.1\r\n\r\n", b"SIP/2.0 099 Low\r\n\r\n", b"SIP/3.0 200 OK\r\n\r\n"),
        *(b"SIP/2.0 2000 OK\r\n\r\n", b"SIP/2.0 700 Odd\r\n\r\n"),
    ],
)
def test_what_is_no_sip_message_is_refused(data: bytes) -> None:
    with pytest.raises(SipSyntaxError):
        parse_message(data)


def test_limits_hold() -> None:
    limits = Limits(head_octets=300, body_octets=10, fields=5, elements=4)
    start = b"INVITE sip:a@b SIP/2.0\r\n"
    for data in (
        start + b"X: " + b"a" * 300 + b"\r\n\r\n",
        start + b"X: a\r\n" * 6 + b"\r\n",
        start + b"\r\n" + b"b" * 11,
        b"a" * 400,
    ):
        with pytest.raises(SizeLimitError):
            parse_message(data, limits)
    many = INVITE.headers.with_("Record-Route", *["<sip:p>"] * 5)
    with pytest.raises(RequestRefusedError):
        check_request(Request(method="INVITE", target=INVITE.target, headers=many), limits)


def test_a_reply_repeats_what_it_must() -> None:
    answer = reply(INVITE, 180, to_tag="me", headers=(("Contact", "<sip:1001@10.0.0.1>"),))
    assert answer.reason == "Ringing"
    assert answer.to_address.tag == "me"
    assert answer.headers.all("Via") == INVITE.headers.all("Via")
    check_response(answer)
    assert reply(INVITE, 100, to_tag="me").to_address.tag is None
    assert reply(INVITE, 299).reason == ""


def test_a_reply_keeps_the_tag_of_a_dialog() -> None:
    headers = INVITE.headers.replaced("To", '"a;tag=x" <sip:1001@desk.example;tag=y>;tag=theirs')
    again = Request(method="INVITE", target=INVITE.target, headers=headers)
    assert reply(again, 200, to_tag="mine").to_address.tag == "theirs"


def test_the_time_of_a_request_comes_back_with_100() -> None:
    stamped = Request(
        method="INVITE", target=INVITE.target, headers=INVITE.headers.with_("Timestamp", "54")
    )
    assert reply(stamped, 100).headers.get("Timestamp") == "54"
    assert reply(stamped, 200).headers.get("Timestamp") is None


def test_a_response_without_what_it_needs_is_dropped() -> None:
    for name in ("Via", "From", "To", "Call-ID", "CSeq"):
        broken = reply(INVITE, 200)
        with pytest.raises(SipSyntaxError):
            check_response(Response(status=200, headers=broken.headers.without(name)))


def test_another_way_leaves_the_rest_as_it_was_read() -> None:
    invite = parse_message(INVITE.encode())
    known = invite.from_address
    noted = invite.top_via.seen_from("192.0.2.1", 4000)
    changed = invite.with_vias((noted,))
    assert changed.from_address is known
    assert changed.top_via.parameters.get("received") == "192.0.2.1"
    assert parse_message(changed.encode()).vias == changed.vias
    assert invite.top_via.parameters.get("received") is None


def test_a_message_that_forgets_what_was_read_reads_it_again() -> None:
    invite = parse_message(INVITE.encode())
    before = (invite.vias, invite.from_address, invite.headers.get("To"))
    invite.drop_caches()
    assert (invite.vias, invite.from_address, invite.headers.get("To")) == before


def test_a_star_is_every_contact() -> None:
    register = Request(
        method="REGISTER", target="sip:pbx", headers=INVITE.headers.replaced("Contact", "*")
    )
    assert register.contact_is_star
    assert register.contacts == ()
    assert not INVITE.contact_is_star


def test_an_unreadable_expiry_is_an_hour() -> None:
    for text, seconds in (("60", 60), ("soon", 3600), ("007", 7)):
        register = Request(
            method="REGISTER", target="sip:pbx", headers=INVITE.headers.with_("Expires", text)
        )
        assert register.expires == seconds


MULTIPART = b"\r\n".join(
    (
        *(b"dropped", b"--b", b"Content-Type: application/sdp", b"", b"v=0", b""),
        *(b"--b", b"", b"plain", b"--bb is text", b"--b--", b"dropped"),
    )
)


def test_parts_are_cut_at_their_boundaries_alone() -> None:
    kind = parse_media_type("multipart/mixed;boundary=b")
    sdp, plain = parse_multipart(MULTIPART, kind)
    assert (sdp.content_type.name, sdp.body) == ("application/sdp", b"v=0\r\n")
    assert (plain.content_type.name, plain.body) == ("text/plain", b"plain\r\n--bb is text")


@pytest.mark.parametrize(
    "kind", ["multipart/mixed", 'multipart/mixed;boundary=""', "multipart/x;boundary=c"]
)
def test_a_body_without_its_last_boundary_is_refused(kind: str) -> None:
    with pytest.raises(SipSyntaxError):
        parse_multipart(MULTIPART, parse_media_type(kind))


def test_too_many_parts_are_refused() -> None:
    with pytest.raises(SizeLimitError):
        parse_multipart(b"--b\r\n\r\n" * 99, parse_media_type("multipart/mixed;boundary=b"))


def test_a_session_is_found_alone_or_among_parts() -> None:
    many = INVITE.headers.with_("Content-Type", 'multipart/mixed;boundary="b"')
    one = INVITE.headers.with_("Content-Type", "Application/SDP")
    for headers, body, found in (
        (many, MULTIPART, b"v=0\r\n"),
        (one, b"v=0", b"v=0"),
        (one, b"", None),
        (INVITE.headers, b"v=0", None),
        (INVITE.headers.with_("Content-Type", "text/plain"), b"v=0", None),
    ):
        request = Request(method="INVITE", target="sip:a@b", headers=headers, body=body)
        assert body_of_type(request, "application/sdp") == found


def test_a_refusal_tells_what_would_do() -> None:
    capabilities = Capabilities()
    for method, status in (("PUBLISH", 405), ("DANCE", 501)):
        headers = INVITE.headers.replaced("CSeq", f"1 {method}")
        with pytest.raises(RequestRefusedError) as caught:
            capabilities.inspect(Request(method=method, target="sip:a@b", headers=headers))
        assert caught.value.status == status
        assert "INVITE" in dict(caught.value.headers)["Allow"]
    headers = INVITE.headers.with_("Require", "100rel, dance")
    with pytest.raises(RequestRefusedError) as caught:
        capabilities.inspect(Request(method="INVITE", target="sip:a@b", headers=headers))
    assert caught.value.headers == (("Unsupported", "dance"),)


def test_an_optional_body_may_be_anything() -> None:
    headers = INVITE.headers.with_("Content-Type", "image/png")
    capabilities = Capabilities()
    with pytest.raises(RequestRefusedError):
        capabilities.inspect(Request(method="INVITE", target="sip:a@b", headers=headers, body=b"x"))
    optional = headers.with_("Content-Disposition", "icon; handling = optional")
    capabilities.inspect(Request(method="INVITE", target="sip:a@b", headers=optional, body=b"x"))
    packed = INVITE.headers.with_("Content-Type", "application/sdp").with_("e", "gzip")
    with pytest.raises(RequestRefusedError) as caught:
        capabilities.inspect(Request(method="INVITE", target="sip:a@b", headers=packed, body=b"x"))
    assert caught.value.headers == (("Accept-Encoding", "identity"),)
