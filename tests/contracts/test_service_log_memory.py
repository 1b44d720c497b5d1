from agent_desk.domain.identifiers import WorkOrderId
from agent_desk.domain.service_clock import ServiceMoment
from agent_desk.ports.service_log import ServiceLog
from tests.contracts.service_log_contract import ServiceLogContract
from tests.fakes.memory_service_log import MemoryServiceLog


class TestMemoryServiceLog(ServiceLogContract):
    def make(self) -> ServiceLog:
        return MemoryServiceLog()

    def happen(self, log: ServiceLog, order_id: WorkOrderId, *moments: ServiceMoment) -> None:
        assert isinstance(log, MemoryServiceLog)
        log.add(order_id, *moments)
