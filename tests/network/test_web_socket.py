"""SIP over WebSocket, plain and with TLS."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from telephony.network.errors import NetworkError, NetworkErrorKind
from telephony.network.network import FlowLost, HopFailed, MessageArrived
from telephony.network.settings import NetworkSettings
from telephony.sip.message.message import Request
from telephony.sip.message.parser import parse_message
from telephony.sip.message.reply import reply
from telephony.sip.transaction.hop import Hop
from telephony.sip.transaction.output import Transmit
from tests.network.certificates import identity
from tests.network.conftest import StartNetwork, StartWebPeer
from tests.network.peers import HOST, free_port, options, status_of

SETTINGS = NetworkSettings(listens=False, uses_proxy=False, web_socket_path="/ws")


def hop(port: int, transport: str = "WS", name: str = HOST) -> Hop:
    return Hop(transport=transport, address=name, port=port)


def wish(to: Hop) -> Transmit:
    return Transmit(parse_message(options(via=f"{to.transport} {HOST}")), to)


async def test_messages_go_as_text_and_come_as_text_and_as_octets(
    network: StartNetwork, start_web_peer: StartWebPeer
) -> None:
    peer = await start_web_peer()
    desk, heard = await network(SETTINGS)
    sent = wish(hop(peer.port))
    desk.send(sent)
    connection = await peer.next()
    assert await peer.messages.next(str) == sent.message.encode().decode()
    assert connection.request is not None
    assert connection.request.path == "/ws"
    for body in (options(via="WS a").decode(), options(via="WS b")):
        await connection.send(body)
        arrived = await heard.next(MessageArrived)
        assert arrived.data == (body.encode() if isinstance(body, str) else body)
        assert arrived.hop.flow


async def test_what_is_no_text_goes_as_octets(
    network: StartNetwork, start_web_peer: StartWebPeer
) -> None:
    peer = await start_web_peer()
    desk, _ = await network(SETTINGS)
    to = hop(peer.port)
    data = options(via=f"WS {HOST}", body=b"\xff\xfe")
    desk.send(Transmit(parse_message(data), to))
    assert (await peer.messages.next(bytes)).endswith(b"\xff\xfe")


async def test_a_response_returns_on_the_web_socket(
    network: StartNetwork, start_web_peer: StartWebPeer
) -> None:
    peer = await start_web_peer()
    desk, heard = await network(SETTINGS)
    await desk.local_address(hop(peer.port))
    await (await peer.next()).send(options(via="WS nowhere.invalid"))
    arrived = await heard.next(MessageArrived)
    request = parse_message(arrived.data)
    assert isinstance(request, Request)
    desk.send(Transmit(reply(request, 200), arrived.hop))
    assert status_of((await peer.messages.next(str)).encode()) == 200


async def test_a_web_socket_with_tls_is_checked_by_name(
    network: StartNetwork, start_web_peer: StartWebPeer, tmp_path: Path
) -> None:
    made = identity(tmp_path / "wss", names="DNS:localhost")
    peer = await start_web_peer(ssl=made.context)
    settings = NetworkSettings(listens=False, uses_proxy=False, ca_file=made.ca_file)
    desk, _ = await network(settings)
    assert await desk.local_address(hop(peer.port, "WSS", "localhost"))
    with pytest.raises(NetworkError) as raised:
        await desk.local_address(hop(peer.port, "WSS", HOST))
    assert raised.value.kind is NetworkErrorKind.CERTIFICATE
    assert "127.0.0.1" in raised.value.detail


async def test_a_server_for_something_else_is_refused(
    network: StartNetwork, start_web_peer: StartWebPeer
) -> None:
    peer = await start_web_peer(protocol="chat")
    desk, _ = await network(SETTINGS)
    with pytest.raises(NetworkError) as raised:
        await desk.local_address(hop(peer.port))
    assert raised.value.kind is NetworkErrorKind.WEB_SOCKET


async def test_a_web_socket_that_is_not_there_is_refused(network: StartNetwork) -> None:
    desk, _ = await network(SETTINGS)
    with pytest.raises(NetworkError) as raised:
        await desk.local_address(hop(free_port()))
    assert raised.value.kind is NetworkErrorKind.REFUSED


async def test_a_web_socket_that_ends_is_told_and_opened_again(
    network: StartNetwork, start_web_peer: StartWebPeer
) -> None:
    peer = await start_web_peer()
    desk, heard = await network(SETTINGS)
    to = hop(peer.port)
    await desk.local_address(to)
    await (await peer.next()).close()
    assert (await heard.next(HopFailed)).hop == to
    assert (await heard.next(FlowLost)).hop == to
    desk.send(wish(to))
    await peer.messages.next(str)


async def test_what_was_sent_leaves_before_the_network_stops(
    network: StartNetwork, start_web_peer: StartWebPeer
) -> None:
    peer = await start_web_peer()
    desk, _ = await network(SETTINGS)
    await desk.local_address(hop(peer.port))
    for _ in range(20):
        desk.send(wish(hop(peer.port)))
    await asyncio.wait_for(desk.stop(), 10)
    for _ in range(20):
        await peer.messages.next(str)
