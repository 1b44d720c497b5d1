"""The change feed under everybody's own rights: what a role may see comes, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from psycopg.types.json import Jsonb

from agent_desk.domain.change import Change, ChangeBatch, FeedState, FeedStateChangedEvent
from agent_desk.domain.customer import NewCustomer
from agent_desk.domain.event_log import Stream
from agent_desk.domain.ticket import Resolution, TicketForm
from agent_desk.domain.work_order import WorkOrder
from agent_desk.services.desk import Desk
from db.change_feed.postgres import PostgresChangeFeed
from db.change_feed.postgres_reader import PostgresReader
from tests.access.floor import (
    AGENT,
    AUDITOR,
    DEALER,
    DEPARTMENT,
    NOW,
    RIVAL,
    SUPERVISOR,
    an_event,
    insert,
)
from tests.access.staff import WANG_NUMBER, Workplace, at_work, desk_at
from tests.fakes.manual_clock import ManualClock
from tests.servers.fixtures import Floor

WAIT_SECONDS = 20.0

OF_DEALER, OF_DEPARTMENT = "Defect under warranty", "Line fault on site"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


class Listener:
    """What the feed of one person brings."""

    def __init__(self, floor: Floor, login: str) -> None:
        self.feed = PostgresChangeFeed(
            url=floor.server.url(floor.name, user=at_work(login)), password=floor.password
        )
        self.changes: list[Change] = []
        self._came = asyncio.Event()
        self.feed.subscribe(self._on_feed)

    def _on_feed(self, event: ChangeBatch | FeedStateChangedEvent) -> None:
        if isinstance(event, ChangeBatch):
            self.changes += event.changes
        self._came.set()

    async def has_heard(self, stream: Stream, stream_id: str) -> None:
        """Return when the last change of a record has come."""
        async with asyncio.timeout(WAIT_SECONDS):
            while all((c.stream, c.stream_id) != (stream, stream_id) for c in self.changes):
                self._came.clear()
                await self._came.wait()

    def kinds(self, stream_id: str) -> list[str]:
        return [change.kind for change in self.changes if change.stream_id == stream_id]


async def raised(desk: Desk, place: Workplace, category: str) -> WorkOrder:
    card = await desk.customers.create(NewCustomer(name="王伟", number=WANG_NUMBER))
    tree = await desk.tickets.categories()
    form = TicketForm(
        customer_id=card.customer.id,
        category_id=next(each.id for each in tree if each.name == category),
        subject="line is dead",
        resolution=Resolution.WORK_ORDER,
    )
    ticket = await desk.tickets.log(form, None)
    (order,) = await place.storage.read(lambda uow: uow.orders.of_ticket(ticket.id))
    return order


@pytest.mark.parametrize("login", [AGENT, SUPERVISOR, AUDITOR])
async def test_the_house_hears_of_everything(
    staffed: Floor, clock: ManualClock, login: str
) -> None:
    listener = Listener(staffed, login)
    await listener.feed.open()
    try:
        assert listener.feed.state is FeedState.LIVE
        async with desk_at(staffed, AGENT, clock) as (desk, place):
            order = await raised(desk, place, OF_DEALER)
            await listener.has_heard(Stream.WORK_ORDER, order.id)
    finally:
        await listener.feed.close()
    assert listener.kinds(order.customer_id) == ["CustomerAdded"]
    assert listener.kinds(order.ticket_id) == ["TicketOpened", "TicketPending"]
    assert listener.kinds(order.id) == ["OrderRaised", "OrderAwaitsDispatch", "OrderAssigned"]


@pytest.mark.parametrize(
    ("login", "own", "foreign"),
    [(DEALER, OF_DEALER, OF_DEPARTMENT), (DEPARTMENT, OF_DEPARTMENT, OF_DEALER)],
)
async def test_those_outside_hear_of_their_own_orders_alone(
    staffed: Floor, clock: ManualClock, login: str, own: str, foreign: str
) -> None:
    listener = Listener(staffed, login)
    await listener.feed.open()
    try:
        assert listener.feed.state is FeedState.LIVE
        async with desk_at(staffed, AGENT, clock) as (desk, place):
            theirs = await raised(desk, place, foreign)
            first = await raised(desk, place, own)
            await listener.has_heard(Stream.WORK_ORDER, first.id)
            clock.advance(60)
            async with desk_at(staffed, login, clock) as (own_desk, _):
                await own_desk.orders.accept(first.id, first.version)
            last = await raised(desk, place, own)
            await listener.has_heard(Stream.WORK_ORDER, last.id)
    finally:
        await listener.feed.close()
    assert {change.stream for change in listener.changes} == {Stream.WORK_ORDER}
    assert {change.stream_id for change in listener.changes} == {first.id, last.id}
    assert listener.kinds(theirs.id) == []
    assert listener.kinds(first.id)[-1] == "OrderAccepted"
    assert len({change.id for change in listener.changes}) == len(listener.changes)


@contextmanager
def reading(floor: Floor, login: str) -> Iterator[PostgresReader]:
    url = floor.server.url(floor.name, user=at_work(login))
    with PostgresReader(url, password=floor.password) as reader:
        yield reader


def test_a_feed_that_sees_nothing_still_comes_forward(staffed: Floor) -> None:
    """Else it would read the work of the whole floor again at each look."""
    with reading(staffed, RIVAL) as dealers, reading(staffed, SUPERVISOR) as ours:
        begin = dealers.now()
        assert begin.xmax == ours.now().xmax
        with staffed.server.connect(staffed.name) as connection:
            for _ in range(3):
                insert(connection, "event_log", an_event("somebody", stream="CUSTOMER"))
        seen, unseen = ours.page(begin), dealers.page(begin)
        assert len(seen.rows) == 3
        assert unseen.rows == ()
        assert unseen.until.xmax == seen.until.xmax > begin.xmax


async def test_what_is_committed_late_comes_to_those_outside(
    staffed: Floor, clock: ManualClock
) -> None:
    async with desk_at(staffed, AGENT, clock) as (desk, place):
        order = await raised(desk, place, OF_DEALER)
    late = an_event("somebody", stream="WORK_ORDER", stream_id=order.id)
    late |= {"payload": Jsonb({"department_id": order.department_id})}
    with reading(staffed, DEALER) as reader:
        begin = reader.now()
        with staffed.server.connect(staffed.name) as slow, slow.transaction():
            insert(slow, "event_log", late)
            with staffed.server.connect(staffed.name) as quick:
                insert(quick, "event_log", an_event("somebody", stream="CUSTOMER"))
            before = reader.page(begin)
            assert before.rows == ()
            assert before.until.xmax > begin.xmax
        assert [row.change.id for row in reader.page(before.until).rows] == [late["id"]]
