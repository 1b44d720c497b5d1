"""The job sheet from the department's page: to a file, or through the system's print dialog."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrintDialog

from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from tests.e2e.stage import CONTROL, ScriptedStage
from tests.ui.presenters.test_department_desk import order, page_of
from ui.language import tr
from ui.orders.department_page import DepartmentPage
from ui.presenters.job_sheet import JobSheetPresenter

__all__ = ["order"]


@pytest.fixture
def page(stage: ScriptedStage, order: WorkOrder) -> DepartmentPage:
    return page_of(stage, order, WorkOrderState.ACCEPTED)


def sheets(stage: ScriptedStage) -> JobSheetPresenter:
    assert stage.view.pages is not None
    orders = stage.view.pages.department_orders
    assert orders is not None
    return orders.sheets


def test_the_sheet_of_the_shown_order_is_written(
    stage: ScriptedStage, page: DepartmentPage, tmp_path: Path
) -> None:
    (line,) = page._lines.values()
    sheets(stage).write(line, str(tmp_path / "sheet.pdf"))
    stage.wait(lambda: tr("job_sheet.saved", name="sheet.pdf") in stage.view.notices.texts())
    document = QPdfDocument()
    assert document.load(str(tmp_path / "sheet.pdf")) is QPdfDocument.Error.None_
    assert "Pumpleaks" in "".join(document.getAllText(0).text().split())
    sheets(stage).write(line, str(tmp_path / "none" / "sheet.pdf"))
    stage.wait(lambda: any("cannot be written" in text for text in stage.view.notices.texts()))


def test_printing_opens_the_dialog_and_waits_for_nobody(
    stage: ScriptedStage, page: DepartmentPage
) -> None:
    page.detail.bar.accept.setFocus()
    page.detail.bar.start.setFocus()
    stage.press(Qt.Key.Key_P, CONTROL)
    stage.wait(lambda: page.findChild(QPrintDialog) is not None)
    dialog = page.findChild(QPrintDialog)
    assert dialog is not None
    assert dialog.isVisible()
    dialog.reject()
    stage.wait(lambda: page.findChild(QPrintDialog) is None)
