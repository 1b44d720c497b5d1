"""Which escalations who sees, on a database file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from agent_desk.domain.identifiers import AgentId, WorkOrderId
from agent_desk.domain.rights import Person, Role
from agent_desk.domain.service_clock import ServiceMoment
from agent_desk.domain.ticket import Priority
from agent_desk.domain.work_order import WorkOrderState
from agent_desk.services.access import Access
from agent_desk.services.escalation_list import EscalationList
from agent_desk.services.event_bus import EventBus
from agent_desk.services.service_levels import ServiceLevels, ServiceLevelsChangedEvent
from db.sqlite_storage import SqliteStorage
from tests.contracts.storage_samples import AGENT, NOW
from tests.contracts.stored_log_house import StoredLogHouse
from tests.fakes.desk_file import new_desk_file
from tests.fakes.manual_clock import ManualClock
from tests.unit.services.acknowledging import acknowledge
from tests.unit.services.bench import Seen

_S = WorkOrderState
HOUR = timedelta(hours=1)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[StoredLogHouse]:
    storage = SqliteStorage(path=new_desk_file(tmp_path), calling_code="86")
    await storage.open()
    yield StoredLogHouse(storage)
    await storage.close()


async def waiting(house: StoredLogHouse, state: WorkOrderState, since: timedelta) -> WorkOrderId:
    """Return an order at P1 that has been in ``state`` for so long."""
    order_id = await house.order(state=state, priority=Priority.P1)
    at = NOW - since
    moment = ServiceMoment(at=at, state=state.value, priority=Priority.P1)
    await house.happen(order_id, moment)
    return order_id


class Desk:
    """Somebody's list, read once."""

    def __init__(self, house: StoredLogHouse, *roles: Role) -> None:
        access = Access(Person(login=AGENT, name="", roles=frozenset(roles)))
        self.bus, self.seen = EventBus(), Seen()
        self.bus.subscribe(ServiceLevelsChangedEvent, self.seen.add)
        self.levels = ServiceLevels(
            log=house.log_of(access.person), bus=self.bus, clock=ManualClock(NOW), access=access
        )
        self.list = EscalationList(storage=house.storage, levels=self.levels, access=access)

    async def begin(self) -> None:
        """Return when every order was read."""
        await self.levels.start()
        while not self.levels.is_complete:
            await self.seen.nth(
                ServiceLevelsChangedEvent, len(self.seen.all(ServiceLevelsChangedEvent)) + 1
            )


async def test_a_supervisor_sees_what_everybody_was_told_and_acknowledges_their_own(
    house: StoredLogHouse,
) -> None:
    undispatched = await waiting(house, _S.PENDING_DISPATCH, 0.6 * HOUR)
    unaccepted = await waiting(house, _S.ASSIGNED, 1.1 * HOUR)
    nearly = await waiting(house, _S.ASSIGNED, 0.9 * HOUR)
    await waiting(house, _S.ASSIGNED, 0.1 * HOUR)
    desk = Desk(house, Role.SUPERVISOR)
    await desk.begin()
    overview = await desk.list.overview()
    assert [one.line.order.id for one in overview.mine] == [unaccepted]
    assert [one.line.order.id for one in overview.others] == [undispatched]
    assert [one.line.order.id for one in overview.soon] == [nearly]
    assert (overview.done, overview.left_out, overview.is_complete) == ((), 0, True)
    assert overview.mine[0].within == HOUR
    await desk.levels.stop()


async def test_a_dispatcher_sees_their_own_and_what_is_due_soon(house: StoredLogHouse) -> None:
    undispatched = await waiting(house, _S.PENDING_DISPATCH, 0.6 * HOUR)
    await waiting(house, _S.ASSIGNED, 1.1 * HOUR)
    nearly = await waiting(house, _S.ASSIGNED, 0.9 * HOUR)
    desk = Desk(house, Role.DISPATCHER)
    await desk.begin()
    overview = await desk.list.overview()
    assert [one.line.order.id for one in overview.mine] == [undispatched]
    assert overview.others == ()
    assert [one.line.order.id for one in overview.soon] == [nearly]
    await desk.levels.stop()


async def test_an_agent_whom_no_policy_tells_sees_nothing(house: StoredLogHouse) -> None:
    await waiting(house, _S.ASSIGNED, 1.1 * HOUR)
    desk = Desk(house, Role.AGENT)
    await desk.begin()
    assert await desk.list.overview() == type(await desk.list.overview())()
    await desk.levels.stop()


async def test_what_was_acknowledged_stays_with_note_and_name(house: StoredLogHouse) -> None:
    order_id = await waiting(house, _S.ASSIGNED, 1.1 * HOUR)
    desk = Desk(house, Role.SUPERVISOR)
    await desk.begin()
    await acknowledge(desk.levels, order_id, "ACCEPT.1.P1.100", "called")
    while desk.levels.mine:
        await desk.seen.nth(
            ServiceLevelsChangedEvent, len(desk.seen.all(ServiceLevelsChangedEvent)) + 1
        )
    overview = await desk.list.overview()
    assert overview.mine == ()
    (done,) = overview.done
    assert done.escalation is not None
    assert done.escalation.acknowledged is not None
    assert done.escalation.acknowledged.note == "called"
    assert done.escalation.acknowledged.by == AgentId(AGENT)
    await desk.levels.stop()
