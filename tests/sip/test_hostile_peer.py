"""A telephone among strangers: octets of any kind, floods, hundreds of calls."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.sip.message.message import Request, Response
from telephony.sip.message.parser import parse_message
from telephony.sip.transaction.hop import Hop
from telephony.sip.user_agent.news import CallOffered
from tests.sip.agents import Network, Telephone, last
from tests.sip.corpus import torture_message, torture_names
from tests.sip.descriptions import PLAIN
from tests.sip.requests import make_request

STRANGER = Hop(transport="UDP", address="203.0.113.9", port=5060)
SDP = (("Content-Type", "application/sdp"),)
METHODS = (
    *("INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "PRACK", "UPDATE", "INFO", "REFER", "NOTIFY"),
    *("MESSAGE", "SUBSCRIBE", "DANCE"),
)
FIELDS = (
    *(("Require", "100rel"), ("Require", "x"), ("RAck", "1 1 INVITE"), ("RAck", "x")),
    *(("Replaces", "a;to-tag=b;from-tag=c"), ("Session-Expires", "1"), ("Event", "refer")),
    *(("Refer-To", "<sip:a@b>"), ("Refer-To", "<"), ("Supported", "timer"), ("Min-SE", "x")),
    *(("Subscription-State", "terminated"), ("Content-Type", "application/sdp")),
    *(("Content-Type", "message/sipfrag"), ("Content-Type", "application/dtmf-relay")),
    *(("Allow", ",,"), ("RSeq", "x"), ("Content-Type", "multipart/mixed"), ("Reason", '"')),
    *(("Event", '"'), ("Refer-Sub", ","), ("Session-Expires", ";;"), ("Min-SE", "<")),
    *(("P-Asserted-Identity", "<"), ("Diversion", ",")),
    *(("RSeq", "7"), ("Retry-After", "x"), ("WWW-Authenticate", 'Digest realm="a", nonce="b"')),
)
BODIES = (b"", PLAIN.encode(), b"v=0", b"SIP/2.0 200 OK", b"Signal=5", b"hello")


def talking() -> tuple[Network, Telephone, Telephone]:
    """Return a network on which two talk and a third call rings at the second."""
    network = Network()
    alice, bob = network.add("alice"), network.add("bob")
    alice.agent.dial(bob.uri, alice.media(), 0.0)
    network.run(0.1)
    bob.agent.answer(bob.call, bob.media(), network.now)
    network.run(0.1)
    bob.agent.receive(make_request(fields=SDP, body=PLAIN.encode()).encode(), STRANGER, network.now)
    return network, alice, bob


def in_dialog(telephone: Telephone, random: Random) -> Request | Response:
    """Return a message that belongs to one of the telephone's calls, or nearly."""
    calls = [call for call in telephone.agent.calls.values() if call.dialog is not None]
    method = random.choice(METHODS)
    request = make_request(
        method,
        branch=f"z9hG4bK{random.random()}",
        number=random.choice([1, 2, 3, 50]),
        fields=tuple(random.sample(FIELDS, random.randrange(4))),
        body=random.choice(BODIES),
    )
    if not calls:
        return request
    dialog = random.choice(calls).dialog
    assert dialog is not None
    headers = request.headers.replaced("Call-ID", dialog.id.call_id)
    headers = headers.replaced("From", str(dialog.remote)).replaced("To", str(dialog.local))
    if random.random() < 0.3:
        status = random.choice([100, 180, 183, 200, 202, 302, 401, 407, 422, 481, 487, 491, 500])
        return Response(status=status, headers=headers, body=request.body)
    return Request(method=method, target=request.target, headers=headers, body=request.body)


@pytest.mark.parametrize("seed", range(25))
def test_a_stranger_in_a_dialog_breaks_nothing(seed: int) -> None:
    random = Random(seed)
    network, alice, bob = talking()
    for _ in range(60):
        telephone = random.choice([alice, bob])
        telephone.agent.receive(in_dialog(telephone, random).encode(), STRANGER, network.now)
        network.run(random.choice([0.0, 0.1, 2.0]))
    network.run(5_000.0)
    for telephone in (alice, bob):
        for handle in telephone.agent.calls:
            telephone.agent.hang_up(handle, network.now)
    network.run(5_000.0)
    for telephone in (alice, bob):
        assert not telephone.agent.calls
        assert telephone.agent._layer.open_transactions == 0


@settings(max_examples=120)
@given(
    st.lists(
        st.sampled_from(torture_names()).map(torture_message) | st.binary(max_size=60), max_size=6
    )
)
def test_any_octets_leave_a_call_alone(packets: list[bytes]) -> None:
    network, _, bob = talking()
    before = set(bob.agent.calls)
    for data in packets:
        bob.agent.receive(data, STRANGER, network.now)
    network.run(1.0)
    assert before <= set(bob.agent.calls)
    for message in network.seen:
        parse_message(message.encode())


def test_a_copied_message_of_a_talk_is_heard_once() -> None:
    network, _, bob = talking()
    bye = next(m for m in network.seen if isinstance(m, Request) and m.method == "ACK")
    for _ in range(50):
        bob.agent.receive(bye.encode(), STRANGER, network.now)
    network.run(1.0)
    assert len(bob.agent.calls) == 2


def test_a_flood_of_calls_is_answered_busy_and_leaves_nothing_behind() -> None:
    network = Network()
    bob = network.add("bob")
    for number in range(2_000):
        invite = make_request(
            branch=f"z9hG4bK{number}", call_id=str(number), fields=SDP, body=PLAIN.encode()
        )
        bob.agent.receive(invite.encode(), STRANGER, network.now)
    statuses = [t.message.status for t in bob.agent.take_transmits()]  # type: ignore[union-attr]
    assert statuses.count(180) == 2
    assert statuses.count(486) == 1_998
    assert len(bob.agent.calls) == 2
    for handle in bob.agent.calls:
        bob.agent.reject(handle, network.now)
    network.run(100.0)
    assert bob.agent._layer.open_transactions == 0
    assert not bob.agent._by_invite
    assert not bob.agent._by_tag


def test_hundreds_of_calls_leave_nothing_behind() -> None:
    network = Network()
    alice, bob = network.add("alice"), network.add("bob")
    for _ in range(300):
        alice.agent.dial(bob.uri, alice.media(), network.now)
        network.run(0.05)
        bob.agent.answer(last(bob, CallOffered).call, bob.media(), network.now)
        network.run(0.05)
        alice.agent.hang_up(alice.call, network.now)
        network.run(0.05)
        network.seen.clear()
        alice.news.clear()
        bob.news.clear()
    network.run(100.0)
    for telephone in (alice, bob):
        agent = telephone.agent
        assert not agent.calls
        assert agent._layer.open_transactions == 0
        assert agent.deadline is None
        assert not agent._endpoint._exchanges
        assert not agent._by_tag
        assert not agent._alarms
