"""A field order at its department's desk, by keyboard, also across the end of the program."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from agent_desk.domain.command import OrderCommand
from agent_desk.domain.draft import Draft, DraftKind
from agent_desk.domain.ticket import Resolution, TicketForm
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from tests.e2e.stage import CONTROL, ScriptedStage
from tests.ui.presenters.conftest import SETTINGS
from tests.ui.presenters.test_contact import WANG, click, customer, drafts, texts
from ui.language import tr
from ui.orders.department_page import DepartmentPage
from ui.orders.step_wish import Step
from ui.shell.recovery import RecoveryDialog

W = WorkOrderState


@pytest.fixture
def order(stage: ScriptedStage) -> WorkOrder:
    """An order that its department has accepted; somebody has to go there."""
    tree = stage.on_loop(stage.desk.tickets.categories())
    category = next(c for c in tree if c.department_id is not None)
    form = TicketForm(
        customer_id=customer(stage, "王秀英", WANG).id,
        category_id=category.id,
        subject="Pump leaks",
        resolution=Resolution.WORK_ORDER,
    )
    ticket = stage.on_loop(stage.desk.tickets.log(form, None))
    (found,) = stage.on_loop(stage.storage.read(lambda uow: uow.orders.of_ticket(ticket.id)))
    return take(stage, stage.desk.commands.accept_order(found.id, found.version))


def take(stage: ScriptedStage, command: OrderCommand) -> WorkOrder:
    return stage.on_loop(stage.desk.orders.apply(command))


def page_of(stage: ScriptedStage, order: WorkOrder, state: WorkOrderState) -> DepartmentPage:
    stage.view.window.show_page("department")
    page = stage.view.window.page("department")
    assert isinstance(page, DepartmentPage)
    stage.wait(lambda: page.list.count() > 0)
    page.select_order(order.id)
    stage.wait(lambda: tr(f"work_order_state.{state}") in texts(page.detail))
    return page


def restored(stage: ScriptedStage, kind: DraftKind) -> Draft:
    """Bring the only draft of the former run back by its dialog."""
    stage.wait(lambda: isinstance(QApplication.activeModalWidget(), RecoveryDialog))
    (draft,) = drafts(stage)
    assert draft.kind is kind
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, RecoveryDialog)
    click(dialog, tr("recovery.restore"))
    stage.wait(lambda: not dialog.isVisible())
    return draft


def after_a_kill(qtbot: QtBot, folder: Path) -> ScriptedStage:
    """Return a desk on what is on the disk now, while the first one still knows more."""
    left = folder / "left"
    shutil.copytree(folder / "desk", left, ignore=shutil.ignore_patterns("*.lock"))
    stage = ScriptedStage(qtbot, folder=left, settings=SETTINGS)
    stage.begin()
    return stage


def test_field_work_goes_from_the_door_to_the_report(
    stage: ScriptedStage, order: WorkOrder
) -> None:
    page = page_of(stage, order, W.ACCEPTED)
    click(page.detail.bar, tr("order_steps.on_site"))
    stage.type("Zhao Lei")
    stage.press(Qt.Key.Key_Tab)
    stage.type("12")
    stage.press(Qt.Key.Key_Return)
    phone = page.detail.bar.site._fields["technician_phone"]
    stage.wait(lambda: phone.error() != "")
    assert "12" in phone.error()
    phone.setFocus()
    assert isinstance(phone.editor, QLineEdit)
    phone.editor.clear()
    stage.type("13800138001")
    stage.press(Qt.Key.Key_Return)
    stage.wait(lambda: tr("work_order_state.IN_PROGRESS") in texts(page.detail))
    stage.wait(lambda: drafts(stage) == [])
    assert "Zhao Lei, +86 138 0013 8001" in texts(page.detail)

    click(page.detail.bar, tr("order_steps.hold"))
    stage.press(Qt.Key.Key_1)
    stage.press(Qt.Key.Key_Return)
    stage.wait(lambda: "On hold: Waiting for parts" in texts(page.detail))
    click(page.detail.bar, tr("department_page.resume"))
    stage.wait(page.detail.form.isVisible)
    page.detail.form.focus_first()
    stage.type("Pump replaced")
    line = page.detail.form.lines.add_line()
    for text, key in (("Pump", 2), ("2", 1), ("99.90", 0)):
        stage.type(text)
        for _ in range(key):
            stage.press(Qt.Key.Key_Tab)
    assert line.fields()["unit_price"] == "99.90"
    stage.press(Qt.Key.Key_Return, CONTROL)

    stage.wait(lambda: tr("work_order_state.REPORTED") in texts(page.detail))
    found = stage.on_loop(stage.desk.orders.get(order.id))
    assert found.field_work
    assert found.report is not None
    assert found.report.items[0].amount.amount == Decimal("199.80")
    stage.wait(lambda: drafts(stage) == [])
    stage.wait(lambda: "Waiting for parts" in texts(page.detail.story))


def test_a_half_typed_report_with_lines_is_there_after_the_desk_was_killed(
    qtbot: QtBot, tmp_path: Path, stage: ScriptedStage, order: WorkOrder
) -> None:
    running = take(stage, stage.desk.commands.start_order(order.id, order.version))
    page = page_of(stage, running, W.IN_PROGRESS)
    page.detail.form.focus_first()
    stage.type("Seal cleaned, pump")
    page.detail.form.lines.add_line()
    stage.type("Pump")
    QTest.keyClicks(page.detail.form.faulty._part, "Seal")
    typed = page.detail.form.fields()
    stage.wait(lambda: [draft.fields for draft in drafts(stage)] == [typed])

    second = after_a_kill(qtbot, tmp_path)
    try:
        restored(second, DraftKind.REPORT)
        page = page_of(second, running, W.IN_PROGRESS)
        second.wait(lambda: page.detail.form.fields() == typed)
    finally:
        second.close()


def test_a_half_typed_reason_is_there_after_the_desk_died(
    make_stage: Callable[[], ScriptedStage], stage: ScriptedStage, order: WorkOrder
) -> None:
    running = take(stage, stage.desk.commands.start_order(order.id, order.version))
    page = page_of(stage, running, W.IN_PROGRESS)
    click(page.detail.bar, tr("order_steps.hold"))
    stage.type("t")
    stage.type("he ladder is too sh")
    stage.wait(lambda: [draft.kind for draft in drafts(stage)] == [DraftKind.ORDER_STEP])
    stage.wait(lambda: drafts(stage)[0].fields["reason"] == "the ladder is too sh")
    stage.on_loop(stage.desk.stop())

    second = make_stage()
    restored(second, DraftKind.ORDER_STEP)

    page = page_of(second, running, W.IN_PROGRESS)
    second.wait(lambda: page.detail.bar.why[Step.HOLD].text() == "the ladder is too sh")


def test_an_order_that_was_declined_and_comes_back_asks_nothing(
    stage: ScriptedStage, order: WorkOrder
) -> None:
    sent_back = take(stage, stage.desk.commands.cancel_order(order.id, order.version, "again"))
    assert sent_back.state is W.CANCELLED
    again = another_order(stage, order)
    page = page_of(stage, again, W.ASSIGNED)
    click(page.detail.bar, tr("department_page.decline"))
    stage.type("N")
    stage.type("obody is free")
    stage.press(Qt.Key.Key_Return)
    stage.wait(lambda: stage.on_loop(stage.desk.orders.get(again.id)).department_id is None)
    waiting = stage.on_loop(stage.desk.orders.get(again.id))
    department = order.department_id
    assert department is not None
    take(stage, stage.desk.commands.dispatch_order(waiting.id, waiting.version, department))

    page = page_of(stage, waiting, W.ASSIGNED)
    stage.wait(page.detail.accept.isVisible)
    assert not page.detail.bar.why[Step.DECLINE].isVisible()
    assert page.detail.bar.why[Step.DECLINE].text() == ""


def another_order(stage: ScriptedStage, order: WorkOrder) -> WorkOrder:
    """Raise an order for the same customer that its department has not accepted."""
    tree = stage.on_loop(stage.desk.tickets.categories())
    category = next(c for c in tree if c.department_id == order.department_id)
    form = TicketForm(
        customer_id=order.customer_id,
        category_id=category.id,
        subject="Pump leaks again",
        resolution=Resolution.WORK_ORDER,
    )
    ticket = stage.on_loop(stage.desk.tickets.log(form, None))
    (found,) = stage.on_loop(stage.storage.read(lambda uow: uow.orders.of_ticket(ticket.id)))
    return found
