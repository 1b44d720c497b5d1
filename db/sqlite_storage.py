"""The storage port on an SQLite file: one writing thread, two reading ones.

Its methods run on `desk-loop`; the work runs on the threads of its executors. SQLAlchemy is
imported on the writing thread when the file is opened, so that the first window need not wait.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from agent_desk.domain.errors import DatabaseTimeoutError, DatabaseUnavailableError
from agent_desk.ports.storage import UnitOfWork
from db.executor_call import finished

if TYPE_CHECKING:
    from db.sqlite_database import SqliteDatabase

T = TypeVar("T")

_READERS = 2


class SqliteStorage:
    """``ports.storage.Storage`` on the file at ``path``.

    busy_timeout_seconds: longest wait for another program's lock. calling_code: of the desk's
    country, such as "86"; the search completes numbers typed without it.
    """

    def __init__(
        self, *, path: Path, busy_timeout_seconds: float = 5.0, calling_code: str = ""
    ) -> None:
        """Prepare the storage; nothing is touched before ``open``."""
        self._path = path
        self._busy_timeout_seconds = busy_timeout_seconds
        self._calling_code = calling_code
        self._database: SqliteDatabase | None = None
        self._writer: ThreadPoolExecutor | None = None
        self._readers: ThreadPoolExecutor | None = None

    async def open(self) -> None:
        """Open and check the file, migrating an older one; raises StorageError."""
        if self._database is not None:
            return
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="db-write")
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="db-read")
        opening = self._writer.submit(self._opened)
        try:
            self._database = await asyncio.wrap_future(opening)
        except BaseException:
            # A caller that was cancelled meanwhile must not leave the file locked.
            opening.add_done_callback(_close_unwanted)
            self._stop_threads()
            raise
        # Nobody waits for it, and what fails in it will fail again where somebody looks.
        self._readers.submit(_warmed_up, self._database)

    async def close(self) -> None:
        """Finish what is running and release the file."""
        database, self._database = self._database, None
        if database is None or self._writer is None or self._readers is None:
            return
        loop = asyncio.get_running_loop()
        # On a thread of its own: neither the loop nor the pool may wait for the pool.
        await loop.run_in_executor(None, self._readers.shutdown)
        try:
            await finished(self._writer, database.close)
        finally:
            self._stop_threads()

    async def read(
        self, work: Callable[[UnitOfWork], T], *, timeout_seconds: float | None = None
    ) -> T:
        """Return what ``work`` returns; DatabaseTimeoutError when it takes longer.

        The time includes waiting for a free reader; a query that is still running is stopped.
        """
        database, readers = self._opened_database(), self._readers
        assert readers is not None
        given_up = threading.Event()

        def reading() -> T:
            if given_up.is_set():
                raise DatabaseTimeoutError(path=str(self._path), seconds=timeout_seconds)
            return database.read(work, is_given_up=given_up.is_set, timeout_seconds=timeout_seconds)

        try:
            async with asyncio.timeout(timeout_seconds):
                return await finished(readers, reading)
        except TimeoutError as error:
            raise DatabaseTimeoutError(path=str(self._path), seconds=timeout_seconds) from error
        finally:
            given_up.set()

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run ``work`` in one transaction, commit, and return what it returned.

        Once begun it ends by itself, also when the caller is cancelled meanwhile.
        """
        database, writer = self._opened_database(), self._writer
        assert writer is not None
        return await finished(writer, lambda: database.write(work))

    def _opened(self) -> SqliteDatabase:
        from db.sqlite_database import SqliteDatabase

        database = SqliteDatabase(
            path=self._path,
            readers=_READERS,
            busy_timeout_seconds=self._busy_timeout_seconds,
            calling_code=self._calling_code,
        )
        database.open()
        return database

    def _opened_database(self) -> SqliteDatabase:
        if self._database is None:
            raise DatabaseUnavailableError(path=str(self._path), reason="it is not open")
        return self._database

    def _stop_threads(self) -> None:
        for executor in (self._writer, self._readers):
            if executor is not None:
                executor.shutdown(wait=False)
        self._writer = self._readers = None


def _close_unwanted(opening: Future[SqliteDatabase]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()


def _warmed_up(database: SqliteDatabase) -> None:
    from db.warm_up import warm_up

    database.read(warm_up)
