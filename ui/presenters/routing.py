"""Wires the rule editor: the rules that hold, dry runs, saving against others; main thread."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from PySide6.QtCore import QObject

from agent_desk.domain.errors import AgentDeskError, StaleVersionError
from agent_desk.domain.rights import Right
from agent_desk.domain.routing import RoutingRule
from agent_desk.domain.routing_trial import DryRun
from agent_desk.services.routing import RoutingHouse
from ui.language import error_text
from ui.presenters.context import Context
from ui.presenters.storage import unavailable_text
from ui.routing.routing_page import RoutingPage

TRIED_DAYS: Final = 30
"""How far back a dry run goes."""

_Found = tuple[RoutingHouse, str]


class RoutingPresenter(QObject):
    """The rules on their page; what is edited stays there until it is saved or discarded."""

    def __init__(self, *, context: Context, page: RoutingPage) -> None:
        """Read the rules."""
        super().__init__()
        self._context = context
        self._page = page
        self._version = 0
        page.offer_editing(context.desk.access.may(Right.EDIT_CATALOGUE))
        page.save_requested.connect(self._save)
        page.try_requested.connect(self._try)
        page.theirs_wanted.connect(self.refresh)
        page.mine_wanted.connect(self._save_after_theirs)
        page.reload_requested.connect(self.refresh)
        page.show_loading()
        self.refresh()

    def refresh(self) -> None:
        """Read the rules again; what was edited is dropped."""
        self._context.ask(
            self._house,
            self._show,
            failed=lambda error: self._page.show_unavailable(unavailable_text(error)),
            owner=self,
        )

    async def _house(self) -> _Found:
        desk = self._context.desk
        house = await desk.routing.house()
        saved_by = house.rulebook.saved_by
        return house, await desk.colleagues.name_of(saved_by) if saved_by else ""

    def _show(self, found: _Found) -> None:
        house, saved_by = found
        self._version = house.rulebook.version
        self._page.show_house(house, saved_by)

    def _save(self, rules: tuple[RoutingRule, ...]) -> None:
        self._save_as(rules, self._version)

    def _save_as(self, rules: tuple[RoutingRule, ...], version: int) -> None:
        async def work() -> _Found:
            await self._context.desk.routing.save(rules, version=version)
            return await self._house()

        self._context.ask(work, self._show, failed=self._refused, owner=self)

    def _save_after_theirs(self, rules: tuple[RoutingRule, ...]) -> None:
        """Save once more, on what is stored now; a third person's save is said again."""

        async def work() -> _Found:
            routing = self._context.desk.routing
            await routing.save(rules, version=(await routing.rulebook()).version)
            return await self._house()

        self._context.ask(work, self._show, failed=self._refused, owner=self)

    def _refused(self, error: AgentDeskError) -> None:
        if isinstance(error, StaleVersionError):
            self._context.ask(self._house, lambda found: self._page.show_stale(*found), owner=self)
            return
        self._page.show_error(error_text(error))

    def _try(self, rules: tuple[RoutingRule, ...]) -> None:
        now = self._context.now()

        async def work() -> DryRun:
            since = now - timedelta(days=TRIED_DAYS)
            return await self._context.desk.routing.try_out(rules, since=since, until=now)

        def show(run: DryRun) -> None:
            self._page.show_run(run, rules)

        self._context.ask(
            work,
            show,
            failed=lambda error: self._page.trial.show_error(error_text(error)),
            owner=self,
        )
