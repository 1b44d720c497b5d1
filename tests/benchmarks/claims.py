"""Handing out work to 16 workers on one PostgreSQL, beside the plain statement in raw psycopg.

Each claim is a transaction of its own, committed to the disk. Some of the backlog is not due yet
and more urgent than the rest: what must be passed over to find the next item.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

import psycopg

from agent_desk.domain.claim import WorkItem, WorkKind
from agent_desk.domain.identifiers import AgentId, DeskId, WorkItemId, new_uuid7
from agent_desk.domain.ticket import Priority
from db.bulk_customers import insert_rows
from db.claim_tables import work_items
from db.postgres_database import PostgresDatabase
from db.postgres_schema import migrate
from db.repositories.claims import item_row
from tests.benchmarks.rounds import median_ms, percentile_ms
from tests.servers.postgres import PostgresServer

WORKERS = 16
BACKLOG = 100_000
"""Items that wait when the measuring begins."""

_CLAIMS = 4_000
_LATER = 2_000
_FILL_SECONDS = 300.0
_AGENT = AgentId("agent")
_RAW = """
WITH next AS MATERIALIZED (
    SELECT id FROM work_items
    WHERE finished_at IS NULL AND claimed_by IS NULL AND kind = 'DIAL'
      AND due_at <= statement_timestamp()
    ORDER BY priority, due_at, created_at, id LIMIT %s FOR UPDATE SKIP LOCKED)
UPDATE work_items SET claimed_by = %s, claimed_until = statement_timestamp() + interval '60 s',
       token = token + 1, attempts = attempts + 1
FROM next WHERE work_items.id = next.id RETURNING work_items.*
"""

Take = Callable[[int], int]
"""Takes up to so many items and returns how many it got."""


def run(backlog: int = BACKLOG, claims: int = _CLAIMS) -> dict[str, Any]:
    """Return claims per second one by one and in tens, with the raw loop beside them."""
    with PostgresServer(settings={"fsync": "on"}, in_memory=False) as server:
        name = server.create_database()
        migrate(server.url(name), password=server.password)
        with PostgresDatabase(url=server.url(name), password=server.password) as database:
            _fill(database, backlog)
        report: dict[str, Any] = {"workers": WORKERS, "backlog": backlog}
        for label, most in (("one_by_one", 1), ("in_tens", 10)):
            ours = _measured(_our_workers(server, name), claims, most)
            raw = _measured(_raw_workers(server, name), claims, most)
            ratio = round(ours["claims_per_second"] / raw["claims_per_second"], 2)
            report[label] = {"ours": ours, "raw": raw, "ratio": ratio}
    return report


def _fill(database: PostgresDatabase, backlog: int) -> None:
    now = datetime.now(UTC)
    rows = (item_row(_item(number, now), now) for number in range(backlog))
    with database.transaction(limit_seconds=_FILL_SECONDS) as connection:
        insert_rows(connection, work_items, rows)
        connection.exec_driver_sql("ANALYZE work_items")


def _item(number: int, now: datetime) -> WorkItem:
    is_later = number < _LATER
    return WorkItem(
        id=WorkItemId(new_uuid7(now)),
        kind=WorkKind.DIAL,
        subject_id=new_uuid7(now),
        due_at=now + timedelta(hours=1) if is_later else now - timedelta(seconds=number % 3600),
        priority=Priority.P1 if is_later else list(Priority)[1 + number % 3],
    )


class _Workers:
    """As many connections as workers, each with its way to take items."""

    def __init__(self, takes: list[Take], closing: ExitStack) -> None:
        self.takes = takes
        self._closing = closing

    def close(self) -> None:
        self._closing.close()


def _our_workers(server: PostgresServer, name: str) -> _Workers:
    closing = ExitStack()
    takes: list[Take] = []
    for _ in range(WORKERS):
        database = PostgresDatabase(url=server.url(name), password=server.password, readers=1)
        closing.enter_context(database)
        takes.append(_our_take(database, DeskId(new_uuid7(datetime.now(UTC)))))
    return _Workers(takes, closing)


def _our_take(database: PostgresDatabase, desk_id: DeskId) -> Take:
    def take(most: int) -> int:
        claims = database.write(
            lambda unit: unit.claims.take(
                WorkKind.DIAL, desk_id=desk_id, agent_id=_AGENT, most=most
            )
        )
        return len(claims)

    return take


def _raw_workers(server: PostgresServer, name: str) -> _Workers:
    closing = ExitStack()
    takes: list[Take] = []
    for _ in range(WORKERS):
        connection = psycopg.connect(
            server.url(name).replace("+psycopg", ""), password=server.password
        )
        closing.enter_context(connection)
        takes.append(_raw_take(connection, new_uuid7(datetime.now(UTC))))
    return _Workers(takes, closing)


def _raw_take(connection: psycopg.Connection[Any], desk_id: str) -> Take:
    def take(most: int) -> int:
        with connection.transaction():
            return len(connection.execute(_RAW, (most, desk_id), prepare=True).fetchall())

    return take


def _measured(workers: _Workers, claims: int, most: int) -> dict[str, float]:
    """Return the throughput and the latencies of ``claims`` claims by all workers together."""
    tickets = itertools.count()
    barrier = threading.Barrier(len(workers.takes) + 1)

    def work(take: Take) -> list[float]:
        take(most)  # its statement is prepared, its connection warm
        barrier.wait()
        seconds = []
        while next(tickets) * most < claims:
            began = perf_counter()
            assert take(most) == most
            seconds.append(perf_counter() - began)
        return seconds

    try:
        with ThreadPoolExecutor(len(workers.takes)) as pool:
            running = [pool.submit(work, take) for take in workers.takes]
            barrier.wait()
            began = perf_counter()
            seconds = [second for task in running for second in task.result()]
            passed = perf_counter() - began
    finally:
        workers.close()
    return {
        "claims_per_second": round(len(seconds) * most / passed),
        "median_ms": median_ms(seconds),
        "p99_ms": percentile_ms(seconds, 0.99),
    }
