"""How late packets come, and so how long to wait for them; pure, any one thread."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import deque
from math import ceil

LEAST_SECONDS = 0.040
MOST_SECONDS = 0.120
"""Two frames ride out one that is late; more than six are heard as delay by both."""

_WINDOW = 500
_SETTLED = 50
_ON_TIME = 0.98
_SAFETY_SECONDS = 0.020
_STEP_SECONDS = 0.010


class DelayWindow:
    """The delays of the last 500 packets against their timestamps: ten seconds of speech.

    Only differences mean anything, as the two ends' clocks share no beginning. Since old packets
    leave, the least of them follows clocks that drift apart.
    """

    def __init__(self) -> None:
        """Begin without a packet and with the least delay."""
        self._arrived: deque[float] = deque()
        self._ordered: list[float] = []
        self._target = LEAST_SECONDS

    @property
    def least(self) -> float:
        """Return the delay of the fastest packet; there must be one."""
        return self._ordered[0]

    @property
    def target(self) -> float:
        """Return seconds from the fastest arrival to the ear, 0.040 to 0.120."""
        return self._target

    def take(self, delay: float) -> None:
        """Take in a packet's arrival minus its timestamp, both in seconds."""
        if len(self._arrived) == _WINDOW:
            del self._ordered[bisect_left(self._ordered, self._arrived.popleft())]
        self._arrived.append(delay)
        insort(self._ordered, delay)
        wanted = self._wanted()
        # A few packets show that more is needed, but not yet that less would do.
        if wanted > self._target or len(self._ordered) >= _SETTLED:
            self._target = wanted

    def restart(self, delay: float) -> None:
        """Forget the former place in time, not what was learnt of the line."""
        self._arrived.clear()
        self._ordered.clear()
        self.take(delay)

    def _wanted(self) -> float:
        """Return what lets 98 of 100 come in time, in steps so that it does not flutter.

        Those that no delay of ours could save do not count: after a standstill of the line they
        would have everybody wait for ten seconds, and to no purpose.
        """
        ordered = self._ordered
        savable = bisect_right(ordered, ordered[0] + MOST_SECONDS)
        slow = ordered[min(savable - 1, int(_ON_TIME * savable))]
        steps = ceil((slow - ordered[0] + _SAFETY_SECONDS) / _STEP_SECONDS - 1e-6)
        return max(LEAST_SECONDS, min(MOST_SECONDS, steps * _STEP_SECONDS))
