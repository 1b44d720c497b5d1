"""Keeps the times of a call in order when this machine's clock is set; on the `desk-loop` thread.

An event tells when it happened by a clock that somebody may set back in the middle of a call: the
call would end before it was answered. How long ago the last event was is known without any clock.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic

TOLERANCE_SECONDS = 10.0
"""How much later than it happened an event may be heard of before its clock counts as set back."""


class SteadyTime:
    """The times of events one after the other, as long as somebody is busy with a call."""

    def __init__(self, seconds: Callable[[], float] = monotonic) -> None:
        """``seconds`` passes evenly whatever happens to the clock."""
        self._seconds = seconds
        self._last: tuple[datetime, float] | None = None

    def of(self, at: datetime, *, is_busy: bool) -> datetime:
        """Return when the event of ``at`` happened, by the clock as it was when the call began.

        While ``is_busy`` it is never before the event before it. A clock that was set back goes on
        from that event by the time that has really passed, which in a simulation that runs faster
        is less than it tells. Between calls whatever the clock says is taken.
        """
        now = self._seconds()
        if is_busy and self._last is not None:
            last_at, last_seen = self._last
            least = last_at + timedelta(seconds=now - last_seen)
            is_set_back = at < least - timedelta(seconds=TOLERANCE_SECONDS)
            at = least if is_set_back else max(at, last_at)
        self._last = at, now
        return at
