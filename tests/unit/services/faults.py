"""The real storage and journal with a switch to break them; runs on the test's event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

from agent_desk.domain.draft import Draft
from agent_desk.domain.errors import StorageError
from agent_desk.domain.event_log import LoggedEvent
from agent_desk.domain.identifiers import CommandId, EventId
from agent_desk.domain.kept_command import KeptCommand
from agent_desk.ports.journal import Journal
from agent_desk.ports.storage import Storage, UnitOfWork
from tests.fakes.faulty_storage import FaultyStorage

T = TypeVar("T")


class BreakableStorage(FaultyStorage):
    """A storage that breaks in two more ways; is_open: between `open` and `close`.

    fault: raised instead of anything, an error that nobody foresaw. loses_next_answer: the next
    write commits, and fails all the same; `lose_next_answer` says with which error.
    """

    def __init__(self, *, inner: Storage) -> None:
        """Work like ``inner`` until told otherwise."""
        super().__init__(inner=inner)
        self.fault: Exception | None = None
        self.loses_next_answer = False
        self._loss: StorageError = StorageError(path="desk.db")
        self.is_open = False

    def lose_next_answer(self, error: StorageError) -> None:
        """Let the next write commit, and fail with ``error`` all the same."""
        self.loses_next_answer = True
        self._loss = error

    async def open(self) -> None:
        await super().open()
        self.is_open = True

    async def close(self) -> None:
        await super().close()
        self.is_open = False

    async def read(
        self, work: Callable[[UnitOfWork], T], *, timeout_seconds: float | None = None
    ) -> T:
        self._break()
        return await super().read(work, timeout_seconds=timeout_seconds)

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        self._break()
        result = await super().write(work)
        if self.loses_next_answer:
            self.loses_next_answer = False
            raise self._loss
        return result

    def _break(self) -> None:
        if self.fault is not None:
            raise self.fault


class BreakableJournal:
    """A journal that fails while ``failure`` is set; is_open: between `open` and `close`.

    forgets: whether events can be taken out. flowing: while not set, `spool` waits.
    """

    def __init__(self, inner: Journal) -> None:
        """Work like ``inner`` until told otherwise."""
        self._inner = inner
        self.failure: StorageError | None = None
        self.forgets = True
        self.flowing = asyncio.Event()
        self.flowing.set()
        self.spools = 0
        self.is_open = False

    async def open(self) -> None:
        self._fail()
        await self._inner.open()
        self.is_open = True

    async def close(self) -> None:
        await self._inner.close()
        self.is_open = False

    async def save_draft(self, draft: Draft) -> None:
        self._fail()
        await self._inner.save_draft(draft)

    async def discard_draft(self, key: str) -> None:
        self._fail()
        await self._inner.discard_draft(key)

    async def drafts(self) -> Sequence[Draft]:
        self._fail()
        return await self._inner.drafts()

    async def spool(self, events: Sequence[LoggedEvent]) -> None:
        self.spools += 1
        await self.flowing.wait()
        self._fail()
        await self._inner.spool(events)

    async def spooled(self) -> Sequence[LoggedEvent]:
        self._fail()
        return await self._inner.spooled()

    async def forget_spooled(self, ids: Sequence[EventId]) -> None:
        self._fail()
        if not self.forgets:
            raise StorageError(path="journal.db")
        await self._inner.forget_spooled(ids)

    async def keep_command(self, kept: KeptCommand) -> None:
        self._fail()
        await self._inner.keep_command(kept)

    async def kept_commands(self) -> Sequence[KeptCommand]:
        self._fail()
        return await self._inner.kept_commands()

    async def forget_commands(self, ids: Sequence[CommandId]) -> None:
        self._fail()
        if not self.forgets:
            raise StorageError(path="journal.db")
        await self._inner.forget_commands(ids)

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure
