"""Where datagrams come from and go to, and this machine's end of the way; engine's loop."""

from __future__ import annotations

import asyncio
import socket

from telephony.webrtc.errors import MediaError

Address = tuple[str, int]
"""A numeric host and a port."""

_ANY_PORT = 9
_SOMEWHERE = "192.0.2.1"
"""RFC 5737: nobody's address, so that the way to it is the default one."""

_NOWHERE = frozenset({"0.0.0.0", "::"})
"""RFC 3264 s. 8.4: a peer that writes this wants nothing to be sent."""


def is_somewhere(address: Address) -> bool:
    """Return whether something can be sent to ``address``."""
    return address[0] not in _NOWHERE and address[1] > 0


def plain_address(sockname: tuple[str | int, ...]) -> Address:
    """Return host and port of what a socket says, which has more parts for IPv6."""
    return str(sockname[0]), int(sockname[1])


async def address_towards(host: str) -> str:
    """Return the address of this machine on the way to ``host``; raises MediaError without one.

    host: a name or an address, ``""`` for the default way. Connecting a datagram socket asks the
    routing table and sends nothing.
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host or _SOMEWHERE, _ANY_PORT, type=socket.SOCK_DGRAM)
    except OSError as error:
        raise MediaError(f"{host} cannot be found: {error.strerror}") from error
    for family, _, _, _, address in found:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect(address)
            except OSError:
                continue
            return plain_address(probe.getsockname())[0]
    raise MediaError(f"there is no way to {host or 'any network'}")


def family_of(host: str) -> socket.AddressFamily:
    """Return the kind of a numeric address."""
    return socket.AF_INET6 if ":" in host else socket.AF_INET
