"""Desks of one floor: what each sees of the others, and what is left of one that died."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from agent_desk.domain.agent import AgentState, NotReadyReason
from agent_desk.domain.call import LocalConnectionState
from agent_desk.domain.claim import WorkItem, WorkKind
from agent_desk.domain.errors import DatabaseLockedError, RefusalError, StorageError
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import AgentId, CallId, WorkItemId, new_uuid7
from agent_desk.domain.interaction import InteractionOutcome
from agent_desk.domain.presence import GONE_AFTER_SECONDS, DeskPresence
from agent_desk.ports.storage import Storage, UnitOfWork
from agent_desk.services import presence as presence_module
from agent_desk.services.lost_desks import DeskReturnedEvent, close_lost_desks
from agent_desk.services.presence import FloorChangedEvent
from db.presence_tables import desk_presence
from db.sqlite_storage import SqliteStorage
from tests.fakes.desk_file import new_desk_file
from tests.fakes.manual_clock import START, ManualClock
from tests.logfail import LogGuard
from tests.unit.services.bench import WAIT_SECONDS
from tests.unit.services.colleagues import Colleague, fall_silent

SILENT = GONE_AFTER_SECONDS + 1
CUT_OFF = "this desk was cut off"

Arrive = Callable[..., Awaitable[Colleague]]


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    storage = SqliteStorage(path=new_desk_file(tmp_path), calling_code="86")
    await storage.open()
    yield storage
    await storage.close()


@pytest.fixture
async def arrive(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Arrive]:
    """Return how a colleague arrives; everything beats and looks a hundred times faster."""
    monkeypatch.setattr(presence_module, "BEAT_SECONDS", 0.03)
    monkeypatch.setattr(presence_module, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(presence_module, "GATHER_SECONDS", 0.001)
    monkeypatch.setattr(presence_module, "GONE_AFTER_SECONDS", 0.0)
    there: list[Colleague] = []

    async def made(agent: str, clock: ManualClock | None = None) -> Colleague:
        colleague = Colleague(storage, agent, clock)
        there.append(colleague)
        await colleague.arrive()
        return colleague

    yield made
    for colleague in there:
        await colleague.go()


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Return when ``condition`` holds; each look goes to the database and back."""
    async with asyncio.timeout(WAIT_SECONDS):
        while not await condition():
            pass


async def test_a_desk_sees_the_others_and_itself(arrive: Arrive) -> None:
    anna, ben = await arrive("Anna"), await arrive("Ben")

    def both_ready(floor: dict[str, DeskPresence]) -> DeskPresence | None:
        ready = [desk for desk in floor.values() if desk.report.state is AgentState.READY]
        return floor["Ben"] if len(ready) == 2 else None

    desk = await anna.sees(both_ready)

    assert desk.report.desk_id == ben.desk_id
    assert desk.report.agent_id == AgentId("Ben")


async def test_a_state_and_its_reason_are_told_at_once(arrive: Arrive) -> None:
    anna, ben = await arrive("Anna"), await arrive("Ben")

    await ben.agent.not_ready(NotReadyReason.LUNCH)

    await anna.sees(
        lambda floor: "Ben" in floor and floor["Ben"].report.reason is NotReadyReason.LUNCH
    )


async def test_a_call_is_seen_with_its_queue_and_without_its_number(arrive: Arrive) -> None:
    anna, ben = await arrive("Anna"), await arrive("Ben")

    call_id = await ben.talk()
    desk = await anna.sees(
        lambda floor: floor["Ben"] if "Ben" in floor and floor["Ben"].report.calls else None
    )

    (call,) = desk.report.calls
    assert (call.call_id, call.queue_id) == (call_id, "support")
    assert call.state in (LocalConnectionState.ALERTING, LocalConnectionState.CONNECTED)
    ben.switch.far_hangs_up(call_id)
    await anna.sees(lambda floor: floor["Ben"].report.calls == ())


async def test_who_stops_leaves_the_floor(arrive: Arrive) -> None:
    anna, ben = await arrive("Anna"), await arrive("Ben")
    await anna.sees(lambda floor: "Ben" in floor)

    await ben.presence.stop()
    await ben.presence.stop()

    await anna.sees(lambda floor: "Ben" not in floor)


async def test_a_step_of_the_desks_clock_changes_nothing(arrive: Arrive) -> None:
    clock = ManualClock(START)
    anna, ben = await arrive("Anna"), await arrive("Ben", clock)
    await ben.talk()
    clock.advance(3600)
    await ben.agent.not_ready(NotReadyReason.BREAK)

    desk = await anna.sees(
        lambda floor: floor["Ben"] if "Ben" in floor and floor["Ben"].report.calls else None
    )

    assert not desk.gone
    assert desk.report.state_seconds < WAIT_SECONDS
    assert desk.report.calls[0].seconds < WAIT_SECONDS


async def test_the_calls_of_a_dead_desk_are_ended_with_a_reason(
    arrive: Arrive, storage: Storage
) -> None:
    anna, ben = await arrive("Anna"), await arrive("Ben")
    call_id = await ben.talk()
    ringing = ben.switch.ring("c-2", "+8613900139000")
    await anna.sees(lambda floor: "Ben" in floor and len(floor["Ben"].report.calls) == 2)
    records = [ben.interactions.of_call(call) for call in (call_id, ringing)]
    await ben.die()

    await fall_silent(storage, ben.desk_id, SILENT)
    await anna.sees(lambda floor: floor["Ben"].gone)

    async def is_closed() -> bool:
        return not await storage.read(lambda uow: uow.interactions.unfinished(AgentId("Ben")))

    await until(is_closed)
    for record in records:
        stored = await storage.read(lambda uow, r=record: uow.interactions.get(r.id))  # type: ignore[misc]
        assert stored.outcome is InteractionOutcome.DESK_LOST
        assert stored.ended_at is not None
        assert record.began_at <= stored.ended_at < record.began_at + timedelta(seconds=60)
        log = await storage.read(
            lambda uow, r=record: uow.events.of(Stream.INTERACTION, r.id)  # type: ignore[misc]
        )
        assert [event.kind for event in log].count("DeskLost") == 1
        assert log[-1].actor == "system"
    log = await storage.read(lambda uow: uow.events.of(Stream.AGENT, "Ben"))
    assert log[-1].kind == "DeskLost"
    assert log[-1].payload["desk_id"] == ben.desk_id


async def test_a_call_lasted_until_the_last_sign_of_life(arrive: Arrive, storage: Storage) -> None:
    ben = await arrive("Ben")
    call_id = await ben.talk()
    record = await ben.stored(call_id)
    await until(lambda: _is_reported(storage, call_id))
    await ben.die()
    # Ten minutes of talk that nothing in the log tells of, and then silence.
    report = ben.presence.report()
    (call,) = report.calls

    aged = replace(report, calls=(replace(call, seconds=600.0),))
    await storage.write(lambda uow: uow.presence.report(aged))
    await fall_silent(storage, ben.desk_id, SILENT)
    await storage.write(lambda uow: close_lost_desks(uow, ben.clock.now()))

    stored = await storage.read(lambda uow: uow.interactions.get(record.id))
    assert stored.ended_at == record.began_at + timedelta(seconds=600)
    assert stored.answered_at == record.answered_at


async def _is_reported(storage: Storage, call_id: CallId) -> bool:
    floor = await storage.read(lambda uow: uow.presence.floor())
    return any(call.call_id == call_id for desk in floor.desks for call in desk.report.calls)


async def test_a_lost_desk_is_closed_by_one_of_many(arrive: Arrive, storage: Storage) -> None:
    ben = await arrive("Ben")
    call_id = await ben.talk()
    record = await ben.stored(call_id)
    await ben.die()
    await fall_silent(storage, ben.desk_id, SILENT)

    closed = await asyncio.gather(
        *(storage.write(lambda uow: close_lost_desks(uow, START)) for _ in range(5))
    )

    assert [len(desks) for desks in closed] == [1, 0, 0, 0, 0]
    assert closed[0][0].calls == 1
    log = await storage.read(lambda uow: uow.events.of(Stream.INTERACTION, record.id))
    assert [event.kind for event in log].count("DeskLost") == 1


async def test_a_desk_that_left_is_not_called_gone(
    arrive: Arrive, storage: Storage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    anna, ben = await arrive("Anna"), await arrive("Ben")
    await until(lambda: _is_there(storage, ben))
    await ben.presence.stop()
    await fall_silent(storage, ben.desk_id, SILENT)

    await until(lambda: _is_closed(storage, ben))
    await anna.presence.stop()

    assert "desk of Ben" not in caplog.text
    log = await storage.read(lambda uow: uow.events.of(Stream.AGENT, "Ben"))
    assert "DeskLost" not in [event.kind for event in log]


async def test_a_call_that_a_desk_left_behind_is_ended_all_the_same(
    arrive: Arrive, storage: Storage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    ben = await arrive("Ben")
    record = await ben.stored(await ben.talk())
    await until(lambda: _is_there(storage, ben))
    await ben.presence.stop()
    await fall_silent(storage, ben.desk_id, SILENT)
    anna = await arrive("Anna")

    # It is told after the commit: whoever is stopped in between ends the call and says nothing.
    await until(lambda: _is_told(caplog, "desk of Ben left: 1 calls ended"))
    await anna.presence.stop()

    stored = await storage.read(lambda uow: uow.interactions.get(record.id))
    assert stored.outcome is InteractionOutcome.DESK_LOST


async def _is_told(caplog: pytest.LogCaptureFixture, line: str) -> bool:
    await asyncio.sleep(0)
    return line in caplog.text


async def _is_closed(storage: Storage, desk: Colleague) -> bool:
    """Return whether another desk has put in order what this one left."""
    question = select(desk_presence.c.closed_at).where(desk_presence.c.desk_id == desk.desk_id)

    def work(uow: UnitOfWork) -> bool:
        connection = uow.presence._connection  # type: ignore[attr-defined]
        return connection.execute(question).scalar_one() is not None

    return await storage.read(work)


async def test_the_work_of_a_dead_desk_is_given_back(arrive: Arrive, storage: Storage) -> None:
    ben = await arrive("Ben")
    item = WorkItem(
        id=WorkItemId(new_uuid7(START)),
        kind=WorkKind.DIAL,
        subject_id=new_uuid7(START),
        due_at=START.replace(year=2000),
    )
    await storage.write(lambda uow: uow.claims.put(item, at=START))
    taken = await storage.write(
        lambda uow: uow.claims.take(WorkKind.DIAL, desk_id=ben.desk_id, agent_id=AgentId("Ben"))
    )
    assert len(taken) == 1
    await until(lambda: _is_there(storage, ben))
    await ben.die()
    await fall_silent(storage, ben.desk_id, SILENT)

    (closed,) = await storage.write(lambda uow: close_lost_desks(uow, START))

    assert closed.items == 1
    waiting = await storage.read(
        lambda uow: uow.claims.waiting(WorkKind.DIAL, agent_id=AgentId("Anna"))
    )
    assert waiting == 1


async def _is_there(storage: Storage, desk: Colleague) -> bool:
    floor = await storage.read(lambda uow: uow.presence.floor())
    return any(found.report.desk_id == desk.desk_id for found in floor.desks)


async def test_what_a_living_desk_of_the_same_agent_has_is_left_alone(
    arrive: Arrive, storage: Storage
) -> None:
    dead, living = await arrive("Ben"), await arrive("Ben")
    lost = await dead.talk("c-1")
    kept = await living.talk("c-2")
    for call_id in (lost, kept):
        await until(lambda call=call_id: _is_reported(storage, call))  # type: ignore[misc]
    await living.recorder.settled()
    record = dead.interactions.of_call(lost)
    await dead.die()
    await living.presence.stop()  # so that it closes nothing itself
    report = living.presence.report()
    await storage.write(lambda uow: uow.presence.report(report))
    await fall_silent(storage, dead.desk_id, SILENT)

    await storage.write(lambda uow: close_lost_desks(uow, START))

    assert (await living.stored(kept)).ended_at is None
    stored = await storage.read(lambda uow: uow.interactions.get(record.id))
    assert stored.outcome is InteractionOutcome.DESK_LOST


async def test_a_desk_that_was_only_cut_off_goes_on_with_its_call(
    arrive: Arrive, storage: Storage, expected_logs: LogGuard
) -> None:
    expected_logs.expect(CUT_OFF)
    expected_logs.expect("database away")
    ben = await arrive("Ben")
    call_id = await ben.talk()
    await until(lambda: _is_reported(storage, call_id))
    await ben.recorder.settled()
    ben.storage.die(DatabaseLockedError(path="desk.db", seconds=5))
    await fall_silent(storage, ben.desk_id, SILENT)
    record = ben.interactions.of_call(call_id)
    await storage.write(lambda uow: close_lost_desks(uow, START))
    closed = await storage.read(lambda uow: uow.interactions.get(record.id))
    assert closed.outcome is InteractionOutcome.DESK_LOST

    ben.storage.revive()
    await ben.seen.nth(DeskReturnedEvent)

    stored = await ben.stored(call_id)
    assert (stored.ended_at, stored.outcome) == (None, InteractionOutcome.TALKING)
    ben.clock.advance(90)
    ben.switch.far_hangs_up(call_id)
    stored = await ben.stored(call_id)
    assert stored.outcome is InteractionOutcome.ANSWERED
    assert stored.talk_seconds == 90
    assert (await ben.kinds(call_id))[-3:] == ["DeskLost", "Resumed", "Ended"]


async def test_a_call_that_ended_while_its_desk_was_cut_off_ends_as_it_did(
    arrive: Arrive, storage: Storage, expected_logs: LogGuard
) -> None:
    expected_logs.expect(CUT_OFF)
    expected_logs.expect("database away")
    ben = await arrive("Ben")
    call_id = await ben.talk()
    await until(lambda: _is_reported(storage, call_id))
    await ben.recorder.settled()
    ben.storage.die(DatabaseLockedError(path="desk.db", seconds=5))
    await fall_silent(storage, ben.desk_id, SILENT)
    await storage.write(lambda uow: close_lost_desks(uow, START))
    ben.clock.advance(30)
    ben.switch.far_hangs_up(call_id)

    ben.storage.revive()
    await ben.seen.nth(DeskReturnedEvent)
    await ben.recorder.stop()

    stored = await ben.stored(call_id)
    assert (stored.outcome, stored.talk_seconds) == (InteractionOutcome.ANSWERED, 30)
    assert "Resumed" not in await ben.kinds(call_id)


async def test_after_an_outage_nobody_is_taken_for_dead_at_once(
    arrive: Arrive, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, ben = await arrive("Anna"), await arrive("Ben")
    call_id = await ben.talk()
    await until(lambda: _is_reported(storage, call_id))
    await ben.recorder.settled()
    # Anna is back first, and has not beaten for long enough to judge.
    monkeypatch.setattr(presence_module, "GONE_AFTER_SECONDS", 3600.0)
    ben.storage.hold()
    await fall_silent(storage, ben.desk_id, SILENT)
    await anna.sees(lambda floor: floor["Ben"].gone)
    looks = len(anna.seen.all(FloorChangedEvent))
    await anna.seen.nth(FloorChangedEvent, looks + 10)

    record = ben.interactions.of_call(call_id)
    stored = await storage.read(lambda uow: uow.interactions.get(record.id))
    assert stored.ended_at is None


async def test_a_desk_whose_own_beats_are_late_judges_nobody(
    arrive: Arrive, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence_module, "LATE_SECONDS", -1.0)
    monkeypatch.setattr(presence_module, "GONE_AFTER_SECONDS", 0.001)
    anna, ben = await arrive("Anna"), await arrive("Ben")
    call_id = await ben.talk()
    await until(lambda: _is_reported(storage, call_id))
    record = await ben.stored(call_id)
    ben.storage.hold()
    await fall_silent(storage, ben.desk_id, SILENT)
    await anna.sees(lambda floor: floor["Ben"].gone)
    looks = len(anna.seen.all(FloorChangedEvent))
    await anna.seen.nth(FloorChangedEvent, looks + 10)
    stored = await storage.read(lambda uow: uow.interactions.get(record.id))
    assert stored.ended_at is None

    monkeypatch.setattr(presence_module, "LATE_SECONDS", 3600.0)

    async def is_closed() -> bool:
        found = await storage.read(lambda uow: uow.interactions.get(record.id))
        return found.ended_at is not None

    await until(is_closed)


async def test_a_beat_that_fails_is_made_up_for(
    arrive: Arrive, storage: Storage, expected_logs: LogGuard
) -> None:
    expected_logs.expect("database away")
    ben = await arrive("Ben")
    await until(lambda: _is_there(storage, ben))
    ben.storage.die()
    await ben.agent.not_ready(NotReadyReason.MEETING)
    await storage.write(lambda uow: uow.presence.leave(ben.desk_id))

    ben.storage.revive()

    await ben.sees(
        lambda floor: "Ben" in floor and floor["Ben"].report.reason is NotReadyReason.MEETING
    )


async def test_a_defect_in_a_beat_is_logged_and_the_desk_lives_on(
    arrive: Arrive, expected_logs: LogGuard
) -> None:
    expected_logs.expect("heartbeat failed")
    expected_logs.expect("events could not be written|database away|could not")
    expected_logs.expect("service levels failed")
    anna, ben = await arrive("Anna"), await arrive("Ben")
    await anna.sees(lambda floor: "Ben" in floor)

    ben.storage.fault = ValueError("nobody foresaw it")
    await ben.agent.not_ready(NotReadyReason.BREAK)
    writes = anna.storage.writes
    await until(lambda: _is_more(anna, writes + 5))
    ben.storage.fault = None

    await anna.sees(lambda floor: floor["Ben"].report.reason is NotReadyReason.BREAK)


async def _is_more(desk: Colleague, writes: int) -> bool:
    await desk.storage.read(lambda uow: uow.catalogue.departments())
    return desk.storage.writes >= writes


@pytest.mark.parametrize("error", [DatabaseLockedError(path="desk.db", seconds=5), RefusalError()])
async def test_a_floor_that_cannot_be_seen_says_why_and_shows_the_last(
    arrive: Arrive, error: StorageError, expected_logs: LogGuard
) -> None:
    expected_logs.expect("database away|could not be written")
    anna = await arrive("Anna")
    await anna.sees(lambda floor: "Anna" in floor)

    anna.storage.die(error)
    async with asyncio.timeout(WAIT_SECONDS):
        event = anna.seen.all(FloorChangedEvent)[-1]
        while event.error is None:
            count = len(anna.seen.all(FloorChangedEvent))
            event = await anna.seen.nth(FloorChangedEvent, count + 1)

    assert event.error is error
    assert event.floor is not None


async def test_nobody_looks_at_a_floor_that_is_not_watched(
    arrive: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nor for dead desks, which is another look.
    monkeypatch.setattr(presence_module, "LOOKERS", 0)
    anna = await arrive("Anna")
    await anna.presence.watch()
    await anna.presence.watch()
    await anna.seen.nth(FloorChangedEvent)

    await anna.presence.unwatch()
    reads = anna.storage.reads
    writes = anna.storage.writes
    async with asyncio.timeout(WAIT_SECONDS):
        while anna.storage.writes < writes + 3:
            await asyncio.to_thread(lambda: None)

    assert anna.storage.reads == reads
