"""A day with a database that goes away: what is typed is kept, told, saved, and decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from agent_desk.domain.customer import CustomerChanges, NewCustomer, Note
from agent_desk.domain.errors import InputError
from agent_desk.domain.kept_command import KeptCommand, KeptState, refusal_of
from agent_desk.services import outbox as outbox_module
from agent_desk.services.case_log import TicketChangedEvent
from agent_desk.services.outbox import KeptAppliedEvent, OutboxChangedEvent
from tests.e2e.stage import CONTROL, ScriptedStage
from tests.ui.presenters.test_contact import (
    WANG,
    MakeStage,
    click,
    customer,
    drafts,
    shows,
    talk,
    texts,
)
from ui.kept.kept_entries import KeptEntriesDialog
from ui.language import tr

pytestmark = pytest.mark.expected_logs("database away")


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_module, "LONGEST_PAUSE_SECONDS", 0.1)


def is_emptied(stage: ScriptedStage) -> bool:
    changes = stage.seen(OutboxChangedEvent)
    return bool(changes) and not changes[-1].kept


def type_ticket(stage: ScriptedStage, subject: str) -> None:
    stage.press(Qt.Key.Key_T, CONTROL)
    stage.type(subject)
    stage.choose_category("refund")
    stage.press(Qt.Key.Key_T, CONTROL)
    stage.press(Qt.Key.Key_Return, CONTROL)


def test_a_ticket_is_kept_while_the_database_is_away_and_saved_after(
    stage: ScriptedStage,
) -> None:
    wang = customer(stage, "王秀英", WANG)
    talk(stage, "c-1", WANG, "王秀英")
    stage.do(stage.storage.die)

    type_ticket(stage, "Refund of order 88")

    editor = stage.panels.editor
    stage.wait(lambda: tr("ticket_editor.kept") in texts(editor))
    assert editor.form.subject.text() == ""
    stage.wait(lambda: "1 entry is kept here and will be saved" in stage.notices())
    stage.wait(lambda: drafts(stage) == [])

    stage.do(stage.storage.revive)
    stage.wait(lambda: is_emptied(stage))
    stage.wait(lambda: tr("desk.storage_back") in stage.notices())
    (ticket,) = {c.ticket.id: c.ticket for c in stage.seen(TicketChangedEvent)}.values()
    assert (ticket.subject, ticket.customer_id) == ("Refund of order 88", wang.id)
    stage.wait(lambda: stage.seen(KeptAppliedEvent) != [])
    stage.settled()


def test_a_note_is_on_the_card_while_it_is_only_kept(stage: ScriptedStage) -> None:
    wang = customer(stage, "王秀英", WANG)
    stage.view.contact.open_customer(wang.id)
    stage.wait(shows(stage, "王秀英"))
    stage.do(stage.storage.die)
    card = stage.panels.contact.card

    card.note_added.emit("calls after five")

    stage.wait(lambda: [n.text for n in shown_notes(stage)] == ["calls after five"])
    stage.do(stage.storage.revive)
    stage.wait(lambda: is_emptied(stage))
    stage.wait(lambda: stage.view.contact.shown is not None)
    stage.wait(lambda: [n.text for n in shown_notes(stage)] == ["calls after five"])
    stored = stage.on_loop(stage.desk.customers.card(wang.id))
    assert [note.text for note in stored.notes] == ["calls after five"]


def shown_notes(stage: ScriptedStage) -> Sequence[Note]:
    shown = stage.view.contact.shown
    return shown.card.notes if shown is not None and shown.card is not None else ()


def test_an_unknown_caller_can_be_stored_without_a_database(stage: ScriptedStage) -> None:
    stage.ring("c-1", WANG)
    pop = stage.panels.contact.pop
    stage.wait(lambda: pop.isVisible() and pop.form.isVisible())
    stage.press(Qt.Key.Key_F4)
    stage.do(stage.storage.die)
    pop.new_customer_submitted.emit(NewCustomer(name="王秀英", number=WANG))
    stage.wait(shows(stage, "王秀英"))
    card = stage.panels.contact.card
    stage.wait(lambda: "Kept on this machine" in texts(card))
    type_ticket(stage, "First words")
    stage.wait(lambda: "2 entries are kept here" in stage.notices())

    stage.do(stage.storage.revive)
    stage.wait(lambda: is_emptied(stage))
    stage.wait(lambda: "Kept on this machine" not in texts(card))
    (hit,) = stage.on_loop(stage.desk.customers.search("王秀英"))
    ticket = stage.seen(TicketChangedEvent)[-1].ticket
    assert ticket.customer_id == hit.customer_id
    stage.settled()


def refuse_a_change(stage: ScriptedStage) -> KeptEntriesDialog:
    """Let a kept change be refused, and open the list by its line."""
    wang = customer(stage, "王秀英", WANG)
    stage.view.contact.open_customer(wang.id)
    stage.wait(shows(stage, "王秀英"))
    elsewhere = CustomerChanges(id=wang.id, version=wang.version, name="王秀英", city="Köln")
    stage.on_loop(stage.storage.write(lambda uow: uow.customers.change(elsewhere, None, "")))
    stage.do(stage.storage.die)
    mine = replace(elsewhere, city="Bonn")
    stage.panels.contact.card.save_requested.emit(mine)
    stage.wait(lambda: "1 entry is kept here" in stage.notices())
    stage.do(stage.storage.revive)
    stage.wait(lambda: tr("kept.conflicts", count=1) in stage.notices())
    action = next(
        b
        for b in stage.view.notices.findChildren(QAbstractButton)
        if b.isVisible() and b.text() == tr("kept.show")
    )
    QTest.mouseClick(action, Qt.MouseButton.LeftButton)
    dialogs = stage.view.window.findChildren(KeptEntriesDialog)
    stage.wait(lambda: dialogs[0].isVisible())
    stage.wait(lambda: "was changed meanwhile" in texts(dialogs[0]))
    return dialogs[0]


def test_a_refused_change_is_discarded_with_a_reason(stage: ScriptedStage) -> None:
    dialog = refuse_a_change(stage)

    dialog.discard_requested.emit(dialog.ids()[0], "the colleague was right")

    stage.wait(lambda: is_emptied(stage))
    stage.wait(lambda: tr("kept.none") in texts(dialog))
    stage.wait(lambda: tr("kept.conflicts", count=1) not in stage.notices())
    dialog.reject()


def test_a_refused_change_is_compared_with_what_is_saved(stage: ScriptedStage) -> None:
    dialog = refuse_a_change(stage)

    click(dialog, tr("kept.compare"))
    stage.wait(lambda: tr("conflict.all_yours") in texts(dialog))
    click(dialog, tr("conflict.all_yours"))
    click(dialog, tr("conflict.save"))

    stage.wait(lambda: is_emptied(stage))
    shown = stage.panels.contact.card
    stage.wait(lambda: "Bonn" in texts(shown))
    dialog.reject()


def test_a_refused_note_is_edited_in_its_form(stage: ScriptedStage) -> None:
    wang = customer(stage, "王秀英", WANG)
    note = stage.desk.commands.add_note(wang.id, "calls after five")
    error = InputError(field="note", value="calls", accepted="other words")
    refused = KeptCommand(
        command=note, kept_at=note.at, state=KeptState.CONFLICT, refusal=refusal_of(error)
    )
    stage.do(stage.desk.outbox._kept.__setitem__, note.id, refused)
    stage.do(stage.desk.outbox._publish)
    stage.wait(lambda: tr("kept.conflicts", count=1) in stage.notices())
    stage.view.kept.show()
    (dialog,) = stage.view.window.findChildren(KeptEntriesDialog)

    click(dialog, tr("kept.edit"))

    stage.wait(lambda: is_emptied(stage))
    assert not dialog.isVisible()
    assert [draft.fields["note"] for draft in drafts(stage)] == ["calls after five"]


def test_the_next_start_saves_what_is_still_kept(make_stage: MakeStage) -> None:
    first = make_stage()
    customer(first, "王秀英", WANG)
    talk(first, "c-1", WANG, "王秀英")
    first.do(first.storage.die)
    type_ticket(first, "Refund of order 88")
    first.wait(lambda: "1 entry is kept here" in first.notices())
    first.on_loop(first.desk.outbox.stop())
    first.do(first.storage.revive)
    first.on_loop(first.desk.stop())

    second = make_stage()

    second.wait(lambda: not second.desk.outbox.kept)
    assert len(second.on_loop(second.desk.customers.search("Refund"))) == 1
