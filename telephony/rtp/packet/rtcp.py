"""Compound RTCP packets (RFC 3550 s. 6.1 and A.2); pure, any thread."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass

from telephony.rtp.errors import PacketError, SizeLimitError
from telephony.rtp.packet.description import (
    Goodbye,
    SourceDescription,
    read_description,
    read_goodbye,
)
from telephony.rtp.packet.limits import (
    VERSION,
    check_range,
    check_size,
    check_version,
    padding_octets,
)
from telephony.rtp.packet.report import Report, read_report

_HEADER = struct.Struct("!BBH")
_WORD = 4
_LEAST_OCTETS = 8
_PADDED = 0x20
MOST_PACKETS = 32
"""In one compound; a call needs three."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherControl:
    """A packet that is passed over: APP, feedback, extended reports, anything newer.

    packet_type: 192 to 223. count: the five bits beside the version. content: whole words.
    """

    packet_type: int
    count: int = 0
    content: bytes = b""

    def body(self) -> tuple[int, int, bytes]:
        """Return packet type, count and the octets behind the header word."""
        if not 192 <= self.packet_type <= 223:
            raise PacketError(field="packet type", value=self.packet_type, accepted="192 to 223")
        check_range("count", self.count, 5)
        return self.packet_type, self.count, self.content


ControlPacket = Report | SourceDescription | Goodbye | OtherControl


def encode_rtcp(packets: Iterable[ControlPacket]) -> bytes:
    """Return one datagram; raises PacketError unless a report comes first (RFC 3550 s. 6.1)."""
    whole = tuple(packets)
    _check_order(whole)
    data = b"".join(map(_encode_one, whole))
    check_size(len(data), _LEAST_OCTETS)
    return data


def parse_rtcp(data: bytes) -> tuple[ControlPacket, ...]:
    """Return the packets of a datagram; raises PacketError where RFC 3550 A.2 says to drop it."""
    check_size(len(data), _LEAST_OCTETS)
    found: list[ControlPacket] = []
    offset = 0
    while offset < len(data):
        packet, offset = _parse_one(data, offset)
        found.append(packet)
        if len(found) > MOST_PACKETS:
            accepted = f"at most {MOST_PACKETS} packets"
            raise SizeLimitError(field="compound", value=len(found), accepted=accepted)
    _check_order(found)
    return tuple(found)


def _check_order(packets: Iterable[ControlPacket]) -> None:
    first = next(iter(packets), None)
    if not isinstance(first, Report):
        name = type(first).__name__
        raise PacketError(field="first packet", value=name, accepted="a report")


def _encode_one(packet: ControlPacket) -> bytes:
    packet_type, count, body = packet.body()
    if len(body) % _WORD:
        raise PacketError(field="body", value=len(body), accepted="a multiple of 4 octets")
    check_size(len(body), 0)
    return _HEADER.pack(VERSION << 6 | count, packet_type, len(body) // _WORD) + body


def _parse_one(data: bytes, offset: int) -> tuple[ControlPacket, int]:
    check_size(len(data), offset + _HEADER.size)
    first, packet_type, words = _HEADER.unpack_from(data, offset)
    check_version(first)
    end = offset + _HEADER.size + words * _WORD
    check_size(len(data), end)
    body = data[offset + _HEADER.size : end]
    if first & _PADDED:
        body = _without_padding(body, is_last=end == len(data))
    return _read_one(packet_type, first & 0x1F, body), end


def _without_padding(body: bytes, *, is_last: bool) -> bytes:
    """Return the body alone; only the last packet may be padded, by whole words."""
    if not is_last or not body:
        raise PacketError(field="padding", value="inside", accepted="at the compound's end")
    count = padding_octets(body, len(body))
    if count % _WORD:
        raise PacketError(field="padding", value=count, accepted="a multiple of 4 octets")
    return body[: len(body) - count]


def _read_one(packet_type: int, count: int, body: bytes) -> ControlPacket:
    if packet_type in (Report.SENDER_TYPE, Report.RECEIVER_TYPE):
        return read_report(packet_type, count, body)
    if packet_type == SourceDescription.TYPE:
        return read_description(count, body)
    if packet_type == Goodbye.TYPE:
        return read_goodbye(count, body)
    if not 192 <= packet_type <= 223:
        raise PacketError(field="packet type", value=packet_type, accepted="192 to 223")
    return OtherControl(packet_type=packet_type, count=count, content=body)
