"""A complaint in the editor and on lists: chosen by key, told, and overdue ones first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot

from agent_desk.domain.complaint import Complaint, ComplaintForm, Severity, TicketKind
from agent_desk.domain.customer import TimelineEntry, TimelineKind
from agent_desk.domain.identifiers import AgentId, CallId, CategoryId, CustomerId, TicketId
from agent_desk.domain.ticket import Priority, Ticket, TicketForm, TicketState
from tests.ui.customer import samples
from ui.complaint_words import line_of
from ui.language import Language, set_language
from ui.ticket.ticket_editor import TicketEditor
from ui.ticket.tickets_page import TicketsPage
from ui.timeline.delegate import channel_icon, channel_name


@pytest.fixture
def editor(qtbot: QtBot) -> TicketEditor:
    made = TicketEditor(now=samples.now)
    made.set_categories(samples.categories())
    qtbot.addWidget(made)
    made.show()
    made.begin(samples.customer(), CallId("call-1"), "+4915112345678")
    made.restore({"subject": "Rude on the phone", "category_id": "router"})
    return made


def test_a_complaint_says_whom_it_is_about_and_is_sent_as_one(
    qtbot: QtBot, editor: TicketEditor
) -> None:
    editor.toggle_complaint()
    assert editor.form.complaint.about.hasFocus()
    editor.save()
    assert editor.form.complaint.about_field.error() == "Say whom or what it is about"
    editor.form.complaint.about.setText("agent-7")
    editor.form.complaint.severity.setCurrentIndex(1)

    with qtbot.waitSignal(editor.submitted) as submitted:
        editor.save()

    form = submitted.args[0]
    assert isinstance(form, TicketForm)
    assert form.complaint == ComplaintForm(severity=Severity.HIGH, about="agent-7")
    draft = editor.fields()
    editor.show_saved(7)
    assert not editor.form.complaint.is_complaint()
    editor.restore(draft)
    assert editor.form.complaint.form() == form.complaint
    editor.toggle_complaint()
    assert editor.form.complaint.form() is None


def a_ticket(number: int) -> Ticket:
    return Ticket(
        id=TicketId(f"t{number}"),
        number=number,
        customer_id=CustomerId("c1"),
        category_id=CategoryId("router"),
        subject="Rude on the phone",
        description="",
        priority=Priority.P3,
        state=TicketState.OPEN,
        owner=AgentId("li"),
        opened_at=samples.now() - timedelta(days=1),
    )


def a_complaint(hours: int) -> Complaint:
    due = samples.now() + timedelta(hours=hours)
    return Complaint(severity=Severity.HIGH, about="agent-7", promised_at=due)


def test_a_stored_ticket_stays_what_it_is(editor: TicketEditor) -> None:
    editor.load_ticket(replace(a_ticket(1), complaint=a_complaint(2)))
    assert editor.form.complaint.is_complaint()
    editor.toggle_complaint()
    assert editor.form.complaint.is_complaint()


def test_complaints_stand_first_and_say_when_the_answer_is_due(qtbot: QtBot) -> None:
    page = TicketsPage(now=samples.now)
    qtbot.addWidget(page)
    page.show()
    soon, late = a_complaint(2), a_complaint(-3)
    tickets = [
        a_ticket(1),
        replace(a_ticket(2), complaint=soon),
        replace(a_ticket(3), complaint=late),
    ]

    page.show_tickets(tickets, {})

    assert page.list.marked_id() == tickets[2].id
    assert line_of(late, samples.now()).startswith("About agent-7 · High · answer by ")
    set_language(Language.ZH)
    assert line_of(late, samples.now()).startswith("对象：agent-7 · 严重 · ")


def test_the_timeline_shows_a_complaint_as_one() -> None:
    entry = TimelineEntry(
        at=samples.now(),
        kind=TimelineKind.TICKET,
        id="t",
        subject="x",
        channel=str(TicketKind.COMPLAINT),
        agent="li",
        outcome="OPEN",
    )
    assert (channel_name(entry), channel_icon(entry)) == ("Complaint", "frown")
