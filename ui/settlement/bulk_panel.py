"""Several claims at once: what they come to, one step for all, and what became of each.

Main thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout

from agent_desk.domain.errors import AgentDeskError
from agent_desk.domain.late_step import LateClaimStep
from agent_desk.domain.settlement import FORWARD, ClaimState, OrderClaim
from ui.language import error_text, tr
from ui.settlement.claim_detail import WORDS
from ui.settlement.claim_words import STEP_KEYS, sums_text, title_of
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.label import Label
from ui.widgets.reason_part import ReasonPart
from ui.widgets.record_detail import plain_label

MOST_AT_ONCE: Final = 200
"""Most claims that one step is taken with."""


@dataclass(frozen=True, slots=True)
class ClaimOutcome:
    """What became of a step: the claim as it is now, or why not.

    claim: as it was before. kept: it waits on this machine for the database. late: what somebody
    did to it first.
    """

    claim: OrderClaim
    error: AgentDeskError | None = None
    kept: bool = False
    late: LateClaimStep | None = None


class BulkPanel(QFrame):
    """step_requested: the next step of all. back_requested carries the reason."""

    step_requested = Signal()
    back_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self._claims: tuple[OrderClaim, ...] = ()
        self._done: tuple[ClaimOutcome, ...] = ()
        self._may_take: Callable[[ClaimState], bool] = lambda _: True
        self._title = Label(role="title")
        self._sums = plain_label()
        self._hint = Label(role="muted")
        self._hint.setWordWrap(True)
        self.onward = Button("settlement.settle", "check", "primary", shortcut_hint="Ctrl+Return")
        self.send_back = Button("settlement.send_back", "undo-2", shortcut_hint="Ctrl+Shift+Return")
        self.reason = ReasonPart(WORDS)
        self.outcomes = QPlainTextEdit()
        self.outcomes.setReadOnly(True)
        self.outcomes.setTabChangesFocus(True)
        actions = QHBoxLayout()
        actions.setSpacing(px(8))
        actions.addWidget(self.onward)
        actions.addWidget(self.send_back)
        actions.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(14), px(16), px(14))
        column.setSpacing(px(12))
        column.addWidget(self._title)
        column.addWidget(self._sums)
        column.addWidget(self._hint)
        column.addLayout(actions)
        column.addWidget(self.reason)
        column.addWidget(self.outcomes, 1)
        column.addStretch(0)
        self.onward.clicked.connect(self.go_on)
        self.send_back.clicked.connect(self.begin_sending_back)
        self.reason.asking_changed.connect(self.retranslate)
        self.reason.confirmed.connect(self.back_requested)

    def offer_steps(self, may_take: Callable[[ClaimState], bool]) -> None:
        """Offer only steps into states that ``may_take`` allows."""
        self._may_take = may_take

    def show_claims(self, claims: Sequence[OrderClaim]) -> None:
        """Show what ``claims`` come to and the step that all of them can take."""
        self._claims, self._done = tuple(claims), ()
        self.retranslate()

    def show_outcomes(self, outcomes: Sequence[ClaimOutcome]) -> None:
        """Say what became of each claim, what was refused first."""
        self._claims = ()
        self._done = tuple(sorted(outcomes, key=lambda outcome: outcome.error is None))
        self.reason.forget("")
        self.retranslate()

    def go_on(self) -> None:
        """Take the next step with all; while a reason is typed, that is finished instead."""
        if self.reason.is_asking():
            self.reason.confirm()
        elif not self.onward.isHidden():
            self.step_requested.emit()

    def begin_sending_back(self) -> None:
        """Ask why, with the cursor in the field."""
        if not self.send_back.isHidden():
            self.reason.ask()

    def retranslate(self) -> None:
        """Set every text anew."""
        self.outcomes.setVisible(bool(self._done))
        self.outcomes.setAccessibleName(tr("settlement.outcomes"))
        if self._done:
            self._show_done()
        else:
            self._show_choice()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _show_choice(self) -> None:
        claims = self._claims
        self._title.set_key("settlement.selected", count=len(claims))
        self._sums.setText(sums_text(claims))
        states = {claim.state for claim in claims}
        target = FORWARD.get(next(iter(states))) if len(states) == 1 else None
        too_many = len(claims) > MOST_AT_ONCE
        hint = "settlement.too_many" if too_many else "settlement.mixed" if len(states) > 1 else ""
        self._hint.setVisible(bool(hint))
        if hint:
            self._hint.set_key(hint, most=MOST_AT_ONCE)
        can = target is not None and not too_many
        self.onward.setVisible(can and target is not None and self._may_take(target))
        if target is not None:
            self.onward.set_text_key(STEP_KEYS[target])
        self.send_back.setVisible(can and self._may_take(ClaimState.SENT_BACK))
        for button in (self.onward, self.send_back):
            button.setEnabled(not self.reason.is_asking())

    def _show_done(self) -> None:
        refused = sum(outcome.error is not None for outcome in self._done)
        done = len(self._done) - refused
        self._title.set_key("settlement.done", done=done, refused=refused)
        taken = [outcome.claim for outcome in self._done if outcome.error is None]
        self._sums.setText(sums_text(taken))
        for part in (self._hint, self.onward, self.send_back):
            part.hide()
        self.outcomes.setPlainText("\n".join(_outcome_text(outcome) for outcome in self._done))


def _outcome_text(outcome: ClaimOutcome) -> str:
    if outcome.error is not None:
        told = error_text(outcome.error)
    else:
        told = tr("kept.one" if outcome.kept else "settlement.outcome_done")
    return f"{title_of(outcome.claim)}: {told}"
