"""A service log in a database, with orders in its tables."""

from __future__ import annotations

from agent_desk.domain.event_log import LoggedEvent, Stream
from agent_desk.domain.identifiers import DepartmentId, EventId, WorkOrderId, new_uuid7
from agent_desk.domain.rights import Person, Role
from agent_desk.domain.service_clock import ServiceMoment
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from agent_desk.ports.storage import Storage
from agent_desk.services.access import Access
from agent_desk.services.stored_service_log import StoredServiceLog
from tests.contracts.storage_contract import add, add_order, add_ticket
from tests.contracts.storage_samples import AGENT, NOW, a_customer
from tests.fakes.manual_clock import ManualClock

SUPERVISOR = Person(login=AGENT, name="Ling", roles=frozenset({Role.SUPERVISOR}))


class StoredLogHouse:
    """``tests.contracts.service_log_contract.LogHouse`` in ``storage``."""

    def __init__(self, storage: Storage, person: Person = SUPERVISOR) -> None:
        """Read as ``person``."""
        self.storage = storage
        self.log = self.log_of(person)

    def log_of(self, person: Person) -> StoredServiceLog:
        """Return the log as ``person`` reads it."""
        return StoredServiceLog(storage=self.storage, access=Access(person), clock=ManualClock(NOW))

    async def order(self, **fields: object) -> WorkOrderId:
        """Return an order that is under way and to which nothing happened yet."""
        return (await self.stored_order(**fields)).id

    async def stored_order(self, **fields: object) -> WorkOrder:
        """Return an order with these ``fields``."""
        ticket = await add_ticket(self.storage, await add(self.storage, a_customer()))
        state = WorkOrderState.ASSIGNED
        return await add_order(self.storage, ticket, **{"state": state, **fields})

    async def happen(
        self,
        order_id: WorkOrderId,
        *moments: ServiceMoment,
        department: DepartmentId | None = None,
    ) -> None:
        """Let ``moments`` happen to the order, which ``department`` has."""
        events = [
            LoggedEvent(
                id=EventId(new_uuid7(moment.at)),
                stream=Stream.WORK_ORDER,
                stream_id=order_id,
                kind="OrderChanged",
                at=moment.at,
                actor=AGENT,
                payload={
                    "state": moment.state,
                    "priority": moment.priority.value,
                    "department_id": department,
                    "service_level": moment.level,
                },
            )
            for moment in moments
        ]
        await self.storage.write(lambda uow: uow.events.append(events))
