"""Writes of one unit of work on PostgreSQL that share a round trip; on the writer's thread.

A desk far from its server pays for round trips, a busy server for waking up for each of them. What
returns nothing is gathered here and sent in one batch (libpq's pipeline mode,
https://www.postgresql.org/docs/current/libpq-pipeline-mode.html) before the next read and before
the commit, in the order in which it was asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from sqlalchemy import Connection

_KEY = "agent_desk_pending_writes"

Statement: TypeAlias = tuple[str, tuple[Any, ...]]
"""A statement in the words of PostgreSQL, and its parameters by place."""


class PendingWrites:
    """What a unit of work has written and not sent yet."""

    def __init__(self, connection: Connection) -> None:
        """Gather for ``connection``; use `gathering`."""
        self._connection = connection
        self._statements: list[Statement] = []

    @staticmethod
    def of(connection: Connection) -> PendingWrites | None:
        """Return what is gathered for ``connection`` now, None when nothing ever is."""
        return connection.info.get(_KEY)

    @classmethod
    @contextmanager
    def gathering(cls, connection: Connection) -> Iterator[PendingWrites]:
        """Gather in the block and send what is left at its end; an error forgets it."""
        # Held on to: a connection that broke meanwhile cannot be asked for it any more.
        notes = connection.info
        pending = notes[_KEY] = cls(connection)
        try:
            yield pending
            pending.flush()
        finally:
            del notes[_KEY]

    def add(self, statement: str, parameters: tuple[Any, ...]) -> None:
        """Send ``statement`` with the next batch."""
        self._statements.append((statement, parameters))

    def flush(self) -> None:
        """Run everything that was gathered; raises the error of the first that fails."""
        statements, self._statements = self._statements, []
        if len(statements) == 1:
            execute(open_cursor(self._connection), *statements[0])
        elif statements:
            self._run_together(statements)

    def _run_together(self, statements: list[Statement]) -> None:
        from psycopg import Error

        driver: Any = self._connection.connection.driver_connection
        # One for each: their results come at the end.
        cursors = [open_cursor(self._connection) for _ in statements]
        failed: Error | None = None
        try:
            with driver.pipeline():
                try:
                    for cursor, (statement, parameters) in zip(cursors, statements, strict=True):
                        cursor.execute(statement, parameters)
                except Error as error:
                    # Kept inside: leaving a pipeline by an error, the driver logs the next one.
                    failed = error
        except Error as error:
            failed = failed or error
        if failed is not None:
            done = sum(cursor.pgresult is not None for cursor in cursors)
            _name_statement(failed, statements[min(done, len(statements) - 1)][0])
            raise failed


def flush_pending(connection: Connection) -> None:
    """Send what is gathered for ``connection``, so that the next statement sees it."""
    pending = PendingWrites.of(connection)
    if pending is not None:
        pending.flush()


def open_cursor(connection: Connection) -> Any:
    """Return a cursor of the driver that takes statements with numbered parameters."""
    if connection.dialect.name == "sqlite":
        return connection.connection.cursor()
    # Loaded already, by whoever made the connection. The usual cursor would look for parameters
    # in the text at every execution: it remembers none of more than 4,096 characters.
    from psycopg import RawCursor

    driver: Any = connection.connection.driver_connection
    return RawCursor(driver)


def execute(cursor: Any, statement: str, parameters: tuple[Any, ...]) -> None:
    """Run ``statement``; an error of the driver tells which one it was."""
    try:
        cursor.execute(statement, parameters)
    except Exception as error:
        _name_statement(error, statement)
        raise


def _name_statement(error: Exception, statement: str) -> None:
    """Let `postgres_errors` say what was refused, as it does for an error of the toolkit."""
    vars(error)["statement"] = statement
