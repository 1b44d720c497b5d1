"""How much of what was sent was not heard; pure, any one thread."""

from __future__ import annotations

from dataclasses import dataclass

from telephony.rtp.playout.outcome import PlayoutCounts
from telephony.rtp.reception.loss_runs import LossRuns
from telephony.rtp.reception.statistics import ReceptionStatistics


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """share: of packets that were not heard, 0.0 to 1.0. burst_ratio: BurstR (ITU-T G.107 s. 7.5).

    BurstR is the mean length of the losses over that of random ones, 1 / (1 - share), 1.0 or more.
    """

    share: float
    burst_ratio: float = 1.0


class LossMeter:
    """The share of packets that never came or came too late, from one asking to the next.

    Concealed ticks would be the wrong measure: a peer that stops sending while it is silent has
    them at the end of every sentence.
    """

    def __init__(self) -> None:
        """Begin with the call."""
        self._run: tuple[int, int] | None = None
        self._expected = self._received = self._late = 0
        self._lost = self._runs = 0

    def take(self, statistics: ReceptionStatistics, counts: PlayoutCounts) -> Loss:
        """Return what was lost since the last time; nothing when nothing was sent.

        How losses lie is known two seconds later, and only of those that never came.
        """
        sequence = statistics.sequence
        run = (statistics.source, sequence.restarts)
        if run != self._run:
            self._run, self._expected, self._received = run, 0, 0
            self._lost = self._runs = 0
        expected = sequence.expected - self._expected
        missing = max(0, expected - (sequence.received - self._received))
        missing += counts.late - self._late
        self._expected, self._received = sequence.expected, sequence.received
        self._late = counts.late
        share = min(1.0, missing / expected) if expected > 0 else 0.0
        return Loss(share=share, burst_ratio=self._burst_ratio(statistics.loss_runs, share))

    def _burst_ratio(self, losses: LossRuns, share: float) -> float:
        lost, runs = losses.lost - self._lost, losses.runs - self._runs
        self._lost, self._runs = losses.lost, losses.runs
        return max(1.0, lost / runs * (1 - share)) if runs > 0 else 1.0
