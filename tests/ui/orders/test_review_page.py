"""The reviewer's queue by keyboard: what is shown, approved, sent back, and what comes next."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from agent_desk.domain.money import Money
from agent_desk.domain.order_story import StoryStep
from agent_desk.domain.report_item import FaultyPart, ItemKind, Liability, ReportItem
from agent_desk.domain.ticket import Priority
from agent_desk.domain.work_order import WorkOrderLine, WorkOrderState
from tests.ui.customer import samples
from ui.language import Language, set_language
from ui.orders.clock_pill import ClockFace
from ui.orders.review_page import ReviewPage

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def item(kind: ItemKind, name: str, quantity: str, price: str) -> ReportItem:
    unit_price = Money(amount=Decimal(price), currency="CNY")
    return ReportItem(kind=kind, name=name, quantity=Decimal(quantity), unit_price=unit_price)


ITEMS = (
    item(ItemKind.PART, "FibreBox 7590", "1", "1299.90"),
    item(ItemKind.LABOUR, "Fitting", "1.5", "120"),
    item(ItemKind.TRAVEL, "Kilometres", "42", "1.20"),
    item(ItemKind.CHARGE, "Call-out", "1", "80"),
)


def reported(number: int, **changes: object) -> WorkOrderLine:
    faulty = FaultyPart(part="FibreBox 7490", liable=Liability.SUPPLIER, supplier="Nordlicht")
    fields: dict[str, object] = {
        "report": samples.report(items=ITEMS, faulty=faulty),
        "reports": 1,
        "state": WorkOrderState.REPORTED,
    }
    return samples.order_line(number, **(fields | changes))  # type: ignore[arg-type]


def texts(panel: QWidget) -> str:
    QApplication.processEvents()
    return "\n".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


@pytest.fixture
def page(qtbot: QtBot) -> ReviewPage:
    made = ReviewPage(now=samples.now)
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.show_lines([reported(1, priority=Priority.P1), reported(2), reported(3)])
    made.list.setFocus()
    return made


def test_the_report_is_shown_with_lines_totals_and_who_is_liable(page: ReviewPage) -> None:
    shown = texts(page.detail)

    assert "Bring a FibreBox 7590" in shown
    assert "1 × CNY 1,299.90" in shown
    assert "1.5 × CNY 120.00" in shown
    assert "CNY 1,530.30" in shown
    assert "CNY 80.00" in shown
    assert "Faulty part: FibreBox 7490 · Liable: supplier Nordlicht" in shown
    set_language(Language.ZH)
    assert "故障配件：FibreBox 7490" in texts(page.detail)


def test_one_key_approves_and_the_next_report_is_marked(page: ReviewPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.approve_requested) as asked:
        QTest.keyClick(page.list, Qt.Key.Key_Return, CONTROL)
    assert asked.args == ["o1", 5]

    page.step_taken("o1")

    assert page.list.marked_id() == "o2"
    page.list.mark("o3")
    page.step_taken("o3")
    assert page.list.marked_id() == "o2"
    page.step_taken("o2")
    assert "Nothing to review" in texts(page)


def test_a_report_goes_back_only_with_a_reason(page: ReviewPage, qtbot: QtBot) -> None:
    QTest.keyClick(page.list, Qt.Key.Key_Return, CONTROL | SHIFT)
    editor = page.detail.reason.editor
    assert editor.hasFocus()
    with qtbot.assertNotEmitted(page.send_back_requested):
        QTest.keyClick(editor, Qt.Key.Key_Return)
    assert "Say what is missing" in texts(page.detail)

    QTest.keyClicks(editor, "Which part?")
    with qtbot.waitSignal(page.send_back_requested) as asked:
        QTest.keyClick(editor, Qt.Key.Key_Return, CONTROL)
    assert asked.args == ["o1", 5, "Which part?"]


def test_a_reason_stays_with_its_order_and_escape_leaves_it(page: ReviewPage) -> None:
    QTest.keyClick(page.list, Qt.Key.Key_Return, CONTROL | SHIFT)
    QTest.keyClicks(page.detail.reason.editor, "Which part?")

    page.list.mark("o2")
    assert not page.detail.reason.is_asking()
    page.list.mark("o1")
    assert page.detail.reason.editor.text() == "Which part?"

    QTest.keyClick(page.detail.reason.editor, Qt.Key.Key_Escape)
    assert not page.detail.reason.is_asking()


def test_former_rounds_are_told_newest_first(page: ReviewPage) -> None:
    line = reported(1, priority=Priority.P1, round=2, reports=2, version=9)
    page.show_lines([line])
    former = StoryStep(
        kind="OrderReported",
        at=samples.NOW - timedelta(days=2),
        actor="wu",
        name="Wu Gang",
        state=WorkOrderState.REPORTED,
        report=samples.report(done="Reset the modem"),
    )
    back = replace(
        former,
        kind="OrderReopened",
        actor="agent017",
        name="",
        state=WorkOrderState.PENDING_DISPATCH,
        round=2,
        reason="Still no light",
        report=None,
    )
    page.show_story("o1", [former, back])
    page.show_story("o2", [former])

    shown = texts(page.detail.story)
    assert "Reported · Wu Gang\nSolved · Reset the modem" in shown
    assert "The customer was not satisfied; round 2 begins · agent017\nStill no light" in shown
    assert shown.index("Still no light") < shown.index("Reset the modem")
    assert "round 2" in texts(page.detail)


def test_a_database_that_is_away_leaves_the_queue_on_screen(page: ReviewPage) -> None:
    page.show_unavailable("The server is away")

    assert "The server is away" in texts(page)
    assert page.list.count() == 3


def test_the_clock_of_each_order_is_shown_in_list_and_detail(page: ReviewPage) -> None:
    late = ClockFace(text="2 h late", kind="danger", about="Review, due yesterday")

    page.follow_clocks(lambda order: late if order == "o1" else None)

    assert "2 h late" in str(page.list.model().index(1, 0).data())
    assert page.detail.clock.text() == "2 h late"
