from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agent_desk.domain.acd import QueueStatus
from agent_desk.domain.agent import AgentState, NotReadyReason
from agent_desk.domain.call import Call
from agent_desk.domain.call_table import Calls, advance
from agent_desk.domain.errors import (
    DatabaseInUseError,
    DatabaseLockedError,
    DiskFullError,
    NotADatabaseError,
    StorageError,
    SwitchError,
)
from agent_desk.domain.event_log import Stream, call_event_from
from agent_desk.domain.identifiers import CallId, QueueId
from agent_desk.domain.interaction import Disposition, InteractionOutcome
from agent_desk.services.screen_pop import CustomerChosenEvent
from agent_desk.services.wallboard import QueuesChangedEvent
from tests.logfail import LogGuard
from tests.unit.services.bench import AGENT, WANG_NUMBER, Bench, dump
from tests.unit.services.conftest import MakeBench

BACKGROUND = ("recorder", "wallboard", "reconcile")


def background_tasks() -> list[str]:
    names = [task.get_name() for task in asyncio.all_tasks()]
    return sorted(name for name in names if name in BACKGROUND or name.startswith("pop "))


def is_all_closed(bench: Bench) -> bool:
    return not (bench.journal.is_open or bench.storage.is_open or bench.switch.is_running)


async def test_a_desk_starts_and_stops_everything(make_bench: MakeBench) -> None:
    bench = make_bench()

    await bench.desk.start()
    assert bench.journal.is_open
    assert bench.storage.is_open
    assert bench.switch.is_running
    assert background_tasks() == sorted(BACKGROUND)
    await bench.desk.stop()

    assert is_all_closed(bench)
    assert background_tasks() == []


async def test_stopping_twice_or_unstarted_changes_nothing(make_bench: MakeBench) -> None:
    bench = make_bench()
    await bench.desk.stop()
    await bench.desk.start()

    await bench.desk.stop()
    await bench.desk.stop()

    assert is_all_closed(bench)


async def test_two_who_stop_at_once_lose_no_event(make_bench: MakeBench) -> None:
    bench = make_bench()
    await bench.desk.start()
    bench.switch.ring("c-1", WANG_NUMBER)

    await asyncio.gather(bench.desk.stop(), bench.desk.stop())

    assert is_all_closed(bench)
    assert bench.desk.recorder.spooled == 0


@pytest.mark.parametrize(
    "error",
    [
        NotADatabaseError(path="desk.db", accepted="a file that this program made"),
        DatabaseInUseError(path="desk.db", owner="desk 2"),
    ],
)
async def test_a_start_with_a_dead_database_leaves_nothing_open(
    make_bench: MakeBench, error: StorageError
) -> None:
    bench = make_bench()
    bench.storage.die(error)

    with pytest.raises(type(error)):
        await bench.desk.start()

    assert is_all_closed(bench)
    assert background_tasks() == []
    bench.storage.revive()
    await bench.desk.start()
    await bench.desk.stop()


async def test_a_start_with_a_dead_journal_leaves_nothing_open(make_bench: MakeBench) -> None:
    bench = make_bench()
    bench.journal.failure = DiskFullError(path="journal.db")

    with pytest.raises(DiskFullError):
        await bench.desk.start()

    assert is_all_closed(bench)
    assert background_tasks() == []


async def test_a_start_that_fails_half_way_leaves_nothing_open(
    make_bench: MakeBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = make_bench()

    async def refuses() -> None:
        raise SwitchError(reason="no line")

    monkeypatch.setattr(bench.switch, "start", refuses)

    with pytest.raises(SwitchError):
        await bench.desk.start()

    assert is_all_closed(bench)
    assert background_tasks() == []


async def test_a_part_that_fails_to_stop_hinders_no_other(
    make_bench: MakeBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = make_bench()
    stopping = bench.switch.stop

    async def refuses() -> None:
        await stopping()
        raise SwitchError(reason="no line")

    monkeypatch.setattr(bench.switch, "stop", refuses)
    await bench.desk.start()
    await bench.desk.agent.log_on()

    with pytest.raises(SwitchError):
        await bench.desk.stop()

    assert is_all_closed(bench)
    assert background_tasks() == []
    kinds = [row for row in dump(bench.database)["event_log"] if AGENT in row]
    assert len(kinds) == 2


async def test_stopping_in_a_call_ends_it_and_the_log_has_it_all(make_bench: MakeBench) -> None:
    bench = make_bench()
    await bench.desk.start()
    await bench.sign_on()
    call = await bench.talk()
    await bench.desk.agent.not_ready(NotReadyReason.LUNCH)
    record = bench.record(call)

    await bench.desk.stop()

    next_run = make_bench(clock=bench.clock)
    await next_run.desk.start()
    stored = await next_run.storage.read(lambda uow: uow.interactions.get(record.id))
    assert (stored.outcome, stored.ended_at) == (
        InteractionOutcome.ANSWERED,
        bench.clock.now(),
    )
    assert (await next_run.kinds(Stream.CALL, call))[-1] == "CallCleared"
    agent_log = await next_run.log(Stream.AGENT, AGENT)
    assert agent_log[-1].payload["status"]["state"] == AgentState.LOGGED_OFF
    await next_run.desk.stop()


async def test_the_log_tells_the_whole_story_of_a_day(bench: Bench) -> None:
    wang = await bench.customer()
    await bench.sign_on()
    call = await bench.talk()
    await bench.seen.nth(CustomerChosenEvent)
    bench.clock.advance(90)
    ticket = await bench.desk.tickets.log(await bench.form(wang.id), bench.record(call))
    bench.desk.interactions.link_ticket(call, ticket.id)
    bench.switch.far_hangs_up(call)
    bench.clock.advance(15)
    bench.desk.interactions.dispose(call, Disposition.RESOLVED)
    await bench.desk.agent.ready()

    record = bench.record(call)
    assert await bench.kinds(Stream.CALL, call) == [
        "Delivered",
        "Established",
        "ConnectionCleared",
        "CallCleared",
    ]
    assert await bench.kinds(Stream.INTERACTION, record.id) == [
        "Opened",
        "CustomerAssigned",
        "Answered",
        "TicketLinked",
        "Ended",
        "Disposed",
        "WrapUpEnded",
    ]
    assert await bench.kinds(Stream.AGENT, AGENT) == ["AgentStateChanged"] * 5
    assert await bench.kinds(Stream.TICKET, ticket.id) == ["TicketOpened", "TicketResolved"]
    assert await bench.kinds(Stream.CUSTOMER, wang.id) == ["CustomerAdded"]
    ids = [row[1] for row in dump(bench.database)["event_log"]]
    assert len(ids) == len(set(ids)) == 19


async def test_the_calls_rebuilt_from_the_stored_log_are_the_live_ones(bench: Bench) -> None:
    held = await bench.talk()
    active = await bench.desk.calls.consultation_call(held, "202")
    bench.switch.far_answers(active)
    bench.clock.advance(12)
    await bench.desk.calls.alternate_call(active, held)

    rebuilt: dict[CallId, Call] = {}
    for call_id in (held, active):
        calls: Calls = {}
        for record in await bench.log(Stream.CALL, call_id):
            calls = advance(calls, call_event_from(record))
        rebuilt.update(calls)

    assert rebuilt == dict(bench.desk.calls.calls)


async def test_events_of_a_dead_run_are_in_the_database_before_its_calls_are_ended(
    make_bench: MakeBench, expected_logs: LogGuard
) -> None:
    expected_logs.expect("database away")
    bench = make_bench()
    await bench.desk.start()
    call = await bench.talk()
    await bench.desk.recorder.settled()
    bench.storage.die(DatabaseLockedError(path="desk.db", seconds=5))
    ended = bench.clock.advance(60)
    bench.switch.far_hangs_up(call)
    bench.desk.interactions.dispose(call, Disposition.RESOLVED)
    key = bench.record(call).id
    await bench.desk.stop()

    next_run = make_bench(clock=bench.clock)
    bench.clock.advance(3600)
    await next_run.desk.start()

    record = await next_run.storage.read(lambda uow: uow.interactions.get(key))
    assert (record.ended_at, record.disposition) == (ended, Disposition.RESOLVED)
    assert "EndedByRestart" not in await next_run.kinds(Stream.INTERACTION, key)
    await next_run.desk.stop()


async def test_calls_of_a_dead_run_wait_while_its_events_cannot_be_written(
    make_bench: MakeBench, monkeypatch: pytest.MonkeyPatch, expected_logs: LogGuard
) -> None:
    expected_logs.expect("database away", "ended at the next start")
    bench = make_bench()
    await bench.desk.start()
    call = await bench.talk()
    await bench.desk.recorder.settled()
    bench.storage.die(DatabaseLockedError(path="desk.db", seconds=5))
    bench.switch.far_hangs_up(call)
    key = bench.record(call).id
    await bench.desk.stop()

    next_run = make_bench(clock=bench.clock)
    writing = next_run.storage.write

    async def locked(*args: object, **more: object) -> object:
        raise DatabaseLockedError(path="desk.db", seconds=5)

    monkeypatch.setattr(next_run.storage, "write", locked)
    await next_run.desk.start()
    monkeypatch.setattr(next_run.storage, "write", writing)
    await next_run.desk.stop()

    last_run = make_bench(clock=bench.clock)
    await last_run.desk.start()
    kinds = await last_run.kinds(Stream.INTERACTION, key)
    assert kinds[-2:] == ["Ended", "WrapUpEnded"]
    await last_run.desk.stop()


async def test_a_desk_finds_by_itself_that_a_call_is_gone(
    make_bench: MakeBench, monkeypatch: pytest.MonkeyPatch, expected_logs: LogGuard
) -> None:
    expected_logs.expect("calls differ from the switch")
    monkeypatch.setattr("agent_desk.services.desk.RECONCILE_SECONDS", 0.01)
    bench = make_bench()
    await bench.desk.start()
    call = bench.switch.ring("c-1", WANG_NUMBER)
    bench.switch.lose(call)

    async with asyncio.timeout(20):
        while bench.desk.calls.calls:
            await asyncio.sleep(0.005)

    assert bench.record(call).outcome is InteractionOutcome.MISSED
    await bench.desk.stop()


async def test_the_queues_are_published_when_they_changed(
    make_bench: MakeBench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bench = make_bench()
    waiting = [QueueStatus(queue_id=QueueId("support"), name="Support", waiting=3)]
    monkeypatch.setattr(bench.switch, "queue_statuses", lambda: waiting)
    await bench.desk.start()
    first = await bench.seen.nth(QueuesChangedEvent)
    assert first.queues[0].waiting == 3

    bench.desk.wallboard.refresh()
    waiting[0] = QueueStatus(queue_id=QueueId("support"), name="Support", waiting=4)
    bench.desk.wallboard.refresh()

    published = [event.queues[0].waiting for event in bench.seen.all(QueuesChangedEvent)]
    assert published == [3, 4]
    await bench.desk.stop()
