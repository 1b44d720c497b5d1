"""What every implementation of `ports.service_log.ServiceLog` keeps."""

from agent_desk.domain.escalation import EscalationAcknowledgedEvent
from agent_desk.domain.identifiers import AgentId, WorkOrderId
from agent_desk.domain.service_clock import ServiceMoment
from agent_desk.ports.service_log import ServiceLog
from tests.unit.domain.service_cases import moment

FIRST, SECOND = WorkOrderId("first"), WorkOrderId("second")
WAY = (moment(0, "PENDING_DISPATCH"), moment(5, "ASSIGNED"))


class ServiceLogContract:
    """Orders happen by `happen`; what is read is what happened, in its order."""

    def make(self) -> ServiceLog:
        raise NotImplementedError

    def happen(self, log: ServiceLog, order_id: WorkOrderId, *moments: ServiceMoment) -> None:
        raise NotImplementedError

    async def test_reads_every_order_that_is_under_way(self) -> None:
        log = self.make()
        self.happen(log, FIRST, *WAY)
        self.happen(log, SECOND, WAY[0])
        found = {key: tuple(moments) for key, moments in (await log.moments()).items()}
        assert found == {FIRST: WAY, SECOND: WAY[:1]}

    async def test_reads_only_what_was_asked_for_and_is_known(self) -> None:
        log = self.make()
        self.happen(log, FIRST, *WAY)
        self.happen(log, SECOND, WAY[0])
        assert set(await log.moments({SECOND, WorkOrderId("nobody's")})) == {SECOND}
        assert await log.moments([]) == {}

    async def test_keeps_acknowledgements(self) -> None:
        log = self.make()
        self.happen(log, FIRST, *WAY)
        events = [
            EscalationAcknowledgedEvent(
                order_id=FIRST,
                alert_key="ACCEPT.1.P2.100",
                by=AgentId(login),
                at=WAY[1].at,
                note="电话已打",
            )
            for login in ("ling", "wei")
        ]
        assert list(await log.acknowledged()) == []
        for event in events:
            await log.acknowledge(event)
        assert list(await log.acknowledged()) == events
