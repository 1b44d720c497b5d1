"""Finding the caller by number, beside one prepared statement of raw sqlite3 in the same run.

The baseline asks the same question with the same answer: the customer with company, newest open
ticket and order, and the last calls with this number. Both sides use the same SQLite library and
cache size, take turns, and look up numbers that the other side has not just touched.
"""

from __future__ import annotations

import random
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from agent_desk.domain.call import CallDirection
from agent_desk.domain.customer import Company, ContactKind, ContactPoint, Customer, Tier
from agent_desk.domain.identifiers import (
    AgentId,
    CallId,
    CompanyId,
    ContactPointId,
    CustomerId,
    InteractionId,
    PhoneNumber,
    new_uuid7,
)
from agent_desk.domain.interaction import Interaction, InteractionOutcome
from db.bulk_customers import insert_customers, insert_rows
from db.engine import CACHE_KIB, sqlite_driver
from db.repositories.interactions import interaction_row
from db.schema import HEAD
from db.sqlite_database import SqliteDatabase
from db.tables import interactions
from db.unit_of_work import SqlUnitOfWork

ALLOWED_RATIO = 2.5
HISTORY_CUSTOMERS = 200
"""So many customers, the first ones, have HISTORY_ROWS calls each."""
HISTORY_ROWS = 50

_ROUNDS = 40
_LOOKUPS_PER_ROUND = 250
_BATCH = 20_000
_BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英"
_RAW = """
SELECT c.id, c.name, co.name, c.city, c.tier, p.is_primary,
       (SELECT max(number) FROM tickets t WHERE t.customer_id = c.id
        AND t.state IN ('OPEN', 'PENDING', 'REOPENED', 'VERIFYING')),
       (SELECT max(number) FROM work_orders o WHERE o.customer_id = c.id
        AND o.state IN ('ACCEPTED', 'ASSIGNED', 'DECLINED', 'DRAFT', 'IN_PROGRESS', 'ON_HOLD',
                        'PENDING_DISPATCH', 'REPORTED', 'VERIFYING')),
       (SELECT max(began_at) FROM interactions i WHERE i.customer_id = c.id AND i.number = ?1
        AND i.direction = 'OUTBOUND'),
       (SELECT max(began_at) FROM interactions i WHERE i.customer_id = c.id AND i.number = ?1
        AND i.direction = 'INBOUND')
FROM contact_points p
JOIN customers c ON c.id = p.customer_id
LEFT JOIN companies co ON co.id = c.company_id
WHERE p.value = ?1 LIMIT 40
"""


def run(customers: int = 1_000_000) -> dict[str, Any]:
    """Return medians and p99 in microseconds of both sides, and their ratios."""
    path = prepared_database(customers)
    randomly = random.Random(1)
    ours: list[float] = []
    raw: list[float] = []
    with (
        SqliteDatabase(path=path) as database,
        closing(sqlite_driver().connect(str(path), isolation_level=None)) as connection,
    ):
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")

        def find_raw(number: PhoneNumber) -> object:
            return connection.execute(_RAW, (number.e164,)).fetchall()

        def measure_raw() -> None:
            raw.extend(_seconds(find_raw, number) for number in _numbers(randomly, customers))

        def measure_ours(unit: SqlUnitOfWork) -> None:
            def find(number: PhoneNumber) -> object:
                return unit.customers.find_callers(number, number.suffix)

            ours.extend(_seconds(find, number) for number in _numbers(randomly, customers))

        # Both read the file's inner pages once before anything counts.
        database.read(measure_ours)
        measure_raw()
        ours.clear()
        raw.clear()
        for _ in range(_ROUNDS):
            measure_raw()
            database.read(measure_ours)
    return _report(customers, ours, raw)


def prepared_database(customers: int) -> Path:
    """Return a database of that many customers, made once per schema and kept for the next run."""
    path = Path(tempfile.gettempdir()) / f"agent-desk-lookup-{customers}-{HEAD}.sqlite"
    if path.exists():
        return path
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        unfinished = Path(folder) / "lookup.sqlite"
        with SqliteDatabase(path=unfinished) as database:
            _fill(database, customers)
        unfinished.replace(path)
    return path


def number_of(index: int) -> PhoneNumber:
    """Return the number of the customer with that index; neighbours are far apart in an index."""
    digits = f"{index * 7919 % 10**8:08d}"
    return PhoneNumber(
        e164=f"+86138{digits}", suffix=f"8{digits}", international=f"+86 138 {digits}", region="CN"
    )


def _numbers(randomly: random.Random, customers: int) -> Iterator[PhoneNumber]:
    return (number_of(randomly.randrange(customers)) for _ in range(_LOOKUPS_PER_ROUND))


def _seconds(find: Callable[[PhoneNumber], object], number: PhoneNumber) -> float:
    began = perf_counter()
    find(number)
    return perf_counter() - began


def _report(customers: int, ours: list[float], raw: list[float]) -> dict[str, Any]:
    mine, baseline = _microseconds(ours), _microseconds(raw)
    return {
        "customers": customers,
        "lookups": len(ours),
        "sqlite": f"{sqlite_driver().__name__} {sqlite_driver().sqlite_version}",
        "find_callers_us": mine,
        "baseline": "one prepared statement of raw sqlite3 with the same answer",
        "baseline_us": baseline,
        "ratio": round(mine["median"] / baseline["median"], 2),
        "ratio_p99": round(mine["p99"] / baseline["p99"], 2),
        "allowed_ratio": ALLOWED_RATIO,
    }


def _microseconds(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        "median": round(statistics.median(ordered) * 1e6, 1),
        "p99": round(ordered[int(len(ordered) * 0.99)] * 1e6, 1),
    }


def _fill(database: SqliteDatabase, customers: int) -> None:
    companies = [
        Company(id=CompanyId(_id(index)), name=f"Company {index}", city="北京")
        for index in range(max(1, customers // 100))
    ]
    randomly = random.Random(2)
    with database.transaction(cache_kib=200_000) as connection:
        insert_customers(connection, (), companies=companies)
        for first in range(0, customers, _BATCH):
            batch = range(first, min(first + _BATCH, customers))
            people = [_customer(index, companies, randomly) for index in batch]
            points = [_point(i, person.id) for i, person in zip(batch, people, strict=True)]
            insert_customers(connection, people, points)
            calls = (
                interaction_row(_call(index, person.id, row))
                for index, person in zip(batch, people, strict=True)
                if index < HISTORY_CUSTOMERS
                for row in range(HISTORY_ROWS)
            )
            insert_rows(connection, interactions, calls)


def _id(index: int) -> str:
    return new_uuid7(_BEGIN + timedelta(milliseconds=index))


def _customer(index: int, companies: list[Company], randomly: random.Random) -> Customer:
    company = companies[index % len(companies)] if index % 5 == 0 else None
    name = randomly.choice(_FAMILY) + randomly.choice(_GIVEN) + randomly.choice(_GIVEN)
    return Customer(
        id=CustomerId(_id(index)),
        name=name if index % 2 else f"Anna{index % 700} Müller{index % 3000}",
        company_id=company.id if company else None,
        company_name=company.name if company else "",
        tier=list(Tier)[index % 4],
        city="北京",
    )


def _point(index: int, customer_id: CustomerId) -> ContactPoint:
    number = number_of(index)
    return ContactPoint(
        id=ContactPointId(_id(index)),
        customer_id=customer_id,
        kind=ContactKind.PHONE,
        value=number.e164,
        raw=number.international,
        suffix=number.suffix,
        is_primary=True,
    )


def _call(index: int, customer_id: CustomerId, row: int) -> Interaction:
    began_at = _BEGIN + timedelta(hours=row)
    return Interaction(
        id=InteractionId(new_uuid7(began_at)),
        call_id=CallId(f"{index}-{row}"),
        agent_id=AgentId("1001"),
        direction=CallDirection.OUTBOUND if row % 4 == 0 else CallDirection.INBOUND,
        number=number_of(index).e164,
        began_at=began_at,
        answered_at=began_at + timedelta(seconds=9),
        ended_at=began_at + timedelta(seconds=209),
        outcome=InteractionOutcome.ANSWERED,
        customer_id=customer_id,
        reason="billing",
    )
