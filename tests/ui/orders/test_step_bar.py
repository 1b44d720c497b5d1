"""Steps that ask for more than a press: on site, on hold, declined, sent back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from agent_desk.domain.work_order import WorkOrderState
from tests.ui.customer import samples
from ui.language import Language, set_language
from ui.orders.department_page import DepartmentPage
from ui.orders.step_wish import Step, StepWish

W = WorkOrderState


@pytest.fixture
def page(qtbot: QtBot) -> DepartmentPage:
    made = DepartmentPage(now=samples.now)
    qtbot.addWidget(made)
    made.resize(1216, 620)
    made.set_departments(samples.departments())
    made.show()
    qtbot.waitExposed(made)
    return made


def press(page: DepartmentPage, text: str) -> None:
    buttons = page.detail.bar.findChildren(QPushButton)
    button = next(b for b in buttons if b.isVisible() and b.text() == text)
    QTest.keyClick(button, Qt.Key.Key_Space)


def focused() -> QLineEdit:
    edit = QApplication.focusWidget()
    assert isinstance(edit, QLineEdit)
    return edit


def test_field_work_starts_with_technician_number_and_time_of_arrival(
    qtbot: QtBot, page: DepartmentPage
) -> None:
    page.show_lines([samples.order_line(state=W.ACCEPTED, field_work=True)])
    press(page, "Start on site…")
    with qtbot.assertNotEmitted(page.step_requested):
        QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert "Name who does the work" in page.detail.bar.site._fields["technician"].error()
    QTest.keyClicks(focused(), "Zhao Lei")
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert "Give a number" in page.detail.bar.site._fields["technician_phone"].error()
    QTest.keyClicks(focused(), "138 0013 8000")

    with qtbot.waitSignal(page.step_requested) as asked:
        QTest.keyClick(focused(), Qt.Key.Key_Return)

    assert asked.args is not None
    wish = asked.args[2]
    assert (wish.step, wish.technician, wish.technician_phone) == (
        Step.START,
        "Zhao Lei",
        "138 0013 8000",
    )
    assert wish.arrived_at <= samples.NOW
    page.show_error("technician_phone", "Technician's phone: no number")
    assert page.detail.bar.site._fields["technician_phone"].error() == (
        "Technician's phone: no number"
    )


def test_nobody_arrives_at_a_time_to_come(qtbot: QtBot, page: DepartmentPage) -> None:
    page.show_lines([samples.order_line(state=W.ACCEPTED, field_work=True)])
    press(page, "Start on site…")
    later = (samples.NOW + timedelta(hours=1)).isoformat()
    page.detail.bar.site.restore(
        {"technician": "Zhao", "technician_phone": "13800138000", "arrived_at": later}
    )
    with qtbot.assertNotEmitted(page.step_requested):
        page.detail.bar.site.submit()
    assert "time to come" in page.detail.bar.site._fields["arrived_at"].error()


def test_one_key_and_enter_put_an_order_on_hold(qtbot: QtBot, page: DepartmentPage) -> None:
    page.show_lines([samples.order_line(state=W.IN_PROGRESS)])
    press(page, "Put on hold…")
    first = QApplication.focusWidget()
    assert first is not None
    QTest.keyClick(first, Qt.Key.Key_2)
    asked: list[object] = []
    page.step_requested.connect(lambda *step: asked.append(step[2]))
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert asked == [StepWish(step=Step.HOLD, reason="Customer was not there")]


def test_any_other_reason_is_typed_at_once(qtbot: QtBot, page: DepartmentPage) -> None:
    page.show_lines([samples.order_line(state=W.IN_PROGRESS)])
    press(page, "Put on hold…")
    first = QApplication.focusWidget()
    assert first is not None
    QTest.keyClicks(first, "S")
    QTest.keyClicks(focused(), "trike")
    with qtbot.waitSignal(page.step_requested) as asked:
        QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert asked.args is not None
    assert asked.args[2] == StepWish(step=Step.HOLD, reason="Strike")


@pytest.mark.parametrize(
    ("state", "button", "english", "chinese"),
    [
        (W.ASSIGNED, "Decline…", "Give a reason: the dispatcher", "请填写原因，调度员"),
        (W.IN_PROGRESS, "Put on hold…", "Give a reason: agent", "请填写原因，坐席"),
        (W.REPORTED, "Send back…", "Say what is missing", "请说明缺少的内容"),
    ],
)
def test_a_step_without_its_reason_is_not_taken(
    qtbot: QtBot,
    page: DepartmentPage,
    state: WorkOrderState,
    button: str,
    english: str,
    chinese: str,
) -> None:
    page.show_lines([samples.order_line(state=state)])
    press(page, button)
    form = next(form for form in page.detail.bar.why.values() if form.isVisible())
    with qtbot.assertNotEmitted(page.step_requested):
        form.confirm.click()
    assert english in form._field.error()
    set_language(Language.ZH)
    form.confirm.click()
    assert chinese in form._field.error()


def test_a_half_typed_step_is_drafted_comes_back_and_is_forgotten_on_escape(
    qtbot: QtBot, page: DepartmentPage
) -> None:
    drafts: list[dict[str, str]] = []
    page.step_draft_changed.connect(lambda _, fields: drafts.append(fields))
    lines = [samples.order_line(118, W.IN_PROGRESS), samples.order_line(119, W.IN_PROGRESS)]
    page.show_lines(lines)
    page.list.mark("o118")
    press(page, "Put on hold…")
    QTest.keyClick(QApplication.focusWidget() or page, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: drafts == [{"form": "HOLD", "reason": "Waiting for parts"}])
    page.list.mark("o119")
    assert not page.detail.bar.why[Step.HOLD].isVisible()
    page.list.mark("o118")
    assert page.detail.bar.fields() == drafts[-1]

    page.list.mark("o119")
    page.detail.restore_step("o119", drafts[-1])
    assert page.detail.bar.why[Step.HOLD].text() == "Waiting for parts"
    page.detail.bar.why[Step.HOLD].begin()
    QTest.keyClick(focused(), Qt.Key.Key_Escape)
    assert drafts[-1] == {}
    assert not page.detail.bar.why[Step.HOLD].isVisible()


def test_a_half_typed_report_waits_while_its_order_is_on_hold(
    qtbot: QtBot, page: DepartmentPage
) -> None:
    page.show_lines([samples.order_line(state=W.IN_PROGRESS)])
    page.detail.form.restore({"done": "half"})
    for state in (W.ON_HOLD, W.IN_PROGRESS):
        page.show_lines([samples.order_line(state=state, hold_reason="parts")])
    assert page.detail.form.fields()["done"] == "half"
    page.show_lines([samples.order_line(state=W.REPORTED)])
    page.show_lines([samples.order_line(state=W.IN_PROGRESS)])
    assert page.detail.form.fields()["done"] == ""


def test_the_next_step_is_in_sight_on_a_small_screen(page: DepartmentPage) -> None:
    page.show_lines([samples.order_line(state=W.IN_PROGRESS, instructions="Long. " * 400)])
    QApplication.processEvents()
    button = page.detail.bar.send
    assert page.rect().contains(button.mapTo(page, button.rect().bottomRight()))
