"""One big transaction from outside the desk: imports and demo data; the caller's thread.

Takes no desk lock: a desk that has the file open goes on reading, and sees all of it or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from db.engine import BUSY_TIMEOUT_SECONDS, reading_engine
from db.error_translation import translating
from db.migrate import migrate
from db.schema import inspect, require_reachable

_PRAGMAS = (
    "query_only = OFF",
    "journal_mode = WAL",
    "foreign_keys = ON",
    # In KiB. A transaction of a million rows would spill a small cache again and again.
    "cache_size = -131072",
)


def prepare_file(path: Path) -> None:
    """Make or migrate the database at ``path``; raises StorageError."""
    with translating(path, waited_seconds=BUSY_TIMEOUT_SECONDS):
        require_reachable(path)
        found = inspect(path, busy_timeout_seconds=BUSY_TIMEOUT_SECONDS)
        if not found.is_current:
            migrate(path, found, busy_timeout_seconds=BUSY_TIMEOUT_SECONDS)


@contextmanager
def bulk_connection(path: Path) -> Iterator[Connection]:
    """Yield a connection to a prepared file that holds no lock until ``writing``.

    Driver errors become StorageError; what is not committed is undone.
    """
    with translating(path, waited_seconds=BUSY_TIMEOUT_SECONDS):
        # The engine for writers takes the write lock with its first statement.
        engine = reading_engine(path)
        with engine.connect() as connection:
            for pragma in _PRAGMAS:
                connection.exec_driver_sql(f"PRAGMA {pragma}")
            yield connection


@contextmanager
def writing(connection: Connection) -> Iterator[None]:
    """Run the block as one transaction that holds the write lock; undo it when it raises."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        yield
        connection.exec_driver_sql("COMMIT")
    except BaseException:
        # SQLite has rolled back by itself after some errors, a full disk among them.
        if connection.connection.in_transaction:
            connection.exec_driver_sql("ROLLBACK")
        raise
