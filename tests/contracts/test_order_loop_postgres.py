"""The loop of an order on a PostgreSQL database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from agent_desk.ports.storage import Storage
from db.postgres_storage import PostgresStorage
from tests.contracts.attachment_contract import AttachmentContract
from tests.contracts.complaints_contract import ComplaintsContract
from tests.contracts.order_loop_contract import OrderLoopContract
from tests.contracts.order_talk_contract import OrderTalkContract
from tests.contracts.products_contract import ProductsContract
from tests.servers.fixtures import Floor


class TestOrderLoopOnPostgres(
    OrderLoopContract,
    OrderTalkContract,
    AttachmentContract,
    ProductsContract,
    ComplaintsContract,
):
    @pytest.fixture
    async def storage(self, floor: Floor) -> AsyncIterator[Storage]:
        storage = PostgresStorage(url=floor.url, password=floor.password, calling_code="86")
        await storage.open()
        yield storage
        await storage.close()
