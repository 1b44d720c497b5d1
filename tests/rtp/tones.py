"""Sounds to listen for."""

from __future__ import annotations

from array import array
from itertools import pairwise
from math import cos, hypot, pi, sin

from telephony.rtp.sound.samples import saturated

RATE_HZ = 8000


def tone(hz: float, count: int, *, peak: float = 8000.0, since: int = 0) -> array[int]:
    """Return ``count`` samples of a sine, from sample ``since`` of it on."""
    step = 2 * pi * hz / RATE_HZ
    return saturated(peak * sin(step * (since + index)) for index in range(count))


def voice(hz: float, count: int, *, since: int = 0) -> array[int]:
    """Return a vowel's likeness: a pitch with overtones that grow weaker."""
    step = 2 * pi * hz / RATE_HZ
    return saturated(
        sum(6000 / part * sin(step * part * (since + index)) for part in range(1, 6))
        for index in range(count)
    )


def strength(samples: array[int], hz: float) -> float:
    """Return the peak of the sine of ``hz`` in ``samples``."""
    step = 2 * pi * hz / RATE_HZ
    real = sum(value * cos(step * index) for index, value in enumerate(samples))
    imaginary = sum(value * sin(step * index) for index, value in enumerate(samples))
    return 2 * hypot(real, imaginary) / len(samples)


def largest_step(samples: array[int]) -> int:
    """Return the largest distance of two neighbours: a click is one that no sound has."""
    return max(abs(later - earlier) for earlier, later in pairwise(samples))
