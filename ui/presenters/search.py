"""Wires the search box: asks the desk, and says which customer was chosen; main thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from agent_desk.domain.customer import SearchHit, SearchKind
from agent_desk.domain.errors import AgentDeskError, StorageError
from agent_desk.domain.offline_pass import is_unreachable
from ui.language import error_text
from ui.presenters.context import Context
from ui.shell.search_box import SearchBox


class SearchPresenter(QObject):
    """Finds customers and tickets. chosen: the customer's id, and the ticket's id or ``""``."""

    chosen = Signal(str, str)

    def __init__(self, *, context: Context, box: SearchBox) -> None:
        """Connect the box."""
        super().__init__()
        self._context = context
        self._box = box
        box.search_requested.connect(self._find)
        box.hit_chosen.connect(self._open_hit)

    def _find(self, query: str) -> None:
        self._context.ask(
            lambda: self._context.desk.customers.search(query),
            lambda hits: self._box.show_hits(query, list(hits)),
            failed=lambda error: self._find_here(query, error),
            owner=self,
        )

    def _find_here(self, query: str, error: AgentDeskError) -> None:
        """Show what this machine knows while the database is away."""
        if not isinstance(error, StorageError) or not is_unreachable(error):
            self._box.show_error(error_text(error))
            return
        self._context.ask(
            lambda: self._context.desk.cards.search_here(query),
            lambda hits: self._box.show_hits_from_here(query, hits),
            owner=self,
        )

    def _open_hit(self, hit: SearchHit) -> None:
        ticket = hit.id if hit.kind is SearchKind.TICKET else ""
        self.chosen.emit(hit.customer_id, ticket)
