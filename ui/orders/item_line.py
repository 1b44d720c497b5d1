"""One line of a report while it is typed: what, how many, at which price; main thread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from agent_desk.domain.decimal_text import read_decimal
from agent_desk.domain.money import Money
from agent_desk.domain.report_item import ItemKind, ReportItem
from ui.language import tr
from ui.theme.theme import px, theme_signals
from ui.theme.tokens import CONTROL_HEIGHT
from ui.widgets.buttons import IconButton
from ui.widgets.calm_wheel import CalmWheel
from ui.widgets.label import Label

WIDTHS: Final[Mapping[str, int]] = {
    "kind": 112,
    "part_number": 104,
    "quantity": 72,
    "unit_price": 96,
    "amount": 96,
}
"""Widths of the columns at 100 %; the name takes what is left."""

_LEAST: Final = 48
_ANY_WIDTH: Final = 16_777_215
"""QWIDGETSIZE_MAX, which PySide does not have."""

_TEXTS: Final = ("name", "part_number", "quantity", "unit_price")
_WORDS: Final = {"kind": "report_form.kind", **{name: f"report_form.{name}" for name in _TEXTS}}


class ItemLine(QWidget):
    """Enter goes on to the next line, Ctrl+Up and Ctrl+Down move this one, Alt+Delete removes it.

    changed: something was typed. next_wanted, remove_wanted: by key or button. move_wanted: by how
    many places.
    """

    changed = Signal()
    next_wanted = Signal()
    remove_wanted = Signal()
    move_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_narrow = False
        self._kind = QComboBox()
        for kind in ItemKind:
            self._kind.addItem("", kind.value)
        self._edits = {name: QLineEdit() for name in _TEXTS}
        for name in ("quantity", "unit_price"):
            self._edits[name].setAlignment(Qt.AlignmentFlag.AlignRight)
        self._amount = Label()
        self._amount.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._error = Label(role="error")
        self._error.setWordWrap(True)
        self._error.hide()
        self._remove = IconButton(
            "trash-2", "report_form.remove", token="text_muted", shortcut_hint="Alt+Delete"
        )
        self._first, self._second = QHBoxLayout(), QHBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(6))
        for row in (self._first, self._second):
            row.setSpacing(px(6))
            column.addLayout(row)
        column.addWidget(self._error)
        self._connect()
        theme_signals().changed.connect(self._measure)
        self._lay_out()
        self.retranslate()

    def set_narrow(self, narrow: bool) -> None:
        """Stand in two rows where one is too short."""
        if narrow != self._is_narrow:
            self._is_narrow = narrow
            self._lay_out()

    def fields(self) -> dict[str, str]:
        """Return what is typed, by field."""
        typed = {name: edit.text() for name, edit in self._edits.items()}
        return {"kind": str(self._kind.currentData()), **typed}

    def restore(self, fields: Mapping[str, str]) -> None:
        """Put back what ``fields`` has; nothing is told."""
        with QSignalBlocker(self._kind):
            self._kind.setCurrentIndex(max(0, self._kind.findData(fields.get("kind", ""))))
        for name, edit in self._edits.items():
            edit.setText(fields.get(name, ""))

    def item(self, currency: str, field: str = "line") -> ReportItem:
        """Return the line, prices in ``currency``; raises InputError naming ``field`` and more."""
        typed = self.fields()
        quantity = read_decimal(f"{field}.quantity", typed["quantity"])
        price = read_decimal(f"{field}.unit_price", typed["unit_price"])
        return ReportItem(
            kind=ItemKind(typed["kind"]),
            name=typed["name"].strip(),
            quantity=quantity,
            unit_price=Money(amount=price, currency=currency),
            part_number=typed["part_number"].strip(),
        )

    def show_amount(self, text: str) -> None:
        """Show what the line comes to."""
        self._amount.setText(text)

    def show_error(self, name: str, text: str) -> None:
        """Say ``text`` under the line and mark its field ``name``; ``""`` takes it away."""
        self._error.setText(text)
        self._error.setVisible(bool(text))
        for known, edit in self._edits.items():
            wrong = bool(text) and known == name
            if edit.property("invalid") != wrong:
                edit.setProperty("invalid", wrong)
                edit.setAccessibleDescription(text if wrong else "")
                edit.style().unpolish(edit)
                edit.style().polish(edit)

    def error(self) -> str:
        """Return the complaint under the line, ``""`` for none."""
        return "" if self._error.isHidden() else self._error.text()

    def focus(self, name: str = "name") -> None:
        """Put the cursor into the field ``name``."""
        self._edits.get(name, self._edits["name"]).setFocus(Qt.FocusReason.OtherFocusReason)

    def stops(self) -> list[QWidget]:
        """Return where Tab stops in the line, in its order."""
        return [self._kind, *self._edits.values(), self._remove]

    def retranslate(self) -> None:
        """Set every text in the current language."""
        for index, kind in enumerate(ItemKind):
            self._kind.setItemText(index, tr(f"item_kind.{kind}"))
        for name, editor in (("kind", self._kind), *self._edits.items()):
            word = tr(_WORDS[name])
            editor.setAccessibleName(word)
            editor.setToolTip(word)
            if isinstance(editor, QLineEdit):
                editor.setPlaceholderText(word)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language; a complaint in the former one goes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            self.show_error("", "")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys of the whole line before its fields do."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._on_key(event)
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        key, modifiers = event.key(), event.modifiers()
        if modifiers == Qt.KeyboardModifier.ControlModifier and key == Qt.Key.Key_Up:
            self.move_wanted.emit(-1)
        elif modifiers == Qt.KeyboardModifier.ControlModifier and key == Qt.Key.Key_Down:
            self.move_wanted.emit(1)
        elif modifiers == Qt.KeyboardModifier.AltModifier and key == Qt.Key.Key_Delete:
            self.remove_wanted.emit()
        elif not modifiers and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.next_wanted.emit()
        else:
            return False
        return True

    def _connect(self) -> None:
        CalmWheel(self).watch(self._kind)
        for editor in (self._kind, *self._edits.values()):
            editor.installEventFilter(self)
        self._kind.currentIndexChanged.connect(lambda: self.changed.emit())
        for edit in self._edits.values():
            edit.textEdited.connect(self._on_edited)
        self._remove.clicked.connect(self.remove_wanted)

    def _on_edited(self) -> None:
        self.show_error("", "")
        self.changed.emit()

    def _lay_out(self) -> None:
        edits = self._edits
        for widget in self._widgets():
            self._first.removeWidget(widget)
            self._second.removeWidget(widget)
        rest = [edits[name] for name in _TEXTS if name != "name"] + [self._amount]
        self._first.addWidget(self._kind)
        self._first.addWidget(edits["name"], 1)
        for widget in rest:
            (self._second if self._is_narrow else self._first).addWidget(widget)
        self._first.addWidget(self._remove)
        self._measure()

    def _widgets(self) -> list[QWidget]:
        return [self._kind, *self._edits.values(), self._amount, self._remove]

    def _measure(self) -> None:
        """Give columns their widths; in two rows the fields share what is there."""
        for name, widget in (("kind", self._kind), ("amount", self._amount)):
            widget.setFixedWidth(px(WIDTHS[name]))
        for name, edit in self._edits.items():
            fixed = name in WIDTHS and not self._is_narrow
            width = px(WIDTHS[name] if fixed else _LEAST)
            edit.setMinimumWidth(width)
            edit.setMaximumWidth(width if fixed else _ANY_WIDTH)


class LineHeads(QWidget):
    """What the columns are, above lines that stand in one row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels = {
            name: Label(_WORDS.get(name, "report_form.amount"), role="muted")
            for name in ("kind", *_TEXTS, "amount")
        }
        for name in ("quantity", "unit_price", "amount"):
            self._labels[name].setAlignment(Qt.AlignmentFlag.AlignRight)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, px(CONTROL_HEIGHT) + px(6), 0)
        row.setSpacing(px(6))
        for name, label in self._labels.items():
            row.addWidget(label, 0 if name in WIDTHS else 1)
        theme_signals().changed.connect(self._measure)
        self._measure()

    def _measure(self) -> None:
        for name, width in WIDTHS.items():
            self._labels[name].setFixedWidth(px(width))
