"""A reason that a step needs: asked for in place, required at its field; main thread."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui.language import tr
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.form_field import FormField


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonWords:
    """Keys of the texts, and the icon of the button that confirms."""

    hint: str
    missing: str
    confirm: str
    cancel: str
    icon: str


class ReasonPart(QWidget):
    """Hidden until `ask`. confirmed carries the reason, which is never empty.

    What is being typed belongs to one record and is there again when somebody turns back to it.
    asking_changed: it was opened or left. given_up: the person left it, by Escape or the button.
    """

    confirmed = Signal(str)
    asking_changed = Signal()
    given_up = Signal()

    def __init__(self, words: ReasonWords, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._record = ""
        self._unsent: dict[str, str] = {}
        self.editor = QLineEdit()
        self.field = FormField("field.reason", self.editor)
        self.button = Button(words.confirm, words.icon, "danger", shortcut_hint="Return")
        self._cancel = Button(words.cancel, role="ghost", shortcut_hint="Esc")
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addWidget(self.button)
        row.addWidget(self._cancel)
        row.addStretch(1)
        self._column = layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(8))
        layout.addWidget(self.field)
        layout.addLayout(row)
        self.hide()
        self.button.clicked.connect(self.confirm)
        self.editor.returnPressed.connect(self.confirm)
        self.editor.textEdited.connect(lambda: self.field.set_error(""))
        self._cancel.clicked.connect(self._give_up)
        self.retranslate()

    @property
    def record(self) -> str:
        """What the reason is about, "" before the first."""
        return self._record

    def insert_under_reason(self, *widgets: QWidget) -> None:
        """Let ``widgets`` stand between the reason and the buttons."""
        for place, widget in enumerate(widgets, start=1):
            self._column.insertWidget(place, widget)

    def turn_to(self, record: str) -> None:
        """Belong to ``record`` from now on; what was typed about the former one is kept."""
        if record == self._record:
            return
        if self.is_asking():
            self._unsent[self._record] = self.editor.text()
        self._record = record
        kept = self._unsent.pop(record, None)
        self.editor.setText(kept or "")
        self.field.set_error("")
        self.setVisible(kept is not None)

    def is_asking(self) -> bool:
        """Return whether a reason is being asked for."""
        return not self.isHidden()

    def ask(self) -> None:
        """Ask, with the cursor in the field."""
        self.show()
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.asking_changed.emit()

    def leave(self) -> None:
        """Ask no more; asked again about the same record, the words are still there."""
        self.field.set_error("")
        self.hide()
        self.asking_changed.emit()

    def forget(self, record: str) -> None:
        """The step on ``record`` was taken: its reason is no longer needed."""
        self._unsent.pop(record, None)
        if record == self._record:
            self.editor.clear()
            self.leave()

    def confirm(self) -> None:
        """Emit the reason, or say at the field that it is missing."""
        reason = self.editor.text().strip()
        if reason:
            self.confirmed.emit(reason)
        else:
            self.show_error(tr(self._words.missing))

    def show_error(self, text: str) -> None:
        """Show ``text`` at the field and put the cursor there."""
        self.show()
        self.field.set_error(text)
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.asking_changed.emit()

    def retranslate(self) -> None:
        """Set the hint anew."""
        self.editor.setPlaceholderText(tr(self._words.hint))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self._give_up()
        else:
            super().keyPressEvent(event)

    def _give_up(self) -> None:
        self.leave()
        self.given_up.emit()
