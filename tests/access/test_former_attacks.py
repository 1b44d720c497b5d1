"""A dealer that an order came to reads nothing of the one that had it before, and the other way.

The order goes the whole way under everybody's own rights: worked on, reported, approved, reopened
and declined by the first, sent on to the next. Then each side looks for the other's words in every
row and column that it can read with plain SQL.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from agent_desk.domain.attachment import Attachment
from agent_desk.domain.identifiers import AttachmentId, DepartmentId, new_uuid7
from agent_desk.domain.order_replay import replay_orders
from agent_desk.domain.service_history import OrderScope
from agent_desk.domain.work_order import ReportOutcome, WorkOrder, WorkOrderState, WorkReport
from agent_desk.services.access import Access
from agent_desk.services.attachments import Attachments, Upload
from agent_desk.services.event_bus import EventBus
from agent_desk.services.order_stories import OrderStories
from agent_desk.services.told_events import told_of_order
from tests.access.floor import (
    AGENT,
    DEALER,
    DEPARTMENT,
    DISPATCHER,
    NOW,
    PEOPLE,
    RIVAL,
    SUPERVISOR,
    a_report_item,
    insert,
)
from tests.access.staff import at_work
from tests.access.test_desks import Desk, desk_of, raised
from tests.access.test_loop_desks import PUMP, a_call_to_the_customer, worked_off
from tests.fakes.manual_clock import ManualClock
from tests.servers.fixtures import Floor

FIRST, NEXT = DEALER, RIVAL
OF_FIRST = (
    *("Chen", "+8613800138009", "replaced the pump", "a pump", "Hongda"),
    *("no time", "first.jpg"),
)
OF_NEXT = ("bolt is loose", "next.jpg")
CANCELLABLE = frozenset({WorkOrderState.ACCEPTED, WorkOrderState.ON_HOLD})
CATALOGUE = frozenset({"departments", "assignees", "categories", "articles", "rulebooks"})
"""Of the house: a department may know that there are others."""


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@dataclass(frozen=True, slots=True)
class Handed:
    """The order in the hands of whoever came next, and a file of each of three."""

    order: WorkOrder
    first: DepartmentId
    of_first: Attachment
    of_agent: Attachment
    of_next: Attachment


async def access_of(desk: Desk) -> Access:
    return Access(await desk.storage.read(lambda uow: uow.people.get(desk.login)))


async def files_of(desk: Desk) -> Attachments:
    access = await access_of(desk)
    return Attachments(storage=desk.storage, bus=EventBus(), clock=desk.clock, access=access)


async def attached(desk: Desk, order: WorkOrder, name: str) -> Attachment:
    id = AttachmentId(new_uuid7(desk.clock.now()))
    upload = Upload(id=id, order_id=order.id, name=name)
    return await (await files_of(desk)).add(upload, b"\xff\xd8\xff" + name.encode())


@asynccontextmanager
async def handed_on(floor: Floor, clock: ManualClock, successor: str) -> AsyncIterator[Handed]:
    """Yield an order that the first dealer had for a round and declined, at ``successor``.

    It is cancelled in the end: others work on this floor.
    """
    async with (
        desk_of(floor, AGENT, clock) as agent,
        desk_of(floor, FIRST, clock) as first,
        desk_of(floor, DISPATCHER, clock) as office,
        desk_of(floor, successor, clock) as after,
    ):
        _, order = await raised(agent, "Defect under warranty")
        assert order.department_id is not None
        had = order.department_id
        clock.advance(60)
        of_first = await attached(first, order, "first.jpg")
        of_agent = await attached(agent, order, "customer.jpg")
        order = await worked_off(first, order)
        order = await office.orders.return_to_agent(order.id, order.version)
        call = a_call_to_the_customer(agent, order, answered=True)
        order = await agent.orders.verify(
            order.id, order.version, interaction=call, satisfied=False, reason="still leaks"
        )
        clock.advance(60)
        await agent.orders.inform(order.id, order.version, "the dog bites")
        clock.advance(60)
        order = await first.orders.decline(order.id, order.version, "no time")
        assert (order.report, order.reports) == (None, 1)
        clock.advance(60)
        departments = await office.tickets.departments()
        place = next(each.id for each in departments if each.name == PEOPLE[successor][1])
        order = await office.orders.dispatch(order.id, order.version, place)
        of_next = await attached(after, order, "next.jpg")
        order = await after.orders.accept(order.id, order.version)
        yield Handed(order, had, of_first, of_agent, of_next)
        order = await office.orders.get(order.id)
        if order.state in CANCELLABLE:
            await office.orders.cancel(order.id, order.version, "tried")


@contextmanager
def signed_in(floor: Floor, login: str) -> Iterator[psycopg.Connection[Any]]:
    url = floor.server.url(floor.name, user=at_work(login))
    with psycopg.connect(url, password=floor.password, autocommit=True) as connection:
        yield connection


def everything_read(connection: psycopg.Connection[Any]) -> Iterator[tuple[str, str]]:
    """Yield each table with all that whoever is signed in reads of it, as one text."""
    columns: dict[str, list[str]] = {}
    for table, column in connection.execute(
        "SELECT c.relname, a.attname FROM pg_class AS c JOIN pg_attribute AS a"
        " ON a.attrelid = c.oid WHERE c.relnamespace = 'public'::regnamespace"
        " AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped"
        " AND has_column_privilege(c.oid, a.attnum, 'SELECT')"
    ):
        columns.setdefault(table, []).append(column)
    for table, names in columns.items():
        statement = sql.SQL("SELECT ROW({})::text FROM {}").format(
            sql.SQL(", ").join(map(sql.Identifier, names)), sql.Identifier(table)
        )
        yield table, "\n".join(row for (row,) in connection.execute(statement))


def found_in(connection: psycopg.Connection[Any], words: tuple[str, ...]) -> set[tuple[str, str]]:
    return {
        (table, word)
        for table, text in everything_read(connection)
        for word in words
        if table not in CATALOGUE and re.search(rf"(?<![\w.-]){re.escape(word)}(?![\w-])", text)
    }


@pytest.mark.parametrize("successor", [NEXT, DEPARTMENT])
async def test_the_next_one_finds_no_word_of_the_first(
    staffed: Floor, clock: ManualClock, successor: str
) -> None:
    async with handed_on(staffed, clock, successor) as handed:
        secrets = (*OF_FIRST, at_work(FIRST), handed.first, handed.of_first.id)

        with signed_in(staffed, successor) as connection:
            assert found_in(connection, secrets) == set()
            # What it needs is there: the order, the customer's words, the house's file.
            assert found_in(connection, ("still leaks", "the dog bites", handed.of_agent.id)) == {
                ("order_messages", "still leaks"),
                ("order_messages", "the dog bites"),
                ("attachments", handed.of_agent.id),
                ("attachment_chunks", handed.of_agent.id),
            }
        with signed_in(staffed, SUPERVISOR) as connection:
            assert {word for _, word in found_in(connection, secrets)} == set(secrets)


async def test_the_first_one_finds_no_word_of_the_next(staffed: Floor, clock: ManualClock) -> None:
    async with handed_on(staffed, clock, NEXT) as handed:
        async with desk_of(staffed, NEXT, clock) as after:
            order = await after.orders.start(
                handed.order.id,
                handed.order.version,
                technician="Zhao",
                technician_phone="13900139009",
                arrived_at=clock.now(),
            )
            await after.orders.hold(order.id, order.version, "bolt is loose")
        secrets = (*OF_NEXT, "Zhao", at_work(NEXT), str(handed.order.department_id))

        with signed_in(staffed, FIRST) as connection:
            assert found_in(connection, (*secrets, handed.of_next.id)) == set()
            mine = connection.execute(
                "SELECT 1 FROM work_orders WHERE id = %s", (handed.order.id,)
            ).fetchall()
        assert mine == []


async def test_what_others_do_with_a_declined_order_is_not_for_who_declined_it(
    staffed: Floor, clock: ManualClock
) -> None:
    async with (
        desk_of(staffed, AGENT, clock) as agent,
        desk_of(staffed, FIRST, clock) as first,
        desk_of(staffed, DISPATCHER, clock) as office,
    ):
        _, order = await raised(agent, "Defect under warranty")
        clock.advance(60)
        waiting = await first.orders.decline(order.id, order.version, "no time")
        with signed_in(staffed, FIRST) as connection:
            mine = "SELECT version FROM work_orders WHERE id = %s"
            assert connection.execute(mine, (order.id,)).fetchall() == [(waiting.version,)]
            # The rules find nobody: the order waits on, and now says whom they named.
            again = await office.orders.route(order.id, waiting.version)
            assert again.state is WorkOrderState.PENDING_DISPATCH
            assert connection.execute(mine, (order.id,)).fetchall() == []
        await office.orders.cancel(order.id, again.version, "tried")


async def test_the_next_one_adds_no_line_to_the_first_ones_report(
    staffed: Floor, clock: ManualClock
) -> None:
    async with handed_on(staffed, clock, NEXT) as handed:
        line = a_report_item(handed.order.id) | {"position": 7}
        with signed_in(staffed, NEXT) as connection:
            # Neither to that one nor to its own before it is given.
            for report in (1, 2):
                with pytest.raises(InsufficientPrivilege):
                    insert(connection, "order_report_items", line | {"report": report})


@pytest.mark.parametrize("successor", [NEXT, DEPARTMENT])
async def test_the_story_of_the_next_one_has_no_hole(
    staffed: Floor, clock: ManualClock, successor: str
) -> None:
    async with handed_on(staffed, clock, successor) as handed:
        async with desk_of(staffed, successor, clock) as after:
            access = await access_of(after)
            steps = await OrderStories(storage=after.storage, access=access).of_order(
                handed.order.id
            )
            files = await (await files_of(after)).of_order(handed.order.id)
            events = await after.storage.read(
                lambda uow: told_of_order(access, uow, handed.order.id)
            )
            scope = OrderScope(department_id=handed.order.department_id)
            history = await after.storage.read(
                lambda uow: uow.service_records.histories([handed.order.id], scope)
            )

        assert [(step.kind, step.reason) for step in steps] == [
            ("OrderRaised", ""),
            ("OrderInformed", "still leaks"),
            ("OrderInformed", "the dog bites"),
            ("OrderAssigned", ""),
            ("AttachmentAdded", "next.jpg"),
            ("OrderAccepted", ""),
        ]
        assert [file.name for file in files] == ["customer.jpg", "next.jpg"]
        # Where the order stands can still be worked out from what is told.
        assert replay_orders(events).orders[handed.order.id] == handed.order
        assert [moment.state for moment in history[handed.order.id].moments] == [
            "DRAFT",
            "ASSIGNED",
            "ACCEPTED",
        ]


async def test_the_next_one_reports_and_is_reviewed_although_it_reads_no_former_step(
    staffed: Floor, clock: ManualClock
) -> None:
    async with handed_on(staffed, clock, NEXT) as handed:
        order = handed.order
        async with (
            desk_of(staffed, NEXT, clock) as after,
            desk_of(staffed, SUPERVISOR, clock) as office,
            desk_of(staffed, AGENT, clock) as agent,
        ):
            clock.advance(60)
            order = await reported(after, order)
            stored = await after.orders.get(order.id)
            assert (stored.report, stored.reports) == (order.report, 2)
            assert stored.report is not None
            assert stored.report.items == (PUMP,)
            order = await office.orders.return_to_agent(order.id, order.version)
            call = a_call_to_the_customer(agent, order, answered=True)
            order = await agent.orders.verify(
                order.id, order.version, interaction=call, satisfied=True
            )
        assert order.state is WorkOrderState.CLOSED


async def reported(desk: Desk, order: WorkOrder) -> WorkOrder:
    """Return the accepted ``order`` after a visit and a report with a line."""
    orders, now = desk.orders, desk.clock.now()
    order = await orders.start(
        order.id, order.version, technician="Zhao", technician_phone="13900139009", arrived_at=now
    )
    report = WorkReport(
        started_at=now - timedelta(minutes=9),
        ended_at=now,
        done="tightened the bolt",
        outcome=ReportOutcome.SOLVED,
        items=(PUMP,),
    )
    return await orders.report(order.id, order.version, report)
