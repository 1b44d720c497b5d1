"""Something to be done later, by the event loop's time; runs on the `desk-loop` thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from telephony.desk.timers import Timer


class LoopTimers:
    """`telephony.desk.timers.Timers` in real seconds."""

    def after(self, delay_seconds: float, action: Callable[[], object], /) -> Timer:
        """Call ``action()`` after ``delay_seconds``, unless the timer is cancelled before."""
        return asyncio.get_running_loop().call_later(delay_seconds, action)
