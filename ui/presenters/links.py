"""A link that asks for a call fills the dial box; a person's key dials; main thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from agent_desk.domain.call_link import number_of_link
from agent_desk.domain.errors import AgentDeskError
from agent_desk.domain.rights import Right
from ui.calls.call_bar import CallBar
from ui.language import error_text, tr
from ui.presenters.context import Context
from ui.shell.main_window import AGENT_PAGE, MainWindow


class LinksPresenter(QObject):
    """Brings the window to the front with what a link asks for."""

    def __init__(
        self, *, context: Context, window: MainWindow, bar: CallBar, region: Callable[[], str]
    ) -> None:
        """``region``: in which numbers are read, ISO 3166-1."""
        super().__init__()
        self._context = context
        self._window = window
        self._bar = bar
        self._region = region

    def take(self, link: str) -> None:
        """Show the number of ``link`` in the dial box, or say why there is none."""
        self._window.come_to_front()
        if not self._context.desk.access.may(Right.TAKE_CALLS):
            self._context.notify("link", tr("link.no_calls"), "warning")
            return
        try:
            number = number_of_link(link, region=self._region())
        except AgentDeskError as error:
            self._context.notify("link", tr("link.refused", reason=error_text(error)), "warning")
            return
        self._context.notices.clear("link")
        self._window.show_page(AGENT_PAGE)
        self._bar.dial_box.set_text(number)
        self._bar.focus_dial_box()
