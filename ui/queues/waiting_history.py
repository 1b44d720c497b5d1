"""How many callers waited over the last half hour, for a sparkline; pure, any thread."""

from __future__ import annotations

from collections import deque
from datetime import datetime
from typing import Final

STEP_SECONDS: Final = 30
WINDOW_SECONDS: Final = 30 * 60
FIRST_WINDOW_SECONDS: Final = 5 * 60
"""A new desk shows five minutes, and more as it learns more, up to the whole window."""


class WaitingHistory:
    """Keeps the highest count of each step of `STEP_SECONDS`."""

    def __init__(self) -> None:
        self._steps: deque[tuple[int, int]] = deque(maxlen=WINDOW_SECONDS // STEP_SECONDS)

    def record(self, at: datetime, waiting: int) -> None:
        """Add what was seen at the aware time ``at``; an older step than the last is ignored."""
        step = int(at.timestamp()) // STEP_SECONDS
        if not self._steps or step > self._steps[-1][0]:
            self._steps.append((step, waiting))
        elif step == self._steps[-1][0]:
            self._steps[-1] = (step, max(waiting, self._steps[-1][1]))

    def points(self) -> tuple[tuple[float, int], ...]:
        """Return (place, count) oldest first; place runs from 0.0 (start of the window) to 1.0."""
        if not self._steps:
            return ()
        last = self._steps[-1][0]
        oldest = max(self._steps[0][0], last - WINDOW_SECONDS // STEP_SECONDS + 1)
        width = max(last - oldest, FIRST_WINDOW_SECONDS // STEP_SECONDS)
        kept = [(step, waiting) for step, waiting in self._steps if step >= oldest]
        return tuple((1.0 - (last - step) / width, waiting) for step, waiting in kept)
