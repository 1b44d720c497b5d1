"""Wires the job sheet: gathered on `desk-loop`, printed or written as PDF; main thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from agent_desk.domain.identifiers import WorkOrderId
from agent_desk.domain.job_sheet import JobSheet
from agent_desk.domain.work_order import WorkOrderLine
from ui.job_sheet.content import SheetWriter, paper_moment
from ui.job_sheet.paper import Foot, paint, pdf_of
from ui.language import tr
from ui.presenters.context import Context


class JobSheetPresenter(QObject):
    """Prints through the system's dialog; its windows are opened, nothing waits for them."""

    def __init__(
        self, *, context: Context, window: QWidget, department: Callable[[str], str]
    ) -> None:
        """``window`` is below its dialogs; ``department`` returns the name of one by its id."""
        super().__init__()
        self._context = context
        self._window = window
        self._department = department

    def print(self, line: WorkOrderLine) -> None:
        """Ask for a printer, then print the order's sheet."""
        self._gather(line, lambda sheet: self._print(line, sheet))

    def save(self, line: WorkOrderLine) -> None:
        """Ask where, then write the order's sheet as PDF."""
        dialog = QFileDialog(self._window, tr("job_sheet.pdf"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("PDF (*.pdf)")
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(f"{tr('job_sheet.order', number=line.order.number)}.pdf")
        dialog.fileSelected.connect(lambda path: self.write(line, path))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def write(self, line: WorkOrderLine, path: str) -> None:
        """Write the order's sheet to ``path``."""
        self._gather(line, lambda sheet: self._write(line, sheet, path))

    def _gather(self, line: WorkOrderLine, then: Callable[[JobSheet], None]) -> None:
        sheets = self._context.desk.job_sheets
        order_id = WorkOrderId(line.order.id)
        self._context.ask(lambda: sheets.of_order(order_id), then, owner=self)

    def _write(self, line: WorkOrderLine, sheet: JobSheet, path: str) -> None:
        title = tr("job_sheet.order", number=line.order.number)
        content = pdf_of(self._html(line, sheet), title=title, foot=self._foot(line))

        async def work() -> bool:
            return await asyncio.to_thread(_is_written, Path(path), content)

        self._context.ask(work, lambda done: self._tell(Path(path).name, done), owner=self)

    def _tell(self, name: str, done: bool) -> None:
        if done:
            self._context.notify("job_sheet", tr("job_sheet.saved", name=name))
        else:
            self._context.notify("job_sheet", tr("job_sheet.not_saved", name=name), "warning")

    def _print(self, line: WorkOrderLine, sheet: JobSheet) -> None:
        # Loaded with the first sheet: printing pulls in the system's print service.
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(tr("job_sheet.order", number=line.order.number))
        dialog = QPrintDialog(printer, self._window)
        dialog.setWindowTitle(tr("job_sheet.print"))
        html, foot = self._html(line, sheet), self._foot(line)
        dialog.accepted.connect(lambda: paint(printer, html, foot=foot))
        dialog.finished.connect(dialog.deleteLater)
        # QPrintDialog has an open() of its own, which wants a receiver.
        QDialog.open(dialog)

    def _html(self, line: WorkOrderLine, sheet: JobSheet) -> str:
        writer = SheetWriter(line, sheet, department=self._department)
        return writer.html()

    def _foot(self, line: WorkOrderLine) -> Foot:
        when, number = paper_moment(self._context.now()), line.order.number
        return lambda page, pages: tr(
            "job_sheet.foot", number=number, when=when, page=page, pages=pages
        )


def _is_written(path: Path, content: bytes) -> bool:
    """Write the file and return whether the place took it."""
    try:
        path.write_bytes(content)
    except OSError:
        return False
    return True
