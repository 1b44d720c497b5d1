"""SQLAlchemy engines for one SQLite file: durable, never waiting longer than told.

Built and used on the threads of the `db` executors.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

_log = logging.getLogger(__name__)

BUSY_TIMEOUT_SECONDS = 5.0
"""Longest wait for another program's lock (https://www.sqlite.org/pragma.html#pragma_busy_timeout)."""

CACHE_KIB = 8192
"""Pages that each connection keeps in memory, in KiB."""


def sqlite_driver() -> ModuleType:
    """Return pysqlite3 with its current SQLite when it is installed, else the standard library's.

    SQLite 3.7.0 to 3.51.2 can corrupt a WAL file that several processes share.
    """
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        return sqlite3
    return dbapi2  # type: ignore[no-any-return]


def log_driver() -> None:
    """Say at INFO which SQLite is in use."""
    driver = sqlite_driver()
    _log.info("SQLite %s through %s", driver.sqlite_version, driver.__name__)


def writing_engine(path: Path, *, busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS) -> Engine:
    """Return an engine whose transactions take the write lock at once.

    A transaction that begins as a reader and then writes fails with BUSY without waiting.
    """
    engine = _engine(path, busy_timeout_seconds, ("journal_mode = WAL", "foreign_keys = ON"))
    event.listen(engine, "begin", _begin_immediate)
    return engine


def reading_engine(path: Path, *, busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS) -> Engine:
    """Return an engine in autocommit that cannot write."""
    return _engine(path, busy_timeout_seconds, ("query_only = ON",))


def migrating_engine(path: Path, *, busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS) -> Engine:
    """Return an engine without foreign keys: rebuilding a table would delete its child rows."""
    engine = _engine(path, busy_timeout_seconds, ("foreign_keys = OFF",))
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _engine(path: Path, busy_timeout_seconds: float, pragmas: tuple[str, ...]) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        module=sqlite_driver(),
        poolclass=NullPool,
        json_serializer=_compact_json,
        connect_args={
            # Used by one thread at a time, which need not be the one that opened it.
            "check_same_thread": False,
            "timeout": busy_timeout_seconds,
            # The driver would begin and commit by its own rules; see `_begin_immediate`.
            "isolation_level": None,
        },
    )
    every = ("synchronous = FULL", "recursive_triggers = ON", f"cache_size = -{CACHE_KIB}")

    def set_pragmas(connection: Any, _record: object) -> None:
        for pragma in (*pragmas, *every):
            connection.execute(f"PRAGMA {pragma}").fetchall()

    event.listen(engine, "connect", set_pragmas)
    return engine


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _compact_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
