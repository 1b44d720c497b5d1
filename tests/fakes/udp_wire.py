"""Real datagrams between a telephone and an exchange of ours, on this machine's loopback."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

from telephony.sip.transaction.hop import Hop

MOST_OCTETS = 65535
Receive = Callable[[bytes, Hop], None]


class UdpWire:
    """Every address of 127.0.0.0/8 is this machine's; all of the exchange share one port.

    What comes from a telephone outside and goes to a subscriber is handed on within the process:
    nobody may send in the telephone's name. Between two telephones the exchange passes on.
    """

    def __init__(self) -> None:
        """Take a port that is free."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._places: dict[str, Receive] = {}
        self._sockets: dict[str, socket.socket] = {}

    def attach(self, address: str, receive: Receive) -> None:
        """Listen at ``address``."""
        link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        link.setblocking(False)
        link.bind((address, self.port))
        self._places[address], self._sockets[address] = receive, link
        asyncio.get_running_loop().add_reader(link, self._read, link, receive)

    def can_reach(self, address: str) -> bool:
        """Return whether somebody of the exchange is there."""
        return address in self._places

    def send(self, data: bytes, source: Hop, target: Hop) -> None:
        """Send from the socket of ``source``."""
        receive = self._places.get(target.address)
        if source.address not in self._sockets and receive is not None:
            asyncio.get_running_loop().call_soon(receive, data, source)
            return
        exchange = next(iter(self._sockets.values()))
        link = self._sockets.get(source.address, exchange)
        link.sendto(data, (target.address, target.port))

    def close(self) -> None:
        """Stop listening."""
        for link in self._sockets.values():
            asyncio.get_running_loop().remove_reader(link)
            link.close()

    def _read(self, link: socket.socket, receive: Receive) -> None:
        data, (address, port) = link.recvfrom(MOST_OCTETS)
        receive(data, Hop(transport="UDP", address=address, port=port))
