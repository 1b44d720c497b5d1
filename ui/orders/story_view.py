"""What happened to a work order so far, a step on each line; main thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout

from agent_desk.domain.order_story import StoryStep
from agent_desk.domain.report_item import COSTS, sum_of
from agent_desk.domain.work_order import WorkReport
from ui.formats import format_moment, format_money
from ui.language import has_text, tr
from ui.theme.theme import px
from ui.widgets.label import Label
from ui.widgets.record_detail import clear_layout, plain_label

_TOP = Qt.AlignmentFlag.AlignTop


class StoryView(QFrame):
    """Time and step, who took it, and what was said; the newest step stands first."""

    def __init__(self, *, now: Callable[[], datetime], department: Callable[[str], str]) -> None:
        """``department`` returns the name of one by its id, in the current language."""
        super().__init__()
        self.setObjectName("card")
        self._now = now
        self._department = department
        self._steps: Sequence[StoryStep] | None = None
        self._note = Label(role="muted")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(px(12))
        self._grid.setVerticalSpacing(px(6))
        self._grid.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(14), px(10), px(14), px(12))
        layout.setSpacing(px(8))
        layout.addWidget(Label("order_story.title", role="heading"))
        layout.addWidget(self._note)
        layout.addLayout(self._grid)
        self.show_waiting()

    def is_waiting(self) -> bool:
        """Return whether the story is on its way."""
        return self._steps is None

    def show_waiting(self) -> None:
        """Say that the story is on its way."""
        self._steps = None
        self.retranslate()

    def show_steps(self, steps: Sequence[StoryStep]) -> None:
        """Show ``steps``, which come oldest first."""
        if steps != self._steps:
            self._steps = steps
            self.retranslate()

    def show_unavailable(self, text: str) -> None:
        """Say why the story is not to be had."""
        self._steps = None
        clear_layout(self._grid)
        self._note.setText(text)
        self._note.show()

    def retranslate(self) -> None:
        """Set every text anew."""
        clear_layout(self._grid)
        steps = self._steps
        self._note.set_key("order_story.loading" if steps is None else "order_story.empty")
        self._note.setVisible(not steps)
        for row, step in enumerate(reversed(steps or ())):
            self._put_step(row, step)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _put_step(self, row: int, step: StoryStep) -> None:
        when, what = plain_label("muted"), plain_label()
        when.setWordWrap(False)
        when.setText(format_moment(step.at, self._now()))
        what.setText("\n".join(line for line in self._lines(step) if line))
        self._grid.addWidget(when, row, 0, _TOP)
        self._grid.addWidget(what, row, 1)

    def _lines(self, step: StoryStep) -> tuple[str, str]:
        told = " · ".join((self._what(step), step.who))
        report = step.report
        return told, _report_line(report) if report is not None else step.reason

    def _what(self, step: StoryStep) -> str:
        key = f"order_story.{step.kind}"
        if not has_text(key):
            return tr("order_story.other", kind=step.kind)
        department = self._department(step.department_id or "")
        claim = tr(f"claim_kind.{step.claim.kind}") if step.claim is not None else ""
        return tr(key, department=department, round=step.round, claim=claim)


def _report_line(report: WorkReport) -> str:
    """Return a former report in a few words: outcome, what was done, what it cost."""
    parts = [tr(f"report_outcome.{report.outcome}"), report.done, report.why_not_solved]
    if report.items:
        parts.append(format_money(sum_of(report.items, COSTS, report.currency)))
    return " · ".join(part for part in parts if part)
