"""A server that hangs, dies or comes back: every wait ends, and nothing is told that is not so."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, cast

import pytest
from sqlalchemy import Connection

from agent_desk.domain.errors import (
    CommitUnknownError,
    DatabaseLockedError,
    DatabaseTimeoutError,
    DatabaseUnavailableError,
    ServerAwayError,
    StorageError,
)
from agent_desk.ports.storage import UnitOfWork
from db.giving_up import GivingUp
from db.postgres_database import PostgresDatabase
from db.postgres_storage import PostgresStorage
from db.repositories.catalogue import SqlCatalogue
from tests.contracts.storage_samples import a_company_id, a_customer
from tests.servers.fixtures import Floor

LIMIT_SECONDS = 0.3


@pytest.fixture
def database(floor: Floor) -> Iterator[PostgresDatabase]:
    with PostgresDatabase(url=floor.url, password=floor.password) as database:
        yield database


@pytest.fixture
def hasty(floor: Floor) -> Iterator[PostgresDatabase]:
    """A database that gives a server up soon."""
    database = PostgresDatabase(
        url=floor.server.url(floor.name, connect_timeout="2"),
        password=floor.password,
        answer_limit_seconds=LIMIT_SECONDS,
    )
    with database:
        yield database


@pytest.fixture
def frozen(floor: Floor) -> Iterator[Floor]:
    """A server that will be thawed whatever happens; the test freezes it."""
    yield floor
    floor.server.thaw()


def connection_of(unit: UnitOfWork) -> Connection:
    return cast(SqlCatalogue, unit.catalogue)._connection


def departments(database: PostgresDatabase) -> int:
    return len(database.read(lambda unit: unit.catalogue.departments()))


def end_sessions(floor: Floor) -> None:
    """End every session of the database, as an administrator or a restart does."""
    with floor.server.connect() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            "WHERE datname = %s AND pid <> pg_backend_pid()",
            [floor.name],
        )


def test_a_read_of_a_hanging_server_ends(hasty: PostgresDatabase, frozen: Floor) -> None:
    frozen.server.freeze()

    with pytest.raises(DatabaseTimeoutError) as ended:
        departments(hasty)

    assert ended.value.details["seconds"] == LIMIT_SECONDS


def test_a_hanging_server_that_goes_on_is_used_again(
    hasty: PostgresDatabase, frozen: Floor
) -> None:
    frozen.server.freeze()
    for _ in range(2):
        # A new connection is not made either.
        with pytest.raises((DatabaseTimeoutError, ServerAwayError)):
            departments(hasty)
    frozen.server.thaw()

    assert departments(hasty) > 0
    assert hasty.write(lambda unit: unit.tickets.next_number()) > 0


def test_a_hang_before_the_commit_changes_nothing(hasty: PostgresDatabase, frozen: Floor) -> None:
    customer = a_customer()

    def work(unit: UnitOfWork) -> None:
        frozen.server.freeze()
        unit.customers.add(customer, [])

    with pytest.raises(DatabaseTimeoutError):
        hasty.write(work)
    frozen.server.thaw()

    assert count(hasty, "customers") == 0


def test_a_write_that_takes_too_long_is_not_committed(hasty: PostgresDatabase) -> None:
    def work(unit: UnitOfWork) -> None:
        unit.customers.add(a_customer(), [])
        connection_of(unit).exec_driver_sql("SELECT pg_sleep(60)")

    with pytest.raises(DatabaseTimeoutError):
        hasty.write(work)

    assert count(hasty, "customers") == 0


def test_a_hang_in_the_commit_leaves_the_outcome_unknown(
    hasty: PostgresDatabase, frozen: Floor
) -> None:
    def work(unit: UnitOfWork) -> None:
        unit.customers.add(a_customer(), [])
        frozen.server.freeze()

    with pytest.raises(CommitUnknownError):
        hasty.write(work)
    frozen.server.thaw()

    assert count(hasty, "customers") in (0, 1)


def test_a_server_that_dies_in_the_commit_leaves_the_outcome_unknown(
    database: PostgresDatabase, floor: Floor
) -> None:

    def work(unit: UnitOfWork) -> None:
        unit.customers.add(a_customer(), [])
        floor.server.kill()

    with pytest.raises(CommitUnknownError):
        database.write(work)
    floor.server.start()

    assert count(database, "customers") == 0


def test_sessions_that_were_ended_while_idle_are_replaced_unseen(
    database: PostgresDatabase, floor: Floor
) -> None:
    end_sessions(floor)

    assert database.write(lambda unit: unit.tickets.next_number()) > 0
    assert departments(database) > 0


def test_a_read_whose_session_ends_is_run_again(database: PostgresDatabase, floor: Floor) -> None:
    runs = []

    def work(unit: UnitOfWork) -> int:
        runs.append(unit)
        if len(runs) == 1:
            end_sessions(floor)
        return len(unit.catalogue.departments())

    assert database.read(work) > 0
    assert len(runs) == 2


def test_a_write_whose_session_ends_changes_nothing_and_is_not_run_again(
    database: PostgresDatabase, floor: Floor
) -> None:
    runs = []

    def work(unit: UnitOfWork) -> None:
        runs.append(unit)
        unit.customers.add(a_customer(), [])
        end_sessions(floor)
        unit.customers.add(a_customer(), [])

    with pytest.raises(ServerAwayError):
        database.write(work)

    assert len(runs) == 1
    assert count(database, "customers") == 0


def test_it_recovers_by_itself_when_the_server_is_back(
    database: PostgresDatabase, floor: Floor
) -> None:
    floor.server.stop()
    try:
        for _ in range(2):
            with pytest.raises(ServerAwayError):
                departments(database)
            with pytest.raises(ServerAwayError):
                database.write(lambda unit: unit.tickets.next_number())
    finally:
        floor.server.start()

    assert departments(database) > 0
    assert database.write(lambda unit: unit.tickets.next_number()) > 0


def test_a_query_that_is_given_up_is_cancelled_and_its_connection_not_reused(
    database: PostgresDatabase, floor: Floor
) -> None:
    giving_up = GivingUp()
    processes = []

    def work(unit: UnitOfWork) -> None:
        connection = connection_of(unit)
        processes.append(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar())
        giving_up.set()
        connection.exec_driver_sql("SELECT pg_sleep(60)")

    with pytest.raises(DatabaseTimeoutError):
        database.read(work, giving_up=giving_up, timeout_seconds=60)

    later = database.read(
        lambda unit: connection_of(unit).exec_driver_sql("SELECT pg_backend_pid()").scalar()
    )
    assert later not in processes


async def test_a_caller_does_not_wait_for_the_servers_obedience(frozen: Floor) -> None:
    storage = PostgresStorage(url=frozen.url, password=frozen.password)
    await storage.open()
    frozen.server.freeze()

    reading = storage.read(lambda unit: unit.catalogue.departments(), timeout_seconds=0.05)
    with pytest.raises(DatabaseTimeoutError):
        await asyncio.wait_for(reading, timeout=0.5)

    frozen.server.thaw()
    assert await storage.read(lambda unit: unit.catalogue.departments())
    await storage.close()


def test_a_row_that_stays_locked_is_told_so(database: PostgresDatabase, floor: Floor) -> None:
    def work(unit: UnitOfWork) -> None:
        connection_of(unit).exec_driver_sql("SET LOCAL lock_timeout = 50")
        unit.customers.add_company(a_company_id(), "Pumps")

    with floor.server.connect(floor.name) as other, other.transaction():
        other.execute("LOCK TABLE companies")
        with pytest.raises(DatabaseLockedError):
            database.write(work)


def test_a_transaction_that_collides_is_run_again(database: PostgresDatabase, floor: Floor) -> None:
    runs = []

    def work(unit: UnitOfWork) -> str:
        connection = connection_of(unit)
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        connection.exec_driver_sql("SELECT count(*) FROM departments").scalar()
        runs.append(unit)
        if len(runs) == 1:
            with floor.server.connect(floor.name) as other:
                other.execute("UPDATE departments SET name = 'theirs'")
        connection.exec_driver_sql("UPDATE departments SET name = name || ' and ours'")
        return "done"

    assert database.write(work) == "done"
    names = {d.name for d in database.read(lambda unit: unit.catalogue.departments())}

    assert len(runs) == 2
    assert names == {"theirs and ours"}


def test_a_closed_database_says_so(floor: Floor) -> None:
    database = PostgresDatabase(url=floor.url, password=floor.password)

    with pytest.raises(DatabaseUnavailableError, match="not open"):
        database.write(lambda unit: unit.tickets.next_number())
    with pytest.raises(DatabaseUnavailableError, match="not open"):
        departments(database)


def count(database: PostgresDatabase, table: str) -> Any:
    with database.transaction() as connection:
        return connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()


async def test_closing_gives_up_a_server_that_hangs(frozen: Floor) -> None:
    storage = PostgresStorage(url=frozen.url, password=frozen.password, answer_limit_seconds=60)
    await storage.open()
    assert await storage.write(lambda unit: unit.tickets.next_number()) > 0
    frozen.server.freeze()
    waiting = [
        asyncio.create_task(storage.write(lambda unit: unit.tickets.next_number())),
        asyncio.create_task(storage.read(lambda unit: unit.catalogue.departments())),
    ]
    await asyncio.sleep(0)

    async with asyncio.timeout(15):
        await storage.close()

    for ended in await asyncio.gather(*waiting, return_exceptions=True):
        assert isinstance(ended, StorageError)
