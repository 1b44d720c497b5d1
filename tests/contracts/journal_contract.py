"""What every implementation of ``ports.journal.Journal`` does.

A subclass named ``Test...`` gives the fixture ``journal``: open and empty.
"""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from agent_desk.domain.command import AddNote, Command, LogTicket
from agent_desk.domain.draft import Draft, DraftKind
from agent_desk.domain.errors import NotFoundError, StorageError
from agent_desk.domain.event_log import LoggedEvent, Stream
from agent_desk.domain.identifiers import (
    AgentId,
    CallId,
    CategoryId,
    CommandId,
    CustomerId,
    EventId,
    new_uuid7,
)
from agent_desk.domain.kept_command import KeptCommand, KeptState, refusal_of
from agent_desk.domain.ticket import Resolution, TicketForm
from agent_desk.ports.journal import Journal

NOW = datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=UTC)


def a_draft(key: str = "ticket:c1", **fields: str) -> Draft:
    return Draft(key=key, kind=DraftKind.TICKET, saved_at=NOW, fields=fields)


def a_full_draft() -> Draft:
    return Draft(
        key="customer:c2",
        kind=DraftKind.CUSTOMER,
        saved_at=NOW,
        fields={"name": "王小明", "note": 'two\nlines "quoted"', "empty": ""},
        call_id=CallId("c2"),
        number="+8613800138000",
        customer_id=CustomerId(new_uuid7(NOW)),
        customer_name="王",
    )


def an_event(kind: str, **payload: object) -> LoggedEvent:
    return LoggedEvent(
        id=EventId(new_uuid7(NOW)),
        stream=Stream.CALL,
        stream_id="c1",
        kind=kind,
        at=NOW,
        actor="1001",
        payload=payload,
    )


def a_kept_command(text: str = "说了一遍") -> KeptCommand:
    note = AddNote(
        id=CommandId(new_uuid7(NOW)),
        at=NOW,
        actor=AgentId("1001"),
        noted=CustomerId(new_uuid7(NOW)),
        text=text,
    )
    return KeptCommand(command=note, kept_at=NOW + timedelta(seconds=2))


def a_ticket_command(after: Command) -> LogTicket:
    form = TicketForm(
        customer_id=CustomerId(new_uuid7(NOW)),
        category_id=CategoryId(new_uuid7(NOW)),
        subject="退款 \ud83d",
        resolution=Resolution.FOLLOW_UP,
        follow_up_at=NOW + timedelta(hours=2),
    )
    id_ = CommandId(new_uuid7(NOW))
    return LogTicket(id=id_, at=NOW, actor=AgentId("1001"), after=after.id, form=form)


class JournalContract:
    """Drafts, spooled events and kept commands."""

    async def test_a_draft_comes_back_as_saved(self, journal: Journal) -> None:
        draft = a_full_draft()

        await journal.save_draft(draft)

        assert list(await journal.drafts()) == [draft]

    async def test_a_draft_of_the_same_key_replaces_the_former(self, journal: Journal) -> None:
        await journal.save_draft(a_draft(subject="rou"))
        later = a_draft(subject="router")
        await journal.save_draft(later)

        assert list(await journal.drafts()) == [later]

    async def test_drafts_are_newest_first(self, journal: Journal) -> None:
        drafts = [
            dataclasses.replace(a_draft(str(hour)), saved_at=NOW + timedelta(hours=hour))
            for hour in (1, 3, 2)
        ]
        for draft in drafts:
            await journal.save_draft(draft)

        assert [draft.key for draft in await journal.drafts()] == ["3", "2", "1"]

    async def test_a_discarded_draft_is_gone_and_the_others_stay(self, journal: Journal) -> None:
        await journal.save_draft(a_draft("one"))
        await journal.save_draft(a_draft("two"))

        await journal.discard_draft("one")
        await journal.discard_draft("never there")

        assert [draft.key for draft in await journal.drafts()] == ["two"]

    async def test_half_a_character_of_an_input_method_is_kept(self, journal: Journal) -> None:
        draft = a_draft(subject="\ud83d broken")

        await journal.save_draft(draft)

        assert list(await journal.drafts()) == [draft]

    async def test_spooled_events_come_back_in_order(self, journal: Journal) -> None:
        first, second, third = an_event("Delivered", n=1), an_event("Held"), an_event("Cleared")

        await journal.spool([first, second])
        await journal.spool([third])

        assert list(await journal.spooled()) == [first, second, third]

    async def test_the_same_event_is_spooled_once(self, journal: Journal) -> None:
        event = an_event("Delivered", text="王", list=[1, None, {"a": 2.5}])

        await journal.spool([event, event])
        await journal.spool([event])

        assert list(await journal.spooled()) == [event]

    async def test_forgotten_events_are_gone_and_the_others_stay(self, journal: Journal) -> None:
        events = [an_event(str(index)) for index in range(4)]
        await journal.spool(events)

        await journal.forget_spooled([events[0].id, events[2].id, EventId(new_uuid7(NOW))])
        await journal.forget_spooled([])
        await journal.spool([])

        assert list(await journal.spooled()) == [events[1], events[3]]

    async def test_kept_commands_come_back_in_order(self, journal: Journal) -> None:
        first = a_kept_command()
        second = KeptCommand(command=a_ticket_command(first.command), kept_at=NOW)

        await journal.keep_command(first)
        await journal.keep_command(second)

        assert list(await journal.kept_commands()) == [first, second]

    async def test_a_kept_command_changes_in_its_place(self, journal: Journal) -> None:
        first, second = a_kept_command("one"), a_kept_command("two")
        await journal.keep_command(first)
        await journal.keep_command(second)

        refusal = refusal_of(NotFoundError(subject="Customer", id="42"))
        refused = first.moved(KeptState.CONFLICT, refusal)
        await journal.keep_command(refused)
        assert list(await journal.kept_commands()) == [refused, second]

        better = a_kept_command("better").command
        edited = dataclasses.replace(first, command=dataclasses.replace(better, id=first.id))
        await journal.keep_command(edited)
        assert list(await journal.kept_commands()) == [edited, second]

    async def test_forgotten_commands_are_gone_and_the_others_stay(self, journal: Journal) -> None:
        kept = [a_kept_command(str(index)) for index in range(4)]
        for entry in kept:
            await journal.keep_command(entry)

        await journal.forget_commands([kept[0].id, kept[2].id, CommandId(new_uuid7(NOW))])
        await journal.forget_commands([])

        assert list(await journal.kept_commands()) == [kept[1], kept[3]]

    async def test_a_closed_journal_says_so(self, journal: Journal) -> None:
        await journal.close()

        with pytest.raises(StorageError):
            await journal.save_draft(a_draft())
        with pytest.raises(StorageError):
            await journal.spooled()
        with pytest.raises(StorageError):
            await journal.keep_command(a_kept_command())
        await journal.close()

    async def test_a_journal_that_is_opened_again_has_kept_everything(
        self, journal: Journal
    ) -> None:
        draft, event, kept = a_full_draft(), an_event("Delivered"), a_kept_command()
        await journal.save_draft(draft)
        await journal.spool([event])
        await journal.keep_command(kept)

        await journal.close()
        await journal.open()

        assert list(await journal.drafts()) == [draft]
        assert list(await journal.spooled()) == [event]
        assert list(await journal.kept_commands()) == [kept]
