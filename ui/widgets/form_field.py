"""One field of a form: label, editor and the complaint under it; main thread."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QVBoxLayout, QWidget

from ui.language import tr
from ui.theme.theme import px, theme_signals
from ui.theme.tokens import XS, S
from ui.widgets.label import Label


class FormField(QWidget):
    """A muted label above ``editor``; an error appears under it and colours its border."""

    def __init__(self, label_key: str, editor: QWidget, parent: QWidget | None = None) -> None:
        """Label ``editor`` with the text of ``label_key``, also for screen readers."""
        super().__init__(parent)
        self.editor = editor
        self._label_key = label_key
        self._label = Label(label_key, role="muted")
        self._label.setBuddy(editor)
        self._error = Label(role="error")
        self._error.setWordWrap(True)
        self._error.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(XS))
        layout.addWidget(self._label)
        layout.addWidget(editor)
        layout.addWidget(self._error)
        self.setFocusProxy(editor)
        theme_signals().changed.connect(self._measure)
        self._measure()
        self._name_editor()

    def error(self) -> str:
        """Return the complaint shown now, ``""`` when there is none."""
        return "" if self._error.isHidden() else self._error.text()

    def set_error(self, text: str) -> None:
        """Show ``text`` under the field, or nothing wrong when it is empty."""
        if text == self.error():
            return
        self._error.setText(text)
        self._error.setVisible(bool(text))
        self.editor.setAccessibleDescription(text)
        if self.editor.property("invalid") != bool(text):
            self.editor.setProperty("invalid", bool(text))
            self.editor.style().unpolish(self.editor)
            self.editor.style().polish(self.editor)

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._name_editor()

    def _measure(self) -> None:
        # A style sheet's padding does not reach the text of a spin box or date field.
        if isinstance(self.editor, QAbstractSpinBox):
            line = self.editor.findChild(QLineEdit)
            if line is not None:
                line.setTextMargins(px(S), 0, 0, 0)

    def _name_editor(self) -> None:
        self.editor.setAccessibleName(tr(self._label_key))
