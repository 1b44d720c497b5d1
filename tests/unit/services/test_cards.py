"""Cards without a database: kept of likely callers, shown with their age, never taken for proof."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import timedelta

import pytest

from agent_desk.domain.customer import Customer
from agent_desk.domain.errors import DatabaseUnavailableError, NotFoundError, StorageError
from agent_desk.domain.identifiers import CustomerId, new_uuid7
from agent_desk.domain.matching import MatchLevel
from agent_desk.domain.ticket import Resolution
from agent_desk.ports.local_cache import LocalCache
from agent_desk.services import cards as cards_module
from agent_desk.services import likely_customers as likely_module
from agent_desk.services import screen_pop as pop_module
from agent_desk.services.likely_customers import LikelyCustomers
from agent_desk.services.outbox import Kept
from agent_desk.services.screen_pop import (
    CustomerChosenEvent,
    PopFailedEvent,
    PopMatchedEvent,
    PopSlowEvent,
)
from tests.fakes.memory_cache import MemoryCache
from tests.unit.services.bench import AGENT, LI_NUMBER, WANG_NUMBER, Bench
from tests.unit.services.conftest import MakeBench

AWAY = pytest.mark.expected_logs("database away")


class Watched(MemoryCache):
    """A cache that tells when somebody was kept, and fails when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.failure: StorageError | None = None
        self._changed = asyncio.Event()

    async def holds(self, wanted: Iterable[CustomerId]) -> None:
        """Return once exactly the ``wanted`` are kept."""
        ids = set(wanted)
        async with asyncio.timeout(20):
            while set(self._cards) != ids:
                self._changed.clear()
                await self._changed.wait()

    async def evict(self, most: int) -> None:
        await super().evict(most)
        self._changed.set()

    async def forget(self, customer_id: CustomerId) -> None:
        await super().forget(customer_id)
        self._changed.set()

    def _require_open(self) -> None:
        super()._require_open()
        if self.failure is not None:
            raise self.failure


@pytest.fixture
def cache() -> Watched:
    return Watched()


@pytest.fixture
async def bench(
    make_bench: MakeBench, cache: Watched, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Bench]:
    """A started desk that keeps cards at once."""
    monkeypatch.setattr(likely_module, "PAUSE_SECONDS", 0.0)
    made = make_bench(cache=cache)
    await made.desk.start()
    yield made
    made.storage.revive()
    made.storage.release()
    await made.desk.stop()


async def known(bench: Bench, cache: Watched, *customers: Customer) -> None:
    """Show the cards of ``customers`` and wait until they are kept."""
    for customer in customers:
        await bench.desk.customers.card(customer.id)
    await cache.holds(customer.id for customer in customers)


async def test_a_card_that_was_shown_is_kept(bench: Bench, cache: Watched) -> None:
    wang = await bench.customer()

    await cache.holds([wang.id])

    cached = await cache.get(wang.id)
    assert cached is not None
    assert cached.card.customer == wang
    assert cached.as_of == bench.clock.now()
    assert cached.sole_numbers == frozenset({WANG_NUMBER})


@AWAY
async def test_a_dead_database_leaves_the_kept_card_with_its_age(
    bench: Bench, cache: Watched
) -> None:
    wang = await bench.customer()
    await known(bench, cache, wang)
    kept_at = bench.clock.now()
    bench.clock.advance(600)
    bench.storage.die()

    card = await bench.desk.customers.card(wang.id)
    assert (card.customer, card.as_of) == (wang, kept_at)

    noted = await bench.desk.outbox.submit(bench.desk.commands.add_note(wang.id, "new"))
    assert isinstance(noted, Kept)
    card = await bench.desk.customers.card(wang.id)
    assert [note.text for note in card.notes] == ["new"]
    assert card.as_of == kept_at

    bench.storage.revive()
    assert (await bench.desk.customers.card(wang.id)).as_of is None


async def test_who_is_not_kept_is_not_there(bench: Bench, cache: Watched) -> None:
    wang = await bench.customer()
    await cache.holds([wang.id])
    stranger = CustomerId(new_uuid7(bench.clock.now()))

    with pytest.raises(NotFoundError):
        await bench.desk.customers.card(stranger)
    bench.storage.die()
    with pytest.raises(DatabaseUnavailableError):
        await bench.desk.customers.card(stranger)
    cache.failure = StorageError(path="cards")
    with pytest.raises(DatabaseUnavailableError):
        await bench.desk.customers.card(wang.id)


@AWAY
async def test_a_known_caller_pops_from_here_when_the_database_is_dead(
    bench: Bench, cache: Watched
) -> None:
    wang = await bench.customer()
    await known(bench, cache, wang)
    bench.storage.die()

    call = bench.switch.ring("c-1", WANG_NUMBER)
    chosen = await bench.seen.nth(CustomerChosenEvent)

    assert chosen.card.customer == wang
    assert chosen.card.as_of is not None
    (matched,) = bench.seen.all(PopMatchedEvent)
    assert (matched.from_here, matched.result.level) == (True, MatchLevel.KNOWN)
    assert bench.record(call).customer_id == wang.id
    assert bench.seen.all(PopFailedEvent) == []
    bench.switch.caller_gives_up(call)
    await bench.desk.recorder.settled()


@AWAY
async def test_a_stranger_is_not_said_to_be_unknown_by_a_machine_that_knows_few(
    bench: Bench, cache: Watched
) -> None:
    wang = await bench.customer()
    await known(bench, cache, wang)
    bench.storage.die()

    call = bench.switch.ring("c-1", LI_NUMBER)
    await bench.seen.nth(PopFailedEvent)

    assert bench.seen.all(PopMatchedEvent) == []
    bench.switch.caller_gives_up(call)
    await bench.desk.recorder.settled()


@AWAY
async def test_a_shared_number_is_offered_not_opened(bench: Bench, cache: Watched) -> None:
    wang, li = await bench.customer(), await bench.customer("李娜", WANG_NUMBER)
    await cache.holds([wang.id, li.id])
    # Read anew, now that both have the number; then only Wang is kept, and not for the only one.
    await cache.forget(wang.id)
    await known(bench, cache, wang, li)
    await cache.forget(li.id)
    bench.storage.die()

    call = bench.switch.ring("c-1", WANG_NUMBER)
    matched = await bench.seen.nth(PopMatchedEvent)

    assert matched.result.level is MatchLevel.MAYBE
    assert [c.customer_id for c in matched.result.candidates] == [wang.id]
    assert matched.card is None
    bench.switch.caller_gives_up(call)
    await bench.desk.recorder.settled()


async def test_a_slow_database_is_overtaken_and_has_the_last_word(
    bench: Bench, cache: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pop_module, "SLOW_SECONDS", 0.01)
    wang = await bench.customer()
    await known(bench, cache, wang)
    bench.storage.hold()

    bench.switch.ring("c-1", WANG_NUMBER)
    first = await bench.seen.nth(CustomerChosenEvent)
    bench.storage.release()
    second = await bench.seen.nth(CustomerChosenEvent, 2)

    assert first.card.as_of is not None
    assert second.card.as_of is None
    assert [m.from_here for m in bench.seen.all(PopMatchedEvent)] == [True, False]
    assert bench.seen.all(PopSlowEvent) == []


@AWAY
async def test_a_card_is_given_up_after_a_while(
    bench: Bench, cache: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cards_module, "GIVE_UP_SECONDS", 0.01)
    wang = await bench.customer()
    await known(bench, cache, wang)
    bench.storage.hold()

    assert (await bench.desk.customers.card(wang.id)).as_of is not None


def likely(bench: Bench, cache: LocalCache) -> LikelyCustomers:
    """Return a second keeper, which does only what the test calls."""
    return LikelyCustomers(
        storage=bench.storage,
        cache=cache,
        cards=bench.desk.cards,
        clock=bench.clock,
        agent_id=AGENT,
        region="CN",
    )


@pytest.fixture
async def plain(make_bench: MakeBench) -> AsyncIterator[Bench]:
    """A started desk that keeps no cards."""
    made = make_bench()
    await made.desk.start()
    yield made
    await made.desk.stop()


async def keep_all(keeper: LikelyCustomers, times: int) -> None:
    for _ in range(times):
        await keeper.keep_wanted()


async def test_whom_the_agent_promised_something_is_likely(plain: Bench, cache: Watched) -> None:
    await cache.open()
    wang, li = await plain.customer(), await plain.customer("李娜", LI_NUMBER)
    later = plain.clock.now() + timedelta(hours=2)
    form = await plain.form(wang.id, resolution=Resolution.FOLLOW_UP, follow_up_at=later)
    await plain.desk.tickets.log(form, None)
    keeper = likely(plain, cache)

    await keeper.refresh()
    await keep_all(keeper, 3)

    assert set(await cache.ages()) == {wang.id}
    assert li.id not in await cache.ages()


async def test_a_fresh_card_is_not_read_again_and_an_old_one_is(
    plain: Bench, cache: Watched
) -> None:
    await cache.open()
    wang = await plain.customer()
    later = plain.clock.now() + timedelta(days=2)
    form = await plain.form(wang.id, resolution=Resolution.FOLLOW_UP, follow_up_at=later)
    await plain.desk.tickets.log(form, None)
    keeper = likely(plain, cache)

    async def age_after_a_round() -> float:
        await keeper.refresh()
        await keep_all(keeper, 2)
        return (plain.clock.now() - (await cache.ages())[wang.id]).total_seconds()

    assert await age_after_a_round() == 0
    plain.clock.advance(60)
    assert await age_after_a_round() == 60
    plain.clock.advance(likely_module.FRESH.total_seconds())
    assert await age_after_a_round() == 0
    # The clock was set back: a card of the future is no card.
    plain.clock.advance(-7200)
    assert await age_after_a_round() == 0


async def test_only_so_many_cards_are_kept(
    plain: Bench, cache: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(likely_module, "MOST_CARDS", 2)
    await cache.open()
    keeper = likely(plain, cache)
    everyone = [await plain.customer(f"No {n}", f"1380013800{n}") for n in range(3)]

    for customer in everyone:
        keeper.want(customer.id)
        await keeper.keep_wanted()

    assert set(await cache.ages()) == {customer.id for customer in everyone[1:]}


async def test_a_customer_who_is_gone_is_forgotten(plain: Bench, cache: Watched) -> None:
    await cache.open()
    keeper = likely(plain, cache)
    gone = CustomerId(new_uuid7(plain.clock.now()))
    keeper.want(gone)

    await keep_all(keeper, 2)

    assert dict(await cache.ages()) == {}


class Unopenable(MemoryCache):
    async def open(self) -> None:
        raise DatabaseUnavailableError(path="cards.sqlite", reason="test")


@pytest.mark.expected_logs("no cards are kept on this machine")
async def test_a_desk_without_its_cache_is_a_desk_all_the_same(make_bench: MakeBench) -> None:
    made = make_bench(cache=Unopenable())
    await made.desk.start()
    wang = await made.customer()
    card = await made.desk.customers.card(wang.id)
    await made.desk.stop()

    assert card.customer == wang
