"""Wires the timeline: pages of the history, its filter, and what an entry opens; main thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from agent_desk.domain.customer import CustomerCard, TimelineEntry, TimelineKind
from ui.presenters.context import Context
from ui.presenters.storage import unavailable_text
from ui.presenters.workspaces import Workspace
from ui.timeline.panel import TimelinePanel


class TimelinePresenter(QObject):
    """Shows the history of one workspace.

    ticket_wanted, order_wanted: open this one. names_known: what people are called, by login.
    """

    names_known = Signal(object)
    ticket_wanted = Signal(str)
    order_wanted = Signal(str)

    def __init__(self, *, context: Context, panel: TimelinePanel) -> None:
        """Nothing is shown before the first workspace."""
        super().__init__()
        self._context = context
        self._panel = panel
        self._shown: Workspace | None = None
        self._kinds: frozenset[TimelineKind] | None = None
        self._asked_names: frozenset[str] = frozenset()
        panel.retry_requested.connect(lambda: self._load(0))
        panel.more_requested.connect(self._load)
        panel.filter_changed.connect(self._filter)
        panel.entry_opened.connect(self._open_entry)
        self.names_known.connect(panel.show_names)

    def show(self, workspace: Workspace, card: CustomerCard) -> None:
        """Show the history that ``card`` of ``workspace`` brought, through the chosen filter."""
        self._shown = workspace
        self._panel.show_notes(card.notes)
        if self._kinds is None:
            self._panel.show_entries(card.timeline, card.timeline_total)
            self._ask_names()
        else:
            self._load(0)

    def show_unknown(self) -> None:
        """Show that nobody knows yet whose history it is."""
        self._shown = None
        self._panel.show_empty()

    def show_nothing(self) -> None:
        """Show a history without entries."""
        self._shown = None
        self._panel.show_entries((), 0)

    def _filter(self, kinds: frozenset[TimelineKind] | None) -> None:
        self._kinds = kinds
        self._load(0)

    def _load(self, offset: int) -> None:
        shown, kinds = self._shown, self._kinds
        if shown is None or shown.customer_id is None:
            return
        customer_id = shown.customer_id
        self._context.ask(
            lambda: self._context.desk.customers.timeline(customer_id, kinds=kinds, offset=offset),
            lambda page: self._show_page(shown, kinds, offset, *page),
            failed=lambda error: self._panel.show_unavailable(unavailable_text(error)),
            owner=self,
        )

    def _show_page(
        self,
        workspace: Workspace,
        kinds: frozenset[TimelineKind] | None,
        offset: int,
        entries: Sequence[TimelineEntry],
        total: int,
    ) -> None:
        """Show a page, unless the agent has turned to somebody or something else meanwhile."""
        if workspace is not self._shown or kinds != self._kinds or workspace.card is None:
            return
        if offset:
            self._panel.append_entries(entries)
        else:
            self._panel.show_entries(entries, total)
        self._ask_names()

    def _ask_names(self) -> None:
        """Put names in the place of logins, once the rows are there: a pop waits for no name."""
        logins = self._panel.nameless() - self._asked_names
        if logins:
            self._asked_names |= logins
            colleagues = self._context.desk.colleagues
            self._context.ask(
                lambda: colleagues.names_of(logins),
                self.names_known.emit,
                failed=lambda _: self._forget_asked(logins),
                owner=self,
            )

    def _forget_asked(self, logins: frozenset[str]) -> None:
        self._asked_names -= logins

    def _open_entry(self, entry: TimelineEntry) -> None:
        if entry.kind is TimelineKind.TICKET:
            self.ticket_wanted.emit(entry.id)
        elif entry.kind is TimelineKind.ORDER:
            self.order_wanted.emit(entry.id)
        elif entry.kind is TimelineKind.STEP:
            self.order_wanted.emit(entry.channel)
