"""Files that cannot be opened are refused by name and left as they are."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agent_desk.domain.errors import (
    DatabaseInUseError,
    DatabaseLockedError,
    DatabaseUnavailableError,
    DiskFullError,
    NewerSchemaError,
    NotADatabaseError,
    StorageError,
)
from db.sqlite_database import SqliteDatabase
from db.sqlite_storage import SqliteStorage
from tests.contracts.storage_samples import a_customer
from tests.unit.db.other_process import HOLD_WRITE_LOCK, KEEP_DESK_OPEN, running

BUSY_SECONDS = 0.1


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk.sqlite"


@pytest.fixture
def desk_path(path: Path) -> Path:
    """A file of this program, complete and closed."""
    with SqliteDatabase(path=path):
        pass
    return path


async def refusal(path: Path) -> StorageError:
    """Return the error with which a storage refuses to open ``path``."""
    storage = SqliteStorage(path=path, busy_timeout_seconds=BUSY_SECONDS)
    with pytest.raises(StorageError) as refused:
        await storage.open()
    assert refused.value.details["path"] == str(path)
    return refused.value


def change(path: Path, *statements: str) -> bytes:
    """Run ``statements`` as another program would; return the file's bytes afterwards."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return path.read_bytes()


@pytest.mark.parametrize("content", [b"name;number\r\n", os.urandom(5000), b"SQLite format 3"])
async def test_a_file_that_is_no_database(path: Path, content: bytes) -> None:
    path.write_bytes(content)

    error = await refusal(path)

    assert type(error) is NotADatabaseError
    assert error.details["accepted"]
    assert path.read_bytes() == content


async def test_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()

    assert type(await refusal(folder)) is NotADatabaseError


async def test_the_database_of_another_program(path: Path) -> None:
    before = change(path, "CREATE TABLE songs (title TEXT)", "PRAGMA application_id = 42")

    assert type(await refusal(path)) is NotADatabaseError
    assert path.read_bytes() == before


async def test_a_database_that_does_not_say_whose_it_is(path: Path) -> None:
    before = change(path, "CREATE TABLE customers (name TEXT)")

    assert type(await refusal(path)) is NotADatabaseError
    assert path.read_bytes() == before


async def test_a_database_with_a_missing_table(desk_path: Path) -> None:
    change(desk_path, "DROP TABLE products")

    error = await refusal(desk_path)

    assert type(error) is NotADatabaseError
    assert "products" in str(error)


async def test_a_database_of_a_newer_version(desk_path: Path) -> None:
    before = change(desk_path, "UPDATE alembic_version SET version_num = '9999'")

    error = await refusal(desk_path)

    assert type(error) is NewerSchemaError
    assert error.details["found"] == "9999"
    assert desk_path.read_bytes() == before


async def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    error = await refusal(tmp_path / "missing" / "desk.sqlite")

    assert type(error) is DatabaseUnavailableError
    assert "missing" in error.details["reason"]
    assert list(tmp_path.iterdir()) == []


async def test_a_damaged_database(desk_path: Path) -> None:
    content = bytearray(desk_path.read_bytes())
    content[100:4096] = b"\xff" * (4096 - 100)
    desk_path.write_bytes(content)

    error = await refusal(desk_path)

    assert type(error) is DatabaseUnavailableError
    assert "damaged" in error.details["reason"]


async def test_a_database_that_another_program_locked(desk_path: Path) -> None:
    with running(HOLD_WRITE_LOCK, str(desk_path)):
        error = await refusal(desk_path)

    assert type(error) is DatabaseLockedError
    assert error.details["seconds"] == BUSY_SECONDS


async def test_a_write_while_another_program_holds_the_lock(desk_path: Path) -> None:
    storage = SqliteStorage(path=desk_path, busy_timeout_seconds=BUSY_SECONDS)
    await storage.open()
    customer = a_customer()
    with running(HOLD_WRITE_LOCK, str(desk_path)):
        with pytest.raises(DatabaseLockedError):
            await storage.write(lambda unit: unit.customers.add(customer, []))
        # Readers do not mind.
        assert await storage.read(lambda unit: unit.catalogue.departments())

    await storage.write(lambda unit: unit.customers.add(customer, []))
    assert (await storage.read(lambda unit: unit.customers.get(customer.id))).id == customer.id
    await storage.close()


async def test_a_database_that_another_desk_has_open(desk_path: Path) -> None:
    with running(KEEP_DESK_OPEN, str(desk_path)) as other:
        error = await refusal(desk_path)

    assert type(error) is DatabaseInUseError
    assert f"process {other.pid}" in error.details["owner"]


async def test_a_desk_that_was_killed_leaves_no_lock_behind(desk_path: Path) -> None:
    with running(KEEP_DESK_OPEN, str(desk_path)) as other:
        other.kill()
        other.wait()
        storage = SqliteStorage(path=desk_path)
        await storage.open()
        await storage.close()


async def test_a_second_storage_in_the_same_process_is_refused(desk_path: Path) -> None:
    first = SqliteStorage(path=desk_path)
    await first.open()

    error = await refusal(desk_path)
    await first.close()

    assert type(error) is DatabaseInUseError
    assert f"process {os.getpid()}" in error.details["owner"]


async def test_a_refused_file_can_be_opened_once_it_is_right(path: Path) -> None:
    path.write_bytes(b"no database")
    storage = SqliteStorage(path=path)
    with pytest.raises(NotADatabaseError):
        await storage.open()
    path.unlink()

    await storage.open()

    assert await storage.read(lambda unit: unit.catalogue.departments())
    await storage.close()


def fill(database: SqliteDatabase) -> int:
    """Write customers until the disk is full; return how many were acknowledged."""
    for stored in range(10_000):
        try:
            database.write(lambda unit: unit.customers.add(a_customer("x" * 20_000), []))
        except DiskFullError:
            return stored
    pytest.fail("the disk never got full")


def count(database: SqliteDatabase) -> int:
    with database.transaction() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM customers").scalar_one())


def test_a_file_that_may_not_grow_refuses_and_keeps_what_it_has(desk_path: Path) -> None:
    with SqliteDatabase(path=desk_path) as database:
        with database.transaction() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 50}")

        assert fill(database) == count(database) > 0
        with database.transaction() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 500}")
        database.write(lambda unit: unit.customers.add(a_customer(), []))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if sys.platform != "linux" or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("mounting a small file system needs root on Linux")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_refuses_and_keeps_what_it_has(small_disk: Path) -> None:
    with SqliteDatabase(path=small_disk / "desk.sqlite") as database:
        (small_disk / "ballast").write_bytes(b"x" * 500_000)
        assert fill(database) == count(database) > 0

        (small_disk / "ballast").unlink()
        database.write(lambda unit: unit.customers.add(a_customer(), []))


async def test_a_new_file_on_a_full_disk(small_disk: Path) -> None:
    (small_disk / "ballast").write_bytes(b"x" * (2 * 1024 * 1024 - 40_000))

    assert type(await refusal(small_disk / "desk.sqlite")) is DiskFullError


OPEN_WITHOUT_PRIVILEGES = """
import os, pathlib, sys
import db.migrate
from agent_desk.domain.errors import AgentDeskError
from db.sqlite_database import SqliteDatabase
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    with SqliteDatabase(path=pathlib.Path(sys.argv[1])):
        print("opened")
except AgentDeskError as error:
    print(type(error).__name__, error.details["path"] == sys.argv[1])
"""


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions of POSIX")
@pytest.mark.parametrize(
    ("file_mode", "folder_mode", "answer"),
    [
        (0o666, 0o777, "opened"),
        (0o444, 0o777, "DatabaseReadOnlyError True"),
        (0o666, 0o555, "DatabaseReadOnlyError True"),
        (0o444, 0o555, "DatabaseReadOnlyError True"),
        (0o000, 0o777, "DatabaseReadOnlyError True"),
        (None, 0o555, "DatabaseReadOnlyError True"),
    ],
)
def test_a_file_or_folder_without_write_permission(
    file_mode: int | None, folder_mode: int, answer: str
) -> None:
    # Not below pytest's folder, which only its owner may enter.
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "desk.sqlite"
        if file_mode is not None:
            with SqliteDatabase(path=path):
                pass
            for file in path.parent.iterdir():
                file.chmod(0o666)
            path.chmod(file_mode)
        path.parent.chmod(folder_mode)
        command = [sys.executable, "-c", OPEN_WITHOUT_PRIVILEGES, str(path)]
        try:
            told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        finally:
            path.parent.chmod(0o777)

    assert told.strip() == answer
