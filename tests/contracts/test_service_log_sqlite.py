"""The service log in an SQLite file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from db.sqlite_storage import SqliteStorage
from tests.contracts.stored_log_contract import StoredLogContract
from tests.contracts.stored_log_house import StoredLogHouse
from tests.fakes.desk_file import new_desk_file


class TestServiceLogInSqlite(StoredLogContract):
    @pytest.fixture
    async def house(self, tmp_path: Path) -> AsyncIterator[StoredLogHouse]:
        storage = SqliteStorage(path=new_desk_file(tmp_path), calling_code="86")
        await storage.open()
        yield StoredLogHouse(storage)
        await storage.close()
