"""Asks whether the customer says that a resolved ticket is solved; Qt main thread."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from agent_desk.domain.ticket import Ticket, TicketState
from ui.language import tr
from ui.shortcuts import keys_of
from ui.theme.theme import px
from ui.widgets.customer_answer import CustomerAnswer
from ui.widgets.notice import Notice


class Confirmation(QFrame):
    """Confirmed first-contact resolution: the question while a ticket is RESOLVED, then the answer.

    answered carries the ticket's id, whether the customer says so, and the reason when not.
    """

    answered = Signal(str, bool, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty, hidden strip."""
        super().__init__(parent)
        self._ticket: Ticket | None = None
        self._line = Notice()
        self._error = Notice()
        self._answer = CustomerAnswer(
            yes_keys=keys_of("ticket.solved"), no_keys=keys_of("ticket.not_solved")
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(6))
        for part in (self._line, self._answer, self._error):
            layout.addWidget(part)
        self._answer.given.connect(self._on_given)
        self.hide()

    def show_ticket(self, ticket: Ticket | None) -> None:
        """Ask about ``ticket`` while it is RESOLVED, or say that it is confirmed; else hide."""
        if ticket is None or not (is_open_question(ticket) or is_confirmed(ticket)):
            self._ticket = None
            self.hide()
            return
        if self._ticket is None or self._ticket.id != ticket.id:
            self._answer.begin()
        self._ticket = ticket
        self._error.hide()
        self.retranslate()
        self.show()

    def asks(self) -> bool:
        """Return whether an answer is wanted."""
        return self._ticket is not None and is_open_question(self._ticket)

    def text(self) -> str:
        """Return the line, ``""`` while hidden."""
        return "" if self.isHidden() else self._line.text()

    def say_solved(self) -> None:
        """The customer says that it is solved; nothing while there is no question."""
        if self.asks():
            self._answer.say_yes()

    def say_not_solved(self) -> None:
        """The customer says that it is not: ask why; nothing while there is no question."""
        if self.asks():
            self._answer.say_no()

    def show_error(self, field: str, text: str) -> None:
        """Show what keeps the answer from being stored."""
        if field == "reason":
            self._answer.show_error(text)
        else:
            self._error.show_text(text, "warning")

    def retranslate(self) -> None:
        """Set the line in the current language."""
        if self._ticket is None:
            return
        asks = self.asks()
        key = "ticket_editor.confirm" if asks else "ticket_editor.confirmed"
        text = tr(key, number=self._ticket.number)
        self._line.show_text(text, "info" if asks else "success")
        self._answer.setVisible(asks)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _on_given(self, satisfied: bool, reason: str) -> None:
        if self._ticket is not None:
            self._error.hide()
            self.answered.emit(self._ticket.id, satisfied, reason)


def is_open_question(ticket: Ticket) -> bool:
    """Return whether the customer can still be asked about ``ticket``."""
    return ticket.state is TicketState.RESOLVED


def is_confirmed(ticket: Ticket) -> bool:
    """Return whether the customer said that ``ticket`` is solved, and it still is."""
    return ticket.state is TicketState.CLOSED and ticket.fcr_confirmed is True
