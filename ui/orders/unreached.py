"""Three days in vain: ask a supervisor, or be one and close it with a reason; Qt main thread."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from ui.language import tr
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.form_field import FormField
from ui.widgets.notice import Notice


class UnreachedPart(QWidget):
    """Hidden until the customer was called in vain on enough days.

    asked: a supervisor is to decide. overridden carries the reason of a supervisor.
    """

    asked = Signal()
    overridden = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notice = Notice()
        self.ask = Button("verification.ask_supervisor", "user-round")
        self._reason = QLineEdit()
        self._field = FormField("verification.override_reason", self._reason)
        self.close_anyway = Button("verification.override", "shield-check", "danger")
        self._overrides = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(8))
        layout.addWidget(self._notice)
        layout.addWidget(self.ask, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._field)
        layout.addWidget(self.close_anyway, 0, Qt.AlignmentFlag.AlignLeft)
        self.ask.clicked.connect(self.asked)
        self.close_anyway.clicked.connect(self._on_close)
        self._reason.returnPressed.connect(self._on_close)
        self._reason.textEdited.connect(lambda: self._field.set_error(""))
        self.offer_override(False)
        self.hide()

    def offer_override(self, offered: bool) -> None:
        """Offer supervisors to close it, others to ask one."""
        self._overrides = offered
        self.ask.setVisible(not offered)
        self._field.setVisible(offered)
        self.close_anyway.setVisible(offered)

    def begin(self) -> None:
        """Forget what was typed for another order."""
        self._reason.clear()
        self._field.set_error("")

    def show_days(self, days: int, *, stuck: bool) -> None:
        """Show on how many days nobody answered, while that is enough."""
        if stuck:
            self._notice.show_text(tr("verification.unreached_days", days=days), "warning")
        self.setVisible(stuck)

    def show_error(self, text: str) -> None:
        """Show what is wrong with the reason; it stays."""
        self._field.set_error(text)

    def _on_close(self) -> None:
        reason = self._reason.text().strip()
        if not reason:
            self._field.set_error(tr("verification.override_missing"))
            self._reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.overridden.emit(reason)
