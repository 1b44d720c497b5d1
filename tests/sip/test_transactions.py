"""The transaction layer: matching, retransmission, merged requests, floods."""

from __future__ import annotations

import pytest

from telephony.sip.errors import DialogError
from telephony.sip.message.message import AnyMessage, Request, Response
from telephony.sip.transaction.follower import cancel_of
from telephony.sip.transaction.key import ClientKey, ServerKey
from telephony.sip.transaction.layer import TransactionLayer
from telephony.sip.transaction.output import (
    Ended,
    Output,
    RequestArrived,
    ResponseArrived,
    TimedOut,
    Transmit,
    TransportFailed,
)
from tests.sip.requests import TCP, UDP, answer, make_request


def sent(outputs: list[Output]) -> list[AnyMessage]:
    return [output.message for output in outputs if isinstance(output, Transmit)]


def statuses(outputs: list[Output]) -> list[int]:
    return [message.status for message in sent(outputs) if isinstance(message, Response)]


def arrived(layer: TransactionLayer, request: Request, now: float = 0.0) -> ServerKey:
    layer.receive(request, UDP, now)
    (output,) = layer.take_outputs()
    assert isinstance(output, RequestArrived)
    assert output.key is not None
    return output.key


def test_a_response_finds_its_request_by_branch_and_method() -> None:
    layer = TransactionLayer()
    options = make_request("OPTIONS")
    key = layer.send_request(options, UDP, 0.0)
    layer.take_outputs()
    for wrong in (make_request("OPTIONS", branch="z9hG4bK2"), make_request("INFO")):
        layer.receive(answer(wrong, 200), UDP, 0.1)
        assert layer.take_outputs() == []
    found = answer(options, 200)
    layer.receive(found, UDP, 0.2)
    assert layer.take_outputs() == [ResponseArrived(found, key, UDP)]


def test_a_failed_invite_is_acknowledged_by_its_transaction() -> None:
    layer = TransactionLayer()
    invite = make_request(fields=(("Route", "<sip:proxy;lr>"),))
    key = layer.send_request(invite, UDP, 0.0)
    layer.take_outputs()
    busy = answer(invite, 486, tag="theirs")
    layer.receive(busy, UDP, 1.0)
    ack, told = layer.take_outputs()
    assert told == ResponseArrived(busy, key, UDP)
    assert isinstance(ack, Transmit)
    assert isinstance(ack.message, Request)
    assert ack.message.method == "ACK"
    assert ack.message.to_address.tag == "theirs"
    assert ack.message.headers.all("Route") == ("<sip:proxy;lr>",)
    assert ack.message.top_via == invite.top_via
    assert str(ack.message.cseq) == "1 ACK"
    layer.receive(busy, UDP, 2.0)
    assert [m.start_line[:3] for m in sent(layer.take_outputs())] == ["ACK"]


def test_a_request_that_comes_again_gets_the_same_response() -> None:
    layer = TransactionLayer()
    invite = make_request()
    key = arrived(layer, invite)
    layer.receive(invite, UDP, 0.1)
    assert layer.take_outputs() == []
    layer.respond(key, answer(invite, 180), 0.15)
    layer.receive(invite, UDP, 0.5)
    assert statuses(layer.take_outputs()) == [180, 180]


def test_a_slow_answer_is_covered_by_one_100() -> None:
    layer = TransactionLayer()
    invite = make_request()
    key = arrived(layer, invite)
    assert layer.deadline == pytest.approx(0.2)
    layer.handle_time(0.2)
    layer.handle_time(0.4)
    assert statuses(layer.take_outputs()) == [100]
    layer.respond(key, answer(invite, 180), 1.0)
    assert statuses(layer.take_outputs()) == [180]


def test_a_quick_answer_needs_no_100() -> None:
    layer = TransactionLayer()
    invite = make_request()
    layer.respond(arrived(layer, invite), answer(invite, 180), 0.1)
    layer.handle_time(5.0)
    assert statuses(layer.take_outputs()) == [180]


def test_the_ack_of_a_2xx_goes_up_and_the_ack_of_a_failure_does_not() -> None:
    for status, goes_up in ((200, True), (486, False)):
        layer = TransactionLayer()
        invite = make_request()
        layer.respond(arrived(layer, invite), answer(invite, status), 0.1)
        layer.take_outputs()
        branch = "z9hG4bKother" if goes_up else "z9hG4bK1"
        ack = make_request("ACK", branch=branch, to_tag="t")
        layer.receive(ack, UDP, 0.2)
        expected = [RequestArrived(ack, UDP, None)] if goes_up else []
        assert layer.take_outputs() == expected


def test_an_old_client_without_branches_is_matched_by_what_it_has() -> None:
    layer = TransactionLayer()
    invite = make_request(branch="")
    key = arrived(layer, invite)
    layer.receive(invite, UDP, 0.1)
    assert layer.take_outputs() == []
    layer.respond(key, answer(invite, 486, tag="t"), 0.2)
    layer.take_outputs()
    stranger = make_request("ACK", branch="", to_tag="other")
    layer.receive(stranger, UDP, 0.3)
    assert layer.take_outputs() == [RequestArrived(stranger, UDP, None)]
    layer.receive(make_request("ACK", branch="", to_tag="t"), UDP, 0.4)
    assert layer.take_outputs() == []
    layer.handle_time(6.0)
    assert layer.open_transactions == 0


def test_a_cancel_finds_its_invite() -> None:
    for branch in ("z9hG4bK1", ""):
        layer = TransactionLayer()
        invite = make_request(branch=branch)
        key = arrived(layer, invite)
        cancel = cancel_of(invite)
        layer.receive(cancel, UDP, 1.0)
        found = layer.take_outputs()[-1]
        assert isinstance(found, RequestArrived)
        assert found.cancels == key
        stray = cancel_of(make_request(branch="z9hG4bKstray", number=9))
        layer.receive(stray, UDP, 1.0)
        nothing = layer.take_outputs()[-1]
        assert isinstance(nothing, RequestArrived)
        assert nothing.cancels is None


def test_a_request_that_came_on_two_ways_is_taken_once() -> None:
    layer = TransactionLayer()
    arrived(layer, make_request())
    layer.receive(make_request(branch="z9hG4bK2"), UDP, 0.1)
    assert statuses(layer.take_outputs()) == [482]
    # Within a dialog the same values are no merge.
    arrived(layer, make_request("INFO", branch="z9hG4bK3", to_tag="t"))
    arrived(layer, make_request("INFO", branch="z9hG4bK4", to_tag="t"))


def test_every_2xx_of_a_fork_goes_up() -> None:
    layer = TransactionLayer()
    invite = make_request()
    layer.send_request(invite, UDP, 0.0)
    layer.take_outputs()
    for tag in ("a", "b", "a"):
        layer.receive(answer(invite, 200, tag=tag), UDP, 1.0)
    tags = [
        output.response.to_address.tag
        for output in layer.take_outputs()
        if isinstance(output, ResponseArrived)
    ]
    assert tags == ["a", "b", "a"]
    layer.handle_time(33.0)
    assert layer.take_outputs() == [Ended(ClientKey("z9hG4bK1", "INVITE"))]
    layer.receive(answer(invite, 200, tag="c"), UDP, 34.0)
    assert layer.take_outputs() == []
    assert layer.open_transactions == 0


def test_a_silent_peer_is_told_once() -> None:
    for hop in (UDP, TCP):
        layer = TransactionLayer()
        request = make_request("OPTIONS")
        key = layer.send_request(request, hop, 0.0)
        while (at := layer.deadline) is not None:
            layer.handle_time(at)
        told = [o for o in layer.take_outputs() if not isinstance(o, Transmit)]
        assert told == [TimedOut(key, request), Ended(key)]


def test_a_broken_transport_is_told_to_those_who_wait_for_it() -> None:
    layer = TransactionLayer()
    request = make_request("OPTIONS")
    key = layer.send_request(request, TCP, 0.0)
    layer.send_request(make_request("OPTIONS", branch="z9hG4bK2"), UDP, 0.0)
    layer.take_outputs()
    layer.transport_failed(TCP, 0.1)
    assert layer.take_outputs() == [TransportFailed(key, request), Ended(key)]
    assert layer.open_transactions == 1


def test_over_a_reliable_transport_nothing_lingers() -> None:
    layer = TransactionLayer()
    options = make_request("OPTIONS")
    layer.receive(options, TCP, 0.0)
    (found,) = layer.take_outputs()
    assert isinstance(found, RequestArrived)
    assert found.key is not None
    layer.respond(found.key, answer(options, 200), 0.1)
    assert layer.deadline == 0.1
    layer.handle_time(0.1)
    assert layer.open_transactions == 0
    with pytest.raises(DialogError):
        layer.respond(found.key, answer(options, 200), 0.2)


def test_a_flood_is_answered_and_not_remembered() -> None:
    layer = TransactionLayer(most=10)
    for number in range(50):
        layer.receive(make_request(branch=f"z9hG4bK{number}", number=number), UDP, 0.0)
    outputs = layer.take_outputs()
    assert statuses(outputs) == [503] * 40
    assert sum(isinstance(output, RequestArrived) for output in outputs) == 10
    assert layer.open_transactions == 10
    refused = next(m for m in sent(outputs) if isinstance(m, Response))
    assert refused.retry_after == 10


def test_a_request_sent_again_and_again_costs_no_memory() -> None:
    layer = TransactionLayer()
    invite = make_request()
    layer.respond(arrived(layer, invite), answer(invite, 180), 0.0)
    for _ in range(1000):
        layer.receive(invite, UDP, 0.1)
        layer.take_outputs()
    assert len(layer._alarms) < 3
