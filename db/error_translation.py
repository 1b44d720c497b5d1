"""From the driver's errors to those that a person can act on; standard library only, any thread.

Result codes: https://www.sqlite.org/rescode.html; the low byte is the primary code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from agent_desk.domain.errors import (
    AgentDeskError,
    DatabaseLockedError,
    DatabaseReadOnlyError,
    DatabaseTimeoutError,
    DatabaseUnavailableError,
    DiskFullError,
    NotADatabaseError,
    StorageError,
)

ACCEPTED_FILE = "a file that this program made, or a name that is not taken yet"

_BUSY, _LOCKED, _READONLY, _INTERRUPT, _IOERR = 5, 6, 8, 9, 10
_CORRUPT, _FULL, _CANTOPEN, _NOTADB = 11, 13, 14, 26

_REASONS: Mapping[int, str] = MappingProxyType(
    {
        _IOERR: "the disk refuses to read or write ({error})",
        _CORRUPT: "the file is damaged ({error}); restore a backup",
        _CANTOPEN: "the file or its folder cannot be opened ({error})",
    }
)


def translated(
    error: Exception, *, path: Path, waited_seconds: float = 0.0, timeout_seconds: float = 0.0
) -> StorageError:
    """Return the domain's error for ``error`` of the driver or of SQLAlchemy."""
    original = getattr(error, "orig", None) or error
    code = primary_code(original) or 0
    simple: Mapping[int, Callable[[], StorageError]] = {
        _BUSY: lambda: DatabaseLockedError(path=str(path), seconds=waited_seconds),
        _LOCKED: lambda: DatabaseLockedError(path=str(path), seconds=waited_seconds),
        _READONLY: lambda: DatabaseReadOnlyError(path=str(path)),
        _INTERRUPT: lambda: DatabaseTimeoutError(path=str(path), seconds=timeout_seconds),
        _FULL: lambda: DiskFullError(path=str(path)),
        _NOTADB: lambda: NotADatabaseError(path=str(path), accepted=ACCEPTED_FILE),
    }
    if code in simple:
        return simple[code]()
    if code in _REASONS:
        return DatabaseUnavailableError(
            path=str(path), reason=_REASONS[code].format(error=original)
        )
    return StorageError(path=str(path))


def primary_code(error: BaseException) -> int | None:
    """Return SQLite's primary result code, None when ``error`` is none of SQLite's."""
    code = getattr(error, "sqlite_errorcode", None)
    return code & 0xFF if isinstance(code, int) else None


def is_driver_error(error: BaseException) -> bool:
    """Return whether ``error`` comes from a database driver or from SQLAlchemy."""
    modules = {kind.__module__.partition(".")[0] for kind in type(error).__mro__}
    return bool(modules & {"sqlite3", "pysqlite3", "psycopg", "sqlalchemy", "alembic"})


@contextmanager
def translating(
    path: Path, *, waited_seconds: float = 0.0, timeout_seconds: float = 0.0
) -> Iterator[None]:
    """Raise the domain's error for every driver error inside; others pass unchanged."""
    try:
        yield
    except AgentDeskError:
        raise
    except Exception as error:
        if not is_driver_error(error):
            raise
        raise translated(
            error, path=path, waited_seconds=waited_seconds, timeout_seconds=timeout_seconds
        ) from error
