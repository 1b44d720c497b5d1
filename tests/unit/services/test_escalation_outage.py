"""The same escalations on every desk: after an outage, over holidays, acknowledged twice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_desk.domain.calendar_files import read_calendars
from agent_desk.domain.escalation import Escalation
from agent_desk.domain.identifiers import AgentId, WorkOrderId
from agent_desk.domain.rights import Person, Role
from agent_desk.domain.service_clock import ServiceMoment
from agent_desk.domain.service_target import ServicePolicy, ServiceStep, ServiceTarget
from agent_desk.domain.ticket import Priority
from agent_desk.domain.working_calendar import CalendarId
from agent_desk.services import service_levels as module
from agent_desk.services.access import Access
from agent_desk.services.change_watch import SharedRecordsReloadEvent
from agent_desk.services.event_bus import EventBus
from agent_desk.services.service_levels import ServiceLevels
from tests.fakes.manual_clock import ManualClock
from tests.fakes.memory_service_log import MemoryServiceLog
from tests.unit.domain.service_cases import MARKS, histories, policy
from tests.unit.services.acknowledging import acknowledge

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
ORDER, CALM = WorkOrderId("order"), WorkOrderId("calm")


@pytest.fixture(autouse=True, scope="module")
def _looks_at_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "GATHER_SECONDS", 0)
        yield


class OneDesk:
    """A supervisor's desk on a shared log, with a clock of its own."""

    def __init__(self, log: MemoryServiceLog, now: datetime, login: str = "ling") -> None:
        self.clock = ManualClock(now)
        self.bus = EventBus()
        roles = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
        person = Person(login=AgentId(login), name=login, roles=roles)
        self.levels = ServiceLevels(log=log, bus=self.bus, clock=self.clock, access=Access(person))

    async def look(self, now: datetime | None = None) -> tuple[Escalation, ...]:
        """Read everything at ``now`` and return what is then listed."""
        if now is not None:
            self.clock.advance((now - self.clock.now()).total_seconds())
        self.bus.publish(SharedRecordsReloadEvent())
        for _ in range(80):
            await asyncio.sleep(0)
        return self.levels.listed


@settings(max_examples=15, deadline=None)
@given(history=histories(), looks=st.lists(st.floats(0.01, 0.99), max_size=2))
def test_a_desk_that_was_off_sees_what_one_saw_that_was_on(
    history: Sequence[ServiceMoment], looks: list[float]
) -> None:
    """One desk looks at any times on the way, one comes back when everything is over."""
    begin, end = history[0].at, history[-1].at + timedelta(days=3)

    async def play() -> None:
        log = MemoryServiceLog(policy())
        awake = OneDesk(log, begin)
        await awake.levels.start()
        told = 0
        for share in sorted(looks):
            now = begin + (end - begin) * share
            due = [moment for moment in history if moment.at <= now]
            log.add(ORDER, *due[told:])
            told = len(due)
            await awake.look(now)
        log.add(ORDER, *history[told:])
        seen = await awake.look(end)
        late = OneDesk(log, end)
        await late.levels.start()
        assert await late.look() == seen
        await awake.levels.stop()
        await late.levels.stop()

    asyncio.run(play())


def china(day: str, time: str) -> datetime:
    return datetime.fromisoformat(f"2026-{day}T{time}:00+08:00")


def house_policy() -> ServicePolicy:
    """Accept within a day of eight hours at P2, within three at P3."""
    house = read_calendars(EXAMPLES / "calendars.toml")[CalendarId("house")]
    targets = [
        ServiceTarget(
            step=ServiceStep.ACCEPT, priority=priority, within=timedelta(hours=hours), marks=MARKS
        )
        for priority, hours in ((Priority.P2, 8), (Priority.P3, 24))
    ]
    return ServicePolicy(targets=targets, house=house)


async def test_holidays_stop_a_clock_and_adjusted_working_days_run_it() -> None:
    """Assigned an hour before the National Day week of 2026, which closes up to 7 October.

    The 8th and 9th are worked, and so is Saturday the 10th.
    """
    log = MemoryServiceLog(house_policy())
    at = china("09-30", "17:00")
    log.add(ORDER, ServiceMoment(at=at, state="ASSIGNED", priority=Priority.P2))
    log.add(CALM, ServiceMoment(at=at, state="ASSIGNED", priority=Priority.P3))
    desk = OneDesk(log, at)
    await desk.levels.start()
    assert await desk.look(china("10-07", "23:00")) == ()
    (missed,) = await desk.look(china("10-08", "17:01"))
    assert (missed.order_id, missed.alert.at) == (ORDER, china("10-08", "17:00"))
    listed = await desk.look(china("10-10", "17:01"))
    assert [(one.order_id, one.alert.percent, one.alert.at) for one in listed] == [
        (ORDER, 100, china("10-08", "17:00")),
        (ORDER, 200, china("10-09", "17:00")),
        (CALM, 100, china("10-10", "17:00")),
    ]
    await desk.levels.stop()


async def test_two_supervisors_who_take_note_at_once_see_the_same_name() -> None:
    log = MemoryServiceLog(house_policy())
    at = china("10-12", "09:00")
    log.add(ORDER, ServiceMoment(at=at, state="ASSIGNED", priority=Priority.P2))
    later = china("10-13", "10:00")
    ling, wei = OneDesk(log, later, "ling"), OneDesk(log, later, "wei")
    for desk in (ling, wei):
        await desk.levels.start()
        await desk.look()
    (open_one,) = ling.levels.mine
    key = open_one.alert.key
    await asyncio.gather(
        acknowledge(ling.levels, ORDER, key, "mine"),
        acknowledge(wei.levels, ORDER, key, "no, mine"),
    )
    assert len(log.acknowledged(ORDER)) == 2
    seen = [await desk.look() for desk in (ling, wei)]
    assert seen[0] == seen[1]
    (settled,) = seen[0]
    assert settled.acknowledged is not None
    assert (settled.acknowledged.by, settled.acknowledged.note) == ("ling", "mine")
    assert ling.levels.mine == wei.levels.mine == ()
    for desk in (ling, wei):
        await desk.levels.stop()
