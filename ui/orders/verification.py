"""Verification: the customer is asked whether the work order solved it; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from agent_desk.domain.work_order import WorkOrderLine
from ui.formats import format_number
from ui.language import in_current_language, tr
from ui.orders.clock_pill import ClockPill
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.customer_answer import CustomerAnswer
from ui.widgets.label import Label
from ui.widgets.notice import Notice
from ui.widgets.record_detail import RecordHead, ReportView, TextPart, plain_label, scroll_column
from ui.widgets.state_kinds import order_kind


class VerificationPanel(QFrame):
    """The order, its report, the words to say, and the customer's answer.

    verified carries order id, whether the customer is satisfied, and the reason when not.
    Nothing is answered by opening it: both answers need a press of their own.
    """

    verified = Signal(str, bool, str)
    call_customer_requested = Signal(str)

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._line: WorkOrderLine | None = None
        self._head = RecordHead()
        self.clock = ClockPill()
        self._head.add_pill(self.clock)
        self._notice = Notice()
        self.call = Button("verification.call", "phone", "primary")
        self._instructions = TextPart("verification.asked_for")
        self._report = ReportView(now=now)
        self._script = plain_label()
        self.answer = CustomerAnswer()
        self._build()
        self._connect()

    def show_verification(self, line: WorkOrderLine) -> None:
        """Show the order of ``line`` with its report; a reason being typed for it stays."""
        other = self._line is None or self._line.order.id != line.order.id
        self._line = line
        if other:
            self._notice.hide()
            self.answer.begin()
        self.retranslate()

    def show_error(self, field: str, text: str) -> None:
        """Show what keeps the order from being closed or reopened."""
        if field == "reason":
            self.answer.show_error(text)
        else:
            self._notice.show_text(text, "warning")

    def order_id(self) -> str:
        """Return the shown order's id, ``""`` when none."""
        return self._line.order.id if self._line is not None else ""

    def retranslate(self) -> None:
        """Set every text anew."""
        if self._line is None:
            return
        line, order = self._line, self._line.order
        department = in_current_language(line.department, line.department_zh)
        number = format_number(line.customer_number)
        about = [line.customer_name, number, department]
        self._head.show_head(
            f"#{order.number} {order.subject}",
            tr(f"work_order_state.{order.state}"),
            order_kind(order.state),
            " · ".join(part for part in about if part),
        )
        self._instructions.show_text(order.instructions)
        self._report.show_report(order.report)
        self._script.setText(
            tr("verification.script", name=line.customer_name, subject=order.subject)
        )

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _build(self) -> None:
        script = QFrame()
        script.setObjectName("card")
        words = QVBoxLayout(script)
        words.setContentsMargins(px(14), px(10), px(14), px(12))
        words.setSpacing(px(4))
        words.addWidget(Label("verification.say", role="muted"))
        words.addWidget(self._script)
        inner = QWidget()
        self._column = column = QVBoxLayout(inner)
        column.setContentsMargins(px(16), px(14), px(16), px(14))
        column.setSpacing(px(12))
        column.addWidget(self._head)
        column.addWidget(self._notice)
        column.addWidget(self.call, 0, Qt.AlignmentFlag.AlignLeft)
        for part in (self._instructions, self._report, script):
            column.addWidget(part)
        column.addWidget(Label("verification.question", role="heading"))
        column.addWidget(self.answer)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        self._area = scroll_column(inner)
        layout.addWidget(self._area)

    def _connect(self) -> None:
        self.call.clicked.connect(self._on_call)
        self.answer.given.connect(self._on_given)
        self.answer.reason_asked.connect(self._show_reason)

    def _on_call(self) -> None:
        if self._line is not None:
            self.call_customer_requested.emit(self._line.order.ticket_id)

    def _on_given(self, satisfied: bool, reason: str) -> None:
        if self._line is not None:
            self._notice.hide()
            self.verified.emit(self._line.order.id, satisfied, reason)

    def _show_reason(self) -> None:
        self._column.activate()
        self._area.ensureWidgetVisible(self.answer.reopen)
