"""One big transaction from outside the desk: imports and demo data; the caller's thread.

A place is the path of an SQLite file or the URL of a PostgreSQL database. Takes no desk lock:
desks go on reading, and see all of it or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import Connection, text

from db.engine import BUSY_TIMEOUT_SECONDS, reading_engine
from db.error_translation import translating
from db.migrate import migrate
from db.schema import inspect, require_reachable
from db.shown_url import shown_url

Place: TypeAlias = Path | str

_PRAGMAS = (
    "query_only = OFF",
    "journal_mode = WAL",
    "foreign_keys = ON",
    # In KiB. A transaction of a million rows would spill a small cache again and again.
    "cache_size = -131072",
)

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(:key)")
_BULK_LOCK = 0x41444B32
"""Key of the advisory lock that one such transaction at a time holds: "ADK2"."""


def shown_place(place: Place) -> str:
    """Return what a person calls the database."""
    return str(place) if isinstance(place, Path) else shown_url(place)


@contextmanager
def bulk_connection(place: Place, *, password: str | None = None) -> Iterator[Connection]:
    """Yield a connection to a database with the schema of this program; no lock is held yet.

    Makes or migrates a file; a server's must be current. Driver errors become those of the
    domain: the StorageError family, for a server also SignInError and RightsError. What is not
    committed is undone.
    """
    with _file(place) if isinstance(place, Path) else _server(place, password) as connection:
        yield connection


def writing(connection: Connection) -> AbstractContextManager[None]:
    """Run the block as one transaction, undone when it raises.

    On a file it holds the write lock. On a server it keeps out only another of its kind, which
    waits for the lock timeout.
    """
    if connection.dialect.name == "sqlite":
        return _writing_file(connection)
    return _writing_server(connection)


def prepare_file(path: Path) -> None:
    """Make or migrate the database at ``path``; raises StorageError."""
    with translating(path, waited_seconds=BUSY_TIMEOUT_SECONDS):
        require_reachable(path)
        found = inspect(path, busy_timeout_seconds=BUSY_TIMEOUT_SECONDS)
        if not found.is_current:
            migrate(path, found, busy_timeout_seconds=BUSY_TIMEOUT_SECONDS)


@contextmanager
def _file(path: Path) -> Iterator[Connection]:
    prepare_file(path)
    with translating(path, waited_seconds=BUSY_TIMEOUT_SECONDS):
        # The engine for writers takes the write lock with its first statement.
        engine = reading_engine(path)
        with engine.connect() as connection:
            for pragma in _PRAGMAS:
                connection.exec_driver_sql(f"PRAGMA {pragma}")
            yield connection


@contextmanager
def _server(url: str, password: str | None) -> Iterator[Connection]:
    # Imported here: a desk with a file needs no driver of a server.
    from db.postgres_engine import LOCK_TIMEOUT_SECONDS, writing_engine
    from db.postgres_errors import translating as translating_server
    from db.postgres_schema import require_current

    with translating_server(url, seconds=LOCK_TIMEOUT_SECONDS):
        engine = writing_engine(url, password=password, lock_timeout_seconds=LOCK_TIMEOUT_SECONDS)
        with engine.connect() as connection:
            require_current(connection, shown_url(url))
            connection.commit()
            yield connection


@contextmanager
def _writing_file(connection: Connection) -> Iterator[None]:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        yield
        connection.exec_driver_sql("COMMIT")
    except BaseException:
        # SQLite has rolled back by itself after some errors, a full disk among them.
        if connection.connection.in_transaction:
            connection.exec_driver_sql("ROLLBACK")
        raise


@contextmanager
def _writing_server(connection: Connection) -> Iterator[None]:
    with connection.begin():
        connection.execute(_ONE_AT_A_TIME, {"key": _BULK_LOCK})
        yield
