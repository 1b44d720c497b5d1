"""The rows of the timeline on the screen; Qt main thread."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QHoverEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QListView, QWidget

from ui.theme.theme import colour
from ui.timeline.delegate import TimelineDelegate, VisibleRow
from ui.timeline.model import TimelineModel

_NO_ROW: Final = -1


class TimelineView(QListView):
    """Enter or a double click chooses an entry, Escape closes what was opened.

    All rows have one height, so it finds those in sight by itself and lets the delegate paint
    them in one go: asked row by row, as QListView does it, a page took three times as long.
    """

    entry_chosen = Signal(QModelIndex)
    escaped = Signal()

    def __init__(self, *, model: TimelineModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._entries = model
        self._rows: TimelineDelegate | None = None
        self._hovered = _NO_ROW
        self.setModel(model)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.doubleClicked.connect(self.entry_chosen)
        model.modelReset.connect(self._forget_hovered)
        # Its ground is its own, so that Qt need not paint card, page and window under it first.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def set_delegate(self, delegate: TimelineDelegate) -> None:
        """Let ``delegate`` paint the rows."""
        self._rows = delegate
        self.setItemDelegate(delegate)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground, then the rows."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), colour("card"))
        if self._rows is not None:
            rows = self._rows_in(event.rect())
            self._rows.paint_rows(painter, rows, self.viewport().width())
        painter.end()

    def viewportEvent(self, event: QEvent) -> bool:
        """Follow the row under the mouse, which the view itself keeps to itself."""
        if isinstance(event, QHoverEvent):
            leaves = event.type() == QEvent.Type.HoverLeave
            under = QModelIndex() if leaves else self.indexAt(event.position().toPoint())
            self._hovered = under.row()
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open on Enter, close on Escape, move otherwise."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.entry_chosen.emit(self.currentIndex())
        elif event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _rows_in(self, area: QRect) -> list[VisibleRow]:
        """Return the rows of which something is inside ``area`` of the viewport."""
        count = self._entries.rowCount()
        first_row = self.visualRect(self._entries.index(0)) if count else QRect()
        if first_row.isEmpty():
            return []
        start, height = first_row.top(), first_row.height()
        first = max(0, (area.top() - start) // height)
        last = min(count - 1, (area.bottom() - start) // height)
        chosen = {index.row() for index in self.selectedIndexes()}
        return [
            VisibleRow(
                number=number,
                entry=self._entries.entry(number),
                top=start + number * height,
                is_chosen=number in chosen,
                is_hovered=number == self._hovered,
            )
            for number in range(first, last + 1)
        ]

    def _forget_hovered(self) -> None:
        self._hovered = _NO_ROW
