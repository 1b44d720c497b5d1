"""How much of a packet is read and written, and the checks of its numbers; pure, any thread."""

from __future__ import annotations

from telephony.rtp.errors import PacketError, SizeLimitError

MOST_OCTETS = 1500
"""An Ethernet frame: no exchange sends speech in larger datagrams, and none are sent from here."""

VERSION = 2
"""RFC 3550 s. 5.1."""


def check_range(field: str, value: int, bits: int) -> None:
    """Raise PacketError unless ``value`` fits in ``bits`` without a sign."""
    if not 0 <= value < 1 << bits:
        raise PacketError(field=field, value=value, accepted=f"0 to {(1 << bits) - 1}")


def check_size(octets: int, least: int) -> None:
    """Raise PacketError below ``least`` octets, SizeLimitError above the limit."""
    if octets < least:
        raise PacketError(field="octets", value=octets, accepted=f"at least {least}")
    if octets > MOST_OCTETS:
        raise SizeLimitError(field="octets", value=octets, accepted=f"at most {MOST_OCTETS}")


def check_version(first: int) -> None:
    """Raise PacketError unless the two highest bits of ``first`` say version 2."""
    if first >> 6 != VERSION:
        raise PacketError(field="version", value=first >> 6, accepted=str(VERSION))


def padding_octets(data: bytes, most: int) -> int:
    """Return how many octets at the end are padding, as the last one says (RFC 3550 s. 5.1)."""
    count = data[-1]
    if not 1 <= count <= most:
        raise PacketError(field="padding", value=count, accepted=f"1 to {most}")
    return count
