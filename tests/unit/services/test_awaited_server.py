"""Storage and change feed that begin without a server, and are it once it is found."""

from __future__ import annotations

import asyncio

import pytest

from agent_desk.domain.change import ChangeBatch, FeedState, FeedStateChangedEvent
from agent_desk.domain.errors import ServerAwayError
from agent_desk.services.awaited_server import AwaitedFeed, AwaitedStorage
from tests.fakes.scripted_feed import ScriptedFeed, ScriptedLog
from tests.unit.services.bench import Bench

AWAY = ServerAwayError(path="postgresql://floor.example/desk")


@pytest.fixture
def log() -> ScriptedLog:
    return ScriptedLog()


class Heard:
    """What a listener was told."""

    def __init__(self) -> None:
        self.batches: list[ChangeBatch] = []
        self.states: list[FeedState] = []

    def __call__(self, event: ChangeBatch | FeedStateChangedEvent) -> None:
        if isinstance(event, ChangeBatch):
            self.batches.append(event)
        else:
            self.states.append(event.state)


async def test_a_storage_that_has_not_arrived_says_why(bench: Bench) -> None:
    storage = AwaitedStorage(AWAY)
    await storage.open()

    for ask in (storage.read, storage.write):
        with pytest.raises(ServerAwayError) as refused:
            await ask(lambda uow: uow.people.all())
        assert refused.value.details == AWAY.details
    storage.arrive(bench.storage)

    assert await storage.read(lambda uow: uow.people.all()) == []


async def test_a_storage_that_never_arrived_closes() -> None:
    storage = AwaitedStorage(AWAY)
    await storage.open()

    await storage.close()


async def test_a_feed_tells_nothing_before_it_has_arrived() -> None:
    feed, heard = AwaitedFeed(), Heard()
    feed.subscribe(heard)
    await feed.open(None)
    feed.ring()

    assert (feed.state, feed.position) == (FeedState.AWAY, None)
    await feed.close()
    assert (heard.batches, heard.states) == ([], [])


async def test_with_its_arrival_everything_is_to_be_read_again(log: ScriptedLog) -> None:
    feed, heard = AwaitedFeed(), Heard()
    stop = feed.subscribe(heard)
    await feed.open(None)

    await feed.arrive(ScriptedFeed(log))

    async with asyncio.timeout(20):
        while feed.state is FeedState.AWAY:
            await asyncio.sleep(0)
    assert [batch.reset for batch in heard.batches] == [True]
    assert feed.position is not None
    stop()
    log.restore()
    await feed.close()
    assert len(heard.batches) == 1
