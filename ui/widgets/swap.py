"""Several panels in one place, as large as the one that is shown; main thread."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QStackedWidget, QWidget


class Swap(QStackedWidget):
    """A stack whose size hints are those of its current panel, not of the largest one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty place."""
        super().__init__(parent)
        self.currentChanged.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        shown = self.currentWidget()
        return super().sizeHint() if shown is None else shown.sizeHint()

    def minimumSizeHint(self) -> QSize:
        shown = self.currentWidget()
        return super().minimumSizeHint() if shown is None else shown.minimumSizeHint()
