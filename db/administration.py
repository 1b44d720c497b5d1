"""What an administrator does with the shared database: upgrade, check, back up and restore.

Synchronous, for the command line. A place is the path of an SQLite file or the URL of a PostgreSQL
database; what differs between them is in `sqlite_administration` and `postgres_administration`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, TypeAlias

from agent_desk.domain.errors import InputError
from db.check_report import CheckReport

Place: TypeAlias = Path | str


class _Administration(Protocol):
    def upgrade(self) -> str: ...

    def check(self) -> CheckReport: ...

    def backup(self, target: Path) -> None: ...

    def restore(self, source: Path) -> None: ...


def upgrade(place: Place, *, password: str | None = None) -> str:
    """Apply every missing migration, or none of them, and return the schema's revision.

    Makes the tables of an empty database. Raises the StorageError family, and MissingRoleError
    for a login that does not own the database.
    """
    return _administration(place, password).upgrade()


def check(place: Place, *, password: str | None = None) -> CheckReport:
    """Return what is wrong with the database, if anything; changes nothing.

    Raises the StorageError family when it cannot be read at all, and MissingRoleError.
    """
    return _administration(place, password).check()


def backup(place: Place, target: Path, *, password: str | None = None) -> None:
    """Write a complete copy to the file ``target`` while desks go on working.

    Raises InputError for a target that exists, MissingProgramError without pg_dump, and the
    StorageError family; then no target is left behind.
    """
    if target.exists():
        raise InputError(field="target", value=str(target), accepted="a file that does not exist")
    if not target.parent.is_dir():
        raise InputError(field="target", value=str(target), accepted="a file in an existing folder")
    part = target.with_name(f"{target.name}.part")
    try:
        _administration(place, password).backup(part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def restore(source: Path, place: Place, *, password: str | None = None) -> None:
    """Fill the database at ``place`` from the backup ``source``.

    A file that is there is backed up first; a PostgreSQL database must be empty. Desks then read
    everything again. Raises InputError for a source that is none, MissingProgramError without
    pg_restore, and the StorageError family.
    """
    if not source.is_file():
        raise InputError(field="source", value=str(source), accepted="the file of a backup")
    _administration(place, password).restore(source)


def _administration(place: Place, password: str | None) -> _Administration:
    # Only one driver is loaded.
    if isinstance(place, Path):
        from db.sqlite_administration import SqliteAdministration

        return SqliteAdministration(place)
    from db.postgres_administration import PostgresAdministration

    return PostgresAdministration(place, password)
