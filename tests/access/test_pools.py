"""Desks through pgbouncer: what docs/operations.md promises of each way to pool."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

import psycopg
import pytest
from psycopg import sql

from agent_desk.domain.change import Change, ChangeBatch, FeedState
from agent_desk.domain.errors import PoolModeError
from agent_desk.domain.event_log import Stream
from agent_desk.domain.ticket import Resolution, TicketForm
from agent_desk.services.access import Access
from agent_desk.services.commands import Commands
from agent_desk.services.event_bus import EventBus
from agent_desk.services.tickets import Tickets
from db.change_feed.postgres import PostgresChangeFeed
from db.postgres_storage import PostgresStorage
from tests.access.floor import AGENT, NOW, SUPERVISOR
from tests.access.staff import at_work
from tests.contracts.storage_samples import a_customer
from tests.fakes.manual_clock import ManualClock
from tests.servers.fixtures import Floor
from tests.servers.pgbouncer import SETTINGS, Pgbouncer
from tests.servers.postgres import ServerMissingError
from tests.servers.programs import FolderPrograms

WAIT_SECONDS = 20.0
Pooled: TypeAlias = Callable[..., AbstractContextManager[Pgbouncer]]


@pytest.fixture
def pooled(staffed: Floor, tmp_path: Path) -> Iterator[Pooled]:
    """Starts a pool in front of the floor, whose database has the settings that it takes."""

    @contextmanager
    def start(mode: str, *, statements: int = 200) -> Iterator[Pgbouncer]:
        pool = Pgbouncer(
            staffed.server,
            [at_work(AGENT), at_work(SUPERVISOR)],
            mode=mode,
            statements=statements,
            programs=programs,
            folder=tmp_path,
        )
        try:
            yield pool
        finally:
            pool.stop()

    try:
        programs = FolderPrograms.newest()
    except ServerMissingError as missing:
        pytest.skip(str(missing))
    with staffed.server.connect(staffed.name) as connection:
        _set(connection, staffed.name, "SET {} = {}", SETTINGS)
        yield start
        _set(connection, staffed.name, "RESET {}", SETTINGS)


def _set(
    connection: psycopg.Connection[object],
    database: str,
    change: str,
    settings: tuple[tuple[str, str], ...],
) -> None:
    for name, value in settings:
        words = [sql.Identifier(name), sql.Literal(value)][: change.count("{}")]
        statement = sql.SQL("ALTER DATABASE {} " + change)
        connection.execute(statement.format(sql.Identifier(database), *words))


async def ticket_logged(storage: PostgresStorage, login: str) -> str:
    """Return the id of a ticket that ``login`` logs for a new customer."""
    clock = ManualClock(NOW)
    customer = a_customer("王伟", pinyin="wang wei")
    await storage.write(lambda uow: uow.customers.add(customer, ()))
    person = await storage.read(lambda uow: uow.people.sign_in(at_work(login), ""))
    tickets = Tickets(
        storage=storage,
        bus=EventBus(),
        clock=clock,
        access=Access(person),
        commands=Commands(clock=clock, agent_id=person.login, region="CN"),
        repeat_window=timedelta(days=7),
    )
    tree = await tickets.categories()
    form = TicketForm(
        customer_id=customer.id,
        category_id=next(each.id for each in tree if each.name == "Refund"),
        subject="Refund of order 88",
        resolution=Resolution.RESOLVED_NOW,
    )
    return (await tickets.log(form, None)).id


@pytest.mark.parametrize(
    ("mode", "states"),
    [("session", {FeedState.LIVE}), ("transaction", {FeedState.LIVE, FeedState.POLLING})],
)
async def test_a_desk_works_and_hears_through_a_pool(
    staffed: Floor, pooled: Pooled, mode: str, states: set[FeedState]
) -> None:
    heard: list[Change] = []
    came = asyncio.Event()

    def hear(event: object) -> None:
        if isinstance(event, ChangeBatch):
            heard.extend(event.changes)
            came.set()

    with pooled(mode) as pool:
        url = pool.url(staffed.name, user=at_work(SUPERVISOR))
        feed = PostgresChangeFeed(url=url, password=staffed.password)
        feed.subscribe(hear)
        await feed.open()
        url = pool.url(staffed.name, user=at_work(AGENT))
        storage = PostgresStorage(url=url, password=staffed.password, calling_code="86")
        await storage.open()
        try:
            # Often enough for each statement to come to every connection of the pool.
            logged = [await ticket_logged(storage, AGENT) for _ in range(6)]
            hits = await storage.read(lambda uow: uow.customers.search("wangwei"))
            feed.ring()
            async with asyncio.timeout(WAIT_SECONDS):
                while not set(logged) <= {c.stream_id for c in heard if c.stream is Stream.TICKET}:
                    came.clear()
                    await came.wait()
            assert feed.state in states
        finally:
            await storage.close()
            await feed.close()
    assert hits


async def test_a_pool_without_prepared_statements_is_refused_with_what_to_do(
    staffed: Floor, pooled: Pooled
) -> None:
    with pooled("transaction", statements=0) as pool:
        url = pool.url(staffed.name, user=at_work(AGENT))
        storage = PostgresStorage(url=url, password=staffed.password, calling_code="86")
        with pytest.raises(PoolModeError):
            await used(storage)
        await storage.close()


async def used(storage: PostgresStorage) -> None:
    """Do so much that one client's statement comes to another's connection."""
    await storage.open()
    for _ in range(6):
        await ticket_logged(storage, AGENT)
