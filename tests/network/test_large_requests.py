"""Requests that no datagram should carry."""

from __future__ import annotations

import socket

from telephony.network.network import HopFailed
from telephony.network.settings import NetworkSettings
from telephony.sip.message.message import Request
from telephony.sip.message.parser import parse_message
from telephony.sip.transaction.follower import cancel_of
from telephony.sip.transaction.hop import Hop
from telephony.sip.transaction.output import Transmit
from tests.network.conftest import StartNetwork
from tests.network.manual_ticker import ManualTicker
from tests.network.peers import HOST, DatagramPeer, StreamPeer, options

SETTINGS = NetworkSettings(listen_address=HOST, no_tcp_seconds=600.0)


def large(port: int, octets: int = 1400, branch: str = "z9hG4bKlarge") -> Transmit:
    data = options(via=f"UDP {HOST}", branch=branch, body=b"x" * octets)
    return Transmit(parse_message(data), Hop(transport="UDP", address=HOST, port=port))


async def test_a_large_request_goes_over_tcp_and_so_does_its_cancel(
    network: StartNetwork, stream_peer: StreamPeer
) -> None:
    desk, _ = await network(SETTINGS)
    sent = large(stream_peer.port)
    desk.send(sent)
    connection = await stream_peer.next_connection()
    request = parse_message(await connection.data.next(bytes))
    assert request.top_via.transport == "TCP"
    assert len(request.body) == 1400
    # when its CANCEL follows, which is small
    assert isinstance(sent.message, Request)
    desk.send(Transmit(cancel_of(sent.message), sent.hop))
    cancel = parse_message(await connection.data.next(bytes))
    assert (cancel.top_via, len(cancel.body)) == (request.top_via, 0)


async def test_a_server_without_tcp_gets_the_datagram_all_the_same(network: StartNetwork) -> None:
    ticker = ManualTicker()
    desk, _ = await network(SETTINGS, ticker=ticker)
    with socket.socket() as held:
        # Bound, and refusing whoever connects.
        held.bind((HOST, 0))
        peer = await DatagramPeer().start(held.getsockname()[1])
        desk.send(large(peer.port))
        data, _ = await peer.packets.next(tuple)
        assert parse_message(data).top_via.transport == "UDP"
        # then it is not asked for TCP again, until some time has passed
        desk.send(large(peer.port, branch="z9hG4bKagain"))
        await peer.packets.next(tuple)
        ticker.advance(SETTINGS.no_tcp_seconds)
        server = await StreamPeer().start(sock=held)
        desk.send(large(peer.port, branch="z9hG4bKlater"))
        later = parse_message(await (await server.next_connection()).data.next(bytes))
        assert later.top_via.transport == "TCP"
        await server.stop()
        peer.stop()


async def test_a_request_of_an_ordinary_size_stays_a_datagram(
    network: StartNetwork, datagram_peer: DatagramPeer
) -> None:
    desk, _ = await network(SETTINGS)
    desk.send(large(datagram_peer.port, octets=900))
    data, _ = await datagram_peer.packets.next(tuple)
    assert parse_message(data).top_via.transport == "UDP"


async def test_a_request_that_no_datagram_holds_fails_alone(network: StartNetwork) -> None:
    with socket.socket() as held:
        held.bind((HOST, 0))
        peer = await DatagramPeer().start(held.getsockname()[1])
        desk, heard = await network(SETTINGS, ticker=ManualTicker())
        desk.send(large(peer.port, octets=70_000))
        assert (await heard.next(HopFailed)).hop.port == peer.port
        # then the server has lost nothing
        desk.send(large(peer.port, octets=10, branch="z9hG4bKsmall"))
        data, _ = await peer.packets.next(tuple)
        assert parse_message(data).top_via.branch == "z9hG4bKsmall"
        assert len(heard.all(HopFailed)) == 1
        peer.stop()
