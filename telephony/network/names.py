"""Where a server is: its name looked up (RFC 3263); runs on the `desk-loop` thread."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from functools import lru_cache
from typing import Protocol

from telephony.network.errors import NetworkError, NetworkErrorKind, network_error
from telephony.network.flow import Server
from telephony.sip.transaction.hop import Hop, usual_port
from telephony.sip.values.host import bare

WEB_SOCKETS = frozenset({"WS", "WSS"})
_REMEMBERED = 64


class Names(Protocol):
    """Turns hops into servers."""

    async def servers(self, hop: Hop) -> list[Server]:
        """Return the servers of ``hop``, best first; raises NetworkError.

        A port of 0 is looked up or the usual one.
        """
        ...

    async def transport(self, domain: str) -> str:
        """Return the transport that ``domain`` prefers (RFC 3263 s. 4.1); raises NetworkError."""
        ...


class SystemNames:
    """Asks the system alone: hosts file, and A and AAAA records."""

    async def servers(self, hop: Hop) -> list[Server]:
        """Return every address of the host."""
        host = bare(hop.address)
        port = hop.port or usual_port(hop.transport)
        if hop.transport in WEB_SOCKETS:
            # Its URL, its certificate and a proxy on the way want the name.
            return [Server(transport=hop.transport, address=host, port=port, name=host)]
        return [
            Server(transport=hop.transport, address=address, port=port, name=host)
            for address in await addresses_of(host)
        ]

    async def transport(self, domain: str) -> str:
        """Return UDP (RFC 3263 s. 4.1: without records)."""
        return "UDP"


@lru_cache(_REMEMBERED)
def is_numeric(host: str) -> bool:
    """Return whether ``host`` is an address already; every response asks it of the same few."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


async def addresses_of(host: str) -> list[str]:
    """Return what the system knows as addresses of ``host``; raises NetworkError."""
    if is_numeric(host):
        return [host]
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_DGRAM)
    except (OSError, ValueError) as error:
        raise network_error(error, host) from error
    addresses = list(dict.fromkeys(str(item[4][0]) for item in found))
    if not addresses:
        raise NetworkError(NetworkErrorKind.NAME_NOT_FOUND, host)
    return addresses
