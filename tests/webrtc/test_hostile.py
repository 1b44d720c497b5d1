"""What strangers and broken peers send: nothing of it is heard, takes over, or does harm."""

from __future__ import annotations

import asyncio
import base64
import os
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pylibsrtp import Policy, Session

from agent_desk.domain.sound import MediaPath
from telephony.rtp.packet.description import Goodbye
from telephony.rtp.packet.report import Report
from telephony.rtp.packet.rtcp import encode_rtcp
from telephony.sip.sdp.profile import Crypto, Profile
from telephony.webrtc.engine import PathChanged
from tests.webrtc.ends import strength
from tests.webrtc.lone_call import AGREED, LoneCall, spoken
from tests.webrtc.memory_transport import PEER, PEER_CONTROL

STRANGER = ("10.6.6.6", 666)
BEHIND = ("127.0.0.9", 55_555)
LOUD, QUIET = 6000.0, 100.0


@pytest.fixture
async def lone() -> LoneCall:
    """Return a call under plain RTP."""
    lone = LoneCall()
    await lone.call.apply(AGREED)
    return lone


def _target(lone: LoneCall) -> tuple[str, int] | None:
    return lone.transport.sent[-1][1]


async def test_a_stranger_is_not_heard_while_the_peer_speaks(lone: LoneCall) -> None:
    for number in range(50):
        for source in (1, 666):
            lone.transport.receive(spoken(1600, number, source=source), STRANGER)
        lone.tick(spoken(1000, number))
    assert strength(lone.last(30), 1000) > LOUD
    assert strength(lone.last(30), 1600) < QUIET
    assert _target(lone) == PEER
    assert lone.call.latch.strangers >= 98


async def test_a_stranger_who_came_first_gives_way_to_the_peer(lone: LoneCall) -> None:
    for number in range(10):
        lone.transport.receive(spoken(1600, number, source=666), STRANGER)
        lone.beat()
    assert _target(lone) == STRANGER
    for number in range(40):
        lone.transport.receive(spoken(1600, number + 10, source=666), STRANGER)
        lone.tick(spoken(1000, number))
    assert _target(lone) == PEER
    assert strength(lone.last(20), 1000) > LOUD


async def test_a_single_stray_packet_changes_nothing(lone: LoneCall) -> None:
    for number in (5, 900, 17_000):
        lone.transport.receive(spoken(1600, number, source=666), STRANGER)
        lone.beat()
    assert _target(lone) == PEER
    assert lone.events == []


async def test_a_peer_behind_a_translation_is_answered_where_it_sends_from(
    lone: LoneCall,
) -> None:
    for number in range(40):
        lone.transport.receive(spoken(1000, number), BEHIND)
        lone.beat()
    assert _target(lone) == BEHIND
    assert strength(lone.last(20), 1000) > LOUD


async def test_a_peer_that_moves_is_followed_after_a_while(lone: LoneCall) -> None:
    for number in range(20):
        lone.tick(spoken(1000, number))
    for number in range(20, 320):
        lone.transport.receive(spoken(1000, number), BEHIND)
        lone.beat()
    assert _target(lone) == BEHIND
    assert strength(lone.last(20), 1000) > LOUD


async def test_a_new_agreement_says_where_the_peer_is_now(lone: LoneCall) -> None:
    lone.tick(spoken(1000, 0))
    await lone.call.apply(replace(AGREED, address=BEHIND[0], port=BEHIND[1]))
    lone.beat()
    assert _target(lone) == BEHIND


async def test_a_peer_at_no_address_is_sent_nothing(lone: LoneCall) -> None:
    await lone.call.apply(replace(AGREED, address="0.0.0.0"))
    lone.beat()
    assert lone.transport.sent == []


async def test_a_strangers_goodbye_and_reports_are_not_read(lone: LoneCall) -> None:
    goodbye = encode_rtcp((Report(source=1), Goodbye(sources=(1,))))
    lone.transport.receive(goodbye, STRANGER)
    assert lone.call.latch.strangers == 1
    lone.transport.receive(goodbye, PEER_CONTROL)
    assert lone.call.latch.strangers == 1


async def test_an_end_is_told_where_the_peer_reports_from(lone: LoneCall) -> None:
    lone.transport.receive(encode_rtcp((Report(source=1),)), (PEER[0], 7777))
    await lone.call.close()
    assert lone.transport.sent_control[-1][1] == (PEER[0], 7777)


_DATAGRAM = st.one_of(
    st.binary(max_size=60),
    st.builds(lambda head, rest: head + rest, st.just(b"\x80\x08"), st.binary(max_size=40)),
    st.builds(lambda head, rest: head + rest, st.just(b"\x80\xc8\x00"), st.binary(max_size=40)),
    st.builds(
        lambda number, cut: spoken(1000, number)[:cut], st.integers(0, 5), st.integers(0, 172)
    ),
    st.just(bytes(3000)),
)


@given(st.lists(st.tuples(st.sampled_from([PEER, STRANGER, PEER_CONTROL]), _DATAGRAM)))
@settings(max_examples=60)
def test_whatever_comes_the_call_goes_on(
    datagrams: list[tuple[tuple[str, int], bytes]],
) -> None:
    async def scene() -> None:
        lone = LoneCall()
        for sender, data in datagrams:
            lone.transport.receive(data, sender)
        await lone.call.apply(AGREED)
        for sender, data in datagrams:
            lone.transport.receive(data, sender)
            lone.beat()
        assert len(lone.transport.sent) == len(datagrams)
        await lone.call.close()

    asyncio.run(scene())


async def test_sound_of_no_agreed_type_is_counted_and_dropped(lone: LoneCall) -> None:
    packet = bytearray(spoken(1000, 0))
    packet[1] = 77
    lone.tick(bytes(packet), b"\x80", b"")
    assert (lone.call.dropped.unknown, lone.call.dropped.malformed) == (1, 1)
    assert lone.events == []


# SRTP


def _key() -> Crypto:
    return Crypto(1, "AES_CM_128_HMAC_SHA1_80", base64.b64encode(os.urandom(30)).decode())


def _session(key: Crypto) -> Session:
    policy = Policy(key=base64.b64decode(key.key), ssrc_type=Policy.SSRC_ANY_OUTBOUND)
    return Session(policy)


@pytest.fixture
async def secured() -> tuple[LoneCall, Session]:
    """Return a call under SDES, and what its peer protects with."""
    lone, ours, theirs = LoneCall(), _key(), _key()
    await lone.call.apply(replace(AGREED, profile=Profile.SDES, our_key=ours, their_key=theirs))
    return lone, _session(theirs)


async def test_what_others_protect_is_counted_and_never_heard(
    secured: tuple[LoneCall, Session],
) -> None:
    lone, peer = secured
    other = _session(_key())
    for number in range(30):
        lone.tick(
            peer.protect(spoken(1000, number)),
            other.protect(spoken(1600, number, source=666)),
            spoken(1600, number, source=667),
        )
    assert strength(lone.last(15), 1000) > LOUD
    assert strength(lone.last(15), 1600) < QUIET
    assert lone.call.dropped.shielded == 60


async def test_what_was_sent_before_is_not_heard_again(
    secured: tuple[LoneCall, Session],
) -> None:
    lone, peer = secured
    kept = [peer.protect(spoken(1000, number)) for number in range(20)]
    lone.tick(*kept)
    for data in kept:
        lone.transport.receive(data, STRANGER)
    lone.beat()
    assert lone.call.dropped.shielded == 20
    assert _target(lone) == PEER


async def test_a_protected_peer_that_moves_is_followed_soon(
    secured: tuple[LoneCall, Session],
) -> None:
    lone, peer = secured
    for number in range(20):
        lone.tick(peer.protect(spoken(1000, number)))
    for number in range(20, 60):
        lone.transport.receive(peer.protect(spoken(1000, number)), BEHIND)
        lone.beat()
    assert _target(lone) == BEHIND
    assert strength(lone.last(10), 1000) > LOUD
    assert [e.path for e in lone.events if isinstance(e, PathChanged)] == [MediaPath.OPEN]
