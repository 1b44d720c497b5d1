"""What the customer says about a case: solved, or not and why; main thread."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui.language import tr
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.form_field import FormField


class CustomerAnswer(QWidget):
    """Two buttons; "no" asks for the reason in their place.

    given carries whether the customer is satisfied, and the reason when not. reason_asked: the
    field for it is there now. Nothing is answered by itself: each answer needs a press of its own.
    """

    given = Signal(bool, str)
    reason_asked = Signal()

    def __init__(
        self, *, yes_keys: str = "", no_keys: str = "", parent: QWidget | None = None
    ) -> None:
        """``yes_keys``, ``no_keys``: shortcuts of `say_yes` and `say_no`, for tooltips."""
        super().__init__(parent)
        self._yes = Button("verification.yes", "smile", "primary", shortcut_hint=yes_keys)
        self._no = Button("verification.no", "frown", shortcut_hint=no_keys)
        self._reason = QLineEdit()
        self._field = FormField("verification.reason", self._reason)
        self.reopen = Button("verification.reopen", "undo-2", "danger")
        self._back = Button("verification.back", role="ghost", shortcut_hint="Esc")
        self._why = QWidget()
        self._lay_out()
        self._yes.clicked.connect(self.say_yes)
        self._no.clicked.connect(self.say_no)
        self.reopen.clicked.connect(self._on_reopen)
        self._reason.returnPressed.connect(self._on_reopen)
        self._back.clicked.connect(lambda: self._ask_reason(False))
        self._reason.textEdited.connect(lambda: self._field.set_error(""))
        self._ask_reason(False)
        self.retranslate()

    def begin(self) -> None:
        """Ask anew."""
        self._reason.clear()
        self._ask_reason(False)

    def say_yes(self) -> None:
        """Say that the customer is satisfied."""
        self.given.emit(True, "")

    def say_no(self) -> None:
        """Ask for the reason; the cursor goes there, since the agent pressed for it."""
        self._ask_reason(True)
        self.reason_asked.emit()
        self._reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_error(self, text: str) -> None:
        """Show what is wrong with the reason."""
        self._field.set_error(text)

    def retranslate(self) -> None:
        """Set the hint in the current language."""
        self._reason.setPlaceholderText(tr("verification.reason_hint"))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back to the question on Escape."""
        if event.key() == Qt.Key.Key_Escape and not self._why.isHidden():
            self._ask_reason(False)
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        answers = QHBoxLayout()
        answers.setSpacing(px(8))
        answers.addWidget(self._yes)
        answers.addWidget(self._no)
        answers.addStretch(1)
        confirm = QHBoxLayout()
        confirm.setSpacing(px(8))
        confirm.addWidget(self.reopen)
        confirm.addWidget(self._back)
        confirm.addStretch(1)
        why = QVBoxLayout(self._why)
        why.setContentsMargins(0, 0, 0, 0)
        why.setSpacing(px(8))
        why.addWidget(self._field)
        why.addLayout(confirm)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(12))
        layout.addLayout(answers)
        layout.addWidget(self._why)

    def _ask_reason(self, ask: bool) -> None:
        self._why.setVisible(ask)
        self._yes.setEnabled(not ask)
        self._no.setEnabled(not ask)
        self._field.set_error("")

    def _on_reopen(self) -> None:
        reason = self._reason.text().strip()
        if reason:
            self.given.emit(False, reason)
            return
        self._field.set_error(tr("verification.reason_missing"))
        self._reason.setFocus(Qt.FocusReason.OtherFocusReason)
