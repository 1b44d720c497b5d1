"""Keeps the times of a call in order when this machine's clock is set; on its user's thread.

An event tells when it happened by a clock that somebody may set in the middle of a call: the call
would end before it was answered, or last an hour too long. How long ago the last event was is
known without any clock.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

TOLERANCE_SECONDS = 10.0
"""How much later than it happened an event may be heard of before its clock counts as set."""


def passed_seconds() -> float:
    """Return seconds that pass evenly whatever happens to the clock, also while asleep."""
    # On Linux the one that Python calls monotonic stands still in a laptop that is shut.
    with_sleep = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if with_sleep is None else time.clock_gettime(with_sleep)


class SteadyTime:
    """The times of events one after the other, as long as somebody is busy with a call."""

    def __init__(
        self, seconds: Callable[[], float] = passed_seconds, *, keeps_pace: bool = False
    ) -> None:
        """``seconds`` passes evenly whatever happens to the clock.

        keeps_pace: the clock is this machine's, and not one of a simulation that runs faster: what
        it is ahead of the time that has passed, somebody has set it.
        """
        self._seconds = seconds
        self._keeps_pace = keeps_pace
        self._last: tuple[datetime, float] | None = None

    def of(self, at: datetime, *, is_busy: bool) -> datetime:
        """Return when the event of ``at`` happened, by the clock as it was when the call began.

        While ``is_busy`` it is never before the event before it. A clock that was set goes on from
        that event by the time that has really passed, which in a simulation that runs faster is
        less than it tells: there only one that was set back is noticed. Between calls whatever the
        clock says is taken.
        """
        now = self._seconds()
        if is_busy and self._last is not None:
            last_at, last_seen = self._last
            least = last_at + timedelta(seconds=now - last_seen)
            tolerance = timedelta(seconds=TOLERANCE_SECONDS)
            is_set_forward = self._keeps_pace and at > least + tolerance
            is_set = is_set_forward or at < least - tolerance
            at = least if is_set else max(at, last_at)
        self._last = at, now
        return at
