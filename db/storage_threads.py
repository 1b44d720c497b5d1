"""What every storage does alike: one writing thread, two reading ones, and their giving up.

The methods run on `desk-loop`; the work runs on the threads of the executors. The database's module
is imported on the writing thread when it is opened, so that the first window need not wait for
SQLAlchemy.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, TypeVar

from agent_desk.domain.errors import DatabaseTimeoutError, DatabaseUnavailableError
from agent_desk.ports.storage import UnitOfWork
from db.executor_call import finished
from db.giving_up import GivingUp

T = TypeVar("T")

READERS = 2
"""Reading threads, and connections for them."""

CLOSE_SECONDS = 1.0
"""Wait for what is still running when the storage is closed; then a server is given up."""


class OpenDatabase(Protocol):
    """A database that is open; its methods block the thread that calls them."""

    def close(self) -> None:
        """Close every connection."""
        ...

    def give_up(self) -> None:
        """End every wait for a server and begin no other; on any thread, returns at once."""
        ...

    def read(
        self,
        work: Callable[[UnitOfWork], T],
        *,
        giving_up: GivingUp | None = None,
        timeout_seconds: float | None = None,
    ) -> T:
        """Return what ``work`` returns; it ends soon after ``giving_up`` is set."""
        ...

    def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run ``work`` in one transaction, commit, and return what it returned."""
        ...

    def warm_up(self) -> None:
        """Make the first read as fast as the second."""
        ...


class ThreadedStorage:
    """``ports.storage.Storage`` on a database that blocks.

    name: what errors call it. opened: returns the open database; runs on the writing thread.
    """

    def __init__(self, *, name: str, opened: Callable[[], OpenDatabase]) -> None:
        """Prepare the storage; nothing is touched before ``open``."""
        self._name = name
        self._opened = opened
        self._database: OpenDatabase | None = None
        self._writer: ThreadPoolExecutor | None = None
        self._readers: ThreadPoolExecutor | None = None

    async def open(self) -> None:
        """Open and check the database; raises StorageError."""
        if self._database is not None:
            return
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="db-write")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="db-read")
        opening = self._writer.submit(self._opened)
        try:
            self._database = await asyncio.wrap_future(opening)
        except BaseException:
            # A caller that was cancelled meanwhile must not leave the database locked.
            opening.add_done_callback(_close_unwanted)
            self._stop_threads()
            raise
        # Nobody waits for it, and what fails in it will fail again where somebody looks.
        self._readers.submit(self._database.warm_up)

    async def close(self) -> None:
        """Finish what is running and release the database; a server that hangs is given up."""
        database, self._database = self._database, None
        if database is None or self._writer is None or self._readers is None:
            return
        loop = asyncio.get_running_loop()
        patience = loop.call_later(CLOSE_SECONDS, database.give_up)
        try:
            # On a thread of its own: neither the loop nor the pool may wait for the pool.
            await loop.run_in_executor(None, self._readers.shutdown)
            await finished(self._writer, database.close)
        except asyncio.CancelledError:
            # The program ends now; its last thread must not hold it up.
            database.give_up()
            raise
        finally:
            patience.cancel()
            self._stop_threads()

    async def read(
        self, work: Callable[[UnitOfWork], T], *, timeout_seconds: float | None = None
    ) -> T:
        """Return what ``work`` returns; DatabaseTimeoutError when it takes longer.

        The time includes waiting for a free reader; a query that is still running is stopped.
        """
        database, readers = self._open_database(), self._readers
        assert readers is not None
        giving_up = GivingUp()

        def reading() -> T:
            if giving_up.is_set():
                raise DatabaseTimeoutError(path=self._name, seconds=timeout_seconds)
            return database.read(work, giving_up=giving_up, timeout_seconds=timeout_seconds)

        try:
            async with asyncio.timeout(timeout_seconds):
                return await finished(readers, reading)
        except TimeoutError as error:
            raise DatabaseTimeoutError(path=self._name, seconds=timeout_seconds) from error
        finally:
            giving_up.set()

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run ``work`` in one transaction, commit, and return what it returned.

        Once begun it ends by itself, also when the caller is cancelled meanwhile.
        """
        database, writer = self._open_database(), self._writer
        assert writer is not None
        return await finished(writer, lambda: database.write(work))

    def _open_database(self) -> OpenDatabase:
        if self._database is None:
            raise DatabaseUnavailableError(path=self._name, reason="it is not open")
        return self._database

    def _stop_threads(self) -> None:
        for executor in (self._writer, self._readers):
            if executor is not None:
                executor.shutdown(wait=False)
        self._writer = self._readers = None


def _close_unwanted(opening: Future[OpenDatabase]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()
