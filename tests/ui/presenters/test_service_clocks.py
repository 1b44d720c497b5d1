"""The clocks of what is in sight, from the desk's service levels to the lists."""

from __future__ import annotations

from PySide6.QtCore import Qt

from tests.e2e.stage import CONTROL, ScriptedStage
from tests.ui.presenters.raised_orders import raise_order
from ui.orders.department_page import DepartmentPage


def department_page(stage: ScriptedStage) -> DepartmentPage:
    stage.press(Qt.Key.Key_3, CONTROL)
    page = stage.view.window.page("department")
    assert isinstance(page, DepartmentPage)
    return page


def first_row(page: DepartmentPage) -> str:
    model = page.list.model()
    return str(model.index(1, 0).data()) if model.rowCount() > 1 else ""


def test_a_list_shows_clocks_as_they_begin_run_and_end(stage: ScriptedStage) -> None:
    order = stage.on_loop(raise_order(stage.desk))
    page = department_page(stage)
    stage.wait(lambda: "1 h left · Acceptance: due" in first_row(page))
    assert page.detail.clock.text() == "1 h left"

    stage.do(stage.clock.advance, 49 * 60)
    stage.wait(lambda: "Only 11 min left" in first_row(page))
    assert page.detail.clock.kind == "warning"

    stage.on_loop(stage.desk.orders.accept(order.id, order.version))
    stage.wait(lambda: "4 h left · Start of work: due" in first_row(page))
    assert page.detail.clock.text() == "4 h left"


def test_a_clock_that_runs_on_is_right_when_its_list_comes_into_sight(
    stage: ScriptedStage,
) -> None:
    stage.on_loop(raise_order(stage.desk))
    page = department_page(stage)
    stage.wait(lambda: "1 h left" in first_row(page))
    stage.press(Qt.Key.Key_5, CONTROL)
    stage.do(stage.clock.advance, 61 * 60)
    assert department_page(stage) is page
    stage.wait(lambda: "1 min late · Acceptance: was due" in first_row(page))
