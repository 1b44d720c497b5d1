"""The change feed on PostgreSQL under faults: exactly the committed changes, each once."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator

import pytest

from agent_desk.domain.change import FeedState
from db.change_feed.postgres import PostgresChangeFeed
from db.change_feed.postgres_reader import PostgresReader
from db.change_feed.relay import Relay
from db.change_feed.relay_client import RelayClient, RelayLostError
from db.postgres_engine import writing_engine
from db.postgres_schema import migrate
from tests.contracts.change_feed_contract import WAIT_SECONDS, Heard, events
from tests.contracts.feed_house import EngineHouse
from tests.contracts.test_change_feed_postgres import PostgresHouse
from tests.servers.fixtures import Floor
from tests.servers.postgres import PostgresServer, ServerMissingError
from tests.unit.db.feed_floor import Writers, relay_process, terminate_feeds

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def own_server() -> Iterator[PostgresServer]:
    """A server that a test may kill: others share the session's."""
    server = PostgresServer()
    try:
        server.start()
    except ServerMissingError as missing:
        pytest.skip(str(missing))
    yield server
    server.remove()


@pytest.fixture
def own_floor(own_server: PostgresServer) -> Iterator[Floor]:
    name = own_server.create_database()
    migrate(own_server.url(name), password=own_server.password)
    yield Floor(own_server, name)
    own_server.drop_database(name)


def feed_of(floor: Floor, *, uses_relay: bool = True) -> PostgresChangeFeed:
    return PostgresChangeFeed(url=floor.url, password=floor.password, uses_relay=uses_relay)


def silent_house(floor: Floor) -> EngineHouse:
    """Return a log whose writers never ring."""
    return EngineHouse(writing_engine(floor.url, password=floor.password))


async def two_feeds_cut(floor: Floor) -> None:
    """End two listening connections; after a restart they come back when they come."""
    ended = 0
    async with asyncio.timeout(WAIT_SECONDS):
        while ended < 2:
            ended += await asyncio.to_thread(terminate_feeds, floor.server, floor.name)


async def test_out_of_order_commits_killed_listeners_and_restarts_lose_and_double_nothing(
    own_floor: Floor,
) -> None:
    floor = own_floor
    relay = Relay(url=floor.url, password=floor.password)
    await relay.start()
    await relay.registered()
    relayed, listening = feed_of(floor), feed_of(floor, uses_relay=False)
    heard = [Heard(relayed), Heard(listening)]
    await relayed.open()
    await listening.open()
    assert relay.desks == 1
    writers = Writers(floor.server, floor.name, count=8, seed=7)

    for part in range(6):
        await asyncio.to_thread(writers.step, 300)
        if part in (1, 4):
            # The relay's own connection is among them.
            await two_feeds_cut(floor)
        elif part == 2:
            await relay.stop()
            relay = Relay(url=floor.url, password=floor.password)
            await relay.start()
        elif part == 3:
            writers.close()
            await asyncio.to_thread(floor.server.kill)
            await asyncio.to_thread(floor.server.start)
            writers.connect()
    await asyncio.to_thread(writers.finish)
    for each in heard:
        await each.until(lambda each=each: len(each.ids) >= len(writers.committed))  # type: ignore[misc]

    for each in heard:
        assert each.resets == 0
        assert sorted(each.ids) == sorted(writers.committed)
    # Otherwise the schedule proved nothing.
    assert len(writers.missed_by_numbers) > 10
    writers.close()
    await relayed.close()
    await listening.close()
    await relay.stop()


async def test_a_server_that_hangs_is_noticed_and_nothing_is_lost(own_floor: Floor) -> None:
    house = PostgresHouse(own_floor)
    feed = feed_of(own_floor)
    heard = Heard(feed)
    await feed.open()
    written = events(3)
    own_floor.server.freeze()
    try:
        async with asyncio.timeout(8):
            await heard.until(lambda: feed.state is not FeedState.LIVE)
    finally:
        own_floor.server.thaw()

    await house.write(written)
    await heard.events(written)
    await heard.until(lambda: feed.state is FeedState.LIVE)

    assert sorted(heard.ids) == sorted(event.id for event in written)
    await feed.close()


async def test_closing_does_not_wait_long_for_a_server_that_hangs(own_floor: Floor) -> None:
    feed = feed_of(own_floor)
    await feed.open()
    own_floor.server.freeze()
    try:
        async with asyncio.timeout(6):
            await feed.close()
    finally:
        own_floor.server.thaw()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
async def test_a_dead_or_silent_relay_is_replaced_by_looking(
    floor: Floor, number: signal.Signals
) -> None:
    house = PostgresHouse(floor)
    feed = feed_of(floor)
    heard = Heard(feed)
    first, second = events(3), events(3)
    with relay_process(floor.url, floor.password) as relay:
        await feed.open()
        await house.write(first)
        await heard.events(first)
        assert feed.state is FeedState.LIVE

        relay.send_signal(number)
        await heard.until(lambda: feed.state is FeedState.POLLING)
        await house.write(second)
        await heard.events(second)

    assert sorted(heard.ids) == sorted(event.id for event in first + second)
    await feed.close()


async def test_desks_behind_a_relay_do_not_stay_connected_to_the_database(floor: Floor) -> None:
    relay = Relay(url=floor.url, password=floor.password)
    await relay.start()
    await relay.registered()
    feeds = [feed_of(floor) for _ in range(5)]
    for feed in feeds:
        await feed.open()

    with floor.server.connect() as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [floor.name]
        ).fetchone()

    assert relay.desks == 5
    assert row == (1,)
    for feed in feeds:
        await feed.close()
    await relay.stop()


async def test_a_desk_goes_back_to_the_database_when_the_relay_leaves(floor: Floor) -> None:
    house = PostgresHouse(floor)
    relay = Relay(url=floor.url, password=floor.password)
    await relay.start()
    await relay.registered()
    feed = feed_of(floor)
    heard = Heard(feed)
    await feed.open()
    written = events(2)

    await relay.stop()
    await heard.until(lambda: heard.states[-1] is FeedState.POLLING)
    await heard.until(lambda: feed.state is FeedState.LIVE)
    await house.write(written)
    await heard.events(written)

    assert heard.ids == [event.id for event in written]
    await feed.close()


async def test_a_ring_reaches_desks_behind_the_relay_and_beside_it(floor: Floor) -> None:
    relay = Relay(url=floor.url, password=floor.password)
    await relay.start()
    await relay.registered()
    writing, beside = feed_of(floor), feed_of(floor, uses_relay=False)
    heard = Heard(beside)
    await writing.open()
    await beside.open()
    silent = silent_house(floor)
    written = events(1)

    await silent.write(written)
    writing.ring()
    await heard.events(written)

    assert relay.desks == 1
    await writing.close()
    await beside.close()
    await relay.stop()


async def test_a_burst_goes_past_the_relay(floor: Floor) -> None:
    house = PostgresHouse(floor)
    relay = Relay(url=floor.url, password=floor.password)
    await relay.start()
    await relay.registered()
    feed = feed_of(floor)
    heard = Heard(feed)
    await feed.open()
    burst, after = events(900), events(2)

    await house.write(burst)
    await heard.events(burst)
    await house.write(after)
    await heard.events(after)

    assert sorted(heard.ids) == sorted(event.id for event in burst + after)
    assert heard.resets == 0
    await feed.close()
    await relay.stop()


async def test_a_poll_finds_what_nobody_rang_for(floor: Floor) -> None:
    silent = silent_house(floor)
    feed = feed_of(floor)
    heard = Heard(feed)
    await feed.open()
    written = events(2)

    await silent.write(written)
    async with asyncio.timeout(3):
        await heard.events(written)

    await feed.close()


async def test_a_stranger_learns_nothing_from_the_relay(floor: Floor) -> None:
    relay = Relay(url=floor.url, password=floor.password)
    await relay.start()
    with PostgresReader(floor.url, password=floor.password) as reader:
        life = reader.life

    with pytest.raises(RelayLostError, match="closed"):
        await asyncio.to_thread(RelayClient, relay.address, token="guessed", life=life)

    assert relay.desks == 0
    await relay.stop()


async def test_a_role_that_may_not_see_relays_listens_to_the_database(floor: Floor) -> None:
    relay = Relay(url=floor.url, password=floor.password)
    await relay.start()
    await relay.registered()
    with floor.server.connect(floor.name) as connection:
        floor.server.create_role("outsider", "LOGIN BYPASSRLS")
        connection.execute(f"GRANT CONNECT ON DATABASE {floor.name} TO outsider")
        connection.execute("GRANT agent_desk_dealer TO outsider")
    feed = PostgresChangeFeed(
        url=floor.server.url(floor.name, user="outsider"), password=floor.password
    )
    heard = Heard(feed)
    await feed.open()
    written = events(1)

    await PostgresHouse(floor).write(written)
    await heard.events(written)

    assert (feed.state, relay.desks) == (FeedState.LIVE, 0)
    await feed.close()
    await relay.stop()
