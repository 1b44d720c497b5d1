"""Peers that put somebody else in their place: the desk's call goes on, or the peer is refused."""

from __future__ import annotations

import pytest

from agent_desk.domain.call import LocalConnectionState
from agent_desk.domain.call_events import (
    CallEvent,
    EstablishedEvent,
    RetrievedEvent,
    TransferredEvent,
)
from agent_desk.domain.identifiers import CallId
from telephony.sip.user_agent.news import CallTransferred, TransferFailed
from tests.contracts.switch_contract import EventLog
from tests.fakes.exchange import Habit, Subscriber
from tests.fakes.sip_house import SipHouse
from tests.phone.conftest import MakeHouse

CONNECTED, HOLD = LocalConnectionState.CONNECTED, LocalConnectionState.HOLD
CALLER = "+8613800138000"


def told(subscriber: Subscriber, kind: type) -> bool:
    return any(isinstance(news, kind) for news in subscriber.news)


async def refer(house: SipHouse, peer: Subscriber, call: CallId, number: str) -> None:
    """Let the peer of ``call`` send the desk to ``number``, and whoever is there answer."""
    handle = peer.handle_of(call)
    peer.do(lambda agent, now: agent.transfer(handle, house.exchange.uri(number), now))
    await house.settle()
    await house.answered()


async def test_a_transfer_within_the_house_is_followed_in_the_same_call(house: SipHouse) -> None:
    log = EventLog(house.switch)
    call, peer = await house.talk_to(CALLER)
    colleague = house.exchange.add("2002")
    await refer(house, peer, call, "2002")
    assert house.switch.connections() == {call: CONNECTED}
    moved = log.last(TransferredEvent)
    assert (moved.transferring, moved.transferred_to) == (CALLER, "2002")
    assert moved.secondary_call_id is None
    assert told(peer, CallTransferred)
    assert peer.talks == []
    assert len(colleague.talks) == 1
    assert house.engine.closed == ["leg-1"]
    assert house.engine.worn == ("leg-2",)
    colleague.hang_up(colleague.talks[0])
    await house.settle()
    assert log.kinds(call)[-3:] == ["Transferred", "ConnectionCleared", "CallCleared"]
    assert log.differences == []


async def test_a_call_on_hold_that_is_transferred_stays_on_hold(house: SipHouse) -> None:
    call, peer = await house.talk_to(CALLER)
    colleague = house.exchange.add("2002")
    await house.switch.hold_call(call)
    await refer(house, peer, call, "2002")
    assert house.switch.connections() == {call: HOLD}
    assert not colleague.agreed().agreement.direction.sends
    log = EventLog(house.switch)
    await house.switch.retrieve_call(call)
    assert log.last(RetrievedEvent).local_state is CONNECTED


async def test_a_peer_that_leaves_at_once_is_followed_all_the_same(house: SipHouse) -> None:
    call, peer = await house.talk_to(CALLER)
    colleague = house.exchange.add("2002")
    handle = peer.handle_of(call)
    peer.do(lambda agent, now: agent.transfer(handle, house.exchange.uri("2002"), now))
    peer.do(lambda agent, now: agent.hang_up(handle, now))
    await house.settle()
    assert house.switch.connections() == {call: CONNECTED}
    await house.answered()
    assert house.switch.connections() == {call: CONNECTED}
    assert len(colleague.talks) == 1


@pytest.mark.parametrize(
    ("account", "number"),
    [({}, "+900123456789"), ({"follow_transfers": False}, "2002")],
    ids=["to a number outside", "where the account does not allow it"],
)
async def test_other_transfers_are_refused_and_the_call_goes_on(
    make_house: MakeHouse, account: dict[str, bool], number: str
) -> None:
    house = await make_house(**account)
    call, peer = await house.talk_to(CALLER)
    target = house.exchange.add(number)
    await refer(house, peer, call, number)
    assert told(peer, TransferFailed)
    assert house.switch.connections() == {call: CONNECTED}
    assert target.talks == []


@pytest.mark.parametrize("habit", [Habit.BUSY, Habit.SILENT])
async def test_a_transfer_to_somebody_who_does_not_answer_leaves_the_call(
    house: SipHouse, habit: Habit
) -> None:
    log = EventLog(house.switch)
    call, peer = await house.talk_to(CALLER)
    colleague = house.exchange.add("2002", habit)
    await refer(house, peer, call, "2002")
    colleague.refuse_all(480)
    await house.settle()
    assert told(peer, TransferFailed)
    assert house.switch.connections() == {call: CONNECTED}
    assert log.kinds(call)[-1] == "Established"
    peer.hang_up(call)
    await house.settle()
    assert house.switch.connections() == {}


async def test_a_transfer_to_nobody_by_a_peer_that_left_ends_the_call(house: SipHouse) -> None:
    log = EventLog(house.switch)
    call, peer = await house.talk_to(CALLER)
    colleague = house.exchange.add("2002", Habit.SILENT)
    handle = peer.handle_of(call)
    peer.do(lambda agent, now: agent.transfer(handle, house.exchange.uri("2002"), now))
    peer.do(lambda agent, now: agent.hang_up(handle, now))
    await house.settle()
    colleague.refuse_all(480)
    await house.settle()
    assert house.switch.connections() == {}
    assert log.kinds(call)[-2:] == ["ConnectionCleared", "CallCleared"]


async def test_the_agent_can_leave_while_a_transfer_is_under_way(house: SipHouse) -> None:
    call, peer = await house.talk_to(CALLER)
    colleague = house.exchange.add("2002", Habit.SILENT)
    await refer(house, peer, call, "2002")
    assert len(colleague.talks) == 1
    await house.switch.clear_connection(call)
    await house.settle()
    assert house.switch.connections() == {}
    assert (peer.talks, colleague.talks) == ([], [])


@pytest.mark.parametrize("answered", [True, False], ids=["attended", "while it rings here"])
async def test_an_invite_with_replaces_takes_the_place_of_the_peer(
    house: SipHouse, answered: bool
) -> None:
    """The peer has asked a colleague and connects that one with the desk."""
    log = EventLog(house.switch)
    colleague = house.exchange.add("2002")
    if answered:
        call, peer = await house.talk_to(CALLER)
        peer.call(house.exchange.uri("2002"))
        await house.answered()
        consultation = peer.handle_of(colleague.talks[0])
        handle = peer.handle_of(call)
        peer.do(
            lambda agent, now: agent.transfer(
                consultation, house.exchange.uri("201"), now, consultation=handle
            )
        )
    else:
        # Call pick-up: what the desk dials rings, and a colleague takes it.
        peer = house.exchange.add(CALLER, Habit.SILENT)
        call = await house.switch.make_call(CALLER)
        await house.settle()
        dialog = peer.agent.calls[peer.handle_of(call)].dialog
        assert dialog is not None
        value = f"{dialog.id.call_id};to-tag={dialog.id.remote_tag};from-tag={dialog.id.local_tag}"
        colleague.call(house.exchange.uri("201"), headers=(("Replaces", value),))
    await house.settle()
    assert house.switch.connections() == {call: CONNECTED}
    assert log.last(TransferredEvent).transferred_to == "2002"
    assert len([e for e in log.events if isinstance(e, EstablishedEvent)]) == 1
    assert not [e for e in log.events if isinstance(e, CallEvent) and e.call_id != call]
    assert peer.talks == []
    assert len(colleague.talks) == 1
    assert log.differences == []


async def test_nobody_is_replaced_in_a_conference(house: SipHouse) -> None:
    first, peer = await house.talk_to(CALLER)
    house.exchange.add("2001")
    second = await house.switch.consultation_call(first, "2001")
    await house.answered()
    await house.switch.conference_call(second, first)
    dialog = peer.agent.calls[peer.handle_of(first)].dialog
    assert dialog is not None
    value = f"{dialog.id.call_id};to-tag={dialog.id.remote_tag};from-tag={dialog.id.local_tag}"
    stranger = house.exchange.add("2002")
    stranger.call(house.exchange.uri("201"), headers=(("Replaces", value),))
    await house.settle()
    assert stranger.talks == []
    assert house.switch.connections() == {first: CONNECTED}
