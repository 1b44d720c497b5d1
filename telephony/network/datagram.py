"""UDP: one socket for each kind of address; runs on the `desk-loop` thread.

A server that is not there answers by ICMP. Linux tells that to a socket which is not connected
only when asked (IP_RECVERR, ip(7)), together with the destination it is about; elsewhere silence
is all that is noticed.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import sys
from collections.abc import Callable
from typing import Any, Protocol, cast

from telephony.network.errors import NetworkError, network_error
from telephony.network.flow import Server
from telephony.sip.framing.stream import PING
from telephony.sip.transaction.hop import Hop

_LOG = logging.getLogger(__name__)
_IP_RECVERR, _IPV6_RECVERR = 11, 25
"""linux/in.h and linux/in6.h; Python names them from 3.14 on."""

_RECEIVE_OCTETS = 1_048_576
"""Of the system's buffer: a burst of some hundred messages while the loop is elsewhere."""

_MOST_OCTETS = 65_535
_MOST_ERRORS = 64
_MOST_IN_A_TURN = 0 if sys.platform == "win32" else 63
"""Beside the one that asyncio has read; where it reads ahead by itself, none."""

NOT_THERE = frozenset({errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH})
"""What says that nobody is there. A datagram that was too large for a link (EMSGSIZE) does not: the
system has learned the link's size from it, and cuts the next one.
"""

ADDRESS_OF_ALL = {socket.AF_INET: "0.0.0.0", socket.AF_INET6: "::"}


class DatagramOwner(Protocol):
    """Whoever is told what happens at a socket."""

    def packet(self, data: bytes, address: str, port: int) -> None:
        """Take a datagram."""
        ...

    def not_delivered(self, address: str, port: int, error: OSError) -> None:
        """Note that nothing arrives at ``address``."""
        ...


class DatagramSocket(asyncio.DatagramProtocol):
    """A bound socket that sends to any address of its kind."""

    def __init__(self, sock: socket.socket, owner: DatagramOwner) -> None:
        """Take a bound socket; `open_socket` makes one."""
        self._socket = sock
        self._owner = owner
        self._transport: asyncio.DatagramTransport | None = None
        self._closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sending: tuple[str, int] | None = None
        self._error: OSError | None = None

    @property
    def port(self) -> int:
        """The port that it is bound to."""
        return int(self._socket.getsockname()[1])

    def send(self, data: bytes, address: str, port: int) -> None:
        """Send a datagram; what fails at once, and what fails later, is told the owner."""
        if self._transport is None or self._transport.is_closing():
            return
        error = self._try(data, address, port)
        if isinstance(error, ConnectionRefusedError):
            # That was about an earlier datagram to somebody else; this one was not sent.
            error = self._try(data, address, port)
        if error is not None:
            self._owner.not_delivered(address, port, error)

    def _try(self, data: bytes, address: str, port: int) -> OSError | None:
        assert self._transport is not None
        self._sending, self._error = (address, port), None
        self._transport.sendto(data, (address, port))
        self._sending = None
        return self._error

    async def close(self) -> None:
        """Close the socket; return when it is closed."""
        if self._transport is not None:
            self._transport.close()
            await self._closed

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what asyncio made of the socket."""
        # Not a subclass of DatagramTransport before Python 3.13, though it is one.
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: Any) -> None:
        """Hand a datagram on, and those behind it; the address is (host, port) and more for IPv6.

        asyncio reads one in each turn of its loop, and the system's buffer holds some hundred: a
        burst had better wait in our queue.
        """
        self._owner.packet(data, addr[0], addr[1])
        for _ in range(_MOST_IN_A_TURN):
            try:
                data, addr = self._socket.recvfrom(_MOST_OCTETS)
            except BlockingIOError:
                return
            except OSError as error:
                self.error_received(error)
                return
            self._owner.packet(data, addr[0], addr[1])

    def error_received(self, exc: Exception) -> None:
        """Note why a datagram was not sent, or hear by ICMP that one did not arrive."""
        if self._sending is not None and isinstance(exc, OSError):
            self._error = exc
        for address, port, error in self._refusals():
            self._owner.not_delivered(address, port, error)

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the socket is closed."""
        if not self._closed.done():
            self._closed.set_result(None)

    def _refusals(self) -> list[tuple[str, int, OSError]]:
        """Return what Linux keeps about datagrams that came back, and empty its queue."""
        found: list[tuple[str, int, OSError]] = []
        if sys.platform != "linux":
            return found
        for _ in range(_MOST_ERRORS):
            try:
                _, control, _, destination = self._socket.recvmsg(1, 512, socket.MSG_ERRQUEUE)
            except OSError:
                break
            code = int.from_bytes(control[0][2][:4], sys.byteorder) if control else 0
            if code in NOT_THERE:
                found.append((destination[0], destination[1], _os_error(code)))
        return found


async def open_socket(
    owner: DatagramOwner, *, family: socket.AddressFamily, address: str, port: int
) -> DatagramSocket:
    """Return a socket that is bound; raises OSError."""
    loop = asyncio.get_running_loop()
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_OCTETS)
        sock.bind((address or ADDRESS_OF_ALL[family], port))
        _ask_for_refusals(sock)
        _, made = await loop.create_datagram_endpoint(
            lambda: DatagramSocket(sock, owner), sock=sock
        )
    except BaseException:
        sock.close()
        raise
    return made


class DatagramFlow:
    """The datagrams to one server."""

    def __init__(
        self,
        *,
        server: Server,
        local: tuple[str, int],
        send: Callable[[bytes, str, int], None],
    ) -> None:
        """Send by ``send``; local: the address that the server sees, as far as we know."""
        self.server = server
        self.hop = Hop(transport="UDP", address=server.address, port=server.port)
        self.local = local
        self.far = server.address
        self.is_open = True
        self._send = send

    def send(self, data: bytes) -> None:
        """Send a whole message."""
        self._send(data, self.server.address, self.server.port)

    def ping(self) -> None:
        """Keep a NAT binding open; nobody answers that."""
        self.send(PING)

    def close(self) -> None:
        """Send nothing more; the socket is everybody's and stays."""
        self.is_open = False


def source_address(address: str, port: int) -> str:
    """Return this machine's address on the route to ``address``; raises NetworkError.

    Connecting a datagram socket asks the routing table and sends nothing.
    """
    family = family_of(address)
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((address, port or 9))
        except OSError as error:
            raise _not_routed(error, address, port) from error
        return str(probe.getsockname()[0])


def family_of(address: str) -> socket.AddressFamily:
    """Return the kind of a numeric address."""
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def _not_routed(error: OSError, address: str, port: int) -> NetworkError:
    server = Server(transport="UDP", address=address, port=port, name=address)
    return network_error(error, server.where)


def _ask_for_refusals(sock: socket.socket) -> None:
    if sys.platform != "linux":
        return
    if sock.family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, _IPV6_RECVERR, 1)
    else:
        sock.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, 1)


def _os_error(code: int) -> OSError:
    """Return the error of an errno, of its own class: 111 is ConnectionRefusedError."""
    return OSError(code, "the network sent a datagram back")
