"""The port on which others reach this telephone, by datagram and by connection; `desk-loop`."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass, field

from telephony.network.datagram import (
    ADDRESS_OF_ALL,
    DatagramOwner,
    DatagramSocket,
    family_of,
    open_socket,
)
from telephony.network.errors import NetworkError, NetworkErrorKind, network_error
from telephony.network.settings import NetworkSettings

_TRIES = 16
"""A port that is free for datagrams may be taken for connections: then another one is tried."""

MakeConnection = Callable[[], asyncio.Protocol]


@dataclass(slots=True, kw_only=True)
class Listening:
    """What is bound, all of it to one port."""

    port: int = 0
    sockets: dict[socket.AddressFamily, DatagramSocket] = field(default_factory=dict)
    servers: list[asyncio.Server] = field(default_factory=list)

    def send(self, data: bytes, address: str, port: int) -> None:
        """Send a datagram; without a socket of the address's kind nothing is sent."""
        found = self.sockets.get(family_of(address))
        if found is not None:
            found.send(data, address, port)

    async def close(self) -> None:
        """Close everything; what still is to be sent leaves first."""
        for server in self.servers:
            server.close()
        for made in self.sockets.values():
            await made.close()
        self.sockets.clear()
        self.servers.clear()


async def listen(
    settings: NetworkSettings, owner: DatagramOwner, make_connection: MakeConnection
) -> Listening:
    """Bind one port for datagrams and connections; raises NetworkError."""
    where = f"port {settings.listen_port} of this machine"
    for _ in range(_TRIES):
        listening = Listening(port=settings.listen_port)
        try:
            await _bind(listening, settings, owner, make_connection)
        except OSError as error:
            await listening.close()
            if settings.listen_port:
                raise network_error(error, where) from error
            continue
        except BaseException:
            await listening.close()
            raise
        return listening
    raise NetworkError(NetworkErrorKind.UNREACHABLE, where, "no free port")


async def _bind(
    listening: Listening,
    settings: NetworkSettings,
    owner: DatagramOwner,
    make_connection: MakeConnection,
) -> None:
    loop = asyncio.get_running_loop()
    for family in _families(settings.listen_address):
        address = settings.listen_address or ADDRESS_OF_ALL[family]
        made = await open_socket(owner, family=family, address=address, port=listening.port)
        listening.sockets[family] = made
        listening.port = made.port
        server = await loop.create_server(make_connection, address, made.port, family=family)
        listening.servers.append(server)


def _families(address: str) -> list[socket.AddressFamily]:
    if address:
        return [family_of(address)]
    return [socket.AF_INET, *([socket.AF_INET6] if _has_ipv6() else [])]


def _has_ipv6() -> bool:
    """Return whether this machine can bind an IPv6 address at all."""
    if not socket.has_ipv6:
        return False
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True
