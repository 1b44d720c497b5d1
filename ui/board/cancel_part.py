"""Why an order is cancelled, and who of the customer's agreed to it; main thread."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.language import tr
from ui.widgets.form_field import FormField
from ui.widgets.notice import Notice
from ui.widgets.reason_part import ReasonPart, ReasonWords

_WORDS: Final = ReasonWords(
    hint="board.cancel_hint",
    missing="board.cancel_missing",
    confirm="board.cancel_confirm",
    cancel="board.back",
    icon="circle-x",
)


class CancelPart(ReasonPart):
    """A dispatcher may have reasons of the house; without the customer's word it is asked twice."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_WORDS, parent)
        self._is_warned = False
        self._consents: dict[str, str] = {}
        self.consent = QLineEdit()
        self._warning = Notice()
        self._warning.hide()
        self.insert_under_reason(FormField("order_answer.consent", self.consent), self._warning)
        self.consent.returnPressed.connect(self.confirm)
        self.consent.textEdited.connect(lambda: self._warn(False))

    def typed_consent(self) -> str:
        """Return who agreed, "" for nobody."""
        return self.consent.text().strip()

    def turn_to(self, record: str) -> None:
        """Belong to ``record`` from now on; what was typed about the former one is kept."""
        if record == self.record:
            return
        self._consents[self.record] = self.consent.text()
        super().turn_to(record)
        self.consent.setText(self._consents.pop(record, ""))
        self._warn(False)

    def leave(self) -> None:
        """Ask no more; asked again about the same record, the words are still there."""
        self._warn(False)
        super().leave()

    def forget(self, record: str) -> None:
        """The step on ``record`` was taken: its words are no longer needed."""
        self._consents.pop(record, None)
        if record == self.record:
            self.consent.clear()
        super().forget(record)

    def confirm(self) -> None:
        """Emit the reason; before, ask once more when nobody of the customer's agreed."""
        if self.editor.text().strip() and not self.typed_consent() and not self._is_warned:
            self._warn(True)
            self.consent.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        super().confirm()

    def _warn(self, warned: bool) -> None:
        self._is_warned = warned
        self.button.set_text_key("board.cancel_unasked" if warned else "board.cancel_confirm")
        if warned:
            self._warning.show_text(tr("board.cancel_without_consent"), "warning")
        else:
            self._warning.hide()
