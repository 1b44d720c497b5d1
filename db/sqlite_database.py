"""One open SQLite file: its lock, its connections and its transactions.

Synchronous; `sqlite_storage` calls it on the `db` executors, the command line directly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import LifoQueue
from types import TracebackType
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from agent_desk.domain.errors import DatabaseUnavailableError
from db.engine import BUSY_TIMEOUT_SECONDS, CACHE_KIB, log_driver, reading_engine, writing_engine
from db.error_translation import translating
from db.file_lock import DeskLock
from db.giving_up import GivingUp
from db.repositories.counters import NumberSource
from db.schema import inspect, require_reachable
from db.unit_of_work import SqlUnitOfWork
from db.warm_up import warm_up

T = TypeVar("T")

_INSTRUCTIONS_BETWEEN_LOOKS = 20_000
"""SQLite instructions, about a millisecond, after which a read looks whether it is given up."""


class SqliteDatabase:
    """A database file that this process has open alone.

    Also a context manager. One thread writes, up to ``readers`` threads read.
    """

    def __init__(
        self,
        *,
        path: Path,
        readers: int = 2,
        busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS,
        calling_code: str = "",
    ) -> None:
        """Prepare the database at ``path``; nothing is touched before ``open``."""
        self.path = path
        self._reader_count = readers
        self._busy_timeout_seconds = busy_timeout_seconds
        self._calling_code = calling_code
        self._lock = DeskLock(path)
        self._numbers = NumberSource()
        self._writer: Connection | None = None
        self._readers: LifoQueue[Connection] = LifoQueue()

    def open(self) -> None:
        """Lock, check and, if need be, migrate the file; raises the StorageError family."""
        require_reachable(self.path)
        self._lock.acquire()
        try:
            with self._translating():
                self._prepare()
        except BaseException:
            self.close()
            raise
        log_driver()

    def close(self) -> None:
        """Close every connection and let the next desk in."""
        connections = [] if self._writer is None else [self._writer]
        while not self._readers.empty():
            connections.append(self._readers.get_nowait())
        self._writer = None
        try:
            with self._translating():
                for connection in connections:
                    connection.close()
        finally:
            self._lock.release()

    def give_up(self) -> None:
        """Change nothing: a file is waited for no longer than its busy timeout."""

    def __enter__(self) -> SqliteDatabase:
        """Open the database."""
        self.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the database."""
        self.close()

    @contextmanager
    def transaction(self, *, cache_kib: int = CACHE_KIB) -> Iterator[Connection]:
        """Yield the writing connection within one transaction: all of it or nothing.

        Imports give a ``cache_kib`` of some 100,000, or index pages travel to the disk and back.
        Raises DatabaseUnavailableError when the database is not open.
        """
        if self._writer is None:
            raise DatabaseUnavailableError(path=str(self.path), reason="it is not open")
        with self._translating(), _cache(self._writer, cache_kib), self._writer.begin():
            yield self._writer

    def write(self, work: Callable[[SqlUnitOfWork], T]) -> T:
        """Run ``work`` in one transaction, commit, and return what it returned."""
        with self.transaction() as connection:
            return work(self._unit_of_work(connection))

    def read(
        self,
        work: Callable[[SqlUnitOfWork], T],
        *,
        giving_up: GivingUp | None = None,
        timeout_seconds: float | None = None,
    ) -> T:
        """Return what ``work`` returns; it stops soon after ``giving_up`` is set."""
        connection = self._readers.get()
        driver_connection: Any = connection.connection.driver_connection
        is_given_up = None if giving_up is None else giving_up.is_set
        driver_connection.set_progress_handler(is_given_up, _INSTRUCTIONS_BETWEEN_LOOKS)
        try:
            with translating(
                self.path,
                waited_seconds=self._busy_timeout_seconds,
                timeout_seconds=timeout_seconds or 0.0,
            ):
                return work(self._unit_of_work(connection))
        finally:
            driver_connection.set_progress_handler(None, 0)
            connection.rollback()
            self._readers.put(connection)

    def warm_up(self) -> None:
        """Make the first read as fast as the second."""
        self.read(warm_up)

    def _unit_of_work(self, connection: Connection) -> SqlUnitOfWork:
        return SqlUnitOfWork(connection, numbers=self._numbers, calling_code=self._calling_code)

    def _translating(self) -> Any:
        return translating(self.path, waited_seconds=self._busy_timeout_seconds)

    def _prepare(self) -> None:
        busy = self._busy_timeout_seconds
        found = inspect(self.path, busy_timeout_seconds=busy)
        if not found.is_current:
            # Loaded only when there is something to do: Alembic costs start-up time.
            from db.migrate import migrate

            migrate(self.path, found, busy_timeout_seconds=busy)
        self._writer = writing_engine(self.path, busy_timeout_seconds=busy).connect()
        readers: Engine = reading_engine(self.path, busy_timeout_seconds=busy)
        for _ in range(self._reader_count):
            self._readers.put(readers.connect())


@contextmanager
def _cache(connection: Connection, cache_kib: int) -> Iterator[None]:
    """Give ``connection`` a cache of that size for a while."""
    if cache_kib == CACHE_KIB:
        yield
        return
    driver_connection: Any = connection.connection.driver_connection
    driver_connection.execute(f"PRAGMA cache_size = -{cache_kib}")
    try:
        yield
    finally:
        driver_connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
