"""Distributions of durations, by mean and coefficient of variation; pure, any thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice, repeat
from math import exp, inf, log, log2, sqrt
from random import Random

from telephony.simulator.chance.streams import BLOCK, endless


class DistributionKind(StrEnum):
    """Shape of a distribution."""

    EXPONENTIAL = "exponential"
    LOGNORMAL = "lognormal"
    GAMMA = "gamma"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """A random duration.

    mean_seconds: its mean; infinite means never. cv: standard deviation / mean, used by
    lognormal and gamma only (an exponential has 1, a fixed one 0).
    """

    kind: DistributionKind = DistributionKind.EXPONENTIAL
    mean_seconds: float
    cv: float = 1.0

    @property
    def is_zero(self) -> bool:
        """Whether every draw is 0.0."""
        return self.mean_seconds == 0.0

    def draws(self, random: Random) -> Iterator[float]:
        """Return an endless iterator that draws durations in seconds from ``random``."""
        if self.mean_seconds in (0.0, inf) or self.kind is DistributionKind.FIXED:
            return repeat(self.mean_seconds)
        return endless(self._block(random))

    def _block(self, random: Random) -> Callable[[], list[float]]:
        if self.kind is DistributionKind.LOGNORMAL:
            return self._lognormal(random)
        if self.kind is DistributionKind.GAMMA:
            shape = 1.0 / self.cv**2
            scale = self.mean_seconds / shape
            return lambda: [random.gammavariate(shape, scale) for _ in range(BLOCK)]
        return self._exponential(random)

    def _exponential(self, random: Random) -> Callable[[], list[float]]:
        # log2 takes half the time of log; the sentinel keeps 0.0 away from it.
        draw, scale = random.random, -self.mean_seconds * log(2.0)
        return lambda: [bits * scale for bits in map(log2, islice(iter(draw, 0.0), BLOCK))]

    def _lognormal(self, random: Random) -> Callable[[], list[float]]:
        variance = log(1.0 + self.cv**2)
        mu, sigma = log(self.mean_seconds) - variance / 2.0, sqrt(variance)
        return lambda: [exp(random.gauss(mu, sigma)) for _ in range(BLOCK)]


def exponential(mean_seconds: float) -> Distribution:
    """Return the exponential distribution of this mean, which may be 0.0 or infinite."""
    return Distribution(mean_seconds=mean_seconds)


def fixed(seconds: float) -> Distribution:
    """Return the distribution that is always ``seconds``."""
    return Distribution(kind=DistributionKind.FIXED, mean_seconds=seconds)
