"""The loop of an order on an SQLite file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent_desk.ports.storage import Storage
from db.sqlite_storage import SqliteStorage
from tests.contracts.attachment_contract import AttachmentContract
from tests.contracts.complaints_contract import ComplaintsContract
from tests.contracts.order_loop_contract import OrderLoopContract
from tests.contracts.order_talk_contract import OrderTalkContract
from tests.contracts.products_contract import ProductsContract
from tests.fakes.desk_file import new_desk_file


class TestOrderLoopOnSqlite(
    OrderLoopContract,
    OrderTalkContract,
    AttachmentContract,
    ProductsContract,
    ComplaintsContract,
):
    @pytest.fixture
    async def storage(self, tmp_path: Path) -> AsyncIterator[Storage]:
        storage = SqliteStorage(path=new_desk_file(tmp_path), calling_code="86")
        await storage.open()
        yield storage
        await storage.close()
