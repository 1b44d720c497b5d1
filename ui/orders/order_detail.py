"""One work order as its department sees it, with the steps that are possible; main thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from agent_desk.domain.identifiers import WorkOrderId
from agent_desk.domain.ticket import Department
from agent_desk.domain.work_order import WorkOrderLine, WorkOrderState, WorkReport
from ui.formats import format_moment, format_number
from ui.language import in_current_language, tr
from ui.orders.report_form import ReportForm
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.form_field import FormField
from ui.widgets.label import Label
from ui.widgets.notice import Notice
from ui.widgets.record_detail import RecordHead, ReportView, TextPart, scroll_column
from ui.widgets.state_kinds import order_kind

_W = WorkOrderState
_HINTS: Final = {
    _W.PENDING_DISPATCH: "department_page.hint_dispatch",
    _W.ACCEPTED: "department_page.hint_accepted",
    _W.ON_HOLD: "department_page.hint_on_hold",
    _W.REPORTED: "department_page.hint_reported",
    _W.VERIFYING: "department_page.hint_verifying",
    _W.CLOSED: "department_page.hint_closed",
}


class OrderDetail(QFrame):
    """Emits the step asked for with the order's id and version; the answer is a new line."""

    accept_requested = Signal(str, int)
    decline_requested = Signal(str, int, str)
    start_requested = Signal(str, int)
    report_requested = Signal(str, int, WorkReport)
    return_requested = Signal(str, int)
    dispatch_requested = Signal(str, int, str)
    draft_changed = Signal(str, dict)

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._now = now
        self._line: WorkOrderLine | None = None
        self._choices: tuple[Department, ...] = ()
        self._unsent: dict[WorkOrderId, dict[str, str]] = {}
        self._may_take: Callable[[WorkOrderState, WorkOrderState], bool] = lambda *step: True
        self._head = RecordHead()
        self._notice = Notice()
        self._hint = Label(role="muted")
        self._hint.setWordWrap(True)
        self._instructions = TextPart("department_page.instructions")
        self._report = ReportView(now=now)
        self.accept = Button("department_page.accept", "check", "primary")
        self._decline = Button("department_page.decline", "x")
        self.start = Button("department_page.start", "play", "primary")
        self.hand_back = Button("department_page.return", "undo-2", "primary")
        self._departments = QComboBox()
        self._dispatch = Button("department_page.dispatch", "send", "primary")
        self._send_on = QWidget()
        self._reason = QLineEdit()
        self._reason_field = FormField("field.reason", self._reason)
        self._confirm = Button("department_page.decline_confirm", "x", "danger")
        self._back = Button("department_page.cancel", role="ghost", shortcut_hint="Esc")
        self._why = QWidget()
        self.form = ReportForm(now=now)
        self._form_part = QWidget()
        self._build()
        self._connect()

    def show_line(self, line: WorkOrderLine) -> None:
        """Show ``line``; a report or reason being typed for the same order stays."""
        other = self._line is None or self._line.order.id != line.order.id
        moved = other or (self._line is not None and self._line.order.state != line.order.state)
        if other:
            self._keep_report()
            self._reason.clear()
        self._line = line
        if moved:
            self._notice.hide()
            self._ask_reason(False)
            self._begin_report()
        self.retranslate()

    def offer_steps(self, may_take: Callable[[WorkOrderState, WorkOrderState], bool]) -> None:
        """Offer only the steps, from one state to another, that ``may_take`` allows."""
        self._may_take = may_take

    def set_departments(self, departments: Sequence[Department]) -> None:
        """Offer ``departments`` to an order that waits for dispatch."""
        self._choices = tuple(departments)
        self._name_departments()

    def restore_report(self, order_id: str, fields: dict[str, str]) -> None:
        """Put back the report that was being typed for an order, now or when it is shown."""
        self._unsent[WorkOrderId(order_id)] = dict(fields)
        if self._line is not None and self._line.order.id == order_id:
            self.form.restore(fields)

    def show_error(self, field: str, text: str) -> None:
        """Show ``text`` at a field of the report, at the reason, else above all."""
        if field == "reason":
            self._reason_field.set_error(text)
        elif not self.form.show_error(field, text):
            self._notice.show_text(text, "warning")

    def retranslate(self) -> None:
        """Set every text anew."""
        self._reason.setPlaceholderText(tr("department_page.reason_hint"))
        self._name_departments()
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
        self._instructions.show_text(order.instructions)
        self._report.show_report(order.report)
        self._show_steps(order.state)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the reason on Escape."""
        if event.key() == Qt.Key.Key_Escape and not self._why.isHidden():
            self._ask_reason(False)
        else:
            super().keyPressEvent(event)

    def _show_steps(self, state: WorkOrderState) -> None:
        asking = not self._why.isHidden()
        self.accept.setVisible(self._is_offered(state, _W.ASSIGNED, _W.ACCEPTED))
        self._decline.setVisible(self._is_offered(state, _W.ASSIGNED, _W.DECLINED))
        self.accept.setEnabled(not asking)
        self._decline.setEnabled(not asking)
        self.start.setVisible(
            self._is_offered(state, _W.ACCEPTED, _W.IN_PROGRESS)
            or self._is_offered(state, _W.ON_HOLD, _W.IN_PROGRESS)
        )
        self.start.set_text_key(
            "department_page.resume" if state is _W.ON_HOLD else "department_page.start"
        )
        self.hand_back.setVisible(self._is_offered(state, _W.REPORTED, _W.VERIFYING))
        self._send_on.setVisible(self._is_offered(state, _W.PENDING_DISPATCH, _W.ASSIGNED))
        self._form_part.setVisible(self._is_offered(state, _W.IN_PROGRESS, _W.REPORTED))
        hint = _HINTS.get(state)
        self._hint.setVisible(hint is not None)
        if hint is not None:
            self._hint.set_key(hint)

    def _is_offered(
        self, state: WorkOrderState, begin: WorkOrderState, target: WorkOrderState
    ) -> bool:
        """Return whether an order in ``state`` can go from ``begin`` to ``target`` here."""
        return state is begin and self._may_take(begin, target)

    def _build(self) -> None:
        actions = QHBoxLayout()
        actions.setSpacing(px(8))
        for button in (self.accept, self._decline, self.start, self.hand_back):
            actions.addWidget(button)
        actions.addStretch(1)
        send_on = QHBoxLayout(self._send_on)
        send_on.setContentsMargins(0, 0, 0, 0)
        send_on.setSpacing(px(8))
        send_on.addWidget(self._departments, 1)
        send_on.addWidget(self._dispatch)
        confirm = QHBoxLayout()
        confirm.setSpacing(px(8))
        confirm.addWidget(self._confirm)
        confirm.addWidget(self._back)
        confirm.addStretch(1)
        why = QVBoxLayout(self._why)
        why.setContentsMargins(0, 0, 0, 0)
        why.setSpacing(px(8))
        why.addWidget(self._reason_field)
        why.addLayout(confirm)
        self._why.hide()
        form = QVBoxLayout(self._form_part)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(px(8))
        form.addWidget(Label("department_page.report", role="heading"))
        form.addWidget(self.form)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(px(16), px(14), px(16), px(14))
        column.setSpacing(px(12))
        column.addWidget(self._head)
        column.addWidget(self._notice)
        column.addWidget(self._hint)
        column.addLayout(actions)
        for part in (self._send_on, self._why, self._instructions, self._report, self._form_part):
            column.addWidget(part)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(scroll_column(inner))

    def _connect(self) -> None:
        self.accept.clicked.connect(self._on_accept)
        self.start.clicked.connect(self._on_start)
        self.hand_back.clicked.connect(self._on_return)
        self._dispatch.clicked.connect(self._on_dispatch)
        self._decline.clicked.connect(self._on_decline)
        self._confirm.clicked.connect(self._on_confirm)
        self._reason.returnPressed.connect(self._on_confirm)
        self._reason.textEdited.connect(lambda: self._reason_field.set_error(""))
        self._back.clicked.connect(lambda: self._ask_reason(False))
        self.form.submitted.connect(self._on_report)
        self.form.draft_changed.connect(self._on_draft)

    def _on_accept(self) -> None:
        self._notice.hide()
        if self._line is not None:
            self.accept_requested.emit(self._line.order.id, self._line.order.version)

    def _on_start(self) -> None:
        self._notice.hide()
        if self._line is not None:
            self.start_requested.emit(self._line.order.id, self._line.order.version)

    def _on_return(self) -> None:
        self._notice.hide()
        if self._line is not None:
            self.return_requested.emit(self._line.order.id, self._line.order.version)

    def _on_dispatch(self) -> None:
        self._notice.hide()
        department = str(self._departments.currentData() or "")
        if self._line is not None and department:
            order = self._line.order
            self.dispatch_requested.emit(order.id, order.version, department)

    def _name_departments(self) -> None:
        chosen = max(0, self._departments.currentIndex())
        self._departments.clear()
        for department in self._choices:
            name = in_current_language(department.name, department.name_zh)
            self._departments.addItem(name, str(department.id))
        self._departments.setCurrentIndex(min(chosen, self._departments.count() - 1))
        self._departments.setAccessibleName(tr("department_page.dispatch_to"))
        self._departments.setToolTip(tr("department_page.dispatch_to"))

    def _on_decline(self) -> None:
        self._ask_reason(True)
        self._reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_confirm(self) -> None:
        reason = self._reason.text().strip()
        if not reason:
            self._reason_field.set_error(tr("department_page.reason_missing"))
            self._reason.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._line is not None:
            order = self._line.order
            self.decline_requested.emit(order.id, order.version, reason)

    def _on_report(self, report: WorkReport) -> None:
        if self._line is not None:
            order = self._line.order
            self.report_requested.emit(order.id, order.version, report)

    def _on_draft(self, fields: dict[str, str]) -> None:
        if self._line is not None:
            self.draft_changed.emit(self._line.order.id, fields)

    def _ask_reason(self, ask: bool) -> None:
        self._why.setVisible(ask)
        self._reason_field.set_error("")
        self.accept.setEnabled(not ask)
        self._decline.setEnabled(not ask)

    def _keep_report(self) -> None:
        if self._line is not None and self.form.is_dirty():
            self._unsent[self._line.order.id] = self.form.fields()

    def _begin_report(self) -> None:
        assert self._line is not None
        order = self._line.order
        self.form.begin(order.changed_at)
        if order.state is _W.IN_PROGRESS:
            self.form.restore(self._unsent.get(order.id, {}))
        else:
            self._unsent.pop(order.id, None)
