"""Every result code of SQLite becomes an error that a person can act on."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from agent_desk.domain.errors import (
    DatabaseLockedError,
    DatabaseReadOnlyError,
    DatabaseTimeoutError,
    DatabaseUnavailableError,
    DiskFullError,
    NotADatabaseError,
    NotFoundError,
    StorageError,
)
from db.engine import sqlite_driver
from db.error_translation import translated, translating

PATH = Path("desk.sqlite")

EXPECTED: dict[str, type[StorageError]] = {
    "SQLITE_BUSY": DatabaseLockedError,
    "SQLITE_BUSY_SNAPSHOT": DatabaseLockedError,
    "SQLITE_LOCKED": DatabaseLockedError,
    "SQLITE_READONLY": DatabaseReadOnlyError,
    "SQLITE_READONLY_DBMOVED": DatabaseReadOnlyError,
    "SQLITE_INTERRUPT": DatabaseTimeoutError,
    "SQLITE_FULL": DiskFullError,
    "SQLITE_NOTADB": NotADatabaseError,
    "SQLITE_IOERR": DatabaseUnavailableError,
    "SQLITE_IOERR_WRITE": DatabaseUnavailableError,
    "SQLITE_CORRUPT": DatabaseUnavailableError,
    "SQLITE_CORRUPT_INDEX": DatabaseUnavailableError,
    "SQLITE_CANTOPEN": DatabaseUnavailableError,
}
CODES = {name: code for name, code in vars(sqlite3).items() if name.startswith("SQLITE_")}
RESULT_CODES = [name for name in EXPECTED if name in CODES]


def driver_error(name: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(name)
    error.sqlite_errorcode = CODES[name]
    return error


@pytest.mark.parametrize("name", RESULT_CODES)
def test_a_code_has_its_error(name: str) -> None:
    error = translated(driver_error(name), path=PATH, waited_seconds=5.0, timeout_seconds=2.0)

    assert type(error) is EXPECTED[name]
    assert "desk.sqlite" in str(error)


@pytest.mark.parametrize("name", RESULT_CODES)
def test_the_toolkits_wrapping_makes_no_difference(name: str) -> None:
    wrapped = OperationalError("SELECT 1", {}, driver_error(name))

    assert type(translated(wrapped, path=PATH)) is EXPECTED[name]


@pytest.mark.parametrize(
    "kind",
    [
        sqlite_driver().Error,
        sqlite_driver().IntegrityError,
        sqlite_driver().ProgrammingError,
        sqlite3.InterfaceError,
        lambda text: OperationalError(text, {}, Exception(text)),
    ],
)
def test_whatever_else_a_driver_raises_is_a_storage_error(kind: type[Exception]) -> None:
    with pytest.raises(StorageError) as raised, translating(PATH):
        raise kind("anything")

    assert type(raised.value) is StorageError
    assert raised.value.__cause__ is not None


@pytest.mark.parametrize("error", [NotFoundError(subject="x", id="1"), ValueError("x"), OSError()])
def test_errors_of_others_pass_unchanged(error: Exception) -> None:
    with pytest.raises(type(error)) as raised, translating(PATH):
        raise error

    assert raised.value is error
