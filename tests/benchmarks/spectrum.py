"""How differently two pieces of sound are coloured, in decibels; pure."""

from __future__ import annotations

from array import array
from cmath import exp
from itertools import pairwise
from math import cos, log10, pi, sqrt

_BAND_EDGES_HZ = (100, 200, 300, 400, 510, 630, 770, 920, 1080, 1270, 1480)
_HIGH_EDGES_HZ = (1720, 2000, 2320, 2700, 3150, 3700, 4400, 5300, 6400, 7700)
"""Critical bands (Zwicker 1961): an ear hears as one what is within one of them."""

_QUIET = 32768.0**2 * 1e-7
"""Of a band: what is 70 dB below the loudest is not heard beside it."""


def distance_db(heard: array[int], meant: array[int], sample_hz: int) -> float:
    """Return the root of the mean square of the bands' differences."""
    one, other = _bands(heard, sample_hz), _bands(meant, sample_hz)
    squares = [(10 * log10(a / b)) ** 2 for a, b in zip(one, other, strict=True)]
    return sqrt(sum(squares) / len(squares))


def _bands(samples: array[int], sample_hz: int) -> list[float]:
    size = 1 << (len(samples) - 1).bit_length()
    count = len(samples)
    windowed = [
        value * (0.5 - 0.5 * cos(2 * pi * index / count)) for index, value in enumerate(samples)
    ]
    spectrum = _transform([*windowed, *[0.0] * (size - count)])
    powers = [abs(value / count * 4) ** 2 for value in spectrum[: size // 2]]
    edges = [hz * size // sample_hz for hz in (*_BAND_EDGES_HZ, *_HIGH_EDGES_HZ)]
    # The highest bands are beyond what a narrow-band codec has.
    edges = [edge for edge in edges if edge < size // 2]
    return [sum(powers[begin:end]) + _QUIET for begin, end in pairwise(edges)]


def _transform(values: list[float]) -> list[complex]:
    """Return the Fourier transform of as many values as a power of two."""
    if len(values) == 1:
        return [complex(values[0])]
    even, odd = _transform(values[0::2]), _transform(values[1::2])
    half = len(even)
    turned = [exp(-1j * pi * index / half) * value for index, value in enumerate(odd)]
    return [a + b for a, b in zip(even, turned, strict=True)] + [
        a - b for a, b in zip(even, turned, strict=True)
    ]
