"""Signs of life: what is asked, and what silence means."""

from __future__ import annotations

import ipaddress

from telephony.network.keep_alive import DATAGRAM, STREAM
from telephony.network.network import FlowLost, HopFailed
from telephony.network.settings import NetworkSettings
from telephony.network.stun import binding_request, mapped_address
from telephony.sip.framing.packet import is_stun
from telephony.sip.framing.stream import PING, PONG
from telephony.sip.transaction.hop import Hop
from tests.network.conftest import StartNetwork
from tests.network.heard import Heard
from tests.network.manual_ticker import ManualTicker
from tests.network.peers import HOST, Connection, DatagramPeer, StreamPeer
from tests.network.web_peer import WebPeer

COOKIE = 0x2112A442


def latest(octets: int) -> bytes:
    """Return what draws the longest time between two questions."""
    return b"\xff" * octets


def stun_answer(request: bytes, address: str, port: int) -> bytes:
    """Return what a STUN server says to ``request`` (RFC 8489 s. 14.2)."""
    mask = COOKIE.to_bytes(4)
    raw = bytes(a ^ b for a, b in zip(ipaddress.ip_address(address).packed, mask, strict=True))
    value = b"\0\1" + (port ^ (COOKIE >> 16)).to_bytes(2) + raw
    attribute = b"\x80\x22\0\3abc\0" + b"\0\x20" + len(value).to_bytes(2) + value
    return b"\1\1" + len(attribute).to_bytes(2) + request[4:20] + attribute


async def stream(
    network: StartNetwork, peer: StreamPeer
) -> tuple[ManualTicker, Heard, Hop, Connection]:
    ticker = ManualTicker()
    desk, heard = await network(
        NetworkSettings(listen_address=HOST), ticker=ticker, random_bytes=latest
    )
    hop = Hop(transport="TCP", address=HOST, port=peer.port)
    await desk.local_address(hop)
    return ticker, heard, hop, await peer.next_connection()


async def test_a_server_that_stops_answering_pings_is_lost(
    network: StartNetwork, stream_peer: StreamPeer
) -> None:
    ticker, heard, hop, connection = await stream(network, stream_peer)
    ticker.advance(STREAM.seconds)
    assert await connection.data.next(bytes) == PING
    connection.send(PONG)
    await ticker.next_alarm(within=STREAM.seconds)
    # when it is asked again and says nothing
    await ticker.settle()
    ticker.advance(STREAM.seconds)
    assert await connection.data.next(bytes) == PING
    ticker.advance(STREAM.patience)
    assert (await heard.next(HopFailed)).hop == hop
    lost = await heard.next(FlowLost)
    assert lost.hop == hop
    assert "keep-alive" in lost.why
    await connection.wait_closed()


async def test_a_server_that_never_answered_pings_is_not_lost_by_silence(
    network: StartNetwork, stream_peer: StreamPeer
) -> None:
    ticker, heard, _, connection = await stream(network, stream_peer)
    for _ in range(3):
        ticker.advance(STREAM.seconds + STREAM.patience)
        assert await connection.data.next(bytes) == PING
    assert heard.all(FlowLost) == []


async def test_the_ping_of_a_peer_is_answered(
    network: StartNetwork, stream_peer: StreamPeer
) -> None:
    desk, _ = await network()
    _, port = await desk.local_address(Hop(transport="UDP", address=HOST, port=9))
    connection = await stream_peer.dial(port)
    connection.send(PING)
    assert await connection.data.next(bytes) == PONG


async def test_a_datagram_server_is_asked_by_stun_and_lost_when_it_stops_answering(
    network: StartNetwork, datagram_peer: DatagramPeer
) -> None:
    ticker = ManualTicker()
    desk, heard = await network(
        NetworkSettings(listen_address=HOST), ticker=ticker, random_bytes=latest
    )
    hop = Hop(transport="UDP", address=HOST, port=datagram_peer.port)
    await desk.local_address(hop)
    ticker.advance(DATAGRAM.seconds)
    request, source = await datagram_peer.packets.next(tuple)
    assert is_stun(request)
    datagram_peer.send(stun_answer(request, HOST, 5000), source)
    await ticker.settle()
    for _ in range(DATAGRAM.tries):
        ticker.advance(DATAGRAM.seconds)
    assert (await heard.next(FlowLost)).hop == hop


async def test_another_public_address_is_a_lost_flow(
    network: StartNetwork, datagram_peer: DatagramPeer
) -> None:
    ticker = ManualTicker()
    desk, heard = await network(
        NetworkSettings(listen_address=HOST), ticker=ticker, random_bytes=latest
    )
    hop = Hop(transport="UDP", address=HOST, port=datagram_peer.port)
    await desk.local_address(hop)
    for port in (5000, 5001):
        ticker.advance(DATAGRAM.seconds)
        request, source = await datagram_peer.packets.next(tuple)
        datagram_peer.send(stun_answer(request, "192.0.2.7", port), source)
        await ticker.settle()
    lost = await heard.next(FlowLost)
    assert "192.0.2.7:5001" in lost.why


async def test_a_server_without_stun_gets_line_ends_instead(
    network: StartNetwork, datagram_peer: DatagramPeer
) -> None:
    ticker = ManualTicker()
    desk, heard = await network(
        NetworkSettings(listen_address=HOST), ticker=ticker, random_bytes=latest
    )
    await desk.local_address(Hop(transport="UDP", address=HOST, port=datagram_peer.port))
    packets = []
    for _ in range(4):
        ticker.advance(DATAGRAM.seconds + DATAGRAM.patience)
        packets.append((await datagram_peer.packets.next(tuple))[0])
    assert [is_stun(packet) for packet in packets] == [True, True, False, False]
    assert packets[-1] == PING
    assert heard.all(FlowLost) == []


async def test_a_stun_answer_to_nothing_that_was_asked_is_passed_over(
    network: StartNetwork, datagram_peer: DatagramPeer
) -> None:
    ticker = ManualTicker()
    desk, heard = await network(
        NetworkSettings(listen_address=HOST), ticker=ticker, random_bytes=latest
    )
    local = await desk.local_address(Hop(transport="UDP", address=HOST, port=datagram_peer.port))
    for port in (1, 2):
        datagram_peer.send(stun_answer(binding_request(bytes(12)), "192.0.2.7", port), local)
    await ticker.settle()
    assert heard.items == []


async def test_a_web_socket_whose_far_side_hangs_is_lost(
    network: StartNetwork, web_peer: WebPeer
) -> None:
    ticker = ManualTicker()
    desk, heard = await network(
        NetworkSettings(listens=False, uses_proxy=False), ticker=ticker, random_bytes=latest
    )
    hop = Hop(transport="WS", address=HOST, port=web_peer.port)
    await desk.local_address(hop)
    connection = await web_peer.next()
    ticker.advance(STREAM.seconds)
    await ticker.next_alarm(within=STREAM.seconds)
    # when the server reads nothing any more
    connection.transport.pause_reading()
    for _ in range(3):
        await ticker.settle()
        ticker.advance(STREAM.seconds + STREAM.patience)
    assert (await heard.next(FlowLost)).hop == hop
    connection.transport.abort()


def test_a_mangled_stun_answer_tells_no_address() -> None:
    whole = stun_answer(binding_request(bytes(range(12))), "192.0.2.7", 5060)
    assert mapped_address(whole) == ("192.0.2.7", 5060)
    for end in range(20, len(whole)):
        assert mapped_address(whole[:end]) in (None, ("192.0.2.7", 5060))
    for position in range(len(whole)):
        changed = bytearray(whole)
        changed[position] ^= 0xFF
        mapped_address(bytes(changed))
