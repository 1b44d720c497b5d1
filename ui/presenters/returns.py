"""Tells the agent of orders that came back: a notice at once, a number on the rail; main thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from agent_desk.domain.errors import AgentDeskError
from agent_desk.domain.work_order import WorkOrderLine
from agent_desk.services.case_log import WorkOrderChangedEvent
from ui.language import tr
from ui.presenters.context import Context


class ReturnsPresenter(QObject):
    """Counts the customers whom this agent is to call back."""

    def __init__(self, *, context: Context, show_count: Callable[[int], None]) -> None:
        """``show_count`` gets the number of orders to verify, at once and after every change."""
        super().__init__()
        self._context = context
        self._show_count = show_count
        # None until the first count: what was there before is no news.
        self._known: frozenset[str] | None = None
        context.bridge.subscribe(WorkOrderChangedEvent, self._on_changed)
        self.refresh()

    def refresh(self) -> None:
        """Count again; the calm line says when the database is away."""
        self._context.ask(
            self._context.desk.orders.to_verify, self._counted, failed=_ignored, owner=self
        )

    def _counted(self, lines: Sequence[WorkOrderLine]) -> None:
        """Show the count, and say which order came back since the last one."""
        self._show_count(len(lines))
        known, self._known = self._known, frozenset(line.order.id for line in lines)
        if known is None:
            return
        for line in lines:
            if line.order.id not in known:
                number = line.order.number
                text = tr("desk.order_returned", number=number, name=tr("nav.tickets"))
                self._context.notify("returned", text)

    def _on_changed(self, _event: WorkOrderChangedEvent) -> None:
        self.refresh()


def _ignored(_: AgentDeskError) -> None:
    """Keep the former count."""
