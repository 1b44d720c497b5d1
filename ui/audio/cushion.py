"""How much sound waits between two clocks, and when a sample is to go or to come; pure."""

from __future__ import annotations

from typing import Final

from ui.audio.frames import FRAME

LEAST: Final = FRAME // 2
"""Samples that wait at the least when the other side comes: 10 ms for late threads."""

MOST: Final = 2 * FRAME

HEAP: Final = 2 * FRAME
"""More than this beyond what is needed is a stall made good: it is dropped at once."""

_LOOK: Final = 50
"""Frames, one second, whose lowest level tells what always waits in vain."""


_NOT_SEEN: Final = 1 << 30

_CLOSE: Final = LEAST // 2
"""Nearer to what is wanted nothing is done."""

QUICKEST: Final = FRAME // 100
"""Samples put in or left out of a frame at the most: one in a hundred alters no voice."""


class Cushion:
    """Keeps what waits between a sound device and the engine small and never empty.

    Both run by clocks of their own that differ by some hundred parts in a million: now and then a
    single sample too many or too few goes by unheard, where a frame dropped would be a click.
    """

    def __init__(self) -> None:
        """Begin with the least."""
        self.size = LEAST
        """Samples that shall wait, at the lowest moment."""
        self._pace = 0
        self._lowest = _NOT_SEEN
        self._left = _LOOK

    def ran_dry(self) -> None:
        """Ask for more from now on: the other side was later than what waited could cover."""
        self.size = min(MOST, 2 * self.size)
        self._pace = 0
        self._restart()

    def surplus(self, level: int) -> int:
        """Return how many samples to leave out of this frame, or below 0 to put in.

        ``level``: samples that wait at the lowest moment of this frame, just before it is filled.
        More than `QUICKEST` are dropped in one piece.
        """
        self._lowest = min(self._lowest, level)
        self._left -= 1
        if self._left > 0:
            return self._pace
        beyond = self._lowest - self.size
        self._restart()
        if beyond > HEAP:
            self._pace = 0
            return beyond
        self._pace = 0 if abs(beyond) < _CLOSE else round(beyond / _LOOK) or _sign(beyond)
        self._pace = max(-QUICKEST, min(QUICKEST, self._pace))
        return self._pace

    def _restart(self) -> None:
        self._lowest = _NOT_SEEN
        self._left = _LOOK


def _sign(number: int) -> int:
    return 1 if number > 0 else -1
