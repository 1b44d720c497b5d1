"""The answer to a caller: sentences in every state, wishes with their refusals at the field."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from agent_desk.domain.identifiers import AgentId, MessageId
from agent_desk.domain.order_answer import OrderAnswer
from agent_desk.domain.order_message import MessageKind, OrderMessage
from agent_desk.domain.order_story import StoryStep
from agent_desk.domain.work_order import WorkOrderState
from tests.ui.customer import samples
from tests.ui.tickets.test_pages import shown_texts
from ui.language import Language, set_language
from ui.orders.answer_words import answer_text
from ui.orders.news_line import NewsLine
from ui.orders.order_answer import OrderAnswerPart, Wish

W = WorkOrderState


def an_answer(state: WorkOrderState = W.IN_PROGRESS, **changes: object) -> OrderAnswer:
    line = samples.order_line(
        118,
        state=state,
        technician="Wang Qiang",
        technician_phone="+8613800138009",
        hold_reason="a pump from Wuxi",
    )
    return replace(OrderAnswer(line=line), **changes)  # type: ignore[arg-type]


def a_reminder(hours_ago: float = 1.0) -> OrderMessage:
    return OrderMessage(
        id=MessageId("m1"),
        order_id=an_answer().line.order.id,
        kind=MessageKind.REMINDER,
        text="waits at home",
        at=samples.NOW - timedelta(hours=hours_ago),
        actor=AgentId("agent017"),
    )


@pytest.fixture
def part(qtbot: QtBot) -> OrderAnswerPart:
    made = OrderAnswerPart(now=samples.now)
    qtbot.addWidget(made)
    made.resize(320, 300)
    made.show_answer(an_answer())
    made.show()
    qtbot.waitExposed(made)
    return made


def typed(text: str) -> QLineEdit:
    """Type ``text`` where the cursor is."""
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    QTest.keyClicks(field, text)
    return field


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("state", [s for s in W if s is not W.DECLINED])
def test_every_state_is_told_with_what_is_next(state: WorkOrderState, language: Language) -> None:
    set_language(language)
    text = answer_text(an_answer(state), samples.NOW)

    assert "118" in text
    assert "{" not in text
    assert text.rstrip()[-1] in ".。"


def test_who_where_since_when_and_by_when_are_one_glance() -> None:
    due = samples.NOW + timedelta(hours=3)

    text = answer_text(an_answer(due_at=due), samples.NOW)

    assert text == (
        "Field service has been working on your order 118 since yesterday 05:30. Wang Qiang does "
        "the work (+86 138 0013 8009). Next they report that it is done. That is to be by today "
        "12:30."
    )
    late = answer_text(an_answer(due_at=samples.NOW - timedelta(hours=1)), samples.NOW)
    assert "it is late" in late


def test_what_is_added_needs_words(qtbot: QtBot, part: OrderAnswerPart) -> None:
    QTest.keyClick(part.add, Qt.Key.Key_Space)
    with qtbot.assertNotEmitted(part.informed):
        typed("")
        part.submit()
    assert "Write what they have to know" in shown_texts(part)
    field = typed("the dog bites")
    with qtbot.waitSignal(part.informed) as informed:
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert informed.args == ["o118", "the dog bites"]


def test_a_refusal_loses_nothing(qtbot: QtBot, part: OrderAnswerPart) -> None:
    part.open_form(Wish.INFORM)
    field = typed("the dog bites")
    part.show_error("", "not now")
    part.show_answer(an_answer())

    assert "not now" in shown_texts(part)
    assert (field.text(), part.wish()) == ("the dog bites", Wish.INFORM)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    part.open_form(Wish.INFORM)
    assert field.text() == "the dog bites"
    part.settled()
    assert (field.text(), part.wish()) == ("", None)


def test_a_second_reminder_says_from_when_on(part: OrderAnswerPart) -> None:
    assert part.hurry.isEnabled()

    part.show_answer(an_answer(messages=[a_reminder()]))

    assert not part.hurry.isEnabled()
    assert "the next time is possible from" in part.hurry.toolTip()
    assert "Reminder, today 08:30: waits at home" in shown_texts(part)
    part.show_answer(an_answer(messages=[a_reminder(25)]))
    assert part.hurry.isEnabled()
    assert "1 of 3 sent" in part.hurry.toolTip()


def test_cancelling_needs_a_reason_and_consent(qtbot: QtBot, part: OrderAnswerPart) -> None:
    part.show_answer(an_answer(W.ACCEPTED))
    QTest.keyClick(part.cancel, Qt.Key.Key_Space)
    assert "Not in a call with this customer" in shown_texts(part)
    part.show_caller("Anna Müller")
    assert "Agreed in the call with Anna Müller" in shown_texts(part)
    with qtbot.assertNotEmitted(part.cancel_requested):
        part.submit()
        assert "Say why it is cancelled" in shown_texts(part)
        QTest.keyClick(typed("bought a new one"), Qt.Key.Key_Return)
        assert "only with consent" in shown_texts(part)
    consent = typed("Mrs Mueller herself")
    with qtbot.waitSignal(part.cancel_requested) as cancelled:
        QTest.keyClick(consent, Qt.Key.Key_Return)
    assert cancelled.args == ["o118", "bought a new one", "Mrs Mueller herself"]


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (W.IN_PROGRESS, "put it on hold first"),
        (W.REPORTED, "ask the customer whether it is solved"),
        (W.VERIFYING, "ask the customer whether it is solved"),
    ],
)
def test_what_cannot_be_cancelled_says_why(
    part: OrderAnswerPart, state: WorkOrderState, why: str
) -> None:
    part.show_answer(an_answer(state))

    assert not part.cancel.isEnabled()
    assert why in part.cancel.toolTip()


def test_who_may_not_is_offered_nothing_but_the_answer(part: OrderAnswerPart) -> None:
    part.offer_wishes(False)

    assert part.add.isHidden()
    assert part.cancel.isHidden()
    assert "has been working" in shown_texts(part)


def test_a_department_sees_what_is_new_until_it_takes_a_step(qtbot: QtBot) -> None:
    line = NewsLine(now=samples.now)
    qtbot.addWidget(line)

    def step(kind: str, reason: str = "") -> StoryStep:
        state = WorkOrderState.ACCEPTED
        return StoryStep(kind=kind, at=samples.NOW, actor="li", state=state, reason=reason)

    line.show_steps([step("OrderAccepted"), step("OrderInformed", "the dog bites")])
    assert line.text() == "Information from the customer, Today 09:30: the dog bites"
    assert (line.isHidden(), line.kind) == (False, "info")
    line.show_steps([step("OrderInformed", "x"), step("OrderHurried")])
    assert line.text().endswith("The customer asks to hurry, Today 09:30")
    assert line.kind == "warning"
    line.show_steps([step("OrderInformed", "x"), step("OrderStarted")])
    assert line.isHidden()
