"""The service log in a PostgreSQL database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from db.postgres_storage import PostgresStorage
from tests.contracts.stored_log_contract import StoredLogContract
from tests.contracts.stored_log_house import StoredLogHouse
from tests.servers.fixtures import Floor


class TestServiceLogInPostgres(StoredLogContract):
    @pytest.fixture
    async def house(self, floor: Floor) -> AsyncIterator[StoredLogHouse]:
        storage = PostgresStorage(url=floor.url, password=floor.password, calling_code="86")
        await storage.open()
        yield StoredLogHouse(storage)
        await storage.close()
