"""Linear samples: 16 bits with a sign, one channel; pure, any thread."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

HIGHEST = 32767
LOWEST = -32768
FRAME_SAMPLES = 160
"""20 ms at 8000 Hz."""


def silence(count: int = FRAME_SAMPLES) -> array[int]:
    """Return ``count`` samples of nothing."""
    return array("h", bytes(2 * count))


def saturated(values: Iterable[float]) -> array[int]:
    """Return whole samples; what is louder than 16 bits hold is held at their limits."""
    return array(
        "h",
        [
            HIGHEST if value > HIGHEST else LOWEST if value < LOWEST else int(value)
            for value in values
        ],
    )
