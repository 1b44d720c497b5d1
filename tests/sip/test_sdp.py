"""Descriptions: read whatever comes, written as they were read."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.sip.errors import SdpError, SipError
from telephony.sip.sdp.answer import answer_offer
from telephony.sip.sdp.codec import Codec, codecs_of
from telephony.sip.sdp.description import (
    Attribute,
    Connection,
    MediaDescription,
    Origin,
    SessionDescription,
)
from telephony.sip.sdp.direction import Direction, make_direction
from telephony.sip.sdp.parser import MOST_LINES, MOST_STREAMS, parse_description
from telephony.sip.sdp.policy import LocalMedia, MediaPolicy
from telephony.sip.sdp.profile import (
    Crypto,
    Fingerprint,
    IceDescription,
    Profile,
    Setup,
    cryptos_of,
    fingerprint_of,
    ice_of,
    profiles_of,
    setup_of,
)
from tests.sip.descriptions import BROWSER, FAX, FINGERPRINT, PLAIN, SDES

word = st.text("abcXYZ019-_.", min_size=1, max_size=8)
attribute = st.builds(Attribute, word.map(str.lower), st.none() | word)
connection = st.builds(Connection, st.just("IP4"), st.ip_addresses(v=4).map(str)) | st.builds(
    Connection, st.just("IP6"), st.ip_addresses(v=6).map(str)
)
stream = st.builds(
    MediaDescription,
    kind=st.sampled_from(["audio", "video", "image", "application"]),
    port=st.integers(0, 65535),
    protocol=st.sampled_from(["RTP/AVP", "UDP/TLS/RTP/SAVPF", "udptl", "TCP/MSRP"]),
    formats=st.lists(word, min_size=1, max_size=4).map(tuple),
    connection=st.none() | connection,
    attributes=st.lists(attribute, max_size=4).map(tuple),
)
description = st.builds(
    SessionDescription,
    origin=st.builds(
        Origin,
        user=word,
        session_id=word,
        version=st.integers(0, 10**18),
        address=st.ip_addresses(v=4).map(str),
    ),
    name=word,
    connection=st.none() | connection,
    attributes=st.lists(attribute, max_size=3).map(tuple),
    media=st.lists(stream, max_size=3).map(tuple),
)
LOCAL = LocalMedia(
    address="10.0.0.7",
    port=20000,
    session_id="1",
    fingerprint=Fingerprint("sha-256", FINGERPRINT),
    ice=IceDescription(ufrag="uf", pwd="p" * 22),
)
EVERYTHING = MediaPolicy(profiles=tuple(Profile))


@given(description)
def test_a_description_is_read_as_it_was_written(value: SessionDescription) -> None:
    assert parse_description(value.encode()) == value


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_any_line_end_is_one(end: str) -> None:
    assert parse_description(PLAIN.replace("\n", end).encode()) == parse_description(PLAIN.encode())


def test_odd_lines_are_passed_over() -> None:
    odd = PLAIN.replace("t=0 0", "t=\nz=1\nk=clear\nhello\n=\nq=x\na=\na=:\nb=AS:64\nc=IN IP9 x")
    read = parse_description(odd.encode())
    assert read.media == parse_description(PLAIN.encode()).media
    assert read.connection == Connection("IP4", "192.0.2.1")


def test_an_odd_origin_is_no_reason_to_lose_a_call() -> None:
    for origin in ("o=", "o=- x y IN IP4 h", "o=- 1 99999999999999999999999 IN IP4 h", "x=1"):
        read = parse_description(PLAIN.replace("o=- 1 1 IN IP4 192.0.2.1", origin).encode())
        assert read.origin.version == 0
        assert len(read.media) == 1


@pytest.mark.parametrize(
    "body",
    [
        *("", "hello", "v=1\r\n", "v=0\nm=audio\n", "v=0\nm=audio x RTP/AVP 0\n"),
        *("v=0\nm=audio 99999 RTP/AVP 0\n", "v=0\nm=audio 1\n", "v=0\n" + "a=x\n" * MOST_LINES),
        "v=0\n" + "m=audio 1 RTP/AVP 0\n" * (MOST_STREAMS + 1),
    ],
)
def test_what_cannot_be_used_is_refused(body: str) -> None:
    with pytest.raises(SdpError):
        parse_description(body.encode())


def read(text: str) -> tuple[SessionDescription, MediaDescription]:
    parsed = parse_description(text.encode())
    return parsed, parsed.media[0]


def test_static_types_need_no_rtpmap() -> None:
    _, audio = read("v=0\nm=audio 1 RTP/AVP 0 8 9 13 18 101 96 300 x 0x8\na=rtpmap:101 Foo/8000\n")
    assert [(codec.payload_type, codec.name) for codec in codecs_of(audio)] == [
        *((0, "pcmu"), (8, "pcma"), (9, "g722"), (13, "cn"), (18, "g729")),
        (101, "foo"),
    ]


def test_formats_are_read_with_their_parameters() -> None:
    _, audio = read(BROWSER)
    opus = codecs_of(audio)[0]
    assert opus == Codec(
        payload_type=111,
        name="opus",
        clock_hz=48000,
        channels=2,
        parameters="minptime=10;useinbandfec=1",
    )
    assert str(opus.attributes()[0]) == "rtpmap:111 opus/48000/2"


@pytest.mark.parametrize(
    "value", ["", "x", "111", "111 opus", "111 opus/x", "111 opus/48000/999", "999 opus/48000"]
)
def test_an_odd_rtpmap_is_passed_over(value: str) -> None:
    _, audio = read(f"v=0\nm=audio 1 RTP/AVP 0 111\na=rtpmap:{value}\na=fmtp:\na=fmtp:x y\n")
    assert [codec.name for codec in codecs_of(audio)] == ["pcmu"]


@pytest.mark.parametrize(
    ("text", "profiles"),
    [
        (PLAIN, (Profile.RTP,)),
        (SDES, (Profile.SDES,)),
        (SDES.replace("RTP/SAVP", "RTP/AVP"), (Profile.SDES, Profile.RTP)),
        (BROWSER, (Profile.DTLS_SRTP_ICE, Profile.DTLS_SRTP)),
        (BROWSER.replace("a=ice-pwd", "a=x"), (Profile.DTLS_SRTP,)),
        (
            BROWSER.replace("UDP/TLS/RTP/SAVPF", "RTP/SAVP"),
            (Profile.DTLS_SRTP_ICE, Profile.DTLS_SRTP),
        ),
        (BROWSER.replace("a=fingerprint", "a=x"), ()),
        (FAX, ()),
        (PLAIN.replace("RTP/AVP", "RTP/SAVP"), ()),
        (PLAIN.replace("RTP/AVP", "rtp/avpf"), (Profile.RTP,)),
    ],
)
def test_a_profile_is_told_by_protocol_and_keys(text: str, profiles: tuple[Profile, ...]) -> None:
    assert profiles_of(*read(text)) == profiles


def test_keys_are_read() -> None:
    assert cryptos_of(read(SDES)[1]) == (
        Crypto(1, "AES_CM_128_HMAC_SHA1_80", "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"),
        Crypto(2, "AES_CM_128_HMAC_SHA1_32", "NzB4d1BINUAvLEw6UzF3WSJ+PSdFcGdUJShpX1Zj"),
    )
    for broken in ("", "1", "1 AES inline:", "x AES inline:abc", "1 AES inline:a UNENCRYPTED_SRTP"):
        assert cryptos_of(read(PLAIN + f"a=crypto:{broken}\n")[1]) == ()


def test_what_holds_for_the_session_holds_for_its_streams() -> None:
    text = PLAIN.replace(
        "t=0 0", f"t=0 0\na=fingerprint:SHA-256 {FINGERPRINT.lower()}\na=setup:passive\na=inactive"
    )
    whole, audio = read(text)
    assert fingerprint_of(whole, audio) == Fingerprint("sha-256", FINGERPRINT)
    assert setup_of(whole, audio) is Setup.PASSIVE
    assert whole.direction_of(audio) is Direction.INACTIVE
    assert ice_of(whole, audio) is None


def test_an_odd_setup_is_open() -> None:
    for said in ("", "holdconn", "x"):
        assert setup_of(*read(f"{PLAIN}a=setup:{said}\n")) is Setup.ACTPASS


@pytest.mark.parametrize(
    ("line", "direction"),
    [
        ("", Direction.SENDRECV),
        ("a=sendonly", Direction.SENDONLY),
        ("a=recvonly", Direction.RECVONLY),
        ("a=inactive\na=sendrecv", Direction.INACTIVE),
        ("c=IN IP4 0.0.0.0", Direction.SENDONLY),
        ("c=IN IP4 0.0.0.0\na=recvonly", Direction.INACTIVE),
        ("c=IN IP6 ::", Direction.SENDONLY),
    ],
)
def test_a_hold_is_seen_however_it_is_said(line: str, direction: Direction) -> None:
    whole, audio = read(f"{PLAIN}{line}\n")
    assert whole.direction_of(audio) is direction


@given(st.sampled_from(Direction), st.sampled_from(Direction))
def test_an_answer_never_has_more_than_the_offer(mine: Direction, theirs: Direction) -> None:
    answered = mine.answer_to(theirs)
    assert not answered.sends or (mine.sends and theirs.receives)
    assert not answered.receives or (mine.receives and theirs.sends)
    assert theirs.reversed().reversed() is theirs
    assert make_direction(sends=theirs.sends, receives=theirs.receives) is theirs
    assert Direction.SENDRECV.answer_to(theirs) is theirs.reversed()


line = st.sampled_from(
    [
        *("m=audio 1 RTP/AVP 0", "m=audio 1 UDP/TLS/RTP/SAVPF 111 0", "m=audio 0 RTP/AVP 8"),
        *("m=image 1 udptl t38", "c=IN IP4 1.2.3.4", "a=rtpmap:111 opus/48000/2", "a=fmtp:9 x"),
        *(f"a=fingerprint:sha-256 {FINGERPRINT}", "a=ice-ufrag:a", "a=ice-pwd:b", "a=setup:x"),
        *("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:abcd", "a=ptime:0", "a=maxptime:7"),
        *("a=group:BUNDLE 0 1", "a=mid:0", "a=rtcp-mux", "a=rtcp:99999", "a=sendonly", "v=0"),
        *("a=extmap:1/sendonly urn:x", "a=candidate:x", "m=audio 1/2 RTP/AVP 0", "o=x"),
    ]
)


@settings(max_examples=300)
@given(st.lists(line | st.text(max_size=20), max_size=20), st.sampled_from(Profile))
def test_whatever_is_offered_is_answered_or_refused(lines: list[str], profile: Profile) -> None:
    body = "\r\n".join(["v=0", "c=IN IP4 192.0.2.1", *lines]).encode("utf-8", "surrogatepass")
    with suppress(SipError):
        offer = parse_description(body)
        policy = MediaPolicy(profiles=(profile,))
        answer, agreement = answer_offer(offer, policy, LOCAL, make_key=lambda _: "a" * 40)
        assert len(answer.media) == len(offer.media)
        assert sum(stream.port != 0 for stream in answer.media) == 1
        assert agreement.profile is profile
        assert parse_description(answer.encode()) == answer


@given(st.binary(max_size=80))
def test_any_octets_are_read_or_refused(body: bytes) -> None:
    with suppress(SipError):
        parse_description(b"v=0\r\n" + body)


@pytest.mark.parametrize(
    "unit",
    [
        *("a=x\n", "a=rtpmap:1 x/8000\n", "a=crypto:1 A inline:a \n", " ", "\r", "a=fmtp:1 x\n"),
        *(
            "m=audio 1 RTP/AVP 0 ",
            "c=IN IP4 1.2.3.4/1/1/1",
            "o=- - 1 IN IP4 x ",
            "a=fingerprint:a ",
        ),
    ],
)
def test_a_description_costs_linear_work(unit: str) -> None:
    def seconds(size: int) -> float:
        body = b"v=0\n" + (unit * (size // len(unit))).encode()
        taken = []
        for _ in range(3):
            began = time.thread_time()
            with suppress(SipError):
                answer_offer(parse_description(body), EVERYTHING, LOCAL)
            taken.append(time.thread_time() - began)
        return min(taken)

    assert seconds(48_000) < max(seconds(3_000), 0.0005) * 16 * 4
