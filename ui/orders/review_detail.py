"""One reported work order as its reviewer judges it; main thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.domain.order_story import StoryStep
from agent_desk.domain.work_order import WorkOrder, WorkOrderLine
from ui.formats import format_moment, format_number
from ui.language import in_current_language, tr
from ui.orders.attachments_view import AttachmentsView
from ui.orders.clock_pill import ClockPill
from ui.orders.product_part import ProductPart
from ui.orders.report_sheet import ReportSheet
from ui.orders.story_view import StoryView
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.notice import Notice
from ui.widgets.reason_part import ReasonPart, ReasonWords
from ui.widgets.record_detail import RecordHead, TextPart, scroll_column
from ui.widgets.state_kinds import order_kind

_WORDS = ReasonWords(
    hint="review.reason_hint",
    missing="review.reason_missing",
    confirm="review.confirm",
    cancel="review.cancel",
    icon="undo-2",
)


class ReviewDetail(QFrame):
    """approve_requested: order id, version. send_back_requested: the same and the reason."""

    approve_requested = Signal(str, int)
    send_back_requested = Signal(str, int, str)

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        department: Callable[[str], str],
        parent: QWidget | None = None,
    ) -> None:
        """``department`` returns the name of one by its id."""
        super().__init__(parent)
        self.setObjectName("card")
        self._now = now
        self._line: WorkOrderLine | None = None
        self._head = RecordHead()
        self.clock = ClockPill()
        self._head.add_pill(self.clock)
        self._notice = Notice()
        self.approve = Button("review.approve", "check", "primary", shortcut_hint="Ctrl+Return")
        self.send_back = Button("review.send_back", "undo-2", shortcut_hint="Ctrl+Shift+Return")
        self.reason = ReasonPart(_WORDS)
        self._product = ProductPart()
        self._asked = TextPart("review.asked_for")
        self.sheet = ReportSheet(now=now, by_story=True)
        self.files = AttachmentsView(now=now)
        self.story = StoryView(now=now, department=department)
        self._build()
        self._connect()

    @property
    def order(self) -> WorkOrder | None:
        """The order that is shown."""
        return self._line.order if self._line is not None else None

    def show_line(self, line: WorkOrderLine) -> None:
        """Show ``line``; a reason that is being typed stays with its order."""
        other = self._line is None or self._line.order.id != line.order.id
        self._line = line
        if other:
            self._notice.hide()
            self.story.show_waiting()
        self.reason.turn_to(line.order.id)
        self._show_asking()
        self.retranslate()

    def show_story(self, order_id: str, steps: Sequence[StoryStep]) -> None:
        """Show what happened to the order, unless another one is shown by now."""
        if self.order is not None and self.order.id == order_id:
            self.story.show_steps(steps)
            self.sheet.number_among(steps)

    def show_error(self, field: str, text: str) -> None:
        """Show what is wrong with the step; nothing that was typed is lost."""
        if field == "reason":
            self.reason.show_error(text)
        else:
            self._notice.show_text(text, "warning")

    def approve_now(self) -> None:
        """Approve the report; while a reason is typed, that is finished instead."""
        self._notice.hide()
        if self.reason.is_asking():
            self.reason.confirm()
        elif self._line is not None:
            self.approve_requested.emit(self._line.order.id, self._line.order.version)

    def begin_sending_back(self) -> None:
        """Ask why, with the cursor in the field."""
        self._notice.hide()
        self.reason.ask()

    def retranslate(self) -> None:
        """Set every text anew."""
        if self._line is None:
            return
        line, order, now = self._line, self._line.order, self._now()
        about = [
            in_current_language(line.department, line.department_zh),
            line.customer_name,
            format_number(line.customer_number),
            tr(f"priority.{order.priority}"),
            tr("department_page.of_ticket", number=line.ticket_number),
            tr("review.reported", when=format_moment(order.changed_at, now)),
            tr("review.round", round=order.round) if order.round > 1 else "",
        ]
        self._head.show_head(
            f"#{order.number} {order.subject}",
            tr(f"work_order_state.{order.state}"),
            order_kind(order.state),
            " · ".join(part for part in about if part),
        )
        self._asked.show_text(order.instructions)
        self._product.show_line(line)
        self.sheet.show_order(order)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _build(self) -> None:
        actions = QHBoxLayout()
        actions.setSpacing(px(8))
        actions.addWidget(self.approve)
        actions.addWidget(self.send_back)
        actions.addStretch(1)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(px(16), px(14), px(16), px(14))
        column.setSpacing(px(12))
        column.addWidget(self._head)
        column.addWidget(self._notice)
        column.addLayout(actions)
        for part in (
            *(self.reason, self._asked, self._product),
            *(self.sheet, self.files, self.story),
        ):
            column.addWidget(part)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(scroll_column(inner))

    def _connect(self) -> None:
        self.approve.clicked.connect(self.approve_now)
        self.send_back.clicked.connect(self.begin_sending_back)
        self.reason.asking_changed.connect(self._show_asking)
        self.reason.confirmed.connect(self._on_reason)

    def _show_asking(self) -> None:
        for button in (self.approve, self.send_back):
            button.setEnabled(not self.reason.is_asking())

    def _on_reason(self, reason: str) -> None:
        if self._line is not None:
            order = self._line.order
            self.send_back_requested.emit(order.id, order.version, reason)
