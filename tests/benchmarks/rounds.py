"""Medians and percentiles of measured rounds, for reports."""

from __future__ import annotations

import statistics
from collections.abc import Sequence


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
