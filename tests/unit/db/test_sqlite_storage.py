"""What only the SQLite storage does: threads, interruption, settings of the file."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest

from agent_desk.domain.errors import DatabaseTimeoutError, NotFoundError
from agent_desk.domain.identifiers import CustomerId
from agent_desk.ports.storage import UnitOfWork
from db.engine import reading_engine, sqlite_driver, writing_engine
from db.repositories.catalogue import SqlCatalogue
from db.sqlite_database import SqliteDatabase
from db.sqlite_storage import SqliteStorage
from tests.contracts.storage_samples import a_customer

ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c"


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[SqliteStorage]:
    storage = SqliteStorage(path=tmp_path / "desk.sqlite")
    await storage.open()
    yield storage
    await storage.close()


def endless_query(unit: UnitOfWork) -> None:
    catalogue = cast(SqlCatalogue, unit.catalogue)
    catalogue._connection.exec_driver_sql(ENDLESS)


async def test_a_query_that_takes_too_long_is_stopped_and_its_thread_is_free_again(
    storage: SqliteStorage,
) -> None:
    for _ in range(5):
        with pytest.raises(DatabaseTimeoutError):
            await storage.read(endless_query, timeout_seconds=0.02)

    assert await storage.read(lambda unit: unit.catalogue.departments())


async def test_the_query_of_a_cancelled_caller_is_stopped(storage: SqliteStorage) -> None:
    for _ in range(3):
        started = threading.Event()

        def work(unit: UnitOfWork, started: threading.Event = started) -> None:
            started.set()
            endless_query(unit)

        reading = asyncio.ensure_future(storage.read(work))
        await asyncio.to_thread(started.wait, 30)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading

    assert await storage.read(lambda unit: unit.catalogue.departments())


async def test_waiting_for_a_free_reader_counts_as_time(storage: SqliteStorage) -> None:
    release = threading.Event()
    both_busy = threading.Barrier(3)

    def work(_unit: UnitOfWork) -> bool:
        both_busy.wait(30)
        return release.wait(30)

    busy = [asyncio.ensure_future(storage.read(work)) for _ in range(2)]
    await asyncio.to_thread(both_busy.wait, 30)
    try:
        with pytest.raises(DatabaseTimeoutError):
            await storage.read(lambda unit: unit.catalogue.departments(), timeout_seconds=0.02)
    finally:
        release.set()
    assert await asyncio.gather(*busy) == [True, True]


async def test_the_write_of_a_cancelled_caller_is_finished(storage: SqliteStorage) -> None:
    customer = a_customer()
    inside, leave = threading.Event(), threading.Event()

    def work(unit: UnitOfWork) -> None:
        inside.set()
        leave.wait(30)
        unit.customers.add(customer, [])

    writing = asyncio.ensure_future(storage.write(work))
    await asyncio.to_thread(inside.wait, 30)
    writing.cancel()
    leave.set()
    with pytest.raises(asyncio.CancelledError):
        await writing
    await storage.write(lambda unit: unit.tickets.next_number())

    found = await storage.read(lambda unit: unit.customers.get(customer.id))
    assert found.id == customer.id


async def test_writes_run_one_after_the_other(storage: SqliteStorage) -> None:
    numbers = await asyncio.gather(
        *(storage.write(lambda unit: unit.tickets.next_number()) for _ in range(20))
    )

    assert len(set(numbers)) == 20


async def test_a_reader_cannot_write(storage: SqliteStorage) -> None:
    customer = a_customer()

    with pytest.raises(Exception, match="read-only"):
        await storage.read(lambda unit: unit.customers.add(customer, []))
    with pytest.raises(NotFoundError):
        await storage.read(lambda unit: unit.customers.get(CustomerId(customer.id)))


async def test_closing_waits_for_what_is_running(tmp_path: Path) -> None:
    storage = SqliteStorage(path=tmp_path / "desk.sqlite")
    await storage.open()
    customer = a_customer()
    inside, leave = threading.Event(), threading.Event()

    def work(unit: UnitOfWork) -> None:
        unit.customers.add(customer, [])
        inside.set()
        leave.wait(30)

    writing = asyncio.ensure_future(storage.write(work))
    await asyncio.to_thread(inside.wait, 30)
    closing = asyncio.ensure_future(storage.close())
    await asyncio.sleep(0)
    leave.set()
    await asyncio.gather(writing, closing)

    await storage.open()
    assert (await storage.read(lambda unit: unit.customers.get(customer.id))).id == customer.id
    await storage.close()


async def test_an_opening_that_is_cancelled_leaves_the_file_free(tmp_path: Path) -> None:
    path = tmp_path / "desk.sqlite"
    opening = asyncio.ensure_future(SqliteStorage(path=path).open())
    await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    for thread in threading.enumerate():
        if thread.name.startswith("db-write"):
            await asyncio.to_thread(thread.join, 30)

    second = SqliteStorage(path=path)
    await second.open()
    assert await second.read(lambda unit: unit.catalogue.departments())
    await second.close()


def test_the_file_is_durable_and_checked(tmp_path: Path) -> None:
    path = tmp_path / "desk.sqlite"
    with SqliteDatabase(path=path):
        for engine in (writing_engine(path), reading_engine(path)):
            with engine.connect() as connection:
                value = {
                    pragma: connection.exec_driver_sql(f"PRAGMA {pragma}").scalar()
                    for pragma in ("journal_mode", "synchronous", "busy_timeout")
                }
            assert value == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 5000}
        with writing_engine(path).connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_the_log_says_which_sqlite_is_in_use(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database = SqliteDatabase(path=tmp_path / "desk.sqlite")
    with caplog.at_level(logging.INFO, logger="db.engine"), database:
        pass

    assert f"SQLite {sqlite_driver().sqlite_version}" in caplog.text
    assert sqlite_driver().__name__ in caplog.text
