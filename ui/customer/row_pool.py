"""Rows of a panel that are kept and filled again instead of built anew; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.theme.theme import px

Item = TypeVar("Item")
Row = TypeVar("Row", bound=QWidget)


class RowPool(QWidget, Generic[Item, Row]):
    """Shows one row per item; building widgets is the dear part of a screen pop."""

    def __init__(
        self,
        *,
        make: Callable[[], Row],
        fill: Callable[[Row, Item], None],
        spacing: int = 4,
        parent: QWidget | None = None,
    ) -> None:
        """Make rows by ``make`` when more are needed; ``fill`` shows an item in one."""
        super().__init__(parent)
        self._make = make
        self._fill = fill
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(px(spacing))
        self._rows: list[Row] = []
        self._items: tuple[Item, ...] = ()

    def show_items(self, items: Iterable[Item]) -> None:
        """Show ``items`` in their order."""
        self._items = tuple(items)
        while len(self._rows) < len(self._items):
            row = self._make()
            self._rows.append(row)
            self._layout.addWidget(row)
        for index, row in enumerate(self._rows):
            if index < len(self._items):
                self._fill(row, self._items[index])
            row.setVisible(index < len(self._items))

    def refill(self) -> None:
        """Show the same items anew: the language changed."""
        self.show_items(self._items)

    def rows(self) -> list[Row]:
        """Return the rows that show an item."""
        return self._rows[: len(self._items)]
