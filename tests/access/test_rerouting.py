"""What a dealer declines is sent on by a desk in the house, under the rights of each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from agent_desk.domain.customer import NewCustomer
from agent_desk.domain.errors import RightsError
from agent_desk.domain.identifiers import DepartmentId
from agent_desk.domain.ticket import Resolution
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from agent_desk.ports.storage import Storage
from db.postgres_storage import PostgresStorage
from tests.access.floor import ADMINISTRATOR, AGENT, DEALER, SUPERVISOR
from tests.access.staff import WANG_NUMBER, desk_at
from tests.access.test_whole_desks import logged
from tests.fakes.manual_clock import ManualClock
from tests.servers.fixtures import Floor
from tests.unit.services.bench import WAIT_SECONDS
from tests.unit.services.routing_house import a_rule, hold


@pytest.fixture
async def owner(staffed: Floor) -> AsyncIterator[Storage]:
    """The floor as its owner has it; the rules that a test lets hold end with it."""
    storage = PostgresStorage(url=staffed.url, password=staffed.password)
    await storage.open()
    yield storage
    await hold(storage)
    await storage.close()


async def department(storage: Storage, name: str) -> DepartmentId:
    found = await storage.read(lambda unit: unit.catalogue.departments())
    return next(one.id for one in found if one.name == name)


async def test_an_order_goes_to_the_next_dealer_when_the_first_declines(
    staffed: Floor, owner: Storage
) -> None:
    clock = ManualClock()
    repair, logistics = [await department(owner, name) for name in ("Repair centre", "Logistics")]
    await hold(owner, a_rule("first", repair), a_rule("then", logistics))
    async with desk_at(staffed, AGENT, clock) as (agent, place):
        card = await agent.customers.create(NewCustomer(name="王伟", number=WANG_NUMBER))
        ticket = await logged(agent, card.customer.id, "Refund", Resolution.WORK_ORDER)
        (order,) = await place.storage.read(lambda uow: uow.orders.of_ticket(ticket.id))
        assert order.department_id == repair

        async with desk_at(staffed, DEALER, clock) as (dealer, _):
            await dealer.orders.decline(order.id, order.version, "no time")

        async def sent_on() -> WorkOrder:
            async with asyncio.timeout(WAIT_SECONDS):
                while True:
                    now = await agent.orders.get(order.id)
                    if now.state is WorkOrderState.ASSIGNED and now.department_id != repair:
                        return now
                    await asyncio.sleep(0.02)

        now = await sent_on()
    assert now.department_id == logistics
    assert now.routing is not None
    # Whoever has it now reads its row, and is not to know who did not want it.
    assert now.routing.passed_over == ()
    assert now.routing.assignee == logistics


async def test_the_server_lets_administrators_alone_change_the_rules(
    staffed: Floor, owner: Storage
) -> None:
    logistics = await department(owner, "Logistics")
    clock = ManualClock()
    rules = (a_rule("all", logistics),)
    async with desk_at(staffed, SUPERVISOR, clock) as (desk, place):
        with pytest.raises(RightsError):
            await hold(place.storage, *rules)
        version = (await desk.routing.rulebook()).version
    async with desk_at(staffed, ADMINISTRATOR, clock) as (desk, place):
        saved = await desk.routing.save(rules, version=version)
    assert (saved.version, saved.saved_by) == (version + 1, place.login)
