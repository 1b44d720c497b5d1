"""Tells the agent of orders that came back: a line and the tray at once, a number on the rail.

Main thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QObject, QTimer

from agent_desk.domain.change import Change
from agent_desk.domain.errors import AgentDeskError
from agent_desk.domain.rights import Right
from agent_desk.domain.work_order import WorkOrderLine
from agent_desk.services.case_log import WorkOrderChangedEvent
from agent_desk.services.verifications import ToVerify
from ui.language import tr
from ui.presenters.context import Context
from ui.presenters.shared_changes import is_return_to

LOOK_MS: Final = 60_000
"""Pause between two looks at what became the team's."""

_IN_VAIN: Final = frozenset({"VerificationAttempted", "SupervisorAsked"})


class ReturnsPresenter(QObject):
    """Counts the customers to be called back, for supervisors also those nobody reaches."""

    def __init__(
        self,
        *,
        context: Context,
        show_count: Callable[[int], None],
        announce: Callable[[str], None],
    ) -> None:
        """``show_count`` gets the number of orders to verify, at once and after every change.

        ``announce`` says a line to somebody who looks at another window.
        """
        super().__init__()
        self._context = context
        self._show_count = show_count
        self._announce = announce
        # None until the first count: what was there before is told in one line.
        self._known: frozenset[str] | None = None
        self._stuck: frozenset[str] = frozenset()
        self._for_team = 0
        # Nothing is told when an owner has been away for long enough: time alone does that.
        self._again = QTimer(self)
        self._again.setInterval(LOOK_MS)
        self._again.timeout.connect(self.refresh)
        self._again.start()
        context.bridge.subscribe(WorkOrderChangedEvent, self._on_changed)
        self.refresh()
        context.ask(
            context.desk.verifications.came_back_while_away,
            self._greet,
            failed=_ignored,
            owner=self,
        )

    def refresh(self) -> None:
        """Count again; the calm line says when the database is away."""
        self._context.ask(
            self._context.desk.verifications.mine, self._counted, failed=_ignored, owner=self
        )

    def concerns(self, change: Change) -> bool:
        """Return whether another desk changed what is counted here."""
        access = self._context.desk.access
        decides = access.may(Right.CLOSE_UNREACHED) and change.kind in _IN_VAIN
        return is_return_to(access.login, change) or decides

    def _greet(self, lines: Sequence[WorkOrderLine]) -> None:
        """Say once after signing in what came back meanwhile."""
        if lines:
            name = tr("nav.tickets")
            text = tr("desk.returned_meanwhile", count=len(lines), name=name)
            self._context.notify("returned", text)

    def _counted(self, found: ToVerify) -> None:
        """Show the count, and say which order came back since the last one."""
        lines = found.lines
        self._show_count(len(lines) + found.for_team)
        for_team, self._for_team = self._for_team, found.for_team
        if found.for_team > for_team:
            name = tr("nav.tickets")
            self._say(tr("desk.returned_for_team", count=found.for_team, name=name))
        known, self._known = self._known, frozenset(line.order.id for line in lines)
        stuck, self._stuck = self._stuck, frozenset(x.order.id for x in found.unreached)
        if known is None:
            return
        for line in lines:
            order_id, number = line.order.id, line.order.number
            if order_id in self._stuck - stuck:
                self._say(tr("desk.order_unreached", number=number, name=tr("nav.tickets")))
            elif order_id not in known:
                self._say(tr("desk.order_returned", number=number, name=tr("nav.tickets")))

    def _say(self, text: str) -> None:
        self._context.notify("returned", text)
        self._announce(text)

    def _on_changed(self, _event: WorkOrderChangedEvent) -> None:
        self.refresh()


def _ignored(_: AgentDeskError) -> None:
    """Keep the former count."""
