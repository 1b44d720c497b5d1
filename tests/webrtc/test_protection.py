"""Calls under SDES and DTLS, with and without ICE: heard by the peer alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from agent_desk.domain.sound import MediaPath
from telephony.sip.sdp.answer import answer_offer
from telephony.sip.sdp.offer import accept_answer, make_offer
from telephony.sip.sdp.policy import MediaPolicy
from telephony.sip.sdp.profile import Fingerprint, Profile
from telephony.webrtc.chance import Chance
from telephony.webrtc.engine import DigitHeard, PathChanged, QualityMeasured
from telephony.webrtc.errors import MediaError
from tests.webrtc.beats import Time
from tests.webrtc.ends import G711, End, agree, join, opened, strength, wish

LOUD, QUIET = 6000.0, 400.0
SECURE = (Profile.SDES, Profile.DTLS_SRTP, Profile.DTLS_SRTP_ICE)


@pytest.mark.parametrize("profile", SECURE)
async def test_a_protected_call_is_heard_both_ways(
    time: Time, here: End, there: End, profile: Profile
) -> None:
    await join(here, there, profile=profile)
    await here.engine.put_on("call")
    await there.engine.put_on("call")
    await opened(time, here, there)
    await here.engine.send_digits("call", "7")
    await time.wait(1.0)

    assert strength(here.heard(20), 1000) > LOUD
    assert strength(there.heard(20), 400) > LOUD
    assert [each.digit for each in there.told(DigitHeard)] == ["7"]


async def test_sdes_goes_on_under_new_keys(time: Time, here: End, there: End) -> None:
    for_us, for_them = await join(here, there, profile=Profile.SDES)
    await here.engine.put_on("call")
    await there.engine.put_on("call")
    await time.wait(0.6)
    assert for_us.our_key is not None
    assert for_us.their_key is not None
    ours = replace(for_us.our_key, key=Chance().key())
    theirs = replace(for_us.their_key, key=Chance().key())
    await here.engine.apply("call", replace(for_us, our_key=ours, their_key=theirs))
    await there.engine.apply("call", replace(for_them, our_key=theirs, their_key=ours))
    await time.wait(0.6)

    assert strength(here.heard(20), 1000) > LOUD
    assert strength(there.heard(20), 400) > LOUD


async def test_a_wrong_key_is_never_heard(time: Time, here: End, there: End) -> None:
    for_us, _ = await join(here, there, profile=Profile.SDES)
    assert for_us.their_key is not None
    wrong = replace(for_us.their_key, key=Chance().key())
    await here.engine.apply("call", replace(for_us, their_key=wrong))
    await here.engine.put_on("call")
    await there.engine.put_on("call")
    await time.wait(8.0)

    assert strength(here.heard(100), 1000) == 0
    assert [each.path for each in here.told(PathChanged)] == [MediaPath.LOST]


@pytest.mark.parametrize("profile", [Profile.DTLS_SRTP, Profile.DTLS_SRTP_ICE])
async def test_another_certificate_than_the_announced_one_is_refused(
    time: Time, here: End, there: End, profile: Profile
) -> None:
    ours = await here.engine.open("call", wish(profile))
    theirs = await there.engine.open("call", wish(profile))
    for_us, for_them = agree(ours, theirs, profile=profile)
    assert for_us.fingerprint is not None
    other = Fingerprint("sha-256", ":".join(["AB"] * 32))
    await here.engine.apply("call", replace(for_us, fingerprint=other))
    await there.engine.apply("call", for_them)
    await opened_or_lost(time, here)

    assert [each.path for each in here.told(PathChanged)] == [MediaPath.LOST]
    assert "certificate" in here.told(PathChanged)[0].why


async def test_an_agreement_that_cannot_be_kept_changes_nothing(
    time: Time, here: End, there: End
) -> None:
    for_us, _ = await join(here, there)
    await here.engine.put_on("call")
    await there.engine.put_on("call")
    with pytest.raises(MediaError, match="certificate"):
        await here.engine.apply("call", replace(for_us, profile=Profile.DTLS_SRTP))
    with pytest.raises(MediaError, match="keys"):
        await here.engine.apply("call", replace(for_us, profile=Profile.SDES))
    await time.wait(0.6)
    assert strength(here.heard(20), 1000) > LOUD


async def test_a_call_can_end_while_ice_still_looks_for_a_way(here: End, there: End) -> None:
    ours = await here.engine.open("call", wish(Profile.DTLS_SRTP_ICE))
    theirs = await there.engine.open("call", wish(Profile.DTLS_SRTP_ICE))
    for_us, _ = agree(ours, theirs, profile=Profile.DTLS_SRTP_ICE)
    await there.engine.stop()
    await here.engine.apply("call", for_us)
    await here.engine.close("call")
    assert here.told(PathChanged) == []


async def test_a_peer_without_usable_candidates_is_looked_for_where_it_said(
    time: Time, here: End, there: End
) -> None:
    ours = await here.engine.open("call", wish(Profile.DTLS_SRTP_ICE))
    theirs = await there.engine.open("call", wish(Profile.DTLS_SRTP_ICE))
    for_us, for_them = agree(ours, theirs, profile=Profile.DTLS_SRTP_ICE)
    assert for_us.ice is not None
    odd = replace(for_us.ice, candidates=("1 1 udp", "", "1 2 udp 1 127.0.0.1 9 typ host", "x" * 9))
    await here.engine.apply("call", replace(for_us, ice=odd))
    await there.engine.apply("call", for_them)
    await opened(time, here, there)


async def test_ice_begun_anew_unasked_is_a_lost_path_that_says_so(
    time: Time, here: End, there: End
) -> None:
    for_us, _ = await join(here, there, profile=Profile.DTLS_SRTP_ICE)
    await opened(time, here, there)
    assert for_us.ice is not None
    await here.engine.apply("call", replace(for_us, ice=replace(for_us.ice, ufrag="other")))
    await time.settle()
    assert "anew" in here.told(PathChanged)[-1].why


async def test_a_peer_that_answers_without_ice_is_reached_on_the_same_port(
    time: Time, here: End, there: End
) -> None:
    ours = await here.engine.open("call", wish(Profile.DTLS_SRTP_ICE, Profile.DTLS_SRTP))
    theirs = await there.engine.open("call", wish(Profile.DTLS_SRTP))
    policy = MediaPolicy(profiles=(Profile.DTLS_SRTP_ICE,), codecs=G711)
    offer = make_offer(policy, ours)
    without = MediaPolicy(profiles=(Profile.DTLS_SRTP,), codecs=G711)
    answer, for_them = answer_offer(offer, without, theirs)
    for_us = accept_answer(offer, answer, profile=Profile.DTLS_SRTP_ICE, policy=policy, local=ours)
    await there.engine.apply("call", for_them)
    await here.engine.apply("call", for_us)
    await opened(time, here, there)


async def test_a_peer_without_ice_and_a_shared_port_gets_its_reports_on_the_next(
    time: Time, here: End, there: End
) -> None:
    ours = await here.engine.open("call", wish(Profile.DTLS_SRTP_ICE, Profile.RTP))
    theirs = await there.engine.open("call", wish(Profile.RTP))
    assert ours.port % 2 == 0
    agreements = agree(ours, theirs)
    for end, agreement in zip((here, there), agreements, strict=True):
        await end.engine.apply("call", replace(agreement, has_rtcp_mux=False))
    await time.wait(17)
    await here.engine.close("call")
    quality = here.told(QualityMeasured)[-1].quality
    assert quality.there is not None
    assert quality.round_trip_ms is not None


async def opened_or_lost(time: Time, end: End) -> None:
    """Beat until something is known of the path."""
    async with asyncio.timeout(20):
        while not end.told(PathChanged):
            await time.beat()
            await asyncio.sleep(0.001)
