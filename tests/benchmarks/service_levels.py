"""The first look at the clocks of 10,000 open orders, on both engines.

Beside the whole look stands what it costs others: how late a ticker on the desk's loop was, and
one on a thread of its own, which is where the window lives.
"""

from __future__ import annotations

import asyncio
import gc
import json
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import psycopg

from agent_desk.domain.customer import Customer
from agent_desk.domain.event_log import LoggedEvent, Stream, to_payload
from agent_desk.domain.identifiers import (
    AgentId,
    CustomerId,
    EventId,
    TicketId,
    WorkOrderId,
    new_uuid7,
)
from agent_desk.domain.ticket import Priority, Ticket, TicketState
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from agent_desk.ports.storage import Storage, UnitOfWork
from agent_desk.services.access import Access
from agent_desk.services.event_bus import EventBus
from agent_desk.services.service_levels import ServiceLevels, ServiceLevelsChangedEvent
from agent_desk.services.stored_service_log import StoredServiceLog
from db.postgres_schema import migrate
from db.postgres_storage import PostgresStorage
from db.sqlite_storage import SqliteStorage
from tests.benchmarks.rounds import percentile_ms
from tests.servers.postgres import PostgresServer

ORDERS = 10_000
ALLOWED_SECONDS = 5.0
ALLOWED_STALL_MS = 50.0
_AT_ONCE = 500
_TICK_SECONDS = 0.005
_NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
_S = WorkOrderState
_WAY = (
    *(_S.DRAFT, _S.PENDING_DISPATCH, _S.ASSIGNED, _S.ACCEPTED, _S.IN_PROGRESS, _S.ON_HOLD),
    *(_S.IN_PROGRESS, _S.REPORTED),
)


def run(orders: int = ORDERS) -> dict[str, Any]:
    """Return how long the first look takes and what it holds up, on each engine."""
    with tempfile.TemporaryDirectory() as folder:
        sqlite = asyncio.run(_measured(SqliteStorage(path=Path(folder) / "desk.sqlite"), orders))
    with PostgresServer() as server:
        url = server.url(server.create_database())
        migrate(url, password=server.password)
        storage = PostgresStorage(url=url, password=server.password)
        analyze = partial(_analyze, url, server.password)
        postgres = asyncio.run(_measured(storage, orders, analyze))
    return {
        "orders": orders,
        "events": orders * len(_WAY),
        "sqlite": sqlite,
        "postgres": postgres,
        "allowed_seconds": ALLOWED_SECONDS,
        "allowed_stall_ms": ALLOWED_STALL_MS,
    }


def _analyze(url: str, password: str) -> None:
    """Let the server know its tables, as it does by itself within a minute."""
    with psycopg.connect(url, password=password, autocommit=True) as connection:
        connection.execute("ANALYZE")


async def _measured(
    storage: Storage, orders: int, filled: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    await storage.open()
    try:
        for begin in range(0, orders, _AT_ONCE):
            count = min(_AT_ONCE, orders - begin)
            await storage.write(partial(_fill, begin=begin, count=count))
        filled()
        return await _looked(storage, orders)
    finally:
        await storage.close()


async def _looked(storage: Storage, orders: int) -> dict[str, Any]:
    bus, clock, done = EventBus(), _Clock(), asyncio.Event()
    access = Access.without_sign_in(AgentId("1001"))
    levels = ServiceLevels(
        log=StoredServiceLog(storage=storage, access=access, clock=clock),
        bus=bus,
        clock=clock,
        access=access,
    )

    known = 0

    def changed(event: ServiceLevelsChangedEvent) -> None:
        nonlocal known
        known += len(event.deadlines)
        if known == orders:
            done.set()

    bus.subscribe(ServiceLevelsChangedEvent, changed)
    late: list[float] = []
    # As the desk's own session does once its window is painted.
    gc.collect()
    gc.freeze()
    with _ticking_thread() as window:
        loop = asyncio.create_task(_ticking_loop(late))
        began = perf_counter()
        await levels.start()
        await done.wait()
        seconds = perf_counter() - began
        loop.cancel()
    await levels.stop()
    return {
        "seconds": round(seconds, 2),
        "escalations": len(levels.listed),
        "loop_late_p99_ms": percentile_ms(late, 0.99),
        "loop_late_most_ms": percentile_ms(late, 1),
        "window_late_p99_ms": percentile_ms(window, 0.99),
        "window_late_most_ms": percentile_ms(window, 1),
    }


async def _ticking_loop(late: list[float]) -> None:
    while True:
        began = perf_counter()
        await asyncio.sleep(_TICK_SECONDS)
        late.append(perf_counter() - began - _TICK_SECONDS)


@contextmanager
def _ticking_thread() -> Iterator[list[float]]:
    late: list[float] = []
    is_over = threading.Event()

    def tick() -> None:
        while not is_over.is_set():
            began = perf_counter()
            sleep(_TICK_SECONDS)
            late.append(perf_counter() - began - _TICK_SECONDS)

    thread = threading.Thread(target=tick)
    thread.start()
    yield late
    is_over.set()
    thread.join()


def _fill(unit: UnitOfWork, *, begin: int, count: int) -> None:
    """Store so many orders with their whole way."""
    customer = Customer(id=CustomerId(new_uuid7(_NOW)), name="王伟")
    unit.customers.add(customer, ())
    ticket = _ticket(unit, customer)
    unit.tickets.add(ticket)
    for number in range(begin, begin + count):
        order = _order(ticket, number)
        events = list(_events(order))
        unit.orders.add(order)
        unit.events.append(events)


def _ticket(unit: UnitOfWork, customer: Customer) -> Ticket:
    return Ticket(
        id=TicketId(new_uuid7(_NOW)),
        number=unit.tickets.next_number(),
        customer_id=customer.id,
        category_id=unit.catalogue.categories()[1].id,
        subject="Router offline",
        description="",
        priority=Priority.P3,
        state=TicketState.PENDING,
        owner=AgentId("1001"),
        opened_at=_NOW,
    )


def _order(ticket: Ticket, number: int) -> WorkOrder:
    raised_at = _NOW - timedelta(minutes=number % 6000)
    return WorkOrder(
        id=WorkOrderId(new_uuid7(_NOW)),
        number=number + 1,
        ticket_id=ticket.id,
        customer_id=ticket.customer_id,
        subject="断网 Router offline",
        instructions="Ring twice, the yard is at the back. " * 5,
        priority=tuple(Priority)[number % 4],
        state=_WAY[-1],
        owner=ticket.owner,
        raised_at=raised_at,
        changed_at=raised_at + timedelta(minutes=10 * len(_WAY)),
    )


def _events(order: WorkOrder) -> Iterator[LoggedEvent]:
    for step, state in enumerate(_WAY):
        at = order.raised_at + timedelta(minutes=10 * step)
        payload = to_payload(replace(order, state=state, changed_at=at, version=step + 1))
        yield LoggedEvent(
            id=EventId(new_uuid7(at)),
            stream=Stream.WORK_ORDER,
            stream_id=order.id,
            kind="OrderChanged",
            at=at,
            actor=order.owner,
            payload=payload,
        )


class _Clock:
    """``ports.clock.Clock`` that stands still, so that nothing becomes late meanwhile."""

    def now(self) -> datetime:
        return _NOW

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
