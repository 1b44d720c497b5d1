"""Escalations from a desk's clocks to a note, by keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from agent_desk.domain.event_log import Stream
from agent_desk.domain.service_history import ACKNOWLEDGED
from agent_desk.domain.ticket import Priority
from agent_desk.domain.work_order import WorkOrder
from tests.e2e.stage import CONTROL, SHIFT, ScriptedStage
from tests.ui.presenters.raised_orders import raise_order
from ui.escalations.page import EscalationsPage
from ui.language import tr
from ui.orders.department_page import DepartmentPage


def escalations_page(stage: ScriptedStage) -> EscalationsPage:
    """Go to the page by its key and return it."""
    stage.press(Qt.Key.Key_0, CONTROL)
    page = stage.view.window.page("escalations")
    assert isinstance(page, EscalationsPage)
    return page


def rows(page: EscalationsPage) -> list[str]:
    model = page.list.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def texts(page: EscalationsPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def late_order(stage: ScriptedStage, subject: str = "Line down") -> WorkOrder:
    """Return an order that should have been accepted a minute ago."""
    order = stage.on_loop(raise_order(stage.desk, subject))
    stage.do(stage.clock.advance, 61 * 60)
    return order


def test_without_anything_late_the_page_says_so(stage: ScriptedStage) -> None:
    page = escalations_page(stage)
    stage.wait(lambda: tr("escalations.empty") in texts(page))
    assert stage.view.window.rail.button("escalations").count() == 0


def test_what_becomes_late_is_counted_told_and_acknowledged_by_keyboard(
    stage: ScriptedStage,
) -> None:
    button = stage.view.window.rail.button("escalations")
    order = late_order(stage)
    stage.wait(lambda: button.count() == 1)
    stage.wait(lambda: f"Order #{order.number} missed a target: Acceptance" in stage.notices())

    page = escalations_page(stage)
    stage.wait(lambda: len(rows(page)) == 2)
    assert rows(page)[0] == "To acknowledge · 1"
    assert f"#{order.number} Line down · Acceptance · P1 · 王伟" in rows(page)[1]
    assert "Acceptance: its 1 h of working time were over Today" in texts(page)

    stage.press(Qt.Key.Key_Return)
    assert stage.focus() is page.detail.note
    stage.type("Called the field service")
    stage.press(Qt.Key.Key_Return, CONTROL)
    stage.wait(lambda: rows(page)[0] == "Acknowledged · 1")
    stage.wait(lambda: button.count() == 0)
    assert "took note Today" in texts(page)
    assert "Called the field service" in texts(page)
    log = stage.on_loop(stage.storage.read(lambda u: u.events.of(Stream.WORK_ORDER, order.id)))
    assert [event.kind for event in log].count(ACKNOWLEDGED) == 1


def test_the_next_one_is_marked_and_the_order_opens_by_key(stage: ScriptedStage) -> None:
    first = stage.on_loop(raise_order(stage.desk, "First"))
    second = late_order(stage, "Second")
    page = escalations_page(stage)
    stage.wait(lambda: len(rows(page)) == 3)
    stage.press(Qt.Key.Key_Return, CONTROL)
    stage.wait(lambda: rows(page)[0] == "To acknowledge · 1")
    marked = page.list.marked_id()
    assert marked.split()[0] in {first.id, second.id}
    assert rows(page)[2] == "Acknowledged · 1"

    stage.press(Qt.Key.Key_Return, CONTROL, SHIFT)
    department = stage.view.window.page("department")
    assert isinstance(department, DepartmentPage)
    stage.wait(lambda: department.list.marked_id() == marked.split()[0])


def test_what_is_due_soon_and_what_others_were_told_is_seen_too(stage: ScriptedStage) -> None:
    stage.on_loop(raise_order(stage.desk, "Soon"))
    stage.do(stage.clock.advance, 50 * 60)
    page = escalations_page(stage)
    stage.wait(lambda: bool(rows(page)) and rows(page)[0] == "Due soon · 1")
    assert "Only 10 min left" in rows(page)[1]
    assert page.detail.acknowledge.isHidden()
    assert not page.detail.open.isHidden()


@pytest.mark.expected_logs("database away")
def test_a_note_is_kept_here_while_the_database_is_away(stage: ScriptedStage) -> None:
    button = stage.view.window.rail.button("escalations")
    order = late_order(stage)
    page = escalations_page(stage)
    stage.wait(lambda: len(rows(page)) == 2)
    stage.do(stage.storage.die)
    stage.press(Qt.Key.Key_Return)
    stage.type("Called them")
    stage.press(Qt.Key.Key_Return, CONTROL)
    stage.wait(lambda: rows(page)[0] == "Acknowledged · 1")
    assert "Called them" in texts(page)
    stage.wait(lambda: button.count() == 0)
    assert stage.desk.outbox.kept
    stage.do(stage.storage.revive)

    stage.wait(lambda: not stage.desk.outbox.kept)
    log = stage.on_loop(stage.storage.read(lambda u: u.events.of(Stream.WORK_ORDER, order.id)))
    assert [event.kind for event in log].count(ACKNOWLEDGED) == 1
    assert (rows(page)[0], button.count()) == ("Acknowledged · 1", 0)


def test_urgent_ones_stand_first(stage: ScriptedStage) -> None:
    stage.on_loop(raise_order(stage.desk, "Can wait", Priority.P2))
    stage.on_loop(raise_order(stage.desk, "Urgent", Priority.P1))
    stage.do(stage.clock.advance, 9 * 3600)
    page = escalations_page(stage)
    stage.wait(lambda: len(rows(page)) == 3)
    assert ["Urgent" in row for row in rows(page)] == [False, True, False]
    # The marked one is the one to begin with.
    assert "Urgent" in texts(page)
