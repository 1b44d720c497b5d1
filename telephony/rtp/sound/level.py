"""How loud samples are, in dBov (RFC 6464 s. 3); pure, any one thread."""

from __future__ import annotations

from array import array
from math import log10
from operator import mul

QUIETEST_DBOV = -127.0
"""RFC 6464 s. 3: silence and everything below."""

_OVERLOAD = 32768.0
_FALL_DB_PER_SECOND = 20.0


def level_dbov(samples: array[int]) -> float:
    """Return -127.0 to 0.0; 0 dBov is a square wave of the highest samples."""
    power = sum(map(mul, samples, samples))
    if not power:
        return QUIETEST_DBOV
    return max(QUIETEST_DBOV, 10 * log10(power / len(samples) / _OVERLOAD**2))


class LevelMeter:
    """A meter that rises at once and falls 20 dB a second, so that an eye can follow it."""

    def __init__(self) -> None:
        """Begin with silence."""
        self._level = QUIETEST_DBOV

    @property
    def level(self) -> float:
        """Return what the meter shows, in dBov."""
        return self._level

    def take(self, samples: array[int], seconds: float) -> float:
        """Take in ``samples`` that last ``seconds``; return what the meter shows."""
        self._level = max(level_dbov(samples), self._level - _FALL_DB_PER_SECOND * seconds)
        return self._level
