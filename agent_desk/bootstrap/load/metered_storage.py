"""A desk's storage that notes when it committed what; called on the loop of its process."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TypeVar

from agent_desk.bootstrap.load.tally import Operation, Tally
from agent_desk.domain.event_log import Stream
from agent_desk.ports.storage import Storage, UnitOfWork

T = TypeVar("T")

OPENED = "TicketOpened"


class MeteredStorage:
    """``ports.storage.Storage`` that passes everything on to ``inner``."""

    def __init__(self, *, inner: Storage, tally: Tally) -> None:
        """Note in ``tally``."""
        self._inner = inner
        self._tally = tally

    async def open(self) -> None:
        """Open the inner storage."""
        await self._inner.open()

    async def close(self) -> None:
        """Close the inner storage."""
        await self._inner.close()

    async def read(
        self, work: Callable[[UnitOfWork], T], *, timeout_seconds: float | None = None
    ) -> T:
        """Return what ``work`` returns."""
        return await self._inner.read(work, timeout_seconds=timeout_seconds)

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run ``work``; one that logs nothing is a heartbeat and is timed."""
        logs_something = False

        def noting(unit: UnitOfWork) -> T:
            nonlocal logs_something
            result = work(unit)
            appended = unit.events.appended()
            logs_something = bool(appended)
            for event in appended:
                if event.stream is Stream.TICKET and event.kind == OPENED:
                    self._tally.committing[event.id] = monotonic()
            return result

        began = monotonic()
        result = await self._inner.write(noting)
        if not logs_something:
            self._tally.seconds[Operation.BEAT].append(monotonic() - began)
        return result
