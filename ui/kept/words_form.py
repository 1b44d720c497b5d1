"""The words of a refused entry in a small form, to be typed anew; main thread."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui.shortcuts import keep_keys
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.form_field import FormField
from ui.widgets.record_detail import plain_label


class WordsForm(QWidget):
    """submitted carries the words by field. cancelled: back to the list, nothing is decided."""

    submitted = Signal(object)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin without fields."""
        super().__init__(parent)
        keep_keys(self, "Ctrl+Return", "Ctrl+Enter")
        self._what = plain_label()
        self._what.setProperty("role", "heading")
        self._fields: dict[str, FormField] = {}
        self._editors: dict[str, QLineEdit] = {}
        self._rows = QVBoxLayout()
        self._back = Button("kept.back", role="ghost", shortcut_hint="Esc")
        self._save = Button("kept.save_again", "check", "primary", shortcut_hint="Ctrl+Return")
        self._lay_out()
        self._back.clicked.connect(self.cancelled)
        self._save.clicked.connect(self.submit)

    def show_words(self, what: str, words: Mapping[str, str]) -> None:
        """Show ``words`` of an entry that is called ``what``."""
        self._what.setText(what)
        for former in self._fields.values():
            self._rows.removeWidget(former)
            former.hide()
            former.deleteLater()
        self._editors = {name: QLineEdit(text) for name, text in words.items()}
        self._fields = {
            name: FormField(f"kept.word.{name}", editor) for name, editor in self._editors.items()
        }
        for name, field in self._fields.items():
            self._editors[name].returnPressed.connect(self.submit)
            self._rows.addWidget(field)

    def words(self) -> dict[str, str]:
        """Return what is typed now, by field."""
        return {name: editor.text() for name, editor in self._editors.items()}

    def submit(self) -> None:
        """Hand over what is typed."""
        for field in self._fields.values():
            field.set_error("")
        self.submitted.emit(self.words())

    def show_error(self, field: str, text: str) -> bool:
        """Show ``text`` at ``field`` and go there; False when there is no such field."""
        found = self._fields.get(field)
        if found is None:
            return False
        found.set_error(text)
        self._editors[field].setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def focus_first(self) -> None:
        """Put the cursor into the first field, its words marked."""
        for editor in self._editors.values():
            editor.setFocus(Qt.FocusReason.TabFocusReason)
            editor.selectAll()
            return

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        """Save on Ctrl+Enter, leave on Escape."""
        enters = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enters and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.submit()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        self._rows.setSpacing(px(10))
        foot = QHBoxLayout()
        foot.setSpacing(px(8))
        foot.addWidget(self._back)
        foot.addStretch(1)
        foot.addWidget(self._save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(12))
        layout.addWidget(self._what)
        layout.addLayout(self._rows)
        layout.addStretch(1)
        layout.addLayout(foot)
