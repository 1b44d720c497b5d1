"""The table of desks: a row per desk, whole rows marked, running times; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QCursor, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from ui.calls.ticker import ticker
from ui.floor.delegate import FloorDelegate
from ui.floor.model import FloorColumn, FloorModel
from ui.floor.rows import FloorRow
from ui.language import tr
from ui.theme.theme import px, theme_signals

_WIDTHS: Final = {
    FloorColumn.STATE: 132,
    FloorColumn.SINCE: 84,
    FloorColumn.REASON: 180,
    FloorColumn.QUEUE: 190,
    FloorColumn.CALL: 84,
}
_LEAST_AGENT: Final = 150
_GIVE_WAY: Final = (FloorColumn.REASON, FloorColumn.QUEUE, FloorColumn.CALL)
"""Columns that a narrow table does without, in this order."""


class FloorTable(QTreeView):
    """Shows the desks it is given; the marked one stays marked wherever it moves."""

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        """``now`` is the database's time."""
        super().__init__(parent)
        self._painter = FloorDelegate(self, now=now)
        self.desks = FloorModel(speak=self._painter.words, parent=self)
        self.setItemDelegate(self._painter)
        self.setModel(self.desks)
        self._build()
        ticker().ticked.connect(self._tick)
        theme_signals().changed.connect(self._measure)
        self.retranslate()
        self._measure()

    def show_rows(self, rows: Sequence[FloorRow]) -> None:
        """Show ``rows``, keeping the mark and the place that is looked at."""
        current = self.currentIndex()
        marked = self.desks.row(current.row()).desk_id if current.isValid() else ""
        place = self.verticalScrollBar().value()
        self.desks.show(rows)
        if self.currentIndex().isValid():
            return
        number = self.desks.number_of(marked) if marked else None
        if number is not None:
            self.setCurrentIndex(self.desks.index(number, 0))
        self.verticalScrollBar().setValue(place)

    def marked_id(self) -> str:
        """Return the marked desk, ``""`` when none is."""
        current = self.currentIndex()
        return self.desks.row(current.row()).desk_id if current.isValid() else ""

    def retranslate(self) -> None:
        """Set every text anew."""
        self.setAccessibleName(tr("floor.desks"))
        self.header().viewport().update()
        self.viewport().update()

    def changeEvent(self, event: QEvent, /) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        """Do without a column where there is no room for it."""
        super().resizeEvent(event)
        self._measure()

    def drawRow(
        self,
        painter: QPainter,
        options: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint the ground of the whole row, then its cells."""
        option = QStyleOptionViewItem(options)
        whole = QRect(0, options.rect.top(), self.viewport().width(), options.rect.height())
        option.rect = whole
        option.state = self._state(options.state, index)
        self._painter.ground(painter, option)
        for column in FloorColumn:
            cell = self.desks.index(index.row(), column)
            option.rect = self.visualRect(cell)
            if not option.rect.isEmpty():
                self._painter.paint(painter, option, cell)

    def _build(self) -> None:
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setItemsExpandable(False)
        self.setAllColumnsShowFocus(True)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(FloorColumn.AGENT, QHeaderView.ResizeMode.Stretch)

    def _state(
        self, state: QStyle.StateFlag, index: QModelIndex | QPersistentModelIndex
    ) -> QStyle.StateFlag:
        """Return ``state`` with whether the row is marked and the mouse is over it."""
        if self.selectionModel().isRowSelected(index.row(), index.parent()):
            state |= QStyle.StateFlag.State_Selected
        under = self.indexAt(self.viewport().mapFromGlobal(QCursor.pos()))
        if self.underMouse() and under.isValid() and under.row() == index.row():
            state |= QStyle.StateFlag.State_MouseOver
        return state

    def _tick(self) -> None:
        """Move the running times of the rows that can be seen."""
        if not self.isVisible():
            return
        for column in (FloorColumn.SINCE, FloorColumn.CALL):
            if not self.isColumnHidden(column):
                left = self.columnViewportPosition(column)
                width, height = self.columnWidth(column), self.viewport().height()
                self.viewport().update(left, 0, width, height)

    def _measure(self) -> None:
        room = self.viewport().width() - px(_LEAST_AGENT)
        wanted = {column: px(width) for column, width in _WIDTHS.items()}
        for column in _GIVE_WAY:
            fits = sum(wanted.values()) <= room
            self.setColumnHidden(column, not fits)
            if not fits:
                del wanted[column]
        for column, width in wanted.items():
            self.setColumnWidth(column, width)
