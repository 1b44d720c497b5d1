"""What the window shows when the desk cannot start: why, and what can be done; main thread."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from agent_desk.domain.errors import AgentDeskError
from ui.language import error_text
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.card import Card

_WIDTH = 560


class FailurePage(QWidget):
    """One sentence that says what to do, and two buttons."""

    retry_requested = Signal()
    quit_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._error: AgentDeskError | None = None
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.retry = Button("desk.failed_retry", "refresh-cw", "primary")
        self.retry.clicked.connect(self.retry_requested)
        self.quit = Button("desk.failed_quit", "x")
        self.quit.clicked.connect(self.quit_requested)
        self._lay_out()

    def show_error(self, error: AgentDeskError) -> None:
        """Show ``error`` in the language on screen."""
        self._error = error
        self._text.setText(error_text(error))

    def text(self) -> str:
        """Return the sentence that is shown."""
        return self._text.text()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        if event.type() == QEvent.Type.LanguageChange and self._error is not None:
            self.show_error(self._error)
        super().changeEvent(event)

    def _lay_out(self) -> None:
        card = Card("desk.failed_title")
        card.setMaximumWidth(px(_WIDTH))
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.quit)
        buttons.addWidget(self.retry)
        body = QVBoxLayout()
        body.setSpacing(px(16))
        body.addWidget(self._text)
        body.addLayout(buttons)
        card.body.addLayout(body)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(card, 4)
        line.addStretch(1)
        outer = QVBoxLayout(self)
        outer.addStretch(1)
        outer.addLayout(line)
        outer.addStretch(2)
