"""Calls whose media is opened anew, telephones that move, and calls that are not wanted now."""

from __future__ import annotations

from dataclasses import replace

import pytest

from telephony.sip.errors import DialogError
from telephony.sip.message.message import Request
from telephony.sip.sdp.policy import LocalMedia, MediaPolicy
from telephony.sip.sdp.profile import Crypto, Profile
from telephony.sip.user_agent.news import (
    CallAnswered,
    CallFailed,
    CallHeld,
    CallOffered,
    HoldFailed,
    MediaAgreed,
    TransferFailed,
)
from telephony.sip.values.uri import SipUri
from tests.sip.agents import Network, kinds, last
from tests.sip.test_exchange import house, register
from tests.sip.test_user_agent import Pair, assert_quiet, pair, ring, talk

__all__ = ["pair"]

ELSEWHERE = LocalMedia(address="192.0.2.7", port=31000, session_id="new")


def origin_of(invite: Request) -> tuple[str, int]:
    words = next(line for line in invite.body.decode().splitlines() if line.startswith("o="))
    _, session_id, version, *_ = words[2:].split()
    return session_id, int(version)


@pytest.mark.parametrize("who", ["caller", "callee"])
def test_media_that_was_lost_is_offered_anew_in_the_same_session(pair: Pair, who: str) -> None:
    network, alice, bob = pair
    talk(network, alice, bob)
    mover, other = (alice, bob) if who == "caller" else (bob, alice)
    before = last(mover, MediaAgreed).agreement
    mover.agent.renew_media(mover.call, ELSEWHERE, network.now)
    network.run(0.2)
    heard = last(other, MediaAgreed).agreement
    assert (heard.address, heard.port) == ("192.0.2.7", 31000)
    again = last(mover, MediaAgreed).agreement
    assert again == before
    invite = [m for m in network.seen if isinstance(m, Request) and m.method == "INVITE"][-1]
    assert origin_of(invite) == (mover.name, 2)
    mover.agent.hang_up(mover.call, network.now)
    network.run(0.2)
    assert_quiet(network)


def test_a_call_on_hold_stays_so_when_its_media_is_renewed(pair: Pair) -> None:
    network, alice, bob = pair
    mine, _ = talk(network, alice, bob)
    alice.agent.hold(mine, network.now)
    network.run(0.2)
    alice.agent.renew_media(mine, ELSEWHERE, network.now)
    network.run(0.2)
    assert not last(alice, MediaAgreed).agreement.direction.receives
    assert kinds(alice).count("CallHeld") == 1
    assert "CallRetrieved" not in kinds(alice)
    alice.agent.retrieve(mine, network.now)
    network.run(0.2)
    assert last(bob, MediaAgreed).agreement.port == 31000
    assert last(alice, CallHeld).by_us


def test_a_peer_that_offers_first_hears_of_the_new_media_in_the_answer(pair: Pair) -> None:
    network, alice, bob = pair
    _, theirs = talk(network, alice, bob)
    call = alice.agent.calls[alice.call]
    call.media.renew(ELSEWHERE)
    bob.agent.hold(theirs, network.now)
    network.run(0.2)
    assert last(bob, MediaAgreed).agreement.port == 31000


def test_media_cannot_be_renewed_before_there_is_any(pair: Pair) -> None:
    network, alice, bob = pair
    mine = ring(network, alice, bob)
    with pytest.raises(DialogError):
        alice.agent.renew_media(mine, ELSEWHERE, network.now)


def test_sdes_is_answered_with_the_key_that_was_opened() -> None:
    network = Network()
    policy = MediaPolicy(profiles=(Profile.SDES,))
    alice = network.add("alice", policy=policy)
    bob = network.add("bob", policy=policy)
    suite = policy.suites[0]

    def media(key: str) -> LocalMedia:
        cryptos = (Crypto(1, suite, key * 40),)
        return LocalMedia(address="10.0.0.9", port=20000, session_id="1", cryptos=cryptos)

    alice.agent.dial(bob.uri, media("a"), network.now)
    network.run(0.1)
    bob.agent.answer(bob.call, media("b"), network.now)
    network.run(0.2)
    agreed = last(alice, MediaAgreed).agreement
    assert agreed.their_key is not None
    assert agreed.our_key is not None
    assert (agreed.our_key.key, agreed.their_key.key) == ("a" * 40, "b" * 40)


def test_another_profile_than_the_best_can_be_offered() -> None:
    network = Network()
    both = MediaPolicy(profiles=(Profile.SDES, Profile.RTP))
    alice = network.add("alice", policy=both)
    bob = network.add("bob")
    cryptos = (Crypto(1, both.suites[0], "a" * 40),)
    local = replace(alice.media(), cryptos=cryptos)
    alice.agent.dial(bob.uri, local, network.now)
    network.run(0.2)
    assert last(alice, CallFailed).status == 488
    alice.agent.dial(bob.uri, local, network.now, profile=Profile.RTP)
    network.run(0.1)
    bob.agent.answer(bob.call, bob.media(), network.now)
    network.run(0.2)
    assert isinstance(alice.news[-1], CallAnswered)
    assert last(alice, MediaAgreed).agreement.profile is Profile.RTP


def test_a_new_address_is_registered_and_told_to_peers() -> None:
    network, alice, registrar = house()
    register(network, alice)
    moved = SipUri(user="alice", host="10.0.0.77", port=5080)
    alice.agent.move(moved, network.now)
    network.run(1.0)
    assert list(registrar.bindings) == [str(moved)]
    alice.agent.unregister(network.now)
    network.run(1.0)
    alice.agent.move(replace(moved, host="10.0.0.78"), network.now)
    network.run(1.0)
    assert registrar.bindings == {}
    assert alice.agent.registration is not None
    assert alice.agent.registration.binding.contact.host == "10.0.0.78"


@pytest.mark.parametrize("takes_update", [True, False])
def test_peers_of_calls_hear_where_we_are_reached_now(pair: Pair, takes_update: bool) -> None:
    network, alice, bob = pair
    _, theirs = talk(network, alice, bob)
    call = alice.agent.calls[alice.call]
    if not takes_update:
        call.peer_allows = ("INVITE", "ACK", "BYE")
    # when the way on which the exchange reached us is gone, and there is another
    moved = replace(alice.uri, port=5099)
    alice.agent.adopt(replace(alice.agent.account, contact=moved))
    alice.agent.tell_contact(network.now)
    network.run(0.5)
    bob.agent.hang_up(theirs, network.now)
    network.run(0.2)
    byes = [m.target for m in network.seen if isinstance(m, Request) and m.method == "BYE"]
    assert byes == [str(moved)]
    assert "UPDATE" in network.methods() if takes_update else "UPDATE" not in network.methods()
    assert_quiet(network)


def test_a_call_that_still_rings_tells_its_contact_later(pair: Pair) -> None:
    network, alice, bob = pair
    ring(network, alice, bob)
    sent = len(network.seen)
    alice.agent.tell_contact(network.now)
    bob.agent.tell_contact(network.now)
    network.run(0.1)
    assert len(network.seen) == sent


def test_a_call_that_is_not_wanted_now_never_rings(pair: Pair) -> None:
    network, alice, bob = pair
    asked: list[str] = []

    def admit(invite: Request) -> int | None:
        asked.append(invite.from_address.display_name)
        return 480

    bob.agent.admission = admit
    ring(network, alice, bob)
    assert last(alice, CallFailed).status == 480
    assert asked == ["Alice"]
    assert not [news for news in bob.news if isinstance(news, CallOffered)]
    assert_quiet(network)


def test_a_call_outlives_a_transport_that_breaks(pair: Pair) -> None:
    network, alice, bob = pair
    mine, _ = talk(network, alice, bob)

    def hold() -> None:
        alice.agent.hold(mine, network.now)

    def transfer() -> None:
        alice.agent.transfer(mine, SipUri(user="2002", host="pbx"), network.now)

    for ask in (hold, transfer):
        network.cut_off.add(bob.hop.address)
        ask()
        alice.agent.transport_failed(bob.hop, network.now)
        network.cut_off.clear()
        network.run(0.2)
    assert last(alice, HoldFailed).status == 503
    assert isinstance(alice.news[-1], TransferFailed)
    assert alice.call == mine
    alice.agent.hold(mine, network.now)
    network.run(0.2)
    assert last(alice, CallHeld).by_us
