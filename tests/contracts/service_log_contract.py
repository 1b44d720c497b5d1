"""What every implementation of `ports.service_log.ServiceLog` keeps."""

from typing import Protocol

from agent_desk.domain.escalation import EscalationAcknowledgedEvent
from agent_desk.domain.identifiers import AgentId, EventId, WorkOrderId, derived_uuid7
from agent_desk.domain.rights import Role
from agent_desk.domain.service_clock import ServiceMoment
from agent_desk.domain.service_history import OrderHistory
from agent_desk.domain.ticket import Priority
from agent_desk.ports.service_log import ServiceLog
from tests.contracts.storage_samples import fresh_id
from tests.unit.domain.service_cases import moment

WAY = (moment(0, "PENDING_DISPATCH"), moment(5, "ASSIGNED"), moment(9, "ASSIGNED", Priority.P1))


class LogHouse(Protocol):
    """A log, and orders that are there and to which things happen."""

    @property
    def log(self) -> ServiceLog:
        """The log."""
        ...

    async def order(self) -> WorkOrderId:
        """Return an order that is under way and to which nothing happened yet."""
        ...

    async def happen(self, order_id: WorkOrderId, *moments: ServiceMoment) -> None:
        """Let ``moments`` happen to the order."""
        ...


def noted(order_id: WorkOrderId, login: str) -> EscalationAcknowledgedEvent:
    return EscalationAcknowledgedEvent(
        order_id=order_id,
        alert_key="ACCEPT.1.P2.100",
        role=Role.SUPERVISOR,
        by=AgentId(login),
        at=WAY[1].at,
        note="电话已打",
    )


class ServiceLogContract:
    """A subclass gives the fixture ``house``; what is read is what happened, in its order."""

    async def test_reads_every_order_that_is_under_way(self, house: LogHouse) -> None:
        first, second = await house.order(), await house.order()
        await house.happen(first, WAY[0])
        await house.happen(second, WAY[0])
        await house.happen(first, *WAY[1:])
        followed = await house.log.followed()
        assert set(followed) == {first, second}
        assert await house.log.histories(followed) == {
            first: OrderHistory(moments=WAY),
            second: OrderHistory(moments=WAY[:1]),
        }

    async def test_reads_only_what_was_asked_for_and_is_known(self, house: LogHouse) -> None:
        first, second = await house.order(), await house.order()
        await house.happen(first, *WAY)
        await house.happen(second, WAY[0])
        nobodys = WorkOrderId(fresh_id())
        assert set(await house.log.histories({second, nobodys})) == {second}
        assert await house.log.histories([]) == {}

    async def test_keeps_what_several_people_acknowledged(self, house: LogHouse) -> None:
        order = await house.order()
        await house.happen(order, *WAY[:2])
        events = tuple(noted(order, login) for login in ("ling", "wei"))
        for event in events:
            for _ in range(2):
                await house.log.acknowledge(event, id=EventId(derived_uuid7(order, event.by)))
        await house.happen(order, WAY[2])
        expected = {order: OrderHistory(moments=WAY, acknowledged=events)}
        assert await house.log.histories([order]) == expected
