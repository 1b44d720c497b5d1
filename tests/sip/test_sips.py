"""What sips has led to goes over protected hops alone, from the first request to the last."""

from __future__ import annotations

from dataclasses import replace

import pytest

from telephony.sip.dialog.dialog import dialog_of_callee, is_downgraded
from telephony.sip.errors import RequestRefusedError, UnprotectedWayError
from telephony.sip.message.message import AnyMessage, Request, Response
from telephony.sip.message.parser import parse_message
from telephony.sip.message.reply import reply
from telephony.sip.transaction.hop import Hop
from telephony.sip.user_agent.account import Account
from telephony.sip.user_agent.news import (
    CallFailed,
    CallOffered,
    ReferReceived,
    TransferFailed,
)
from telephony.sip.user_agent.outgoing_call import OutgoingCall
from telephony.sip.values.address import make_address
from telephony.sip.values.uri import SipUri, parse_uri, secured
from tests.sip.agents import Network, Telephone, kinds, last

Pair = tuple[Network, Telephone, Telephone]
SERVER = "10.0.0.99"


def protected(network: Network, name: str, **options: object) -> Telephone:
    """Return a telephone whose own hop is TLS."""
    telephone = network.add(name, **options)  # type: ignore[arg-type]
    telephone.hop = replace(telephone.hop, transport="TLS")
    return telephone


@pytest.fixture
def pair() -> Pair:
    network = Network()
    return network, protected(network, "alice"), protected(network, "bob")


def talk(network: Network, caller: Telephone, callee: Telephone) -> tuple[str, str]:
    """Let the two talk by sips; return both handles."""
    mine = caller.agent.dial(callee.uri.secured(), caller.media(), network.now)
    network.run(0.1)
    theirs = last(callee, CallOffered).call
    callee.agent.answer(theirs, callee.media(), network.now)
    network.run(0.2)
    return mine, theirs


def sent(network: Network, method: str) -> Request:
    """Return the newest request of a method."""
    found = [m for m in network.seen if isinstance(m, Request) and m.method == method]
    return found[-1]


def answer_of(network: Network, status: int) -> Response:
    """Return the newest response with a status."""
    found = [m for m in network.seen if isinstance(m, Response) and m.status == status]
    return found[-1]


def altered(message: AnyMessage, *changes: tuple[str, str]) -> bytes:
    """Return the octets of a message after replacing texts, each of which must be there."""
    text = message.encode().decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sip:600@pbx.test", "sips:600@pbx.test"),
        ("sip:600@pbx.test:5070;transport=tcp", "sips:600@pbx.test:5070"),
        ("sip:600@pbx.test;transport=TLS;lr", "sips:600@pbx.test;lr"),
        ("sip:600@pbx.test;transport=ws", "sips:600@pbx.test;transport=ws"),
        ("sips:600@pbx.test;transport=tcp", "sips:600@pbx.test;transport=tcp"),
        ("tel:+8613800138000", "tel:+8613800138000"),
    ],
)
def test_the_same_resource_under_sips(text: str, expected: str) -> None:
    assert str(secured(parse_uri(text))) == expected


@pytest.mark.parametrize(
    ("uri", "outbound", "expected"),
    [
        ("sips:a@pbx.test", None, Hop(transport="TLS", address="pbx.test", port=5061)),
        (
            "sips:a@pbx.test;transport=tcp",
            None,
            Hop(transport="TLS", address="pbx.test", port=5061),
        ),
        (
            "sips:a@pbx.test;transport=udp",
            None,
            Hop(transport="TLS", address="pbx.test", port=5061),
        ),
        (
            "sips:a@pbx.test;transport=ws",
            None,
            Hop(transport="WSS", address="pbx.test", port=443),
        ),
        ("sip:a@pbx.test", None, Hop(transport="UDP", address="pbx.test", port=5060)),
        ("sips:a@pbx.test", "TLS", Hop(transport="TLS", address="proxy.test", port=9)),
        ("sips:a@pbx.test", "WSS", Hop(transport="WSS", address="proxy.test", port=9)),
        ("sips:a@pbx.test", "UDP", Hop(transport="TLS", address="proxy.test", port=0)),
        ("sips:a@pbx.test", "WS", Hop(transport="TLS", address="proxy.test", port=0)),
        ("sip:a@pbx.test", "UDP", Hop(transport="UDP", address="proxy.test", port=9)),
    ],
)
def test_a_sips_uri_leaves_by_tls_or_wss(uri: str, outbound: str | None, expected: Hop) -> None:
    proxy = None if outbound is None else Hop(transport=outbound, address="proxy.test", port=9)
    own = SipUri(user="me", host="10.0.0.1")
    account = Account(address=make_address(own), contact=own, outbound=proxy)
    assert account.hop_of(parse_uri(uri)) == expected


def test_everything_of_a_sips_call_is_sips(pair: Pair) -> None:
    network, alice, bob = pair
    mine, _ = talk(network, alice, bob)
    alice.agent.hold(mine, network.now)
    network.run(0.2)
    alice.agent.hang_up(mine, network.now)
    network.run(0.2)
    requests = [m for m in network.seen if isinstance(m, Request)]
    assert [r.method for r in requests] == ["INVITE", "ACK", "INVITE", "ACK", "BYE"]
    for request in requests:
        assert request.target == "sips:bob@10.0.0.2:5060"
        assert str(request.to_address.uri) == "sips:bob@10.0.0.2:5060"
        assert request.top_via.transport == "TLS"
    contacts = {str(c.uri) for m in network.seen for c in m.contacts}
    assert contacts == {"sips:alice@10.0.0.1:5060", "sips:bob@10.0.0.2:5060"}


def test_a_call_by_sip_stays_as_it_was(pair: Pair) -> None:
    network, alice, bob = pair
    alice.agent.dial(bob.uri, alice.media(), network.now)
    network.run(0.1)
    assert {c.uri.scheme for m in network.seen for c in m.contacts} == {"sip"}


@pytest.mark.parametrize("transport", ["UDP", "TCP", "WS"])
def test_a_server_without_tls_is_asked_for_nothing_by_sips(transport: str) -> None:
    network = Network()
    proxy = Hop(transport=transport, address=SERVER, port=5060)
    alice = network.add("alice", outbound=proxy)
    with pytest.raises(UnprotectedWayError, match=r"sips:bob@pbx\.test.*accepted is TLS or WSS"):
        alice.agent.dial(parse_uri("sips:bob@pbx.test"), alice.media(), network.now)
    network.run(0.1)
    assert network.seen == []
    assert alice.agent.calls == {}


@pytest.mark.parametrize("transport", ["UDP", "TCP", "WS"])
def test_sips_that_came_unprotected_is_refused(pair: Pair, transport: str) -> None:
    network, alice, bob = pair
    alice.hop = replace(alice.hop, transport=transport)
    handle = alice.agent.dial(bob.uri.secured(), alice.media(), network.now)
    network.run(0.2)
    refusal = answer_of(network, 480)
    assert refusal.headers.all("Warning") == ('380 10.0.0.2 "SIPS Not Allowed"',)
    assert last(alice, CallFailed).call == handle
    assert bob.news == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("Contact", "<sip:alice@10.0.0.1:5060;transport=tls>"),
        ("Record-Route", "<sip:10.0.0.9;lr>"),
    ],
)
def test_a_caller_by_sips_whose_way_back_is_not_hears_381(
    pair: Pair, field: str, value: str
) -> None:
    network, alice, bob = pair
    alice.agent.dial(bob.uri.secured(), alice.media(), network.now)
    network.run(0)
    invite = sent(network, "INVITE")
    is_there = invite.headers.get(field) is not None
    change = invite.headers.replaced if is_there else invite.headers.with_
    headers = change(field, value)
    wrong = invite.with_headers(headers)
    assert is_downgraded(wrong)
    assert not is_downgraded(invite)
    wrong = wrong.with_vias((replace(invite.top_via, host="10.0.0.77"),))
    bob.agent.receive(wrong.encode().replace(b"branch=", b"branch=z9hG4bKx"), alice.hop, 0.0)
    (transmit,) = bob.agent.take_transmits()
    answer = transmit.message
    assert isinstance(answer, Response)
    assert answer.status == 480
    assert answer.headers.all("Warning") == ('381 10.0.0.2 "SIPS Required"',)


def test_an_answer_that_leaves_sips_ends_the_call_by_sips() -> None:
    network = Network()
    alice = protected(network, "alice")

    def server(message: AnyMessage, source: Hop) -> list[tuple[AnyMessage, Hop]]:
        if not isinstance(message, Request) or message.method == "ACK":
            return []
        contact = (("Contact", f"<sip:bob@{SERVER};transport=udp>"),)
        return [(reply(message, 200, to_tag="b", headers=contact), source)]

    network.servers[SERVER] = server
    alice.agent.dial(parse_uri(f"sips:bob@{SERVER}"), alice.media(), network.now)
    network.run(0.5)
    assert last(alice, CallFailed).status == 488
    requests = [m for m in network.seen if isinstance(m, Request)]
    assert [r.method for r in requests] == ["INVITE", "ACK", "BYE"]
    assert {r.target for r in requests} == {f"sips:bob@{SERVER}"}


def test_a_target_in_the_call_that_leaves_sips_is_refused(pair: Pair) -> None:
    network, alice, bob = pair
    mine, theirs = talk(network, alice, bob)
    dialog = bob.agent.calls[theirs].dialog
    assert dialog is not None
    alice.agent.hold(mine, network.now)
    network.run(0)
    invite = sent(network, "INVITE")
    moved = parse_message(altered(invite, ("<sips:alice@10.0.0.1:5060>", "<sip:alice@10.0.0.1>")))
    assert isinstance(moved, Request)
    with pytest.raises(RequestRefusedError) as refusal:
        dialog.received(moved)
    assert (refusal.value.status, refusal.value.headers[0][1]) == (
        480,
        '381 10.0.0.2 "SIPS Required"',
    )


def test_a_request_to_a_peer_that_has_left_sips_stays_here(pair: Pair) -> None:
    network, alice, bob = pair
    alice.agent.dial(bob.uri.secured(), alice.media(), network.now)
    network.run(0)
    dialog = dialog_of_callee(sent(network, "INVITE"), "b", confirmed=True)
    left = replace(dialog, target=SipUri(user="alice", host="10.0.0.1"))
    assert dialog.downgraded is None
    with pytest.raises(UnprotectedWayError, match=r"sip:alice@10\.0\.0\.1"):
        left.request("INVITE")
    _, bye = left.request("BYE")
    assert bye.target == "sips:alice@10.0.0.1"


@pytest.mark.parametrize(
    ("contact", "follows"), [("sip:carol@10.0.0.3", False), ("sips:carol@10.0.0.3", True)]
)
def test_a_redirection_is_followed_under_sips_alone(
    pair: Pair, contact: str, follows: bool
) -> None:
    network, alice, _ = pair

    def server(message: AnyMessage, source: Hop) -> list[tuple[AnyMessage, Hop]]:
        if not isinstance(message, Request) or message.method == "ACK":
            return []
        fields = (("Contact", f"<{contact}>"),)
        return [(reply(message, 302, to_tag="s", headers=fields), source)]

    network.servers[SERVER] = server
    carol = protected(network, "carol")
    alice.agent.dial(parse_uri(f"sips:bob@{SERVER}"), alice.media(), network.now)
    network.run(0.3)
    assert ("CallOffered" in kinds(carol)) is follows
    assert ("CallFailed" in kinds(alice)) is not follows


def test_a_caller_by_sips_is_sent_on_by_sips(pair: Pair) -> None:
    network, alice, bob = pair
    carol = protected(network, "carol")
    alice.agent.dial(bob.uri.secured(), alice.media(), network.now)
    network.run(0.1)
    bob.agent.deflect(last(bob, CallOffered).call, carol.uri, network.now)
    network.run(0.2)
    assert str(answer_of(network, 302).contacts[0].uri) == "sips:carol@10.0.0.3:5060"
    assert "CallOffered" in kinds(carol)


def test_a_transfer_of_a_sips_call_asks_for_sips(pair: Pair) -> None:
    network, alice, bob = pair
    mine, _ = talk(network, alice, bob)
    carol = protected(network, "carol")
    alice.agent.transfer(mine, carol.uri, network.now)
    network.run(0.2)
    assert last(bob, ReferReceived).target == carol.uri.secured()


def test_a_transfer_that_would_leave_sips_is_declined(pair: Pair) -> None:
    network, alice, bob = pair
    mine, theirs = talk(network, alice, bob)
    network.cut_off.add("10.0.0.2")
    alice.agent.transfer(mine, SipUri(user="carol", host="10.0.0.3"), network.now)
    network.run(0)
    network.cut_off.clear()
    refer = altered(sent(network, "REFER"), ("<sips:carol@", "<sip:carol@"))
    bob.agent.receive(refer, alice.hop, network.now)
    network.run(0.2)
    assert last(alice, TransferFailed).status == 603
    assert "ReferReceived" not in kinds(bob)
    assert theirs in bob.agent.calls


def test_a_consultation_by_sip_takes_no_place_in_a_sips_call(pair: Pair) -> None:
    network, alice, bob = pair
    mine, _ = talk(network, alice, bob)
    carol = network.add("carol")
    other = alice.agent.dial(carol.uri, alice.media(), network.now)
    network.run(0.1)
    carol.agent.answer(last(carol, CallOffered).call, carol.media(), network.now)
    network.run(0.2)
    with pytest.raises(UnprotectedWayError, match="a consultation by sips"):
        alice.agent.transfer(mine, carol.uri, network.now, consultation=other)
    assert set(alice.agent.calls) == {mine, other}


@pytest.mark.parametrize("secure", [True, False])
def test_the_place_of_a_peer_by_sips_is_taken_by_sips_alone(pair: Pair, secure: bool) -> None:
    network, alice, bob = pair
    _, theirs = talk(network, alice, bob)
    dialog = bob.agent.calls[theirs].dialog
    assert dialog is not None
    carol = protected(network, "carol")
    id = dialog.id
    replaces = f"{id.call_id};to-tag={id.local_tag};from-tag={id.remote_tag}"
    target = bob.uri.secured() if secure else bob.uri
    headers = (("Replaces", replaces),)
    carol.agent.dial(target, carol.media(), network.now, headers=headers)
    network.run(0.2)
    if secure:
        assert last(bob, CallOffered).replaces == theirs
        return
    assert answer_of(network, 480).headers.all("Warning") == ('381 10.0.0.2 "SIPS Required"',)
    assert last(carol, CallFailed).status == 480


@pytest.mark.parametrize("scheme", ["sip", "sips"])
def test_the_route_of_a_registration_is_passed_under_sips(pair: Pair, scheme: str) -> None:
    network, alice, bob = pair
    call = OutgoingCall(
        handle="routed",
        endpoint=alice.agent._endpoint,
        tell=alice.news.append,
        touched=lambda handle: None,
        target=replace(bob.uri, scheme=scheme),
    )
    call.dial(alice.media(), network.now, routes=("<sip:10.0.0.2:5060;lr>",))
    network.run(0)
    (route,) = sent(network, "INVITE").routes
    assert str(route.uri) == f"{scheme}:10.0.0.2:5060;lr"
