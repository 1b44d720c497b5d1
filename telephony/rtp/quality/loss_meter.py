"""How much of what was sent was not heard; pure, any one thread."""

from __future__ import annotations

from telephony.rtp.playout.outcome import PlayoutCounts
from telephony.rtp.reception.statistics import ReceptionStatistics


class LossMeter:
    """The share of packets that never came or came too late, from one asking to the next.

    Concealed ticks would be the wrong measure: a peer that stops sending while it is silent has
    them at the end of every sentence.
    """

    def __init__(self) -> None:
        """Begin with the call."""
        self._run: tuple[int, int] | None = None
        self._expected = self._received = self._late = 0

    def take(self, statistics: ReceptionStatistics, counts: PlayoutCounts) -> float:
        """Return 0.0 to 1.0 since the last time; 0.0 when nothing was sent."""
        sequence = statistics.sequence
        run = (statistics.source, sequence.restarts)
        if run != self._run:
            self._run, self._expected, self._received = run, 0, 0
        expected = sequence.expected - self._expected
        missing = max(0, expected - (sequence.received - self._received))
        missing += counts.late - self._late
        self._expected, self._received = sequence.expected, sequence.received
        self._late = counts.late
        return min(1.0, missing / expected) if expected > 0 else 0.0
