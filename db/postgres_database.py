"""One open PostgreSQL database: its connections and its transactions.

Synchronous; `postgres_storage` calls it on the `db` executors, the command line directly. Every
wait for the server ends: a server that does not answer is given up after a limit.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from queue import LifoQueue
from types import TracebackType
from typing import TypeVar

from sqlalchemy import Connection, RootTransaction, text

from agent_desk.domain.errors import (
    CommitUnknownError,
    DatabaseTimeoutError,
    DatabaseUnavailableError,
)
from db.giving_up import GivingUp
from db.pending_writes import PendingWrites
from db.postgres_engine import LOCK_TIMEOUT_SECONDS, reading_engine, writing_engine
from db.postgres_errors import (
    COLLISIONS,
    DRIVER_ERRORS,
    STALE_STATEMENTS,
    sqlstate,
    translating,
)
from db.postgres_link import PostgresLink
from db.postgres_schema import require_current
from db.repositories.counters import NumberSource
from db.shown_url import shown_url
from db.socket_watchdog import SocketWatchdog, Watch
from db.unit_of_work import SqlUnitOfWork
from db.warm_up import warm_up

_log = logging.getLogger(__name__)

T = TypeVar("T")

_SEES_CUSTOMERS = text("SELECT has_table_privilege('public.customers', 'SELECT')")

_ATTEMPTS = 3
"""Runs of a transaction that collides with another one each time."""


class PostgresDatabase:
    """A PostgreSQL database that this process shares with others; also a context manager.

    One thread writes, up to ``readers`` threads read. A connection that broke is replaced when it
    is used next, so the database recovers by itself when the server is back.
    """

    def __init__(
        self,
        *,
        url: str,
        password: str | None = None,
        readers: int = 2,
        calling_code: str = "",
        answer_limit_seconds: float = 8.0,
    ) -> None:
        """Prepare the database at ``url``; nothing is touched before ``open``.

        answer_limit_seconds: longest wait for the server within one unit of work.
        """
        self.url = url
        self.name = shown_url(url)
        self._password = password
        self._calling_code = calling_code
        self._limit_seconds = answer_limit_seconds
        self._reader_count = readers
        self._numbers = NumberSource()
        self._watchdog = SocketWatchdog()
        self._writer: PostgresLink | None = None
        self._readers: LifoQueue[PostgresLink] = LifoQueue()
        self._is_given_up = False

    def open(self) -> None:
        """Connect and check the database; raises the StorageError family and RightsError."""
        try:
            with self._translating():
                self._prepare()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close every connection."""
        links = [] if self._writer is None else [self._writer]
        while not self._readers.empty():
            links.append(self._readers.get_nowait())
        self._writer = None
        for link in links:
            link.drop()
        self._watchdog.close()

    def give_up(self) -> None:
        """End every wait for the server and begin no other; on any thread, returns at once."""
        self._is_given_up = True
        self._watchdog.give_up()

    def __enter__(self) -> PostgresDatabase:
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
    def transaction(self, *, limit_seconds: float | None = None) -> Iterator[Connection]:
        """Yield the writing connection within one transaction: all of it or nothing.

        Imports give a ``limit_seconds`` of their own. Raises CommitUnknownError when the server
        went away while it committed, ServerAwayError when before, so that nothing was changed.
        """
        with self._translating(), self._committing(limit_seconds) as connection:
            yield connection

    def write(self, work: Callable[[SqlUnitOfWork], T]) -> T:
        """Run ``work`` in one transaction, commit, and return what it returned.

        ``work`` runs again when the transaction collided with another one.
        """
        with self._translating():
            for _ in range(_ATTEMPTS - 1):
                try:
                    return self._write(work)
                except DRIVER_ERRORS as error:
                    if sqlstate(error) not in COLLISIONS:
                        raise
                    _log.info("a transaction collided with another one and is run again")
            return self._write(work)

    def read(
        self,
        work: Callable[[SqlUnitOfWork], T],
        *,
        giving_up: GivingUp | None = None,
        timeout_seconds: float | None = None,
    ) -> T:
        """Return what ``work`` returns; it ends soon after ``giving_up`` is set.

        ``work`` runs again on a new connection when the old one broke or its prepared statements
        are of no use any more.
        """
        limit_seconds = timeout_seconds or self._limit_seconds
        with self._translating(limit_seconds), self._reader() as link:
            giving_up = giving_up or GivingUp()
            connection = link.connection()
            try:
                return self._read(link, connection, work, limit_seconds, giving_up)
            except DRIVER_ERRORS:
                if giving_up.is_set() or not link.is_broken:
                    raise
                return self._read(link, link.connection(), work, limit_seconds, giving_up)

    def warm_up(self) -> None:
        """Make the first read on every connection as fast as the second.

        Nothing happens for a role that sees no customers: it would be refused.
        """
        with self._translating(), ExitStack() as stack:
            # All at once, or the one that was put back would be the next.
            links = [stack.enter_context(self._reader()) for _ in range(self._reader_count)]
            if self._sees_customers(links[0]):
                for link in links:
                    self._read(link, link.connection(), warm_up, self._limit_seconds, GivingUp())

    def _prepare(self) -> None:
        self._writer = PostgresLink(writing_engine(self.url, password=self._password))
        with self._committing() as connection:
            require_current(connection, self.name)
        engine = reading_engine(self.url, password=self._password)
        for _ in range(self._reader_count):
            link = PostgresLink(engine)
            self._readers.put(link)
            link.connection()

    def _sees_customers(self, link: PostgresLink) -> bool:
        connection = link.connection()
        with self._watched(link, self._limit_seconds, GivingUp()):
            sees = bool(connection.execute(_SEES_CUSTOMERS).scalar_one())
            connection.rollback()
            return sees

    @contextmanager
    def _reader(self) -> Iterator[PostgresLink]:
        self._require_open()
        link = self._readers.get()
        try:
            yield link
        finally:
            self._readers.put(link)

    def _read(
        self,
        link: PostgresLink,
        connection: Connection,
        work: Callable[[SqlUnitOfWork], T],
        limit_seconds: float,
        giving_up: GivingUp,
    ) -> T:
        with self._watched(link, limit_seconds, giving_up):
            try:
                return work(self._unit_of_work(connection))
            finally:
                if not link.is_broken:
                    connection.rollback()

    def _write(self, work: Callable[[SqlUnitOfWork], T]) -> T:
        with self._committing() as connection, PendingWrites.gathering(connection):
            return work(self._unit_of_work(connection))

    @contextmanager
    def _committing(self, limit_seconds: float | None = None) -> Iterator[Connection]:
        link = self._require_open()
        connection = link.connection()
        limit_seconds = limit_seconds or self._limit_seconds
        with self._watched(link, limit_seconds, GivingUp()) as watch:
            transaction = connection.begin()
            try:
                yield connection
                if not watch.may_commit():
                    raise DatabaseTimeoutError(path=self.name, seconds=limit_seconds)
            except BaseException:
                with suppress(*DRIVER_ERRORS):
                    transaction.rollback()
                raise
            self._commit(link, transaction)

    def _commit(self, link: PostgresLink, transaction: RootTransaction) -> None:
        try:
            transaction.commit()
        except DRIVER_ERRORS as error:
            if link.is_broken:
                raise CommitUnknownError(path=self.name) from error
            raise

    @contextmanager
    def _watched(
        self, link: PostgresLink, limit_seconds: float, giving_up: GivingUp
    ) -> Iterator[Watch]:
        """Watch the block; a connection that was interfered with is not used again."""
        watching = self._watchdog.watching(link, limit_seconds=limit_seconds, giving_up=giving_up)
        with ExitStack() as stack:
            watch = stack.enter_context(watching)
            try:
                yield watch
            except DRIVER_ERRORS as error:
                if sqlstate(error) in STALE_STATEMENTS:
                    link.drop()
                if watch.was_ended:
                    raise DatabaseTimeoutError(path=self.name, seconds=limit_seconds) from error
                raise
            finally:
                # No step is under way any more when this is called.
                stack.close()
                if watch.was_ended:
                    link.drop()

    def _require_open(self) -> PostgresLink:
        if self._writer is None or self._is_given_up:
            raise DatabaseUnavailableError(path=self.name, reason="it is not open")
        return self._writer

    def _unit_of_work(self, connection: Connection) -> SqlUnitOfWork:
        return SqlUnitOfWork(connection, numbers=self._numbers, calling_code=self._calling_code)

    def _translating(self, seconds: float = LOCK_TIMEOUT_SECONDS) -> AbstractContextManager[None]:
        return translating(self.url, seconds=seconds)
