"""Service clocks under everybody's own rights on a server, and two who take note at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from agent_desk.domain.identifiers import WorkOrderId
from agent_desk.domain.rights import Role
from agent_desk.domain.service_clock import Deadline
from agent_desk.services.access import Access
from agent_desk.services.escalation_list import EscalationList
from agent_desk.services.event_bus import EventBus
from agent_desk.services.service_levels import ServiceLevels
from agent_desk.services.stored_service_log import StoredServiceLog
from tests.access.floor import (
    ADMINISTRATOR,
    AGENT,
    AUDITOR,
    DEALER,
    DEPARTMENT,
    DISPATCHER,
    NOW,
    RIVAL,
    SUPERVISOR,
)
from tests.access.test_desks import Desk, desk_of, raised
from tests.fakes.manual_clock import ManualClock
from tests.servers.fixtures import Floor
from tests.unit.services.acknowledging import acknowledge

KEY = "ACCEPT.1.P3.100"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


async def levels_of(desk: Desk) -> tuple[ServiceLevels, EscalationList]:
    """Return what ``desk`` follows, read once, and the list of it."""
    access = Access(await desk.storage.read(lambda uow: uow.people.get(desk.login)))
    log = StoredServiceLog(storage=desk.storage, access=access, clock=desk.clock)
    levels = ServiceLevels(log=log, bus=EventBus(), clock=desk.clock, access=access)
    await levels.start()
    async with asyncio.timeout(20):
        while not levels.is_complete:
            await asyncio.sleep(0)
    await levels.stop()
    return levels, EscalationList(storage=desk.storage, levels=levels, access=access)


async def test_each_role_follows_what_it_may_see_and_reckons_alike(
    staffed: Floor, clock: ManualClock
) -> None:
    async with desk_of(staffed, AGENT, clock) as agent:
        _, order = await raised(agent, "Defect under warranty")
    clock.advance(3600)
    seen: dict[str, Deadline | None] = {}
    for login in (SUPERVISOR, DISPATCHER, AGENT, DEALER, RIVAL, DEPARTMENT, AUDITOR):
        async with desk_of(staffed, login, clock) as desk:
            levels, listed = await levels_of(desk)
            seen[login] = levels.deadline(order.id)
            await listed.overview()
    due = {login: deadline.due_at for login, deadline in seen.items() if deadline is not None}
    assert due.keys() == {SUPERVISOR, DISPATCHER, AGENT, DEALER, AUDITOR}
    assert set(due.values()) == {NOW + timedelta(hours=24)}


async def test_an_administrator_looks_at_an_order_without_following_any(
    staffed: Floor, clock: ManualClock
) -> None:
    async with desk_of(staffed, AGENT, clock) as agent:
        _, order = await raised(agent, "Defect under warranty")
    async with desk_of(staffed, ADMINISTRATOR, clock) as desk:
        levels, _ = await levels_of(desk)
        assert levels.deadline(order.id) is None
        assert await levels.deadlines([order.id]) == {}


async def test_two_supervisors_who_take_note_at_once_agree_on_who_did(
    staffed: Floor, clock: ManualClock
) -> None:
    async with desk_of(staffed, AGENT, clock) as agent:
        _, order = await raised(agent, "Defect under warranty")
    clock.advance(25 * 3600)
    async with (
        desk_of(staffed, SUPERVISOR, clock) as first,
        desk_of(staffed, SUPERVISOR, clock) as second,
    ):
        here, _ = await levels_of(first)
        there, _ = await levels_of(second)
        assert order.id in {one.order_id for one in here.mine}
        await asyncio.gather(
            acknowledge(here, order.id, KEY, "here"), acknowledge(there, order.id, KEY, "there")
        )
        found = [await _note(desk, order.id) for desk in (first, second)]
        assert found[0] == found[1]
        assert found[0][0] in {"here", "there"}
        assert found[0][1] is Role.SUPERVISOR


async def _note(desk: Desk, order_id: WorkOrderId) -> tuple[str, Role]:
    levels, listed = await levels_of(desk)
    done = next(
        one.escalation for one in (await listed.overview()).done if one.line.order.id == order_id
    )
    assert order_id not in {one.order_id for one in levels.mine}
    assert done is not None
    assert done.acknowledged is not None
    return done.acknowledged.note, done.role
