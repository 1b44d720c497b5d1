"""Asks why: common reasons by one key, and room for any other; main thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui.language import tr
from ui.theme.theme import px
from ui.widgets.buttons import Button, ButtonRole
from ui.widgets.form_field import FormField
from ui.widgets.numbered_choice import NumberedChoice

_COLUMNS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonWords:
    """Keys of the texts of one question, and the look of its answer.

    reasons: the common ones, at most nine. hint: in the empty field. missing: under it when it was
    left empty. confirm, icon, role: of the button that takes the step.
    """

    reasons: tuple[str, ...]
    hint: str
    missing: str
    confirm: str
    icon: str
    role: ButtonRole = "primary"


class ReasonForm(QWidget):
    """1 to 9 fill in a common reason, Enter confirms, Escape leaves; what was typed stays.

    given carries the reason. left: not now. changed: something was typed.
    """

    given = Signal(str)
    left = Signal()
    changed = Signal()

    def __init__(self, words: ReasonWords, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._choices = [
            NumberedChoice(key, str(number)) for number, key in enumerate(words.reasons, 1)
        ]
        self._reason = QLineEdit()
        self._field = FormField("field.reason", self._reason)
        self.confirm = Button(words.confirm, words.icon, words.role, shortcut_hint="Return")
        self._back = Button("department_page.cancel", role="ghost", shortcut_hint="Esc")
        self._lay_out()
        for choice in self._choices:
            choice.clicked.connect(lambda _=False, chosen=choice: self._choose(chosen))
        self._reason.textEdited.connect(self._on_edited)
        self.confirm.clicked.connect(self._on_confirm)
        self._back.clicked.connect(self.left)
        self.retranslate()

    def begin(self) -> None:
        """Put the cursor where one key is enough."""
        first: QWidget = self._reason if self._reason.text() else self._choices[0]
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def clear(self) -> None:
        """Forget what was typed."""
        self._reason.clear()
        self._field.set_error("")

    def text(self) -> str:
        """Return what is typed."""
        return self._reason.text()

    def set_text(self, text: str) -> None:
        """Put back what was typed."""
        self._reason.setText(text)

    def show_error(self, text: str) -> None:
        """Say ``text`` under the reason."""
        self._field.set_error(text)

    def retranslate(self) -> None:
        """Set the hint in the current language."""
        self._reason.setPlaceholderText(tr(self._words.hint))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take a reason's number, or begin to write what is none of them."""
        typed = event.text()
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif typed.isdecimal() and 1 <= int(typed) <= len(self._choices):
            self._choose(self._choices[int(typed) - 1])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # Also from the field, which hands the key on after its own signal.
            self._on_confirm()
        elif typed.isprintable() and typed.strip():
            self._reason.setFocus(Qt.FocusReason.OtherFocusReason)
            self._reason.insert(typed)
            self._on_edited()
        else:
            super().keyPressEvent(event)

    def _choose(self, choice: NumberedChoice) -> None:
        self._reason.setText(choice.text())
        self._reason.setFocus(Qt.FocusReason.OtherFocusReason)
        self._on_edited()

    def _on_edited(self) -> None:
        self._field.set_error("")
        self.changed.emit()

    def _on_confirm(self) -> None:
        reason = self._reason.text().strip()
        if reason:
            self.given.emit(reason)
            return
        self._field.set_error(tr(self._words.missing))
        self._reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        choices = QGridLayout()
        choices.setSpacing(px(6))
        for index, choice in enumerate(self._choices):
            choices.addWidget(choice, index // _COLUMNS, index % _COLUMNS)
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addWidget(self.confirm)
        row.addWidget(self._back)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(8))
        layout.addLayout(choices)
        layout.addWidget(self._field)
        layout.addLayout(row)
