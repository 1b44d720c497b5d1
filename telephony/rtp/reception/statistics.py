"""Losses and jitter of one source as reports tell them (RFC 3550 A.3, A.8); any one thread."""

from __future__ import annotations

from telephony.rtp.packet.report import ReportBlock
from telephony.rtp.reception.loss_runs import LossRuns
from telephony.rtp.reception.sequence import SequenceTracker

_MOST_LOST = (1 << 23) - 1
_WORD = (1 << 32) - 1
_FRACTION = 256
_MOST_JITTER_STEP_SECONDS = 10.0


class JitterEstimator:
    """The mean deviation of the spacing of packets (RFC 3550 s. 6.4.1, A.8)."""

    def __init__(self, clock_hz: int) -> None:
        """Measure a stream whose timestamps count ``clock_hz`` a second."""
        self._clock_hz = clock_hz
        self._transit: float | None = None
        self._units = 0.0

    @property
    def units(self) -> int:
        """Return the jitter in units of the stream's clock."""
        return int(self._units)

    @property
    def seconds(self) -> float:
        """Return the jitter in seconds."""
        return self._units / self._clock_hz

    def take(self, timestamp: int, now: float) -> None:
        """Take in a packet with its unwrapped timestamp; ``now`` is its arrival in seconds."""
        transit = now * self._clock_hz - timestamp
        if self._transit is not None:
            step = abs(transit - self._transit)
            # A sender that set its timestamps anew says nothing about the network.
            if step < _MOST_JITTER_STEP_SECONDS * self._clock_hz:
                self._units += (step - self._units) / 16
        self._transit = transit


class ReceptionStatistics:
    """Everything a report block says of one source."""

    def __init__(self, source: int, clock_hz: int) -> None:
        """Begin with nothing received from ``source``."""
        self.source = source
        self.sequence = SequenceTracker()
        self.jitter = JitterEstimator(clock_hz)
        self.loss_runs = LossRuns()
        self._restarts = self._reported_expected = self._reported_received = 0

    def take(self, sequence_number: int, timestamp: int | None, now: float) -> int | None:
        """Take in a packet; return its number with cycles, None when it is not to be used.

        timestamp: unwrapped, None when it does not tell when the packet was made.
        """
        number = self.sequence.take(sequence_number)
        if number is not None:
            self.loss_runs.take(number, self.sequence.restarts)
        if number is not None and timestamp is not None:
            self.jitter.take(timestamp, now)
        return number

    @property
    def packets_lost(self) -> int:
        """Return the losses since the numbers began; negative when duplicates came."""
        return self.sequence.expected - self.sequence.received

    def make_block(self, last_report: int = 0, delay: int = 0) -> ReportBlock:
        """Return the block for the next report; the fraction counts since the one before."""
        return ReportBlock(
            source=self.source,
            fraction_lost=self._next_fraction(),
            packets_lost=max(-_MOST_LOST, min(_MOST_LOST, self.packets_lost)),
            highest_sequence=self.sequence.highest & _WORD,
            jitter=min(self.jitter.units, _WORD),
            last_report=last_report,
            delay_since_last_report=min(delay, _WORD),
        )

    def _next_fraction(self) -> int:
        if self._restarts != self.sequence.restarts:
            self._restarts = self.sequence.restarts
            self._reported_expected = self._reported_received = 0
        expected = self.sequence.expected - self._reported_expected
        lost = expected - (self.sequence.received - self._reported_received)
        self._reported_expected = self.sequence.expected
        self._reported_received = self.sequence.received
        if expected <= 0 or lost <= 0:
            return 0
        return min(_FRACTION - 1, lost * _FRACTION // expected)
