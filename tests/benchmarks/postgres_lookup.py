"""Finding the caller and reading the card on PostgreSQL, beside raw prepared psycopg.

The baseline asks the same question with the same answer on a connection of the same kind; both
sides take turns while another process writes 200 times a second. Both are an agent to the server,
who sees what the policies of the rows allow. The card is read through a proxy with a round trip of
2.5 ms. The search has no baseline: its figures are for the reader.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing import get_context
from time import perf_counter, sleep
from typing import Any, LiteralString

import psycopg

from agent_desk.domain.identifiers import AgentId, CustomerId, PhoneNumber, new_uuid7
from agent_desk.domain.rights import Person, Role
from db.access.users import open_people
from db.postgres_database import PostgresDatabase
from db.postgres_engine import connect
from db.postgres_schema import migrate
from db.unit_of_work import SqlUnitOfWork
from tests.benchmarks.lookup import HISTORY_CUSTOMERS, number_of
from tests.benchmarks.postgres_rows import make_up
from tests.benchmarks.rounds import median_ms, percentile_ms
from tests.servers.delaying_proxy import DelayingProxy
from tests.servers.postgres import PostgresServer

ALLOWED_RATIO = 2.0
ALLOWED_P99_MS = 5.0
ALLOWED_CARD_MS = 6.0
WRITES_PER_SECOND = 200
ROUND_TRIP_SECONDS = 0.0025

_AGENT = Person(login=AgentId("agent017"), name="Agent 17", roles=frozenset({Role.AGENT}))
_PASSWORD = "correct horse battery"
_ROUNDS = 40
_LOOKUPS_PER_ROUND = 250
_CARDS = 400
_IN_MEMORY_AT_MOST = 2_000_000
_NOW = datetime(2025, 2, 1, tzinfo=UTC)
SERVER_SETTINGS = {
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    # A floor's server does not lie about its commits.
    "fsync": "on",
    "full_page_writes": "on",
}
_RAW: LiteralString = """
SELECT c.id, c.name, co.name, c.city, c.tier, p.is_primary,
       (SELECT max(number) FROM tickets t WHERE t.customer_id = c.id
        AND t.state IN ('OPEN', 'PENDING', 'REOPENED', 'VERIFYING')),
       (SELECT max(number) FROM work_orders o WHERE o.customer_id = c.id
        AND o.state IN ('ACCEPTED', 'ASSIGNED', 'DECLINED', 'DRAFT', 'IN_PROGRESS', 'ON_HOLD',
                        'PENDING_DISPATCH', 'REPORTED', 'VERIFYING')),
       (SELECT max(began_at) FROM interactions i WHERE i.customer_id = c.id AND i.number = %(n)s
        AND i.direction = 'OUTBOUND'),
       (SELECT max(began_at) FROM interactions i WHERE i.customer_id = c.id AND i.number = %(n)s
        AND i.direction = 'INBOUND')
FROM contact_points p
JOIN customers c ON c.id = p.customer_id
LEFT JOIN companies co ON co.id = c.company_id
WHERE p.value = %(n)s LIMIT 40
"""
_QUERIES = (
    "王",
    "王芳",
    "芳",
    "wang",
    "wf",
    "wangf",
    "w",
    "wang f",
    "anna7 m",
    "company 77",
    "8000",
)


def is_in_memory(customers: int) -> bool:
    """Return whether a server with so many customers fits into this machine's memory."""
    return customers <= _IN_MEMORY_AT_MOST


def run(customers: int = 1_000_000) -> dict[str, Any]:
    """Return medians and p99 in milliseconds of both sides, and their ratio."""
    in_memory = is_in_memory(customers)
    with PostgresServer(settings=SERVER_SETTINGS, in_memory=in_memory) as server:
        name = server.create_database("lookup")
        migrate(server.url(name), password=server.password)
        with server.connect(name) as superuser:
            make_up(superuser, customers)
        with open_people(server.url(name), password=server.password) as people:
            people.add(_AGENT.login, name=_AGENT.name, roles=_AGENT.roles, password=_PASSWORD)
        url = server.url(name, user=_AGENT.login)
        with PostgresDatabase(url=url, password=_PASSWORD, calling_code="86") as database:
            with _writing(server.url(name), server.password, customers):
                looked_up = _lookup(database, url, customers)
            return {
                "customers": customers,
                "person": "an agent, under row-level security",
                **looked_up,
                "search_ms": {query: _search(database, query) for query in _QUERIES},
                "card": _card(server, name, customers),
            }


def _lookup(database: PostgresDatabase, url: str, customers: int) -> dict[str, Any]:
    randomly = random.Random(1)
    ours: list[float] = []
    raw: list[float] = []
    with connect(url, password=_PASSWORD) as connection:
        connection.autocommit = True

        def find_raw(number: PhoneNumber) -> object:
            return connection.execute(_RAW, {"n": number.e164}, prepare=True).fetchall()

        def measure_raw() -> None:
            raw.extend(_seconds(find_raw, number) for number in _numbers(randomly, customers))

        def measure_ours(unit: SqlUnitOfWork) -> None:
            def find(number: PhoneNumber) -> object:
                return unit.customers.find_callers(number, number.suffix)

            ours.extend(_seconds(find, number) for number in _numbers(randomly, customers))

        # Both prepare their statement and read the inner pages once before anything counts.
        database.read(measure_ours)
        measure_raw()
        ours.clear()
        raw.clear()
        for _ in range(_ROUNDS):
            measure_raw()
            database.read(measure_ours)
    return {
        "lookups": len(ours),
        "writes_per_second": WRITES_PER_SECOND,
        "find_callers_ms": _figures(ours),
        "baseline": "one prepared statement of raw psycopg with the same answer",
        "baseline_ms": _figures(raw),
        "ratio": round(_median(ours) / _median(raw), 2),
        "allowed_ratio": ALLOWED_RATIO,
        "allowed_p99_ms": ALLOWED_P99_MS,
    }


def _search(database: PostgresDatabase, query: str) -> dict[str, float]:
    def search(_: object) -> object:
        return database.read(lambda unit: unit.customers.search(query))

    search(None)
    return _figures([_seconds(search, None) for _ in range(50)])


def _card(server: PostgresServer, name: str, customers: int) -> dict[str, Any]:
    with server.connect(name) as connection:
        ids = [CustomerId(str(row[0])) for row in connection.execute(_CUSTOMERS_WITH_HISTORY)]
    with DelayingProxy(port=server.port, round_trip_seconds=ROUND_TRIP_SECONDS) as proxy:
        url = server.url(name, user=_AGENT.login).replace(f":{server.port}/", f":{proxy.port}/")
        with PostgresDatabase(url=url, password=_PASSWORD) as database:

            def read(customer_id: CustomerId) -> object:
                return database.read(lambda unit: unit.customers.card(customer_id, now=_NOW))

            def ask(_: object) -> object:
                return database.read(lambda unit: unit.customers.company_named("nobody"))

            for customer_id in ids[:10]:
                read(customer_id)
                ask(None)
            cards = [_seconds(read, ids[index % len(ids)]) for index in range(_CARDS)]
            shortest = [_seconds(ask, None) for _ in range(_CARDS)]
    return {
        "cards": _CARDS,
        "history_rows": min(50, customers),
        "round_trip_ms": ROUND_TRIP_SECONDS * 1000,
        "card_ms": _figures(cards),
        "one_company_by_name_ms": _figures(shortest),
        "allowed_ms": ALLOWED_CARD_MS,
    }


_CUSTOMERS_WITH_HISTORY: LiteralString = (
    f"SELECT DISTINCT customer_id FROM interactions LIMIT {HISTORY_CUSTOMERS}"
)


@contextmanager
def _writing(url: str, password: str, customers: int) -> Iterator[None]:
    """Let another process write WRITES_PER_SECOND transactions during the block."""
    process = get_context("spawn").Process(
        target=_write, args=(url, password, customers), daemon=True
    )
    process.start()
    try:
        yield
        if not process.is_alive():
            raise RuntimeError("the process that writes has ended early")
    finally:
        process.terminate()
        process.join()


def _write(url: str, password: str, customers: int) -> None:
    """Log a call event and change a customer, again and again; runs until it is terminated."""
    randomly = random.Random(3)
    due = perf_counter()
    with psycopg.connect(url, password=password) as connection:
        while True:
            due += 1 / WRITES_PER_SECOND
            sleep(max(0.0, due - perf_counter()))
            number = number_of(randomly.randrange(customers)).e164
            connection.execute(
                "INSERT INTO event_log (id, stream, stream_id, kind, at, actor, payload) "
                "VALUES (%s, 'CALL', %s, 'Delivered', now(), '1001', '{}')",
                (new_uuid7(datetime.now(UTC)), number),
            )
            connection.execute(
                "UPDATE customers SET version = version + 1 WHERE id = "
                "(SELECT customer_id FROM contact_points WHERE value = %s)",
                (number,),
            )
            connection.commit()


def _numbers(randomly: random.Random, customers: int) -> Iterator[PhoneNumber]:
    return (number_of(randomly.randrange(customers)) for _ in range(_LOOKUPS_PER_ROUND))


def _seconds(work: Callable[[Any], object], argument: object) -> float:
    began = perf_counter()
    work(argument)
    return perf_counter() - began


def _median(seconds: list[float]) -> float:
    return sorted(seconds)[len(seconds) // 2]


def _figures(seconds: list[float]) -> dict[str, float]:
    return {"median": median_ms(seconds), "p99": percentile_ms(seconds, 0.99)}
