"""What a PostgreSQL database must be, and how it becomes so."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from agent_desk.domain.errors import (
    AgentDeskError,
    NewerSchemaError,
    NotADatabaseError,
    OlderSchemaError,
    RightsError,
)
from db.migrate import migration_config, upgrade
from db.postgres_database import PostgresDatabase
from db.postgres_engine import writing_engine
from db.postgres_schema import MARK, migrate
from db.schema import HEAD, REVISIONS
from db.tables import metadata
from tests.contracts.storage_samples import an_event
from tests.servers.fixtures import Floor


def refusal(floor: Floor) -> AgentDeskError:
    """Return the error with which a desk refuses the database."""
    database = PostgresDatabase(url=floor.url, password=floor.password)
    with pytest.raises(AgentDeskError) as refused, database:
        pass
    return refused.value


def run(floor: Floor, *statements: str) -> None:
    with psycopg.connect(floor.url, password=floor.password) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture
def owner(floor: Floor) -> Iterator[Connection]:
    """The owner's connection to a migrated database."""
    with writing_engine(floor.url, password=floor.password).connect() as connection:
        yield connection


def test_an_empty_database_has_to_be_made_by_an_administrator(empty_floor: Floor) -> None:
    error = refusal(empty_floor)

    assert type(error) is OlderSchemaError
    assert "agent-desk-cli db upgrade" in str(error)


def test_an_older_database_has_to_be_migrated_by_an_administrator(empty_floor: Floor) -> None:
    engine = writing_engine(empty_floor.url, password=empty_floor.password)
    with engine.begin() as connection:
        upgrade(connection, REVISIONS[0])
        connection.exec_driver_sql(f"COMMENT ON TABLE alembic_version IS '{MARK}'")

    error = refusal(empty_floor)

    assert type(error) is OlderSchemaError
    assert error.details["found"] == REVISIONS[0]


def test_an_older_database_is_migrated_and_its_rows_stay(empty_floor: Floor) -> None:
    engine = writing_engine(empty_floor.url, password=empty_floor.password)
    with engine.begin() as connection:
        upgrade(connection, REVISIONS[0])
        connection.exec_driver_sql(f"COMMENT ON TABLE alembic_version IS '{MARK}'")
        connection.exec_driver_sql(
            "INSERT INTO companies (id, name) VALUES (gen_random_uuid(), 'Kept')"
        )

    migrate(empty_floor.url, password=empty_floor.password)

    with PostgresDatabase(url=empty_floor.url, password=empty_floor.password) as database:
        assert database.read(lambda unit: unit.customers.company_named("Kept"))


def test_the_database_of_another_program(empty_floor: Floor) -> None:
    run(empty_floor, "CREATE TABLE songs (title text)")

    assert type(refusal(empty_floor)) is NotADatabaseError
    with pytest.raises(NotADatabaseError):
        migrate(empty_floor.url, password=empty_floor.password)


@pytest.fixture
def extended(empty_floor: Floor) -> Floor:
    """An empty database into which somebody installed extensions: with a view, and with a table."""
    with empty_floor.server.connect(empty_floor.name) as superuser:
        superuser.execute("CREATE EXTENSION pg_stat_statements SCHEMA public")
        superuser.execute("CREATE TABLE guests (id int PRIMARY KEY)")
        superuser.execute("ALTER EXTENSION pg_stat_statements ADD TABLE guests")
    return empty_floor


def test_extensions_are_no_other_program(extended: Floor) -> None:
    assert type(refusal(extended)) is OlderSchemaError

    migrate(extended.url, password=extended.password)

    with PostgresDatabase(url=extended.url, password=extended.password) as database:
        assert database.read(lambda unit: unit.catalogue.departments())


def test_a_table_beside_an_extension_is_another_programs(extended: Floor) -> None:
    run(extended, "CREATE TABLE songs (title text)")

    assert type(refusal(extended)) is NotADatabaseError


def test_another_program_that_uses_alembic_too(empty_floor: Floor) -> None:
    run(
        empty_floor,
        "CREATE TABLE alembic_version (version_num text)",
        f"INSERT INTO alembic_version VALUES ('{HEAD}')",
    )

    assert type(refusal(empty_floor)) is NotADatabaseError


def test_a_database_of_a_newer_version(floor: Floor) -> None:
    run(floor, "UPDATE alembic_version SET version_num = '9999'")

    error = refusal(floor)

    assert type(error) is NewerSchemaError
    assert error.details["found"] == "9999"
    with pytest.raises(NewerSchemaError):
        migrate(floor.url, password=floor.password)


def test_a_database_with_a_missing_table(floor: Floor) -> None:
    run(floor, "DROP TABLE products CASCADE")

    error = refusal(floor)

    assert type(error) is NotADatabaseError
    assert "products" in str(error)


def test_a_login_without_a_grant(floor: Floor) -> None:
    floor.server.create_role("stranger")
    try:
        run(floor, "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC")
        stranger = floor.server.url(floor.name, user="stranger")
        database = PostgresDatabase(url=stranger, password=floor.password)
        with pytest.raises(RightsError) as refused, database:
            pass
        assert refused.value.details["role"] == "stranger"
        with pytest.raises(RightsError):
            migrate(stranger, password=floor.password)
    finally:
        floor.server.drop_role("stranger")


def test_only_one_migrates_at_a_time(empty_floor: Floor) -> None:
    failures: list[BaseException] = []

    def migrating() -> None:
        try:
            migrate(empty_floor.url, password=empty_floor.password)
        except AgentDeskError as error:
            failures.append(error)

    threads = [threading.Thread(target=migrating) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    with PostgresDatabase(url=empty_floor.url, password=empty_floor.password) as database:
        assert len(database.read(lambda unit: unit.catalogue.departments())) == 6


# The feed's column is of a type that the toolkit does not know.
@pytest.mark.filterwarnings("ignore:Did not recognize type 'xid8':sqlalchemy.exc.SAWarning")
def test_a_migrated_database_has_exactly_the_tables_of_the_metadata(owner: Connection) -> None:
    context = MigrationContext.configure(
        owner, opts={"compare_type": True, "include_object": _is_known_to_the_metadata}
    )

    assert compare_metadata(context, metadata) == []


def _is_known_to_the_metadata(
    item: object, name: str | None, kind: str, reflected: bool, _compared: object
) -> bool:
    """Leave out what only PostgreSQL has: the columns and indexes of full text and feed."""
    table = getattr(item, "table", None)
    ours = metadata.tables.get(getattr(table, "name", ""))
    if not reflected or ours is None:
        return True
    if kind == "column":
        return str(name) in ours.columns
    return kind != "index" or name in {index.name for index in ours.indexes}


def test_check_constraints_are_migrated_too(owner: Connection, empty_floor: Floor) -> None:
    statement = (
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f', 'u')"
    )
    plain = writing_engine(empty_floor.url, password=empty_floor.password)
    with plain.begin() as connection:
        metadata.create_all(connection)
        expected = set(map(tuple, connection.exec_driver_sql(statement)))

    assert expected <= set(map(tuple, owner.exec_driver_sql(statement)))


def test_every_step_can_be_taken_back(owner: Connection) -> None:
    config = migration_config()
    config.attributes["connection"] = owner
    with owner.begin():
        command.downgrade(config, "base")

    left = owner.exec_driver_sql(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "AND relkind IN ('r', 'S', 'v') "
        "UNION SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    )
    assert {name for (name,) in left} <= {"alembic_version"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event_log SET kind = 'Held'",
        "UPDATE event_log SET stream_id = stream_id",
        "DELETE FROM event_log",
        "TRUNCATE event_log",
        "TRUNCATE event_log CASCADE",
    ],
)
@pytest.mark.parametrize("role", ["origin", "replica"])
def test_no_statement_changes_or_removes_an_event(floor: Floor, statement: str, role: str) -> None:
    with PostgresDatabase(url=floor.url, password=floor.password) as database:
        database.write(lambda unit: unit.events.append([an_event("call-1", n=1)]))

    with floor.server.connect(floor.name) as superuser:
        superuser.execute(f"SET session_replication_role = {role}")
        with pytest.raises(psycopg.Error, match="append-only"):
            superuser.execute(statement)


def test_nobody_chooses_the_place_of_an_event(owner: Connection) -> None:
    with pytest.raises(Exception, match="GENERATED ALWAYS"):
        owner.exec_driver_sql(
            "INSERT INTO event_log (seq, id, stream, stream_id, kind, at, actor, payload) "
            "VALUES (1, gen_random_uuid(), 'CALL', 'x', 'x', now(), 'x', '{}')"
        )
