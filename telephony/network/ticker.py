"""Time as the network needs it: that of the loop, or one that a test turns; any one thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol


class Alarm(Protocol):
    """A call that is still to come."""

    def cancel(self) -> None:
        """Never make the call."""
        ...


class Ticker(Protocol):
    """Seconds that only go forward, and calls at their time."""

    def time(self) -> float:
        """Return the present second."""
        ...

    def call_at(self, when: float, callback: Callable[[], object]) -> Alarm:
        """Call ``callback`` at second ``when``."""
        ...


class LoopTicker:
    """The time of the loop that runs."""

    def time(self) -> float:
        """Return the loop's second."""
        return asyncio.get_running_loop().time()

    def call_at(self, when: float, callback: Callable[[], object]) -> Alarm:
        """Call ``callback`` from the loop."""
        return asyncio.get_running_loop().call_at(when, callback)


async def pause(ticker: Ticker, seconds: float) -> None:
    """Return after ``seconds`` of the ticker's time."""
    over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    alarm = ticker.call_at(ticker.time() + seconds, lambda: over.set_result(None))
    try:
        await over
    finally:
        alarm.cancel()
