"""The counts on the rail: what came back, waits for a review or a claim, escalates; main thread."""

from __future__ import annotations

from PySide6.QtCore import QObject

from agent_desk.domain.rights import Right
from ui.calls.ringer import Ringer
from ui.offers import PAGES, May
from ui.presenters.context import Context
from ui.presenters.shared_changes import SharedChangesPresenter
from ui.shell.main_window import MainWindow


class RailCounts:
    """Counts on a page's button what waits there for the person at the desk."""

    def __init__(
        self,
        *,
        context: Context,
        window: MainWindow,
        ringer: Ringer,
        shared_changes: SharedChangesPresenter,
    ) -> None:
        """Nothing is counted yet."""
        self._context = context
        self._window = window
        self._ringer = ringer
        self._shared_changes = shared_changes
        self._presenters: list[QObject] = []

    def show(self, may: May) -> None:
        """Count what the person ``may`` do something about."""
        if may(Right.VERIFY_ORDERS):
            self._count_returns()
        if may(Right.REVIEW_REPORTS):
            self._count_reviews()
        if may(*PAGES["settlement"]):
            self._count_claims()
        self._count_escalations()

    def _count_returns(self) -> None:
        from ui.presenters.returns import ReturnsPresenter

        tickets = self._window.rail.button("tickets")
        returns = ReturnsPresenter(
            context=self._context, show_count=tickets.set_count, announce=self._ringer.announce
        )
        self._presenters.append(returns)
        self._shared_changes.follow(tickets, returns.refresh, returns.concerns)

    def _count_reviews(self) -> None:
        from ui.presenters.review import ReviewCountPresenter, concerns_review

        review = self._window.rail.button("review")
        count = ReviewCountPresenter(context=self._context, show_count=review.set_count)
        self._presenters.append(count)
        self._shared_changes.follow(review, count.refresh, concerns_review)

    def _count_escalations(self) -> None:
        from ui.presenters.escalations import EscalationCountPresenter

        button = self._window.rail.button("escalations")

        def show(count: int) -> None:
            button.set_count(count)
            if count:
                button.setVisible(True)

        self._presenters.append(EscalationCountPresenter(context=self._context, show_count=show))

    def _count_claims(self) -> None:
        from ui.presenters.settlement import ClaimCountPresenter, concerns_claims

        settlement = self._window.rail.button("settlement")
        count = ClaimCountPresenter(context=self._context, show_count=settlement.set_count)
        self._presenters.append(count)
        self._shared_changes.follow(settlement, count.refresh, concerns_claims)
