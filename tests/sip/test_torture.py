"""RFC 4475: what becomes of each of its 49 messages, and why."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from telephony.sip.errors import FramingError, RequestRefusedError, SipSyntaxError
from telephony.sip.framing.stream import Frame, StreamFramer
from telephony.sip.message.message import Request, Response
from telephony.sip.message.multipart import parse_multipart
from telephony.sip.message.parser import parse_message
from telephony.sip.message.reply import reply
from telephony.sip.message.syntax import check_request, check_response
from telephony.sip.user_agent.capabilities import Capabilities
from telephony.sip.values.uri import OpaqueUri, SipUri
from tests.sip.corpus import own_message, shared_message, torture_message, torture_names

TAKEN = 200
DROPPED = 0


@dataclass(frozen=True)
class Case:
    """section: of RFC 4475. outcome: a status, TAKEN or DROPPED. reason: why."""

    name: str
    section: str
    outcome: int
    reason: str


CASES = (
    Case("wsinv", "3.1.1.1", TAKEN, "folded, compact and oddly spaced, yet all of it legal"),
    Case("intmeth", "3.1.1.2", 501, "legal characters everywhere; the method is nobody's"),
    Case("esc01", "3.1.1.3", TAKEN, "escapes in a user part do not make another scheme"),
    Case("escnull", "3.1.1.4", 405, "escaped NULs are ordinary; a telephone is no registrar"),
    Case("esc02", "3.1.1.5", 501, "% is an ordinary sign in a method, a name and a token"),
    Case("lwsdisp", "3.1.1.6", TAKEN, "no blank is needed between display name and <"),
    Case("longreq", "3.1.1.7", TAKEN, "long values and many hops are legal"),
    Case("dblreq", "3.1.1.8", 405, "what follows a datagram's Content-Length is not looked at"),
    Case("semiuri", "3.1.1.9", TAKEN, "a semicolon in the user part begins no parameter"),
    Case("transports", "3.1.1.10", TAKEN, "Via may name any transport"),
    Case("mpart01", "3.1.1.11", 405, "binary parts are read; MESSAGE itself is not taken"),
    Case("unreason", "3.1.1.12", TAKEN, "a reason phrase is UTF-8 and for people"),
    Case("noreason", "3.1.1.13", TAKEN, "a reason phrase may be empty"),
    Case("badinv01", "3.1.2.1", 400, "separators with nothing between them in Via and Contact"),
    Case("clerr", "3.1.2.2", 400, "the body is shorter than Content-Length says"),
    Case("ncl", "3.1.2.3", 400, "a negative Content-Length"),
    Case("scalar02", "3.1.2.4", 400, "CSeq beyond 2**32 - 1"),
    Case("scalarlg", "3.1.2.5", DROPPED, "CSeq beyond 2**32 - 1 in a response"),
    Case("quotbal", "3.1.2.6", 400, "a quoted-string that never ends"),
    Case("ltgtruri", "3.1.2.7", 400, "angle brackets around the Request-URI"),
    Case("lwsruri", "3.1.2.8", 400, "a blank inside the Request-URI"),
    Case("lwsstart", "3.1.2.9", 400, "several blanks in the Request-Line"),
    Case("trws", "3.1.2.10", 400, "blanks at the end of the Request-Line"),
    Case("escruri", "3.1.2.11", 400, "escaped headers in the Request-URI"),
    Case("baddate", "3.1.2.12", TAKEN, "a Date that is not GMT is no reason to lose a call"),
    Case("regbadct", "3.1.2.13", 400, "a question mark in a URI without angle brackets"),
    Case("badaspec", "3.1.2.14", 400, "blanks between angle brackets and URI"),
    Case("baddn", "3.1.2.15", 400, "a comma in a display name without quotes"),
    Case("badvers", "3.1.2.16", 505, "SIP/7.0"),
    Case("mismatch01", "3.1.2.17", 400, "CSeq names another method"),
    Case("mismatch02", "3.1.2.18", 400, "CSeq names another method than an unknown one"),
    Case("bigcode", "3.1.2.19", DROPPED, "a status of ten digits"),
    Case("badbranch", "3.2.1", TAKEN, "the bare cookie: matched as RFC 2543 does"),
    Case("insuf", "3.3.1", 400, "no From, To and Call-ID"),
    Case("unkscm", "3.3.2", 416, "a Request-URI of an unknown scheme"),
    Case("novelsc", "3.3.3", 416, "a Request-URI of a scheme that is no telephone's"),
    Case("unksm2", "3.3.4", 405, "other schemes in To, From and Contact are legal syntax"),
    Case("bext01", "3.3.5", 420, "extensions that nobody supports"),
    Case("invut", "3.3.6", 415, "a body of an unknown type"),
    Case("regaut01", "3.3.7", 405, "an unknown authentication scheme is legal syntax"),
    Case("multi01", "3.3.8", 400, "several values where there may be one"),
    Case("mcl01", "3.3.9", 400, "two Content-Lengths"),
    Case("bcast", "3.3.10", DROPPED, "a second Via: the response was meant for somebody else"),
    Case("zeromf", "3.3.11", TAKEN, "no hop is left, and none is needed: we are the target"),
    Case("cparam01", "3.3.12", 405, "a parameter outside brackets is the Contact's"),
    Case("cparam02", "3.3.13", 405, "a parameter inside brackets is the URI's"),
    Case("regescrt", "3.3.14", 405, "escaped headers in a Contact are legal"),
    Case("sdp01", "3.3.15", 406, "the caller takes no answer that we could give"),
    Case("inv2543", "3.4.1", TAKEN, "no branch, tag, Max-Forwards or Contact: RFC 2543"),
)

STREAM_BREAKS = ("clerr", "ncl", "mcl01", "inv2543", "baddn")
"""In a stream nobody could tell where these end; clerr waits for what never comes."""


def outcome(data: bytes) -> int:
    """Return what becomes of a message that came in one datagram."""
    try:
        message = parse_message(data)
        if isinstance(message, Response):
            check_response(message)
            return TAKEN
        check_request(message)
        Capabilities().inspect(message)
    except SipSyntaxError:
        return DROPPED
    except RequestRefusedError as refusal:
        return refusal.status
    return TAKEN


def request(name: str) -> Request:
    message = parse_message(torture_message(name))
    assert isinstance(message, Request)
    return message


def response(name: str) -> Response:
    message = parse_message(torture_message(name))
    assert isinstance(message, Response)
    return message


def sip_uri(text: object) -> SipUri:
    assert isinstance(text, SipUri)
    return text


def test_the_table_has_all_49_messages_once() -> None:
    assert sorted(case.name for case in CASES) == torture_names()
    assert len(CASES) == 49


@pytest.mark.parametrize("name", torture_names())
def test_the_copy_in_this_tree_is_the_archive(name: str) -> None:
    assert own_message(name) == (shared_message(name) or own_message(name))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_message_becomes_what_the_rfc_says(case: Case) -> None:
    assert outcome(torture_message(case.name)) == case.outcome, case.reason


@pytest.mark.parametrize("case", [c for c in CASES if c.name != "bigcode"], ids=lambda c: c.name)
def test_what_can_be_taken_apart_is_written_as_it_was_read(case: Case) -> None:
    message = parse_message(torture_message(case.name))
    again = parse_message(message.encode())
    assert again.start_line == message.start_line
    assert again.body == message.body
    assert again.headers.without("Content-Length") == message.headers.without("Content-Length")


@pytest.mark.parametrize("case", [c for c in CASES if c.outcome >= 400], ids=lambda c: c.name)
def test_a_refused_request_can_be_answered(case: Case) -> None:
    refused = request(case.name)
    answer = parse_message(reply(refused, case.outcome, to_tag="mine").encode())
    assert isinstance(answer, Response)
    assert answer.status == case.outcome
    assert answer.headers.all("Via") == refused.headers.all("Via")
    assert answer.headers.get("Call-ID") == refused.headers.get("Call-ID")


@pytest.mark.parametrize("name", [n for n in torture_names() if n not in STREAM_BREAKS])
def test_a_stream_ends_each_message_where_a_datagram_does(name: str) -> None:
    data = torture_message(name)
    found = next(StreamFramer(dialled=True).feed(data))
    assert isinstance(found, Frame)
    assert parse_anyhow(found.data) == parse_anyhow(data)


def parse_anyhow(data: bytes) -> object:
    try:
        return parse_message(data)
    except SipSyntaxError as error:
        return str(error)


@pytest.mark.parametrize("name", ["ncl", "mcl01", "inv2543"])
def test_a_stream_without_a_length_to_believe_is_given_up(name: str) -> None:
    with pytest.raises(FramingError):
        list(StreamFramer(dialled=True).feed(torture_message(name)))


def test_a_stream_waits_for_the_rest_of_a_body_that_is_announced() -> None:
    assert list(StreamFramer(dialled=True).feed(torture_message("clerr"))) == []


def test_a_stream_yields_what_was_whole_before_it_breaks() -> None:
    found = StreamFramer(dialled=False).feed(torture_message("dblreq"))
    # A ping between the two, and then a body that has five octets more than its length says.
    whole = [next(found) for _ in range(2)]
    starts = [frame.data[:8] for frame in whole if isinstance(frame, Frame)]
    assert starts == [b"REGISTER", b"INVITE s"]
    with pytest.raises(FramingError):
        next(found)


def test_tortuous_values_are_read_right() -> None:
    invite = request("wsinv")
    assert invite.max_forwards == 68
    assert (invite.cseq.number, invite.cseq.method) == (9, "INVITE")
    assert invite.to_address.tag == "1918181833n"
    assert invite.from_address.display_name == 'J Rosenberg \\"'
    assert invite.from_address.tag == "98asjd8"
    assert [via.transport for via in invite.vias] == ["UDP", "TCP", "UDP"]
    assert [via.branch for via in invite.vias] == ["390skdjuw", "z9hG4bK9ikj8", "z9hG4bK30239"]
    assert sip_uri(invite.routes[0].uri).parameters.get("unknownwith") == "value"
    (quoted,) = invite.contacts
    assert quoted.display_name == 'Quoted string ""'
    assert quoted.parameters.get("q") == "0.33"
    assert invite.headers.get("Subject") == ""


def test_unusual_characters_are_read_right() -> None:
    odd = request("intmeth")
    assert odd.method == "!interesting-Method0123456789_*+`.%indeed'~"
    uri = sip_uri(odd.uri)
    assert uri.user == "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*"
    assert uri.password == "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)"
    assert uri.host == "example.com"
    assert odd.to_address.display_name == "BEL:\x07 NUL:\x00 DEL:\x7f"
    assert odd.from_address.parameters.get("fromParam''~+*_!.-%") == "работающий"
    assert odd.headers.get("extensionHeader-!.%*+_`'~") == "\ufeff大停電"


def test_escapes_change_no_structure() -> None:
    invite = request("esc01")
    uri = sip_uri(invite.uri)
    assert (uri.scheme, uri.user_text, uri.host) == ("sip", "sips:user@example.com", "example.net")
    contact = sip_uri(invite.contacts[0].uri)
    assert contact.user_text == "caller"
    assert str(contact).endswith(";%6C%72;n%61me=v%61lue%25%34%31")


def test_escaped_nuls_stay_apart() -> None:
    one, two = (sip_uri(contact.uri) for contact in request("escnull").contacts)
    assert (one.user_text, two.user_text) == ("\0", "\0\0")
    assert not one.same_as(two)


def test_an_escaped_field_name_is_another_field() -> None:
    odd = request("esc02")
    assert [str(contact.uri) for contact in odd.contacts] == [
        "sip:alias1@host1.example.com",
        "sip:alias3@host3.example.com",
    ]
    assert odd.from_address.display_name == "%Z%45"


def test_a_parameter_belongs_to_the_field_or_to_the_uri() -> None:
    outside, inside = request("cparam01").contacts[0], request("cparam02").contacts[0]
    assert "unknownparam" in outside.parameters
    assert "unknownparam" not in sip_uri(outside.uri).parameters
    assert "unknownparam" in sip_uri(inside.uri).parameters


def test_a_semicolon_in_the_user_part_is_no_parameter() -> None:
    assert sip_uri(request("semiuri").uri).user_text == "user;par=u@example.net"


def test_headers_in_a_contact_are_told_apart() -> None:
    contact = sip_uri(request("regescrt").contacts[0].uri)
    assert contact.header_items == (("Route", "<sip:sip.example.com>"),)


def test_other_schemes_are_carried() -> None:
    odd = request("unksm2")
    assert odd.to_address.uri == OpaqueUri(scheme="isbn", rest="2983792873")
    assert str(odd.from_address.uri) == "http://www.example.com"
    assert str(request("novelsc").uri) == "soap.beep://192.0.2.103:3002"


def test_a_binary_part_keeps_its_octets() -> None:
    message = request("mpart01")
    assert message.content_type is not None
    text, signature = parse_multipart(message.body, message.content_type)
    assert text.content_type.name == "text/plain"
    assert text.body == b"Hello"
    assert signature.content_type.name == "application/octet-stream"
    assert signature.body[:2] == b"\x30\x82"


def test_reason_phrases_are_kept() -> None:
    assert response("unreason").reason.endswith("но сто девяносто девять - простое")
    assert response("noreason").reason == ""


def test_overlarge_scalars_are_the_most_that_there_is() -> None:
    odd = request("scalar02")
    assert odd.max_forwards == 255
    assert odd.expires == 2**32 - 1
    assert odd.contacts[0].expires == 2**32 - 1
    assert response("scalarlg").retry_after == 2**32 - 1


def test_a_bare_cookie_is_no_transaction_id() -> None:
    assert not request("badbranch").top_via.has_transaction_id
    assert not request("inv2543").top_via.has_transaction_id
    assert request("lwsdisp").top_via.has_transaction_id
