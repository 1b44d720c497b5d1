"""Verification: the whole story, the call, and what the customer says; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.domain.verification_story import VerificationStory
from agent_desk.domain.work_order import WorkOrderLine
from ui.formats import format_moment, format_number, format_time
from ui.language import in_current_language, tr
from ui.orders.clock_pill import ClockPill
from ui.orders.propose_button import ProposeButton
from ui.orders.report_sheet import ReportSheet
from ui.orders.unreached import UnreachedPart
from ui.orders.verification_script import CustomersAnswer, VerificationScript
from ui.orders.verification_story import StoryRows
from ui.shortcuts import keys_of
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.notice import Notice
from ui.widgets.record_detail import RecordHead, plain_label, scroll_column
from ui.widgets.state_kinds import order_kind


class VerificationPanel(QFrame):
    """One order that came back. Each signal carries its id first.

    verified: a CustomersAnswer besides. call_customer_requested carries the id of the ticket.
    attempt_logged: this call was in vain. override_requested: the reason besides.
    """

    verified = Signal(str, object)
    call_customer_requested = Signal(str)
    attempt_logged = Signal(str)
    supervisor_asked = Signal(str)
    override_requested = Signal(str, str)

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._now = now
        self._line: WorkOrderLine | None = None
        self._story: VerificationStory | None = None
        self._in_call_since: datetime | None = None
        self._head = RecordHead()
        self.clock = ClockPill()
        self._head.add_pill(self.clock)
        self._notice = Notice()
        call_keys, unreached_keys = keys_of("verify.call"), keys_of("verify.unreached")
        self.call = Button("verification.call", "phone", "primary", shortcut_hint=call_keys)
        self.unreached = Button(
            "verification.unreached",
            "phone-missed",
            tooltip_key="verification.unreached_tip",
            shortcut_hint=unreached_keys,
        )
        self._when = plain_label("muted")
        self.stuck = UnreachedPart()
        self._rows = StoryRows(now=now)
        self._report = ReportSheet(now=now)
        self.propose = ProposeButton()
        self.script = VerificationScript()
        self._build()
        self._connect()

    def show_verification(self, line: WorkOrderLine) -> None:
        """Show the order of ``line`` with its report; what is being typed for it stays."""
        other = self._line is None or self._line.order.id != line.order.id
        self._line = line
        if other:
            self._story = None
            self._in_call_since = None
            self._notice.hide()
            self.script.begin()
            self.stuck.begin()
            self._show_next()
        self.retranslate()

    def show_story(self, story: VerificationStory) -> None:
        """Show the story of the shown order; that of another one changes nothing."""
        if self._line is not None and story.order.id == self._line.order.id:
            self._line, self._story = story.line, story
            self.retranslate()

    def show_call(self, since: datetime | None) -> None:
        """Say whether the customer is on the phone, and since when."""
        if since is not None and self._in_call_since is None:
            self.script.hide_error()
        self._in_call_since = since
        self._show_when()
        self._show_next()

    def offer_override(self, offered: bool) -> None:
        """Offer to close an order whose customer is never reached only to who may."""
        self.stuck.offer_override(offered)

    def show_error(self, field: str, text: str) -> None:
        """Show what keeps the order from being closed or reopened, where that was asked."""
        if field == "override":
            self.stuck.show_error(text)
        elif field == "call":
            self._notice.show_text(text, "warning")
        else:
            self.script.show_error(field, text)

    def order_id(self) -> str:
        """Return the shown order's id, ``""`` when none."""
        return self._line.order.id if self._line is not None else ""

    def retranslate(self) -> None:
        """Set every text anew."""
        if self._line is None:
            return
        line, order = self._line, self._line.order
        self._head.show_head(
            f"#{order.number} {order.subject}",
            tr(f"work_order_state.{order.state}"),
            order_kind(order.state),
            " · ".join(part for part in self._about(line) if part),
        )
        self._rows.show_story(self._story)
        self._report.show_order(order)
        self.propose.show_order(order)
        self.script.show_words(line.customer_name, order.subject)
        days = len(self._story.days_in_vain) if self._story is not None else 0
        self.stuck.show_days(days, stuck=self._story is not None and self._story.is_unreached)
        self._show_when()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _about(self, line: WorkOrderLine) -> list[str]:
        owner = self._story.name_of(line.order.owner) if self._story is not None else ""
        return [
            line.customer_name,
            format_number(line.customer_number),
            in_current_language(line.department, line.department_zh),
            tr(f"priority.{line.order.priority}"),
            tr("verification.owner", name=owner) if owner else "",
        ]

    def _show_when(self) -> None:
        due = self._story.due_at if self._story is not None else None
        if self._in_call_since is not None:
            text = tr("verification.in_call", time=format_time(self._in_call_since))
        elif due is not None and due > self._now():
            text = tr("verification.due", when=format_moment(due, self._now()))
        else:
            text = tr("verification.no_call")
        self._when.setText(text)

    def _show_next(self) -> None:
        """Fill one button alone: the call, then the customer's answer, then its end."""
        is_on = self._in_call_since is not None
        is_next = not is_on and not self.script.is_answering()
        self.call.set_role("primary" if is_next else "plain")
        self.script.ask_now(is_on)

    def _build(self) -> None:
        calls = QHBoxLayout()
        calls.setSpacing(px(8))
        calls.addWidget(self.call)
        calls.addWidget(self.unreached)
        calls.addStretch(1)
        inner = QWidget()
        self._column = column = QVBoxLayout(inner)
        column.setContentsMargins(px(16), px(14), px(16), px(14))
        column.setSpacing(px(12))
        column.addWidget(self._head)
        column.addLayout(calls)
        for part in (self._when, self._notice, self.stuck, self._rows, self._report):
            column.addWidget(part)
        column.addWidget(self.propose, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        below = QVBoxLayout()
        below.setContentsMargins(px(16), px(10), px(16), px(14))
        below.addWidget(self.script)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        # The story scrolls; what to say and the answer are always in sight.
        layout.addWidget(scroll_column(inner), 1)
        layout.addWidget(_line_between())
        layout.addLayout(below)

    def _connect(self) -> None:
        self.call.clicked.connect(self._on_call)
        self.unreached.clicked.connect(self._on_unreached)
        self.script.given.connect(self._on_given)
        self.script.moved.connect(self._show_next)
        self.stuck.asked.connect(lambda: self.supervisor_asked.emit(self.order_id()))
        self.stuck.overridden.connect(
            lambda reason: self.override_requested.emit(self.order_id(), reason)
        )

    def _on_call(self) -> None:
        if self._line is not None:
            self._notice.hide()
            self.call_customer_requested.emit(self._line.order.ticket_id)

    def _on_unreached(self) -> None:
        if self._line is not None:
            self._notice.hide()
            self.attempt_logged.emit(self._line.order.id)

    def _on_given(self, answer: CustomersAnswer) -> None:
        if self._line is not None:
            self.verified.emit(self._line.order.id, answer)


def _line_between() -> QFrame:
    line = QFrame()
    line.setObjectName("separator")
    line.setFixedHeight(1)
    return line
