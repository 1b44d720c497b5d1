"""Confirmed first-contact resolution: the question after a ticket was resolved, and its answer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from agent_desk.domain.customer import TICKET_CONFIRMED, TimelineEntry, TimelineKind
from agent_desk.domain.ticket import Ticket, TicketState
from tests.ui.customer import samples
from ui.language import Language, set_language
from ui.ticket.confirmation import Confirmation
from ui.widgets.state_kinds import entry_kind, entry_outcome


@pytest.fixture
def strip(qtbot: QtBot) -> Confirmation:
    made = Confirmation()
    qtbot.addWidget(made)
    made.resize(320, 240)
    return made


def resolved() -> Ticket:
    return samples.ticket(state=TicketState.RESOLVED, fcr_claimed=True)


def texts(strip: Confirmation) -> str:
    return "\n".join(label.text() for label in strip.findChildren(QLabel) if label.isVisible())


def click(strip: Confirmation, text: str) -> None:
    buttons = strip.findChildren(QAbstractButton)
    button = next(b for b in buttons if b.isVisible() and b.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_resolved_ticket_is_asked_about_in_both_languages(strip: Confirmation) -> None:
    strip.show_ticket(resolved())
    assert strip.text() == "Ticket #1042 is saved as resolved. Does the customer say so?"
    set_language(Language.ZH)
    strip.retranslate()
    assert strip.text() == "工单 #1042 已按“已解决”保存。客户也认为已解决吗？"


@pytest.mark.parametrize(
    "state", [s for s in TicketState if s not in (TicketState.RESOLVED, TicketState.CLOSED)]
)
def test_no_other_ticket_is_asked_about(strip: Confirmation, state: TicketState) -> None:
    strip.show_ticket(samples.ticket(state=state))
    assert strip.isHidden()
    assert not strip.asks()


def test_a_confirmed_ticket_says_so_and_asks_nothing(strip: Confirmation, qtbot: QtBot) -> None:
    strip.show_ticket(replace(resolved(), state=TicketState.CLOSED, fcr_confirmed=True))
    assert strip.text() == "The customer says that #1042 is solved"
    assert [b.text() for b in strip.findChildren(QAbstractButton) if b.isVisible()] == []
    with qtbot.assertNotEmitted(strip.answered):
        strip.say_solved()
        strip.say_not_solved()


def test_a_ticket_closed_after_a_verified_order_says_nothing_here(strip: Confirmation) -> None:
    strip.show_ticket(samples.ticket(state=TicketState.CLOSED))
    assert strip.isHidden()


def test_yes_is_one_press(strip: Confirmation, qtbot: QtBot) -> None:
    strip.show_ticket(resolved())
    with qtbot.waitSignal(strip.answered) as answered:
        click(strip, "Yes, resolved")
    assert answered.args == ["t1042", True, ""]


def test_no_needs_a_reason(strip: Confirmation, qtbot: QtBot) -> None:
    strip.show_ticket(resolved())
    strip.say_not_solved()
    reason = strip.findChild(QLineEdit)
    assert reason is not None
    with qtbot.assertNotEmitted(strip.answered):
        QTest.keyClick(reason, Qt.Key.Key_Return)
    assert "Say what is still wrong" in texts(strip)
    QTest.keyClicks(reason, "no light")
    with qtbot.waitSignal(strip.answered) as answered:
        click(strip, "Reopen the ticket")
    assert answered.args == ["t1042", False, "no light"]


def test_escape_leads_back_to_the_question(strip: Confirmation) -> None:
    strip.show_ticket(resolved())
    strip.say_not_solved()
    reason = strip.findChild(QLineEdit)
    assert reason is not None
    QTest.keyClick(reason, Qt.Key.Key_Escape)
    assert not reason.isVisible()


@pytest.mark.parametrize(("field", "text"), [("reason", "too short"), ("", "The database is away")])
def test_a_refused_answer_says_why(strip: Confirmation, field: str, text: str) -> None:
    strip.show_ticket(resolved())
    strip.say_not_solved()
    strip.show_error(field, text)
    assert text in texts(strip)
    assert strip.asks()


def test_a_confirmed_ticket_has_its_own_word_in_the_timeline() -> None:
    entry = TimelineEntry(
        at=samples.NOW, kind=TimelineKind.TICKET, id="t1", subject="Bill", outcome=TICKET_CONFIRMED
    )
    assert (entry_outcome(entry), entry_kind(entry)) == ("Confirmed", "success")
    set_language(Language.ZH)
    assert entry_outcome(entry) == "客户已确认"
