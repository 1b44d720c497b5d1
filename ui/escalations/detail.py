"""One late order: which target, whose it is, who was told, and the note; main thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from agent_desk.services.escalation_list import LateOrder
from ui.escalations.words import late_state, note_words, what_is_late
from ui.formats import format_moment, format_number
from ui.language import in_current_language, tr
from ui.orders.clock_pill import ClockFace, ClockPill
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.form_field import FormField
from ui.widgets.notice import Notice
from ui.widgets.record_detail import RecordHead, plain_label, scroll_column


class EscalationDetail(QFrame):
    """acknowledge_requested: order id, alert key, note. open_requested: order id.

    A note that is being typed stays with its escalation.
    """

    acknowledge_requested = Signal(str, str, str)
    open_requested = Signal(str)

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._now = now
        self._late: LateOrder | None = None
        self._is_mine = False
        self._unsent: dict[str, str] = {}
        self._head = RecordHead()
        self.clock = ClockPill()
        self._head.add_pill(self.clock)
        self._notice = Notice()
        self._what = plain_label()
        self._whose = plain_label("muted")
        self._noted = plain_label()
        self.note = QLineEdit()
        self._note_field = FormField("escalations.note", self.note)
        self.acknowledge = Button(
            "escalations.acknowledge", "check-check", "primary", shortcut_hint="Ctrl+Return"
        )
        self.open = Button("escalations.open", "external-link", shortcut_hint="Ctrl+Shift+Return")
        self._build()
        self.note.returnPressed.connect(self.acknowledge_now)
        self.acknowledge.clicked.connect(self.acknowledge_now)
        self.open.clicked.connect(self.open_now)

    def show_late(self, late: LateOrder, *, is_mine: bool) -> None:
        """Show ``late``; is_mine: the person at this desk has to take note of it."""
        if self._late is None or self._late.key != late.key:
            self._keep_note()
            self.note.setText(self._unsent.pop(late.key, ""))
            self._notice.hide()
        self._late, self._is_mine = late, is_mine
        self.retranslate()

    def show_clock(self, face: ClockFace | None) -> None:
        """Show how the order's clock stands now."""
        self.clock.show_face(face)

    def show_error(self, text: str) -> None:
        """Say why taking note was refused; what was typed stays."""
        self._notice.show_text(text, "warning")

    def forget_note(self, key: str) -> None:
        """What was typed about an escalation is saved."""
        self._unsent.pop(key, None)
        if self._late is not None and self._late.key == key:
            self.note.clear()

    def acknowledge_now(self) -> None:
        """Take note of what is shown, if that is this person's to do."""
        if self._late is None or self._late.escalation is None or not self._is_mine:
            return
        self._notice.hide()
        alert = self._late.escalation.alert
        self.acknowledge_requested.emit(self._late.line.order.id, alert.key, self.note.text())

    def open_now(self) -> None:
        """Open the order that is shown."""
        if self._late is not None:
            self.open_requested.emit(self._late.line.order.id)

    def retranslate(self) -> None:
        """Set every text anew."""
        self.note.setPlaceholderText(tr("escalations.note_hint"))
        if self._late is None:
            return
        late, order, now = self._late, self._late.line.order, self._now()
        text, kind = late_state(late)
        about = (
            late.line.customer_name,
            format_number(late.line.customer_number),
            tr(f"priority.{order.priority}"),
            tr(f"work_order_state.{order.state}"),
            tr("department_page.raised", when=format_moment(order.raised_at, now)),
        )
        self._head.show_head(
            f"#{order.number} {order.subject}", text, kind, " · ".join(filter(None, about))
        )
        self._what.setText("\n".join(filter(None, (what_is_late(late, now), self._gone_on()))))
        self._whose.setText(self._whose_it_is())
        self._show_note()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _gone_on(self) -> str:
        """Return that the order is somewhere else by now, "" when it is where it was late."""
        late = self._late
        if late is None or late.escalation is None or not late.escalation.is_open:
            return ""
        step = late.deadline.target.step if late.deadline is not None else None
        return tr("escalations.gone_on") if step != late.escalation.alert.step else ""

    def _whose_it_is(self) -> str:
        assert self._late is not None
        line, escalation = self._late.line, self._late.escalation
        department = in_current_language(line.department, line.department_zh)
        parts = [
            tr("escalations.with", who=department or tr("escalations.nobody")),
            tr("escalations.owner", who=self._late.owner_name or line.order.owner),
        ]
        if escalation is not None:
            parts.append(tr("escalations.told", role=tr(f"role.{escalation.role}")))
        return " · ".join(parts)

    def _show_note(self) -> None:
        assert self._late is not None
        self._note_field.setVisible(self._is_mine)
        self.acknowledge.setVisible(self._is_mine)
        escalation = self._late.escalation
        event = escalation.acknowledged if escalation is not None else None
        self._noted.setVisible(event is not None)
        if event is not None:
            who = self._late.by_name or event.by
            self._noted.setText(note_words(event, who, self._now()))

    def _keep_note(self) -> None:
        if self._late is not None and self.note.text().strip():
            self._unsent[self._late.key] = self.note.text()

    def _build(self) -> None:
        actions = QHBoxLayout()
        actions.setSpacing(px(8))
        actions.addWidget(self.acknowledge)
        actions.addWidget(self.open)
        actions.addStretch(1)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(px(16), px(14), px(16), px(14))
        column.setSpacing(px(12))
        for part in (self._head, self._notice, self._what, self._whose, self._noted):
            column.addWidget(part)
        column.addWidget(self._note_field)
        column.addLayout(actions)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(scroll_column(inner))
