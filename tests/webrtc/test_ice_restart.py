"""ICE that begins anew within a call, and with reports that have a port of their own."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace

import aioice.stun
import pytest
from aioice import Candidate

from agent_desk.domain.sound import MediaPath
from telephony.sip.sdp.policy import LocalMedia
from telephony.sip.sdp.profile import Profile
from telephony.webrtc.engine import PathChanged, QualityMeasured
from telephony.webrtc.errors import MediaError
from telephony.webrtc.transport import ice
from tests.webrtc.beats import Time
from tests.webrtc.ends import LOOPBACK, End, agree, join, opened, strength, wish

ICE = Profile.DTLS_SRTP_ICE
LOUD = 6000.0
LINGER_SECONDS = 0.05


@pytest.fixture(autouse=True)
def brief_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Close what ICE has left soon, in real time."""
    monkeypatch.setattr(ice, "LINGER_SECONDS", LINGER_SECONDS)


async def talking(time: Time, here: End, there: End) -> LocalMedia:
    """Let both ends hear each other by ICE; return what was opened here."""
    ours = await here.engine.open("call", wish(ICE))
    theirs = await there.engine.open("call", wish(ICE))
    for end, agreement in zip((here, there), agree(ours, theirs, profile=ICE), strict=True):
        await end.engine.apply("call", agreement)
        await end.engine.put_on("call")
    await opened(time, here, there)
    await time.wait(0.6)
    return ours


async def begun_anew(here: End, there: End) -> LocalMedia:
    """Let ``here`` offer ICE anew and ``there`` agree; return what was opened here."""
    ours = await here.engine.restart("call", wish(ICE))
    theirs = await there.engine.restart("call", wish(ICE))
    for end, agreement in zip((here, there), agree(ours, theirs, profile=ICE), strict=True):
        await end.engine.apply("call", agreement)
    return ours


def is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


async def beat_until_free(time: Time, port: int) -> None:
    """Beat until ``port`` is given back, which takes moments of real time."""
    async with asyncio.timeout(20):
        while not is_free(port):
            await time.beat()
            await asyncio.sleep(0.001)


def is_heard_throughout(end: End, hz: float, *, since: int) -> bool:
    """Return whether every fifth of a second of what was played had the tone."""
    played = end.card.played[since:]
    step = 48000 // 5
    return all(
        strength(played[at : at + step], hz) > LOUD for at in range(0, len(played) - step, step)
    )


@pytest.mark.parametrize("is_ours", [True, False])
async def test_sound_moves_to_other_sockets_without_a_gap(
    time: Time, here: End, there: End, is_ours: bool
) -> None:
    """The former sockets are closed once the new ones are in use, so that these carry it all."""
    before = await talking(time, here, there)
    begun = len(here.card.played), len(there.card.played)
    ends = (here, there) if is_ours else (there, here)
    after = await begun_anew(*ends)
    assert after.port != before.port
    assert (after.fingerprint == before.fingerprint) is is_ours
    await beat_until_free(time, before.port)
    await time.wait(1.0)

    assert is_heard_throughout(here, 1000, since=begun[0])
    assert is_heard_throughout(there, 400, since=begun[1])
    for end in ends:
        assert [each.path for each in end.told(PathChanged)] == [MediaPath.OPEN]


async def test_ice_can_begin_anew_again_and_again(time: Time, here: End, there: End) -> None:
    before = await talking(time, here, there)
    ports = [before.port]
    for ends in ((here, there), (there, here), (here, there)):
        await begun_anew(*ends)
        await beat_until_free(time, ports[-1])
        held = here.engine
        ports.append((await held.restart("call", wish(ICE))).port)
        await held.restart("call", wish(ICE))
    await time.wait(0.6)
    assert strength(here.heard(10), 1000) > LOUD
    assert strength(there.heard(10), 400) > LOUD


async def test_what_nobody_agreed_to_changes_nothing(time: Time, here: End, there: End) -> None:
    await talking(time, here, there)
    offered = await here.engine.restart("call", wish(ICE))
    again = await here.engine.restart("call", wish(ICE))
    await beat_until_free(time, offered.port)
    await time.wait(0.6)
    assert not is_free(again.port)
    assert strength(here.heard(10), 1000) > LOUD
    await here.engine.close("call")
    assert is_free(again.port)


async def test_a_restart_that_finds_no_way_leaves_the_former_one_in_use(
    time: Time, here: End, there: End, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aioice.stun, "RETRY_RTO", 0.002)
    await talking(time, here, there)
    ours = await here.engine.restart("call", wish(ICE))
    theirs = await there.engine.restart("call", wish(ICE))
    for_us, _ = agree(ours, theirs, profile=ICE)
    assert for_us.ice is not None
    nowhere = replace(for_us.ice, candidates=("1 1 udp 1 127.0.0.1 9 typ host",))
    await here.engine.apply("call", replace(for_us, ice=nowhere))
    await beat_until_free(time, ours.port)
    await time.wait(0.6)
    assert strength(here.heard(10), 1000) > LOUD
    assert strength(there.heard(10), 400) > LOUD
    assert [each.path for each in here.told(PathChanged)] == [MediaPath.OPEN]


async def test_an_agreement_of_candidates_that_are_gone_is_a_lost_path(
    time: Time, here: End, there: End
) -> None:
    await talking(time, here, there)
    ours = await here.engine.restart("call", wish(ICE))
    theirs = await there.engine.restart("call", wish(ICE))
    await here.engine.restart("call", wish(ICE))
    for_us, _ = agree(ours, theirs, profile=ICE)
    await here.engine.apply("call", for_us)
    await time.settle()
    assert here.told(PathChanged)[-1].path is MediaPath.LOST
    assert "no longer open" in here.told(PathChanged)[-1].why


async def test_a_call_without_ice_cannot_begin_it_anew(here: End, there: End) -> None:
    await join(here, there)
    with pytest.raises(MediaError, match="no ICE"):
        await here.engine.restart("call", wish(ICE))


async def test_a_call_that_ends_while_candidates_are_gathered_leaves_none(
    time: Time, here: End, there: End
) -> None:
    await talking(time, here, there)
    gathering = asyncio.create_task(here.engine.restart("call", wish(ICE)))
    await asyncio.sleep(0)
    await here.engine.close("call")
    with pytest.raises(MediaError, match=r"is over|not open"):
        await gathering


# Reports with a port of their own


def components(local: LocalMedia) -> set[int]:
    assert local.ice is not None
    return {Candidate.from_sdp(text).component for text in local.ice.candidates}


async def talking_without_mux(time: Time, here: End, there: End) -> tuple[LocalMedia, LocalMedia]:
    ours = await here.engine.open("call", wish(ICE))
    theirs = await there.engine.open("call", wish(ICE))
    agreements = agree(ours, theirs, profile=ICE, has_rtcp_mux=False)
    for end, agreement in zip((here, there), agreements, strict=True):
        await end.engine.apply("call", agreement)
        await end.engine.put_on("call")
    await opened(time, here, there)
    return ours, theirs


async def test_reports_of_a_peer_without_rtcp_mux_have_a_pair_and_keys_of_their_own(
    time: Time, here: End, there: End
) -> None:
    ours, theirs = await talking_without_mux(time, here, there)
    assert components(ours) == components(theirs) == {1, 2}
    await time.wait(17)
    for end in (here, there):
        await end.engine.close("call")
        quality = end.told(QualityMeasured)[-1].quality
        assert quality.there is not None
        assert quality.round_trip_ms is not None


async def test_what_only_reports_need_is_closed_when_they_share_the_port(
    time: Time, here: End, there: End
) -> None:
    ours = await talking(time, here, there)
    assert not is_free(ours.port)
    assert is_free(ours.port + 1)


async def test_ice_begins_anew_also_without_rtcp_mux(time: Time, here: End, there: End) -> None:
    before, _ = await talking_without_mux(time, here, there)
    ours = await here.engine.restart("call", wish(ICE))
    theirs = await there.engine.restart("call", wish(ICE))
    agreements = agree(ours, theirs, profile=ICE, has_rtcp_mux=False)
    for end, agreement in zip((here, there), agreements, strict=True):
        await end.engine.apply("call", agreement)
    await beat_until_free(time, before.port)
    await time.wait(17)
    await here.engine.close("call")
    assert here.told(QualityMeasured)[-1].quality.there is not None


async def test_dtls_without_ice_has_an_association_for_reports_too(
    time: Time, here: End, there: End
) -> None:
    dtls = Profile.DTLS_SRTP
    ours = await here.engine.open("call", wish(dtls))
    theirs = await there.engine.open("call", wish(dtls))
    agreements = agree(ours, theirs, profile=dtls, has_rtcp_mux=False)
    for end, agreement in zip((here, there), agreements, strict=True):
        await end.engine.apply("call", agreement)
    await opened(time, here, there)
    await time.wait(17)
    await here.engine.close("call")
    assert here.told(QualityMeasured)[-1].quality.there is not None


async def test_a_peer_that_begins_to_share_the_port_keeps_its_sound(
    time: Time, here: End, there: End
) -> None:
    dtls = Profile.DTLS_SRTP
    ours = await here.engine.open("call", wish(dtls))
    theirs = await there.engine.open("call", wish(dtls))
    for has_rtcp_mux in (False, True, False):
        agreements = agree(ours, theirs, profile=dtls, has_rtcp_mux=has_rtcp_mux)
        for end, agreement in zip((here, there), agreements, strict=True):
            await end.engine.apply("call", agreement)
            await end.engine.put_on("call")
        await opened(time, here, there)
        await time.wait(0.6)
        assert strength(here.heard(10), 1000) > LOUD
