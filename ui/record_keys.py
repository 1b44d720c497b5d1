"""What the keys of the agent's page do to the customer and the ticket on it; main thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QApplication

from ui.agent_panels import AgentPanels
from ui.presenters.article_hits import ArticleHitsPresenter
from ui.shell.agent_page import Column
from ui.shell.main_window import AGENT_PAGE, MainWindow
from ui.verification_keys import verification_keys


def record_keys(
    window: MainWindow, panels: AgentPanels, articles: ArticleHitsPresenter
) -> dict[str, Callable[[], None]]:
    """Return what each shortcut does, by its name."""

    def edit_ticket() -> None:
        window.focus_column(Column.TICKET)
        panels.editor.focus_subject()

    def edit_customer() -> None:
        window.focus_column(Column.CUSTOMER)
        panels.contact.card.begin_edit()

    def add_note() -> None:
        window.focus_column(Column.CUSTOMER)
        panels.contact.card.focus_note()

    def finish() -> None:
        """Settle what the hands are at: after-call work when it has the focus."""
        focus = QApplication.focusWidget()
        if focus is not None and panels.wrap_up.isAncestorOf(focus):
            panels.wrap_up.finish()
        elif window.current_page() == AGENT_PAGE:
            panels.editor.resolve_now()

    def save_ticket() -> None:
        """Save the ticket that can be seen, not one behind another page."""
        if window.current_page() == AGENT_PAGE:
            panels.editor.save()

    return {
        "customer.edit": edit_customer,
        "ticket.edit": edit_ticket,
        "ticket.resolve_now": finish,
        "ticket.save": save_ticket,
        **verification_keys(window, panels.editor.confirmation),
        "ticket.complaint": panels.editor.toggle_complaint,
        "ticket.hits": articles.focus_hits,
        "ticket.article_solved": articles.say_solved,
        "note.add": add_note,
        "wrap_up.edit": panels.wrap_up.focus_choices,
    }
