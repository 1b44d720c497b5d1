"""What a service log keeps beyond its port when it lies in a database: whose orders it reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.order_replay import replay_orders
from agent_desk.domain.rights import Person, Role
from agent_desk.domain.service_history import (
    ENDED_DAYS,
    OrderHistory,
    acknowledgement_from,
)
from agent_desk.domain.work_order import WorkOrderState
from tests.contracts.service_log_contract import WAY, ServiceLogContract, noted
from tests.contracts.storage_contract import a_department
from tests.contracts.storage_samples import AGENT, NOW
from tests.contracts.stored_log_house import StoredLogHouse

_S = WorkOrderState


class StoredLogContract(ServiceLogContract):
    """A subclass gives the fixture ``house``: a log in an open database."""

    async def test_an_order_that_ended_is_read_for_two_weeks(self, house: StoredLogHouse) -> None:
        day = timedelta(days=1)
        recent = await house.order(state=_S.CANCELLED, changed_at=NOW - (ENDED_DAYS - 1) * day)
        former = await house.order(state=_S.CANCELLED, changed_at=NOW - (ENDED_DAYS + 1) * day)
        waiting = await house.order(state=_S.ASSIGNED, changed_at=NOW - 90 * day)
        for order_id in (recent, former, waiting):
            await house.happen(order_id, *WAY)
        assert set(await house.log.followed()) == {recent, waiting}
        assert set(await house.log.histories([former])) == {former}

    async def test_a_department_reads_its_own_orders(self, house: StoredLogHouse) -> None:
        department = await a_department(house.storage)
        own, other = await house.order(department_id=department), await house.order()
        for order_id in (own, other):
            await house.happen(order_id, *WAY)
        roles = frozenset({Role.DEPARTMENT})
        log = house.log_of(Person(login=AGENT, name="", roles=roles, department_id=department))
        assert set(await log.followed()) == {own}
        assert set(await log.histories([own, other])) == {own}

    async def test_an_agent_follows_their_own_orders_and_looks_at_others(
        self, house: StoredLogHouse
    ) -> None:
        own, other = await house.order(), await house.order(owner=AgentId("else"))
        for order_id in (own, other):
            await house.happen(order_id, *WAY)
        log = house.log_of(Person(login=AGENT, name="", roles=frozenset({Role.AGENT})))
        assert set(await log.followed()) == {own}
        assert set(await log.histories([other])) == {other}

    async def test_what_changes_no_clock_is_left_out(self, house: StoredLogHouse) -> None:
        order_id = await house.order()
        again = replace(WAY[1], at=WAY[1].at + timedelta(minutes=1))
        await house.happen(order_id, *WAY[:2], again, WAY[2])
        assert await house.log.histories([order_id]) == {order_id: OrderHistory(moments=WAY)}

    async def test_an_acknowledgement_lies_in_the_orders_stream_and_moves_nothing(
        self, house: StoredLogHouse
    ) -> None:
        order_id = await house.order()
        event = noted(order_id, AGENT)
        await house.log.acknowledge(event)
        (stored,) = await house.storage.read(lambda u: u.events.of(Stream.WORK_ORDER, order_id))
        assert acknowledgement_from(stored) == event
        assert replay_orders([stored]).orders == {}
