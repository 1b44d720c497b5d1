"""Servers of the tests' own on loopback: they keep what came, and say what they are told to."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from ssl import SSLContext
from typing import Any

from telephony.sip.message.message import Response
from telephony.sip.message.parser import parse_message
from telephony.sip.transaction.hop import Hop
from tests.network.heard import PATIENCE_SECONDS, Heard

HOST = "127.0.0.1"
Answer = Callable[[bytes, Hop], list[bytes]]


def answers_of(server: Callable[..., Any]) -> Answer:
    """Return ``server`` of messages, such as a Registrar, as one of octets."""

    def answer(data: bytes, source: Hop) -> list[bytes]:
        return [message.encode() for message, _ in server(parse_message(data), source)]

    return answer


def nothing(_data: bytes, _source: Hop) -> list[bytes]:
    return []


class DatagramPeer(asyncio.DatagramProtocol):
    """A UDP server; ``packets`` has every (octets, address)."""

    def __init__(self, answer: Answer = nothing, *, host: str = HOST) -> None:
        self.packets = Heard()
        self.answer = answer
        self._host = host
        self.transport: asyncio.DatagramTransport | None = None
        self.port = 0

    async def start(self, port: int = 0) -> DatagramPeer:
        loop = asyncio.get_running_loop()
        self.transport, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=(self._host, port)
        )
        self.port = self.transport.get_extra_info("sockname")[1]
        return self

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.packets((data, addr))
        for answer in self.answer(data, Hop(transport="UDP", address=addr[0], port=addr[1])):
            self.send(answer, addr)

    def send(self, data: bytes, addr: tuple[str, int]) -> None:
        assert self.transport is not None
        self.transport.sendto(data, addr)

    def stop(self) -> None:
        if self.transport is not None:
            self.transport.close()


class Connection(asyncio.Protocol):
    """One connection that a StreamPeer took or made."""

    def __init__(self, peer: StreamPeer) -> None:
        self.peer = peer
        self.data = Heard()
        self.closed = asyncio.Event()
        self.ended = asyncio.Event()
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.peer.connections(self)
        self.peer.open.add(self)

    def data_received(self, data: bytes) -> None:
        self.data(data)
        assert self.transport is not None
        address, port = self.transport.get_extra_info("peername")[:2]
        if data.strip():
            for answer in self.peer.answer(data, Hop(transport="TCP", address=address, port=port)):
                self.send(answer)

    def eof_received(self) -> bool:
        self.ended.set()
        return self.peer.keeps_half_open

    def connection_lost(self, exc: Exception | None) -> None:
        self.peer.open.discard(self)
        self.closed.set()

    def send(self, data: bytes) -> None:
        assert self.transport is not None
        self.transport.write(data)

    def close(self) -> None:
        assert self.transport is not None
        self.transport.close()

    def abort(self) -> None:
        assert self.transport is not None
        self.transport.abort()

    async def wait_closed(self) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.closed.wait()


class StreamPeer:
    """A TCP or TLS server; ``connections`` has every connection that it took."""

    def __init__(
        self, answer: Answer = nothing, *, ssl: SSLContext | None = None, host: str = HOST
    ) -> None:
        self.connections = Heard()
        self.open: set[Connection] = set()
        self.answer = answer
        self.keeps_half_open = False
        self.port = 0
        self._ssl = ssl
        self._host = host
        self._server: asyncio.Server | None = None

    async def start(self, port: int = 0, *, sock: socket.socket | None = None) -> StreamPeer:
        """Listen on ``port``, or on a socket that is bound already."""
        loop = asyncio.get_running_loop()
        if sock is None:
            family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
            sock = socket.create_server((self._host, port), family=family)
        self._server = await loop.create_server(lambda: Connection(self), sock=sock, ssl=self._ssl)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def dial(self, port: int) -> Connection:
        """Connect to a telephone."""
        loop = asyncio.get_running_loop()
        _, made = await loop.create_connection(lambda: Connection(self), HOST, port)
        return made

    async def next_connection(self) -> Connection:
        return await self.connections.next(Connection)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for connection in list(self.open):
            connection.abort()
            await connection.wait_closed()
        if self._server is not None:
            await self._server.wait_closed()
        # A handshake that failed ends without a connection that could be waited for.
        for _ in range(20):
            await asyncio.sleep(0)


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """Return a port on which nobody listens."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def options(*, via: str, call_id: str = "1", body: bytes = b"", branch: str = "z9hG4bK1") -> bytes:
    """Return an OPTIONS request as octets."""
    head = (
        f"OPTIONS sip:agent@{HOST} SIP/2.0\r\nVia: SIP/2.0/{via};branch={branch};rport\r\n"
        f"Max-Forwards: 70\r\nFrom: <sip:x@{HOST}>;tag=1\r\nTo: <sip:agent@{HOST}>\r\n"
        f"Call-ID: {call_id}\r\nCSeq: 1 OPTIONS\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def status_of(data: bytes) -> int:
    """Return the status of a response."""
    message = parse_message(data)
    assert isinstance(message, Response)
    return message.status
