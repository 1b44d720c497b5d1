"""The change feed contract on PostgreSQL, by the bell, by polling, and through a relay."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from agent_desk.domain.change import MAX_CATCH_UP
from agent_desk.domain.event_log import LoggedEvent
from db.change_feed.postgres import PostgresChangeFeed
from db.change_feed.postgres_reader import CHANNEL
from db.change_feed.relay import Relay
from db.postgres_engine import writing_engine
from tests.contracts.change_feed_contract import ChangeFeedContract, CutFeedContract
from tests.contracts.feed_house import EngineHouse
from tests.servers.fixtures import Floor


class PostgresHouse(EngineHouse):
    """A migrated database of the test's own on the suite's server."""

    def __init__(self, floor: Floor) -> None:
        super().__init__(writing_engine(floor.url, password=floor.password))
        self._floor = floor

    def feed(self, *, max_catch_up: int = MAX_CATCH_UP) -> PostgresChangeFeed:
        return PostgresChangeFeed(
            url=self._floor.url, password=self._floor.password, max_catch_up=max_catch_up
        )

    async def write(self, events: Sequence[LoggedEvent]) -> None:
        await super().write(events)
        await asyncio.to_thread(self._ring)

    async def restore(self) -> None:
        await super().restore()
        await asyncio.to_thread(self._ring)

    async def cut(self) -> None:
        await asyncio.to_thread(self._allow, False)

    async def heal(self) -> None:
        await asyncio.to_thread(self._allow, True)

    def _ring(self) -> None:
        with self._floor.server.connect(self._floor.name) as connection:
            connection.execute(f"NOTIFY {CHANNEL}")

    def _allow(self, connections: bool) -> None:
        name = self._floor.name
        with self._floor.server.connect() as connection:
            connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {connections}")
            if not connections:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                    [name],
                )


class TestPostgresChangeFeed(CutFeedContract):
    @pytest.fixture
    def house(self, floor: Floor) -> PostgresHouse:
        return PostgresHouse(floor)


class TestRelayedChangeFeed(ChangeFeedContract):
    @pytest.fixture
    async def house(self, floor: Floor) -> AsyncIterator[PostgresHouse]:
        relay = Relay(url=floor.url, password=floor.password)
        await relay.start()
        await relay.registered()
        yield PostgresHouse(floor)
        await relay.stop()
