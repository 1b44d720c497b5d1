"""Behind a NAT: what the exchange says of where we are seen is what others are told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.sip.message.message import AnyMessage
from telephony.sip.registration.mapped_address import MappedAddress, MappingState, Place, seen_by
from telephony.sip.transaction.hop import Hop
from telephony.sip.user_agent.news import MappingChanged, RegistrationChanged
from telephony.sip.values.uri import SipUri
from telephony.sip.values.via import Via, parse_via
from tests.sip.agents import Network, Telephone, last
from tests.sip.registrar import Registrar
from tests.sip.test_exchange import PBX, house, register

OWN = ("10.0.0.1", 5060)
OUTSIDE = ("203.0.113.5", 40_000)
PORT_AFTER = ("203.0.113.5", 40_001)
ADDRESS_AFTER = ("198.51.100.9", 40_000)


def via(place: Place | None, *, host: str = OWN[0], transport: str = "UDP") -> Via:
    seen = f";received={place[0]};rport={place[1]}" if place else ";rport"
    return parse_via(f"SIP/2.0/{transport} {host}:5060;branch=z9hG4bKx{seen}")


class Nat:
    """A registrar behind which requests seem to come from ``seen``, which may change.

    by_turns: where each of its answers sees us; after the last one it goes on there.
    """

    def __init__(self, registrar: Registrar, *seen: Place) -> None:
        self.registrar = registrar
        self.by_turns = list(seen)

    def __call__(self, message: AnyMessage, source: Hop) -> list[tuple[AnyMessage, Hop]]:
        answers = self.registrar(message, source)
        if not answers:
            return []
        place = self.by_turns.pop(0) if len(self.by_turns) > 1 else self.by_turns[0]
        return [(_seen_at(answer, place), target) for answer, target in answers]


def _seen_at(answer: AnyMessage, place: Place) -> AnyMessage:
    parameters = answer.top_via.parameters.with_("received", place[0])
    parameters = parameters.with_("rport", str(place[1]))
    noted = replace(answer.top_via, parameters=parameters)
    return answer.with_headers(answer.headers.replaced("Via", str(noted)))


def natted(*seen: Place) -> tuple[Network, Telephone, Nat]:
    network, alice, registrar = house()
    nat = Nat(registrar, *seen)
    network.servers[PBX.address] = nat
    return network, alice, nat


def contacts(nat: Nat) -> list[str]:
    """Return what each REGISTER named."""
    return [str(request.contacts[0].uri) for request in nat.registrar.heard]


def test_what_a_challenge_tells_is_registered_with_the_proof() -> None:
    network, alice, nat = natted(OUTSIDE)
    register(network, alice)
    assert contacts(nat) == ["sip:alice@10.0.0.1:5060", "sip:alice@203.0.113.5:40000"]
    assert nat.registrar.statuses == [401, 200]
    assert list(nat.registrar.bindings) == ["sip:alice@203.0.113.5:40000"]
    assert {request.top_via.host for request in nat.registrar.heard} == {"10.0.0.1"}


def test_peers_are_told_the_address_that_the_nat_gave() -> None:
    network, alice, nat = natted(OUTSIDE)
    register(network, alice)
    alice.agent.dial(SipUri(user="bob", host="pbx"), alice.media(), network.now)
    network.run(0.5)
    invite = next(r for r in nat.registrar.heard if r.method == "INVITE")
    assert str(invite.contacts[0].uri) == "sip:alice@203.0.113.5:40000"


def test_without_a_nat_nothing_is_registered_twice() -> None:
    network, alice, nat = natted(OWN)
    register(network, alice)
    assert contacts(nat) == ["sip:alice@10.0.0.1:5060"] * 2
    assert alice.agent.account.mapped is None


def test_what_the_grant_alone_tells_is_registered_at_once() -> None:
    network, alice, nat = natted(OWN, OUTSIDE)
    register(network, alice)
    assert contacts(nat)[-2:] == ["sip:alice@10.0.0.1:5060", "sip:alice@203.0.113.5:40000"]
    assert last(alice, RegistrationChanged).is_registered
    network.run(400.0)
    assert len(nat.registrar.heard) == 3


@pytest.mark.parametrize(("after", "has_moved"), [(PORT_AFTER, False), (ADDRESS_AFTER, True)])
def test_a_nat_that_forgot_us_is_noticed_by_the_refresh(after: Place, has_moved: bool) -> None:
    network, alice, nat = natted(OUTSIDE)
    register(network, alice)
    nat.by_turns = [after]
    network.run(600.0)
    changed = last(alice, MappingChanged)
    assert (changed.address, changed.port, changed.has_moved) == (*after, has_moved)
    assert contacts(nat)[-1] == f"sip:alice@{after[0]}:{after[1]}"
    assert sum(isinstance(news, MappingChanged) for news in alice.news) == 1


def test_a_nat_with_another_place_for_each_request_is_given_up() -> None:
    network, alice, nat = natted(*(("203.0.113.5", 40_000 + each) for each in range(99)))
    register(network, alice)
    assert contacts(nat)[-1] == "sip:alice@10.0.0.1:5060"
    assert len(nat.registrar.heard) <= 6
    assert last(alice, RegistrationChanged).is_registered


def test_another_address_of_this_machine_forgets_the_nat() -> None:
    network, alice, nat = natted(OUTSIDE)
    register(network, alice)
    nat.by_turns = [("10.0.0.77", 5080)]
    alice.agent.move(SipUri(user="alice", host="10.0.0.77", port=5080), network.now)
    network.run(1.0)
    assert contacts(nat)[-1] == "sip:alice@10.0.0.77:5080"
    assert alice.agent.account.mapped is None
    assert not any(isinstance(news, MappingChanged) for news in alice.news)


def test_what_was_bound_is_taken_back() -> None:
    network, alice, nat = natted(OUTSIDE)
    register(network, alice)
    alice.agent.unregister(network.now)
    network.run(1.0)
    assert nat.registrar.bindings == {}


def test_a_connection_is_reached_by_itself() -> None:
    network, alice, nat = natted(OUTSIDE)
    account = replace(alice.agent.account, transport="TCP", outbound=replace(PBX, transport="TCP"))
    alice.agent.adopt(account)
    register(network, alice)
    assert set(contacts(nat)) == {"sip:alice@10.0.0.1:5060"}


@pytest.mark.parametrize(
    "text",
    [
        "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx",
        "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx;rport",
        "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx;received=203.0.113.5",
        "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx;received=203.0.113.5;rport=0",
        "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx;received=203.0.113.5;rport=65536",
        "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx;received=nat.example;rport=5060",
        "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx;received=0.0.0.0;rport=5060",
        "SIP/2.0/UDP desk.example;branch=z9hG4bKx;rport=5060",
    ],
)
def test_a_server_that_tells_nothing_useful_is_not_believed(text: str) -> None:
    assert seen_by(parse_via(text)) is None


def test_an_ipv6_address_is_the_same_however_it_is_written() -> None:
    mapping = MappedAddress()
    mapping.take(via(("2001:db8:0::1", 5060), host="[2001:DB8::1]"))
    assert mapping.place is None
    mapping.take(via(("2001:db8::2", 5060), host="[2001:DB8::1]"))
    assert mapping.place == ("2001:db8::2", 5060)


PLACES = st.sampled_from([OWN, OUTSIDE, PORT_AFTER, ADDRESS_AFTER, None])


@given(st.lists(PLACES))
def test_a_mapping_is_the_last_place_seen_or_none(seen: list[Place | None]) -> None:
    mapping = MappedAddress()
    for place in seen:
        mapping.take(via(place))
        assert mapping.place != OWN
        if place is not None and mapping.state is not MappingState.WAVERING:
            assert mapping.place == (None if place == OWN else place)
        if mapping.state is MappingState.STEADY and place is not None:
            assert mapping.confirmed == place
    mapping.try_again()
    mapping.take(via(OUTSIDE))
    assert mapping.place == OUTSIDE or mapping.state is MappingState.WAVERING
