"""ICE that begins anew in a call, as the SIP core sees it: whose offer waits, and what is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from telephony.sip.errors import DialogError
from telephony.sip.sdp.answer import answer_offer
from telephony.sip.sdp.offer import make_offer
from telephony.sip.sdp.parser import parse_description
from telephony.sip.sdp.policy import LocalMedia, MediaPolicy
from telephony.sip.sdp.profile import Profile
from telephony.sip.user_agent.news import (
    CallEnded,
    CallHeld,
    CallOffered,
    IceRestartOffered,
    IceRestartRefused,
    MediaAgreed,
)
from tests.fakes.ice_media import with_ice
from tests.sip.agents import Network, Telephone, kinds, last
from tests.sip.descriptions import without_mux
from tests.sip.test_user_agent import Pair, assert_quiet

HOST = "10.0.0.1"
ICE = MediaPolicy(profiles=(Profile.DTLS_SRTP_ICE,))


def media(telephone: Telephone, port: int = 20000) -> LocalMedia:
    return with_ice(replace(telephone.media(), port=port))


@pytest.fixture
def pair() -> Pair:
    """Alice has called Bob; both have ICE."""
    network = Network()
    alice, bob = network.add("alice", policy=ICE), network.add("bob", policy=ICE)
    alice.agent.dial(bob.uri, media(alice), network.now)
    network.run(0.1)
    bob.agent.answer(last(bob, CallOffered).call, media(bob), network.now)
    network.run(0.2)
    return network, alice, bob


def offered(network: Network, who: Telephone, port: int = 30000) -> None:
    """Let ``who`` begin ICE anew."""
    who.agent.restart_ice(who.call, media(who, port), network.now)
    network.run(0.1)


def ufrags(telephone: Telephone) -> tuple[str | None, str]:
    """Return the names that both sides have in the last agreement: ours, theirs."""
    agreed = last(telephone, MediaAgreed).agreement
    assert agreed.ice is not None
    return agreed.our_ufrag, agreed.ice.ufrag


def bodies(network: Network) -> list[str]:
    return [message.body.decode() for message in network.seen if message.body]


@pytest.mark.parametrize("is_caller", [True, False])
def test_an_offer_of_ice_anew_waits_for_candidates(pair: Pair, is_caller: bool) -> None:
    network, alice, bob = pair
    who, other = (alice, bob) if is_caller else (bob, alice)
    roles = [last(each, MediaAgreed).agreement.is_dtls_client for each in (who, other)]
    offered(network, who)
    assert last(other, IceRestartOffered).call == other.call
    assert kinds(who).count("MediaAgreed") == 1
    network.run(5.0)
    other.agent.answer_restart(other.call, media(other, 40000), network.now)
    network.run(0.2)
    assert ufrags(who) == ("name30000", "name40000")
    assert ufrags(other) == ("name40000", "name30000")
    # RFC 8842 s. 5.3: who began the DTLS handshake stays who began it.
    assert [last(each, MediaAgreed).agreement.is_dtls_client for each in (who, other)] == roles
    assert roles[0] is not roles[1]
    who.agent.hang_up(who.call, network.now)
    assert_quiet(network)


def test_an_update_may_begin_ice_anew_too(pair: Pair) -> None:
    """RFC 3311 s. 5.2; this telephone itself offers by re-INVITE alone."""
    network, alice, bob = pair
    call = alice.agent.calls[alice.call]
    call.media.restart(media(alice, 30000))
    body = call.media.next_offer(hold=False)
    call._send("UPDATE", network.now, headers=(("Content-Type", "application/sdp"),), body=body)
    network.run(0.1)
    with pytest.raises(DialogError):
        bob.agent.hold(bob.call, network.now)
    bob.agent.answer_restart(bob.call, media(bob, 40000), network.now)
    network.run(0.1)
    assert ufrags(bob) == ("name40000", "name30000")
    assert "a=ice-ufrag:name40000" in bodies(network)[-1]


def test_a_peer_that_vanishes_is_not_waited_for(pair: Pair) -> None:
    network, alice, bob = pair
    offered(network, alice)
    network.cut_off.add(alice.hop.address)
    network.run(4000.0)
    assert last(bob, CallEnded).is_lost
    assert_quiet(network)


def test_an_offer_with_the_same_candidates_is_answered_at_once(pair: Pair) -> None:
    network, alice, bob = pair
    alice.agent.hold(alice.call, network.now)
    network.run(0.1)
    assert last(bob, CallHeld).by_us is False
    assert "IceRestartOffered" not in kinds(bob)
    assert ufrags(bob) == ("name20000", "name20000")


def test_what_cannot_be_gathered_is_refused_and_changes_nothing(pair: Pair) -> None:
    network, alice, bob = pair
    before = [last(each, MediaAgreed).agreement for each in (alice, bob)]
    offered(network, alice)
    bob.agent.answer_restart(bob.call, None, network.now)
    network.run(0.2)
    assert last(alice, IceRestartRefused).status == 488
    assert [last(each, MediaAgreed).agreement for each in (alice, bob)] == before
    # The next offer of either side knows nothing of it.
    alice.agent.hold(alice.call, network.now)
    network.run(0.2)
    assert ufrags(alice) == ufrags(bob) == ("name20000", "name20000")
    bob.agent.restart_ice(bob.call, media(bob, 50000), network.now)
    network.run(0.1)
    alice.agent.answer_restart(alice.call, media(alice, 60000), network.now)
    network.run(0.2)
    assert ufrags(bob) == ("name50000", "name60000")


def test_both_sides_at_once_agree_after_glare(pair: Pair) -> None:
    network, alice, bob = pair
    alice.agent.restart_ice(alice.call, media(alice, 30000), network.now)
    bob.agent.restart_ice(bob.call, media(bob, 40000), network.now)
    network.run(0.1)
    assert network.methods().count("491") == 2
    for _ in range(80):
        network.run(0.1)
        for who, port in ((alice, 50000), (bob, 60000)):
            waits = kinds(who).count("IceRestartOffered")
            if waits > kinds(who).count("MediaAgreed") - 1:
                who.agent.answer_restart(who.call, media(who, port), network.now)
    assert ufrags(alice) == tuple(reversed(ufrags(bob)))
    assert ufrags(alice) != ("name20000", "name20000")
    assert "IceRestartRefused" not in kinds(alice) + kinds(bob)
    alice.agent.hang_up(alice.call, network.now)
    assert_quiet(network)


def test_nothing_else_is_agreed_on_while_an_offer_waits(pair: Pair) -> None:
    network, alice, bob = pair
    offered(network, alice)
    with pytest.raises(DialogError):
        bob.agent.hold(bob.call, network.now)
    with pytest.raises(DialogError):
        bob.agent.restart_ice(bob.call, media(bob, 40000), network.now)
    bob.agent.answer_restart(bob.call, media(bob, 40000), network.now)
    network.run(0.2)
    bob.agent.hold(bob.call, network.now)
    network.run(0.2)
    assert last(alice, CallHeld).by_us is False
    assert ufrags(alice) == ("name30000", "name40000")
    with pytest.raises(DialogError, match="no offer waits"):
        bob.agent.answer_restart(bob.call, media(bob, 40000), network.now)


@pytest.mark.parametrize("is_caller", [True, False])
def test_a_call_may_end_while_an_offer_waits(pair: Pair, is_caller: bool) -> None:
    network, alice, bob = pair
    offered(network, alice)
    who = alice if is_caller else bob
    who.agent.hang_up(who.call, network.now)
    network.run(0.2)
    assert "487" in network.methods()
    assert last(alice, CallEnded).by_us is is_caller
    assert last(bob, CallEnded).by_us is not is_caller
    assert_quiet(network)


def test_a_call_on_hold_stays_so(pair: Pair) -> None:
    network, alice, bob = pair
    alice.agent.hold(alice.call, network.now)
    network.run(0.1)
    offered(network, alice)
    bob.agent.answer_restart(bob.call, media(bob, 40000), network.now)
    network.run(0.2)
    assert not last(alice, MediaAgreed).agreement.direction.receives
    assert kinds(bob).count("CallRetrieved") == 0


# What is described


def candidates(body: str) -> list[str]:
    (stream,) = parse_description(body.encode()).media
    return [each.split()[1] for each in stream.all("candidate")]


def test_candidates_for_reports_are_offered_and_left_out_once_the_port_is_shared(
    pair: Pair,
) -> None:
    """RFC 5761 s. 5.1.3; whoever begins ICE anew may need them again."""
    network, alice, bob = pair
    offer, answer = bodies(network)
    assert candidates(offer) == ["1", "2"]
    assert candidates(answer) == ["1"]
    alice.agent.hold(alice.call, network.now)
    network.run(0.1)
    assert candidates(bodies(network)[2]) == ["1"]
    offered(network, bob, 40000)
    assert candidates(bodies(network)[-1]) == ["1", "2"]


def test_a_peer_without_rtcp_mux_hears_of_candidates_for_reports() -> None:
    alice, bob = (
        with_ice(LocalMedia(address=HOST, port=p, session_id="1")) for p in (20000, 30000)
    )
    offer = without_mux(make_offer(ICE, alice))
    answer, agreement = answer_offer(offer, ICE, bob)
    assert candidates(str(answer)) == ["1", "2"]
    assert "rtcp-mux" not in str(answer)
    assert not agreement.has_rtcp_mux
    assert agreement.our_ufrag == "name30000"
