"""Demo data on a server: the same rows as in a file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from agent_desk.domain.errors import InputError, OlderSchemaError
from db import engine as file_engine
from db import postgres_engine
from db.demo_data.callers import server_callers
from db.demo_data.generator import generate
from db.postgres_database import PostgresDatabase
from db.sqlite_database import SqliteDatabase
from db.tables import metadata
from tests.servers.fixtures import Floor

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
OWN_OF_EACH = frozenset({"feed_epochs", "counters"})
"""Made with the database, and what only a file counts by."""


def rows_of(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows by table, as SQLAlchemy reads them from either database."""
    with engine.connect() as connection:
        return {
            name: [
                tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))
            ]
            for name, table in metadata.tables.items()
            if name not in OWN_OF_EACH
        }


def test_the_same_rows_come_about_as_in_a_file(floor: Floor, tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    in_file = generate(path, customers=120, seed=7, now=NOW)
    on_server = generate(floor.url, password=floor.password, customers=120, seed=7, now=NOW)

    assert on_server == in_file
    stored = rows_of(postgres_engine.reading_engine(floor.url, password=floor.password))
    assert stored == rows_of(file_engine.reading_engine(path))
    assert len(stored["customers"]) == 120


def test_the_desks_go_on_counting_where_the_demo_ended(floor: Floor, tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    generate(path, customers=20, seed=7, now=NOW)
    generate(floor.url, password=floor.password, customers=20, seed=7, now=NOW)

    with SqliteDatabase(path=path) as in_file:
        expected = in_file.write(lambda uow: (uow.tickets.next_number(), uow.orders.next_number()))
    with PostgresDatabase(url=floor.url, password=floor.password) as server:
        numbers = server.write(lambda uow: (uow.tickets.next_number(), uow.orders.next_number()))
    assert numbers == expected


def test_a_floor_with_customers_is_left_alone(floor: Floor) -> None:
    generate(floor.url, password=floor.password, customers=3, seed=1, now=NOW)
    with pytest.raises(InputError, match="demo data never mixes with real data") as refusal:
        generate(floor.url, password=floor.password, customers=3, seed=2, now=NOW)
    assert floor.password not in str(refusal.value)
    assert len(server_callers(floor.url, password=floor.password, limit=10)) == 3


def test_an_interrupted_generation_leaves_no_customer(floor: Floor) -> None:
    def interrupt(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate(
            floor.url, password=floor.password, customers=9, seed=1, now=NOW, progress=interrupt
        )
    assert generate(floor.url, password=floor.password, customers=9, seed=1, now=NOW).customers == 9


def test_a_floor_that_was_never_upgraded_is_not_made_by_the_way(empty_floor: Floor) -> None:
    with pytest.raises(OlderSchemaError):
        generate(empty_floor.url, password=empty_floor.password, customers=3, seed=1, now=NOW)
