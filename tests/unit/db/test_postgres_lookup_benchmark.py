"""The lookup on PostgreSQL is measured against a question that has the same answer."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

import pytest

from agent_desk.domain.identifiers import PhoneNumber
from agent_desk.domain.matching import CallerHit
from db.postgres_database import PostgresDatabase
from tests.benchmarks import postgres_lookup
from tests.benchmarks.lookup import number_of
from tests.benchmarks.postgres_rows import make_up
from tests.servers.delaying_proxy import DelayingProxy
from tests.servers.fixtures import Floor
from tests.unit.db.test_lookup_benchmark import answer

CUSTOMERS = 400


@pytest.fixture
def database(floor: Floor) -> Iterator[PostgresDatabase]:
    with floor.server.connect(floor.name) as superuser:
        make_up(superuser, CUSTOMERS)
    with PostgresDatabase(url=floor.url, password=floor.password) as database:
        yield database


def test_both_sides_give_the_same_answer(database: PostgresDatabase, floor: Floor) -> None:
    nobody = PhoneNumber(e164="+8613799999999", suffix="", international="", region="CN")
    numbers = [*(number_of(index) for index in range(0, CUSTOMERS, 37)), nobody]
    found: list[list[CallerHit]] = []

    with floor.server.connect(floor.name) as raw:
        for number in numbers:
            rows = raw.execute(postgres_lookup._RAW, {"n": number.e164}).fetchall()
            expected = [answer((str(row[0]), *row[1:])) for row in rows]
            hits = database.read(
                lambda unit, number=number: unit.customers.find_callers(number, number.suffix)  # type: ignore[misc]
            )
            assert list(hits) == expected
            found.append(expected)

    assert [len(hits) for hits in found] == [1] * (len(numbers) - 1) + [0]


def test_made_up_customers_are_found_by_every_way_of_writing(database: PostgresDatabase) -> None:
    for query in ("anna12 mu", "李伟", "li wei", "lww", "company 0"):
        found = database.read(lambda unit, query=query: unit.customers.search(query))  # type: ignore[misc]
        assert found, query


def test_the_proxy_makes_every_answer_late(floor: Floor) -> None:
    round_trip_seconds = 0.05
    with DelayingProxy(port=floor.server.port, round_trip_seconds=round_trip_seconds) as proxy:
        url = floor.url.replace(f":{floor.server.port}/", f":{proxy.port}/")
        with PostgresDatabase(url=url, password=floor.password) as database:
            began = perf_counter()
            departments = database.read(lambda unit: unit.catalogue.departments())

            assert perf_counter() - began >= round_trip_seconds
            assert len(departments) == 6
