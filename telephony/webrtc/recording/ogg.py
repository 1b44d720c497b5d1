"""Pages of one Ogg stream (RFC 3533); pure, any thread."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

MOST_SEGMENTS = 255
_SEGMENT = 255
_HEAD = struct.Struct("<4sBBqIIIB")
_CHECKSUM_AT = 22
_FIRST, _LAST = 0x02, 0x04

_MIRRORED = bytes(int(f"{octet:08b}"[::-1], 2) for octet in range(256))


def segments(packet: bytes) -> int:
    """Return how many of a page's 255 segments ``packet`` takes."""
    return len(packet) // _SEGMENT + 1


def ogg_page(
    packets: Sequence[bytes],
    *,
    serial: int,
    number: int,
    position: int,
    is_first: bool = False,
    is_last: bool = False,
) -> bytes:
    """Return a page of whole packets; ValueError when they have no room in one.

    position: of the sound at its end, in samples. number: of the page, from 0.
    """
    lacing = b"".join(b"\xff" * (len(each) // _SEGMENT) + _rest(each) for each in packets)
    if len(lacing) > MOST_SEGMENTS:
        raise ValueError(f"{len(lacing)} segments have no room in a page")
    kind = _FIRST * is_first | _LAST * is_last
    head = _HEAD.pack(b"OggS", 0, kind, position, serial, number, 0, len(lacing))
    page = head + lacing + b"".join(packets)
    checksum = checksum_of(page).to_bytes(4, "little")
    return page[:_CHECKSUM_AT] + checksum + page[_CHECKSUM_AT + 4 :]


def checksum_of(data: bytes) -> int:
    """Return the CRC of RFC 3533 s. 6, field 7.

    Its polynomial is that of zlib, which takes every octet's lowest bit first and has its first and
    last value inverted; Ogg takes the highest bit first and inverts nothing.
    """
    mirrored = zlib.crc32(data.translate(_MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int.from_bytes(mirrored.to_bytes(4, "little").translate(_MIRRORED), "big")


def _rest(packet: bytes) -> bytes:
    return bytes((len(packet) % _SEGMENT,))
