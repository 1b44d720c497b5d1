"""UDP ports of calls, from the range that a firewall lets through; runs on the engine's loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

from telephony.webrtc.errors import MediaError
from telephony.webrtc.transport.address import Address, family_of, plain_address

OnDatagram = Callable[[bytes, Address], None]

_EXPEDITED = 0xB8
"""RFC 4594 s. 4.1: telephony is marked EF, so that a switch lets it pass first."""

_TRIES = 32
_ROOM_OCTETS = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class PortRange:
    """Ports that calls may use, both ends included; 0 to 0 for what the system gives."""

    first: int = 0
    last: int = 0

    def starting_anywhere(self, chance: float) -> Iterator[int]:
        """Yield every port once, beginning ``chance`` (0.0 to 1.0) of the way; 0 many times."""
        if not self.first:
            yield from (0,) * _TRIES
            return
        count = self.last - self.first + 1
        begin = int(chance * count)
        yield from (self.first + (begin + index) % count for index in range(count))


class UdpPort(asyncio.DatagramProtocol):
    """A bound socket that hears and sends until it is closed."""

    def __init__(self, sock: socket.socket) -> None:
        """Take a bound socket; `open_ports` makes one."""
        self.address = plain_address(sock.getsockname())
        self._transport: asyncio.DatagramTransport | None = None
        self._on_datagram: OnDatagram | None = None
        self._closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def hear(self, on_datagram: OnDatagram) -> None:
        """Hand everything that comes to ``on_datagram``."""
        self._on_datagram = on_datagram

    def send(self, data: bytes, to: Address) -> None:
        """Send a datagram; one that the system refuses is lost like any other."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(data, to)

    async def close(self) -> None:
        """Return when the port is free."""
        if self._transport is not None:
            self._transport.abort()
            await self._closed

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what asyncio made of the socket."""
        # Not a subclass of DatagramTransport before Python 3.13, though it is one.
        self._transport = cast("asyncio.DatagramTransport", transport)
        read_little(transport)

    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        """Hand a datagram on."""
        if self._on_datagram is not None:
            self._on_datagram(data, plain_address(addr))

    def error_received(self, exc: Exception) -> None:
        """Whoever is not there is noticed by silence."""

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the port is free."""
        if not self._closed.done():
            self._closed.set_result(None)


def read_little(transport: asyncio.BaseTransport) -> None:
    """Let asyncio make room for a packet at each read.

    By itself it makes room for 256 kB, which the system has to map and clear: that costs ten times
    the read itself. What is longer than a packet may be is cut, and so refused like before.
    """
    cast("Any", transport).max_size = _ROOM_OCTETS


def bind_one(host: str, ports: PortRange, chance: float) -> socket.socket | None:
    """Return a bound socket of ``host``, None when all ports are taken."""
    bound = (_bound(host, port) for port in ports.starting_anywhere(chance))
    return next((sock for sock in bound if sock is not None), None)


async def open_pair(host: str, ports: PortRange, chance: float) -> tuple[UdpPort, UdpPort]:
    """Return an even port and the next (RFC 3550 s. 11); raises MediaError when none are free."""
    even, odd = bind_pair(host, ports, chance)
    return await open_port(even), await open_port(odd)


def bind_pair(host: str, ports: PortRange, chance: float) -> tuple[socket.socket, socket.socket]:
    """Return bound sockets of an even port and the next; raises MediaError when none are free."""
    for port in ports.starting_anywhere(chance):
        first = _bound(host, port)
        if first is None:
            continue
        number = plain_address(first.getsockname())[1]
        # The other one of the same pair, whichever of the two the first is.
        second = _bound(host, number ^ 1) if _allows(ports, number ^ 1) else None
        if second is None:
            first.close()
            continue
        return (first, second) if number % 2 == 0 else (second, first)
    raise _none_free(host, ports)


def _allows(ports: PortRange, port: int) -> bool:
    return not ports.first or ports.first <= port <= ports.last


def _bound(host: str, port: int) -> socket.socket | None:
    sock = socket.socket(family_of(host), socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        sock.bind((host, port))
    except OSError:
        sock.close()
        return None
    # Windows and some containers do not let a program mark its packets.
    with suppress(OSError):
        if sock.family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_TCLASS, _EXPEDITED)
        else:
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, _EXPEDITED)
    return sock


async def open_port(sock: socket.socket) -> UdpPort:
    """Return the port of a bound socket."""
    loop = asyncio.get_running_loop()
    _, port = await loop.create_datagram_endpoint(lambda: UdpPort(sock), sock=sock)
    return port


def _none_free(host: str, ports: PortRange) -> MediaError:
    which = f"{ports.first} to {ports.last}" if ports.first else "of the system"
    return MediaError(f"no UDP port of {host} is free among those {which}")
