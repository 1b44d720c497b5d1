"""What the repositories do differently on PostgreSQL: one round trip, indexes, sequences."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import Dialect

from agent_desk.domain.customer import Customer
from agent_desk.domain.identifiers import CustomerId
from db.postgres_database import PostgresDatabase
from db.postgres_engine import reading_engine, writing_engine
from db.prepared import PreparedSelect
from db.repositories import caller_lookup, catalogue, search
from db.repositories.counters import FIRST_NUMBER, NumberSource
from db.search_question import tsquery, word_question
from db.search_text import searchable
from db.unit_of_work import SqlUnitOfWork
from tests.contracts.storage_samples import NOW, a_call, a_full_customer, a_note, a_point, number
from tests.servers.fixtures import Floor

ANY_NUMBER = number("138 0013 8000")


@pytest.fixture
def database(floor: Floor) -> Iterator[PostgresDatabase]:
    with PostgresDatabase(url=floor.url, password=floor.password) as database:
        yield database


@pytest.fixture
def reader(floor: Floor) -> Engine:
    return reading_engine(floor.url, password=floor.password, timeout_seconds=8)


@pytest.fixture
def customer(database: PostgresDatabase) -> Customer:
    customer = dataclasses.replace(a_full_customer(), since=date(1949, 10, 1))

    def work(unit: SqlUnitOfWork) -> None:
        unit.customers.add(customer, [a_point(customer, "138 0013 8000", is_primary=True)])
        for index in range(60):
            unit.interactions.save(a_call(customer, ended_at=NOW))
            unit.customers.add_note(a_note(customer, f"note {index}"))

    database.write(work)
    return customer


def unit_on(connection: Connection) -> SqlUnitOfWork:
    return SqlUnitOfWork(connection, numbers=NumberSource(), calling_code="86")


def round_trips(connection: Connection, customer_id: CustomerId) -> int:
    """Return how often the driver waited for an answer while it read the card."""
    driver: Any = connection.connection.driver_connection
    with tempfile.TemporaryFile("w+b") as trace:
        driver.pgconn.trace(trace.fileno())
        try:
            unit_on(connection).customers.card(customer_id, now=NOW)
        finally:
            driver.pgconn.untrace()
        trace.seek(0)
        return trace.read().count(b"ReadyForQuery")


def test_the_whole_card_is_one_round_trip(reader: Engine, customer: Customer) -> None:
    with reader.connect() as connection:
        unit_on(connection).customers.card(customer.id, now=NOW)

        assert round_trips(connection, customer.id) == 1


def test_the_card_is_the_same_whatever_the_session_s_zone_and_date_style(
    reader: Engine, customer: Customer
) -> None:
    with reader.connect() as connection:
        expected = unit_on(connection).customers.card(customer.id, now=NOW)
        for setting in ("TimeZone = 'Asia/Shanghai'", "DateStyle = 'SQL, DMY'"):
            connection.execute(text(f"SET {setting}"))
        found = unit_on(connection).customers.card(customer.id, now=NOW)

    assert found == expected
    assert found.customer == customer
    assert found.timeline[0].at == NOW
    assert found.timeline[0].at.tzinfo is NOW.tzinfo
    assert found.timeline_total == 120


def test_a_prepared_select_gives_what_the_toolkit_gives(reader: Engine) -> None:
    statement = catalogue._DEPARTMENTS
    with reader.connect() as connection:
        expected = [tuple(row) for row in connection.execute(statement)]
        found = PreparedSelect(statement).rows(connection, {})

    assert found == expected != []


@pytest.mark.parametrize(
    ("statement", "values", "index"),
    [
        (caller_lookup._exact(), {"number": "+1"}, "ix_contact_points_value"),
        (
            caller_lookup._by_ending(),
            {"number": "", "from_key": "8", "to_key": "9", "eight": "8", "seven": "8"},
            "ix_contact_points_suffix_reversed",
        ),
        (search._BY_VALUE, {"from_value": "+86", "to_value": "+87"}, "ix_contact_points_value"),
        (
            search._BY_ENDING,
            {"from_key": "8", "to_key": "9"},
            "ix_contact_points_suffix_reversed",
        ),
    ],
    ids=["exact", "ending", "search by value", "search by ending"],
)
def test_a_number_is_found_by_a_range_of_its_index(
    reader: Engine, statement: Any, values: dict[str, str], index: str
) -> None:
    with reader.connect() as connection:
        # A plan that also has to do for millions; the few rows of a test fit into one page.
        connection.execute(text("SET enable_seqscan = off"))
        connection.execute(text("SET plan_cache_mode = force_generic_plan"))
        plan = _plan(connection, statement, values)

    conditions = [plan[place + 1] for place, line in enumerate(plan) if index in line]
    assert conditions
    assert all("Index Cond" in condition for condition in conditions)


def _plan(connection: Connection, statement: Any, values: dict[str, str]) -> list[str]:
    dialect: Dialect = connection.dialect
    compiled = statement.compile(dialect=dialect)
    driver: Any = connection.connection.driver_connection
    return [row[0] for row in driver.execute(f"EXPLAIN {compiled}", {**compiled.params, **values})]


def test_two_desks_never_get_the_same_number_and_do_not_wait_for_each_other(floor: Floor) -> None:
    given: list[int] = []
    engine = writing_engine(floor.url, password=floor.password)
    with engine.connect() as one, engine.connect() as other:
        with one.begin(), other.begin():
            for connection in (one, other, one, other):
                given.append(unit_on(connection).tickets.next_number())
        with one.begin():
            assert unit_on(one).orders.next_number() == FIRST_NUMBER

    assert given == [FIRST_NUMBER, FIRST_NUMBER + 1, FIRST_NUMBER + 2, FIRST_NUMBER + 3]


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None
)
@given(name=st.text())
def test_every_name_is_found_by_itself(reader: Engine, name: str) -> None:
    question = tsquery(word_question(name))
    statement = text("SELECT search_vector(:name, '', '') @@ CAST(:question AS tsquery)")
    with reader.connect() as connection:
        found = connection.execute(statement, {"name": searchable(name), "question": question})

        assert found.scalar() is bool(question)


def test_a_phrase_does_not_reach_from_the_name_into_the_company(reader: Engine) -> None:
    statement = text(
        "SELECT search_vector('王 小', 'wang xiao', 'wangxiao wx', '明 公 司') "
        "@@ CAST(:question AS tsquery)"
    )
    with reader.connect() as connection:
        asked = {query: tsquery(word_question(query)) for query in ("王小", "明公", "小明")}
        found = {
            query: connection.execute(statement, {"question": question}).scalar()
            for query, question in asked.items()
        }

    assert found == {"王小": True, "明公": True, "小明": False}


def test_more_matches_than_a_page_holds_are_still_a_page(database: PostgresDatabase) -> None:
    def work(unit: SqlUnitOfWork) -> None:
        for index in range(450):
            name = f"Ann Lee{index}" if index < 250 else f"Bob Ann{index}"
            unit.customers.add(dataclasses.replace(a_full_customer(), **_named(name, index)), [])

    database.write(work)

    for query in ("ann", "a", "lee", "ann lee", "ann l", "lee b"):
        found = database.read(lambda unit, query=query: unit.customers.search(query, rows=200))  # type: ignore[misc]
        assert len(found) == (0 if query == "lee b" else 200), query
    begun = database.read(lambda unit: unit.customers.search("ann", rows=20))
    assert all(hit.title.startswith("Ann") for hit in begun)


def _named(name: str, index: int) -> dict[str, Any]:
    id_ = CustomerId(f"01900000-0000-7000-8000-{index:012d}")
    return {"id": id_, "name": name, "pinyin": "", "external_key": f"K{index}"}
