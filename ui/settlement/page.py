"""The settlement page: claims by state, what they add up to, and the steps; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agent_desk.domain.claim_list import ClaimList
from agent_desk.domain.late_step import LateClaimStep
from agent_desk.domain.order_story import StoryStep
from agent_desk.domain.settlement import ClaimKind, ClaimState, OrderClaim
from agent_desk.domain.ticket import Department
from ui.conflict.claim_values import shown_of_claim
from ui.conflict.late_step import LateStepPanel
from ui.formats import format_moment, format_money
from ui.language import error_text, tr
from ui.settlement.bulk_panel import BulkPanel, ClaimOutcome
from ui.settlement.claim_detail import ClaimDetail
from ui.settlement.claim_sheet import claim_sheets
from ui.settlement.claim_words import STATE_KINDS, Names, sums_text, title_of
from ui.settlement.filter_bar import FilterBar
from ui.settlement.totals_view import TotalsView
from ui.shortcuts import keep_keys
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.grouped_list import Group, GroupedRow
from ui.widgets.label import Label
from ui.widgets.list_and_detail import ListAndDetail, ListWords
from ui.widgets.save_file import ask_for_file

_WORDS: Final = ListWords(
    icon="file-text",
    title="settlement.title",
    empty="settlement.empty",
    empty_text="settlement.empty_text",
    loading="settlement.loading",
    unavailable="settlement.unavailable",
    retry="settlement.retry",
    nothing_icon="file-text",
    nothing_marked="settlement.nothing_marked",
)
_ENTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_CONTROL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier


class SettlementPage(QWidget):
    """Ctrl+Enter takes the marked or selected claims on, Ctrl+Shift+Enter asks why they go back.

    filtered: answer with ``show_list``. Steps carry the claims; answer with ``show_outcomes``.
    redo_requested: the LateClaimStep that was shown is to be taken all the same; step_dropped: not.
    story_wanted: a claim; answer with ``show_story``. export_requested: the path and the sheets.
    """

    filtered = Signal()
    steps_requested = Signal(tuple)
    backs_requested = Signal(tuple, str)
    resubmitted = Signal(object, object)
    story_wanted = Signal(object)
    export_requested = Signal(Path, tuple)
    redo_requested = Signal(object)
    step_dropped = Signal()
    reload_requested = Signal()

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.setObjectName("page")
        keep_keys(self, "Ctrl+Return", "Ctrl+Enter", "Ctrl+Shift+Return", "Ctrl+Shift+Enter")
        self._now = now
        self._claims: dict[str, OrderClaim] = {}
        self._is_complete = True
        self._is_busy = self._is_refreshing = False
        self._names = Names()
        self.filters = FilterBar(now=now)
        self.totals_button = Button("settlement.totals", "chart-column", shortcut_hint="Ctrl+G")
        self.totals_button.setCheckable(True)
        self.export = Button("settlement.export", "save", shortcut_hint="Ctrl+S")
        self._count = Label(role="muted")
        self.detail = ClaimDetail(now=now, names=self._names)
        self.bulk = BulkPanel()
        self.totals = TotalsView(names=self._names)
        self.late = LateStepPanel(shown=shown_of_claim, told="conflict.claim_step_told")
        self.late.setObjectName("card")
        self._late: LateClaimStep | None = None
        self._columns = ListAndDetail(
            words=_WORDS,
            head=(self._count,),
            details=(self.detail, self.bulk, self.totals, self.late),
        )
        self.list = self._columns.list
        self.list.allow_many()
        self._build()
        self._connect()

    def set_departments(self, departments: Sequence[Department]) -> None:
        """Offer ``departments`` to choose from, and know their names."""
        self._names.set_departments(departments)
        self.filters.set_departments(departments)
        self.retranslate()

    def offer_steps(self, may_take: Callable[[ClaimState], bool]) -> None:
        """Offer only steps into states that ``may_take`` allows."""
        self.detail.offer_steps(may_take)
        self.bulk.offer_steps(may_take)

    def show_list(self, found: ClaimList) -> None:
        """Show the claims by state, oldest first, and what they add up to."""
        self._claims = {claim.id: claim for claim in found.claims}
        self._is_complete = found.is_complete
        self._names.people = found.names
        self._columns.show_known()
        self.retranslate()

    def show_story(self, claim: OrderClaim, steps: Sequence[StoryStep]) -> None:
        """Show the story of a claim's order."""
        self.detail.show_story(claim.id, steps)

    def show_story_unavailable(self, text: str) -> None:
        """Say why the story is not to be had; the claim can be judged all the same."""
        self.detail.story.show_unavailable(text)

    def show_outcomes(self, outcomes: Sequence[ClaimOutcome]) -> None:
        """Say what became of a step: one claim at its own place, several in a list."""
        self._is_busy = False
        for outcome in outcomes:
            if outcome.error is None:
                self.detail.reason.forget(outcome.claim.id)
        if len(outcomes) > 1:
            self._show_many(outcomes)
            return
        for outcome in outcomes:
            if outcome.late is not None:
                self.show_late(outcome.late)
            elif outcome.error is not None:
                self.show_error(outcome)
            else:
                self._mark_next(outcome.claim)

    def show_error(self, outcome: ClaimOutcome) -> None:
        """Show why a step on one claim was refused; nothing that was typed is lost."""

        assert outcome.error is not None
        field = str(outcome.error.details.get("field", ""))
        self.detail.show_error(field, error_text(outcome.error))

    def show_late(self, late: LateClaimStep) -> None:
        """Show what happened to a claim before the step was taken, until that is decided."""
        self._late = late
        self.late.show_step(late, self._now())
        self._show_detail()
        self.late.focus_first()

    def show_loading(self) -> None:
        """Say that the claims are on their way; those on screen stay."""
        self._columns.show_loading()

    def show_unavailable(self, text: str) -> None:
        """Say why the claims are not to be had; those on screen stay."""
        self._columns.show_unavailable(text)

    def listed(self) -> tuple[OrderClaim, ...]:
        """Return the claims that are listed, oldest first."""
        return tuple(self._claims.values())

    def ask_for_file(self) -> None:
        """Ask where what is listed is to be written, and as what."""
        if self.export.isHidden() or not self._claims:
            return
        ask_for_file(
            self,
            title=tr("settlement.export_title"),
            name=f"{tr('settlement.export_name')}-{self._now().astimezone():%Y-%m-%d}",
            kinds=((tr("settlement.excel"), "xlsx"), (tr("settlement.csv"), "csv")),
            chosen=self.write,
        )

    def write(self, path: Path) -> None:
        """Ask for the file ``path`` of what is listed, in the language on screen."""
        self.export_requested.emit(path, claim_sheets(self.listed(), self._names))

    def retranslate(self) -> None:
        """Set every text anew."""
        claims = self.listed()
        key = "settlement.count" if self._is_complete else "settlement.count_of_first"
        self._count.setText(tr(key, count=len(claims)))
        self._count.setVisible(bool(claims))
        self._is_refreshing = True
        # What we owe and what is owed to us is never added up.
        self._columns.show_groups(
            self._group(state, kind) for state in ClaimState for kind in ClaimKind
        )
        self._is_refreshing = False
        self.totals.show_claims(claims)
        if not self.bulk.outcomes.isVisible():
            self._show_detail()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def showEvent(self, event: QShowEvent) -> None:
        """Go to the list: the keys that follow are meant for it."""
        super().showEvent(event)
        if not event.spontaneous() and not self.isAncestorOf(self.focusWidget()):
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the step of the panel at the right, or show the totals."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        panel = next((p for p in (self.detail, self.bulk) if p.isVisible()), None)
        leaves = event.key() == Qt.Key.Key_Escape and self.totals_button.isChecked()
        if leaves or (event.key() == Qt.Key.Key_G and modifiers == _CONTROL):
            self.totals_button.toggle()
        elif event.key() == Qt.Key.Key_S and modifiers == _CONTROL:
            self.ask_for_file()
        elif event.key() in _ENTER and modifiers == _CONTROL and panel is not None:
            panel.go_on()
        elif event.key() in _ENTER and modifiers == _CONTROL | _SHIFT and panel is not None:
            panel.begin_sending_back()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        self.filters.add_at_the_end(self.totals_button)
        self.filters.add_at_the_end(self.export)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(12), px(16), px(16))
        layout.setSpacing(px(12))
        layout.addWidget(self.filters)
        layout.addWidget(self._columns, 1)

    def _connect(self) -> None:
        self.filters.changed.connect(self.filtered)
        self.export.clicked.connect(self.ask_for_file)
        self.totals_button.toggled.connect(self._toggle_totals)
        self.list.row_marked.connect(lambda _: self._turn())
        self.list.selection_changed.connect(self._turn)
        self.list.row_opened.connect(lambda _: self.detail.onward.setFocus())
        self.detail.step_requested.connect(lambda _: self._step(self._chosen()))
        self.detail.back_requested.connect(lambda _, reason: self._back(self._chosen(), reason))
        self.detail.resubmitted.connect(self._resubmit)
        self.bulk.step_requested.connect(lambda: self._step(self._chosen()))
        self.bulk.back_requested.connect(lambda reason: self._back(self._chosen(), reason))
        self.late.redone.connect(self._redo)
        self.late.dropped.connect(self._drop)
        self._columns.reload_requested.connect(self.reload_requested)

    def _chosen(self) -> tuple[OrderClaim, ...]:
        """Return the selected claims, the marked one among them."""
        ids = self.list.selected_ids() or [self.list.marked_id()]
        return tuple(self._claims[key] for key in ids if key in self._claims)

    def _step(self, claims: tuple[OrderClaim, ...]) -> None:
        if claims and not self._is_busy:
            self._is_busy = True
            self.steps_requested.emit(claims)

    def _back(self, claims: tuple[OrderClaim, ...], reason: str) -> None:
        if claims and not self._is_busy:
            self._is_busy = True
            self.backs_requested.emit(claims, reason)

    def _resubmit(self, claim_id: str, amounts: object) -> None:
        claim = self._claims.get(claim_id)
        if claim is not None and not self._is_busy:
            self._is_busy = True
            self.resubmitted.emit(claim, amounts)

    def _redo(self, late: LateClaimStep) -> None:
        if not self._is_busy:
            self._is_busy = True
            self._leave_late()
            self.redo_requested.emit(late)

    def _drop(self) -> None:
        self._leave_late()
        self.step_dropped.emit()

    def _leave_late(self) -> None:
        self._late = None
        self._show_detail()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _turn(self) -> None:
        """Follow the person to another claim, or to several."""
        if not self._is_refreshing:
            self._show_detail()

    def _toggle_totals(self, shown: bool) -> None:
        """Give the table all the room, or go back to the list."""
        self._columns.show_list(not shown)
        self._show_detail()
        (self.totals.table if shown else self.list).setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_detail(self) -> None:
        chosen = self._chosen()
        late = self._late.claim.id if self._late is not None else ""
        if self.totals_button.isChecked():
            self._columns.show_detail(self.totals)
        elif late and (late not in self._claims or [c.id for c in chosen] == [late]):
            self._columns.show_detail(self.late)
        elif len(chosen) > 1:
            self.bulk.show_claims(chosen)
            self._columns.show_detail(self.bulk)
        elif chosen:
            self._show_claim(chosen[0])
        else:
            self._columns.show_detail(None)

    def _show_claim(self, claim: OrderClaim) -> None:
        shown = self.detail.claim
        self.detail.show_claim(claim)
        self._columns.show_detail(self.detail)
        if shown is None or (shown.id, shown.version) != (claim.id, claim.version):
            self.story_wanted.emit(claim)

    def _show_many(self, outcomes: Sequence[ClaimOutcome]) -> None:
        self._is_refreshing = True
        self.list.select_marked()
        self._is_refreshing = False
        self.bulk.show_outcomes(outcomes)
        self._columns.show_detail(self.bulk)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _mark_next(self, claim: OrderClaim) -> None:
        """Mark the next claim in the state that ``claim`` has left, else the one before."""
        left = (claim.state, claim.kind)
        same = [c.id for c in self._claims.values() if (c.state, c.kind) == left]
        if claim.id in same and len(same) > 1:
            place = same.index(claim.id)
            self.list.mark(same[place + 1] if place + 1 < len(same) else same[place - 1])
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _group(self, state: ClaimState, kind: ClaimKind) -> Group:
        claims = [c for c in self._claims.values() if c.state is state and c.kind is kind]
        parts = (tr(f"claim_state.{state}"), tr(f"claim_kind.{kind}"), sums_text(claims))
        return Group(" · ".join(parts), tuple(self._row(claim) for claim in claims))

    def _row(self, claim: OrderClaim) -> GroupedRow:
        return GroupedRow(
            id=claim.id,
            title=title_of(claim),
            about=self._names.department(claim.department_id),
            pill=format_money(claim.amounts.total),
            kind=STATE_KINDS[claim.state],
            due=format_moment(claim.submitted_at, self._now()),
        )
