"""Every value that can be written can be read back, and what was read leaves as it came."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from telephony.sip.errors import SipSyntaxError
from telephony.sip.values.address import Address, make_address, parse_address, parse_addresses
from telephony.sip.values.challenge import AuthValue, make_credentials, parse_auth_values
from telephony.sip.values.cseq import CSeq, RAck, parse_cseq, parse_rack
from telephony.sip.values.date import format_date, parse_date
from telephony.sip.values.grammar import quote, split_list, unquote
from telephony.sip.values.media_type import MediaType, parse_media_type
from telephony.sip.values.parameters import Parameters, parse_parameters
from telephony.sip.values.uri import OpaqueUri, SipUri, TelUri, Uri, escape_user, parse_uri
from telephony.sip.values.via import Via, parse_via, parse_vias

token = st.text("abcXYZ019-.!%*_+`'~", min_size=1, max_size=8)
quotable = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=12)
raw_value = st.none() | token | quotable.map(quote) | st.just("")
host = st.one_of(
    st.from_regex(r"[a-z0-9]([a-z0-9_\-]{0,6}[a-z0-9])?(\.[a-z]{2,4})?", fullmatch=True),
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(lambda address: f"[{address}]"),
)
port = st.none() | st.integers(0, 65535)
field_parameters = st.lists(st.tuples(token, raw_value), max_size=4).map(
    lambda items: Parameters(tuple(items))
)
uri_value = st.none() | st.text("abc09-._!~*'()[]/:&+$%41", max_size=6)
uri_parameters = st.lists(st.tuples(token, uri_value), max_size=3).map(
    lambda items: Parameters(tuple(items))
)
sip_uri = st.builds(
    SipUri,
    scheme=st.sampled_from(["sip", "sips"]),
    user=st.none() | st.text("abcZ019-_.!~*'()&=+$,;?/#é", min_size=1, max_size=8),
    password=st.none(),
    host=host,
    port=port,
    parameters=uri_parameters,
    headers=st.sampled_from(["", "Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2", "Subject=x&P=y"]),
)
tel_uri = st.builds(
    TelUri,
    number=st.from_regex(r"\+?[0-9][0-9.\-()]{0,12}", fullmatch=True),
    parameters=uri_parameters,
)
opaque_uri = st.builds(
    OpaqueUri,
    scheme=st.sampled_from(["urn", "http", "isbn", "soap.beep"]),
    rest=st.text("abc:/09?#%[]@", min_size=1, max_size=10),
)
uri: st.SearchStrategy[Uri] = sip_uri | tel_uri | opaque_uri
address = st.builds(
    Address,
    uri=uri,
    display=st.just("") | quotable.map(quote) | st.sampled_from(["Bell", "A. G. Bell", "王 芳"]),
    parameters=field_parameters,
)


@given(uri)
def test_a_uri_is_read_as_it_was_written(value: Uri) -> None:
    assert parse_uri(str(value)) == value
    assert str(parse_uri(str(value))) == str(value)
    assert value.same_as(value)


@given(address)
def test_an_address_is_read_as_it_was_written(value: Address) -> None:
    assert parse_address(str(value), "Contact") == value


@given(st.lists(address, min_size=1, max_size=4))
def test_addresses_in_one_field_are_told_apart(values: list[Address]) -> None:
    assert parse_addresses((", ".join(map(str, values)),), "Route") == tuple(values)


@given(
    st.builds(
        Via,
        transport=st.sampled_from(["UDP", "TCP", "TLS", "WS", "WSS", "SCTP"]),
        host=host,
        port=port,
        parameters=field_parameters,
    )
)
def test_a_via_is_read_as_it_was_written(value: Via) -> None:
    assert parse_via(str(value)) == value
    assert parse_vias((f"{value} , {value}",)) == (value, value)


@given(st.builds(CSeq, st.integers(0, 2**32 - 1), token))
def test_a_cseq_is_read_as_it_was_written(value: CSeq) -> None:
    assert parse_cseq(str(value)) == value


@given(st.builds(RAck, st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), token))
def test_a_rack_is_read_as_it_was_written(value: RAck) -> None:
    assert parse_rack(str(value)) == value


@given(
    st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001
        lambda naive: naive.replace(tzinfo=UTC, microsecond=0)
    )
)
def test_a_date_is_read_as_it_was_written(value: datetime) -> None:
    assert parse_date(format_date(value)) == value


@given(st.builds(MediaType, name=st.just("application/sdp"), parameters=field_parameters))
def test_a_media_type_is_read_as_it_was_written(value: MediaType) -> None:
    assert parse_media_type(str(value)) == value


@given(st.lists(st.tuples(token, quotable), min_size=1, max_size=5))
def test_credentials_are_read_as_they_were_written(items: list[tuple[str, str]]) -> None:
    written = make_credentials("Digest", tuple(items))
    (read,) = parse_auth_values(str(written), "Authorization")
    assert read == written
    assert read.get(items[0][0].lower()) == items[0][1]


@given(quotable)
@example('\\"')
def test_quoting_loses_nothing(text: str) -> None:
    assert unquote(quote(text)) == text


@given(st.text(max_size=20))
def test_an_escaped_user_is_the_same_user(text: str) -> None:
    read = parse_uri(f"sip:{escape_user(text)}@example.com") if text else None
    assert read is None or (isinstance(read, SipUri) and read.user_text == text)


@given(st.text(';=,"\\ab \t<>', max_size=30))
def test_parameters_are_refused_or_survive(text: str) -> None:
    try:
        read = parse_parameters(text, "Contact")
    except SipSyntaxError:
        return
    assert parse_parameters(str(read), "Contact") == read


@pytest.mark.parametrize(
    "text",
    [
        "sip:x@pbx1",
        "SIP:alice@example.com",
        "sip:*97@pbx;user=phone",
        "sip:#31#0151@pbx",
        "sip:[2001:db8::1]:5061;transport=tls",
        "sip:alice:secret@example.com",
        "sip:pbx_1:5060;lr=",
        "tel:+49-30-1234;phone-context=example.com",
        "tel:*31#",
        "sip:a@b?Replaces=1%40h%3Bto-tag%3Dx%3Bfrom-tag%3Dy",
        "urn:service:sos",
    ],
)
def test_what_peers_really_write_is_taken(text: str) -> None:
    assert str(parse_uri(text)).lower() == text.lower()


@pytest.mark.parametrize(
    "text",
    [
        *("", "sip", "sip:", "sip:@host", "sip:a b@host", "sip:a@", "sip:a@host:99999"),
        *("sip:a@b@c", "sip:a@host:", "<sip:a@b>", "sip:a@[::1", "tel:", "tel:hello", "1:x"),
        *("sip:a@host;;lr", "urn: x", "sip:a\x00@host"),
    ],
)
def test_what_is_no_uri_is_refused(text: str) -> None:
    with pytest.raises(SipSyntaxError):
        parse_uri(text)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        # The examples of RFC 3261 s. 19.1.4.
        ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp", True),
        ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5", True),
        ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;newparam=5", True),
        (
            "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
            "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com",
            True,
        ),
        (
            "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
            "sip:alice@atlanta.com?priority=urgent&subject=project%20x",
            True,
        ),
        ("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP", False),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060", False),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp", False),
        ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting", False),
        ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4", False),
        ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off", False),
        ("tel:+1-201-555", "tel:+1(201)555", True),
        ("tel:+1201", "sip:+1201@host", False),
    ],
)
def test_uris_are_compared_as_the_rfc_does(one: str, other: str, same: bool) -> None:
    assert parse_uri(one).same_as(parse_uri(other)) is same
    assert parse_uri(other).same_as(parse_uri(one)) is same


def test_a_uri_can_ask_for_a_header() -> None:
    target = SipUri(host="pbx", user="1001").with_header("Replaces", "id@h;to-tag=a;from-tag=b")
    assert parse_uri(str(target)) == target
    assert target.header_items == (("Replaces", "id@h;to-tag=a;from-tag=b"),)
    assert target.as_request_uri().headers == ""


def test_parameters_survive_octet_for_octet() -> None:
    text = (
        '<sip:1001@10.0.0.1:5060;ob>;+sip.instance="<urn:uuid:0E-9>";reg-id=1'
        ';audio;+g.3gpp.icsi-ref="urn%3Aurn-7";q=0.50;empty=;x="a\\"b"'
    )
    assert str(parse_address(text, "Contact")) == text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('"Bell, \\"A\\"" <sip:a@b>', 'Bell, "A"'),
        ("王芳 <sip:a@b>", "王芳"),
        ("Praxis (Dr. Müller) <sip:a@b>", "Praxis (Dr. Müller)"),
        ("1001@pbx <sip:a@b>", "1001@pbx"),
        ("<sip:a@b>", ""),
        ("sip:a@b", ""),
        ("caller<sip:a@b>", "caller"),
        ('"\udcff" <sip:a@b>', "\ufffd"),
    ],
)
def test_display_names_are_read_for_people(text: str, name: str) -> None:
    assert parse_address(text, "From").display_name == name


def test_a_bare_address_has_no_parameters_of_its_own() -> None:
    read = parse_address("sip:a@b;tag=1", "From")
    assert read.tag == "1"
    assert read.uri == SipUri(user="a", host="b")


@pytest.mark.parametrize(
    "text", ["<sip:a@b", "sip:a@b?x=y", '"a" b <sip:a@b>', "<sip:a@b>;;", "a, b <sip:a@b>", "<>"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(SipSyntaxError) as caught:
        parse_address(text, "Contact")
    assert caught.value.field == "Contact"


def test_a_made_name_is_quoted() -> None:
    made = make_address(SipUri(user="a", host="b"), name='Wang "F", Dr.')
    assert parse_address(str(made), "From").display_name == 'Wang "F", Dr.'


def test_a_list_is_split_outside_quotes_and_brackets_only() -> None:
    assert split_list('"a,b" <sip:x,y@z>, c', "Contact") == ['"a,b" <sip:x,y@z>', "c"]
    for broken in ("a,,b", ",", "a,", '"a,b', "<a,b"):
        with pytest.raises(SipSyntaxError):
            split_list(broken, "Contact")


def test_a_hop_notes_where_its_packet_came_from() -> None:
    asked = parse_via("SIP/2.0/UDP 10.0.0.1:5060;rport;branch=z9hG4bK1")
    noted = asked.seen_from("192.0.2.1", 4000)
    assert noted.parameters.get("received") == "192.0.2.1"
    assert noted.parameters.get("rport") == "4000"
    plain = parse_via("SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1")
    assert plain.seen_from("10.0.0.1", 5060) == plain
    assert plain.seen_from("192.0.2.1", 5060).parameters.get("received") == "192.0.2.1"


@pytest.mark.parametrize(
    "text",
    [
        *("Sat, 13 Nov 2010 23:29:00 EST", "Sat, 31 Feb 2010 23:29:00 GMT", "2010-11-13", ""),
        *("Sat, 13 Nov 2010 25:29:00 GMT", "Sat, 13 Nov 0000 23:29:00 GMT"),
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(SipSyntaxError):
        parse_date(text)


def test_a_leap_second_is_the_one_before() -> None:
    leap = parse_date("Sat, 31 Dec 2016 23:59:60 GMT")
    assert leap + timedelta(seconds=1) == datetime(2017, 1, 1, tzinfo=UTC)


def test_several_challenges_in_one_field_are_told_apart() -> None:
    text = 'Digest realm="a,b", nonce="1\\"2" ,qop="auth,auth-int", Basic realm="c", Digest nonce=x'
    first, second, third = parse_auth_values(text, "WWW-Authenticate")
    assert (first.get("realm"), first.get("nonce"), first.get("qop")) == (
        "a,b",
        '1"2',
        "auth,auth-int",
    )
    assert (second.scheme, second.get("realm")) == ("Basic", "c")
    assert third == AuthValue(scheme="Digest", items=(("nonce", "x"),))
    assert first.is_digest
    assert not second.is_digest


@pytest.mark.parametrize(
    "text", ["", "Digest", "Digest realm", 'Digest a="b', "Digest a=b c=d", "=x"]
)
def test_what_is_no_challenge_is_refused(text: str) -> None:
    with pytest.raises(SipSyntaxError):
        parse_auth_values(text, "WWW-Authenticate")


@pytest.mark.parametrize("text", ["4294967296 INVITE", "-1 INVITE", "1", "INVITE 1", "１ INVITE"])
def test_what_is_no_cseq_is_refused(text: str) -> None:
    with pytest.raises(SipSyntaxError):
        parse_cseq(text)
