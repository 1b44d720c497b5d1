"""The storage port on an SQLite file; see `storage_threads` for its threads."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from db.storage_threads import READERS, OpenDatabase, ThreadedStorage


class SqliteStorage(ThreadedStorage):
    """``ports.storage.Storage`` on the file at ``path``.

    busy_timeout_seconds: longest wait for another program's lock. calling_code: of the desk's
    country, such as "86"; the search completes numbers typed without it.
    """

    def __init__(
        self, *, path: Path, busy_timeout_seconds: float = 5.0, calling_code: str = ""
    ) -> None:
        """Prepare the storage; ``open`` migrates an older file."""
        super().__init__(
            name=str(path), opened=partial(_opened, path, busy_timeout_seconds, calling_code)
        )


def _opened(path: Path, busy_timeout_seconds: float, calling_code: str) -> OpenDatabase:
    from db.sqlite_database import SqliteDatabase

    database = SqliteDatabase(
        path=path,
        readers=READERS,
        busy_timeout_seconds=busy_timeout_seconds,
        calling_code=calling_code,
    )
    database.open()
    return database
