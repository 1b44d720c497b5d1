"""What a service log keeps beyond its port when it lies in a database: whose orders it reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from agent_desk.domain.calendar_document import document_of
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import AgentId, EventId
from agent_desk.domain.order_replay import replay_orders
from agent_desk.domain.rights import Person, Role
from agent_desk.domain.service_history import (
    ENDED_DAYS,
    OrderHistory,
    acknowledgement_from,
)
from agent_desk.domain.service_target import ServicePolicy, ServiceStep
from agent_desk.domain.ticket import Priority
from agent_desk.domain.work_order import WorkOrderState
from agent_desk.ports.storage import UnitOfWork
from tests.contracts.service_log_contract import WAY, ServiceLogContract, noted
from tests.contracts.storage_contract import a_department
from tests.contracts.storage_samples import AGENT, NOW, fresh_id
from tests.contracts.stored_log_house import StoredLogHouse
from tests.unit.domain.service_cases import NIGHT, OFFICE

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
        await house.happen(own, *WAY, department=department)
        await house.happen(other, *WAY)
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

    async def test_a_moment_names_the_hours_of_whoever_had_the_order(
        self, house: StoredLogHouse
    ) -> None:
        department = await a_department(house.storage)
        order_id = await house.order(department_id=department)
        await house.happen(order_id, WAY[0])
        given = replace(WAY[1], calendar=NIGHT.id)
        await house.happen(order_id, given, department=department)
        hours = {department: NIGHT.id}
        found = await house.storage.read(
            lambda uow: uow.service_records.histories([order_id], hours=hours)
        )
        assert found == {order_id: OrderHistory(moments=(WAY[0], given))}

    async def test_a_moment_names_the_level_that_a_contract_promised(
        self, house: StoredLogHouse
    ) -> None:
        order_id = await house.order()
        promised = replace(WAY[1], level="gold")
        await house.happen(order_id, *WAY[:2], promised)
        found = await house.log.histories([order_id])
        assert found == {order_id: OrderHistory(moments=(*WAY[:2], promised))}

    async def test_without_an_import_the_built_in_policy_holds(self, house: StoredLogHouse) -> None:
        policy = await house.log.policy()
        assert policy is await house.log.policy()
        assert _within(policy) == timedelta(hours=1)

    async def test_the_newest_policy_holds_by_the_calendars_that_are_stored(
        self, house: StoredLogHouse
    ) -> None:
        await house.storage.write(lambda uow: uow.calendars.put([OFFICE]))
        for version, minutes in enumerate((20, 30), 1):
            kept = await house.storage.write(partial(_keep, minutes=minutes))
            assert kept == version
        policy = await house.log.policy()
        assert _within(policy) == timedelta(minutes=30)
        assert policy is await house.log.policy()
        target = policy.target(ServiceStep.ACCEPT, Priority.P1)
        assert target is not None
        assert document_of(policy.calendar(target, None)) == document_of(OFFICE)

    @pytest.mark.expected_logs("service policy 1 is not understood here: .*house")
    async def test_a_policy_that_is_not_understood_leaves_the_built_in_one(
        self, house: StoredLogHouse
    ) -> None:
        await house.storage.write(partial(_keep, minutes=20))
        assert _within(await house.log.policy()) == timedelta(hours=1)

    async def test_an_acknowledgement_lies_in_the_orders_stream_and_moves_nothing(
        self, house: StoredLogHouse
    ) -> None:
        order_id = await house.order()
        event = noted(order_id, AGENT)
        await house.log.acknowledge(event, id=EventId(fresh_id()))
        (stored,) = await house.storage.read(lambda u: u.events.of(Stream.WORK_ORDER, order_id))
        assert acknowledgement_from(stored) == event
        assert replay_orders([stored]).orders == {}


def _keep(uow: UnitOfWork, *, minutes: int) -> int:
    target = {"step": "ACCEPT", "priority": "P1", "minutes": minutes}
    tables = {"house": OFFICE.id, "targets": [target]}
    return uow.service_records.keep_policy(tables, by=AGENT, at=NOW)


def _within(policy: ServicePolicy) -> timedelta:
    target = policy.target(ServiceStep.ACCEPT, Priority.P1)
    assert target is not None
    return target.within
