"""How simulated time passes beside real time; runs on the `desk-loop` thread."""

from __future__ import annotations

import asyncio
from math import inf
from typing import Protocol

from telephony.simulator.kernel import Kernel

TURNS_PER_EVENT = 3
"""Loop turns that listeners' tasks get between two events of a stepped or unpaced simulation."""


class Pace(Protocol):
    """What moves a kernel's time."""

    def now(self) -> float:
        """Return the present simulated second."""
        ...

    def start(self) -> None:
        """Let time pass."""
        ...

    def stop(self) -> None:
        """Let time stand still."""
        ...

    def catch_up(self) -> None:
        """Bring the kernel to the present before somebody acts on it."""
        ...

    def rearm(self) -> None:
        """Wake up for the next event, which may be an earlier one than before."""
        ...


class ManualPace:
    """Time that only moves when it is told to: for tests and stepping."""

    def __init__(self, kernel: Kernel) -> None:
        """Move ``kernel``."""
        self._kernel = kernel

    def now(self) -> float:
        """Return the kernel's own time."""
        return self._kernel.now

    def start(self) -> None:
        """Do nothing: `advance` moves time."""

    def stop(self) -> None:
        """Do nothing: time stands still anyway."""

    def catch_up(self) -> None:
        """Do nothing: the kernel is the present."""

    def rearm(self) -> None:
        """Do nothing: nobody waits for the next event."""

    async def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass; tasks that listen get their turn after every event."""
        kernel = self._kernel
        end = kernel.now + seconds
        await _let_others_run()
        while kernel.next_at is not None and kernel.next_at <= end:
            kernel.step()
            await _let_others_run()
        kernel.run_until(end)


class LoopPace:
    """Time that follows the running asyncio loop's clock, times a speed.

    One timer of the loop waits for the next event; nothing polls. With an infinite speed every
    turn of the loop runs the next event, and time is what the events say.
    """

    def __init__(self, kernel: Kernel, *, speed: float = 1.0) -> None:
        """Move ``kernel`` by ``speed`` simulated seconds a second, from `start` on."""
        self._kernel = kernel
        self._speed = speed
        self._loop: asyncio.AbstractEventLoop | None = None
        self._handle: asyncio.Handle | None = None
        self._loop_origin = self._origin = 0.0
        self._is_running_events = False

    def now(self) -> float:
        """Return the present simulated second; never less than before."""
        if self._loop is None or self._speed == inf:
            return self._kernel.now
        passed = (self._loop.time() - self._loop_origin) * self._speed
        return max(self._kernel.now, self._origin + passed)

    def start(self) -> None:
        """Follow the running loop from now on."""
        self._loop = asyncio.get_running_loop()
        self._loop_origin = self._loop.time()
        self._origin = self._kernel.now
        self.rearm()

    def stop(self) -> None:
        """Stand still at the present moment."""
        self.catch_up()
        self._disarm()
        self._loop = None

    def catch_up(self) -> None:
        """Run what is due by now; from within an event there is nothing to catch up."""
        if self._loop is None or self._speed == inf or self._is_running_events:
            return
        self._is_running_events = True
        try:
            self._kernel.run_until(self.now())
        finally:
            self._is_running_events = False

    def rearm(self) -> None:
        """Set the timer for the next event."""
        self._disarm()
        when = self._kernel.next_at
        if self._loop is None or when is None:
            return
        if self._speed == inf:
            self._handle = self._loop.call_soon(self._run_next)
        else:
            wait_seconds = (when - self._origin) / self._speed
            self._handle = self._loop.call_at(self._loop_origin + wait_seconds, self._run_due)

    def _disarm(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _run_due(self) -> None:
        try:
            self.catch_up()
        finally:
            self.rearm()

    def _run_next(self) -> None:
        try:
            self._kernel.step()
        finally:
            self.rearm()


async def _let_others_run() -> None:
    for _ in range(TURNS_PER_EVENT):
        await asyncio.sleep(0)
