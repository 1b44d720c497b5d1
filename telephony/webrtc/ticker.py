"""The engine's beat: 50 times a second, never twice to catch up; its own thread keeps the time."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Protocol

TICK_SECONDS = 0.020

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
    """A beat by the steadiest clock of the system.

    The timers of an asyncio loop are as coarse as 16 ms on Windows; a thread that sleeps is not.
    """

    def __init__(self) -> None:
        """Beat once it is started."""
        self._beat: _Beat | None = None

    def start(self, on_tick: OnTick) -> None:
        """Call ``on_tick`` on the running loop every 20 ms."""
        if self._beat is None:
            self._beat = _Beat(asyncio.get_running_loop(), on_tick)

    def stop(self) -> None:
        """End the thread within one beat."""
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
        self._is_waiting = False
        self._has_ended = False
        threading.Thread(target=self._run, name="media-ticker", daemon=True).start()

    def end(self) -> None:
        self._has_ended = True

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
            self._loop.call_soon_threadsafe(self._tick)
        except RuntimeError:
            # The loop was closed without a stop; there is nobody left to tell.
            self._has_ended = True

    def _tick(self) -> None:
        self._is_waiting = False
        # Rounded: a sleep may end a moment before the multiple that it was for.
        number = round((time.perf_counter() - self._began) / TICK_SECONDS)
        passed, self._last = number - self._last, number
        if passed > 0 and not self._has_ended:
            self._on_tick(passed)
