"""What a whole packet is: a datagram or a WebSocket message; pure, any thread.

Sources: RFC 3261 s. 18.3, RFC 5626 s. 3.5 and 8 (keep-alive, STUN beside SIP), RFC 7118 s. 5
(WebSocket: one SIP message in each text or binary message).
"""

from __future__ import annotations

from enum import StrEnum

_STUN_HEADER_OCTETS = 20
_STUN_MAGIC_COOKIE = bytes.fromhex("2112a442")
_NOTHING_TO_SAY = b"\r\n\0 \t"


class PacketKind(StrEnum):
    """What to do with a packet."""

    SIP = "sip"
    KEEP_ALIVE = "keep-alive"
    STUN = "stun"


def packet_kind(data: bytes) -> PacketKind:
    """Return what ``data`` is; anything that is nothing else is to be read as SIP.

    KEEP_ALIVE: empty, or line ends, blanks and NUL alone, which devices send to keep a NAT
    binding. STUN: the first two bits are 0, the magic cookie is there (RFC 8489 s. 5).
    """
    if is_stun(data):
        return PacketKind.STUN
    if not data.strip(_NOTHING_TO_SAY):
        return PacketKind.KEEP_ALIVE
    return PacketKind.SIP


def is_stun(data: bytes) -> bool:
    """Return whether ``data`` is a STUN message: header, cookie and a length that fits."""
    return (
        len(data) >= _STUN_HEADER_OCTETS
        and data[0] < 0x40
        and data[4:8] == _STUN_MAGIC_COOKIE
        and int.from_bytes(data[2:4]) == len(data) - _STUN_HEADER_OCTETS
        and len(data) % 4 == 0
    )


def packet_octets(message: str | bytes) -> bytes:
    """Return the octets of a WebSocket message, text or binary (RFC 7118 s. 4.2)."""
    return message.encode("utf-8", "surrogateescape") if isinstance(message, str) else message
