"""Moving a work order: one transaction of a desk, beside a raw loop that sends the same statements.

Ours is the whole way: command, rules, unit of work, watchdog. The raw loop has its values ready.
Both are a department's person to the server, which asks its policies, guards and gate, and both
wait for the disk. They take turns; server and desk share this machine.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from time import perf_counter
from typing import Any, LiteralString

import psycopg
from psycopg.types.json import Jsonb

from agent_desk.domain.customer import Customer
from agent_desk.domain.event_log import to_payload
from agent_desk.domain.identifiers import (
    AgentId,
    CustomerId,
    DepartmentId,
    TicketId,
    WorkOrderId,
    new_uuid7,
)
from agent_desk.domain.rights import Person, Role
from agent_desk.domain.ticket import Priority, Ticket, TicketState
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from agent_desk.ports.storage import UnitOfWork
from agent_desk.services.access import Access
from agent_desk.services.commands import Commands
from agent_desk.services.event_bus import EventBus
from agent_desk.services.work_orders import WorkOrders
from db.access.users import open_people
from db.postgres_database import PostgresDatabase
from db.postgres_schema import migrate
from db.postgres_storage import PostgresStorage
from tests.benchmarks.rounds import median_ms, percentile_ms
from tests.servers.postgres import PostgresServer

MOVES = 1000
ALLOWED_MEDIAN_MS = 15.0
_TURNS = 5
_WARM_UP = 20
_SETTINGS = {"fsync": "on", "full_page_writes": "on"}
_LOGIN = AgentId("department")
_PASSWORD = "correct horse battery"
_S = WorkOrderState

_APPLIED: LiteralString = "SELECT * FROM applied_commands WHERE id = %(command)s"
_ORDER: LiteralString = "SELECT * FROM work_orders WHERE id = %(id)s"
_MOVE: LiteralString = """
UPDATE work_orders SET state = %(state)s, hold_reason = %(hold_reason)s,
    changed_at = %(changed_at)s, version = %(version)s
WHERE id = %(id)s AND version = %(version)s - 1
"""
_EVENT: LiteralString = """
INSERT INTO event_log (id, stream, stream_id, kind, at, actor, payload)
VALUES (%(event)s, 'WORK_ORDER', %(id)s, %(kind)s, %(changed_at)s, %(actor)s, %(payload)s)
ON CONFLICT (id) DO NOTHING
"""
_RECORD: LiteralString = """
INSERT INTO applied_commands (id, kind, actor, at, applied_at, result)
VALUES (%(command)s, %(kind)s, %(actor)s, %(changed_at)s, %(changed_at)s, %(result)s)
"""


def run(moves: int = MOVES) -> dict[str, Any]:
    """Return the latencies of both; an order is put on hold and taken up again, in turn."""
    with PostgresServer(settings=_SETTINGS, in_memory=False) as server:
        url, orders = _prepared(server)
        ours, raw = asyncio.run(_measured(url, orders, moves // _TURNS))
    return {
        "moves": len(ours),
        "ours": {"median_ms": median_ms(ours), "p99_ms": percentile_ms(ours, 0.99)},
        "raw": {"median_ms": median_ms(raw), "p99_ms": percentile_ms(raw, 0.99)},
        "ratio": round(median_ms(ours) / median_ms(raw), 2),
        "allowed_median_ms": ALLOWED_MEDIAN_MS,
    }


async def _measured(
    url: str, orders: tuple[WorkOrder, WorkOrder], moves: int
) -> tuple[list[float], list[float]]:
    storage = PostgresStorage(url=url, password=_PASSWORD, calling_code="86")
    await storage.open()
    ours, raw = orders
    taken: tuple[list[float], list[float]] = [], []
    try:
        with psycopg.connect(url, password=_PASSWORD, prepare_threshold=0) as connection:
            desk = _desk(storage, await storage.read(lambda unit: unit.people.get(_LOGIN)))
            for turn in range(-1, _TURNS):
                kept = taken if turn >= 0 else ([], [])
                for _ in range(moves if turn >= 0 else _WARM_UP):
                    began = perf_counter()
                    ours = await _moved_by_us(desk, ours)
                    kept[0].append(perf_counter() - began)
                for _ in range(moves if turn >= 0 else _WARM_UP):
                    raw, seconds = _moved_raw(connection, raw)
                    kept[1].append(seconds)
    finally:
        await storage.close()
    return taken


def _desk(storage: PostgresStorage, person: Person) -> WorkOrders:
    clock = _Clock()
    return WorkOrders(
        storage=storage,
        bus=EventBus(),
        clock=clock,
        access=Access(person),
        commands=Commands(clock=clock, agent_id=person.login, region="CN"),
    )


async def _moved_by_us(desk: WorkOrders, order: WorkOrder) -> WorkOrder:
    if order.state is _S.IN_PROGRESS:
        return await desk.hold(order.id, order.version, "parts")
    return await desk.start(order.id, order.version)


def _moved_raw(connection: psycopg.Connection[Any], order: WorkOrder) -> tuple[WorkOrder, float]:
    """Return the order after its step, and the seconds that the server took."""
    held = order.state is _S.IN_PROGRESS
    now = datetime.now(UTC)
    moved = replace(
        order,
        state=_S.ON_HOLD if held else _S.IN_PROGRESS,
        hold_reason="parts" if held else "",
        changed_at=now,
        version=order.version + 1,
    )
    values = {
        **to_payload(moved),
        "changed_at": now,
        "command": new_uuid7(now),
        "event": new_uuid7(now),
        "kind": "OrderHeld" if held else "OrderStarted",
        "actor": _LOGIN,
        "payload": Jsonb(to_payload(moved)),
        "result": Jsonb({"id": moved.id, "version": moved.version}),
    }
    began = perf_counter()
    with connection.transaction():
        for statement in (_ORDER, _APPLIED):
            connection.execute(statement, values).fetchall()
        for statement in (_MOVE, _EVENT, _RECORD):
            assert connection.execute(statement, values).rowcount == 1
    return moved, perf_counter() - began


def _prepared(server: PostgresServer) -> tuple[str, tuple[WorkOrder, WorkOrder]]:
    """Return the address for the department's person, and two orders that they work on."""
    name = server.create_database()
    url = server.url(name)
    migrate(url, password=server.password)
    with PostgresDatabase(url=url, password=server.password, readers=1) as database:
        place = database.read(lambda unit: unit.catalogue.departments())[0]
        mine, theirs = (database.write(partial(_store, place=place.id)) for _ in range(2))
    with open_people(url, password=server.password) as people:
        roles = frozenset({Role.DEPARTMENT})
        people.add(_LOGIN, name=_LOGIN, roles=roles, department=place.name, password=_PASSWORD)
    return server.url(name, user=_LOGIN), (mine, theirs)


def _store(unit: UnitOfWork, *, place: DepartmentId) -> WorkOrder:
    now = datetime.now(UTC)
    customer = Customer(id=CustomerId(new_uuid7(now)), name="王伟")
    ticket = Ticket(
        id=TicketId(new_uuid7(now)),
        number=unit.tickets.next_number(),
        customer_id=customer.id,
        category_id=unit.catalogue.categories()[1].id,
        subject="Router offline",
        description="",
        priority=Priority.P3,
        state=TicketState.PENDING,
        owner=AgentId("1001"),
        opened_at=now,
    )
    order = WorkOrder(
        id=WorkOrderId(new_uuid7(now)),
        number=unit.orders.next_number(),
        ticket_id=ticket.id,
        customer_id=customer.id,
        subject=ticket.subject,
        instructions="",
        priority=ticket.priority,
        state=_S.IN_PROGRESS,
        owner=ticket.owner,
        raised_at=now,
        changed_at=now,
        department_id=place,
    )
    unit.customers.add(customer, ())
    unit.tickets.add(ticket)
    unit.orders.add(order)
    return order


class _Clock:
    """``ports.clock.Clock`` of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
