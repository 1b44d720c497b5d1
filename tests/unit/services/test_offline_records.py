"""What a desk shows of categories and customers while its database is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from agent_desk.domain.customer import NewCustomer, SearchKind
from agent_desk.domain.errors import DatabaseUnavailableError, StorageError
from agent_desk.domain.ticket import Resolution
from agent_desk.services.outbox import Kept
from tests.fakes.memory_cache import MemoryCache
from tests.unit.services.bench import LI_NUMBER, Bench
from tests.unit.services.conftest import MakeBench

AWAY = pytest.mark.expected_logs("database away")


class Closed(MemoryCache):
    """A cache whose file was taken away."""

    def _require_open(self) -> None:
        raise DatabaseUnavailableError(path="cards.sqlite", reason="test")

    async def open(self) -> None:
        self._require_open()


@pytest.fixture
def cache() -> MemoryCache:
    return MemoryCache()


@pytest.fixture
async def desk(make_bench: MakeBench, cache: MemoryCache) -> AsyncIterator[Bench]:
    """A started desk that keeps cards."""
    made = make_bench(cache=cache)
    await made.desk.start()
    yield made
    await made.desk.stop()


async def test_the_catalogue_of_the_last_time_is_offered(
    desk: Bench, cache: MemoryCache, make_bench: MakeBench
) -> None:
    categories = await desk.desk.tickets.categories()
    departments = await desk.desk.tickets.departments()
    assert categories

    desk.storage.die()
    assert await desk.desk.tickets.categories() == categories
    desk.storage.revive()
    await desk.desk.stop()
    # Another run, which has read nothing itself.
    risen = make_bench(cache=cache)
    await risen.desk.start()
    risen.storage.die()
    found = await risen.desk.tickets.categories(), await risen.desk.tickets.departments()
    risen.storage.revive()
    await risen.desk.stop()

    assert found == (categories, departments)


async def test_a_catalogue_that_nobody_has_is_missed(desk: Bench) -> None:
    desk.storage.die()

    with pytest.raises(StorageError):
        await desk.desk.tickets.categories()
    desk.storage.revive()


@pytest.mark.expected_logs("no cards are kept")
async def test_where_nothing_can_be_kept_nothing_is_found(
    make_bench: MakeBench,
) -> None:
    made = make_bench(cache=Closed())
    await made.desk.start()
    made.storage.die()
    with pytest.raises(StorageError):
        await made.desk.tickets.categories()
    assert await made.desk.cards.search_here("wang") == ()
    made.storage.revive()
    # What this run has read it knows, and a next one does not: nothing of it is on the disk.
    categories = await made.desk.tickets.categories()
    made.storage.die()
    assert await made.desk.tickets.categories() == categories
    made.storage.revive()
    await made.desk.stop()


@AWAY
async def test_who_was_written_down_here_is_found_before_the_database_knows(desk: Bench) -> None:
    desk.storage.die()
    command = desk.desk.commands.create_customer(NewCustomer(name="李娜", number=LI_NUMBER), None)
    assert isinstance(await desk.desk.outbox.submit(command), Kept)

    (hit,) = await desk.desk.cards.search_here("李娜")

    assert (hit.kind, hit.title) == (SearchKind.CUSTOMER, "李娜")
    assert hit.customer_id == command.customer_id
    assert await desk.desk.cards.search_here("nobody") == ()
    desk.storage.revive()


async def test_an_open_ticket_of_a_kept_customer_is_found_by_its_words(
    desk: Bench, cache: MemoryCache
) -> None:
    wang = await desk.customer()
    form = await desk.form(
        wang.id,
        subject="Router offline",
        resolution=Resolution.WORK_ORDER,
        category="Line fault on site",
    )
    ticket = await desk.desk.tickets.log(form, None)
    await desk.desk.customers.card(wang.id)
    await _kept(cache, ticket.number)

    customer, found = await desk.desk.cards.search_here("router offline")

    assert customer.kind is SearchKind.CUSTOMER
    assert (found.kind, found.id, found.number) == (SearchKind.TICKET, ticket.id, ticket.number)


async def _kept(cache: MemoryCache, number: int) -> None:
    """Return once a card with the ticket is kept, which happens in the background."""
    async with asyncio.timeout(20):
        while not await cache.search(f"{number} router", most=1):
            await asyncio.sleep(0)
