"""Routing in an SQLite file and on a PostgreSQL database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent_desk.ports.storage import Storage
from db.postgres_storage import PostgresStorage
from db.sqlite_storage import SqliteStorage
from tests.contracts.routing_book_contract import RoutingBookContract
from tests.fakes.desk_file import new_desk_file
from tests.servers.fixtures import Floor


class TestRoutingBookOnSqlite(RoutingBookContract):
    @pytest.fixture
    async def storage(self, tmp_path: Path) -> AsyncIterator[Storage]:
        storage = SqliteStorage(path=new_desk_file(tmp_path))
        await storage.open()
        yield storage
        await storage.close()


class TestRoutingBookOnPostgres(RoutingBookContract):
    @pytest.fixture
    async def storage(self, floor: Floor) -> AsyncIterator[Storage]:
        storage = PostgresStorage(url=floor.url, password=floor.password)
        await storage.open()
        yield storage
        await storage.close()
