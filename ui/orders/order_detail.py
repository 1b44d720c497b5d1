"""One work order as its department sees it, with the steps that are possible; main thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.domain.order_story import StoryStep
from agent_desk.domain.ticket import Department
from agent_desk.domain.work_order import WorkOrder, WorkOrderLine, WorkOrderState, WorkReport
from ui.formats import format_moment, format_number
from ui.language import tr
from ui.orders.attachments_view import AttachmentsView
from ui.orders.clock_pill import ClockPill
from ui.orders.news_line import NewsLine
from ui.orders.product_part import ProductPart
from ui.orders.propose_button import ProposeButton
from ui.orders.report_fields import report_fields
from ui.orders.report_form import ReportForm
from ui.orders.report_sheet import ReportSheet
from ui.orders.route_line import RouteLine
from ui.orders.step_bar import StepBar
from ui.orders.step_wish import StepWish
from ui.orders.story_view import StoryView
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.label import Label
from ui.widgets.notice import Notice
from ui.widgets.record_detail import RecordHead, TextPart, plain_label, scroll_column
from ui.widgets.state_kinds import order_kind

_W = WorkOrderState
_REPORTING: Final = frozenset({_W.IN_PROGRESS, _W.ON_HOLD})
"""While an order is there, its half-typed report is kept."""

_HINTS: Final = {
    _W.PENDING_DISPATCH: "department_page.hint_dispatch",
    _W.ACCEPTED: "department_page.hint_accepted",
    _W.ON_HOLD: "department_page.hint_on_hold",
    _W.REPORTED: "department_page.hint_reported",
    _W.VERIFYING: "department_page.hint_verifying",
    _W.CLOSED: "department_page.hint_closed",
}


class OrderDetail(QFrame):
    """Emits the step asked for with the order's id and version; the answer is a new line.

    step_requested carries a StepWish. draft_changed, step_draft_changed: what is typed into the
    report, or for another step (nothing when that is given up), with the order's id. print_wanted,
    pdf_wanted: the job sheet of this line.
    """

    step_requested = Signal(str, int, object)
    report_requested = Signal(str, int, WorkReport)
    draft_changed = Signal(str, dict)
    step_draft_changed = Signal(str, dict)
    print_wanted = Signal(WorkOrderLine)
    pdf_wanted = Signal(WorkOrderLine)

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        department: Callable[[str], str] = str,
        parent: QWidget | None = None,
    ) -> None:
        """``department`` returns the name of one by its id."""
        super().__init__(parent)
        self.setObjectName("card")
        self._now = now
        self._line: WorkOrderLine | None = None
        self._unsent: dict[str, dict[str, str]] = {}
        self._is_asked = False
        self._untaken: dict[str, dict[str, str]] = {}
        self._head = RecordHead()
        self.clock = ClockPill()
        self._head.add_pill(self.clock)
        self.route = RouteLine(now=now)
        self.news = NewsLine(now=now)
        self._notice = Notice()
        self._print = Button("job_sheet.print", "clipboard-list", "ghost", shortcut_hint="Ctrl+P")
        self._pdf = Button("job_sheet.pdf", "file-text", "ghost")
        self._hint = Label(role="muted")
        self._hint.setWordWrap(True)
        self._site = plain_label()
        self._product = ProductPart()
        self._instructions = TextPart("department_page.instructions")
        self._report = ReportSheet(now=now, by_story=True)
        self.files = AttachmentsView(now=now)
        self.propose = ProposeButton()
        self.story = StoryView(now=now, department=department)
        self.form = ReportForm(now=now)
        self._form_part = QWidget()
        self.bar = StepBar(now=now)
        self.setAcceptDrops(True)
        self._build()
        self._connect()

    @property
    def accept(self) -> Button:
        """The button that takes the order on."""
        return self.bar.accept

    @property
    def start(self) -> Button:
        """The button that begins the work."""
        return self.bar.start

    @property
    def hand_back(self) -> Button:
        """The button that approves the report."""
        return self.bar.hand_back

    def show_line(self, line: WorkOrderLine) -> None:
        """Show ``line``; what is being typed for the same order stays."""
        former = self._line.order if self._line is not None else None
        other = former is None or former.id != line.order.id
        moved = other or (former is not None and former.state != line.order.state)
        if other:
            self._keep_typed()
            self.story.show_waiting()
            self.news.show_steps(())
        elif moved:
            self._untaken.pop(line.order.id, None)
        self._line = line
        self._is_asked = False
        self.bar.show_order(line.order, anew=moved)
        if moved:
            self._notice.hide()
            was_reporting = former is not None and former.state in _REPORTING
            self._begin_typing(line.order, anew=other or not was_reporting)
        self.retranslate()

    def show_story(self, order_id: str, steps: Sequence[StoryStep]) -> None:
        """Show what happened to the order, unless another one is shown by now."""
        if self._line is not None and self._line.order.id == order_id:
            self.story.show_steps(steps)
            self.news.show_steps(steps)
            self._report.number_among(steps)

    def offer_steps(self, may_take: Callable[[WorkOrderState, WorkOrderState], bool]) -> None:
        """Offer only the steps, from one state to another, that ``may_take`` allows."""
        self.bar.offer_steps(may_take)

    def set_departments(self, departments: Sequence[Department]) -> None:
        """Offer ``departments`` to an order that waits for dispatch."""
        self.bar.set_departments(departments)

    def restore_report(self, order_id: str, fields: Mapping[str, str]) -> None:
        """Put the draft of a report back, now or when its order is shown."""
        self._unsent[order_id] = dict(fields)
        if self._line is not None and self._line.order.id == order_id:
            self.form.restore(fields)

    def restore_step(self, order_id: str, fields: Mapping[str, str]) -> None:
        """Ask again what a draft was typed for, now or when its order is shown."""
        self._untaken[order_id] = dict(fields)
        if self._line is not None and self._line.order.id == order_id:
            self.bar.restore(fields)

    def step_taken(self, order_id: str) -> None:
        """The step on an order is saved: what was asked and typed for it is done with."""
        self._untaken.pop(order_id, None)
        if self._line is not None and self._line.order.id == order_id:
            self.bar.settle()

    def show_error(self, field: str, text: str) -> None:
        """Show ``text`` at the field of the step or of the report, else above all."""
        self._is_asked = False
        if not (self.bar.show_error(field, text) or self.form.show_error(field, text)):
            self._notice.show_text(text, "warning")

    def retranslate(self) -> None:
        """Set every text anew."""
        if self._line is None:
            return
        line, order = self._line, self._line.order
        raised = tr("department_page.raised", when=format_moment(order.raised_at, self._now()))
        about = [
            line.customer_name,
            format_number(line.customer_number),
            tr(f"priority.{order.priority}"),
            tr("department_page.of_ticket", number=line.ticket_number),
            raised,
        ]
        state = tr(f"work_order_state.{order.state}")
        title = f"#{order.number} {order.subject}"
        about_line = " · ".join(part for part in about if part)
        self._head.show_head(title, state, order_kind(order.state), about_line)
        self.route.show_decision(order.routing)
        self._product.show_line(line)
        self._instructions.show_text(order.instructions)
        self._show_site(order)
        self._report.show_order(order)
        self.propose.show_order(order)
        self._form_part.setVisible(self.bar.is_offered(_W.IN_PROGRESS, _W.REPORTED))
        self.form.offer_former(order.report is not None)
        self._show_hint(order)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and pictures that are dragged here."""
        data = event.mimeData()
        if self.files.takes_files() and (data.hasUrls() or data.hasImage()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what is dropped."""
        if self._line is not None and self.files.take(event.mimeData()):
            event.acceptProposedAction()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Print on Ctrl+P; add what is pasted, unless a field of text takes it."""
        if event.matches(QKeySequence.StandardKey.Print):
            self.print_sheet()
            return
        pasted = event.matches(QKeySequence.StandardKey.Paste) and self.files.takes_files()
        if not (pasted and self.files.take(QGuiApplication.clipboard().mimeData())):
            super().keyPressEvent(event)

    def focus_first(self) -> None:
        """Put the cursor where the work goes on: in the report, else on the first step."""
        if self._form_part.isHidden():
            self.bar.focus_first()
        else:
            self.form.focus_first()

    def _show_site(self, order: WorkOrder) -> None:
        self._site.setVisible(order.arrived_at is not None)
        if order.arrived_at is not None:
            number = format_number(order.technician_phone)
            when = format_moment(order.arrived_at, self._now())
            self._site.setText(
                tr("order_steps.site", technician=order.technician, number=number, when=when)
            )

    def _show_hint(self, order: WorkOrder) -> None:
        hint = _HINTS.get(order.state)
        self._hint.setVisible(hint is not None)
        if order.hold_reason:
            self._hint.set_key("order_steps.on_hold", reason=order.hold_reason)
        elif hint is not None:
            self._hint.set_key(hint)

    def _build(self) -> None:
        form = QVBoxLayout(self._form_part)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(px(8))
        form.addWidget(Label("department_page.report", role="heading"))
        form.addWidget(self.form)
        sheets = QHBoxLayout()
        sheets.setSpacing(px(8))
        for button in (self._print, self._pdf):
            sheets.addWidget(button)
        sheets.addStretch(1)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(px(16), px(14), px(16), px(14))
        column.setSpacing(px(12))
        column.addWidget(self._head)
        for part in (
            *(self.news, self.route, self._notice, self._hint, self._site),
            *(self._product, self._instructions),
        ):
            column.addWidget(part)
        column.addWidget(self._report)
        column.addWidget(self.propose, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._form_part)
        column.addLayout(sheets)
        column.addWidget(self.files)
        column.addWidget(self.story)
        column.addStretch(1)
        self._scroll = scroll_column(inner)
        line = QFrame()
        line.setObjectName("separator")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(line)
        layout.addWidget(self.bar)

    def _connect(self) -> None:
        self._print.clicked.connect(self.print_sheet)
        self._pdf.clicked.connect(self._on_pdf)
        self.bar.wished.connect(self._on_wished)
        self.bar.report_wanted.connect(self.form.submit)
        self.bar.draft_changed.connect(self._on_step_draft)
        self.form.submitted.connect(self._on_report)
        self.form.draft_changed.connect(self._on_draft)
        self.form.former_wanted.connect(self._take_over)
        self.form.error_shown.connect(lambda where: self._scroll.ensureWidgetVisible(where))

    def print_sheet(self) -> None:
        """Ask for the shown order's job sheet on paper."""
        if self._line is not None:
            self.print_wanted.emit(self._line)

    def _on_pdf(self) -> None:
        if self._line is not None:
            self.pdf_wanted.emit(self._line)

    def _on_wished(self, wish: StepWish) -> None:
        order = self._asked_once()
        if order is not None:
            self.step_requested.emit(order.id, order.version, wish)

    def _on_report(self, report: WorkReport) -> None:
        order = self._asked_once()
        if order is not None:
            self.report_requested.emit(order.id, order.version, report)

    def _asked_once(self) -> WorkOrder | None:
        """Return the order to take a step with, None while the answer to one is on its way."""
        self._notice.hide()
        if self._line is None or self._is_asked:
            return None
        self._is_asked = True
        return self._line.order

    def _on_draft(self, fields: dict[str, str]) -> None:
        if self._line is not None:
            self.draft_changed.emit(self._line.order.id, fields)

    def _on_step_draft(self, fields: dict[str, str]) -> None:
        if self._line is not None:
            self.step_draft_changed.emit(self._line.order.id, fields)

    def _take_over(self) -> None:
        report = self._line.order.report if self._line is not None else None
        if report is not None:
            self.form.take_over(report_fields(report))

    def _keep_typed(self) -> None:
        """Keep what is typed for the order that is left."""
        if self._line is None:
            return
        self.form.flush()
        self.bar.flush()
        order_id = self._line.order.id
        if self.form.is_dirty():
            self._unsent[order_id] = self.form.fields()
        self._untaken[order_id] = self.bar.fields()

    def _begin_typing(self, order: WorkOrder, *, anew: bool) -> None:
        """Put back what was typed for ``order``; ``anew``: the form was about something else."""
        if order.state not in _REPORTING:
            self._unsent.pop(order.id, None)
        if anew or order.state not in _REPORTING:
            self.form.begin(order.arrived_at or order.changed_at)
            self.form.restore(self._unsent.get(order.id, {}))
        self.bar.restore(self._untaken.get(order.id, {}))
