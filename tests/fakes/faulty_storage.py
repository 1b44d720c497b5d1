"""A real storage that can be made slow, dead, or fail; runs on the loop of the test."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from agent_desk.domain.errors import (
    AgentDeskError,
    DatabaseTimeoutError,
    DatabaseUnavailableError,
)
from agent_desk.ports.storage import Storage, UnitOfWork

T = TypeVar("T")


class FaultyStorage:
    """``ports.storage.Storage`` that passes everything on to ``inner`` unless told otherwise.

    ``hold`` makes it slow: reads and writes wait until ``release``, reads no longer than their
    timeout. ``die`` makes it dead until ``revive``. ``fail_next_write`` refuses one write.
    """

    def __init__(self, *, inner: Storage) -> None:
        """Wrap ``inner``; nothing is broken yet."""
        self._inner = inner
        self._moving = asyncio.Event()
        self._moving.set()
        self._death: AgentDeskError | None = None
        self._next_write: AgentDeskError | None = None
        self.reads = 0
        self.writes = 0

    def hold(self) -> None:
        """Let everything that begins from now on wait."""
        self._moving.clear()

    def release(self) -> None:
        """Let everything that waits go on."""
        self._moving.set()

    def die(self, error: AgentDeskError | None = None) -> None:
        """Refuse everything from now on, with ``error`` or DatabaseUnavailableError."""
        self._death = error or DatabaseUnavailableError(path="desk.sqlite", reason="test")

    def revive(self) -> None:
        """Work again."""
        self._death = None

    def fail_next_write(self, error: AgentDeskError) -> None:
        """Refuse the next write with ``error``, without running its work."""
        self._next_write = error

    async def open(self) -> None:
        """Open the inner storage."""
        self._refuse_when_dead()
        await self._inner.open()

    async def close(self) -> None:
        """Close the inner storage."""
        await self._inner.close()

    async def read(
        self, work: Callable[[UnitOfWork], T], *, timeout_seconds: float | None = None
    ) -> T:
        """Return what ``work`` returns, unless held or dead."""
        self.reads += 1
        try:
            async with asyncio.timeout(timeout_seconds):
                await self._moving.wait()
        except TimeoutError as error:
            raise DatabaseTimeoutError(path="desk.sqlite", seconds=timeout_seconds) from error
        self._refuse_when_dead()
        return await self._inner.read(work, timeout_seconds=timeout_seconds)

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run ``work`` in one transaction, unless held, dead or told to fail."""
        self.writes += 1
        await self._moving.wait()
        self._refuse_when_dead()
        if self._next_write is not None:
            error, self._next_write = self._next_write, None
            raise error
        return await self._inner.write(work)

    def _refuse_when_dead(self) -> None:
        if self._death is not None:
            raise self._death
