"""My tickets: what to verify first, then follow-ups by when they are due; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from agent_desk.domain.ticket import Ticket, TicketState
from agent_desk.domain.work_order import WorkOrderLine
from ui.formats import format_moment
from ui.language import tr
from ui.orders.verification import VerificationPanel
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.empty_state import EmptyState
from ui.widgets.grouped_list import Group, GroupedList, GroupedRow
from ui.widgets.label import Label
from ui.widgets.notice import Notice
from ui.widgets.record_detail import RecordHead, TextPart, scroll_column
from ui.widgets.state_kinds import ticket_kind


class _TicketDetail(QFrame):
    """One ticket, and what one can do with it."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.setObjectName("card")
        self._now = now
        self._head = RecordHead()
        self._description = TextPart("ticket_editor.description")
        self._follow_up = TextPart("field.follow_up_at")
        self.call = Button("tickets_page.call", "phone", "primary")
        self.open = Button("tickets_page.open", "external-link", shortcut_hint="Return")
        actions = QHBoxLayout()
        actions.setSpacing(px(8))
        actions.addWidget(self.call)
        actions.addWidget(self.open)
        actions.addStretch(1)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(px(16), px(14), px(16), px(14))
        column.setSpacing(px(12))
        column.addWidget(self._head)
        column.addLayout(actions)
        column.addWidget(self._follow_up)
        column.addWidget(self._description)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(scroll_column(inner))

    def show_ticket(self, ticket: Ticket, customer: str, category: str) -> None:
        now = self._now()
        opened = tr("tickets_page.opened", when=format_moment(ticket.opened_at, now))
        parts = [customer, category, tr(f"priority.{ticket.priority}"), opened]
        self._head.show_head(
            f"#{ticket.number} {ticket.subject}",
            tr(f"ticket_state.{ticket.state}"),
            ticket_kind(ticket.state),
            " · ".join(part for part in parts if part),
        )
        due = ticket.follow_up_at
        self._follow_up.show_text(format_moment(due, now) if due is not None else "")
        self._description.show_text(ticket.description)


class TicketsPage(QWidget):
    """The agent's unfinished tickets at the left, the marked one at the right.

    ticket_marked: the detail shown now; for one to verify answer with ``show_verification``.
    """

    ticket_opened = Signal(str)
    ticket_marked = Signal(str)
    call_customer_requested = Signal(str)
    verified = Signal(str, bool, str)
    reload_requested = Signal()

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._now = now
        self._tickets: dict[str, Ticket] = {}
        self._names: dict[str, str] = {}
        self._categories: dict[str, str] = {}
        self._verifications: dict[str, WorkOrderLine] = {}
        self.list = GroupedList()
        self._notice = Notice(beside=True)
        self._left = QStackedWidget()
        self._empty = EmptyState("ticket-check", "tickets_page.empty", "tickets_page.empty_text")
        self._detail = _TicketDetail(now=now)
        self.verification = VerificationPanel(now=now)
        self._nothing = QFrame()
        self._right = QStackedWidget()
        self._build()
        self._connect()
        self.retranslate()

    def show_tickets(
        self,
        tickets: Iterable[Ticket],
        names: Mapping[str, str],
        categories: Mapping[str, str] | None = None,
    ) -> None:
        """Show ``tickets``; names: customer id to name, categories: category id to path."""
        self._tickets = {ticket.id: ticket for ticket in tickets}
        self._names = dict(names)
        self._categories = dict(categories or {})
        self._notice.hide()
        self._empty.set_keys("ticket-check", "tickets_page.empty", "tickets_page.empty_text")
        self._show_groups()
        self._show_detail()

    def show_verification(self, line: WorkOrderLine) -> None:
        """Show the order that is to be verified for its ticket."""
        self._verifications[line.order.ticket_id] = line
        self._show_detail()

    def show_loading(self) -> None:
        """Say that the tickets are on their way; those on screen stay."""
        self._empty.set_keys("hourglass", "tickets_page.loading")

    def show_unavailable(self, text: str) -> None:
        """Say why the tickets are not to be had; those on screen stay."""
        self._empty.set_keys("database", "tickets_page.unavailable")
        self._notice.show_text(text, "warning", tr("tickets_page.retry"))

    def show_error(self, field: str, text: str) -> None:
        """Show what keeps a verification from being saved."""
        self.verification.show_error(field, text)

    def retranslate(self) -> None:
        """Set every text anew."""
        self.list.setAccessibleName(tr("tickets_page.title"))
        self._show_groups()
        self._show_detail()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _build(self) -> None:
        card = QFrame()
        card.setObjectName("card")
        title = Label("tickets_page.title", role="heading")
        title.setContentsMargins(px(16), px(12), px(16), px(4))
        notice = QVBoxLayout()
        notice.setContentsMargins(px(12), 0, px(12), 0)
        notice.addWidget(self._notice)
        for page in (self._empty, self.list):
            self._left.addWidget(page)
        left = QVBoxLayout(card)
        left.setContentsMargins(1, 1, 1, px(8))
        left.setSpacing(px(2))
        left.addWidget(title)
        left.addLayout(notice)
        left.addWidget(self._left, 1)
        self._nothing.setObjectName("card")
        nothing = QVBoxLayout(self._nothing)
        nothing.addWidget(EmptyState("ticket", "tickets_page.nothing_marked"))
        for panel in (self._nothing, self._detail, self.verification):
            self._right.addWidget(panel)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(px(12))
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(card)
        splitter.addWidget(self._right)
        splitter.setStretchFactor(0, 2)
        splitter.setStretchFactor(1, 3)
        card.setMinimumWidth(px(260))
        splitter.setSizes([420, 620])
        layout = QHBoxLayout(self)
        layout.setContentsMargins(px(16), px(16), px(16), px(16))
        layout.addWidget(splitter)

    def _connect(self) -> None:
        self.list.row_marked.connect(self._on_marked)
        self.list.row_opened.connect(self.ticket_opened)
        self._detail.open.clicked.connect(lambda: self.ticket_opened.emit(self.list.marked_id()))
        self._detail.call.clicked.connect(
            lambda: self.call_customer_requested.emit(self.list.marked_id())
        )
        self.verification.verified.connect(self.verified)
        self.verification.call_customer_requested.connect(self.call_customer_requested)
        self._notice.action_requested.connect(self.reload_requested)

    def _on_marked(self, ticket_id: str) -> None:
        self._show_detail()
        if ticket_id:
            self.ticket_marked.emit(ticket_id)

    def _show_detail(self) -> None:
        ticket = self._tickets.get(self.list.marked_id())
        if ticket is None:
            self._right.setCurrentWidget(self._nothing)
            return
        line = self._verifications.get(ticket.id)
        if ticket.state is TicketState.VERIFYING and line is not None:
            self.verification.show_verification(line)
            self._right.setCurrentWidget(self.verification)
            return
        category = self._categories.get(ticket.category_id, "")
        self._detail.show_ticket(ticket, self._names.get(ticket.customer_id, ""), category)
        self._right.setCurrentWidget(self._detail)

    def _show_groups(self) -> None:
        verify, follow, rest = _sorted_by_duty(self._tickets.values())
        self.list.show_groups(
            Group(tr(key), tuple(self._row(ticket) for ticket in tickets))
            for key, tickets in (
                ("tickets_page.to_verify", verify),
                ("tickets_page.follow_ups", follow),
                ("tickets_page.others", rest),
            )
        )
        self._left.setCurrentIndex(1 if self._tickets else 0)

    def _row(self, ticket: Ticket) -> GroupedRow:
        now = self._now()
        due = ticket.follow_up_at
        late = due is not None and due <= now
        return GroupedRow(
            id=ticket.id,
            title=f"#{ticket.number} {ticket.subject}",
            about=self._names.get(ticket.customer_id, ""),
            pill=tr(f"ticket_state.{ticket.state}"),
            kind=ticket_kind(ticket.state),
            due=format_moment(due if due is not None else ticket.opened_at, now),
            due_token="danger" if late else "text_muted",
        )


def _sorted_by_duty(
    tickets: Iterable[Ticket],
) -> tuple[list[Ticket], list[Ticket], list[Ticket]]:
    """Return what to verify, follow-ups by due time, and the rest by age."""
    verify, follow, rest = [], [], []
    for ticket in sorted(tickets, key=lambda t: t.opened_at):
        if ticket.state is TicketState.VERIFYING:
            verify.append(ticket)
        elif ticket.follow_up_at is not None:
            follow.append(ticket)
        else:
            rest.append(ticket)
    follow.sort(key=lambda t: t.follow_up_at or t.opened_at)
    return verify, follow, rest
