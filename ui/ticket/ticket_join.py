"""The offer to join an open ticket instead of opening another; Qt main thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QWidget

from agent_desk.domain.customer import OpenTicket
from ui.language import tr
from ui.theme.theme import px
from ui.widgets.buttons import with_shortcut
from ui.widgets.notice import Notice

JOIN_KEYS: Final = "Ctrl+J"


@dataclass(frozen=True, slots=True)
class TicketTarget:
    """The ticket that a form joins or changes; number 0 for a new one."""

    id: str = ""
    number: int = 0
    subject: str = ""
    version: int = 0
    joins: bool = False

    def to_fields(self) -> dict[str, str]:
        """Return it as texts for a draft."""
        return {
            "ticket_id": self.id,
            "ticket_number": str(self.number),
            "ticket_subject": self.subject,
            "version": str(self.version),
            "joins": "1" if self.joins else "",
        }

    @classmethod
    def from_fields(cls, fields: Mapping[str, str]) -> TicketTarget:
        """Return what ``to_fields`` made texts of; missing ones count as a new ticket's."""
        return cls(
            fields.get("ticket_id", ""),
            int(fields.get("ticket_number") or 0),
            fields.get("ticket_subject", ""),
            int(fields.get("version") or 0),
            bool(fields.get("joins")),
        )


NEW_TICKET: Final = TicketTarget()


class JoinOffer(Notice):
    """One calm line with one key; the key works wherever in the window one types.

    ticket_chosen carries the OpenTicket to join, undone that a new ticket is wanted after all.
    """

    ticket_chosen = Signal(object)
    undone = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(beside=True, parent=parent)
        self._offers: tuple[OpenTicket, ...] = ()
        self._target = NEW_TICKET
        self.menu = QMenu(self)
        self._key = QShortcut(QKeySequence(JOIN_KEYS), self)
        self._key.setContext(Qt.ShortcutContext.WindowShortcut)
        self._key.setEnabled(False)
        self._key.activated.connect(self.act)
        self.action_requested.connect(self.act)

    def offer(self, tickets: Iterable[OpenTicket], target: TicketTarget) -> None:
        """Offer ``tickets``, most likely first, beside what the form is about now."""
        self._offers = tuple(tickets)
        self.show_target(target)

    def forget(self) -> None:
        """Offer nothing any more."""
        self.offer((), NEW_TICKET)

    def show_target(self, target: TicketTarget) -> None:
        """Say what can be joined, or what is joined already; nothing hides the line."""
        self._target = target
        text, action = self._words()
        self._key.setEnabled(bool(text))
        if text:
            self.show_text(text, "info", tr(action), with_shortcut(tr(action), JOIN_KEYS))
        else:
            self.hide()

    def act(self) -> None:
        """Join the ticket on offer, choose among several, or take a join back."""
        if self._target.joins:
            self.undone.emit()
        elif len(self._offers) == 1:
            self.ticket_chosen.emit(self._offers[0])
        elif self._offers:
            self._open_menu()

    def _words(self) -> tuple[str, str]:
        target = self._target
        if target.joins:
            subject = self._short(target.subject)
            text = tr("ticket_editor.joins", number=target.number, subject=subject)
            return text, "ticket_editor.join_undo"
        if not self._offers or target.id:
            return "", ""
        if len(self._offers) > 1:
            text = tr("ticket_editor.join_offer_several", count=len(self._offers))
            return text, "ticket_editor.join_one"
        first = self._offers[0]
        subject = self._short(first.subject)
        text = tr("ticket_editor.join_offer", number=first.number, subject=subject)
        return text, "ticket_editor.join"

    def _short(self, subject: str) -> str:
        metrics = self.fontMetrics()
        return metrics.elidedText(subject, Qt.TextElideMode.ElideRight, px(150))

    def _open_menu(self) -> None:
        self.menu.clear()
        for ticket in self._offers:
            action = self.menu.addAction(f"#{ticket.number} {ticket.subject}")
            action.triggered.connect(lambda _=False, chosen=ticket: self.ticket_chosen.emit(chosen))
        self.menu.setActiveAction(self.menu.actions()[0])
        self.menu.popup(self.button.mapToGlobal(self.button.rect().bottomLeft()))
