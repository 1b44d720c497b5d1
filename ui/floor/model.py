"""The desks of the floor as a table model that changes only what changed; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ui.floor.rows import FloorRow
from ui.language import tr

ROW_ROLE: Final = int(Qt.ItemDataRole.UserRole)
"""Role under which each cell gives its FloorRow."""

_ROOT: Final = QModelIndex()
_SPOKEN_ROLES: Final = frozenset(
    {
        int(Qt.ItemDataRole.DisplayRole),
        int(Qt.ItemDataRole.AccessibleTextRole),
        int(Qt.ItemDataRole.ToolTipRole),
    }
)


class FloorColumn(IntEnum):
    """The columns from left to right."""

    AGENT = 0
    STATE = 1
    SINCE = 2
    REASON = 3
    QUEUE = 4
    CALL = 5


_TIMES: Final = frozenset({FloorColumn.SINCE, FloorColumn.CALL})
_HEADS: Final = {column: f"floor_column.{column.name.lower()}" for column in FloorColumn}


class FloorModel(QAbstractTableModel):
    """One row per desk; speak: the words of a cell, for screen readers and tooltips."""

    def __init__(
        self,
        *,
        speak: Callable[[FloorRow, FloorColumn], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._speak = speak
        self._rows: list[FloorRow] = []

    def show(self, rows: Sequence[FloorRow]) -> None:
        """Show ``rows``; as long as the same desks stand in the same places, nothing moves."""
        if [row.desk_id for row in rows] != [row.desk_id for row in self._rows]:
            self.beginResetModel()
            self._rows = list(rows)
            self.endResetModel()
            return
        former, self._rows = self._rows, list(rows)
        for number, (old, new) in enumerate(zip(former, rows, strict=True)):
            if old != new:
                last = self.index(number, len(FloorColumn) - 1)
                self.dataChanged.emit(self.index(number, 0), last)

    def row(self, number: int) -> FloorRow:
        """Return the desk at ``number``, counted from 0."""
        return self._rows[number]

    def number_of(self, desk_id: str) -> int | None:
        """Return where a desk stands; None when it is not shown."""
        found = (number for number, row in enumerate(self._rows) if row.desk_id == desk_id)
        return next(found, None)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        """Return how many desks are shown."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(FloorColumn)

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = int(Qt.ItemDataRole.DisplayRole),
    ) -> object:
        """Return the desk, or what a cell says."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role in _SPOKEN_ROLES:
            return self._speak(row, FloorColumn(index.column()))
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = int(Qt.ItemDataRole.DisplayRole),
    ) -> object:
        """Return the name of a column; times stand at the right."""
        if role == int(Qt.ItemDataRole.TextAlignmentRole):
            side = Qt.AlignmentFlag.AlignRight if section in _TIMES else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        is_name = role in _SPOKEN_ROLES and orientation is Qt.Orientation.Horizontal
        return tr(_HEADS[FloorColumn(section)]) if is_name else None
