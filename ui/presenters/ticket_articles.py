"""Tells on the page of my tickets which articles were used for the marked one; main thread."""

from __future__ import annotations

from PySide6.QtCore import QObject

from agent_desk.domain.errors import AgentDeskError
from agent_desk.domain.identifiers import TicketId
from ui.presenters.context import Context
from ui.ticket.tickets_page import TicketsPage


class TicketArticlesPresenter(QObject):
    """Reads the links of each ticket that is marked."""

    def __init__(self, *, context: Context, page: TicketsPage) -> None:
        """Follow the mark on ``page``."""
        super().__init__()
        self._context = context
        self._page = page
        page.ticket_marked.connect(self._read)

    def _read(self, ticket_id: str) -> None:
        self._context.ask(
            lambda: self._context.desk.knowledge.of_ticket(TicketId(ticket_id)),
            lambda links: self._page.show_articles(ticket_id, links),
            failed=_ignored,
            owner=self,
        )


def _ignored(_: AgentDeskError) -> None:
    """Show none: the list itself says why nothing can be read."""
