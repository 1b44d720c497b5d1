"""The service log that tests write in memory."""

import pytest

from agent_desk.domain.identifiers import WorkOrderId
from agent_desk.domain.service_clock import ServiceMoment
from tests.contracts.service_log_contract import LogHouse, ServiceLogContract
from tests.contracts.storage_samples import fresh_id
from tests.fakes.memory_service_log import MemoryServiceLog
from tests.unit.domain.service_cases import policy


class MemoryHouse:
    def __init__(self) -> None:
        self.log = MemoryServiceLog(policy())

    async def order(self) -> WorkOrderId:
        return WorkOrderId(fresh_id())

    async def happen(self, order_id: WorkOrderId, *moments: ServiceMoment) -> None:
        self.log.add(order_id, *moments)


class TestMemoryServiceLog(ServiceLogContract):
    @pytest.fixture
    def house(self) -> LogHouse:
        return MemoryHouse()
