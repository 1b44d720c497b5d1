"""The engine's beat: 50 times a second, and never twice to catch up."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Callable
from typing import Protocol

TICK_SECONDS = 0.020

_EARLY_SECONDS = 0.004
"""A timer may end a moment before the multiple that it was for."""

OnTick = Callable[[int], None]
"""Takes how many beats have passed since the last: 1, or more when the loop was held up."""


class Ticker(Protocol):
    """A beat on the thread of the loop that starts it."""

    def start(self, on_tick: OnTick) -> None:
        """Call ``on_tick`` every 20 ms from now on; does nothing while it beats."""
        ...

    def stop(self) -> None:
        """Be silent until it is started again."""
        ...


class SteadyTicker:
    """A beat by the steadiest clock of the system."""

    def __init__(self, *, by_thread: bool = sys.platform == "win32") -> None:
        """Beat once it is started.

        by_thread: whether a thread keeps the time, since the timers of an asyncio loop are as
        coarse as 16 ms on Windows. Elsewhere they are not, and cost less.
        """
        self._kind = _ThreadBeat if by_thread else _LoopBeat
        self._beat: _Beat | None = None

    def start(self, on_tick: OnTick) -> None:
        """Call ``on_tick`` on the running loop every 20 ms."""
        if self._beat is None:
            self._beat = self._kind(asyncio.get_running_loop(), on_tick)

    def stop(self) -> None:
        """Beat no more."""
        if self._beat is not None:
            self._beat.end()
            self._beat = None


class _Beat:
    """One run of the ticker, from its start to its stop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, on_tick: OnTick) -> None:
        self._loop = loop
        self._on_tick = on_tick
        self._began = time.perf_counter()
        self._last = 0
        self._has_ended = False

    def end(self) -> None:
        self._has_ended = True

    def _tick(self) -> None:
        """Beat, unless it is still the time of the last beat; on the loop."""
        passed_seconds = time.perf_counter() - self._began + _EARLY_SECONDS
        number = int(passed_seconds / TICK_SECONDS)
        passed, self._last = number - self._last, number
        if passed > 0 and not self._has_ended:
            self._on_tick(passed)


class _LoopBeat(_Beat):
    """A beat by the loop's own timers."""

    def __init__(self, loop: asyncio.AbstractEventLoop, on_tick: OnTick) -> None:
        super().__init__(loop, on_tick)
        self._due = loop.time()
        self._timer = self._next()

    def end(self) -> None:
        super().end()
        self._timer.cancel()

    def _next(self) -> asyncio.TimerHandle:
        """Wait for the next multiple of 20 ms that has not passed."""
        late = self._loop.time() - self._due
        self._due += TICK_SECONDS * (1 + max(0, int(late / TICK_SECONDS)))
        return self._loop.call_at(self._due, self._wake)

    def _wake(self) -> None:
        self._timer = self._next()
        self._tick()


class _ThreadBeat(_Beat):
    """A beat by a thread that sleeps."""

    def __init__(self, loop: asyncio.AbstractEventLoop, on_tick: OnTick) -> None:
        super().__init__(loop, on_tick)
        self._is_waiting = False
        threading.Thread(target=self._run, name="media-ticker", daemon=True).start()

    def _run(self) -> None:
        """Wake the loop on every multiple of 20 ms; on the ticker's own thread."""
        while not self._has_ended:
            passed = time.perf_counter() - self._began
            time.sleep(TICK_SECONDS - passed % TICK_SECONDS)
            if not self._is_waiting:
                self._is_waiting = True
                self._wake()

    def _wake(self) -> None:
        try:
            self._loop.call_soon_threadsafe(self._tick_once)
        except RuntimeError:
            # The loop was closed without a stop; there is nobody left to tell.
            self._has_ended = True

    def _tick_once(self) -> None:
        self._is_waiting = False
        self._tick()
