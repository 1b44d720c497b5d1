"""Where the open orders are: a row for each place, a column for each state; main thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from agent_desk.domain.board import COLUMNS
from agent_desk.domain.board_filter import RegionRow
from ui.language import tr
from ui.theme.theme import colour, px, theme_signals

_ROOT: Final = QModelIndex()
_PLACE, _TOTAL, _OVERDUE = 0, 1, 2
_PLACE_WIDTH: Final = 180
_LEAST_WIDTH: Final = 84
_STATES: Final = 3
"""First column of the states."""

_SPOKEN: Final = frozenset({int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.ToolTipRole)})


class RegionModel(QAbstractTableModel):
    """The places in the order in which they are given."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: tuple[RegionRow, ...] = ()

    def show(self, rows: Sequence[RegionRow]) -> None:
        """Show ``rows``; as long as the same places stand in the same order, nothing moves."""
        same = [row.city for row in rows] == [row.city for row in self._rows]
        if not same:
            self.beginResetModel()
        former, self._rows = self._rows, tuple(rows)
        if not same:
            self.endResetModel()
            return
        for number, (old, new) in enumerate(zip(former, rows, strict=True)):
            if old != new:
                last = self.index(number, self.columnCount() - 1)
                self.dataChanged.emit(self.index(number, 0), last)

    def row(self, number: int) -> RegionRow:
        """Return the place at ``number``."""
        return self._rows[number]

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else _STATES + len(COLUMNS)

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = int(Qt.ItemDataRole.DisplayRole),
    ) -> object:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        if role in _SPOKEN:
            return _words(row, column)
        if role == int(Qt.ItemDataRole.TextAlignmentRole):
            return _alignment(column)
        if role == int(Qt.ItemDataRole.ForegroundRole) and column == _OVERDUE and row.overdue:
            return QColor(colour("danger"))
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = int(Qt.ItemDataRole.DisplayRole),
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == int(Qt.ItemDataRole.TextAlignmentRole):
            return _alignment(section)
        if role not in _SPOKEN:
            return None
        if section >= _STATES:
            return tr(f"work_order_state.{COLUMNS[section - _STATES]}")
        return tr(("board.region", "board.total", "board.overdue_head")[section])


class RegionTable(QTableView):
    """chosen: a place (its city, "" for the unknown one) and a state's name, "" for all."""

    chosen = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.regions = RegionModel(self)
        self.setModel(self.regions)
        self.setObjectName("regions")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setSectionResizeMode(_PLACE, QHeaderView.ResizeMode.Fixed)
        self.doubleClicked.connect(self._on_chosen)
        theme_signals().changed.connect(self._measure)
        self._measure()
        self.retranslate()

    def show_rows(self, rows: Sequence[RegionRow]) -> None:
        """Show ``rows``; the keyboard begins at the first."""
        self.regions.show(rows)
        if rows and not self.currentIndex().isValid():
            self.setCurrentIndex(self.regions.index(0, 0))

    def retranslate(self) -> None:
        """Set every text anew."""
        self.setAccessibleName(tr("board.regions"))
        last = self.regions.columnCount() - 1
        self.regions.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, last)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        enters = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enters and self.currentIndex().isValid():
            self._on_chosen(self.currentIndex())
        elif event.text() and not event.modifiers():
            # A letter is the page's, not a search.
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _on_chosen(self, index: QModelIndex) -> None:
        row, column = self.regions.row(index.row()), index.column()
        state = str(COLUMNS[column - _STATES]) if column >= _STATES else ""
        self.chosen.emit(row.city, state)

    def _measure(self) -> None:
        self.verticalHeader().setDefaultSectionSize(px(36))
        self.horizontalHeader().setMinimumSectionSize(px(_LEAST_WIDTH))
        self.setColumnWidth(_PLACE, px(_PLACE_WIDTH))


def _words(row: RegionRow, column: int) -> str:
    if column == _PLACE:
        return row.city or tr("board.no_city")
    if column == _TOTAL:
        return f"{row.total:,}"
    if column == _OVERDUE:
        return f"{row.overdue:,}" if row.overdue else "–"
    count = row.counts.get(COLUMNS[column - _STATES], 0)
    return f"{count:,}" if count else "–"


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column == _PLACE else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
