"""The pop, the card and the editor's words, over a database that is slow, dead or changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from agent_desk.domain.call import LocalConnectionState
from agent_desk.domain.customer import Customer, NewCustomer
from agent_desk.domain.draft import Draft, DraftKind
from agent_desk.domain.identifiers import AgentId, CallId
from agent_desk.domain.ticket import Resolution, Ticket, TicketForm
from agent_desk.services.call_control import CallsChangedEvent
from agent_desk.services.case_log import TicketChangedEvent
from agent_desk.services.screen_pop import PopFailedEvent, PopSlowEvent, PopStartedEvent
from tests.contracts.presence_contract import a_report
from tests.e2e.stage import CONTROL, ScriptedStage
from ui.language import tr
from ui.shell.recovery import RecoveryDialog

WANG, LI = "+8613800138111", "+8613900139222"
MakeStage = Callable[[], ScriptedStage]


def customer(stage: ScriptedStage, name: str, number: str) -> Customer:
    new = NewCustomer(name=name, number=number)
    return stage.on_loop(stage.desk.customers.create(new)).customer


def texts(widget: QWidget) -> str:
    """Return everything that can be read in ``widget``."""
    labels = [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]
    buttons = [b.text() for b in widget.findChildren(QAbstractButton) if b.isVisible()]
    return "\n".join(labels + buttons)


def click(within: QWidget, text: str) -> None:
    button = next(
        b for b in within.findChildren(QAbstractButton) if b.isVisible() and b.text() == text
    )
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def shows(stage: ScriptedStage, name: str) -> Callable[[], bool]:
    def check() -> bool:
        shown = stage.view.contact.shown
        return shown is not None and shown is stage.view.tickets.workspace and shown.name == name

    return check


def talk(stage: ScriptedStage, call_id: str, number: str, name: str) -> None:
    """Let ``name`` ring, and answer by key."""
    stage.ring(call_id, number)
    stage.wait(shows(stage, name))
    stage.press(Qt.Key.Key_F4)
    stage.wait(lambda: is_connected(stage, call_id))
    stage.wait(shows(stage, name))


def is_connected(stage: ScriptedStage, call_id: str) -> bool:
    changes = stage.seen(CallsChangedEvent)
    return any(
        call.call_id == call_id and call.state is LocalConnectionState.CONNECTED
        for call in changes[-1].calls
    )


def log(stage: ScriptedStage, who: Customer, subject: str, category: str = "Refund") -> Ticket:
    """Store an open ticket as another contact would have left it."""
    tree = stage.on_loop(stage.desk.tickets.categories())
    form = TicketForm(
        customer_id=who.id,
        category_id=next(c.id for c in tree if c.name == category),
        subject=subject,
        resolution=Resolution.FOLLOW_UP,
        follow_up_at=stage.clock.now() + timedelta(days=1),
    )
    return stage.on_loop(stage.desk.tickets.log(form, None))


def test_a_slow_database_delays_neither_number_nor_answer(stage: ScriptedStage) -> None:
    customer(stage, "王秀英", WANG)
    stage.do(stage.storage.hold)
    pop = stage.panels.contact.pop

    stage.ring("c-1", WANG)
    stage.wait(lambda: pop.isVisible() and "138 0013 8111" in texts(pop))
    stage.press(Qt.Key.Key_F4)
    stage.wait(lambda: is_connected(stage, "c-1"))
    stage.wait(lambda: bool(stage.seen(PopSlowEvent)))
    stage.wait(lambda: tr("screen_pop.slow") in texts(pop))

    stage.do(stage.storage.release)
    stage.wait(shows(stage, "王秀英"))
    assert stage.panels.contact.card.isVisible()


@pytest.mark.expected_logs("database away")
def test_a_dead_database_is_said_and_asked_once_more(stage: ScriptedStage) -> None:
    customer(stage, "王秀英", WANG)
    stage.do(stage.storage.die)
    pop = stage.panels.contact.pop
    stage.ring("c-1", WANG)
    stage.wait(lambda: bool(stage.seen(PopFailedEvent)))
    stage.wait(lambda: "desk.sqlite" in texts(pop))
    assert "138 0013 8111" in texts(pop)

    stage.do(stage.storage.revive)
    click(pop, tr("screen_pop.retry"))
    stage.wait(shows(stage, "王秀英"))


def test_what_is_typed_follows_the_agent_from_call_to_call(stage: ScriptedStage) -> None:
    customer(stage, "王秀英", WANG)
    customer(stage, "李伟", LI)
    subject = stage.panels.editor.form.subject
    talk(stage, "c-1", WANG, "王秀英")
    stage.press(Qt.Key.Key_T, CONTROL)
    stage.type("about wang")
    stage.ring("c-2", LI)
    stage.wait(lambda: len(stage.seen(PopStartedEvent)) == 2)
    assert subject.text() == "about wang"

    stage.press(Qt.Key.Key_F4)
    stage.wait(shows(stage, "李伟"))
    assert subject.text() == ""
    stage.press(Qt.Key.Key_T, CONTROL)
    stage.type("about li")
    stage.view.call_bar.select_call("c-1")
    stage.wait(shows(stage, "王秀英"))
    assert subject.text() == "about wang"
    stage.view.call_bar.select_call("c-2")
    stage.wait(shows(stage, "李伟"))
    assert subject.text() == "about li"


def test_an_unsaved_draft_comes_back_when_its_customer_is_opened(stage: ScriptedStage) -> None:
    wang = customer(stage, "王秀英", WANG)
    customer(stage, "李伟", LI)
    subject = stage.panels.editor.form.subject
    talk(stage, "c-1", WANG, "王秀英")
    stage.press(Qt.Key.Key_T, CONTROL)
    stage.type("half done")
    stage.do(stage.switch.far_hangs_up, CallId("c-1"))
    talk(stage, "c-2", LI, "李伟")
    assert subject.text() == ""

    stage.view.contact.open_customer(wang.id)
    stage.wait(shows(stage, "王秀英"))
    assert subject.text() == "half done"


def test_a_further_call_joins_the_open_ticket(stage: ScriptedStage) -> None:
    wang = customer(stage, "王秀英", WANG)
    first = log(stage, wang, "Refund of order 88")
    talk(stage, "c-1", WANG, "王秀英")
    stage.wait(lambda: str(first.number) in texts(stage.panels.editor))

    stage.press(Qt.Key.Key_J, CONTROL)
    editor = stage.panels.editor
    stage.wait(lambda: editor.fields()["ticket_id"] == first.id)
    stage.wait(lambda: editor.fields()["version"] == str(first.version))
    before = len(stage.seen(TicketChangedEvent))
    stage.press(Qt.Key.Key_T, CONTROL)
    stage.press(Qt.Key.Key_Return, CONTROL)

    stage.wait(lambda: len(stage.seen(TicketChangedEvent)) >= before + 2)
    assert {change.ticket.id for change in stage.seen(TicketChangedEvent)} == {first.id}
    assert stage.seen(TicketChangedEvent)[-2].kind == "TicketJoined"


def test_a_key_pressed_twice_saves_one_ticket(stage: ScriptedStage) -> None:
    customer(stage, "王秀英", WANG)
    talk(stage, "c-1", WANG, "王秀英")
    stage.press(Qt.Key.Key_T, CONTROL)
    stage.type("Refund")
    stage.choose_category("refund")
    stage.press(Qt.Key.Key_T, CONTROL)

    stage.press(Qt.Key.Key_Return, CONTROL)
    stage.press(Qt.Key.Key_Return, CONTROL)

    stage.wait(lambda: not stage.panels.editor.is_dirty())
    stage.settled()
    opened = [c for c in stage.seen(TicketChangedEvent) if c.kind == "TicketOpened"]
    assert len(opened) == 1


def drafts(stage: ScriptedStage) -> list[Draft]:
    return list(stage.on_loop(stage.desk.drafts.recover()))


def test_a_draft_learns_the_name_of_who_calls(stage: ScriptedStage) -> None:
    wang = customer(stage, "王秀英", WANG)
    stage.do(stage.storage.hold)
    stage.ring("c-1", WANG)
    stage.wait(lambda: stage.view.call_bar.selected() == "c-1")
    stage.press(Qt.Key.Key_F4)
    stage.wait(lambda: is_connected(stage, "c-1"))
    stage.wait(lambda: stage.view.tickets.workspace is not None)
    stage.press(Qt.Key.Key_T, CONTROL)
    stage.type("no name yet")
    stage.wait(lambda: [draft.customer_id for draft in drafts(stage)] == [None])

    stage.do(stage.storage.release)

    stage.wait(lambda: [draft.customer_id for draft in drafts(stage)] == [wang.id])
    assert drafts(stage)[0].customer_name == "王秀英"
    assert drafts(stage)[0].fields["subject"] == "no name yet"


def test_words_that_were_deleted_again_leave_no_draft(stage: ScriptedStage) -> None:
    customer(stage, "王秀英", WANG)
    talk(stage, "c-1", WANG, "王秀英")
    stage.press(Qt.Key.Key_T, CONTROL)
    stage.type("ab")
    stage.wait(lambda: len(drafts(stage)) == 1)

    stage.press(Qt.Key.Key_Backspace)
    stage.press(Qt.Key.Key_Backspace)

    stage.wait(lambda: drafts(stage) == [])


def test_a_recovered_draft_without_a_customer_goes_to_whom_the_agent_finds(
    make_stage: MakeStage,
) -> None:
    first = make_stage()
    wang = customer(first, "王秀英", WANG)
    lost = Draft(
        key="ticket:call:c-9",
        kind=DraftKind.TICKET,
        saved_at=first.clock.now(),
        fields={"subject": "From nobody", "description": ""},
        call_id=CallId("c-9"),
        number=LI,
    )
    first.on_loop(first.desk.drafts.save(lost))
    first.on_loop(first.desk.stop())
    stage = make_stage()
    stage.wait(lambda: stage.view.window.findChild(RecoveryDialog) is not None)
    dialog = stage.view.window.findChild(RecoveryDialog)
    assert isinstance(dialog, RecoveryDialog)
    click(dialog, tr("recovery.restore"))
    editor = stage.panels.editor
    stage.wait(lambda: editor.form.subject.text() == "From nobody")
    stage.wait(lambda: not dialog.isVisible())

    stage.view.contact.open_customer(wang.id)
    stage.wait(shows(stage, "王秀英"))
    assert editor.form.subject.text() == "From nobody"
    stage.activate()
    stage.choose_category("refund")
    stage.press(Qt.Key.Key_T, CONTROL)
    stage.press(Qt.Key.Key_Return, CONTROL)

    stage.wait(lambda: bool(stage.seen(TicketChangedEvent)))
    assert stage.seen(TicketChangedEvent)[-1].ticket.customer_id == wang.id
    stage.wait(lambda: drafts(stage) == [])


def test_an_unknown_caller_is_stored_once_and_is_the_call_s_customer(stage: ScriptedStage) -> None:
    pop = stage.panels.contact.pop
    stage.ring("c-1", WANG)
    stage.wait(lambda: pop.isVisible() and pop.form.isVisible())
    stage.press(Qt.Key.Key_F4)
    stage.wait(lambda: is_connected(stage, "c-1"))
    new = NewCustomer(name="王秀英", number=WANG)

    pop.new_customer_submitted.emit(new)
    pop.new_customer_submitted.emit(new)

    stage.wait(shows(stage, "王秀英"))
    stage.settled()
    hits = stage.on_loop(stage.desk.customers.search("王秀英"))
    assert len(hits) == 1
    record = stage.do(stage.desk.interactions.of_call, CallId("c-1"))
    assert record.customer_id == hits[0].customer_id


def test_colleagues_are_called_by_name_in_the_history_and_its_notes(stage: ScriptedStage) -> None:
    wang = customer(stage, "Wang Wei", WANG)
    report = a_report("Ben Xu 徐本", agent_id=AgentId("agent042"))
    stage.on_loop(stage.storage.write(lambda uow: uow.presence.report(report)))
    command = replace(
        stage.desk.commands.add_note(wang.id, "calls from the car"), actor=AgentId("agent042")
    )
    stage.on_loop(stage.desk.outbox.submit(command))

    talk(stage, "c-1", WANG, "Wang Wei")

    stage.wait(lambda: "Ben Xu 徐本" in texts(stage.panels.contact.card))
    assert "agent042" not in texts(stage.panels.contact.card)
