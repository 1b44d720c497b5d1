"""Brings a file to the schema of this program, in one transaction and with a backup first.

Runs in the thread that opens the database; the only module that loads Alembic.
"""

from __future__ import annotations

import logging
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from agent_desk.domain.errors import DatabaseUnavailableError
from db.engine import migrating_engine, sqlite_driver
from db.schema import APPLICATION_ID, FoundSchema

_log = logging.getLogger(__name__)


def migration_config() -> Config:
    """Return Alembic's configuration for the scripts inside this package."""
    config = Config()
    config.set_main_option("script_location", "db:migrations")
    config.set_main_option("path_separator", "os")
    return config


def migrate(path: Path, found: FoundSchema, *, busy_timeout_seconds: float) -> None:
    """Apply every missing migration to the file at ``path``, or none of them.

    A file that holds something is copied first. Raises DatabaseUnavailableError when rows would
    lose what they refer to, and driver errors.
    """
    if found.revision is not None:
        backup = back_up(path, found.revision)
        _log.info("migrating %s from schema %s, backup in %s", path, found.revision, backup)
    engine = migrating_engine(path, busy_timeout_seconds=busy_timeout_seconds)
    with engine.begin() as connection:
        upgrade(connection)
        _require_whole(connection, path)
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Apply the migrations up to ``revision`` within the transaction of ``connection``."""
    config = migration_config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def back_up(path: Path, revision: str) -> Path:
    """Return a complete copy of the file beside it, named after its schema ``revision``.

    Made by SQLite itself: copying a live file loses what is still in its WAL.
    """
    backup = _free_name(path, revision)
    connect = sqlite_driver().connect
    with closing(connect(str(path))) as source, closing(connect(str(backup))) as target:
        source.backup(target)
    return backup


def _free_name(path: Path, revision: str) -> Path:
    candidate = path.with_name(f"{path.name}.schema-{revision}.backup")
    number = 1
    while candidate.exists():
        number += 1
        candidate = path.with_name(f"{path.name}.schema-{revision}.backup-{number}")
    return candidate


def _require_whole(connection: Connection, path: Path) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise DatabaseUnavailableError(
            path=str(path), reason=f"a row of {broken[0]} refers to a missing row of {broken[2]}"
        )
