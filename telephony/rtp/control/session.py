"""The reports of one call: what this side tells, and what the other told; any one thread.

Times are seconds of a monotonic clock; only the NTP time of a report is wall time.
"""

from __future__ import annotations

from dataclasses import dataclass

from telephony.rtp.control.interval import CONTROL_SHARE, report_interval
from telephony.rtp.control.ntp import middle_bits, ntp_time, short_interval, short_seconds
from telephony.rtp.packet.description import (
    CNAME,
    DescriptionItem,
    Goodbye,
    SourceDescription,
    SourceItems,
)
from telephony.rtp.packet.report import Report, ReportBlock, SenderInformation
from telephony.rtp.packet.rtcp import ControlPacket, encode_rtcp
from telephony.rtp.packet.rtp import RtpPacket
from telephony.rtp.reception.statistics import ReceptionStatistics

_HEADER_OCTETS = 28
"""IP and UDP, which RFC 3550 s. 6.2 counts as well."""

_WORD = (1 << 32) - 1
_MOST_ROUND_TRIP_SECONDS = 30.0
_FRACTION = 256
_PARTIES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerView:
    """How the other side receives us, as its last report says.

    loss: share since its report before, 0.0 to 1.0. packets_lost: since the beginning.
    jitter_seconds: as it measured. round_trip_seconds: None until a report answered one of ours.
    """

    loss: float
    packets_lost: int
    jitter_seconds: float
    round_trip_seconds: float | None


class ControlSession:
    """RTCP of one stream each way between two parties.

    peer_view: None until the peer reported on us. due_at: when the next report is due.
    """

    def __init__(self, *, source: int, name: str, clock_hz: int, now: float, chance: float) -> None:
        """Report as ``source`` under the CNAME ``name``; ``chance`` as in `report_interval`."""
        self.source = source
        self.peer_view: PeerView | None = None
        self.peer_left = False
        self._name = name
        self._clock_hz = clock_hz
        self._sent_packets = self._sent_octets = 0
        self._last_sent: tuple[int, float] | None = None
        self._sent_since_report = False
        self._heard: dict[int, tuple[int, float]] = {}
        self._average_octets = 100.0
        self._round_trip: float | None = None
        self.due_at = now + self._interval(is_first=True, chance=chance)

    def count_by(self, clock_hz: int) -> None:
        """Go on with a stream whose timestamps count ``clock_hz`` a second."""
        if clock_hz != self._clock_hz:
            self._clock_hz = clock_hz
            self._last_sent = None

    def note_sent(self, packet: RtpPacket, now: float) -> None:
        """Count a packet of ours."""
        self._sent_packets += 1
        self._sent_octets += len(packet.payload)
        self._last_sent = packet.timestamp, now
        self._sent_since_report = True

    def make_report(
        self, received: ReceptionStatistics | None, *, now: float, wall: float, chance: float
    ) -> bytes:
        """Return the compound that is due, and set when the next one is.

        received: what came from the peer, None for nothing. wall: Unix time in seconds.
        """
        blocks: tuple[ReportBlock, ...] = ()
        if received is not None and received.sequence.is_valid:
            blocks = (received.make_block(*self._echo(received.source, now)),)
        sent = self._sender_information(now, wall) if self._sent_since_report else None
        report = Report(source=self.source, sent=sent, blocks=blocks)
        data = encode_rtcp((report, self._description()))
        self._average_octets += (len(data) + _HEADER_OCTETS - self._average_octets) / 16
        self.due_at = now + self._interval(is_first=False, chance=chance)
        self._sent_since_report = False
        return data

    def make_goodbye(self, reason: str = "") -> bytes:
        """Return the compound that ends our stream (RFC 3550 s. 6.6)."""
        empty = Report(source=self.source)
        goodbye = Goodbye(sources=(self.source,), reason=reason)
        return encode_rtcp((empty, self._description(), goodbye))

    def receive(self, packets: tuple[ControlPacket, ...], *, now: float, wall: float) -> None:
        """Take in the peer's compound."""
        for packet in packets:
            if isinstance(packet, Report):
                self._receive_report(packet, now, wall)
            elif isinstance(packet, Goodbye):
                self.peer_left = True

    def _receive_report(self, report: Report, now: float, wall: float) -> None:
        if report.sent is not None:
            # One peer has one source, or a few after restarts; more is somebody's garbage.
            if len(self._heard) >= _PARTIES and report.source not in self._heard:
                self._heard.pop(next(iter(self._heard)))
            self._heard[report.source] = middle_bits(report.sent.ntp_time), now
        for block in report.blocks:
            if block.source == self.source:
                measured = round_trip_seconds(block, wall)
                self._round_trip = self._round_trip if measured is None else measured
                self.peer_view = PeerView(
                    loss=block.fraction_lost / _FRACTION,
                    packets_lost=block.packets_lost,
                    jitter_seconds=block.jitter / self._clock_hz,
                    round_trip_seconds=self._round_trip,
                )

    def _sender_information(self, now: float, wall: float) -> SenderInformation | None:
        if self._last_sent is None:
            return None
        timestamp, sent_at = self._last_sent
        # The timestamp of this very moment, not that of the last packet (RFC 3550 s. 6.4.1).
        return SenderInformation(
            ntp_time=ntp_time(wall),
            timestamp=timestamp + round((now - sent_at) * self._clock_hz) & _WORD,
            packets=self._sent_packets & _WORD,
            octets=self._sent_octets & _WORD,
        )

    def _description(self) -> SourceDescription:
        item = DescriptionItem(kind=CNAME, text=self._name)
        return SourceDescription(sources=(SourceItems(source=self.source, items=(item,)),))

    def _echo(self, source: int, now: float) -> tuple[int, int]:
        """Return LSR and DLSR for the peer's last sender report, 0 and 0 without one."""
        if source not in self._heard:
            return 0, 0
        last_report, heard_at = self._heard[source]
        return last_report, short_interval(now - heard_at)

    def _interval(self, *, is_first: bool, chance: float) -> float:
        return report_interval(
            members=_PARTIES,
            senders=_PARTIES,
            # Speech at 64 kbit/s, the least that G.711 takes.
            bandwidth=8000 * CONTROL_SHARE,
            we_sent=True,
            average_octets=self._average_octets,
            is_first=is_first,
            chance=chance,
        )


def round_trip_seconds(block: ReportBlock, wall: float) -> float | None:
    """Return the round trip that a block about us shows (RFC 3550 s. 6.4.1), None if it shows none.

    wall: when it arrived, by the clock whose time our sender reports gave. Slightly negative
    differences are roundings and count as 0; what nobody can have waited is no answer to ours.
    """
    if block.last_report == 0:
        return None
    units = middle_bits(ntp_time(wall)) - block.last_report - block.delay_since_last_report
    seconds = short_seconds(units)
    if not -0.01 <= seconds <= _MOST_ROUND_TRIP_SECONDS:
        return None
    return max(0.0, seconds)
