"""What a desk is told of other desks' changes, and that it tells them of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent_desk.domain.change import Change, FeedState, FeedStateChangedEvent, change_of
from agent_desk.domain.event_log import Stream
from agent_desk.domain.ticket import Resolution
from agent_desk.ports.storage import UnitOfWork
from agent_desk.services.announcing_storage import AnnouncingStorage
from agent_desk.services.change_watch import (
    MAX_OWN,
    ChangeWatch,
    SharedRecordsChangedEvent,
    SharedRecordsReloadEvent,
)
from agent_desk.services.event_bus import EventBus
from db.sqlite_storage import SqliteStorage
from tests.contracts.change_feed_contract import an_event, events
from tests.fakes.desk_file import new_desk_file
from tests.fakes.faulty_storage import FaultyStorage
from tests.fakes.scripted_feed import ScriptedFeed, ScriptedLog
from tests.unit.services.bench import AGENT, Bench, Seen

WORK_ORDER = Stream.WORK_ORDER


@pytest.fixture
def log() -> ScriptedLog:
    return ScriptedLog()


@pytest.fixture
def bus() -> EventBus:
    return EventBus()


@pytest.fixture
def seen(bus: EventBus) -> Seen:
    seen = Seen()
    bus.subscribe(object, seen.add)
    return seen


@pytest.fixture
async def watch(log: ScriptedLog, bus: EventBus, seen: Seen) -> AsyncIterator[ChangeWatch]:
    watch = ChangeWatch(feed=ScriptedFeed(log), bus=bus)
    await watch.start()
    yield watch
    await watch.stop()


@pytest.fixture
async def inner(tmp_path: Path) -> AsyncIterator[FaultyStorage]:
    storage = FaultyStorage(inner=SqliteStorage(path=new_desk_file(tmp_path)))
    await storage.open()
    yield storage
    await storage.close()


@pytest.fixture
def storage(inner: FaultyStorage, watch: ChangeWatch) -> AnnouncingStorage:
    return AnnouncingStorage(inner=inner, before_commit=watch.note_own, after_commit=watch.announce)


async def test_what_others_changed_is_published(
    watch: ChangeWatch, log: ScriptedLog, seen: Seen
) -> None:
    ticket, customer = an_event(Stream.TICKET), an_event(Stream.CUSTOMER)

    log.append([ticket, customer])
    told = await seen.nth(SharedRecordsChangedEvent)

    assert told.ids(Stream.TICKET) == {ticket.stream_id}
    assert told.ids(Stream.CUSTOMER) == {customer.stream_id}
    newest = told.newest(Stream.TICKET, ticket.stream_id)
    assert newest is not None
    assert newest.id == ticket.id
    assert told.newest(Stream.TICKET, customer.stream_id) is None


async def test_whose_card_changed_is_told_with_every_kind_of_record(
    watch: ChangeWatch, log: ScriptedLog, seen: Seen
) -> None:
    customer = an_event(Stream.CUSTOMER)
    ticket = an_event(Stream.TICKET, customer_id="wang")
    call = an_event(Stream.INTERACTION, customer_id=None)

    log.append([customer, ticket, call])
    told = await seen.nth(SharedRecordsChangedEvent)

    assert told.customers == {customer.stream_id, "wang"}


async def test_cases_and_calls_of_a_desk_name_their_customer_and_owner(bench: Bench) -> None:
    wang = await bench.customer()
    await bench.sign_on()
    call = await bench.talk()
    form = await bench.form(wang.id, resolution=Resolution.WORK_ORDER)
    ticket = await bench.desk.tickets.log(form, None)
    await bench.desk.recorder.settled()
    record = bench.record(call)

    def read(unit: UnitOfWork) -> list[Change]:
        (order,) = unit.orders.of_ticket(ticket.id)
        cases = (*unit.events.of(Stream.TICKET, ticket.id), *unit.events.of(WORK_ORDER, order.id))
        assert cases
        calls = unit.events.of(Stream.INTERACTION, record.id)
        return [change_of(event, 1) for event in (*cases, calls[-1])]

    *cases, last_of_call = await bench.storage.read(read)

    assert {(change.about, change.owner) for change in cases} == {(wang.id, AGENT)}
    assert last_of_call.about == wang.id


async def test_own_changes_are_not_published_once_more(
    watch: ChangeWatch, log: ScriptedLog, seen: Seen
) -> None:
    own, other = an_event(), an_event()
    watch.note_own([own])

    log.append([own, other])
    told = await seen.nth(SharedRecordsChangedEvent)

    assert [change.id for change in told.changes] == [other.id]


async def test_a_batch_of_own_changes_publishes_nothing(
    watch: ChangeWatch, log: ScriptedLog, seen: Seen
) -> None:
    own, other = an_event(), an_event()
    watch.note_own([own])

    log.append([own])
    log.append([other])
    await seen.nth(SharedRecordsChangedEvent)

    assert len(seen.all(SharedRecordsChangedEvent)) == 1


async def test_own_events_that_never_come_back_do_not_pile_up(
    watch: ChangeWatch, log: ScriptedLog, seen: Seen
) -> None:
    forgotten = an_event()
    watch.note_own([forgotten])
    watch.note_own(events(MAX_OWN))

    log.append([forgotten])

    told = await seen.nth(SharedRecordsChangedEvent)
    assert [change.id for change in told.changes] == [forgotten.id]


async def test_the_state_of_the_feed_is_published(
    watch: ChangeWatch, log: ScriptedLog, seen: Seen
) -> None:
    log.cut()
    away = await seen.nth(FeedStateChangedEvent, 2)

    assert away.state is FeedState.AWAY
    assert watch.state is FeedState.AWAY


async def test_after_a_restored_backup_everything_is_to_be_read_again(
    watch: ChangeWatch, log: ScriptedLog, seen: Seen
) -> None:
    log.restore()

    await seen.nth(SharedRecordsReloadEvent)
    assert seen.all(SharedRecordsChangedEvent) == []


async def test_a_watch_that_starts_again_misses_nothing(
    watch: ChangeWatch, log: ScriptedLog, seen: Seen
) -> None:
    await watch.stop()
    missed = an_event()
    log.append([missed])

    await watch.start()

    told = await seen.nth(SharedRecordsChangedEvent)
    assert [change.id for change in told.changes] == [missed.id]


async def test_nothing_is_published_after_stopping(
    watch: ChangeWatch, log: ScriptedLog, seen: Seen
) -> None:
    await watch.stop()
    seen.events.clear()

    log.append([an_event()])
    await asyncio.sleep(0)

    assert seen.events == []


async def test_a_write_is_noted_as_own_and_announced(
    storage: AnnouncingStorage, log: ScriptedLog, seen: Seen
) -> None:
    own, other = an_event(), an_event()

    await storage.write(lambda unit: unit.events.append([own]))
    assert log.rings == 1
    log.append([own, other])

    told = await seen.nth(SharedRecordsChangedEvent)
    assert [change.id for change in told.changes] == [other.id]


async def test_a_write_without_changes_of_records_is_not_announced(
    storage: AnnouncingStorage, log: ScriptedLog
) -> None:
    number = await storage.write(lambda unit: unit.tickets.next_number())
    await storage.write(lambda unit: unit.events.append([an_event(Stream.CALL)]))

    assert number > 0
    assert log.rings == 0


async def test_a_refused_write_is_not_announced(
    storage: AnnouncingStorage, inner: FaultyStorage, log: ScriptedLog
) -> None:
    inner.die()

    with pytest.raises(Exception, match="cannot be opened"):
        await storage.write(lambda unit: unit.events.append([an_event()]))

    assert log.rings == 0


async def test_reads_pass_through(storage: AnnouncingStorage) -> None:
    await storage.write(lambda unit: unit.events.append([an_event()]))

    assert await storage.read(lambda unit: unit.catalogue.departments(), timeout_seconds=5.0)
