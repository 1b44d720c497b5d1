"""A clock that a test turns by hand."""

from __future__ import annotations

import asyncio
import heapq
import math
from collections.abc import Callable
from itertools import count

from tests.network.heard import PATIENCE_SECONDS


class ManualAlarm:
    def __init__(self, callback: Callable[[], object]) -> None:
        self.callback: Callable[[], object] | None = callback

    def cancel(self) -> None:
        self.callback = None


class ManualTicker:
    """`telephony.network.ticker.Ticker` that stands still between calls of `advance`."""

    def __init__(self) -> None:
        self._now = 1000.0
        self._alarms: list[tuple[float, int, ManualAlarm]] = []
        self._numbers = count()
        self._was_set = asyncio.Event()

    def time(self) -> float:
        return self._now

    def call_at(self, when: float, callback: Callable[[], object]) -> ManualAlarm:
        alarm = ManualAlarm(callback)
        heapq.heappush(self._alarms, (when, next(self._numbers), alarm))
        self._was_set.set()
        if when <= self._now:
            asyncio.get_running_loop().call_soon(self.advance, 0.0)
        return alarm

    def advance(self, seconds: float) -> None:
        """Let time pass; what becomes due meanwhile is called at its time."""
        end = self._now + seconds
        while self._alarms and self._alarms[0][0] <= end:
            when, _, alarm = heapq.heappop(self._alarms)
            self._now = max(self._now, when)
            if alarm.callback is not None:
                alarm.callback()
        self._now = end

    async def next_alarm(self, within: float = math.inf) -> float:
        """Return how far away the next alarm is, once there is one that is near enough."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                due = [when - self._now for when, _, alarm in self._alarms if alarm.callback]
                near = [seconds for seconds in due if 0 < seconds <= within]
                if near:
                    return min(near)
                self._was_set.clear()
                await self._was_set.wait()

    async def settle(self) -> None:
        """Let sockets of this machine deliver what was sent, and everybody hear of it."""
        for _ in range(50):
            await asyncio.sleep(0)
