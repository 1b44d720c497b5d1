"""Wires escalations: the list on its page, the count on the rail, a calm line for what is new.

Main thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject

from agent_desk.domain.errors import AgentDeskError
from agent_desk.domain.escalation import Escalation, EscalationAcknowledgedEvent, open_for
from agent_desk.domain.identifiers import WorkOrderId
from agent_desk.domain.loop_command import AcknowledgeEscalation
from agent_desk.domain.service_target import BREACH_PERCENT
from agent_desk.domain.work_order import WorkOrder
from agent_desk.services.outbox import Kept
from agent_desk.services.service_levels import ServiceLevelsChangedEvent
from ui.escalations.page import EscalationsPage
from ui.language import error_text, tr
from ui.presenters.context import Context
from ui.presenters.storage import unavailable_text
from ui.widgets.gathering import Gathering

GATHER_MS: Final = 300
"""Pause before the list is read again: clocks that change together are read together."""

_Key = tuple[str, str]


class EscalationsPresenter(QObject):
    """The list on its page."""

    def __init__(self, *, context: Context, page: EscalationsPage) -> None:
        """Read the list and follow what changes, while somebody looks."""
        super().__init__()
        self._context = context
        self._page = page
        self._is_stale = False
        self._gather = Gathering(self._refresh_seen, pause_ms=GATHER_MS, owner=page)
        context.bridge.subscribe(ServiceLevelsChangedEvent, lambda _: self._gather.wish())
        page.acknowledge_requested.connect(self._acknowledge)
        page.reload_requested.connect(self.refresh)
        page.came_into_sight.connect(self._refresh_stale)
        page.show_loading()
        self.refresh()

    def refresh(self) -> None:
        """Read the list again."""
        self._is_stale = False
        self._context.ask(
            self._context.desk.escalations.overview,
            self._page.show_overview,
            failed=self._unavailable,
            owner=self,
        )

    def _refresh_seen(self) -> None:
        if self._page.isVisible():
            self.refresh()
        else:
            self._is_stale = True

    def _refresh_stale(self) -> None:
        if self._is_stale:
            self.refresh()

    def _unavailable(self, error: AgentDeskError) -> None:
        self._is_stale = True
        self._page.show_unavailable(unavailable_text(error))

    def _acknowledge(self, order_id: str, alert_key: str, note: str) -> None:
        desk = self._context.desk

        async def work() -> EscalationAcknowledgedEvent | Kept | None:
            key = WorkOrderId(order_id)
            command = desk.service_levels.acknowledgement(key, alert_key, note)
            return None if command is None else await desk.outbox.submit(command)

        self._context.ask(
            work,
            self._acknowledged,
            failed=lambda error: self._page.show_error(error_text(error)),
            owner=self,
        )

    def _acknowledged(self, outcome: EscalationAcknowledgedEvent | Kept | None) -> None:
        if outcome is None:
            self.refresh()  # somebody else took note first
            return
        if isinstance(outcome, Kept):
            self._context.notify("kept_here", tr("kept.one"))
            assert isinstance(outcome.command, AcknowledgeEscalation)
            outcome = outcome.command.event
        self._page.acknowledged(outcome, self._context.desk.access.person.name)


class EscalationCountPresenter(QObject):
    """How many escalations wait for this person, and what came up while they were here."""

    def __init__(self, *, context: Context, show_count: Callable[[int], None]) -> None:
        """``show_count`` gets the number after every change."""
        super().__init__()
        self._context = context
        self._show_count = show_count
        self._known: frozenset[_Key] = frozenset()
        context.bridge.subscribe(ServiceLevelsChangedEvent, self._on_levels)
        levels = context.desk.service_levels

        async def so_far() -> tuple[Escalation, ...]:
            return levels.mine

        context.ask(so_far, self._know, owner=self)

    def _on_levels(self, event: ServiceLevelsChangedEvent) -> None:
        roles = self._context.desk.access.person.roles
        mine = open_for(event.listed, roles)
        news = [one for one in mine if _key(one) not in self._known]
        self._know(mine)
        missed = [one for one in news if one.alert.percent >= BREACH_PERCENT]
        # What was there before this desk had read everything is no news.
        if missed and event.is_complete:
            self._tell(missed)

    def _know(self, mine: tuple[Escalation, ...]) -> None:
        self._known = frozenset(map(_key, mine))
        self._show_count(len(mine))

    def _tell(self, missed: list[Escalation]) -> None:
        if len(missed) > 1:
            page = tr("nav.escalations")
            text = tr("escalations.news_many", number=len(missed), page=page)
            self._context.notify("escalations", text, "warning")
            return
        (only,) = missed
        self._context.ask(
            lambda: self._context.desk.orders.get(only.order_id),
            lambda order: self._tell_one(order, only),
            failed=_ignored,
            owner=self,
        )

    def _tell_one(self, order: WorkOrder, missed: Escalation) -> None:
        step = tr(f"service_step.{missed.alert.step}")
        page = tr("nav.escalations")
        text = tr("escalations.news_one", number=order.number, step=step, page=page)
        self._context.notify("escalations", text, "warning")


def _key(escalation: Escalation) -> _Key:
    return escalation.order_id, escalation.alert.key


def _ignored(_: AgentDeskError) -> None:
    """The count says it already; the calm line says when the database is away."""
