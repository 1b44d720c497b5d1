"""Wires the settlement page: claims as filtered, and the steps with one or many; main thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from agent_desk.domain.change import Change
from agent_desk.domain.claim_list import ClaimList
from agent_desk.domain.errors import AgentDeskError, StaleVersionError
from agent_desk.domain.event_log import Stream
from agent_desk.domain.late_step import LateClaimStep
from agent_desk.domain.loop_command import ClaimCommand
from agent_desk.domain.order_story import StoryStep
from agent_desk.domain.settlement import ClaimAmounts, OrderClaim
from agent_desk.domain.sheet import Sheet
from agent_desk.domain.ticket import Department
from agent_desk.services.case_log import ClaimChangedEvent
from agent_desk.services.desk import Desk
from agent_desk.services.outbox import Kept
from ui.language import error_text, tr
from ui.offers import may_take_claim
from ui.presenters.context import Context
from ui.presenters.storage import unavailable_text
from ui.settlement.bulk_panel import ClaimOutcome
from ui.settlement.page import SettlementPage

_EXPORT = "export"
_Make = Callable[[OrderClaim], ClaimCommand]


class SettlementPresenter(QObject):
    """The claims on their page."""

    def __init__(self, *, context: Context, page: SettlementPage) -> None:
        """Read the claims and follow every change."""
        super().__init__()
        self._context = context
        self._page = page
        self._asked = 0
        page.offer_steps(partial(may_take_claim, context.desk.access.may))
        context.bridge.subscribe(ClaimChangedEvent, lambda _: self.refresh())
        commands = context.desk.commands
        page.filtered.connect(self.refresh)
        page.reload_requested.connect(self.refresh)
        page.steps_requested.connect(lambda claims: self._take(claims, commands.take_claim_on))
        page.backs_requested.connect(self._send_back)
        page.resubmitted.connect(self._resubmit)
        page.redo_requested.connect(self._redo)
        page.step_dropped.connect(self.refresh)
        page.story_wanted.connect(self._tell_story)
        page.export_requested.connect(self._export)
        page.export.setVisible(context.desk.exports is not None)
        page.show_loading()
        context.ask(context.desk.tickets.departments, self._show_departments, owner=self)
        self.refresh()

    def refresh(self) -> None:
        """Read what the filter wants; an answer to a former choice is left out."""
        wanted, desk = self._page.filters.wanted(), self._context.desk
        self._asked += 1
        asked = self._asked

        async def work() -> tuple[ClaimList, Sequence[str]]:
            return await desk.settlement.claims(wanted), await desk.settlement.currencies()

        def show(found: tuple[ClaimList, Sequence[str]]) -> None:
            if asked == self._asked:
                claims, currencies = found
                self._page.filters.set_currencies(currencies)
                self._page.show_list(claims)

        self._context.ask(
            work,
            show,
            failed=lambda error: self._page.show_unavailable(unavailable_text(error)),
            owner=self,
        )

    def _send_back(self, claims: Sequence[OrderClaim], reason: str) -> None:
        commands = self._context.desk.commands
        self._take(claims, lambda claim: commands.send_claim_back(claim, reason))

    def _resubmit(self, claim: OrderClaim, amounts: ClaimAmounts) -> None:
        commands = self._context.desk.commands
        self._take([claim], lambda claim: commands.resubmit_claim(claim, amounts))

    def _redo(self, late: LateClaimStep) -> None:
        commands, version = self._context.desk.commands, late.claim.version
        self._take([late.claim], lambda _: commands.again(late.command, version))

    def _take(self, claims: Sequence[OrderClaim], make: _Make) -> None:
        desk = self._context.desk

        async def work() -> list[ClaimOutcome]:
            return [await _outcome(desk, claim, make) for claim in claims]

        self._context.ask(work, self._taken, owner=self)

    def _taken(self, outcomes: Sequence[ClaimOutcome]) -> None:
        if any(outcome.kept for outcome in outcomes):
            self._context.notify("kept_here", tr("kept.one"))
        self._page.show_outcomes(outcomes)
        self.refresh()

    def _tell_story(self, claim: OrderClaim) -> None:
        def show(steps: Sequence[StoryStep]) -> None:
            self._page.show_story(claim, steps)

        self._context.ask(
            lambda: self._context.desk.order_stories.of_order(claim.order_id),
            show,
            failed=lambda error: self._page.show_story_unavailable(unavailable_text(error)),
            owner=self,
        )

    def _export(self, path: Path, sheets: tuple[Sheet, ...]) -> None:
        exports = self._context.desk.exports
        if exports is None:
            return

        def written(path: Path) -> None:
            count = len(sheets[0].rows)
            text = tr("settlement.exported", count=count, path=str(path))
            self._context.notify(_EXPORT, text, "success")

        self._context.notify(_EXPORT, tr("settlement.exporting"))
        self._context.ask(
            lambda: exports.write(path, sheets),
            written,
            failed=lambda error: self._context.notify(_EXPORT, error_text(error), "danger"),
            owner=self,
        )

    def _show_departments(self, departments: Sequence[Department]) -> None:
        self._page.set_departments(departments)
        own = self._context.desk.access.own_department
        if own is not None:
            self._page.filters.keep_to(own)


class ClaimCountPresenter(QObject):
    """Counts the claims that wait for this person, on the rail."""

    def __init__(self, *, context: Context, show_count: Callable[[int], None]) -> None:
        """``show_count`` gets the number, at once and after every change."""
        super().__init__()
        self._context = context
        self._show_count = show_count
        context.bridge.subscribe(ClaimChangedEvent, lambda _: self.refresh())
        self.refresh()

    def refresh(self) -> None:
        """Count again; the calm line says when the database is away."""
        self._context.ask(
            self._context.desk.settlement.waiting, self._show_count, failed=_ignored, owner=self
        )


def concerns_claims(change: Change) -> bool:
    """Return whether another desk made or moved a claim."""
    return change.stream is Stream.WORK_ORDER and change.kind.startswith("Claim")


async def _outcome(desk: Desk, claim: OrderClaim, make: _Make) -> ClaimOutcome:
    """Take one step; a refusal is an outcome too, so that the others are still taken."""
    try:
        command = make(claim)
        try:
            outcome = await desk.outbox.submit(command)
        except StaleVersionError as error:
            late = await desk.conflicts.of_claim_step(command, claim)
            return ClaimOutcome(claim, error=error, late=late)
    except AgentDeskError as error:
        return ClaimOutcome(claim, error=error)
    return ClaimOutcome(claim, kept=isinstance(outcome, Kept))


def _ignored(_: AgentDeskError) -> None:
    """Keep the former count."""
