"""The statements are written once for both databases, and known before the first call."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Dialect, Executable
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql import ClauseElement

from agent_desk.domain.customer import CARD_KINDS, TimelineKind
from db.prepared import PreparedSelect, PreparedWrite
from db.repositories import (
    caller_lookup,
    catalogue,
    claims,
    commands,
    counters,
    customer_card,
    customers,
    event_log,
    interactions,
    search,
    search_fts5,
    search_tsvector,
    tickets,
    timeline,
    work_orders,
)
from db.sqlite_database import SqliteDatabase
from db.warm_up import warm_up
from tests.fakes.desk_file import new_desk_file

MODULES = (
    caller_lookup,
    catalogue,
    claims,
    commands,
    counters,
    customer_card,
    customers,
    event_log,
    interactions,
    search,
    search_fts5,
    search_tsvector,
    tickets,
    timeline,
    work_orders,
)
STATEMENTS: dict[str, ClauseElement] = {
    f"{module.__name__}.{name}": value
    for module in MODULES
    for name, value in vars(module).items()
    if isinstance(value, Executable) and isinstance(value, ClauseElement)
}
STATEMENTS |= {
    f"{module.__name__}.{name}": value.statement
    for module in MODULES
    for name, value in vars(module).items()
    if isinstance(value, PreparedSelect | PreparedWrite)
}
STATEMENTS["timeline of the card"] = timeline.timeline_page(CARD_KINDS)
STATEMENTS["timeline of all kinds"] = timeline.timeline_page(frozenset(TimelineKind))


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_compiles_for_postgresql(name: str) -> None:
    dialect: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]

    assert str(STATEMENTS[name].compile(dialect=dialect))


def test_a_prepared_select_gives_what_the_toolkit_gives(tmp_path: Path) -> None:
    statement = catalogue._DEPARTMENTS
    with (
        SqliteDatabase(path=new_desk_file(tmp_path)) as database,
        database.transaction() as connection,
    ):
        prepared = PreparedSelect(statement)
        expected = [tuple(row) for row in connection.execute(statement)]

        assert prepared.rows(connection, {}) == expected
        assert prepared.rows(connection, {}) == expected != []


def test_warming_up_needs_no_data_and_changes_nothing(tmp_path: Path) -> None:
    path = new_desk_file(tmp_path)
    before = path.read_bytes()

    with SqliteDatabase(path=path) as database:
        database.read(warm_up)

    assert path.read_bytes() == before


def test_the_card_reads_no_log_so_that_the_pop_is_as_fast_as_ever() -> None:
    assert "event_log" not in str(timeline.timeline_page(CARD_KINDS))
    assert "event_log" not in str(timeline.timeline_total())
