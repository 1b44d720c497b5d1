"""A list model over records of one kind, for lists that paint their rows; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

T = TypeVar("T")

ROW_ROLE: Final = int(Qt.ItemDataRole.UserRole)
"""Role under which an index gives its record."""

_ROOT: Final = QModelIndex()
_SPOKEN: Final = frozenset({int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.ToolTipRole)})


class RowModel(QAbstractListModel, Generic[T]):
    """The records in the order in which they are shown; ``describe`` says one in words."""

    def __init__(self, *, describe: Callable[[T], str], parent: QObject | None = None) -> None:
        """Begin empty; ``describe`` serves screen readers and tooltips."""
        super().__init__(parent)
        self._describe = describe
        self._rows: tuple[T, ...] = ()

    def show(self, rows: Iterable[T]) -> None:
        """Show ``rows`` instead of what was shown."""
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def rows(self) -> tuple[T, ...]:
        """Return every record, from the top."""
        return self._rows

    def row(self, number: int) -> T:
        """Return the record at ``number``, counted from 0."""
        return self._rows[number]

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        """Return how many records there are."""
        return 0 if parent.isValid() else len(self._rows)

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = int(Qt.ItemDataRole.DisplayRole),
    ) -> object:
        """Return the record, or its words."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        return self._describe(row) if role in _SPOKEN else None
