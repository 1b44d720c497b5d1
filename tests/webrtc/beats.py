"""Time and beat in a test's hand."""

from __future__ import annotations

import asyncio

from telephony.webrtc.ticker import TICK_SECONDS, OnTick

_TURNS = 6
"""Of the loop: a datagram on loopback is there at once, but each turn reads one of each socket."""


class Time:
    """Seconds that only a test lets pass; engines that share it beat together."""

    def __init__(self) -> None:
        """Begin at an odd moment, as real clocks do."""
        self.seconds = 1000.0
        self.tickers: list[HandTicker] = []

    def now(self) -> float:
        """Return the second."""
        return self.seconds

    def ticker(self) -> HandTicker:
        """Return a further ticker of this time."""
        self.tickers.append(HandTicker())
        return self.tickers[-1]

    async def settle(self, turns: int = _TURNS) -> None:
        """Let what was sent arrive."""
        for _ in range(turns):
            await asyncio.sleep(0)

    async def beat(self, count: int = 1, *, passed: int = 1) -> None:
        """Let ``count`` beats pass, each after ``passed`` times 20 ms."""
        for _ in range(count):
            self.seconds += passed * TICK_SECONDS
            for ticker in self.tickers:
                ticker.beat(passed)
            await self.settle()

    async def wait(self, seconds: float) -> None:
        """Beat for ``seconds``."""
        await self.beat(round(seconds / TICK_SECONDS))


class HandTicker:
    """A ticker that beats when a test says so. is_held: whether its engine stands still."""

    def __init__(self) -> None:
        """Be silent."""
        self.is_held = False
        self._on_tick: OnTick | None = None

    @property
    def is_beating(self) -> bool:
        """Return whether somebody is called."""
        return self._on_tick is not None

    def start(self, on_tick: OnTick) -> None:
        """Begin."""
        self._on_tick = on_tick

    def stop(self) -> None:
        """End."""
        self._on_tick = None

    def beat(self, passed: int) -> None:
        """Call whoever listens."""
        if self._on_tick is not None and not self.is_held:
            self._on_tick(passed)
