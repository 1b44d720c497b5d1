from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent_desk.domain.call import CallDirection
from agent_desk.domain.errors import DatabaseLockedError, DiskFullError, StorageError
from agent_desk.domain.event_log import LoggedEvent, Stream
from agent_desk.domain.identifiers import AgentId, CallId, CustomerId, EventId, InteractionId
from agent_desk.domain.interaction import Interaction, InteractionOutcome
from agent_desk.ports.storage import UnitOfWork
from agent_desk.services import recorder as recorder_module
from agent_desk.services.event_bus import EventBus
from agent_desk.services.interactions import interaction_event
from agent_desk.services.recorder import Recorder, StorageStateChangedEvent, apply_events
from db.journal import FileJournal
from db.sqlite_storage import SqliteStorage
from tests.fakes.manual_clock import START
from tests.logfail import LogGuard
from tests.unit.services.bench import Seen, dump
from tests.unit.services.conftest import MakeBench
from tests.unit.services.faults import BreakableJournal, BreakableStorage

LOCKED = DatabaseLockedError(path="desk.db", seconds=5)
FULL = DiskFullError(path="journal.db")


def event(number: int, stream_id: str = "call-1") -> LoggedEvent:
    return LoggedEvent(
        id=EventId(f"00000000-0000-7000-8000-{number:012d}"),
        stream=Stream.CALL,
        stream_id=stream_id,
        kind="Delivered",
        at=START,
        actor="agent-1",
        payload={"number": number},
    )


def interaction(**changes: object) -> Interaction:
    record = Interaction(
        id=InteractionId("00000000-0000-7000-9000-000000000001"),
        call_id=CallId("call-1"),
        agent_id=AgentId("agent-1"),
        direction=CallDirection.INBOUND,
        number="+8613800138000",
        began_at=START,
    )
    return replace(record, **changes)  # type: ignore[arg-type]


class Rig:
    """A recorder between a breakable database and a breakable journal."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "desk.db"
        self.storage = BreakableStorage(inner=SqliteStorage(path=self.path))
        self.journal = BreakableJournal(FileJournal(path=folder / "journal.db"))
        self.seen = Seen()
        self.recorder = self.new_recorder()

    def new_recorder(self) -> Recorder:
        bus = EventBus()
        bus.subscribe(object, self.seen.add)
        return Recorder(storage=self.storage, journal=self.journal, bus=bus)

    async def numbers(self) -> list[int]:
        log = await self.storage.read(lambda uow: uow.events.of(Stream.CALL, "call-1"))
        return [event.payload["number"] for event in log]

    async def spooled(self) -> list[int]:
        return [event.payload["number"] for event in await self.journal.spooled()]

    def states(self) -> list[type[StorageError] | None]:
        changes = self.seen.all(StorageStateChangedEvent)
        return [type(change.error) if change.error else None for change in changes]


@pytest.fixture
async def rig(
    tmp_path: Path, make_bench: MakeBench, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Rig]:
    make_bench()  # lays a migrated database into the folder
    monkeypatch.setattr(recorder_module, "RETRY_SECONDS", 0.01)
    made = Rig(tmp_path)
    await made.journal.open()
    await made.storage.open()
    await made.recorder.start()
    yield made
    made.storage.revive()
    made.storage.fault = made.journal.failure = None
    made.storage.release()
    made.journal.flowing.set()
    await made.recorder.stop()
    await made.storage.close()
    await made.journal.close()


async def test_events_are_stored_in_the_order_in_which_they_came(rig: Rig) -> None:
    for number in range(20):
        rig.recorder.record([event(number)])
        if number % 5 == 0:
            await asyncio.sleep(0)

    await rig.recorder.settled()

    assert await rig.numbers() == list(range(20))


async def test_what_came_meanwhile_is_written_together_and_never_too_much_at_once(
    rig: Rig,
) -> None:
    rig.storage.hold()
    rig.recorder.record([event(0)])
    await asyncio.sleep(0)
    rig.recorder.record([event(number) for number in range(1, 2 * recorder_module.BATCH + 1)])
    rig.storage.release()

    await rig.recorder.settled()

    assert await rig.numbers() == list(range(2 * recorder_module.BATCH + 1))
    assert rig.storage.writes == 3


async def test_a_dead_database_sends_events_to_the_journal_and_they_come_back_once_in_order(
    rig: Rig, expected_logs: LogGuard
) -> None:
    expected_logs.expect("database away")
    rig.recorder.record([event(0)])
    await rig.recorder.settled()

    rig.storage.die(LOCKED)
    for number in (1, 2, 3):
        rig.recorder.record([event(number)])
        await rig.recorder.settled()
        assert await rig.spooled() == list(range(1, number + 1))
    rig.storage.revive()
    await rig.seen.nth(StorageStateChangedEvent, 2)
    rig.recorder.record([event(4)])
    await rig.recorder.settled()

    assert await rig.numbers() == [0, 1, 2, 3, 4]
    assert await rig.spooled() == []
    assert rig.states() == [DatabaseLockedError, None]


async def test_during_an_outage_events_are_on_the_disk_at_once_and_not_at_the_next_try(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, expected_logs: LogGuard
) -> None:
    expected_logs.expect("database away")
    monkeypatch.setattr(recorder_module, "RETRY_SECONDS", 3600.0)
    rig.storage.die(LOCKED)
    rig.recorder.record([event(0)])
    await rig.recorder.settled()
    tries = rig.storage.writes

    rig.recorder.record([event(1)])
    await rig.recorder.settled()

    assert await rig.spooled() == [0, 1]
    assert rig.storage.writes == tries


async def test_a_new_process_takes_up_what_the_dead_one_spooled(
    rig: Rig, expected_logs: LogGuard
) -> None:
    expected_logs.expect("database away")
    rig.storage.die(LOCKED)
    rig.recorder.record([event(0), event(1)])
    await rig.recorder.settled()
    await rig.recorder.stop()
    rig.storage.revive()

    rig.recorder = rig.new_recorder()
    await rig.recorder.start()
    rig.recorder.record([event(2)])
    await rig.recorder.settled()

    assert await rig.numbers() == [0, 1, 2]
    assert await rig.spooled() == []


async def test_a_write_whose_answer_got_lost_makes_no_second_row(
    rig: Rig, expected_logs: LogGuard
) -> None:
    # The storage says only that it failed, so each event is tried apart before it is put off.
    rig.storage.loses_next_answer = True
    rig.recorder.record([event(0), event(1)])

    await rig.recorder.settled()

    assert await rig.numbers() == [0, 1]
    assert len(dump(rig.path)["event_log"]) == 2


async def test_events_that_cannot_be_taken_out_of_the_journal_change_nothing_later(
    rig: Rig, expected_logs: LogGuard
) -> None:
    expected_logs.expect("database away", "stay in the journal")
    rig.storage.die(LOCKED)
    opened = interaction_event("Opened", interaction(), at=START)
    rig.recorder.record([opened, event(0)])
    await rig.recorder.settled()
    rig.journal.forgets = False
    rig.storage.revive()
    await rig.seen.nth(StorageStateChangedEvent, 2)
    ended = interaction(outcome=InteractionOutcome.MISSED, ended_at=START)
    rig.recorder.record([interaction_event("Ended", ended, at=START), event(1)])
    await rig.recorder.stop()
    rig.journal.forgets = True

    rig.recorder = rig.new_recorder()
    await rig.recorder.start()
    await rig.recorder.settled()

    assert await rig.numbers() == [0, 1]
    stored = await rig.storage.read(lambda uow: uow.interactions.get(ended.id))
    assert stored == ended
    assert list(await rig.journal.spooled()) == []


async def test_a_cancelled_write_is_written_by_stop(rig: Rig) -> None:
    rig.storage.hold()
    rig.recorder.record([event(0), event(1)])
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    writing = next(task for task in asyncio.all_tasks() if task.get_name() == "recorder")
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    rig.recorder.record([event(2)])
    rig.storage.release()

    await rig.recorder.stop()

    assert await rig.numbers() == [0, 1, 2]


async def test_a_cancelled_spooling_loses_nothing(rig: Rig) -> None:
    rig.storage.die(LOCKED)
    rig.journal.flowing.clear()
    rig.recorder.record([event(0), event(1)])
    async with asyncio.timeout(20):
        while not rig.journal.spools:
            await asyncio.sleep(0)
    writing = next(task for task in asyncio.all_tasks() if task.get_name() == "recorder")
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    rig.storage.revive()
    rig.journal.flowing.set()

    await rig.recorder.stop()

    assert await rig.numbers() == [0, 1]


async def test_stop_spools_what_a_dead_database_does_not_take(
    rig: Rig, expected_logs: LogGuard
) -> None:
    expected_logs.expect("database away")
    rig.storage.die(LOCKED)
    rig.recorder.record([event(0)])

    await rig.recorder.stop()

    assert await rig.spooled() == [0]


async def test_stop_waits_for_a_slow_database(rig: Rig) -> None:
    rig.storage.hold()
    rig.recorder.record([event(0)])
    stopping = asyncio.create_task(rig.recorder.stop())
    await asyncio.sleep(0)
    rig.recorder.record([event(1)])
    rig.storage.release()

    await stopping

    assert await rig.numbers() == [0, 1]


async def test_with_both_dead_events_stay_in_memory_and_the_desk_says_so(
    rig: Rig, expected_logs: LogGuard
) -> None:
    expected_logs.expect("neither database nor journal", "database away")
    rig.storage.die(LOCKED)
    rig.journal.failure = FULL
    rig.recorder.record([event(0), event(1)])
    first = await rig.seen.nth(StorageStateChangedEvent, 1)
    assert isinstance(first.error, DiskFullError)
    rig.recorder.record([event(2)])

    rig.storage.revive()
    rig.journal.failure = None
    await rig.recorder.settled()
    await rig.recorder.stop()

    assert await rig.numbers() == [0, 1, 2]
    assert rig.states()[-1] is None


async def test_a_journal_that_stays_dead_does_not_keep_events_from_a_database_that_is_back(
    rig: Rig, expected_logs: LogGuard
) -> None:
    expected_logs.expect("neither database nor journal")
    rig.storage.die(LOCKED)
    rig.journal.failure = FULL
    rig.recorder.record([event(0)])
    await rig.seen.nth(StorageStateChangedEvent, 1)

    rig.storage.revive()
    await rig.recorder.settled()

    assert await rig.numbers() == [0]
    assert rig.states() == [DiskFullError, None]


async def test_events_that_stop_can_save_nowhere_are_named_as_lost(
    rig: Rig, expected_logs: LogGuard
) -> None:
    expected_logs.expect("neither database nor journal", "1 events are lost")
    rig.storage.die(LOCKED)
    rig.journal.failure = FULL
    rig.recorder.record([event(0)])

    await rig.recorder.stop()

    assert expected_logs.unexpected() == []


async def test_a_fault_that_nobody_foresaw_stops_neither_recorder_nor_desk(
    rig: Rig, expected_logs: LogGuard
) -> None:
    expected_logs.expect("events could not be written", "database away")
    rig.storage.fault = ValueError("a bug in the storage")
    rig.recorder.record([event(0)])
    await rig.recorder.settled()
    assert await rig.spooled() == [0]

    rig.storage.fault = None
    await rig.seen.nth(StorageStateChangedEvent, 2)

    assert await rig.numbers() == [0]


async def test_a_record_that_the_database_refuses_does_not_block_the_others(
    rig: Rig, expected_logs: LogGuard
) -> None:
    expected_logs.expect("stays as it was; the log has it")
    bad = interaction(customer_id=CustomerId("nobody"))
    good = interaction(id=InteractionId("00000000-0000-7000-9000-000000000002"))
    rig.recorder.record(
        [
            event(0),
            interaction_event("Opened", bad, at=START),
            interaction_event("Opened", good, at=START),
        ]
    )

    await rig.recorder.settled()
    rig.recorder.record([event(1)])
    await rig.recorder.settled()

    assert await rig.numbers() == [0, 1]
    assert await rig.storage.read(lambda uow: uow.interactions.get(good.id)) == good
    logged = await rig.storage.read(lambda uow: uow.events.of(Stream.INTERACTION, bad.id))
    assert [entry.kind for entry in logged] == ["Opened"]
    assert rig.states() == []


async def test_applying_old_events_again_leaves_the_newest_record(rig: Rig) -> None:
    ended = interaction(outcome=InteractionOutcome.MISSED, ended_at=START)
    events = [
        interaction_event("Opened", interaction(), at=START),
        interaction_event("Ended", ended, at=START),
    ]

    def twice(uow: UnitOfWork) -> Interaction:
        apply_events(uow, events)
        apply_events(uow, events[:1])
        return uow.interactions.get(ended.id)

    assert await rig.storage.write(twice) == ended


async def test_a_long_outage_keeps_nothing_in_memory(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, expected_logs: LogGuard
) -> None:
    expected_logs.expect("database away")
    monkeypatch.setattr(recorder_module, "RETRY_SECONDS", 3600.0)
    rig.storage.die(LOCKED)
    for first in range(0, 3000, 100):
        rig.recorder.record([event(number) for number in range(first, first + 100)])
        await rig.recorder.settled()
    assert rig.recorder.spooled == 3000
    assert len(await rig.spooled()) == 3000
    assert rig.storage.writes == 1
    await rig.recorder.stop()
    rig.storage.revive()

    rig.recorder = rig.new_recorder()
    await rig.recorder.start()
    await rig.recorder.settled()

    assert await rig.numbers() == list(range(3000))
    assert rig.recorder.spooled == 0
