"""What a file is and how old, told by plain SQL without loading Alembic.

Runs in the thread that opens the database.
"""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent_desk.domain.errors import (
    DatabaseReadOnlyError,
    DatabaseUnavailableError,
    NewerSchemaError,
    NotADatabaseError,
)
from db import (  # noqa: F401 they join the metadata
    access_tables,
    article_tables,
    attachment_tables,
    calendar_tables,
    claim_tables,
    command_tables,
    complaint_tables,
    feed_tables,
    loop_tables,
    presence_tables,
    product_tables,
    routing_tables,
    service_tables,
)
from db.engine import sqlite_driver
from db.error_translation import ACCEPTED_FILE
from db.tables import metadata

APPLICATION_ID = 0x41444B31
"""Marks a file as ours (https://www.sqlite.org/pragma.html#pragma_application_id): "ADK1"."""

REVISIONS = tuple(f"{number:04}" for number in range(1, 21))
"""Every migration of this program, oldest first; the folder `migrations/versions` has the same."""

HEAD = REVISIONS[-1]


@dataclass(frozen=True, slots=True)
class FoundSchema:
    """What a file holds; revision None when it is still empty."""

    revision: str | None

    @property
    def is_current(self) -> bool:
        """Whether no migration is missing."""
        return self.revision == HEAD


def require_reachable(path: Path) -> None:
    """Raise DatabaseUnavailableError when the folder is missing or the path is a folder."""
    if not path.parent.is_dir():
        raise DatabaseUnavailableError(
            path=str(path), reason=f"the folder {path.parent} does not exist"
        )
    if path.is_dir():
        raise NotADatabaseError(path=str(path), accepted=ACCEPTED_FILE)


def inspect(path: Path, *, busy_timeout_seconds: float) -> FoundSchema:
    """Return what the file holds, after making sure that it can be written.

    Raises NotADatabaseError for another program's file, NewerSchemaError for a newer one, and
    driver errors for what SQLite itself refuses.
    """
    driver = sqlite_driver()
    try:
        with closing(
            driver.connect(str(path), timeout=busy_timeout_seconds, isolation_level=None)
        ) as connection:
            found = _found(connection, path)
            _touch(connection)
            return found
    except driver.OperationalError as error:
        # Without permission to make its companions SQLite only says that it cannot open the file.
        if not _may_write(path):
            raise DatabaseReadOnlyError(path=str(path)) from error
        raise


def _found(connection: Any, path: Path) -> FoundSchema:
    application_id = connection.execute("PRAGMA application_id").fetchone()[0]
    names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    if not names and application_id in (0, APPLICATION_ID):
        return FoundSchema(revision=None)
    if application_id != APPLICATION_ID or "alembic_version" not in names:
        raise NotADatabaseError(path=str(path), accepted=ACCEPTED_FILE)
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    revision = row[0] if row else ""
    if revision not in REVISIONS:
        raise NewerSchemaError(path=str(path), found=revision, known=HEAD)
    if revision == HEAD and not names.issuperset(metadata.tables):
        missing = ", ".join(sorted(set(metadata.tables) - names))
        raise NotADatabaseError(path=str(path), accepted=f"a complete one ({missing} missing)")
    return FoundSchema(revision=revision)


def _touch(connection: Any) -> None:
    """Write and take it back: a file without permission is opened for reading silently."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute("PRAGMA user_version = 1")
    finally:
        connection.execute("ROLLBACK")


def _may_write(path: Path) -> bool:
    """Return whether this process may read and write the file, as far as it can tell."""
    as_effective_user = {"effective_ids": True} if os.access in os.supports_effective_ids else {}
    file_allows = not path.exists() or os.access(path, os.R_OK | os.W_OK, **as_effective_user)
    return file_allows and os.access(path.parent, os.W_OK, **as_effective_user)
