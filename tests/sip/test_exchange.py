"""A telephone at an exchange that asks for a password."""

from __future__ import annotations

from telephony.sip.authentication.digest import Credentials
from telephony.sip.registration.binding import Binding
from telephony.sip.registration.registration import RegistrationState
from telephony.sip.transaction.hop import Hop
from telephony.sip.user_agent.news import CallFailed, RegistrationChanged
from telephony.sip.values.uri import SipUri
from tests.sip.agents import Network, Telephone, last
from tests.sip.registrar import Registrar

PBX = Hop(transport="UDP", address="10.0.0.50", port=5060)
RIGHT = Credentials(user="alice", password="right")


def house(password: str = "right") -> tuple[Network, Telephone, Registrar]:
    network = Network()
    registrar = Registrar(RIGHT)
    network.servers[PBX.address] = registrar
    credentials = (Credentials(user="alice", password=password),)
    return network, network.add("alice", credentials=credentials, outbound=PBX), registrar


def register(network: Network, alice: Telephone) -> None:
    account = alice.agent.account
    binding = Binding(
        address_of_record=account.address,
        registrar=SipUri(host="pbx"),
        contact=account.contact,
        call_id="r@alice",
        from_tag="r",
        expires=600,
    )
    alice.agent.register(binding, network.now)
    network.run(1.0)


def test_a_telephone_registers_with_proof_and_stays_registered() -> None:
    network, alice, registrar = house()
    register(network, alice)
    assert registrar.statuses == [401, 200]
    assert last(alice, RegistrationChanged).is_registered
    network.run(2 * 3600.0)
    assert registrar.bindings
    # The proof goes along at once, until the nonce has run out.
    assert registrar.statuses[:6] == [401, 200, 200, 200, 401, 200]
    numbers = [request.cseq.number for request in registrar.heard]
    assert numbers == sorted(set(numbers))
    alice.agent.unregister(network.now)
    network.run(1.0)
    assert not registrar.bindings
    assert last(alice, RegistrationChanged).state is RegistrationState.IDLE


def test_a_wrong_password_is_told_and_not_hammered() -> None:
    network, alice, registrar = house("wrong")
    register(network, alice)
    network.run(7200.0)
    assert registrar.statuses == [401, 401]
    told = last(alice, RegistrationChanged)
    assert (told.state, told.status) == (RegistrationState.REFUSED, 401)


def test_an_exchange_that_comes_back_is_found_again() -> None:
    network, alice, registrar = house()
    network.cut_off.add(PBX.address)
    register(network, alice)
    network.run(60.0)
    assert last(alice, RegistrationChanged).status == 408
    network.cut_off.clear()
    network.run(120.0)
    assert last(alice, RegistrationChanged).is_registered
    assert registrar.bindings


def test_a_call_is_proven_too() -> None:
    network, alice, registrar = house()
    alice.agent.dial(SipUri(user="2002", host="pbx"), alice.media(), network.now)
    network.run(1.0)
    assert [request.method for request in registrar.heard] == ["INVITE", "INVITE"]
    first, second = registrar.heard
    assert second.cseq.number == first.cseq.number + 1
    assert second.call_id == first.call_id
    assert second.from_address.tag == first.from_address.tag
    assert second.top_via.branch != first.top_via.branch
    assert last(alice, CallFailed).status == 486
