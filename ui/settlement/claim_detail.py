"""One claim: amounts, signatures, the order's report and story, the next step; main thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.domain.order_story import StoryStep
from agent_desk.domain.settlement import FORWARD, ClaimKind, ClaimState, OrderClaim
from ui.formats import format_moment
from ui.language import tr
from ui.orders.report_sheet import ItemLines
from ui.orders.story_view import StoryView
from ui.settlement.amounts_form import AmountsForm
from ui.settlement.amounts_view import AmountsView
from ui.settlement.claim_words import STATE_KINDS, STEP_KEYS, Names, title_of
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.label import Label
from ui.widgets.notice import Notice
from ui.widgets.reason_part import ReasonPart, ReasonWords
from ui.widgets.record_detail import RecordHead, scroll_column

WORDS = ReasonWords(
    hint="settlement.reason_hint",
    missing="settlement.reason_missing",
    confirm="settlement.confirm_back",
    cancel="settlement.cancel",
    icon="undo-2",
)


class ClaimDetail(QFrame):
    """step_requested: claim id. back_requested: id, reason. resubmitted: id, ClaimAmounts."""

    step_requested = Signal(str)
    back_requested = Signal(str, str)
    resubmitted = Signal(str, object)

    def __init__(self, *, now: Callable[[], datetime], names: Names) -> None:
        super().__init__()
        self.setObjectName("card")
        self._now = now
        self._names = names
        self._claim: OrderClaim | None = None
        self._number = 0
        self._may_take: Callable[[ClaimState], bool] = lambda _: True
        self._head = RecordHead()
        self._notice = Notice()
        self._sent_back = Notice()
        self.onward = Button("settlement.settle", "check", "primary", shortcut_hint="Ctrl+Return")
        self.send_back = Button("settlement.send_back", "undo-2", shortcut_hint="Ctrl+Shift+Return")
        self.reason = ReasonPart(WORDS)
        self.form = AmountsForm()
        self._amounts = AmountsView()
        self._lines = ItemLines()
        self._lines_title = Label("settlement.lines", role="heading")
        self.story = StoryView(now=now, department=names.department)
        self._build()
        self._connect()

    @property
    def claim(self) -> OrderClaim | None:
        """The claim that is shown."""
        return self._claim

    def offer_steps(self, may_take: Callable[[ClaimState], bool]) -> None:
        """Offer only steps into states that ``may_take`` allows."""
        self._may_take = may_take

    def show_claim(self, claim: OrderClaim) -> None:
        """Show ``claim``; what is being typed about it stays."""
        if self._claim is None or self._claim.id != claim.id:
            self._notice.hide()
            self._number = 0
            self._show_lines(None)
            self.story.show_waiting()
        self._claim = claim
        self.reason.turn_to(claim.id)
        self.form.show_claim(claim)
        self.retranslate()

    def show_story(self, claim_id: str, steps: Sequence[StoryStep]) -> None:
        """Show the order's story and the claimed report's lines, unless another is shown."""
        if self._claim is not None and self._claim.id == claim_id:
            self.story.show_steps(steps)
            number, report = _report_of(self._claim, steps)
            self._number = number
            self._show_lines(report)
            self.retranslate()

    def show_error(self, field: str, text: str) -> None:
        """Show what is wrong with the step; nothing that was typed is lost."""
        if field == "reason":
            self.reason.show_error(text)
        elif field and not self.form.isHidden():
            self.form.show_error(field, text)
        else:
            self._notice.show_text(text, "warning")

    def go_on(self) -> None:
        """Take the next step; while words or amounts are typed, these are sent."""
        self._notice.hide()
        if self.reason.is_asking():
            self.reason.confirm()
        elif not self.form.isHidden():
            self.form.submit()
        elif not self.onward.isHidden() and self._claim is not None:
            self.step_requested.emit(self._claim.id)

    def begin_sending_back(self) -> None:
        """Ask why, with the cursor in the field."""
        self._notice.hide()
        if not self.send_back.isHidden():
            self.reason.ask()

    def retranslate(self) -> None:
        """Set every text anew."""
        claim = self._claim
        if claim is None:
            return
        when = format_moment(claim.submitted_at, self._now())
        who = self._names.person(claim.submitted_by)
        about = [
            self._names.department(claim.department_id),
            tr("settlement.submitted_by", who=who, when=when),
        ]
        if self._number:
            about.append(tr("settlement.of_report", report=self._number))
        if claim.kind is ClaimKind.SUPPLIER:
            about.append(tr("settlement.owes", supplier=claim.supplier, part=claim.part))
        state = tr(f"claim_state.{claim.state}")
        self._head.show_head(title_of(claim), state, STATE_KINDS[claim.state], " · ".join(about))
        self._amounts.show_claim(claim, self._names)
        self._show_steps(claim)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _show_steps(self, claim: OrderClaim) -> None:
        target = FORWARD.get(claim.state)
        asking = self.reason.is_asking()
        self.onward.setVisible(target is not None and self._may_take(target))
        if target is not None:
            self.onward.set_text_key(STEP_KEYS[target])
        self.send_back.setVisible(target is not None and self._may_take(ClaimState.SENT_BACK))
        for button in (self.onward, self.send_back):
            button.setEnabled(not asking)
        sent_back = claim.state is ClaimState.SENT_BACK
        self.form.setVisible(sent_back and self._may_take(ClaimState.SUBMITTED))
        if sent_back:
            text = tr("settlement.sent_back_because", reason=claim.reason)
            self._sent_back.show_text(text, "warning")
        else:
            self._sent_back.hide()

    def _show_lines(self, step: StoryStep | None) -> None:
        report = step.report if step is not None else None
        self._lines.setVisible(report is not None)
        self._lines_title.setVisible(report is not None)
        if report is not None:
            self._lines.show_items(report.items, report.currency)

    def _build(self) -> None:
        actions = QHBoxLayout()
        actions.setSpacing(px(8))
        actions.addWidget(self.onward)
        actions.addWidget(self.send_back)
        actions.addStretch(1)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(px(16), px(14), px(16), px(14))
        column.setSpacing(px(12))
        above: tuple[QWidget, ...] = (self._head, self._notice, self._sent_back)
        below: tuple[QWidget, ...] = (
            *(self.reason, self.form, self._amounts),
            *(self._lines_title, self._lines, self.story),
        )
        for part in above:
            column.addWidget(part)
        column.addLayout(actions)
        for part in below:
            column.addWidget(part)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(scroll_column(inner))

    def _connect(self) -> None:
        self.onward.clicked.connect(self.go_on)
        self.send_back.clicked.connect(self.begin_sending_back)
        self.reason.asking_changed.connect(self.retranslate)
        self.reason.confirmed.connect(self._on_reason)
        self.form.submitted.connect(self._on_amounts)

    def _on_reason(self, reason: str) -> None:
        if self._claim is not None:
            self.back_requested.emit(self._claim.id, reason)

    def _on_amounts(self, amounts: object) -> None:
        if self._claim is not None:
            self.resubmitted.emit(self._claim.id, amounts)


def _report_of(claim: OrderClaim, steps: Sequence[StoryStep]) -> tuple[int, StoryStep | None]:
    """Return the step that brought the report which ``claim`` is about, and its number of those.

    Whoever has the order is told of no report of somebody who had it before.
    """
    reports = [step for step in steps if step.report is not None]
    for number, step in enumerate(reports, start=1):
        if step.reports == claim.report:
            return number, step
    return 0, None
