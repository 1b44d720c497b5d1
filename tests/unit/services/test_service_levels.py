"""Which orders are late, as this desk follows them, and who took note."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from agent_desk.domain.change import Change
from agent_desk.domain.errors import DatabaseUnavailableError, NotFoundError, RightsError
from agent_desk.domain.escalation import EscalationAcknowledgedEvent
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import AgentId, EventId, WorkOrderId, new_uuid7
from agent_desk.domain.kept_command import KeptCommand, KeptState, refusal_of
from agent_desk.domain.rights import Person, Role
from agent_desk.domain.service_clock import ServiceLevel
from agent_desk.domain.service_history import ENDED_DAYS
from agent_desk.domain.service_target import ServicePolicy, ServiceStep, ServiceTarget
from agent_desk.domain.ticket import Priority
from agent_desk.services import service_levels as module
from agent_desk.services.access import Access
from agent_desk.services.change_watch import SharedRecordsChangedEvent, SharedRecordsReloadEvent
from agent_desk.services.event_bus import EventBus
from agent_desk.services.outbox import OutboxChangedEvent
from agent_desk.services.service_levels import (
    LOOK_SECONDS,
    RETRY_SECONDS,
    ServiceLevels,
    ServiceLevelsChangedEvent,
)
from tests.fakes.manual_clock import ManualClock
from tests.fakes.memory_service_log import MemoryServiceLog
from tests.logfail import LogGuard
from tests.unit.domain.service_cases import MARKS, MONDAY, OFFICE, minutes, moment, policy
from tests.unit.services.acknowledging import acknowledge
from tests.unit.services.bench import Seen

FIRST, SECOND = WorkOrderId("first"), WorkOrderId("second")
SUPERVISOR = Person(login=AgentId("ling"), name="Ling", roles=frozenset({Role.SUPERVISOR}))
AGENT = Person(login=AgentId("wei"), name="Wei", roles=frozenset({Role.AGENT}))


class House:
    """A desk that follows orders, with a clock that the test moves."""

    def __init__(self, person: Person = SUPERVISOR) -> None:
        self.clock = ManualClock(MONDAY)
        self.log = MemoryServiceLog(policy())
        self.bus = EventBus()
        self.seen = Seen()
        self.bus.subscribe(ServiceLevelsChangedEvent, self.seen.add)
        self.levels = ServiceLevels(
            log=self.log,
            bus=self.bus,
            clock=self.clock,
            access=Access(person),
        )

    async def settle(self) -> None:
        """Let the service do what it can do at this time."""
        for _ in range(50):
            await asyncio.sleep(0)

    async def at(self, minutes: float) -> ServiceLevelsChangedEvent:
        """Move the clock to so many minutes after nine; return what is then seen last."""
        target = MONDAY + timedelta(minutes=minutes)
        while self.clock.now() < target:
            left = (target - self.clock.now()).total_seconds()
            self.clock.advance(min(left, LOOK_SECONDS))
            await self.settle()
        return self.seen.all(ServiceLevelsChangedEvent)[-1]

    def open_keys(self) -> list[tuple[str, str]]:
        return [(one.order_id, one.alert.key) for one in self.levels.listed if one.is_open]

    def level(self, order_id: WorkOrderId) -> ServiceLevel | None:
        deadline = self.levels.deadline(order_id)
        return deadline.level_at(self.clock.now()) if deadline else None


@pytest.fixture(autouse=True)
def _looks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GATHER_SECONDS", 0)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    house = House()
    house.log.add(FIRST, moment(0, "ASSIGNED"))
    await house.levels.start()
    await house.settle()
    yield house
    await house.levels.stop()


async def test_warns_when_four_fifths_are_over(house: House) -> None:
    await house.at(252)
    assert house.level(FIRST) is ServiceLevel.ON_TIME
    seen = await house.at(252.1)
    assert house.level(FIRST) is ServiceLevel.WARNING
    assert seen.deadlines.keys() == {FIRST}
    assert seen.listed == ()


async def test_tells_the_supervisor_right_after_the_breach(house: House) -> None:
    await house.at(300)
    assert house.open_keys() == []
    seen = await house.at(300.1)
    assert house.open_keys() == [("first", "ACCEPT.1.P2.100")]
    assert seen.listed == house.levels.listed == house.levels.mine
    assert seen.listed[0].alert.at == MONDAY + timedelta(minutes=300)


async def test_is_right_after_an_outage(house: House) -> None:
    """A desk that was off sees what the others saw, at the times when it came up."""
    late = House()
    late.log.add(FIRST, moment(0, "ASSIGNED"), moment(310, "ACCEPTED"))
    late.clock.advance(400 * 60)
    await late.levels.start()
    await late.settle()
    house.log.add(FIRST, moment(310, "ACCEPTED"))
    await house.at(310)
    house.bus.publish(SharedRecordsReloadEvent())
    await house.at(400)
    assert late.levels.listed == house.levels.listed
    assert late.open_keys() == [("first", "ACCEPT.1.P2.100")]
    await late.levels.stop()


async def test_reads_again_only_what_changed(house: House) -> None:
    house.log.add(SECOND, moment(5, "PENDING_DISPATCH", Priority.P1))
    house.clock.advance(600)
    house.bus.publish(SharedRecordsChangedEvent(changes=(change(SECOND, house.clock.now()),)))
    await house.settle()
    assert house.log.reads == [None, frozenset({FIRST}), frozenset({SECOND})]
    assert house.level(SECOND) is ServiceLevel.ON_TIME
    assert house.seen.all(ServiceLevelsChangedEvent)[-1].deadlines.keys() == {SECOND}


async def test_reads_nothing_for_what_concerns_no_order(house: House) -> None:
    ticket = change(SECOND, house.clock.now(), Stream.TICKET)
    house.bus.publish(SharedRecordsChangedEvent(changes=(ticket,)))
    await house.settle()
    assert house.log.reads == [None, frozenset({FIRST})]


async def test_other_targets_reckon_everything_anew(house: House) -> None:
    await house.at(61)
    assert house.level(FIRST) is ServiceLevel.ON_TIME
    quick = ServiceTarget(
        step=ServiceStep.ACCEPT, priority=Priority.P2, within=minutes(60), marks=MARKS
    )
    house.log.targets = ServicePolicy(targets=[quick], house=OFFICE)
    await house.at(63)
    assert house.level(FIRST) is ServiceLevel.BREACHED
    assert house.open_keys() == [("first", "ACCEPT.1.P2.100")]


async def test_what_is_looked_at_is_followed_whoever_owns_it(house: House) -> None:
    house.log.add(SECOND, moment(0, "ASSIGNED"))
    assert await house.levels.deadlines([FIRST, SECOND]) == {FIRST: house.levels.deadline(FIRST)}
    await house.settle()
    assert house.seen.all(ServiceLevelsChangedEvent)[-1].deadlines.keys() == {SECOND}
    assert house.level(SECOND) is ServiceLevel.ON_TIME


async def test_an_order_that_ended_is_followed_until_nobody_asks_any_more(house: House) -> None:
    house.log.add(FIRST, moment(10, "CANCELLED"))
    house.bus.publish(SharedRecordsReloadEvent())
    await house.settle()
    assert house.levels.deadline(FIRST) is None
    house.clock.advance(ENDED_DAYS * 86_400)
    await house.settle()
    assert FIRST in await house.levels.deadlines([FIRST])
    house.clock.advance(20 * 60)
    await house.settle()
    assert FIRST not in await house.levels.deadlines([FIRST])


async def test_an_order_that_this_desk_may_not_see_any_more_is_followed_no_more(
    house: House,
) -> None:
    house.log.forget(FIRST)
    house.bus.publish(SharedRecordsChangedEvent(changes=(change(FIRST, house.clock.now()),)))
    await house.settle()
    assert house.levels.deadline(FIRST) is None


async def test_an_order_that_is_gone_is_followed_no_more(house: House) -> None:
    house.log.forget(FIRST)
    house.bus.publish(SharedRecordsReloadEvent())
    await house.settle()
    assert house.levels.deadline(FIRST) is None
    assert house.seen.all(ServiceLevelsChangedEvent)[-1].deadlines.keys() == {FIRST}


async def test_goes_on_without_the_database(house: House) -> None:
    house.log.broken = DatabaseUnavailableError(path="the server", reason="away")
    house.log.add(SECOND, moment(0, "PENDING_DISPATCH"))
    house.bus.publish(SharedRecordsReloadEvent())
    await house.at(301)
    assert house.open_keys() == [("first", "ACCEPT.1.P2.100")]
    house.log.broken = None
    house.clock.advance(RETRY_SECONDS)
    await house.settle()
    assert ("second", "DISPATCH.1.P2.100") in house.open_keys()


@pytest.mark.expected_logs("order second has no service level here: state: 'TELEPORTED'")
async def test_an_order_in_a_state_of_a_newer_program_hinders_no_other(
    house: House,
) -> None:
    house.log.add(SECOND, moment(0, "TELEPORTED"))
    house.bus.publish(SharedRecordsReloadEvent())
    await house.settle()
    assert house.levels.deadline(SECOND) is None
    assert house.level(FIRST) is ServiceLevel.ON_TIME


async def test_a_defect_stops_it_only_for_a_while(
    house: House, expected_logs: LogGuard, caplog: pytest.LogCaptureFixture
) -> None:
    expected_logs.expect("service levels failed")
    house.log.broken = ValueError("nobody foresaw it")
    house.bus.publish(SharedRecordsReloadEvent())
    await house.settle()
    assert caplog.text.count("service levels failed") == 1
    house.log.broken = None
    await house.at(301)
    assert house.open_keys() == [("first", "ACCEPT.1.P2.100")]


class TestAcknowledging:
    KEY = "ACCEPT.1.P2.100"

    async def test_takes_the_escalation_off_the_list(self, house: House) -> None:
        await house.at(301)
        await acknowledge(house.levels, FIRST, self.KEY, " I have called them ")
        await house.settle()
        assert house.levels.mine == ()
        (listed,) = house.levels.listed
        assert listed.acknowledged == EscalationAcknowledgedEvent(
            order_id=FIRST,
            alert_key=self.KEY,
            role=Role.SUPERVISOR,
            by=SUPERVISOR.login,
            at=house.clock.now(),
            note="I have called them",
        )
        assert house.seen.all(ServiceLevelsChangedEvent)[-1].listed == (listed,)

    async def test_twice_changes_nothing(self, house: House) -> None:
        await house.at(301)
        for _ in range(2):
            await acknowledge(house.levels, FIRST, self.KEY)
            await house.settle()
        assert len(house.log.acknowledged(FIRST)) == 1

    async def test_on_another_desk_is_seen_at_once(self, house: House) -> None:
        await house.at(301)
        event = EscalationAcknowledgedEvent(
            order_id=FIRST,
            alert_key=self.KEY,
            role=Role.SUPERVISOR,
            by=AgentId("mei"),
            at=house.clock.now(),
        )
        await house.log.acknowledge(event, id=EventId("mei's"))
        told = change(FIRST, house.clock.now())
        house.bus.publish(SharedRecordsChangedEvent(changes=(told,)))
        await house.settle()
        assert house.levels.mine == ()

    async def test_what_nobody_was_told_of_is_refused(self, house: House) -> None:
        with pytest.raises(NotFoundError, match=f"Escalation {self.KEY} does not exist"):
            await acknowledge(house.levels, FIRST, self.KEY)

    async def test_what_another_role_was_told_of_is_refused(self) -> None:
        house = House(AGENT)
        house.log.add(FIRST, moment(0, "ASSIGNED"))
        await house.levels.start()
        await house.at(301)
        assert house.levels.mine == ()
        assert len(house.levels.listed) == 1
        with pytest.raises(RightsError, match="AGENT has no right to acknowledge escalations"):
            await acknowledge(house.levels, FIRST, self.KEY)
        await house.levels.stop()

    async def test_that_the_database_refuses_stays_on_the_list(self, house: House) -> None:
        await house.at(301)
        house.log.broken = DatabaseUnavailableError(path="the server", reason="away")
        with pytest.raises(DatabaseUnavailableError):
            await acknowledge(house.levels, FIRST, self.KEY)
        await house.settle()
        assert len(house.levels.mine) == 1

    async def test_that_is_kept_here_counts_until_it_is_refused(self, house: House) -> None:
        await house.at(301)
        command = house.levels.acknowledgement(FIRST, self.KEY, "called")
        assert command is not None
        entry = KeptCommand(command=command, kept_at=house.clock.now())
        house.log.broken = DatabaseUnavailableError(path="the server", reason="away")

        house.bus.publish(OutboxChangedEvent(kept=(entry,)))

        assert house.levels.mine == ()
        assert [one.acknowledged for one in house.levels.listed] == [command.event]
        assert house.levels.acknowledgement(FIRST, self.KEY) is None
        house.log.broken = None
        refused = entry.moved(KeptState.CONFLICT, refusal_of(NotFoundError(subject="x", id="y")))
        house.bus.publish(OutboxChangedEvent(kept=(refused,)))
        await house.settle()
        assert len(house.levels.mine) == 1

    async def test_that_was_kept_here_stays_when_the_database_has_it(self, house: House) -> None:
        await house.at(301)
        command = house.levels.acknowledgement(FIRST, self.KEY)
        assert command is not None
        entry = KeptCommand(command=command, kept_at=house.clock.now())
        house.bus.publish(OutboxChangedEvent(kept=(entry,)))
        shown = len(house.seen.all(ServiceLevelsChangedEvent))

        for _ in range(2):
            await house.levels.apply(command)
        house.bus.publish(OutboxChangedEvent(kept=()))
        await house.settle()

        assert house.log.acknowledged(FIRST) == (command.event,)
        assert house.levels.mine == ()
        later = house.seen.all(ServiceLevelsChangedEvent)[shown:]
        assert all(not one.is_open for event in later for one in event.listed)


async def test_a_thousand_orders_are_read_in_turns(house: House) -> None:
    """The loop gets its turn between them: calls are answered meanwhile."""
    for number in range(1000):
        house.log.add(WorkOrderId(f"order {number}"), moment(0, "ASSIGNED"))
    turns = 0
    house.bus.publish(SharedRecordsReloadEvent())
    while house.levels.deadline(WorkOrderId("order 999")) is None:
        await asyncio.sleep(0)
        turns += 1
    assert turns >= 1000 / module.ORDERS_AT_ONCE


def change(order_id: WorkOrderId, at: datetime, stream: Stream = Stream.WORK_ORDER) -> Change:
    return Change(
        seq=1,
        id=EventId(new_uuid7(at)),
        stream=stream,
        stream_id=order_id,
        kind="OrderRaised",
        at=at,
        actor="mei",
    )
