"""Who sends: source descriptions and their end (RFC 3550 s. 6.5 and 6.6); pure, any thread.

Texts are UTF-8; octets that are none are kept by surrogates and leave as they came.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import ClassVar

from telephony.rtp.errors import PacketError, SizeLimitError
from telephony.rtp.packet.limits import check_range

CNAME = 1
"""RFC 3550 s. 6.5.1: the name that stays when the SSRC changes."""

_WORD = 4
_MOST_TEXT_OCTETS = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriptionItem:
    """One item: kind 1 to 255 (1 is CNAME), text of at most 255 octets."""

    kind: int
    text: str

    def encode(self) -> bytes:
        """Return the octets; raises PacketError for kind 0, which ends a list."""
        if not 1 <= self.kind <= 255:
            raise PacketError(field="item kind", value=self.kind, accepted="1 to 255")
        return bytes((self.kind,)) + _counted(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceItems:
    """The items of one source."""

    source: int
    items: tuple[DescriptionItem, ...] = ()

    def encode(self) -> bytes:
        """Return the chunk, ended by at least one zero octet up to a whole word."""
        check_range("source", self.source, 32)
        octets = b"".join(item.encode() for item in self.items)
        return struct.pack("!I", self.source) + octets + bytes(_WORD - len(octets) % _WORD)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDescription:
    """SDES: at most 31 sources with their items."""

    TYPE: ClassVar[int] = 202

    sources: tuple[SourceItems, ...] = ()

    def body(self) -> tuple[int, int, bytes]:
        """Return packet type, count and the octets behind the header word."""
        check_range("described sources", len(self.sources), 5)
        return self.TYPE, len(self.sources), b"".join(each.encode() for each in self.sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class Goodbye:
    """BYE: these sources send no more. reason: of at most 255 octets, ``""`` without."""

    TYPE: ClassVar[int] = 203

    sources: tuple[int, ...] = ()
    reason: str = ""

    def body(self) -> tuple[int, int, bytes]:
        """Return packet type, count and the octets behind the header word."""
        check_range("leaving sources", len(self.sources), 5)
        for source in self.sources:
            check_range("source", source, 32)
        octets = struct.pack(f"!{len(self.sources)}I", *self.sources)
        if self.reason:
            octets += _counted(self.reason)
        return self.TYPE, len(self.sources), octets + bytes(-len(octets) % _WORD)


def read_description(count: int, body: bytes) -> SourceDescription:
    """Return the description; raises PacketError when a chunk or an item is cut short."""
    sources: list[SourceItems] = []
    offset = 0
    for _ in range(count):
        found, offset = _read_source(body, offset)
        sources.append(found)
    return SourceDescription(sources=tuple(sources))


def read_goodbye(count: int, body: bytes) -> Goodbye:
    """Return the goodbye; raises PacketError when sources or reason are cut short."""
    end = count * _WORD
    if len(body) < end:
        raise PacketError(field="goodbye", value=len(body), accepted=f"at least {end} octets")
    sources = struct.unpack_from(f"!{count}I", body)
    reason = _read_counted(body, end)[0] if len(body) > end else ""
    return Goodbye(sources=sources, reason=reason)


def _read_source(body: bytes, offset: int) -> tuple[SourceItems, int]:
    if len(body) < offset + 2 * _WORD:
        raise PacketError(field="description", value=len(body), accepted="a whole chunk")
    (source,) = struct.unpack_from("!I", body, offset)
    offset += _WORD
    items: list[DescriptionItem] = []
    while offset < len(body) and body[offset]:
        text, end = _read_counted(body, offset + 1)
        items.append(DescriptionItem(kind=body[offset], text=text))
        offset = end
    if offset >= len(body):
        raise PacketError(field="description", value=len(body), accepted="an end of its items")
    return SourceItems(source=source, items=tuple(items)), offset + _WORD - offset % _WORD


def _read_counted(body: bytes, offset: int) -> tuple[str, int]:
    """Return the text that a length octet begins, and where it ends."""
    end = offset + 1 + body[offset] if offset < len(body) else len(body) + 1
    if end > len(body):
        raise PacketError(field="text", value=len(body), accepted=f"at least {end} octets")
    return body[offset + 1 : end].decode("utf-8", "surrogateescape"), end


def _counted(text: str) -> bytes:
    octets = text.encode("utf-8", "surrogateescape")
    if len(octets) > _MOST_TEXT_OCTETS:
        raise SizeLimitError(field="text", value=len(octets), accepted="at most 255 octets")
    return bytes((len(octets),)) + octets
