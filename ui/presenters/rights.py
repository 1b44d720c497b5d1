"""Says that the rights of the person here were changed, and closes what is theirs no more; main.

What was typed stays kept, and a call that is under way goes on. What is new is offered after the
next sign-in: pages and keys are made for who signed in.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from agent_desk.services.rights_watch import RightsChangedEvent
from ui.language import tr
from ui.presenters.context import Context

NOTICE = "rights"


class RightsPresenter(QObject):
    """One calm line that stays."""

    def __init__(self, *, context: Context, withdraw: Callable[[], None]) -> None:
        """``withdraw`` takes away what the person at the desk may not use any more."""
        super().__init__()
        self._notices = context.notices
        self._withdraw = withdraw
        context.bridge.subscribe(RightsChangedEvent, self._follow)

    def _follow(self, event: RightsChangedEvent) -> None:
        self._withdraw()
        if event.is_barred:
            self._notices.show_notice(NOTICE, tr("rights.barred"), "danger")
        elif event.has_lost:
            self._notices.show_notice(NOTICE, tr("rights.changed"), "warning")
        else:
            self._notices.show_notice(NOTICE, tr("rights.more"), "info")
