"""Changes the rate of 16-bit samples by a windowed sinc, for devices that lack the card's; pure."""

from __future__ import annotations

import math
from array import array
from functools import cache
from operator import mul
from typing import Final

_HALF: Final = 8
"""Samples on either side that shape a new one: speech keeps all it has, at a tenth of a core."""


class Resampler:
    """Turns one stream of samples at ``source_hz`` into one at ``target_hz``, piece by piece."""

    def __init__(self, source_hz: int, target_hz: int) -> None:
        """Begin a stream."""
        common = math.gcd(source_hz, target_hz)
        self._up = target_hz // common
        self._down = source_hz // common
        self._taps = _filters(self._up, self._down)
        self._reach = len(self._taps[0]) // 2
        self._tail = array("h", bytes(4 * self._reach))
        self._phase = 0

    def convert(self, samples: array[int]) -> array[int]:
        """Return what ``samples`` add to the stream, a few samples late."""
        line = self._tail + samples
        width = 2 * self._reach
        out = array("h")
        place, phase = divmod(self._phase, self._up)
        while place + width <= len(line):
            value = sum(map(mul, self._taps[phase], line[place : place + width]))
            out.append(max(-32768, min(32767, round(value))))
            phase += self._down
            place, phase = place + phase // self._up, phase % self._up
        kept = min(place, len(line))
        self._tail = line[kept:]
        self._phase = (place - kept) * self._up + phase
        return out


@cache
def _filters(up: int, down: int) -> tuple[tuple[float, ...], ...]:
    """Return one filter per phase; the cut-off follows the lower of both rates."""
    cutoff = min(1.0, up / down)
    reach = math.ceil(_HALF / cutoff)
    return tuple(_filter(phase / up, cutoff, reach) for phase in range(up))


def _filter(offset: float, cutoff: float, reach: int) -> tuple[float, ...]:
    taps = [
        _sinc(cutoff * (index - reach + 1 - offset)) * _window((index - reach + 1 - offset) / reach)
        for index in range(2 * reach)
    ]
    total = sum(taps)
    return tuple(tap / total for tap in taps)


def _sinc(x: float) -> float:
    return 1.0 if x == 0 else math.sin(math.pi * x) / (math.pi * x)


def _window(x: float) -> float:
    """Return the Hann window, 1 in the middle and 0 from -1 and 1 outwards."""
    return 0.5 + 0.5 * math.cos(math.pi * x) if abs(x) < 1 else 0.0
