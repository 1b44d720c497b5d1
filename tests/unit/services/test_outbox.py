"""The outbox: kept while the database is away, applied once and in order, refusals to a person."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from agent_desk.domain.command import AddNote, ChangeCustomer, Command
from agent_desk.domain.customer import Customer, CustomerCard, CustomerChanges, NewCustomer
from agent_desk.domain.draft import Draft, DraftKind
from agent_desk.domain.errors import (
    AgentDeskError,
    CommitUnknownError,
    DatabaseUnavailableError,
    DiskFullError,
    InputError,
    NotFoundError,
    StaleVersionError,
    StorageError,
    TransitionRefusedError,
)
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import CommandId, CustomerId, TicketId, new_uuid7
from agent_desk.domain.kept_command import KeptCommand, KeptState
from agent_desk.domain.ticket import Resolution, Ticket, TicketForm
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from agent_desk.services import outbox as outbox_module
from agent_desk.services import recorder as recorder_module
from agent_desk.services.case_log import TicketChangedEvent
from agent_desk.services.outbox import Kept, KeptAppliedEvent, OutboxChangedEvent, Outcome
from agent_desk.services.recorder import StorageStateChangedEvent
from agent_desk.services.screen_pop import PopMatchedEvent
from tests.logfail import LogGuard
from tests.unit.services.bench import LI_NUMBER, WANG_NUMBER, Bench
from tests.unit.services.conftest import MakeBench

AWAY = pytest.mark.expected_logs("database away")


@pytest.fixture(autouse=True)
def no_long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_module, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(outbox_module, "LONGEST_PAUSE_SECONDS", 0.02)
    monkeypatch.setattr(recorder_module, "RETRY_SECONDS", 0.01)


async def until(bench: Bench, holds: Callable[[OutboxChangedEvent], bool]) -> OutboxChangedEvent:
    """Return the newest state of the outbox, as soon as it is so that ``holds``."""
    seen = 0
    while True:
        changes = bench.seen.all(OutboxChangedEvent)
        if changes and holds(changes[-1]):
            return changes[-1]
        seen = len(changes)
        await bench.seen.nth(OutboxChangedEvent, seen + 1)


async def emptied(bench: Bench) -> None:
    await until(bench, lambda change: not change.kept)
    assert list(await bench.journal.kept_commands()) == []


async def conflicts(bench: Bench, count: int = 1) -> list[KeptCommand]:
    change = await until(bench, lambda change: change.conflicts == count)
    return [entry for entry in change.kept if entry.state is KeptState.CONFLICT]


async def note(bench: Bench, who: Customer, text: str) -> CustomerCard | Kept:
    # Of the same instant none would be the later one.
    bench.clock.advance(1)
    return await bench.desk.outbox.submit(bench.desk.commands.add_note(who.id, text))


async def notes(bench: Bench, who: Customer) -> list[str]:
    card = await bench.storage.read(lambda uow: uow.customers.card(who.id, now=bench.clock.now()))
    return [stored.text for stored in reversed(card.notes)]


def changes_of(who: Customer, **fields: object) -> CustomerChanges:
    changes = CustomerChanges(id=who.id, version=who.version, name=who.name)
    return replace(changes, **fields)  # type: ignore[arg-type]


async def change(bench: Bench, who: Customer, **fields: object) -> CustomerCard | Kept:
    command = bench.desk.commands.change_customer(changes_of(who, **fields))
    return await bench.desk.outbox.submit(command)


async def changed_elsewhere(bench: Bench, who: Customer) -> None:
    """Save another name as another desk would."""
    elsewhere = changes_of(who, name="Somebody was quicker")
    await bench.storage.write(lambda uow: uow.customers.change(elsewhere, None, ""))


async def stale_change(bench: Bench, who: Customer) -> KeptCommand:
    """Keep a change that the database will refuse, and return it when it has."""
    bench.storage.die()
    assert isinstance(await change(bench, who, city="Bonn"), Kept)
    bench.storage.revive()
    await changed_elsewhere(bench, who)
    return (await conflicts(bench))[0]


async def test_what_the_database_takes_is_not_kept(bench: Bench) -> None:
    wang = await bench.customer()

    card = await note(bench, wang, "one")

    assert isinstance(card, CustomerCard)
    assert [stored.text for stored in card.notes] == ["one"]
    assert list(bench.desk.outbox.kept) == []
    assert bench.seen.all(OutboxChangedEvent) == []


@AWAY
async def test_what_a_dead_database_cannot_take_is_on_the_disk_and_saved_in_order_later(
    bench: Bench,
) -> None:
    wang = await bench.customer()
    bench.storage.die()

    for text in ("one", "two", "three"):
        kept = await note(bench, wang, text)
        assert isinstance(kept, Kept)
        assert [entry.command for entry in await bench.journal.kept_commands()][-1] == kept.command
    change = await until(bench, lambda change: change.waiting == 3)
    assert isinstance(change.away, DatabaseUnavailableError)
    bench.storage.revive()
    await emptied(bench)

    assert await notes(bench, wang) == ["one", "two", "three"]
    assert await bench.kinds(Stream.CUSTOMER, wang.id) == ["CustomerAdded", *["NoteAdded"] * 3]
    assert [applied.command.kind for applied in bench.seen.all(KeptAppliedEvent)] == ["AddNote"] * 3
    assert bench.seen.all(OutboxChangedEvent)[-1].away is None


@AWAY
async def test_a_ticket_keeps_the_time_at_which_it_was_typed(bench: Bench) -> None:
    wang = await bench.customer()
    form = await bench.form(wang.id)
    bench.storage.die()
    typed_at = bench.clock.now()
    kept = await bench.desk.outbox.submit(bench.desk.commands.log_ticket(form, None))
    assert isinstance(kept, Kept)

    bench.clock.advance(3600)
    bench.storage.revive()
    await emptied(bench)

    (applied,) = bench.seen.all(KeptAppliedEvent)
    assert isinstance(applied.outcome, Ticket)
    assert (applied.outcome.opened_at, applied.outcome.resolved_at) == (typed_at, typed_at)
    assert [event.at for event in await bench.log(Stream.TICKET, applied.outcome.id)] == [
        typed_at,
        typed_at,
    ]
    assert [c.kind for c in bench.seen.all(TicketChangedEvent)] == [
        "TicketOpened",
        "TicketResolved",
    ]


@AWAY
async def test_a_new_customer_and_all_about_them_wait_for_each_other(bench: Bench) -> None:
    call = await bench.talk(number=LI_NUMBER)
    outbox, commands = bench.desk.outbox, bench.desk.commands
    category = await bench.category("Refund")
    bench.storage.die()
    record = bench.record(call)
    new = NewCustomer(name="李娜", number=LI_NUMBER)
    created = await outbox.submit(commands.create_customer(new, record.id))
    assert isinstance(created, Kept)
    customer_id = CustomerId(created.command.about[1])
    card = await bench.desk.screen_pop.choose(call, customer_id)
    assert (card.customer.name, card.as_of) == ("李娜", bench.clock.now())
    form = TicketForm(customer_id=customer_id, category_id=category, subject="断网")
    logged = await outbox.submit(commands.log_ticket(form, bench.record(call)))
    assert isinstance(logged, Kept)
    ticket_id = TicketId(logged.command.about[1])
    bench.desk.interactions.link_ticket(call, ticket_id)
    bench.switch.far_hangs_up(call)
    await bench.desk.recorder.settled()

    bench.storage.revive()
    await emptied(bench)
    await bench.seen.nth(StorageStateChangedEvent, 2)

    stored = await bench.stored(call)
    assert (stored.customer_id, stored.ticket_id) == (customer_id, ticket_id)
    ticket = await bench.desk.tickets.get(ticket_id)
    assert (ticket.customer_id, ticket.opened_in, ticket.fcr_claimed) == (
        customer_id,
        record.id,
        True,
    )


@AWAY
async def test_a_second_change_stands_on_the_first(bench: Bench) -> None:
    wang = await bench.customer()
    bench.storage.die()
    await change(bench, wang, city="Bonn")
    await change(bench, wang, city="Köln", name="王大伟")
    bench.storage.revive()
    await emptied(bench)

    stored = await bench.storage.read(lambda uow: uow.customers.get(wang.id))
    assert (stored.city, stored.name, stored.version) == ("Köln", "王大伟", wang.version + 2)


async def an_order(bench: Bench) -> WorkOrder:
    wang = await bench.customer()
    form = await bench.form(wang.id, resolution=Resolution.WORK_ORDER)
    ticket = await bench.desk.tickets.log(form, None)
    return (await bench.storage.read(lambda uow: uow.orders.of_ticket(ticket.id)))[0]


@AWAY
async def test_steps_of_an_order_stand_on_each_other(bench: Bench) -> None:
    order = await an_order(bench)
    outbox, commands = bench.desk.outbox, bench.desk.commands
    bench.storage.die()
    await outbox.submit(commands.accept_order(order.id, order.version))
    await outbox.submit(commands.start_order(order.id, order.version))
    bench.storage.revive()
    await emptied(bench)

    stored = await bench.desk.orders.get(order.id)
    assert stored.state is WorkOrderState.IN_PROGRESS


async def test_a_commit_whose_answer_was_lost_is_applied_once(
    bench: Bench, expected_logs: LogGuard
) -> None:
    expected_logs.expect("database away")
    wang = await bench.customer()
    bench.storage.lose_next_answer(CommitUnknownError(path="desk.db"))

    kept = await note(bench, wang, "once")

    assert isinstance(kept, Kept)
    await emptied(bench)
    assert await notes(bench, wang) == ["once"]
    assert await bench.kinds(Stream.CUSTOMER, wang.id) == ["CustomerAdded", "NoteAdded"]


@AWAY
async def test_a_database_that_hangs_is_not_waited_for(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_module, "PATIENCE_SECONDS", 0.01)
    wang = await bench.customer()
    bench.storage.hold()

    assert isinstance(await note(bench, wang, "one"), Kept)
    assert isinstance(await note(bench, wang, "two"), Kept)
    bench.storage.release()
    await emptied(bench)

    assert await notes(bench, wang) == ["one", "two"]


@AWAY
async def test_newer_words_about_a_customer_queue_behind_older_ones(bench: Bench) -> None:
    wang, li = await bench.customer(), await bench.customer("李娜", LI_NUMBER)
    bench.storage.die()
    await note(bench, wang, "one")
    bench.storage.hold()
    bench.storage.revive()
    await until(bench, lambda change: change.waiting == 1)

    waiting = asyncio.ensure_future(note(bench, wang, "two"))
    assert isinstance(await waiting, Kept)
    bench.storage.release()
    await emptied(bench)

    assert isinstance(await note(bench, li, "at once"), CustomerCard)
    assert await notes(bench, wang) == ["one", "two"]


@AWAY
async def test_a_refusal_goes_to_a_person_and_the_others_go_on(bench: Bench) -> None:
    wang, li = await bench.customer(), await bench.customer("李娜", LI_NUMBER)
    bench.storage.die()
    await change(bench, wang, city="Bonn")
    await note(bench, wang, "about wang")
    await note(bench, li, "about li")
    bench.storage.revive()
    await changed_elsewhere(bench, wang)

    (entry,) = await conflicts(bench)
    await until(bench, lambda change: change.waiting == 0)

    assert entry.refusal is not None
    assert isinstance(entry.refusal.error, StaleVersionError)
    assert [e.state for e in await bench.journal.kept_commands()] == [KeptState.CONFLICT]
    assert await notes(bench, wang) == ["about wang"]
    assert await notes(bench, li) == ["about li"]
    assert isinstance(await note(bench, wang, "further"), CustomerCard)


@AWAY
async def test_what_stands_on_a_conflict_waits_for_its_end(bench: Bench) -> None:
    wang = await bench.customer()
    bench.storage.die()
    await change(bench, wang, city="Bonn")
    second = await change(bench, wang, city="Köln")
    assert isinstance(second, Kept)
    bench.storage.revive()
    await changed_elsewhere(bench, wang)
    (entry,) = await conflicts(bench)
    assert [e.id for e in bench.desk.outbox.kept] == [entry.id, second.command.id]

    await bench.desk.outbox.discard(entry.id, "out of date")

    (follower,) = await conflicts(bench)
    assert follower.id == second.command.id


@AWAY
async def test_a_conflict_can_be_tried_again_as_it_is(bench: Bench) -> None:
    wang = await bench.customer()
    entry = await stale_change(bench, wang)

    await bench.desk.outbox.retry(entry.id)

    await until(bench, lambda change: change.waiting == 1)
    assert (await conflicts(bench))[0].id == entry.id


@AWAY
async def test_an_edited_conflict_is_saved_under_its_own_id(bench: Bench) -> None:
    wang = await bench.customer()
    entry = await stale_change(bench, wang)
    mended = changes_of(wang, version=wang.version + 1, city="Bonn")

    await bench.desk.outbox.edit(entry.id, bench.desk.commands.change_customer(mended))
    await emptied(bench)

    stored = await bench.storage.read(lambda uow: uow.customers.get(wang.id))
    assert (stored.city, stored.version) == ("Bonn", wang.version + 2)
    proof = await bench.storage.read(lambda uow: uow.commands.applied(entry.id))
    assert proof is not None
    assert proof.kind == "ChangeCustomer"


@AWAY
async def test_a_discarded_conflict_is_gone_and_the_log_says_who_and_why(bench: Bench) -> None:
    wang = await bench.customer()
    entry = await stale_change(bench, wang)

    await bench.desk.outbox.discard(entry.id, "  he moved again ")
    await emptied(bench)

    event = (await bench.log(Stream.CUSTOMER, wang.id))[-1]
    assert (event.kind, event.actor) == ("CommandDiscarded", entry.command.actor)
    assert event.payload["reason"] == "he moved again"
    assert event.payload["command"]["changes"]["city"] == "Bonn"
    assert event.payload["refusal"] == StaleVersionError.code


@AWAY
async def test_a_conflict_taken_back_is_a_draft(bench: Bench) -> None:
    wang = await bench.customer()
    entry = await stale_change(bench, wang)
    draft = Draft(key="edit:1", kind=DraftKind.CUSTOMER, saved_at=bench.clock.now())

    await bench.desk.outbox.take_back(entry.id, draft)

    await emptied(bench)
    assert list(await bench.journal.drafts()) == [draft]


@AWAY
async def test_what_may_still_be_saved_cannot_be_thrown_away(bench: Bench) -> None:
    wang = await bench.customer()
    bench.storage.die()
    kept = await note(bench, wang, "one")
    assert isinstance(kept, Kept)

    for decision in (
        bench.desk.outbox.discard(kept.command.id, "why"),
        bench.desk.outbox.retry(kept.command.id),
        bench.desk.outbox.edit(kept.command.id, kept.command),
    ):
        with pytest.raises(TransitionRefusedError):
            await decision
    with pytest.raises(InputError):
        await bench.desk.outbox.discard(kept.command.id, " ")
    with pytest.raises(NotFoundError):
        await bench.desk.outbox.retry(CommandId(new_uuid7(bench.clock.now())))

    bench.storage.revive()
    await emptied(bench)
    assert await notes(bench, wang) == ["one"]


@AWAY
async def test_bad_input_is_refused_without_a_database(bench: Bench) -> None:
    wang = await bench.customer()
    bench.storage.die()
    await note(bench, wang, "so that it is known to be away")

    with pytest.raises(InputError):
        await note(bench, wang, "   ")

    assert len(bench.desk.outbox.kept) == 1


@pytest.mark.expected_logs("database away")
async def test_nothing_is_promised_without_database_and_journal(bench: Bench) -> None:
    wang = await bench.customer()
    bench.storage.die()
    bench.journal.failure = DiskFullError(path="journal.db")

    with pytest.raises(DiskFullError):
        await note(bench, wang, "lost")

    assert list(bench.desk.outbox.kept) == []
    bench.journal.failure = None
    bench.storage.revive()
    assert isinstance(await note(bench, wang, "again"), CustomerCard)
    assert await notes(bench, wang) == ["again"]


async def test_what_the_database_refuses_at_once_is_told_at_once(bench: Bench) -> None:
    wang = await bench.customer()
    await changed_elsewhere(bench, wang)

    with pytest.raises(StaleVersionError):
        await change(bench, wang, city="Bonn")
    bench.storage.fail_next_write(StorageError(path="desk.db"))
    with pytest.raises(StorageError):
        await note(bench, wang, "refused")

    assert list(bench.desk.outbox.kept) == []


@pytest.mark.expected_logs("database away", "AddNote is refused")
async def test_an_entry_that_nobody_can_apply_holds_up_no_other(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang = await bench.customer()
    bench.storage.die()
    await note(bench, wang, "one")
    await change(bench, wang, city="Bonn")
    apply = bench.desk.outbox._apply

    async def broken(command: Command) -> Outcome:
        if isinstance(command, AddNote):
            raise ZeroDivisionError
        return await apply(command)

    monkeypatch.setattr(bench.desk.outbox, "_apply", broken)
    bench.storage.revive()

    (entry,) = await conflicts(bench)
    await until(bench, lambda change: change.waiting == 0)
    assert isinstance(entry.command, AddNote)
    assert entry.refusal is not None
    assert type(entry.refusal.error) is AgentDeskError
    stored = await bench.storage.read(lambda uow: uow.customers.get(wang.id))
    assert stored.city == "Bonn"


@AWAY
async def test_what_was_kept_outlives_the_desk(make_bench: MakeBench) -> None:
    first = make_bench()
    await first.desk.start()
    wang = await first.customer()
    first.storage.die()
    await note(first, wang, "one")
    first.storage.revive()
    first.storage.hold()
    await first.desk.outbox.stop()
    first.storage.release()
    await first.desk.stop()

    second = make_bench(clock=first.clock)
    await second.desk.start()
    await emptied(second)
    found = await notes(second, wang)
    await second.desk.stop()

    assert found == ["one"]


@pytest.mark.expected_logs("database away", "stays in the journal")
async def test_a_desk_that_died_between_saving_and_forgetting_saves_nothing_twice(
    make_bench: MakeBench,
) -> None:
    first = make_bench()
    await first.desk.start()
    wang = await first.customer()
    first.storage.die()
    await note(first, wang, "one")
    first.journal.forgets = False
    first.storage.revive()
    await until(first, lambda change: not change.kept)
    assert len(await first.journal.kept_commands()) == 1
    await first.desk.stop()

    second = make_bench(clock=first.clock)
    await second.desk.start()
    await emptied(second)
    found = await notes(second, wang)
    kinds = await second.kinds(Stream.CUSTOMER, wang.id)
    await second.desk.stop()

    assert found == ["one"]
    assert kinds == ["CustomerAdded", "NoteAdded"]


@pytest.mark.expected_logs("database away", "is not in the journal")
async def test_a_conflict_that_the_journal_cannot_keep_is_one_all_the_same(bench: Bench) -> None:
    wang = await bench.customer()
    bench.storage.die()
    await change(bench, wang, city="Bonn")
    bench.journal.failure = DiskFullError(path="journal.db")
    bench.storage.revive()
    await changed_elsewhere(bench, wang)

    (entry,) = await conflicts(bench)

    assert isinstance(entry.command, ChangeCustomer)
    bench.journal.failure = None


@AWAY
async def test_the_number_of_a_new_customer_is_known_here_at_once(bench: Bench) -> None:
    bench.storage.die()
    new = NewCustomer(name="王伟", number=WANG_NUMBER)
    created = await bench.desk.outbox.submit(bench.desk.commands.create_customer(new))
    assert isinstance(created, Kept)

    bench.switch.ring("c-1", WANG_NUMBER)
    await bench.matched(1)

    matched = bench.seen.all(PopMatchedEvent)[-1]
    assert matched.from_here
    assert matched.card is not None
    assert matched.card.customer.name == "王伟"
