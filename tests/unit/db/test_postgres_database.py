"""A PostgreSQL session answers as an SQLite file does, whatever the client's machine is set to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import cast

import pytest
from sqlalchemy import Connection, select

from agent_desk.ports.storage import UnitOfWork
from db.postgres_database import PostgresDatabase
from db.repositories.catalogue import SqlCatalogue
from db.tables import notes
from tests.contracts.storage_samples import a_company_id, a_customer, a_note
from tests.servers.fixtures import Floor


@pytest.fixture
def database(floor: Floor) -> Iterator[PostgresDatabase]:
    with PostgresDatabase(url=floor.url, password=floor.password) as database:
        yield database


def reading(database: PostgresDatabase, statement: str) -> object:
    def work(unit: UnitOfWork) -> object:
        connection = cast(SqlCatalogue, unit.catalogue)._connection
        return connection.exec_driver_sql(statement).scalar()

    return database.read(work)


def writing(database: PostgresDatabase, statement: str) -> object:
    with database.transaction() as connection:
        return connection.exec_driver_sql(statement).scalar()


SESSION = {
    "DateStyle": "ISO, DMY",
    "application_name": "agent-desk",
    "client_encoding": "UTF8",
    "search_path": "public",
    "TimeZone": "UTC",
    "transaction_isolation": "read committed",
}


@pytest.mark.parametrize("setting", SESSION)
def test_the_clients_environment_changes_no_answer(
    floor: Floor, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.setenv("PGTZ", "America/New_York")
    monkeypatch.setenv("PGDATESTYLE", "German")
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    monkeypatch.setenv("PGAPPNAME", "psql")
    monkeypatch.setenv("PGOPTIONS", "-c search_path=pg_catalog")
    monkeypatch.setenv("TZ", "Asia/Tokyo")

    with PostgresDatabase(url=floor.url, password=floor.password) as database:
        assert writing(database, f"SHOW {setting}") == SESSION[setting]
        assert reading(database, f"SHOW {setting}") == SESSION[setting]


def test_every_wait_has_an_end(database: PostgresDatabase) -> None:
    assert writing(database, "SHOW lock_timeout") == "5s"
    assert writing(database, "SHOW idle_in_transaction_session_timeout") == "1min"
    assert writing(database, "SHOW statement_timeout") == "0"
    assert reading(database, "SHOW statement_timeout") == "1min"


def test_options_of_the_address_are_kept(floor: Floor) -> None:
    url = floor.server.url(floor.name, options="-c work_mem=9MB", application_name="wall")

    with PostgresDatabase(url=url, password=floor.password) as database:
        assert writing(database, "SHOW work_mem") == "9MB"
        assert writing(database, "SHOW application_name") == "wall"


def test_a_reader_cannot_write(database: PostgresDatabase) -> None:
    with pytest.raises(Exception, match="takes no changes"):
        reading(database, "DELETE FROM notes RETURNING 1")


def test_statements_are_prepared_the_first_time(database: PostgresDatabase) -> None:
    database.read(lambda unit: unit.catalogue.departments())

    prepared = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%departments%%'"
    assert reading(database, prepared)


def test_a_migration_behind_a_prepared_statement_is_not_noticed(
    database: PostgresDatabase, floor: Floor
) -> None:
    before = [database.read(lambda unit: unit.catalogue.departments()) for _ in range(2)]
    with floor.server.connect(floor.name) as administrator:
        administrator.execute("ALTER TABLE departments ALTER COLUMN name TYPE varchar(200)")

    assert database.read(lambda unit: unit.catalogue.departments()) == before[0]


def test_warming_up_reaches_every_connection(database: PostgresDatabase) -> None:
    database.warm_up()

    with database._reader() as first, database._reader() as second:
        counts = [
            link.connection()
            .exec_driver_sql("SELECT count(*) FROM pg_prepared_statements")
            .scalar_one()
            for link in (first, second)
        ]
        for link in (first, second):
            link.connection().rollback()
    assert min(counts) > 3


def test_a_moment_is_kept_to_the_microsecond_whatever_its_zone(database: PostgresDatabase) -> None:
    marquesas = timezone(-timedelta(hours=9, minutes=30))
    moment = datetime(2026, 3, 29, 2, 30, 0, 123456, tzinfo=marquesas)
    customer = a_customer()
    database.write(lambda unit: unit.customers.add(customer, []))
    database.write(lambda unit: unit.customers.add_note(a_note(customer, "x", at=moment)))

    with database.transaction() as connection:
        stored = connection.execute(select(notes.c.created_at)).scalar_one()

    assert stored == moment
    assert stored.tzinfo is UTC


def test_a_name_is_found_by_its_exact_case_only(database: PostgresDatabase) -> None:
    database.write(lambda unit: unit.customers.add_company(a_company_id(), "Pumps"))

    assert database.read(lambda unit: unit.customers.company_named("pumps")) is None


def test_a_failed_write_takes_everything_back(database: PostgresDatabase) -> None:
    def work(unit: UnitOfWork) -> None:
        unit.customers.add_company(a_company_id(), "Pumps")
        raise LookupError

    with pytest.raises(LookupError):
        database.write(work)

    assert database.read(lambda unit: unit.customers.company_named("Pumps")) is None
    assert database.write(lambda unit: unit.tickets.next_number()) > 0


def test_desks_write_at_the_same_time(floor: Floor, database: PostgresDatabase) -> None:
    def work(connection: Connection) -> None:
        connection.exec_driver_sql(
            "INSERT INTO companies (id, name) VALUES (gen_random_uuid(), 'outer')"
        )

    with PostgresDatabase(url=floor.url, password=floor.password) as other:
        with database.transaction() as connection:
            work(connection)
            other.write(lambda unit: unit.customers.add_company(a_company_id(), "inner"))
            assert other.read(lambda unit: unit.customers.company_named("outer")) is None
        assert other.read(lambda unit: unit.customers.company_named("outer"))
