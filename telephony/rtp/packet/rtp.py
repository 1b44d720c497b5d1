"""RTP packets (RFC 3550 s. 5.1 to 5.3); pure, any thread."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from telephony.rtp.errors import PacketError
from telephony.rtp.packet.limits import (
    VERSION,
    check_range,
    check_size,
    check_version,
    padding_octets,
)

_HEADER = struct.Struct("!BBHII")
_EXTENSION = struct.Struct("!HH")
_MOST_SOURCES = 15
_WORD = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderExtension:
    """The one extension of a header (RFC 3550 s. 5.3.1), kept as it came.

    profile: 16 bits that say what it is, 0xBEDE for RFC 8285. content: whole words.
    """

    profile: int
    content: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class RtpPacket:
    """One packet of a stream (RFC 3550 s. 5.1).

    payload_type: 0 to 127. sequence_number: 16 bits. timestamp: 32 bits in units of the payload's
    clock. source: the SSRC. contributors: CSRCs, at most 15. marker: the first packet after
    silence (RFC 3551 s. 4.1). padding: octets after the payload, the last of which counts them.
    """

    payload_type: int
    sequence_number: int
    timestamp: int
    source: int
    payload: bytes = b""
    marker: bool = False
    contributors: tuple[int, ...] = ()
    extension: HeaderExtension | None = None
    padding: int = 0

    def encode(self) -> bytes:
        """Return the octets; raises PacketError for a number that has no room."""
        self._check()
        count = len(self.contributors)
        first = VERSION << 6 | (self.padding > 0) << 5 | (self.extension is not None) << 4 | count
        header = _HEADER.pack(
            *(first, self.marker << 7 | self.payload_type, self.sequence_number),
            *(self.timestamp, self.source),
        )
        data = header + struct.pack(f"!{count}I", *self.contributors)
        data += _extension_octets(self.extension) + self.payload
        if self.padding:
            data += bytes(self.padding - 1) + bytes((self.padding,))
        check_size(len(data), _HEADER.size)
        return data

    def _check(self) -> None:
        check_range("payload type", self.payload_type, 7)
        check_range("sequence number", self.sequence_number, 16)
        check_range("timestamp", self.timestamp, 32)
        for source in (self.source, *self.contributors):
            check_range("source", source, 32)
        check_range("contributors", len(self.contributors), 4)
        check_range("padding", self.padding, 8)


def is_rtcp(data: bytes) -> bool:
    """Return whether a datagram on a shared port is RTCP and not RTP (RFC 5761 s. 4)."""
    return len(data) >= 2 and data[0] >> 6 == VERSION and 192 <= data[1] <= 223


def parse_rtp(data: bytes) -> RtpPacket:
    """Return the packet that ``data`` is; raises PacketError for anything else."""
    check_size(len(data), _HEADER.size)
    first, second, sequence_number, timestamp, source = _HEADER.unpack_from(data)
    check_version(first)
    contributors: tuple[int, ...] = ()
    extension, padding, offset = None, 0, _HEADER.size
    if first & 0x3F:
        count = first & _MOST_SOURCES
        check_size(len(data), offset + count * _WORD)
        contributors = struct.unpack_from(f"!{count}I", data, offset)
        offset += count * _WORD
        if first & 0x10:
            extension = _read_extension(data, offset)
            offset += _EXTENSION.size + len(extension.content)
        if first & 0x20:
            padding = padding_octets(data, len(data) - offset)
    return RtpPacket(
        payload_type=second & 0x7F,
        marker=second >= 0x80,
        sequence_number=sequence_number,
        timestamp=timestamp,
        source=source,
        contributors=contributors,
        extension=extension,
        payload=data[offset : len(data) - padding],
        padding=padding,
    )


def _read_extension(data: bytes, offset: int) -> HeaderExtension:
    check_size(len(data), offset + _EXTENSION.size)
    profile, words = _EXTENSION.unpack_from(data, offset)
    begin = offset + _EXTENSION.size
    check_size(len(data), begin + words * _WORD)
    return HeaderExtension(profile=profile, content=data[begin : begin + words * _WORD])


def _extension_octets(extension: HeaderExtension | None) -> bytes:
    if extension is None:
        return b""
    words, rest = divmod(len(extension.content), _WORD)
    if rest:
        octets = len(extension.content)
        raise PacketError(field="extension", value=octets, accepted="a multiple of 4 octets")
    check_range("extension profile", extension.profile, 16)
    check_range("extension words", words, 16)
    return _EXTENSION.pack(extension.profile, words) + extension.content
