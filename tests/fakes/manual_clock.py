"""A clock that stands still until a test moves it; runs on the test's event loop."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class ManualClock:
    """`ports.clock.Clock` whose time passes only in `advance`."""

    def __init__(self, now: datetime = START) -> None:
        """Begin at ``now``, aware, in UTC."""
        self._now = now
        self._sleepers: list[tuple[datetime, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        """Return the present time of the test."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Return once the clock was moved ``seconds`` on."""
        if seconds <= 0:
            return
        sleeper: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._now + timedelta(seconds=seconds), sleeper))
        await sleeper

    def advance(self, seconds: float) -> datetime:
        """Move the clock on, wake who slept until then, and return the new time."""
        self._now += timedelta(seconds=seconds)
        due = [sleeper for at, sleeper in self._sleepers if at <= self._now]
        self._sleepers = [entry for entry in self._sleepers if entry[0] > self._now]
        for sleeper in due:
            if not sleeper.done():
                sleeper.set_result(None)
        return self._now
