"""The card's frames as 16-bit samples, and single samples put in or left out; pure, any thread."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Final

CARD_HZ: Final = 48_000
"""Samples a second of the card, one channel."""

FRAME: Final = CARD_HZ // 50
"""Samples of 20 ms."""

_STRIDE: Final = 8
"""Only each eighth place is weighed: a step among so many is small enough to go unheard."""


def silence(length: int = FRAME) -> array[int]:
    """Return ``length`` samples of nothing."""
    return array("h", bytes(2 * length))


def fitted(samples: array[int], surplus: int) -> array[int]:
    """Return ``samples`` without ``surplus`` of them, or with that many twice when it is below 0.

    Each is taken where its neighbour is nearly the same.
    """
    if not surplus:
        return samples
    out = array("h")
    for part, place in _smoothest(samples, abs(surplus)):
        out += part[: place + 1] + part[place + 2 if surplus > 0 else place :]
    return out


def _smoothest(samples: array[int], count: int) -> Iterator[tuple[array[int], int]]:
    """Yield ``count`` parts of ``samples`` with the place of the smallest step in each."""
    for index in range(count):
        part = samples[index * len(samples) // count : (index + 1) * len(samples) // count]
        steps = [abs(part[i + 1] - part[i]) for i in range(0, len(part) - 1, _STRIDE)]
        yield part, _STRIDE * steps.index(min(steps))
