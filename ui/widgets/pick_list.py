"""Chosen values in a short list, with something below it to add more; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ui.language import tr
from ui.theme.theme import px
from ui.widgets.buttons import IconButton

_ROW: Final = 28
_MOST_ROWS: Final = 5
_VALUE: Final = Qt.ItemDataRole.UserRole


class _Chosen(QListWidget):
    """removed: Delete was pressed. moved: Alt and an arrow, one place up (-1) or down (1)."""

    removed = Signal()
    moved = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take out by Delete, move by Alt and an arrow."""
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(-1 if event.key() == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)


class PickList(QWidget):
    """changed: other values, or in another order."""

    changed = Signal()

    def __init__(
        self, adder: QComboBox, *, ordered: bool = False, parent: QWidget | None = None
    ) -> None:
        """``adder`` stands below; ``ordered``: the first is preferred, so values can be moved."""
        super().__init__(parent)
        self.adder = adder
        self.list = _Chosen()
        self._say: Callable[[str], str] = str
        self._up = IconButton("chevron-up", "pick_list.up", shortcut_hint="Alt+Up")
        self._down = IconButton("chevron-down", "pick_list.down", shortcut_hint="Alt+Down")
        self._out = IconButton("x", "pick_list.take_out", shortcut_hint="Del")
        self._ordered = ordered
        self.setFocusProxy(adder)
        self._build()
        self.list.removed.connect(self._remove)
        self._out.clicked.connect(self._remove)
        if ordered:
            self.list.moved.connect(self._move)
        self._up.clicked.connect(lambda: self._move(-1))
        self._down.clicked.connect(lambda: self._move(1))
        self.list.currentRowChanged.connect(self._offer)

    def set_words(self, say: Callable[[str], str]) -> None:
        """Say each value by ``say``."""
        self._say = say
        self.retranslate()

    def values(self) -> tuple[str, ...]:
        """Return the chosen values from the top."""
        return tuple(str(self.list.item(row).data(_VALUE)) for row in range(self.list.count()))

    def set_values(self, values: Iterable[str]) -> None:
        """Show ``values`` without telling."""
        wanted = tuple(values)
        if wanted == self.values():
            return
        self.list.clear()
        for value in wanted:
            self._append(value)
        self._fit()

    def add(self, value: str) -> None:
        """Add ``value`` at the end, once."""
        if value and value not in self.values():
            self._append(value)
            self.list.setCurrentRow(self.list.count() - 1)
            self._fit()
            self.changed.emit()

    def retranslate(self) -> None:
        """Set every text anew."""
        for row in range(self.list.count()):
            item = self.list.item(row)
            item.setText(self._say(str(item.data(_VALUE))))
        # The field names the whole; a screen reader comes to the list itself.
        self.list.setAccessibleName(self.accessibleName())

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _build(self) -> None:
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        row = QHBoxLayout()
        row.setSpacing(px(4))
        row.addWidget(self.adder, 1)
        for button in (self._up, self._down) if self._ordered else ():
            row.addWidget(button)
        row.addWidget(self._out)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(4))
        column.addWidget(self.list)
        column.addLayout(row)
        self._fit()

    def _append(self, value: str) -> None:
        item = QListWidgetItem(self._say(value))
        item.setData(_VALUE, value)
        self.list.addItem(item)

    def _fit(self) -> None:
        """Be as tall as what is chosen; nothing chosen takes no room."""
        count = self.list.count()
        self.list.setVisible(count > 0)
        self.list.setFixedHeight(px(_ROW) * min(_MOST_ROWS, max(1, count)) + 4)
        if count and self.list.currentRow() < 0:
            self.list.setCurrentRow(0)
        self._offer()

    def _offer(self) -> None:
        row, last = self.list.currentRow(), self.list.count() - 1
        self._out.setEnabled(row >= 0)
        self._up.setEnabled(row > 0)
        self._down.setEnabled(0 <= row < last)

    def _remove(self) -> None:
        row = self.list.currentRow()
        if row >= 0:
            self.list.takeItem(row)
            self._fit()
            self.changed.emit()

    def _move(self, by: int) -> None:
        row = self.list.currentRow()
        target = row + by
        if row >= 0 and 0 <= target < self.list.count():
            item = self.list.takeItem(row)
            self.list.insertItem(target, item)
            self.list.setCurrentRow(target)
            self.changed.emit()


class ChoiceBox(QComboBox):
    """Offers what can be added and shows a hint instead of a choice. picked: the value."""

    picked = Signal(str)

    def __init__(self, hint_key: str) -> None:
        super().__init__()
        self._hint_key = hint_key
        self.setSizePolicy(self.sizePolicy().Policy.Ignored, self.sizePolicy().verticalPolicy())
        self.activated.connect(self._on_activated)
        self.set_choices(())

    def set_choices(self, choices: Iterable[tuple[str, str]]) -> None:
        """Offer ``choices``: value and text."""
        self.clear()
        self.addItem(tr(self._hint_key), "")
        for value, text in choices:
            self.addItem(text, value)
        self.setCurrentIndex(0)

    def _on_activated(self, index: int) -> None:
        value = str(self.itemData(index) or "")
        self.setCurrentIndex(0)
        if value:
            self.picked.emit(value)


def choice_list(hint_key: str, *, ordered: bool = False) -> tuple[PickList, ChoiceBox]:
    """Return a list to which values are added from a box, and its box."""
    box = ChoiceBox(hint_key)
    chosen = PickList(box, ordered=ordered)
    box.picked.connect(chosen.add)
    return chosen, box
