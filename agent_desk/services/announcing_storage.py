"""The storage of a desk that tells the other desks what it wrote; called on `desk-loop`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from agent_desk.domain.change import RECORD_STREAMS
from agent_desk.domain.event_log import LoggedEvent
from agent_desk.ports.storage import Storage, UnitOfWork

T = TypeVar("T")


class AnnouncingStorage:
    """``ports.storage.Storage`` that passes everything on to ``inner``.

    before_commit: gets the events of records that a write appended, on the writing thread, before
    anybody can read them. after_commit: called on `desk-loop` once they can be read.
    """

    def __init__(
        self,
        *,
        inner: Storage,
        before_commit: Callable[[Sequence[LoggedEvent]], None],
        after_commit: Callable[[], None],
    ) -> None:
        """Stand in front of ``inner``."""
        self._inner = inner
        self._before_commit = before_commit
        self._after_commit = after_commit

    async def open(self) -> None:
        """Open the inner storage."""
        await self._inner.open()

    async def close(self) -> None:
        """Close the inner storage."""
        await self._inner.close()

    async def read(
        self, work: Callable[[UnitOfWork], T], *, timeout_seconds: float | None = None
    ) -> T:
        """Return what ``work`` returns; DatabaseTimeoutError when it takes longer."""
        return await self._inner.read(work, timeout_seconds=timeout_seconds)

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run ``work`` in one transaction, commit, announce it, and return what it returned.

        An unclear outcome is announced too: others look once for nothing.
        """
        told: list[LoggedEvent] = []

        def noting(unit: UnitOfWork) -> T:
            result = work(unit)
            told[:] = [e for e in unit.events.appended() if e.stream in RECORD_STREAMS]
            if told:
                self._before_commit(told)
            return result

        try:
            return await self._inner.write(noting)
        finally:
            if told:
                self._after_commit()
