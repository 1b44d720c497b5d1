"""Peers that flood, dawdle, mangle and vanish: nothing crashes, nothing stays, the loop is free."""

from __future__ import annotations

import asyncio
import gc
import os
import socket

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from telephony.network.asyncio_network import AsyncioNetwork
from telephony.network.event_queue import EventQueue
from telephony.network.network import FlowLost, MessageArrived
from telephony.network.settings import NetworkSettings
from telephony.sip.message.limits import Limits
from telephony.sip.message.parser import parse_message
from telephony.sip.transaction.hop import Hop
from telephony.sip.transaction.output import Transmit
from tests.network.conftest import StartNetwork
from tests.network.heard import Heard
from tests.network.manual_ticker import ManualTicker
from tests.network.peers import HOST, Connection, StreamPeer, options

ANYWHERE = Hop(transport="UDP", address=HOST, port=9)


def wish_of(hop: Hop, octets: int = 0) -> Transmit:
    return Transmit(parse_message(options(via=f"TCP {HOST}", body=b"x" * octets)), hop)


async def test_a_flood_fills_the_queue_and_no_more_and_the_loop_stays_free(
    network: StartNetwork,
) -> None:
    desk, heard = await network(NetworkSettings(listen_address=HOST, most_waiting=50))
    local = await desk.local_address(ANYWHERE)
    turns = 0

    async def count_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(count_turns())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as flood:
        for number in range(2000):
            flood.sendto(options(via=f"UDP {HOST}", call_id=str(number)), local)
            if number % 100 == 0:
                await asyncio.sleep(0)
        # The system drops what its own buffer does not hold: then a caller sends again.
        while not any(b"Call-ID: last" in got.data for got in heard.all(MessageArrived)):
            flood.sendto(options(via=f"UDP {HOST}", call_id="last"), local)
            await asyncio.sleep(0)
    other.cancel()
    assert turns > 20


async def test_a_listener_that_is_slow_bounds_what_waits() -> None:
    queue = EventQueue(most_waiting=10)
    heard = Heard()
    queue.subscribe(heard)
    for _ in range(1000):
        queue.put_message(b"x", ANYWHERE)
    assert queue.dropped == 990
    await heard.next(MessageArrived)
    assert len(heard.all(MessageArrived)) == 10


async def test_a_stream_that_floods_is_read_no_faster_than_it_is_heard(
    network: StartNetwork, stream_peer: StreamPeer
) -> None:
    desk, heard = await network(NetworkSettings(listen_address=HOST, most_waiting=10))
    _, port = await desk.local_address(ANYWHERE)
    connection = await stream_peer.dial(port)
    for number in range(2000):
        connection.send(options(via=f"TCP {HOST}", call_id=str(number)))
    await heard.next(MessageArrived, lambda arrived: b"Call-ID: 1999\r" in arrived.data)
    assert len(heard.all(MessageArrived)) == 2000


async def test_a_peer_that_sends_an_octet_a_minute_is_left(
    network: StartNetwork, stream_peer: StreamPeer
) -> None:
    ticker = ManualTicker()
    limits = NetworkSettings(listen_address=HOST, message_seconds=25.0)
    desk, heard = await network(limits, ticker=ticker)
    _, port = await desk.local_address(ANYWHERE)
    connection = await stream_peer.dial(port)
    connection.send(b"OPTIONS sip:a SIP/2.0\r\n")
    await ticker.settle()
    connection.send(b"V")
    await ticker.settle()
    ticker.advance(26.0)
    await connection.wait_closed()
    assert heard.all(MessageArrived) == []


@pytest.mark.parametrize(
    "octets",
    [
        b"OPTIONS sip:a SIP/2.0\r\nCall-ID: 1\r\n\r\n",
        b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"OPTIONS sip:a SIP/2.0\r\nContent-Length: -1\r\n\r\n",
        b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 999999999999\r\n\r\n",
        b"A" * 4096,
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 2048,
    ],
)
async def test_a_stream_that_cannot_be_read_on_is_closed(
    network: StartNetwork, stream_peer: StreamPeer, octets: bytes
) -> None:
    limits = Limits(head_octets=1024, body_octets=1024)
    desk, heard = await network(NetworkSettings(listen_address=HOST, limits=limits))
    _, port = await desk.local_address(ANYWHERE)
    connection = await stream_peer.dial(port)
    connection.send(octets)
    await connection.wait_closed()
    assert heard.all(MessageArrived) == []
    # then others are served as before
    other = await stream_peer.dial(port)
    other.send(options(via=f"TCP {HOST}"))
    await heard.next(MessageArrived)


async def test_too_many_connections_are_refused_and_the_others_go_on(
    network: StartNetwork, stream_peer: StreamPeer
) -> None:
    desk, heard = await network(NetworkSettings(listen_address=HOST, most_connections=3))
    _, port = await desk.local_address(ANYWHERE)
    kept = [await stream_peer.dial(port) for _ in range(3)]
    await heard_of_all(heard, kept)
    refused = await stream_peer.dial(port)
    await refused.wait_closed()
    await heard_of_all(heard, kept)


async def heard_of_all(heard: Heard, connections: list[Connection]) -> None:
    for number, connection in enumerate(connections):
        connection.send(options(via=f"TCP {HOST}", call_id=f"c{number}"))
        await heard.next(MessageArrived)


async def test_a_peer_that_reads_nothing_is_left(
    network: StartNetwork, stream_peer: StreamPeer
) -> None:
    desk, heard = await network(NetworkSettings(listen_address=HOST, most_unsent_octets=65_536))
    hop = Hop(transport="TCP", address=HOST, port=stream_peer.port)
    await desk.local_address(hop)
    connection = await stream_peer.next_connection()
    assert connection.transport is not None
    connection.transport.pause_reading()
    wish = wish_of(hop, octets=60_000)
    while not heard.all(FlowLost):
        desk.send(wish)
        await asyncio.sleep(0)
    assert "reads nothing" in heard.all(FlowLost)[0].why


async def test_garbage_datagrams_are_handed_on_or_passed_over(network: StartNetwork) -> None:
    desk, heard = await network()
    local = await desk.local_address(ANYWHERE)
    packets = [b"", b"\r\n\r\n", b"\0", b"\xff" * 100, os.urandom(60_000), b"\0\1\0\0" + bytes(16)]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        for packet in packets:
            peer.sendto(packet, local)
        peer.sendto(b"the end", local)
    await heard.next(MessageArrived, lambda arrived: arrived.data == b"the end")
    assert b"\r\n\r\n" not in [arrived.data for arrived in heard.all(MessageArrived)]


async def test_a_network_that_is_stopped_leaves_neither_tasks_nor_sockets(
    network: StartNetwork, stream_peer: StreamPeer
) -> None:
    desk, _ = await network()
    before = asyncio.all_tasks()
    hop = Hop(transport="TCP", address=HOST, port=stream_peer.port)
    _, port = await desk.local_address(hop)
    taken = await stream_peer.dial(port)
    taken.send(b"OPTIONS")
    desk.send(wish_of(Hop(transport="TCP", address="192.0.2.1", port=5060)))
    await desk.stop()
    await taken.wait_closed()
    assert asyncio.all_tasks() <= before
    # A socket that nobody closed would warn now, and warnings fail the test.
    gc.collect()
    desk.send(wish_of(hop))


CHUNKS = st.lists(
    st.one_of(
        st.binary(max_size=40),
        st.sampled_from(
            [b"\r\n", b"\r\n\r\n", b"Content-Length: 3\r\n", options(via="TCP a", body=b"b")]
        ),
    ),
    max_size=12,
)


@given(chunks=CHUNKS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_stream_brings_the_desk_goes_on(chunks: list[bytes]) -> None:
    asyncio.run(_send_anything(chunks))


async def _send_anything(chunks: list[bytes]) -> None:
    desk = AsyncioNetwork(settings=NetworkSettings(listen_address=HOST))
    heard = Heard()
    desk.subscribe(heard)
    await desk.start()
    peer = StreamPeer()
    _, port = await desk.local_address(ANYWHERE)
    hostile = await peer.dial(port)
    for chunk in chunks:
        hostile.send(chunk)
    good = await peer.dial(port)
    good.send(options(via=f"TCP {HOST}", call_id="good"))
    await heard.next(MessageArrived, lambda arrived: b"Call-ID: good" in arrived.data)
    hostile.abort()
    await desk.stop()
    await peer.stop()
