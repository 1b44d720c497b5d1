"""Two and three telephones: calls as agents make them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from telephony.sip.errors import DialogError
from telephony.sip.message.headers import Headers
from telephony.sip.message.message import AnyMessage, Request, Response
from telephony.sip.message.reply import reply
from telephony.sip.sdp.direction import Direction
from telephony.sip.sdp.policy import MediaPolicy
from telephony.sip.sdp.profile import Profile
from telephony.sip.transaction.hop import Hop
from telephony.sip.user_agent.news import (
    CallCancelled,
    CallEnded,
    CallFailed,
    CallHeld,
    CallOffered,
    CallTransferred,
    DigitReceived,
    HoldFailed,
    MediaAgreed,
    ReferReceived,
    TransferFailed,
)
from telephony.sip.values.uri import SipUri
from tests.sip.agents import Network, Telephone, kinds, last
from tests.sip.descriptions import PLAIN
from tests.sip.requests import make_request

Pair = tuple[Network, Telephone, Telephone]


@pytest.fixture
def pair() -> Pair:
    network = Network()
    return network, network.add("alice"), network.add("bob")


def ring(network: Network, caller: Telephone, callee: Telephone) -> str:
    """Let ``caller`` call ``callee`` until that rings; return the caller's handle."""
    handle = caller.agent.dial(callee.uri, caller.media(), network.now)
    network.run(0.1)
    return handle


def talk(network: Network, caller: Telephone, callee: Telephone) -> tuple[str, str]:
    """Let the two talk; return both handles."""
    mine = ring(network, caller, callee)
    theirs = last(callee, CallOffered).call
    callee.agent.answer(theirs, callee.media(), network.now)
    network.run(0.2)
    return mine, theirs


def assert_quiet(network: Network) -> None:
    """After a while nobody has a call or waits for anything."""
    network.run(200.0)
    for telephone in network.telephones.values():
        assert not telephone.agent.calls
        assert telephone.agent._layer.open_transactions == 0
        assert telephone.agent.deadline is None


def test_a_call_from_ringing_to_its_end(pair: Pair) -> None:
    network, alice, bob = pair
    mine, theirs = talk(network, alice, bob)
    assert kinds(alice) == ["CallOriginated", "CallProgressed", "MediaAgreed", "CallAnswered"]
    assert kinds(bob) == ["CallOffered", "MediaAgreed", "CallAnswered"]
    assert last(bob, CallOffered).invite.from_address.display_name == "Alice"
    agreed = last(alice, MediaAgreed).agreement
    assert (agreed.address, agreed.port, agreed.codec.name) == (bob.hop.address, 20000, "opus")
    bob.agent.hang_up(theirs, network.now)
    network.run(0.1)
    assert last(alice, CallEnded) == CallEnded(call=mine, by_us=False)
    assert last(bob, CallEnded) == CallEnded(call=theirs, by_us=True)
    assert network.methods() == ["INVITE", "180", "200", "ACK", "BYE", "200"]
    assert_quiet(network)


def test_ringing_for_ninety_seconds_is_no_time_out(pair: Pair) -> None:
    network, alice, bob = pair
    ring(network, alice, bob)
    network.run(90.0)
    bob.agent.answer(bob.call, bob.media(), network.now)
    network.run(0.2)
    assert kinds(alice)[-1] == "CallAnswered"
    assert network.methods().count("180") == 2


def test_hold_and_retrieve_are_seen_by_both(pair: Pair) -> None:
    network, alice, bob = pair
    mine, theirs = talk(network, alice, bob)
    alice.agent.hold(mine, network.now)
    network.run(0.2)
    assert last(alice, CallHeld) == CallHeld(call=mine, by_us=True)
    assert last(bob, CallHeld) == CallHeld(call=theirs, by_us=False)
    assert last(alice, MediaAgreed).agreement.direction is Direction.SENDONLY
    assert last(bob, MediaAgreed).agreement.direction is Direction.RECVONLY
    # The other side holds too, and each is taken back by itself.
    bob.agent.hold(theirs, network.now)
    network.run(0.2)
    assert last(bob, MediaAgreed).agreement.direction is Direction.INACTIVE
    alice.agent.retrieve(mine, network.now)
    network.run(0.2)
    bob.agent.retrieve(theirs, network.now)
    network.run(0.2)
    for telephone in (alice, bob):
        assert last(telephone, MediaAgreed).agreement.direction is Direction.SENDRECV
        assert kinds(telephone).count("CallHeld") == kinds(telephone).count("CallRetrieved") == 2


def test_glare_is_settled_by_waiting(pair: Pair) -> None:
    network, alice, bob = pair
    mine, theirs = talk(network, alice, bob)
    alice.agent.hold(mine, network.now)
    bob.agent.hold(theirs, network.now)
    network.run(8.0)
    assert network.methods().count("491") >= 1
    for telephone in (alice, bob):
        assert CallHeld(call=telephone.call, by_us=True) in telephone.news
        assert last(telephone, MediaAgreed).agreement.direction is Direction.INACTIVE


def test_a_second_wish_has_to_wait(pair: Pair) -> None:
    network, alice, bob = pair
    mine, _ = talk(network, alice, bob)
    alice.agent.hold(mine, network.now)
    with pytest.raises(DialogError):
        alice.agent.retrieve(mine, network.now)


def test_a_call_is_cancelled(pair: Pair) -> None:
    network, alice, bob = pair
    mine = ring(network, alice, bob)
    alice.agent.hang_up(mine, network.now)
    network.run(0.1)
    assert last(alice, CallFailed).status == 487
    assert isinstance(last(bob, CallCancelled).cancel, Request)
    assert network.methods() == ["INVITE", "180", "CANCEL", "200", "487", "ACK"]
    assert_quiet(network)


def test_a_cancel_waits_until_the_peer_has_said_something(pair: Pair) -> None:
    network, alice, bob = pair
    mine = alice.agent.dial(bob.uri, alice.media(), network.now)
    alice.agent.hang_up(mine, network.now)
    assert last_now(alice) == 487
    network.run(0.3)
    assert network.methods()[:3] == ["INVITE", "180", "CANCEL"]
    assert_quiet(network)


def last_now(telephone: Telephone) -> int:
    telephone.news += telephone.agent.take_news()
    return last(telephone, CallFailed).status


def test_an_answer_that_crosses_the_cancel_is_ended(pair: Pair) -> None:
    network, alice, bob = pair
    mine = ring(network, alice, bob)
    bob.agent.answer(bob.call, bob.media(), network.now)
    alice.agent.hang_up(mine, network.now)
    network.run(0.5)
    assert "BYE" in network.methods()
    assert last(bob, CallEnded).by_us is False
    assert_quiet(network)


@pytest.mark.parametrize(
    ("status", "act"),
    [(486, "reject"), (603, "reject"), (480, "disturb"), (486, "full"), (488, "profile")],
)
def test_a_refusal_is_told_with_its_status(status: int, act: str) -> None:
    network = Network()
    alice = network.add("alice")
    policy = MediaPolicy(profiles=(Profile.SDES,)) if act == "profile" else None
    bob = network.add("bob", policy=policy, most_calls=0 if act == "full" else 2)
    bob.agent.accepts_calls = act != "disturb"
    ring(network, alice, bob)
    if act == "reject":
        bob.agent.reject(bob.call, network.now, status)
        network.run(0.1)
    assert last(alice, CallFailed).status == status
    assert_quiet(network)


def test_a_deflected_call_goes_on_to_another() -> None:
    network = Network()
    alice, bob, carol = (network.add(name) for name in ("alice", "bob", "carol"))
    ring(network, alice, bob)
    bob.agent.deflect(bob.call, carol.uri, network.now)
    network.run(0.2)
    assert kinds(bob)[-1] == "CallDeflected"
    carol.agent.answer(carol.call, carol.media(), network.now)
    network.run(0.2)
    assert kinds(alice)[-1] == "CallAnswered"
    assert len(alice.agent.calls) == 1


def test_a_call_to_nobody_fails_after_32_seconds(pair: Pair) -> None:
    network, alice, _ = pair
    alice.agent.dial(SipUri(user="x", host="10.9.9.9"), alice.media(), network.now)
    network.run(31.0)
    assert kinds(alice) == ["CallOriginated"]
    network.run(2.0)
    assert last(alice, CallFailed).status == 408
    assert_quiet(network)


def test_a_broken_transport_fails_at_once(pair: Pair) -> None:
    network, alice, bob = pair
    alice.agent.dial(bob.uri, alice.media(), network.now)
    alice.agent.transport_failed(bob.hop, network.now)
    network.run(0.0)
    assert last(alice, CallFailed).status == 503


def test_a_blind_transfer_connects_the_other_two() -> None:
    network = Network()
    alice, bob, carol = (network.add(name) for name in ("alice", "bob", "carol"))
    mine, theirs = talk(network, alice, bob)
    bob.agent.transfer(theirs, carol.uri, network.now)
    network.run(0.2)
    asked = last(alice, ReferReceived)
    alice.agent.follow_referral(mine, asked.target, alice.media(), network.now)
    network.run(0.2)
    carol.agent.answer(carol.call, carol.media(), network.now)
    network.run(0.5)
    assert last(bob, CallTransferred) == CallTransferred(call=theirs, target=carol.uri)
    assert not bob.agent.calls
    assert kinds(alice)[-1] == "CallEnded"
    assert len(alice.agent.calls) == len(carol.agent.calls) == 1
    alice.agent.hang_up(alice.call, network.now)
    assert_quiet(network)


def test_an_attended_transfer_puts_the_caller_in_our_place() -> None:
    network = Network()
    alice, bob, carol = (network.add(name) for name in ("alice", "bob", "carol"))
    mine, theirs = talk(network, alice, bob)
    bob.agent.hold(theirs, network.now)
    network.run(0.2)
    asking, asked = talk(network, bob, carol)
    bob.agent.transfer(theirs, carol.uri, network.now, consultation=asking)
    network.run(0.2)
    alice.agent.follow_referral(mine, last(alice, ReferReceived).target, alice.media(), network.now)
    network.run(0.2)
    offered = last(carol, CallOffered)
    assert offered.replaces == asked
    carol.agent.answer(offered.call, carol.media(), network.now)
    network.run(0.5)
    assert last(bob, CallTransferred) == CallTransferred(
        call=theirs, target=carol.uri, consultation=asking
    )
    assert not bob.agent.calls
    assert len(alice.agent.calls) == len(carol.agent.calls) == 1
    carol.agent.hang_up(carol.call, network.now)
    assert_quiet(network)


def test_a_transfer_that_fails_leaves_the_call() -> None:
    network = Network()
    alice, bob, carol = (network.add(name) for name in ("alice", "bob", "carol"))
    carol.agent.accepts_calls = False
    mine, theirs = talk(network, alice, bob)
    bob.agent.transfer(theirs, carol.uri, network.now)
    network.run(0.2)
    with pytest.raises(DialogError):
        bob.agent.transfer(theirs, carol.uri, network.now)
    alice.agent.follow_referral(mine, last(alice, ReferReceived).target, alice.media(), network.now)
    network.run(0.5)
    assert last(bob, TransferFailed) == TransferFailed(call=theirs, status=480)
    assert list(bob.agent.calls) == [theirs]
    bob.agent.transfer(theirs, carol.uri, network.now)
    network.run(0.2)
    alice.agent.refuse_referral(mine, network.now)
    network.run(0.2)
    assert last(bob, TransferFailed).status == 603


def test_digits_by_info_are_heard(pair: Pair) -> None:
    network, alice, bob = pair
    mine, theirs = talk(network, alice, bob)
    for digit in "5#":
        alice.agent.send_digit(mine, digit, network.now)
        network.run(0.1)
    heard = [news.digit for news in bob.news if isinstance(news, DigitReceived)]
    assert heard == ["5", "#"]
    assert theirs in bob.agent.calls


def test_a_session_lives_on_by_its_refreshes(pair: Pair) -> None:
    network, alice, bob = pair
    talk(network, alice, bob)
    network.run(4 * 3600.0)
    assert len(alice.agent.calls) == len(bob.agent.calls) == 1
    assert network.methods().count("UPDATE") >= 8


def test_a_peer_that_vanished_ends_the_call(pair: Pair) -> None:
    network, alice, bob = pair
    mine, _ = talk(network, alice, bob)
    network.cut_off.add(bob.hop.address)
    network.run(1900.0)
    assert last(alice, CallEnded).call == mine
    assert last(alice, CallEnded).by_us is False
    assert last(bob, CallEnded).reason == "session expired"
    assert last(alice, CallEnded).is_lost
    assert last(bob, CallEnded).is_lost
    assert_quiet(network)


def test_an_answer_without_an_ack_is_ended(pair: Pair) -> None:
    network, alice, bob = pair
    ring(network, alice, bob)
    network.cut_off.add(alice.hop.address)
    bob.agent.answer(bob.call, bob.media(), network.now)
    network.run(33.0)
    assert network.methods().count("200") == 11
    assert last(bob, CallEnded).reason == "no ACK"
    network.run(60.0)
    assert not bob.agent.calls


def test_a_callee_that_hangs_up_at_once_waits_for_the_ack(pair: Pair) -> None:
    network, alice, bob = pair
    ring(network, alice, bob)
    handle = bob.call
    bob.agent.answer(handle, bob.media(), network.now)
    bob.agent.hang_up(handle, network.now)
    network.run(0.5)
    assert network.methods()[-4:] == ["200", "ACK", "BYE", "200"]
    assert_quiet(network)


# Peers that are not of our making


class Peer:
    """A telephone that says what a test tells it to say."""

    def __init__(self, network: Network, address: str = "10.0.0.99") -> None:
        self.network = network
        self.hop = Hop(transport="UDP", address=address, port=5060)
        self.heard: list[AnyMessage] = []
        self.answers: dict[str, list[Response]] = {}
        network.servers[address] = self

    def __call__(self, message: AnyMessage, source: Hop) -> list[tuple[AnyMessage, Hop]]:
        self.heard.append(message)
        if isinstance(message, Request) and message.method in ("BYE", "CANCEL", "PRACK", "UPDATE"):
            return [(reply(message, 200, to_tag="t"), source)]
        return []

    def say(self, message: AnyMessage, to: Telephone) -> None:
        self.network.send(message, self.hop, to.hop)
        self.network.run(0.1)

    def requests(self) -> list[str]:
        return [m.method for m in self.heard if isinstance(m, Request)]

    def last(self, kind: type[Request] | type[Response]) -> AnyMessage:
        return next(m for m in reversed(self.heard) if isinstance(m, kind))

    def statuses(self) -> list[int]:
        return [m.status for m in self.heard if isinstance(m, Response)]


def dialled(network: Network, alice: Telephone) -> tuple[Peer, Request]:
    peer = Peer(network)
    target = SipUri(user="x", host=peer.hop.address, port=5060)
    alice.agent.dial(target, alice.media(), network.now)
    network.run(0.1)
    invite = peer.last(Request)
    assert isinstance(invite, Request)
    return peer, invite


def response(
    invite: Request,
    status: int,
    *,
    tag: str = "t",
    body: str = PLAIN,
    fields: tuple[tuple[str, str], ...] = (),
) -> Response:
    headers = (("Contact", "<sip:x@10.0.0.99:5060>"), *fields)
    if body:
        headers = (*headers, ("Content-Type", "application/sdp"))
    return reply(invite, status, to_tag=tag, headers=headers, body=body.encode())


def test_both_branches_of_a_fork_that_answer_are_acknowledged_and_one_is_ended(pair: Pair) -> None:
    network, alice, _ = pair
    peer, invite = dialled(network, alice)
    for tag in ("a", "b"):
        peer.say(response(invite, 180, tag=tag, body=""), alice)
    for tag in ("a", "b", "b"):
        peer.say(response(invite, 200, tag=tag), alice)
    acks = [m.to_address.tag for m in peer.heard if isinstance(m, Request) and m.method == "ACK"]
    assert acks == ["a", "b", "b"]
    byes = [m.to_address.tag for m in peer.heard if isinstance(m, Request) and m.method == "BYE"]
    assert byes == ["b"]
    assert len(alice.agent.calls) == 1


def test_early_media_of_one_branch_gives_way_to_the_answer_of_another(pair: Pair) -> None:
    network, alice, _ = pair
    peer, invite = dialled(network, alice)
    peer.say(response(invite, 183, tag="a"), alice)
    assert last(alice, MediaAgreed).agreement.port == 4000
    peer.say(response(invite, 200, tag="b", body=PLAIN.replace("4000", "5000")), alice)
    assert last(alice, MediaAgreed).agreement.port == 5000
    assert kinds(alice)[-1] == "CallAnswered"


def test_reliable_ringing_is_acknowledged_once_and_in_order(pair: Pair) -> None:
    network, alice, _ = pair
    peer, invite = dialled(network, alice)
    assert "100rel" in invite.supported
    for rseq in ("7", "7", "9", "8"):
        fields = (("Require", "100rel"), ("RSeq", rseq))
        peer.say(response(invite, 183, fields=fields), alice)
    racks = [str(m.rack) for m in peer.heard if isinstance(m, Request) and m.method == "PRACK"]
    assert racks == ["7 1 INVITE", "8 1 INVITE"]
    peer.say(response(invite, 200), alice)
    alice.agent.hang_up(alice.call, network.now)
    network.run(0.1)
    numbers = [m.cseq.number for m in peer.heard if isinstance(m, Request) and m.method != "ACK"]
    assert numbers == [1, 2, 3, 4]


def test_an_update_before_the_answer_is_taken(pair: Pair) -> None:
    network, alice, _ = pair
    peer, invite = dialled(network, alice)
    peer.say(response(invite, 183), alice)
    for number, (method, body, status) in enumerate(
        (
            *(("UPDATE", PLAIN.replace("4000", "6000"), 200), ("UPDATE", "", 200)),
            *(("INFO", "", 200), ("BYE", "", 481), ("UPDATE", "v=0", 488)),
        ),
        start=1,
    ):
        update = make_request(
            method,
            branch=f"z9hG4bKu{number}",
            number=number,
            call_id=invite.call_id,
            from_tag="t",
            to_tag=invite.from_address.tag or "",
            fields=WITH_SDP if body else (),
            body=body.encode(),
        )
        peer.say(update, alice)
        assert peer.statuses()[-1] == status
    assert last(alice, MediaAgreed).agreement.port == 6000
    peer.say(response(invite, 200), alice)
    assert kinds(alice)[-1] == "CallAnswered"


@pytest.mark.parametrize(
    "body", ["", "hello", PLAIN.replace("8 0 101", "18"), PLAIN.replace("4000", "0")]
)
def test_an_unusable_answer_is_acknowledged_and_ended(pair: Pair, body: str) -> None:
    network, alice, _ = pair
    peer, invite = dialled(network, alice)
    peer.say(response(invite, 200, body=body), alice)
    assert peer.requests() == ["INVITE", "ACK", "BYE"]
    assert last(alice, CallFailed).status == 488


def test_too_short_a_session_is_asked_for_again(pair: Pair) -> None:
    network, alice, _ = pair
    peer, invite = dialled(network, alice)
    peer.say(reply(invite, 422, to_tag="t", headers=(("Min-SE", "3600"),)), alice)
    again = peer.last(Request)
    assert again.headers.get("Min-SE") == "3600"
    assert again.headers.get("Session-Expires") == "3600"
    assert again.cseq.number == 2
    assert again.call_id == invite.call_id


def offer(network: Network, to: Telephone, request: Request) -> Peer:
    peer = Peer(network, "pbx")
    peer.say(request, to)
    return peer


WITH_SDP = (("Content-Type", "application/sdp"),)


def test_ringing_is_reliable_for_a_caller_that_insists(pair: Pair) -> None:
    network, _, bob = pair
    invite = make_request(fields=(*WITH_SDP, ("Require", "100rel")), body=PLAIN.encode())
    peer = offer(network, bob, invite)
    ringing = peer.last(Response)
    assert "100rel" in ringing.required
    network.run(2.0)
    assert peer.statuses().count(180) == 3
    tag = ringing.to_address.tag or ""
    wrong = (("RAck", f"{(ringing.rseq or 0) + 1} 1 INVITE"),)
    peer.say(make_request("PRACK", branch="z9hG4bKp1", number=2, to_tag=tag, fields=wrong), bob)
    right = (("RAck", f"{ringing.rseq} 1 INVITE"),)
    peer.say(make_request("PRACK", branch="z9hG4bKp2", number=3, to_tag=tag, fields=right), bob)
    assert peer.statuses()[-2:] == [481, 200]
    network.run(20.0)
    assert peer.statuses().count(180) == 3


def test_an_invite_without_an_offer_is_answered_with_one(pair: Pair) -> None:
    network, _, bob = pair
    peer = offer(network, bob, make_request())
    bob.agent.answer(bob.call, bob.media(), network.now)
    network.run(0.1)
    ok = peer.last(Response)
    assert b"m=audio 20000 RTP/AVP" in ok.body
    ack = make_request(
        "ACK",
        branch="z9hG4bKa",
        to_tag=ok.to_address.tag or "",
        fields=WITH_SDP,
        body=PLAIN.encode(),
    )
    peer.say(ack, bob)
    assert kinds(bob)[-2:] == ["MediaAgreed", "CallAnswered"]
    assert last(bob, MediaAgreed).agreement.codec.name == "pcma"


@pytest.mark.parametrize(
    ("method", "status"),
    [
        *(("OPTIONS", 200), ("MESSAGE", 405), ("DANCE", 501), ("NOTIFY", 489), ("REFER", 603)),
        *(("BYE", 481), ("INFO", 481), ("UPDATE", 481), ("CANCEL", 481), ("SUBSCRIBE", 405)),
    ],
)
def test_requests_outside_a_dialog_are_answered_politely(
    pair: Pair, method: str, status: int
) -> None:
    network, _, bob = pair
    peer = offer(network, bob, make_request(method))
    assert peer.statuses() == [status]
    answered = peer.last(Response)
    if status in (200, 405, 501):
        assert "INVITE" in (answered.headers.get("Allow") or "")
    assert answered.to_address.tag


def test_a_request_for_an_unknown_dialog_is_told_so(pair: Pair) -> None:
    network, _, bob = pair
    peer = offer(network, bob, make_request("BYE", to_tag="nobody"))
    assert peer.statuses() == [481]
    peer.say(make_request("ACK", branch="z9hG4bK9", to_tag="nobody"), bob)
    assert peer.statuses() == [481]


def test_what_cannot_be_read_is_refused_or_dropped(pair: Pair) -> None:
    network, _, bob = pair
    broken = make_request().headers.replaced("CSeq", "x INVITE")
    peer = offer(network, bob, Request(method="INVITE", target="sip:b@b", headers=broken))
    assert peer.statuses() == [400]
    for data in (b"", b"hello", b"SIP/2.0 200 OK\r\n\r\n", b"\0" * 100):
        bob.agent.receive(data, peer.hop, network.now)
    assert bob.agent.take_transmits() == []
    nothing = Request(method="INVITE", target="sip:b@b", headers=Headers())
    bob.agent.receive(nothing.encode(), peer.hop, network.now)
    assert bob.agent.take_transmits() == []


@pytest.mark.parametrize(
    ("value", "status"),
    [("broken", 400), ("a;to-tag=b;from-tag=c", 481)],
)
def test_a_replaces_for_nothing_is_refused(pair: Pair, value: str, status: int) -> None:
    network, _, bob = pair
    peer = offer(network, bob, make_request(fields=(("Replaces", value),)))
    assert peer.statuses() == [status]


def test_an_offer_that_the_ack_leaves_open_ends_the_call(pair: Pair) -> None:
    network, _, bob = pair
    peer = offer(network, bob, make_request())
    bob.agent.answer(bob.call, bob.media(), network.now)
    network.run(0.1)
    tag = peer.last(Response).to_address.tag or ""
    peer.say(make_request("ACK", branch="z9hG4bKa", to_tag=tag), bob)
    assert peer.requests() == ["BYE"]
    assert last(bob, CallEnded).reason == "no session"


def test_a_hold_that_is_refused_is_told(pair: Pair) -> None:
    network, alice, _ = pair
    peer, invite = dialled(network, alice)
    peer.say(response(invite, 200), alice)
    alice.agent.hold(alice.call, network.now)
    network.run(0.1)
    again = peer.last(Request)
    assert isinstance(again, Request)
    peer.say(reply(again, 488), alice)
    assert last(alice, HoldFailed) == HoldFailed(call=alice.call, on=True, status=488)
    assert not alice.agent.calls[alice.call].media.is_held_by_us
    alice.agent.hold(alice.call, network.now)


def test_a_reinvite_that_does_not_fit_leaves_the_session(pair: Pair) -> None:
    network, _, bob = pair
    peer = offer(network, bob, make_request(fields=WITH_SDP, body=PLAIN.encode()))
    bob.agent.answer(bob.call, bob.media(), network.now)
    network.run(0.1)
    tag = peer.last(Response).to_address.tag or ""
    peer.say(make_request("ACK", branch="z9hG4bKa", to_tag=tag), bob)
    before = last(bob, MediaAgreed)
    fax = PLAIN.replace("m=audio 4000 RTP/AVP 8 0 101", "m=image 4000 udptl t38")
    peer.say(
        make_request(branch="z9hG4bKb", number=2, to_tag=tag, fields=WITH_SDP, body=fax.encode()),
        bob,
    )
    assert peer.statuses()[-1] == 488
    assert last(bob, MediaAgreed) is before
    assert len(bob.agent.calls) == 1
    old = make_request("INFO", branch="z9hG4bKc", number=1, to_tag=tag)
    peer.say(old, bob)
    assert peer.statuses()[-1] == 500


def test_a_bye_while_it_rings_ends_the_invite(pair: Pair) -> None:
    network, _, bob = pair
    peer = offer(network, bob, make_request(fields=WITH_SDP, body=PLAIN.encode()))
    tag = peer.last(Response).to_address.tag or ""
    peer.say(make_request("BYE", branch="z9hG4bKb", number=2, to_tag=tag), bob)
    assert peer.statuses() == [180, 200, 487]
    assert not bob.agent.calls


def test_a_request_that_names_no_rport_is_answered_at_its_own_port(pair: Pair) -> None:
    network, _, bob = pair
    request = make_request("OPTIONS")
    via = request.headers.replaced("Via", "SIP/2.0/UDP pbx:7777;branch=z9hG4bK1")
    source = Hop(transport="UDP", address="192.0.2.5", port=4444)
    bob.agent.receive(replace(request, headers=via).encode(), source, network.now)
    (transmit,) = bob.agent.take_transmits()
    assert (transmit.hop.address, transmit.hop.port) == ("192.0.2.5", 7777)
    assert transmit.message.top_via.parameters.get("received") == "192.0.2.5"
