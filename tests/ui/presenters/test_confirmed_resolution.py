"""The customer is asked in the contact that resolved the ticket: from the key to the log."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from agent_desk.domain.customer import TICKET_CONFIRMED, Customer, TimelineKind
from agent_desk.domain.identifiers import CallId
from agent_desk.domain.interaction import Disposition
from agent_desk.domain.ticket import Ticket, TicketState
from agent_desk.services.case_log import TicketChangedEvent
from tests.e2e.stage import CONTROL, SHIFT, ScriptedStage
from tests.ui.presenters.test_contact import LI, WANG, customer, shows, talk, texts

SOLVED, NOT_SOLVED = Qt.Key.Key_Y, Qt.Key.Key_N


@pytest.fixture
def wang(stage: ScriptedStage) -> Customer:
    """The customer whose ticket was resolved in the call that goes on."""
    who = customer(stage, "王秀英", WANG)
    talk(stage, "c-1", WANG, "王秀英")
    stage.press(Qt.Key.Key_T, CONTROL)
    stage.type("Refund")
    stage.choose_category("refund")
    stage.press(Qt.Key.Key_T, CONTROL)
    stage.press(Qt.Key.Key_Return, CONTROL)
    stage.wait(stage.panels.editor.confirmation.asks)
    return who


def last_change(stage: ScriptedStage) -> tuple[str, TicketState]:
    change = stage.seen(TicketChangedEvent)[-1]
    return change.kind, change.ticket.state


def ticket(stage: ScriptedStage) -> Ticket:
    return stage.on_loop(stage.desk.tickets.get(stage.seen(TicketChangedEvent)[0].ticket.id))


@pytest.mark.usefixtures("wang")
def test_one_key_records_that_the_customer_says_it_is_solved(stage: ScriptedStage) -> None:
    stage.press(SOLVED, CONTROL, SHIFT)

    stage.wait(lambda: last_change(stage) == ("TicketConfirmed", TicketState.CLOSED))
    stored = ticket(stage)
    assert (stored.fcr_claimed, stored.fcr_confirmed) == (True, True)
    strip = stage.panels.editor.confirmation
    stage.wait(lambda: not strip.asks())
    assert strip.text() == f"The customer says that #{stored.number} is solved"


def test_the_timeline_and_the_ticket_show_it_afterwards(
    stage: ScriptedStage, wang: Customer
) -> None:
    stage.press(SOLVED, CONTROL, SHIFT)

    def outcomes() -> list[str]:
        shown = stage.view.contact.shown
        entries = shown.card.timeline if shown is not None and shown.card is not None else ()
        return [entry.outcome for entry in entries if entry.kind is TimelineKind.TICKET]

    stage.wait(lambda: outcomes() == [TICKET_CONFIRMED])
    stage.view.contact.open_customer(wang.id, then_ticket=ticket(stage).id)
    strip = stage.panels.editor.confirmation
    stage.wait(lambda: f"Ticket #{ticket(stage).number}" in texts(stage.panels.editor))
    assert strip.text().endswith("is solved")


@pytest.mark.usefixtures("wang")
def test_not_solved_reopens_with_the_reason_and_goes_on_in_the_editor(
    stage: ScriptedStage,
) -> None:
    editor = stage.panels.editor
    stage.press(NOT_SOLVED, CONTROL, SHIFT)
    stage.wait(lambda: isinstance(stage.focus(), QLineEdit))
    stage.type("money not there yet")
    stage.press(Qt.Key.Key_Return)

    stage.wait(lambda: last_change(stage) == ("TicketReopened", TicketState.REOPENED))
    stored = ticket(stage)
    assert (stored.fcr_confirmed, stored.fcr_no_repeat) == (False, False)
    stage.wait(lambda: editor.fields()["ticket_id"] == stored.id)
    assert "is open again" in texts(editor)
    assert not editor.confirmation.asks()


def test_not_solved_leaves_alone_what_is_being_typed(stage: ScriptedStage, wang: Customer) -> None:
    editor = stage.panels.editor
    stage.press(Qt.Key.Key_T, CONTROL)
    stage.type("second matter")
    stage.press(NOT_SOLVED, CONTROL, SHIFT)
    stage.type("no")
    stage.press(Qt.Key.Key_Return)
    stage.wait(lambda: last_change(stage)[0] == "TicketReopened")
    stage.wait(lambda: "is open again" in texts(editor))
    assert editor.form.subject.text() == "second matter"


@pytest.mark.usefixtures("wang")
def test_the_question_waits_for_the_agent_who_turned_to_another_call(
    stage: ScriptedStage,
) -> None:
    customer(stage, "李伟", LI)
    strip = stage.panels.editor.confirmation
    stage.do(stage.switch.far_hangs_up, CallId("c-1"))
    stage.wait(lambda: stage.panels.wrap_up.call_id() == "c-1")
    assert strip.asks()
    talk(stage, "c-2", LI, "李伟")
    assert not strip.asks()

    stage.view.contact.select_call("c-1")
    stage.wait(shows(stage, "王秀英"))
    assert strip.asks()


@pytest.mark.usefixtures("wang")
def test_a_confirmed_ticket_still_suggests_resolved(stage: ScriptedStage) -> None:
    stage.press(SOLVED, CONTROL, SHIFT)
    stage.wait(lambda: last_change(stage)[0] == "TicketConfirmed")
    stage.do(stage.switch.far_hangs_up, CallId("c-1"))
    stage.wait(lambda: stage.panels.wrap_up.call_id() == "c-1")
    assert stage.panels.wrap_up.disposition() is Disposition.RESOLVED


@pytest.mark.usefixtures("wang")
def test_an_answer_after_somebody_else_moved_the_ticket_says_why_not(
    stage: ScriptedStage,
) -> None:
    stage.on_loop(stage.desk.tickets.reopen(ticket(stage).id, "called the shop"))
    stage.press(SOLVED, CONTROL, SHIFT)
    editor = stage.panels.editor
    stage.wait(lambda: "cannot become" in texts(editor))
    assert ticket(stage).state is TicketState.REOPENED
