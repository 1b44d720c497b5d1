"""Upgrade, check, backup and restore of an SQLite file; on the command line's thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, func, select

from agent_desk.domain.errors import NotADatabaseError
from db.check_report import CheckReport
from db.engine import BUSY_TIMEOUT_SECONDS, reading_engine, sqlite_driver
from db.error_translation import ACCEPTED_FILE, translating
from db.feed_tables import begin_epoch
from db.file_lock import DeskLock
from db.migrate import back_up
from db.schema import HEAD, FoundSchema, inspect, require_reachable
from db.sqlite_database import SqliteDatabase
from db.tables import APPEND_ONLY_TRIGGERS, metadata


class SqliteAdministration:
    """What an administrator does with the file at ``path``."""

    def __init__(self, path: Path) -> None:
        """Prepare; nothing is touched yet."""
        self._path = path

    def upgrade(self) -> str:
        """Open the file once, which migrates it; no desk may have it open."""
        with SqliteDatabase(path=self._path):
            return HEAD

    def check(self) -> CheckReport:
        """Ask SQLite and the tables what is wrong."""
        with translating(self._path, waited_seconds=BUSY_TIMEOUT_SECONDS):
            found = self._found(self._path)
            with reading_engine(self._path).connect() as connection:
                return CheckReport(
                    revision=found.revision or "",
                    rows=_rows(connection),
                    problems=tuple(_problems(connection, found)),
                )

    def backup(self, target: Path) -> None:
        """Let SQLite copy the file page by page; copying it from outside loses the WAL."""
        with translating(self._path, waited_seconds=BUSY_TIMEOUT_SECONDS):
            self._found(self._path)
            _copy(self._path, target)

    def restore(self, source: Path) -> None:
        """Overwrite the file's pages in one transaction, after a backup of what it holds."""
        with translating(source, waited_seconds=BUSY_TIMEOUT_SECONDS):
            self._found(source)
        require_reachable(self._path)
        lock = DeskLock(self._path)
        lock.acquire()
        try:
            with translating(self._path, waited_seconds=BUSY_TIMEOUT_SECONDS):
                self._replace(source)
        finally:
            lock.release()
        # An older backup is migrated by this.
        with SqliteDatabase(path=self._path) as database, database.transaction() as connection:
            begin_epoch(connection, datetime.now(UTC))

    def _replace(self, source: Path) -> None:
        if self._path.exists():
            found = inspect(self._path, busy_timeout_seconds=BUSY_TIMEOUT_SECONDS)
            if found.revision is not None:
                back_up(self._path, found.revision)
        _copy(source, self._path)

    def _found(self, path: Path) -> FoundSchema:
        """Return what the file holds, which must be tables of ours."""
        if not path.is_file():
            raise NotADatabaseError(path=str(path), accepted="a file that this program made")
        found = inspect(path, busy_timeout_seconds=BUSY_TIMEOUT_SECONDS)
        if found.revision is None:
            raise NotADatabaseError(path=str(path), accepted=ACCEPTED_FILE)
        return found


def _copy(source: Path, target: Path) -> None:
    connect = sqlite_driver().connect
    with closing(connect(str(source))) as read, closing(connect(str(target))) as written:
        read.backup(written)


def _rows(connection: Connection) -> dict[str, int]:
    there = {name for (name,) in connection.exec_driver_sql("SELECT name FROM sqlite_master")}
    return {
        name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for name, table in metadata.tables.items()
        if name in there
    }


def _problems(connection: Connection, found: FoundSchema) -> Iterator[str]:
    if not found.is_current:
        yield f"the schema is {found.revision}, this program's is {HEAD}: run db upgrade"
    for (said,) in connection.exec_driver_sql("PRAGMA integrity_check(10)"):
        if said != "ok":
            yield f"the file is damaged: {said}"
    for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"row {row} of {table} refers to a missing row of {parent}"
    triggers = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for missing in sorted(set(APPEND_ONLY_TRIGGERS) - set(triggers.scalars())):
        yield f"the event log is not protected: the trigger {missing} is missing"
