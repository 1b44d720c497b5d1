"""The wall time of a simulation, and the clock port on it; runs on the `desk-loop` thread."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from telephony.simulator.kernel import Kernel
from telephony.simulator.pace import Pace


class WallTime:
    """Turns simulated seconds into wall time, exact to the microsecond."""

    def __init__(self, *, starts_at: datetime, kernel: Kernel) -> None:
        """Let simulated second 0 be ``starts_at``, which must be aware."""
        self._starts_at = starts_at.astimezone(UTC)
        self._kernel = kernel

    def at(self, seconds: float) -> datetime:
        """Return the wall time of simulated second ``seconds``, in UTC."""
        return self._starts_at + timedelta(microseconds=round(seconds * 1_000_000))

    def now(self) -> datetime:
        """Return the wall time of the event that the kernel is at."""
        return self.at(self._kernel.now)


class SimulatedClock:
    """`agent_desk.ports.clock.Clock` on simulated time: at 60x an hour lasts a minute."""

    def __init__(self, *, wall_time: WallTime, kernel: Kernel, pace: Pace) -> None:
        """Tell the time that ``pace`` gives to ``kernel``."""
        self._wall_time = wall_time
        self._kernel = kernel
        self._pace = pace

    def now(self) -> datetime:
        """Return the present simulated time, aware, in UTC."""
        return self._wall_time.at(self._pace.now())

    async def sleep(self, seconds: float) -> None:
        """Return after ``seconds`` of simulated time."""
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pace.catch_up()
        self._kernel.at(self._kernel.now + max(seconds, 0.0), _wake, woken)
        self._pace.rearm()
        await woken


def _wake(woken: asyncio.Future[None]) -> None:
    if not woken.done():
        woken.set_result(None)
