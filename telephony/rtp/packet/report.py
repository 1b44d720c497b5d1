"""Sender and receiver reports (RFC 3550 s. 6.4); pure, any thread."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from telephony.rtp.errors import PacketError
from telephony.rtp.packet.limits import check_range

_BLOCK = struct.Struct("!IIIIII")
_SENDER = struct.Struct("!IQIII")
_SOURCE = struct.Struct("!I")
_LOST_BITS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportBlock:
    """What one side received of one source (RFC 3550 s. 6.4.1).

    source: the SSRC it is about. fraction_lost: in 1/256 since the last report. packets_lost:
    signed, since the beginning; duplicates make it negative. highest_sequence: cycles and number,
    32 bits. jitter: in units of the payload's clock. last_report, delay_since_last_report: in
    1/65536 s, both 0 when there was none.
    """

    source: int
    fraction_lost: int = 0
    packets_lost: int = 0
    highest_sequence: int = 0
    jitter: int = 0
    last_report: int = 0
    delay_since_last_report: int = 0

    def encode(self) -> bytes:
        """Return the 24 octets; raises PacketError for a number that has no room."""
        half = 1 << (_LOST_BITS - 1)
        if not -half <= self.packets_lost < half:
            accepted = f"{-half} to {half - 1}"
            raise PacketError(field="packets lost", value=self.packets_lost, accepted=accepted)
        check_range("fraction lost", self.fraction_lost, 8)
        lost = self.packets_lost & (1 << _LOST_BITS) - 1
        words = (
            *(self.source, self.fraction_lost << _LOST_BITS | lost, self.highest_sequence),
            *(self.jitter, self.last_report, self.delay_since_last_report),
        )
        for word in words:
            check_range("report block", word, 32)
        return _BLOCK.pack(*words)


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderInformation:
    """What the sender of a report sent itself (RFC 3550 s. 6.4.1).

    ntp_time: 64 bits, seconds since 1900 in 1/2**32. timestamp: the same moment on the stream's
    clock. packets, octets: sent since the beginning, octets of payload alone, 32 bits each.
    """

    ntp_time: int
    timestamp: int
    packets: int
    octets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A sender report, or a receiver report when ``sent`` is None.

    source: the SSRC that reports. blocks: at most 31. more: what a profile put behind them.
    """

    SENDER_TYPE: ClassVar[int] = 200
    RECEIVER_TYPE: ClassVar[int] = 201

    source: int
    sent: SenderInformation | None = None
    blocks: tuple[ReportBlock, ...] = ()
    more: bytes = b""

    def body(self) -> tuple[int, int, bytes]:
        """Return packet type, count and the octets behind the header word."""
        check_range("report blocks", len(self.blocks), 5)
        check_range("source", self.source, 32)
        octets = b"".join(block.encode() for block in self.blocks) + self.more
        if self.sent is None:
            return self.RECEIVER_TYPE, len(self.blocks), _SOURCE.pack(self.source) + octets
        sent = self.sent
        check_range("NTP time", sent.ntp_time, 64)
        for word in (sent.timestamp, sent.packets, sent.octets):
            check_range("sender information", word, 32)
        begin = _SENDER.pack(self.source, sent.ntp_time, sent.timestamp, sent.packets, sent.octets)
        return self.SENDER_TYPE, len(self.blocks), begin + octets


def read_report(packet_type: int, count: int, body: bytes) -> Report:
    """Return the report of type 200 or 201; raises PacketError when it is cut short."""
    is_sender = packet_type == Report.SENDER_TYPE
    begin = _SENDER.size if is_sender else _SOURCE.size
    end = begin + count * _BLOCK.size
    if len(body) < end:
        raise PacketError(field="report", value=len(body), accepted=f"at least {end} octets")
    sent = None
    if is_sender:
        source, *rest = _SENDER.unpack_from(body)
        sent = _sender_information(rest)
    else:
        (source,) = _SOURCE.unpack_from(body)
    blocks = tuple(map(_block, _BLOCK.iter_unpack(body[begin:end])))
    return Report(source=source, sent=sent, blocks=blocks, more=body[end:])


def _sender_information(words: Sequence[int]) -> SenderInformation:
    ntp_time, timestamp, packets, octets = words
    return SenderInformation(ntp_time=ntp_time, timestamp=timestamp, packets=packets, octets=octets)


def _block(words: Sequence[int]) -> ReportBlock:
    source, losses, highest_sequence, jitter, last_report, delay = words
    lost = losses & (1 << _LOST_BITS) - 1
    half = 1 << (_LOST_BITS - 1)
    return ReportBlock(
        source=source,
        fraction_lost=losses >> _LOST_BITS,
        packets_lost=lost - (lost & half) * 2,
        highest_sequence=highest_sequence,
        jitter=jitter,
        last_report=last_report,
        delay_since_last_report=delay,
    )
