"""Interleaved rounds of a measurement beside its baseline, on a machine that others share too."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence


def interleaved(
    ours: Callable[[], float], baseline: Callable[[], float], *, rounds: int
) -> tuple[list[float], list[float]]:
    """Return the results of ``rounds`` turns of each, taken one after the other."""
    pairs = [(ours(), baseline()) for _ in range(rounds)]
    return [first for first, _ in pairs], [second for _, second in pairs]


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which ``share`` (0.0 to 1.0) of ``values`` lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median_ms(seconds: Sequence[float]) -> float:
    """Return the median of ``seconds`` in milliseconds, to a hundredth."""
    return round(statistics.median(seconds) * 1000, 2)


def percentile_ms(seconds: Sequence[float], share: float) -> float:
    """Return a percentile of ``seconds`` in milliseconds, to a hundredth."""
    return round(percentile(seconds, share) * 1000, 2)
