"""A received stream from packets to frames, through changes of source; any one thread.

A peer behind an exchange changes its SSRC at any time: after a transfer, at the end of music, when
a gateway restarts. The new source takes over after two packets in sequence; nothing of it is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from telephony.rtp.packet.rtp import RtpPacket
from telephony.rtp.playout.framing import PayloadFramer
from telephony.rtp.playout.jitter_buffer import JitterBuffer
from telephony.rtp.playout.outcome import ReceivedFrame
from telephony.rtp.reception.sequence import TimestampUnwrapper
from telephony.rtp.reception.statistics import ReceptionStatistics

Held = tuple[RtpPacket, float]
_NO_FRAMERS: Mapping[int, PayloadFramer] = MappingProxyType({})


class ReceivedStream:
    """What the peer sends.

    buffer: gives a frame each tick. source_changes: how often another source took over.
    """

    def __init__(
        self,
        *,
        speech: frozenset[int],
        noise: frozenset[int] = frozenset(),
        clock_hz: int = 8000,
        framers: Mapping[int, PayloadFramer] = _NO_FRAMERS,
    ) -> None:
        """Buffer the payload types ``speech`` and ``noise``; count all others alone.

        framers: of payload types whose packets may be longer or shorter than a frame.
        """
        self.buffer = JitterBuffer(clock_hz)
        self.source_changes = 0
        self._speech = speech
        self._noise = noise
        self._clock_hz = clock_hz
        self._framers = framers
        self._current: ReceptionStatistics | None = None
        self._candidate: ReceptionStatistics | None = None
        self._held: Held | None = None
        self._timestamps = TimestampUnwrapper()

    @property
    def statistics(self) -> ReceptionStatistics | None:
        """Return the counts of the source that is heard, None before there is one."""
        return self._current

    def receive(self, packet: RtpPacket, now: float) -> bool:
        """Take in a packet; return whether it belongs to the source that is heard."""
        if self._current is None:
            # Nothing else is heard: the first packet need not wait for a second to be believed.
            self._current = ReceptionStatistics(packet.source, self._clock_hz)
        if packet.source == self._current.source:
            # Both sources at once: the former is not gone, so the other is no successor.
            self._candidate = self._held = None
            return self._accept(self._current, packet, now)
        return self._try_candidate(packet, now)

    def _accept(self, statistics: ReceptionStatistics, packet: RtpPacket, now: float) -> bool:
        was_valid = statistics.sequence.is_valid
        if statistics.take(packet.sequence_number, None, now) is None and was_valid:
            return False
        self._put(statistics, packet, now)
        return True

    def _try_candidate(self, packet: RtpPacket, now: float) -> bool:
        if self._candidate is None or self._candidate.source != packet.source:
            self._candidate, self._held = ReceptionStatistics(packet.source, self._clock_hz), None
        held, self._held = self._held, (packet, now)
        if self._candidate.take(packet.sequence_number, None, now) is None:
            return False
        self.source_changes += 1
        self._current, self._candidate, self._held = self._candidate, None, None
        self._timestamps = TimestampUnwrapper()
        self.buffer.restart()
        if held is not None:
            self._put(self._current, *held)
        self._put(self._current, packet, now)
        return True

    def _put(self, statistics: ReceptionStatistics, packet: RtpPacket, now: float) -> None:
        timestamp = self._timestamps.take(packet.timestamp)
        is_noise = packet.payload_type in self._noise
        if not is_noise and packet.payload_type not in self._speech:
            return
        # Digits repeat the timestamp of their beginning; only sound shows the line's jitter.
        statistics.jitter.take(timestamp, now)
        frame = ReceivedFrame(
            timestamp=timestamp,
            payload_type=packet.payload_type,
            payload=packet.payload,
            is_noise=is_noise,
        )
        framer = self._framers.get(packet.payload_type)
        if framer is None or is_noise:
            self.buffer.put(frame, now)
            return
        for each in framer.take(frame):
            self.buffer.put(each, now)
