"""A work report in full: times, words, lines with their totals, the faulty part; main thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.domain.order_story import StoryStep
from agent_desk.domain.report_item import (
    CHARGES,
    COSTS,
    FaultyPart,
    Liability,
    ReportItem,
    sum_of,
)
from agent_desk.domain.work_order import ReportOutcome, WorkOrder, WorkReport
from ui.formats import format_moment, format_money, format_number, format_quantity
from ui.language import tr
from ui.theme.theme import px, text_font
from ui.widgets.label import Label, LabelRole
from ui.widgets.pill import Pill
from ui.widgets.record_detail import clear_layout, plain_label

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
_TOP = Qt.AlignmentFlag.AlignTop


class ReportSheet(QFrame):
    """Everything that a reviewer judges; hidden while there is no report."""

    def __init__(self, *, now: Callable[[], datetime], by_story: bool = False) -> None:
        """``by_story``: the report has a number once `number_among` says which.

        Who has the order knows no report of somebody who had it before.
        """
        super().__init__()
        self.setObjectName("card")
        self._now = now
        self._order: WorkOrder | None = None
        self._by_story = by_story
        self._number = 0
        self._title = Label("department_page.report", role="heading")
        self._outcome = Pill()
        self._times = plain_label("muted")
        self._done = plain_label()
        self._why = plain_label()
        self._lines = ItemLines()
        self._faulty = plain_label()
        top = QHBoxLayout()
        top.addWidget(self._title)
        top.addStretch(1)
        top.addWidget(self._outcome)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(14), px(10), px(14), px(12))
        layout.setSpacing(px(8))
        layout.addLayout(top)
        for part in (self._times, self._done, self._why, self._lines, self._faulty):
            layout.addWidget(part)
        self.hide()

    def show_order(self, order: WorkOrder) -> None:
        """Show the newest report of ``order``."""
        if not self._by_story:
            self._number = max(1, order.reports)
        elif self._order is None or self._order.id != order.id:
            self._number = 0
        self._order = order
        self.retranslate()

    def number_among(self, steps: Sequence[StoryStep]) -> None:
        """Number the report among those that ``steps`` tell of."""
        self._number = sum(step.report is not None for step in steps)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text anew."""
        order = self._order
        report = order.report if order is not None else None
        self.setVisible(report is not None)
        if order is None or report is None:
            return
        if self._number:
            self._title.set_key("report_sheet.title", number=self._number)
        else:
            self._title.set_key("department_page.report")
        solved = report.outcome is ReportOutcome.SOLVED
        self._outcome.setText(tr(f"report_outcome.{report.outcome}"))
        self._outcome.set_kind("success" if solved else "danger")
        self._times.setText(self._times_of(order, report))
        self._done.setText(report.done)
        self._why.setText(tr("department_page.why_line", reason=report.why_not_solved))
        self._why.setVisible(bool(report.why_not_solved))
        self._lines.show_items(report.items, report.currency)
        self._faulty.setText(faulty_text(report.faulty))
        self._faulty.setVisible(report.faulty is not None)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _times_of(self, order: WorkOrder, report: WorkReport) -> str:
        now = self._now()
        minutes = round((report.ended_at - report.started_at).total_seconds() / 60)
        start, end = format_moment(report.started_at, now), format_moment(report.ended_at, now)
        parts = [
            f"{start} – {end}",
            tr("department_page.took", hours=minutes // 60, minutes=minutes % 60),
        ]
        if order.arrived_at is not None:
            when = format_moment(order.arrived_at, now)
            parts.append(tr("report_sheet.arrived", when=when))
        if order.technician:
            phone = format_number(order.technician_phone)
            parts.append(tr("report_sheet.technician", name=order.technician, phone=phone).strip())
        return " · ".join(parts)


class ItemLines(QWidget):
    """The lines of a report in columns, amounts under each other, and what they come to."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, px(4), 0, px(4))
        self._grid.setHorizontalSpacing(px(12))
        self._grid.setVerticalSpacing(px(4))
        self._grid.setColumnStretch(1, 1)

    def show_items(self, items: Sequence[ReportItem], currency: str) -> None:
        """Show ``items``, all in ``currency``, or that there are none."""
        clear_layout(self._grid)
        if not items:
            self._grid.addWidget(Label("report_sheet.no_items", role="muted"), 0, 0, 1, 3)
            return
        for row, item in enumerate(items):
            self._put_item(row, item)
        totals = (("report_sheet.costs", COSTS), ("report_sheet.charged", CHARGES))
        for row, (key, kinds) in enumerate(totals, len(items)):
            if any(item.kind in kinds for item in items):
                self._grid.addWidget(Label(key, role="heading"), row, 0, 1, 2)
                amount = amount_label(format_money(sum_of(items, kinds, currency)), "heading")
                self._grid.addWidget(amount, row, 2, _RIGHT)

    def _put_item(self, row: int, item: ReportItem) -> None:
        name = f"{item.name} ({item.part_number})" if item.part_number else item.name
        quantity, price = format_quantity(item.quantity), format_money(item.unit_price)
        what = plain_label()
        what.setText(tr("report_sheet.line", name=name, quantity=quantity, price=price))
        self._grid.addWidget(Label(f"item_kind.{item.kind}", role="muted"), row, 0, _TOP)
        self._grid.addWidget(what, row, 1)
        self._grid.addWidget(amount_label(format_money(item.amount)), row, 2, _RIGHT)


def amount_label(text: str, role: LabelRole = "plain") -> Label:
    """Return a label with an amount; amounts in a column have digits of one width."""
    label = Label(role=role)
    label.setText(text)
    label.setFont(text_font(tabular=True))
    return label


def faulty_text(faulty: FaultyPart | None) -> str:
    """Return the faulty part and who answers for it, "" when none failed."""
    if faulty is None:
        return ""
    if faulty.liable is Liability.SUPPLIER:
        liable = tr("report_sheet.liable_supplier", supplier=faulty.supplier)
    else:
        liable = tr("report_sheet.liable", who=tr(f"liability.{faulty.liable}"))
    return f"{tr('report_sheet.faulty', part=faulty.part)} · {liable}"
