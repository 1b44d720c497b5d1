"""The servers that ICE asks, read from their URIs (RFC 7064, RFC 7065); pure, any thread."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from agent_desk.domain.sip_account_check import split_place
from telephony.webrtc.engine import RelayServer
from telephony.webrtc.errors import MediaError
from telephony.webrtc.transport.address import Address

USUAL_PORT = 3478
_USUAL_TLS_PORT = 5349
"""RFC 8489 s. 8.1 and RFC 8656 s. 7: of STUN and TURN, and of TURN over TLS."""

_URI = re.compile(r"(stun|turns?):([^?]+)(?:\?transport=(udp|tcp))?")
_ACCEPTED = "stun:host:port, turn:host:port or turns:host:port, an IPv6 address in brackets"


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnServer:
    """Where relayed addresses are asked for, over TLS or not."""

    place: Address
    user: str
    password: str
    is_tls: bool
    transport: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IceServers:
    """The one STUN and the one TURN server in use, None where there is none."""

    stun: Address | None = None
    turn: TurnServer | None = None


def ice_servers(relays: Iterable[RelayServer]) -> IceServers:
    """Return the first server of each kind; raises MediaError for a URI that is none."""
    stun: Address | None = None
    turn: TurnServer | None = None
    for relay in relays:
        match = _URI.fullmatch(relay.url)
        if match is None:
            raise _unusable(relay)
        scheme, place, transport = match.groups()
        if scheme == "stun":
            if transport is not None:
                raise _unusable(relay)
            stun = stun or _place(relay, place, USUAL_PORT)
        else:
            turn = turn or _turn(relay, place, transport, is_tls=scheme == "turns")
    return IceServers(stun=stun, turn=turn)


def _turn(relay: RelayServer, place: str, transport: str | None, *, is_tls: bool) -> TurnServer:
    if is_tls and transport == "udp":
        # TURN over DTLS, which aioice has not.
        raise _unusable(relay)
    return TurnServer(
        place=_place(relay, place, _USUAL_TLS_PORT if is_tls else USUAL_PORT),
        user=relay.user,
        password=relay.password,
        is_tls=is_tls,
        transport=transport or ("tcp" if is_tls else "udp"),
    )


def _place(relay: RelayServer, text: str, usual_port: int) -> Address:
    found = split_place(text)
    if found is None:
        raise _unusable(relay)
    host, port = found
    return host, port or usual_port


def _unusable(relay: RelayServer) -> MediaError:
    return MediaError(
        f"the STUN or TURN server {relay.url} cannot be used; accepted is {_ACCEPTED}"
    )
