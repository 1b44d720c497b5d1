"""Messages over UDP and TCP: whole, in order, back on the way that they came."""

from __future__ import annotations

import asyncio
import socket

import pytest

from telephony.network.errors import NetworkError, NetworkErrorKind
from telephony.network.network import FlowLost, HopFailed, MessageArrived, Traced
from telephony.network.settings import NetworkSettings
from telephony.sip.message.message import Request
from telephony.sip.message.parser import parse_message
from telephony.sip.message.reply import reply
from telephony.sip.transaction.hop import Hop
from telephony.sip.transaction.output import Transmit
from tests.logfail import LogGuard
from tests.network.conftest import StartNetwork
from tests.network.heard import Heard
from tests.network.manual_ticker import ManualTicker
from tests.network.peers import HOST, DatagramPeer, StreamPeer, free_port, options, status_of


def udp(port: int) -> Hop:
    return Hop(transport="UDP", address=HOST, port=port)


def tcp(port: int) -> Hop:
    return Hop(transport="TCP", address=HOST, port=port)


def wish(hop: Hop, number: int = 1) -> Transmit:
    data = options(via=f"{hop.transport} {HOST}", call_id=str(number), branch=f"z9hG4bK{number}")
    return Transmit(parse_message(data), hop)


async def test_a_datagram_goes_out_and_its_answer_comes_back(
    network: StartNetwork, datagram_peer: DatagramPeer
) -> None:
    desk, heard = await network()
    sent = wish(udp(datagram_peer.port))
    desk.send(sent)
    data, source = await datagram_peer.packets.next(tuple)
    assert data == sent.message.encode()
    datagram_peer.send(b"SIP/2.0 200 OK\r\n\r\n", source)
    arrived = await heard.next(MessageArrived)
    assert (arrived.data, arrived.hop) == (b"SIP/2.0 200 OK\r\n\r\n", udp(datagram_peer.port))
    assert [traced.sent for traced in heard.all(Traced)] == [True, False]


async def test_nothing_is_told_from_within_send(network: StartNetwork) -> None:
    desk, heard = await network()
    desk.send(wish(udp(free_port())))
    assert heard.items == []


async def test_a_name_is_looked_up_and_messages_keep_their_order(
    network: StartNetwork, datagram_peer: DatagramPeer
) -> None:
    desk, _ = await network()
    hop = Hop(transport="UDP", address="localhost", port=datagram_peer.port)
    for number in range(5):
        desk.send(wish(hop, number))
    got = [await datagram_peer.packets.next(tuple) for _ in range(5)]
    assert [parse_message(data).call_id for data, _ in got] == list("01234")


async def test_the_address_for_contact_and_via_is_where_datagrams_arrive(
    network: StartNetwork, datagram_peer: DatagramPeer
) -> None:
    desk, heard = await network()
    address = await desk.local_address(udp(datagram_peer.port))
    datagram_peer.send(options(via=f"UDP {HOST}"), address)
    assert (await heard.next(MessageArrived)).hop.port == datagram_peer.port


@pytest.mark.parametrize("transport", ["UDP", "TCP", "TLS", "WS"])
@pytest.mark.parametrize("name", ["nobody.invalid", "x" * 70 + ".invalid", "", "..", "a b"])
async def test_a_name_that_is_not_there_is_told(
    network: StartNetwork, transport: str, name: str
) -> None:
    desk, heard = await network()
    hop = Hop(transport=transport, address=name, port=5060)
    desk.send(Transmit(parse_message(options(via=f"{transport} {HOST}")), hop))
    failed = await heard.next(HopFailed)
    assert failed.hop == hop
    assert isinstance(failed.why, NetworkError)
    assert failed.why.kind is NetworkErrorKind.NAME_NOT_FOUND


async def test_a_port_where_nobody_listens_is_told_as_refused(network: StartNetwork) -> None:
    desk, heard = await network()
    for hop in (udp(free_port()), tcp(free_port())):
        desk.send(wish(hop))
        failed = await heard.next(HopFailed)
        assert failed.hop == hop
        assert isinstance(failed.why, NetworkError)
        assert failed.why.kind is NetworkErrorKind.REFUSED


async def test_a_datagram_is_sent_although_an_earlier_one_was_refused(
    network: StartNetwork, datagram_peer: DatagramPeer
) -> None:
    desk, _ = await network()
    for number in range(20):
        desk.send(wish(udp(free_port()), number))
        desk.send(wish(udp(datagram_peer.port), number))
        data, _ = await datagram_peer.packets.next(tuple)
        assert parse_message(data).call_id == str(number)


async def test_requests_share_a_connection_and_each_answer_finds_its_way(
    network: StartNetwork, stream_peer: StreamPeer
) -> None:
    desk, heard = await network()
    desk.send(wish(tcp(stream_peer.port), 1))
    desk.send(wish(tcp(stream_peer.port), 2))
    connection = await stream_peer.next_connection()
    connection.send(b"SIP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nab" * 2)
    for _ in range(2):
        arrived = await heard.next(MessageArrived)
        assert arrived.data.endswith(b"\r\n\r\nab")
        assert arrived.hop.flow
    assert len(stream_peer.open) == 1


async def test_a_message_in_single_octets_arrives_whole(
    network: StartNetwork, stream_peer: StreamPeer
) -> None:
    desk, heard = await network()
    desk.send(wish(tcp(stream_peer.port)))
    connection = await stream_peer.next_connection()
    request = options(via=f"TCP {HOST}", body=b"body")
    for octet in request:
        connection.send(bytes([octet]))
        await asyncio.sleep(0)
    assert (await heard.next(MessageArrived)).data == request


async def test_a_response_returns_on_the_connection_of_its_request(
    network: StartNetwork, stream_peer: StreamPeer
) -> None:
    desk, heard = await network()
    _, port = await desk.local_address(udp(stream_peer.port))
    first, second = await stream_peer.dial(port), await stream_peer.dial(port)
    second.send(options(via=f"TCP {HOST}:{stream_peer.port}"))
    arrived = await heard.next(MessageArrived)
    request = parse_message(arrived.data)
    assert isinstance(request, Request)
    desk.send(Transmit(reply(request, 200), arrived.hop))
    assert status_of(await second.data.next(bytes)) == 200
    assert first.data.items == []


async def test_a_response_without_its_connection_goes_where_via_says(
    network: StartNetwork, stream_peer: StreamPeer
) -> None:
    desk, heard = await network()
    _, port = await desk.local_address(udp(stream_peer.port))
    dialled = await stream_peer.dial(port)
    await stream_peer.next_connection()
    dialled.send(options(via=f"TCP {HOST}:{stream_peer.port}"))
    arrived = await heard.next(MessageArrived)
    dialled.abort()
    await dialled.wait_closed()
    request = parse_message(arrived.data)
    assert isinstance(request, Request)
    while not (stream_peer.connections.items[1:]):
        desk.send(Transmit(reply(request, 200), arrived.hop))
        await asyncio.sleep(0)
    back = await stream_peer.next_connection()
    assert status_of(await back.data.next(bytes)) == 200


async def test_a_peer_that_ends_its_side_still_hears_our_answer(
    network: StartNetwork, stream_peer: StreamPeer
) -> None:
    desk, heard = await network()
    _, port = await desk.local_address(udp(stream_peer.port))
    dialled = await stream_peer.dial(port)
    dialled.send(options(via=f"TCP {HOST}"))
    assert dialled.transport is not None
    dialled.transport.write_eof()
    arrived = await heard.next(MessageArrived)
    request = parse_message(arrived.data)
    assert isinstance(request, Request)
    await asyncio.sleep(0)
    desk.send(Transmit(reply(request, 200), arrived.hop))
    assert status_of(await dialled.data.next(bytes)) == 200


async def test_a_half_closed_connection_does_not_stay_for_ever(
    network: StartNetwork, stream_peer: StreamPeer
) -> None:
    ticker = ManualTicker()
    desk, _ = await network(ticker=ticker)
    _, port = await desk.local_address(udp(stream_peer.port))
    dialled = await stream_peer.dial(port)
    assert dialled.transport is not None
    dialled.transport.write_eof()
    await ticker.next_alarm(within=10.0)
    ticker.advance(60.0)
    await dialled.wait_closed()


async def test_a_lost_connection_fails_what_waits_and_is_told(
    network: StartNetwork, stream_peer: StreamPeer
) -> None:
    desk, heard = await network()
    hop = tcp(stream_peer.port)
    desk.send(wish(hop))
    (await stream_peer.next_connection()).abort()
    assert (await heard.next(HopFailed)).hop == hop
    assert (await heard.next(FlowLost)).hop == hop
    desk.send(wish(hop, 2))
    again = await stream_peer.next_connection()
    assert parse_message(await again.data.next(bytes)).call_id == "2"


async def test_a_server_that_does_not_accept_times_out(network: StartNetwork) -> None:
    settings = NetworkSettings(listen_address=HOST, connect_seconds=0.1)
    desk, heard = await network(settings)
    with socket.create_server((HOST, 0), backlog=0) as deaf, socket.socket() as first:
        # One connection waits to be accepted: no further one is answered.
        first.connect(deaf.getsockname())
        desk.send(wish(tcp(deaf.getsockname()[1])))
        failed = await heard.next(HopFailed)
    assert isinstance(failed.why, NetworkError)
    assert failed.why.kind is NetworkErrorKind.TIMED_OUT


async def test_a_listener_that_fails_does_not_keep_events_from_others(
    network: StartNetwork, datagram_peer: DatagramPeer, expected_logs: LogGuard
) -> None:
    desk, heard = await network()
    later = Heard()

    def fail(_event: object) -> None:
        raise ValueError

    desk.subscribe(fail)
    desk.subscribe(later)
    expected_logs.expect("A listener failed")
    desk.send(wish(udp(datagram_peer.port)))
    await later.next(Traced)
    await heard.next(Traced)


async def test_a_network_that_was_stopped_can_be_started_again(
    network: StartNetwork, datagram_peer: DatagramPeer, stream_peer: StreamPeer
) -> None:
    desk, heard = await network()
    for _ in range(2):
        desk.send(wish(udp(datagram_peer.port)))
        desk.send(wish(tcp(stream_peer.port)))
        _, source = await datagram_peer.packets.next(tuple)
        await (await stream_peer.next_connection()).data.next(bytes)
        datagram_peer.send(options(via=f"UDP {HOST}"), source)
        await heard.next(MessageArrived)
        await desk.stop()
        await desk.start()
