"""Offers and answers between two of ours, and with what others send."""

from __future__ import annotations

from dataclasses import replace

import pytest

from telephony.sip.errors import OfferRefusedError, SdpError
from telephony.sip.sdp.agreement import Agreement
from telephony.sip.sdp.answer import answer_offer, choose_stream
from telephony.sip.sdp.description import SessionDescription
from telephony.sip.sdp.direction import Direction
from telephony.sip.sdp.offer import accept_answer, make_offer, offer_again
from telephony.sip.sdp.parser import parse_description
from telephony.sip.sdp.policy import DIGITS_8, G722, OPUS, PCMA, PCMU, LocalMedia, MediaPolicy
from telephony.sip.sdp.profile import Crypto, Fingerprint, IceDescription, Profile
from tests.sip.descriptions import BROWSER, FAX, FINGERPRINT, PLAIN, SDES

ALICE = LocalMedia(
    address="10.0.0.1",
    port=20000,
    session_id="1",
    fingerprint=Fingerprint("sha-256", FINGERPRINT),
    ice=IceDescription(ufrag="alice", pwd="a" * 22, candidates=("1 1 udp 1 10.0.0.1 1 typ host",)),
    cryptos=(Crypto(1, "AES_CM_128_HMAC_SHA1_80", "A" * 40),),
)
BOB = replace(
    ALICE,
    address="2001:db8::2",
    port=30000,
    ice=IceDescription(ufrag="bob", pwd="b" * 22),
    cryptos=(),
)


def key(_suite: str) -> str:
    return "B" * 40


def talk(
    policy: MediaPolicy, theirs: MediaPolicy, alice: LocalMedia = ALICE, bob: LocalMedia = BOB
) -> tuple[Agreement, Agreement]:
    """Return what the offering and the answering side believe."""
    offer = parse_description(make_offer(policy, alice).encode())
    answer, answered = answer_offer(offer, theirs, bob, make_key=key)
    read = parse_description(answer.encode())
    offered = accept_answer(offer, read, profile=policy.profiles[0], policy=policy, local=alice)
    return offered, answered


@pytest.mark.parametrize("profile", Profile)
def test_both_sides_believe_the_same(profile: Profile) -> None:
    policy = MediaPolicy(profiles=(profile,))
    mine, theirs = talk(policy, policy)
    assert mine.profile is theirs.profile is profile
    assert mine.codec.same_format(theirs.codec)
    assert mine.codec.name == "opus"
    assert mine.digits is not None
    assert mine.digits.clock_hz == 48000
    assert mine.noise is None
    assert (mine.address, mine.port) == (BOB.address, BOB.port)
    assert (theirs.address, theirs.port) == (ALICE.address, ALICE.port)
    assert mine.direction is theirs.direction is Direction.SENDRECV
    assert mine.has_rtcp_mux
    assert theirs.has_rtcp_mux
    is_dtls = profile in (Profile.DTLS_SRTP, Profile.DTLS_SRTP_ICE)
    assert (mine.is_dtls_client, theirs.is_dtls_client) == (False, is_dtls)
    assert (mine.ice is not None) == (profile is Profile.DTLS_SRTP_ICE)
    assert mine.their_key == theirs.our_key
    assert mine.our_key == theirs.their_key
    assert (mine.our_key is not None) == (profile is Profile.SDES)


@pytest.mark.parametrize("offered", Profile)
@pytest.mark.parametrize("wanted", Profile)
def test_another_profile_than_the_accounts_is_refused(offered: Profile, wanted: Profile) -> None:
    mine, theirs = (MediaPolicy(profiles=(profile,)) for profile in (offered, wanted))
    without_ice = (Profile.DTLS_SRTP_ICE, Profile.DTLS_SRTP)
    if offered is wanted or (offered, wanted) == without_ice:
        assert talk(mine, theirs)[0].profile is wanted
        return
    with pytest.raises(OfferRefusedError):
        talk(mine, theirs)


def test_digits_by_another_clock_are_better_than_none() -> None:
    theirs = MediaPolicy(codecs=(OPUS, DIGITS_8))
    mine, answered = talk(MediaPolicy(), theirs)
    assert mine.codec.name == "opus"
    for each in (mine, answered):
        assert each.digits is not None
        assert (each.digits.payload_type, each.digits.clock_hz) == (101, 8000)


def test_the_answerers_preference_decides_and_helpers_follow_the_clock() -> None:
    theirs = MediaPolicy(codecs=(PCMA, G722, *MediaPolicy().codecs))
    mine, answered = talk(MediaPolicy(), theirs)
    assert mine.codec.name == answered.codec.name == "pcma"
    assert mine.digits is not None
    assert mine.digits.payload_type == 101
    assert mine.noise is not None


def test_each_side_sends_with_the_parameters_that_the_other_wants() -> None:
    wish = "maxaveragebitrate=20000;useinbandfec=0"
    modest = MediaPolicy(codecs=(replace(OPUS, parameters=wish),))
    mine, answered = talk(modest, MediaPolicy())
    assert answered.codec.parameters == wish
    assert answered.codecs[0].parameters == mine.codec.parameters == OPUS.parameters


def test_numbers_of_the_offer_are_kept() -> None:
    odd = BROWSER.replace("111", "96").replace("110 telephone", "97 telephone")
    policy = MediaPolicy(profiles=(Profile.DTLS_SRTP_ICE,))
    answer, agreed = answer_offer(parse_description(odd.encode()), policy, ALICE)
    assert agreed.codec.payload_type == 96
    assert "rtpmap:96 opus/48000/2" in str(answer)


def test_a_browsers_offer_is_answered_as_a_browser_wants_it() -> None:
    policy = MediaPolicy(profiles=(Profile.DTLS_SRTP_ICE,))
    answer, agreed = answer_offer(parse_description(BROWSER.encode()), policy, ALICE)
    audio, video = answer.media
    assert audio.get("mid") == "0"
    assert audio.get("setup") == "active"
    assert audio.get("ice-ufrag") == "alice"
    assert audio.get("rtcp-mux") == ""
    assert audio.protocol == "UDP/TLS/RTP/SAVPF"
    assert (video.port, video.get("mid"), video.formats) == (0, "1", ("96",))
    assert [str(a) for a in answer.attributes] == ["group:BUNDLE 0"]
    assert agreed.is_dtls_client
    assert agreed.ice is not None
    assert agreed.ice.ufrag == "EsAw"


def test_the_policys_order_decides_when_the_offer_leaves_a_choice() -> None:
    both = parse_description(SDES.replace("RTP/SAVP", "RTP/AVP").encode())
    for profiles in ((Profile.SDES, Profile.RTP), (Profile.RTP, Profile.SDES)):
        policy = MediaPolicy(profiles=profiles)
        assert choose_stream(both, policy).profile is profiles[0]


def test_the_best_suite_of_the_policy_is_taken_under_its_tag() -> None:
    policy = MediaPolicy(profiles=(Profile.SDES,), suites=("AES_CM_128_HMAC_SHA1_32",))
    answer, agreed = answer_offer(parse_description(SDES.encode()), policy, BOB, make_key=key)
    assert agreed.our_key == Crypto(2, "AES_CM_128_HMAC_SHA1_32", "B" * 40)
    assert answer.media[0].all("crypto") == (f"2 AES_CM_128_HMAC_SHA1_32 inline:{'B' * 40}",)
    with pytest.raises(OfferRefusedError):
        answer_offer(parse_description(SDES.encode()), replace(policy, suites=("X",)), BOB)


@pytest.mark.parametrize(
    "offer",
    [
        FAX,
        PLAIN.replace("m=audio 4000", "m=audio 0"),
        PLAIN.replace("8 0 101", "18 101"),
        PLAIN.replace("8 0 101", "101"),
        PLAIN.replace("c=IN IP4 192.0.2.1", "i=no address"),
        "v=0\nc=IN IP4 1.1.1.1\n",
    ],
)
def test_an_offer_without_usable_audio_is_refused(offer: str) -> None:
    with pytest.raises(OfferRefusedError):
        answer_offer(parse_description(offer.encode()), MediaPolicy(), BOB)


def test_a_fax_beside_speech_is_refused_by_port_0() -> None:
    both = PLAIN + "m=image 4002 udptl t38\na=T38FaxVersion:0\nm=audio 5000 RTP/AVP 0\n"
    answer, _ = answer_offer(parse_description(both.encode()), MediaPolicy(), BOB)
    assert [stream.port for stream in answer.media] == [30000, 0, 0]
    assert answer.media[1].formats == ("t38",)


@pytest.mark.parametrize(
    ("offered", "wanted", "answered"),
    [
        ("sendrecv", Direction.SENDRECV, Direction.SENDRECV),
        ("sendonly", Direction.SENDRECV, Direction.RECVONLY),
        ("inactive", Direction.SENDRECV, Direction.INACTIVE),
        ("sendrecv", Direction.SENDONLY, Direction.SENDONLY),
        ("sendonly", Direction.SENDONLY, Direction.INACTIVE),
    ],
)
def test_a_hold_is_answered_from_the_other_side(
    offered: str, wanted: Direction, answered: Direction
) -> None:
    local = replace(BOB, direction=wanted)
    answer, agreed = answer_offer(
        parse_description(f"{PLAIN}a={offered}\n".encode()), MediaPolicy(), local
    )
    assert agreed.direction is answered
    assert answer.direction_of(answer.media[0]) is answered


@pytest.mark.parametrize(
    ("lines", "milliseconds"),
    [
        ("", 20),
        ("a=ptime:30\n", 30),
        ("a=ptime:30\na=maxptime:20\n", 20),
        ("a=ptime:0\n", 20),
        ("a=ptime:999\n", 120),
        ("a=ptime:7\n", 10),
        ("a=ptime:x\na=maxptime:-1\n", 20),
    ],
)
def test_packets_are_as_long_as_the_peer_wants_within_reason(lines: str, milliseconds: int) -> None:
    _, agreed = answer_offer(parse_description((PLAIN + lines).encode()), MediaPolicy(), BOB)
    assert agreed.ptime_ms == milliseconds


def test_rtcp_goes_where_it_is_said() -> None:
    for lines, port in (("", 4001), ("a=rtcp:5005 IN IP4 1.1.1.1\n", 5005), ("a=rtcp:x\n", 4001)):
        _, agreed = answer_offer(parse_description((PLAIN + lines).encode()), MediaPolicy(), BOB)
        assert (agreed.rtcp_port, agreed.has_rtcp_mux) == (port, False)


def answered_with(text: str, **changes: str) -> Agreement:
    offer = make_offer(MediaPolicy(), ALICE)
    for old, new in changes.items():
        text = text.replace(old, new)
    return accept_answer(
        offer,
        parse_description(text.encode()),
        profile=Profile.RTP,
        policy=MediaPolicy(),
        local=ALICE,
    )


def test_each_side_sends_under_the_others_numbers() -> None:
    text = PLAIN.replace("8 0 101", "96 100").replace("rtpmap:101", "rtpmap:100")
    agreed = answered_with(text + "a=rtpmap:96 opus/48000/2\na=sendonly\n")
    assert agreed.codec.payload_type == 96
    assert agreed.direction is Direction.RECVONLY


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (PLAIN + FAX[FAX.index("m=") :], SdpError),
        ("v=0\nc=IN IP4 1.1.1.1\n", SdpError),
        (PLAIN.replace("c=IN IP4 192.0.2.1", "i=x"), SdpError),
        (PLAIN.replace("4000", "0"), OfferRefusedError),
        (PLAIN.replace("audio", "video"), OfferRefusedError),
        (PLAIN.replace("8 0 101", "18"), OfferRefusedError),
        (SDES, OfferRefusedError),
    ],
)
def test_an_answer_that_does_not_fit_ends_the_call(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        answered_with(text)


def test_a_key_that_fits_none_of_ours_is_refused() -> None:
    policy = MediaPolicy(profiles=(Profile.SDES,))
    offer = make_offer(policy, ALICE)
    wrong = parse_description(SDES.replace("crypto:1", "crypto:7").encode())
    with pytest.raises(SdpError):
        accept_answer(offer, wrong, profile=Profile.SDES, policy=policy, local=ALICE)


def test_what_the_media_side_lacks_is_said() -> None:
    bare = LocalMedia(address="10.0.0.1", port=1, session_id="1")
    for profile in (Profile.SDES, Profile.DTLS_SRTP, Profile.DTLS_SRTP_ICE):
        with pytest.raises(SdpError):
            make_offer(MediaPolicy(profiles=(profile,)), bare)
    with pytest.raises(SdpError):
        make_offer(
            MediaPolicy(profiles=(Profile.DTLS_SRTP_ICE,)),
            replace(bare, fingerprint=ALICE.fingerprint),
        )


def test_a_hold_of_ours_keeps_every_stream_in_its_place() -> None:
    policy = MediaPolicy(profiles=(Profile.DTLS_SRTP_ICE,))
    answer, _ = answer_offer(parse_description(BROWSER.encode()), policy, ALICE)
    held: SessionDescription = offer_again(answer, Direction.SENDONLY)
    assert held.origin.version == answer.origin.version + 1
    assert [stream.port for stream in held.media] == [20000, 0]
    assert held.direction_of(held.media[0]) is Direction.SENDONLY
    assert held.media[0].get("setup") == "actpass"
    back = offer_again(held, Direction.SENDRECV)
    assert back.direction_of(back.media[0]) is Direction.SENDRECV


def test_opus_is_offered_as_its_rfc_wants_it() -> None:
    lines = str(make_offer(MediaPolicy(codecs=(OPUS, PCMU)), ALICE)).split("\r\n")
    assert "a=rtpmap:111 opus/48000/2" in lines
    assert "a=fmtp:111 minptime=10;useinbandfec=1;stereo=0" in lines
    assert "m=audio 20000 RTP/AVP 111 0" in lines
