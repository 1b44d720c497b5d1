"""The database itself keeps the event log append-only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import DatabaseError

from agent_desk.domain.errors import StorageError
from agent_desk.domain.event_log import Stream
from db.engine import writing_engine
from db.sqlite_database import SqliteDatabase
from tests.contracts.storage_samples import an_event

EVENT = an_event("call-1", n=1)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[SqliteDatabase]:
    with SqliteDatabase(path=tmp_path / "desk.sqlite") as database:
        database.write(lambda unit: unit.events.append([EVENT]))
        yield database


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event_log SET kind = 'Held'",
        "UPDATE event_log SET seq = seq + 1",
        "DELETE FROM event_log",
        "INSERT OR REPLACE INTO event_log SELECT * FROM event_log",
    ],
)
def test_no_statement_changes_or_removes_an_event(database: SqliteDatabase, statement: str) -> None:
    with pytest.raises(StorageError), database.transaction() as connection:
        connection.exec_driver_sql(statement)

    assert database.read(lambda unit: unit.events.of(Stream.CALL, "call-1")) == [EVENT]


def test_the_refusal_says_why(database: SqliteDatabase) -> None:
    engine = writing_engine(database.path)
    with engine.connect() as connection, pytest.raises(DatabaseError, match="append-only"):
        connection.exec_driver_sql("DELETE FROM event_log")


def test_a_removed_customer_leaves_the_search(database: SqliteDatabase) -> None:
    with database.transaction() as connection:
        connection.exec_driver_sql(
            "INSERT INTO search_texts (subject_id, name) VALUES ('x', 'ann')"
        )
        question = "SELECT count(*) FROM search_index WHERE search_index MATCH 'ann'"
        assert connection.exec_driver_sql(question).scalar() == 1
        connection.exec_driver_sql("DELETE FROM search_texts")
        assert connection.exec_driver_sql(question).scalar() == 0
