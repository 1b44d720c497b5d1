"""The clock of a desk with real calls; runs on the `desk-loop` thread."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime


class WallClock:
    """`agent_desk.ports.clock.Clock`: the computer's time."""

    def now(self) -> datetime:
        """Return the present time, aware, in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Return after ``seconds``."""
        await asyncio.sleep(max(seconds, 0.0))
