"""ICE that begins anew in calls of the telephone, as the peer wishes and as this machine needs."""

from __future__ import annotations

import asyncio

import pytest

from agent_desk.domain.call import LocalConnectionState
from agent_desk.domain.identifiers import CallId
from agent_desk.domain.sip_account import MediaProfile
from agent_desk.domain.sound import MediaPath
from telephony.network.network import NetworkChanged
from telephony.phone import ice_restarts
from telephony.sip.sdp.policy import MediaPolicy
from telephony.sip.sdp.profile import Profile
from telephony.webrtc.engine import PathChanged
from tests.fakes.exchange import DOMAIN, Subscriber
from tests.fakes.sip_house import SipHouse
from tests.phone.conftest import MakeHouse

CONNECTED, HOLD = LocalConnectionState.CONNECTED, LocalConnectionState.HOLD
CALLER = "+8613800138000"
LEG = "leg-1"


@pytest.fixture
async def talk(make_house: MakeHouse) -> tuple[SipHouse, CallId, Subscriber]:
    """Return a house in a call with ICE, the call, and the far side."""
    house: SipHouse = await make_house(profiles=(MediaProfile.DTLS_SRTP_ICE,))
    house.exchange.add(CALLER, policy=MediaPolicy(profiles=(Profile.DTLS_SRTP_ICE,)))
    call, peer = await house.talk_to(CALLER)
    return house, call, peer


Talk = tuple[SipHouse, CallId, Subscriber]


def lose(house: SipHouse) -> None:
    house.engine.tell(PathChanged(call=LEG, path=MediaPath.LOST, why="nothing more comes"))


def is_moved(house: SipHouse, peer: Subscriber) -> bool:
    """Return whether both sides go on with what was opened last, and nothing was closed."""
    (*_, local) = house.engine.restarted[LEG]
    assert local.ice is not None
    theirs = peer.agreed().agreement
    ours = house.engine.agreements[LEG][-1]
    return (
        theirs.ice is not None
        and theirs.ice.ufrag == local.ice.ufrag == ours.our_ufrag
        and theirs.port == local.port
        and house.engine.closed == []
    )


async def test_a_peer_that_begins_ice_anew_is_answered_with_new_candidates(talk: Talk) -> None:
    house, call, peer = talk
    former = house.engine.agreements[LEG][-1]
    peer.begin_ice_anew(call)
    await house.settle()
    assert is_moved(house, peer)
    now = house.engine.agreements[LEG][-1]
    assert not now.goes_on_with(former)
    assert (now.fingerprint, now.is_dtls_client) == (former.fingerprint, former.is_dtls_client)


async def test_a_peer_is_refused_when_nothing_can_be_gathered(talk: Talk) -> None:
    house, call, peer = talk
    former = house.engine.agreements[LEG]
    house.engine.refusal = "no port is free"
    peer.begin_ice_anew(call)
    await house.settle()
    assert house.engine.agreements[LEG] == former
    assert house.switch.connections() == {call: CONNECTED}
    await house.switch.hold_call(call)
    assert house.switch.connections() == {call: HOLD}


async def move(house: SipHouse) -> None:
    """Give the desk's machine another address."""
    house.network.move("10.0.9.1")
    house.engine.address = "10.0.9.1"
    house.network.tell(NetworkChanged(addresses=("10.0.9.1",)))
    await house.settle()


async def test_another_address_moves_the_call_and_keeps_its_keys(talk: Talk) -> None:
    house, call, peer = talk
    await move(house)
    assert is_moved(house, peer)
    assert peer.agreed().agreement.address == "10.0.9.1"
    assert house.engine.wishes[-1].address == "10.0.9.1"
    assert house.switch.connections() == {call: CONNECTED}


async def test_a_peer_that_will_not_begin_ice_anew_gets_all_media_anew(talk: Talk) -> None:
    house, call, peer = talk
    peer.accepts_changes = False
    await move(house)
    assert house.engine.closed == [LEG]
    assert house.engine.opened[LEG].address == "10.0.9.1"
    assert house.switch.connections() == {call: CONNECTED}


async def test_a_call_that_has_moved_and_finds_no_way_gets_all_media_anew(talk: Talk) -> None:
    house, call, peer = talk
    await move(house)
    assert is_moved(house, peer)
    lose(house)
    await house.settle()
    assert house.engine.closed == [LEG]
    assert peer.agreed().agreement.port == house.engine.opened[LEG].port
    assert house.switch.connections() == {call: CONNECTED}


async def test_a_lost_path_is_looked_for_anew(talk: Talk) -> None:
    house, _, peer = talk
    lose(house)
    await house.settle()
    assert is_moved(house, peer)
    assert len(house.engine.restarted[LEG]) == 1


async def test_a_lost_path_that_the_peer_will_not_look_for_changes_nothing(talk: Talk) -> None:
    house, call, peer = talk
    former = list(house.engine.agreements[LEG])
    peer.accepts_changes = False
    lose(house)
    await house.settle()
    assert house.engine.agreements[LEG] == former
    assert house.engine.closed == []
    assert house.switch.connections() == {call: CONNECTED}
    # What comes later is about the candidates that still hold.
    peer.accepts_changes = True
    await house.switch.hold_call(call)
    assert house.engine.agreements[LEG][-1].our_ufrag == former[-1].our_ufrag


async def test_a_call_on_hold_moves_too_and_stays_on_hold(talk: Talk) -> None:
    house, call, peer = talk
    await house.switch.hold_call(call)
    lose(house)
    await house.settle()
    assert is_moved(house, peer)
    assert house.switch.connections() == {call: HOLD}
    assert not house.engine.agreements[LEG][-1].direction.receives


async def test_both_sides_at_once_meet_after_glare(talk: Talk) -> None:
    house, call, peer = talk
    lose(house)
    peer.begin_ice_anew(call)
    async with asyncio.timeout(20):
        while len(house.engine.agreements[LEG]) < 2:
            await asyncio.sleep(0.01)
            await house.settle()
    ours, theirs = house.engine.agreements[LEG][-1], peer.agreed().agreement
    assert ours.ice is not None
    assert theirs.ice is not None
    assert (ours.our_ufrag, ours.ice.ufrag) == (theirs.ice.ufrag, theirs.our_ufrag)
    assert house.switch.connections() == {call: CONNECTED}


async def test_a_path_lost_while_the_exchange_was_away_is_looked_for_when_it_is_back(
    talk: Talk,
) -> None:
    house, _, peer = talk
    house.wire.unreachable.add(DOMAIN)
    await house.phone.line.register_again()
    await house.settle()
    lose(house)
    await house.settle()
    assert LEG not in house.engine.restarted
    house.wire.unreachable.clear()
    await house.phone.line.register_again()
    await house.settle()
    assert is_moved(house, peer)


async def test_a_call_without_ice_stays_as_it_is_when_its_path_is_lost(house: SipHouse) -> None:
    call, _ = await house.talk_to(CALLER)
    lose(house)
    await house.settle()
    assert house.engine.restarted == {}
    assert house.switch.connections() == {call: CONNECTED}


async def test_a_call_that_just_agrees_on_something_begins_anew_a_moment_later(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ice_restarts, "OFFER_AGAIN_SECONDS", 0.001)
    house, call, peer = talk
    holding = asyncio.create_task(house.switch.hold_call(call))
    await asyncio.sleep(0)
    lose(house)
    await holding
    async with asyncio.timeout(5):
        while LEG not in house.engine.restarted or not is_moved(house, peer):
            await asyncio.sleep(0.001)
            await house.settle()
    assert house.switch.connections() == {call: HOLD}
