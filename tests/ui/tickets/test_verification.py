"""The verification call on its panel: story, script by keys, refusals at the field, three days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from agent_desk.domain.call import CallDirection
from agent_desk.domain.identifiers import AgentId, CallId, InteractionId, MessageId
from agent_desk.domain.interaction import Interaction, InteractionOutcome
from agent_desk.domain.order_message import MessageKind, OrderMessage
from agent_desk.domain.ticket import TicketState
from agent_desk.domain.verification import VerificationAttempt
from agent_desk.domain.verification_story import FormerRound, VerificationStory
from agent_desk.domain.work_order import WorkOrderLine, WorkOrderState
from tests.ui.customer import samples
from tests.ui.tickets.test_pages import press, shown_buttons, shown_texts
from ui.language import Language, set_language
from ui.orders.verification import VerificationPanel
from ui.orders.verification_script import CustomersAnswer
from ui.ticket.tickets_page import TicketsPage
from ui.widgets.buttons import Button

LI = AgentId("agent017")


def a_line(number: int = 118) -> WorkOrderLine:
    return samples.order_line(
        number, state=WorkOrderState.VERIFYING, report=samples.report(), reports=1, round=2
    )


def a_call() -> Interaction:
    return Interaction(
        id=InteractionId("i1"),
        call_id=CallId("c1"),
        agent_id=LI,
        direction=CallDirection.INBOUND,
        number="+4915112345678",
        began_at=samples.NOW - timedelta(days=2),
        outcome=InteractionOutcome.ANSWERED,
        note="No light at all since the storm",
    )


def attempts(*days: int) -> list[VerificationAttempt]:
    return [
        VerificationAttempt(
            order_id=a_line().order.id,
            round=2,
            call=InteractionId(f"i{place}"),
            day=date(2026, 11, day),
            at=samples.NOW,
            actor=LI,
        )
        for place, day in enumerate(days)
    ]


def a_story(**changes: object) -> VerificationStory:
    story = VerificationStory(
        line=a_line(),
        ticket=samples.ticket(1042, TicketState.VERIFYING),
        first_call=a_call(),
        rounds=[FormerRound(at=samples.NOW - timedelta(days=1), reason="the modem is off again")],
        messages=[
            OrderMessage(
                id=MessageId("m1"),
                order_id=a_line().order.id,
                kind=MessageKind.INFORMATION,
                text="The dog bites",
                at=samples.NOW,
                actor=LI,
            )
        ],
        names={"agent017": "Li Ming"},
    )
    return replace(story, **changes)  # type: ignore[arg-type]


@pytest.fixture
def panel(qtbot: QtBot) -> VerificationPanel:
    made = VerificationPanel(now=samples.now)
    qtbot.addWidget(made)
    made.resize(620, 720)
    made.show()
    qtbot.waitExposed(made)
    made.show_verification(a_line())
    made.show_story(a_story())
    return made


@pytest.fixture
def chinese() -> Iterator[None]:
    set_language(Language.ZH)
    yield
    set_language(Language.EN)


def key(code: Qt.Key) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, code)


def test_the_whole_story_is_told_before_the_call(qtbot: QtBot, panel: VerificationPanel) -> None:
    for told in (
        "Li Ming: No light at all since the storm",
        "#1042, opened",
        "Bring a FibreBox 7590",
        "the modem is off again",
        "The dog bites",
        "Replaced the modem",
        "“Hello Anna Müller, I am calling about “Replace modem”",
        "owner Li Ming",
    ):
        qtbot.waitUntil(lambda said=told: said in shown_texts(panel))  # type: ignore[misc]


@pytest.mark.usefixtures("chinese")
def test_the_same_in_chinese(qtbot: QtBot, panel: VerificationPanel) -> None:
    for told in ("来龙去脉", "Li Ming：No light at all since the storm", "第 2 轮"):
        qtbot.waitUntil(lambda said=told: said in shown_texts(panel))  # type: ignore[misc]


def test_a_satisfied_customer_is_scored_and_closed_by_keys_alone(
    qtbot: QtBot, panel: VerificationPanel
) -> None:
    panel.script.say_yes()
    qtbot.waitUntil(panel.script.rating.hasFocus)
    key(Qt.Key.Key_4)
    with qtbot.waitSignal(panel.verified) as verified:
        key(Qt.Key.Key_Return)

    assert verified.args == ["o118", CustomersAnswer(satisfied=True, satisfaction=4)]


def test_the_score_may_be_left_out_and_taken_back(qtbot: QtBot, panel: VerificationPanel) -> None:
    panel.script.say_yes()
    qtbot.waitUntil(panel.script.rating.hasFocus)
    key(Qt.Key.Key_5)
    key(Qt.Key.Key_0)
    QTest.keyClick(panel.script.rating, Qt.Key.Key_Tab)
    remark = QApplication.focusWidget()
    assert isinstance(remark, QLineEdit)
    QTest.keyClicks(remark, "very quick")
    with qtbot.waitSignal(panel.verified) as verified:
        key(Qt.Key.Key_Return)

    assert verified.args[1] == CustomersAnswer(satisfied=True, remark="very quick")


def test_an_unsatisfied_customer_needs_a_reason(qtbot: QtBot, panel: VerificationPanel) -> None:
    panel.script.say_no()
    with qtbot.assertNotEmitted(panel.verified):
        press(qtbot, panel, "Reopen the ticket")
    assert "Say what is still wrong" in shown_texts(panel)
    reason = QApplication.focusWidget()
    assert isinstance(reason, QLineEdit)
    QTest.keyClicks(reason, "still no light")
    assert "Say what is still wrong, for" not in shown_texts(panel)
    with qtbot.waitSignal(panel.verified) as verified:
        key(Qt.Key.Key_Return)

    assert verified.args[1] == CustomersAnswer(satisfied=False, reason="still no light")


def test_a_closing_without_the_call_is_told_there_and_nothing_is_lost(
    qtbot: QtBot, panel: VerificationPanel
) -> None:
    panel.script.say_yes()
    panel.script.rating.set_value("5")
    QTest.keyClicks(panel.script._remark, "thanks")

    panel.show_error("answer", "Work order 118 cannot be closed yet: no call is linked")
    panel.show_verification(a_line())
    panel.show_story(a_story())

    assert "no call is linked" in shown_texts(panel)
    assert (panel.script.rating.score(), panel.script._remark.text()) == (5, "thanks")
    with qtbot.waitSignal(panel.verified) as verified:
        press(qtbot, panel, "Close the order")
    assert verified.args[1].remark == "thanks"


def test_another_order_begins_with_nothing_typed(qtbot: QtBot, panel: VerificationPanel) -> None:
    panel.script.say_no()
    QTest.keyClicks(panel.script._reason, "still no light")

    panel.show_verification(a_line(119))

    assert panel.script._reason.text() == ""
    assert "Reopen the ticket" not in shown_buttons(panel)
    qtbot.waitUntil(lambda: "Loading the story" in shown_texts(panel))
    panel.show_story(a_story())
    qtbot.waitUntil(lambda: "Loading the story" in shown_texts(panel))


def test_escape_goes_back_to_the_question(qtbot: QtBot, panel: VerificationPanel) -> None:
    panel.script.say_no()
    key(Qt.Key.Key_Escape)

    assert {"Yes, resolved", "No, not resolved"} <= shown_buttons(panel)
    assert "Reopen the ticket" not in shown_buttons(panel)


def test_who_is_on_the_phone_is_said(panel: VerificationPanel) -> None:
    assert "No call with this customer yet" in shown_texts(panel)
    panel.show_call(samples.NOW)
    assert "On the phone with the customer since" in shown_texts(panel)
    panel.show_call(None)
    panel.show_story(a_story(due_at=samples.NOW + timedelta(days=1)))
    assert "To be called from Tomorrow" in shown_texts(panel)


def primary_buttons(panel: VerificationPanel) -> set[str]:
    return {
        button.text()
        for button in panel.findChildren(Button)
        if button.isVisible() and button.property("role") == "primary"
    }


def test_one_button_at_a_time_is_the_one_to_press(panel: VerificationPanel) -> None:
    assert primary_buttons(panel) == {"Call customer"}
    panel.show_call(samples.NOW)
    assert primary_buttons(panel) == {"Yes, resolved"}
    panel.script.say_yes()
    assert primary_buttons(panel) == {"Close the order"}
    panel.show_call(None)
    assert primary_buttons(panel) == {"Close the order"}
    panel.script.say_no()
    assert primary_buttons(panel) == set()
    key(Qt.Key.Key_Escape)
    assert primary_buttons(panel) == {"Call customer"}
    panel.show_call(samples.NOW)
    panel.show_verification(a_line(119))
    assert primary_buttons(panel) == {"Call customer"}


def test_a_call_in_vain_is_counted(qtbot: QtBot, panel: VerificationPanel) -> None:
    with qtbot.waitSignal(panel.attempt_logged) as logged:
        press(qtbot, panel, "Not reached")
    assert logged.args == ["o118"]

    panel.show_story(a_story(attempts=attempts(2, 2, 3)))

    qtbot.waitUntil(lambda: "02 Nov 2026: 2× · 03 Nov 2026: 1×" in shown_texts(panel))
    assert "Ask a supervisor" not in shown_buttons(panel)


def test_after_three_days_a_supervisor_is_asked(qtbot: QtBot, panel: VerificationPanel) -> None:
    panel.show_story(a_story(attempts=attempts(2, 3, 4)))

    assert "on 3 different days" in shown_texts(panel)
    assert "Close without confirmation" not in shown_buttons(panel)
    with qtbot.waitSignal(panel.supervisor_asked) as asked:
        press(qtbot, panel, "Ask a supervisor")
    assert asked.args == ["o118"]


def test_a_supervisor_closes_it_with_a_reason(qtbot: QtBot, panel: VerificationPanel) -> None:
    panel.offer_override(True)
    panel.show_story(a_story(attempts=attempts(2, 3, 4)))

    with qtbot.assertNotEmitted(panel.override_requested):
        press(qtbot, panel, "Close without confirmation")
    assert "Say why it is closed without" in shown_texts(panel)
    reason = QApplication.focusWidget()
    assert isinstance(reason, QLineEdit)
    QTest.keyClicks(reason, "moved abroad")
    panel.show_error("override", "refused")
    assert (reason.text(), "refused" in shown_texts(panel)) == ("moved abroad", True)
    with qtbot.waitSignal(panel.override_requested) as overridden:
        key(Qt.Key.Key_Return)
    assert overridden.args == ["o118", "moved abroad"]


def test_what_the_team_and_supervisors_have_to_do_stands_first(qtbot: QtBot) -> None:
    page = TicketsPage(now=samples.now)
    qtbot.addWidget(page)
    page.resize(1000, 600)
    page.show()
    tickets = [samples.ticket(n, TicketState.VERIFYING) for n in (1, 2, 3)]

    page.show_tickets(tickets, {}, team={"t2"}, unreached={"t3"})
    page.mark_when_listed("t1")
    page.show_tickets(tickets, {}, team={"t2"}, unreached={"t3"})

    assert page.list.marked_id() == "t1"
    order = []
    for move in (Qt.Key.Key_Home, Qt.Key.Key_Down, Qt.Key.Key_Down):
        QTest.keyClick(page.list, move)
        order.append(page.list.marked_id())
    assert order == ["t3", "t2", "t1"]
