"""My tickets: what to verify first, then follow-ups by when they are due; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.domain.article import ArticleLink
from agent_desk.domain.complaint import Complaint
from agent_desk.domain.late_step import LateStep
from agent_desk.domain.ticket import Department, Ticket, TicketState
from agent_desk.domain.work_order import WorkOrderLine
from ui.article_words import link_line
from ui.complaint_words import due_of, line_of, pill_of
from ui.conflict.late_card import LateStepCard
from ui.formats import format_moment
from ui.language import tr
from ui.orders.clock_pill import FACE_TOKENS, ClockFace, FaceOf, no_face
from ui.orders.order_values import OrderValues
from ui.orders.verification import VerificationPanel
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.grouped_list import Group, GroupedRow
from ui.widgets.list_and_detail import ListAndDetail, ListWords
from ui.widgets.pill import Pill
from ui.widgets.record_detail import RecordHead, TextPart, scroll_column
from ui.widgets.state_kinds import ticket_kind

_WORDS: Final = ListWords(
    icon="ticket-check",
    title="tickets_page.title",
    empty="tickets_page.empty",
    empty_text="tickets_page.empty_text",
    loading="tickets_page.loading",
    unavailable="tickets_page.unavailable",
    retry="tickets_page.retry",
    nothing_icon="ticket",
    nothing_marked="tickets_page.nothing_marked",
)


class _TicketDetail(QFrame):
    """One ticket, and what one can do with it."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.setObjectName("card")
        self._now = now
        self._head = RecordHead()
        self._description = TextPart("ticket_editor.description")
        self._follow_up = TextPart("field.follow_up_at")
        self._complaint = TextPart("complaint.word")
        self.articles = TextPart("knowledge.articles")
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
        column.addWidget(self._complaint)
        column.addWidget(self._follow_up)
        column.addWidget(self._description)
        column.addWidget(self.articles)
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
        complaint = ticket.complaint
        self._complaint.show_text("" if complaint is None else line_of(complaint, now))


class TicketsPage(QWidget):
    """The agent's unfinished tickets at the left, the marked one at the right.

    ticket_marked: the detail shown now; for one to verify answer with ``show_verification``.
    verified, attempt_logged, supervisor_asked, override_requested: as of VerificationPanel; answer
    with ``show_tickets`` (done), ``show_error`` or ``show_late``. redo_requested and step_dropped
    carry the LateStep that was shown.
    """

    ticket_opened = Signal(str)
    ticket_marked = Signal(str)
    call_customer_requested = Signal(str)
    verified = Signal(str, object)
    attempt_logged = Signal(str)
    supervisor_asked = Signal(str)
    override_requested = Signal(str, str)
    redo_requested = Signal(object)
    step_dropped = Signal(object)
    next_callback_requested = Signal()
    reload_requested = Signal()

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._now = now
        self._tickets: dict[str, Ticket] = {}
        self._names: dict[str, str] = {}
        self._categories: dict[str, str] = {}
        self._verifications: dict[str, WorkOrderLine] = {}
        self._team: frozenset[str] = frozenset()
        self._unreached: frozenset[str] = frozenset()
        self._to_mark = ""
        self.next_callback = Button("tickets_page.next_callback", "phone-outgoing")
        self._due = Pill(kind="warning")
        self._due_count = 0
        self._offers_calls = True
        self._is_current = True
        self._is_free = True
        self._detail = _TicketDetail(now=now)
        self.verification = VerificationPanel(now=now)
        self._face: FaceOf = no_face
        self._values = OrderValues(now=now)
        self.late = LateStepCard(shown=self._values.shown)
        self._columns = ListAndDetail(
            words=_WORDS,
            head=(self._due, self.next_callback),
            details=(self._detail, self.verification, self.late),
        )
        self.list = self._columns.list
        self._build()
        self._connect()
        self.retranslate()

    def offer_calls(self, offered: bool) -> None:
        """Offer to call customers, and the callbacks that are due, only to who may."""
        self._offers_calls = offered
        panel = self.verification
        for button in (self.next_callback, self._detail.call, panel.call, panel.unreached):
            button.setVisible(offered)
        self.show_callbacks(self._due_count)

    def show_tickets(
        self,
        tickets: Iterable[Ticket],
        names: Mapping[str, str],
        categories: Mapping[str, str] | None = None,
        *,
        team: Collection[str] = (),
        unreached: Collection[str] = (),
    ) -> None:
        """Show ``tickets``; names: customer id to name, categories: category id to path.

        team: ids of those that were taken for somebody who is away, or whose customers called.
        unreached: of those that wait for a supervisor.
        """
        self._team, self._unreached = frozenset(team), frozenset(unreached)
        self._tickets = {ticket.id: ticket for ticket in tickets}
        self._names = dict(names)
        self._categories = dict(categories or {})
        self._columns.show_known()
        self._is_current = True
        self._offer_next()
        self._show_groups()
        if self._to_mark in self._tickets:
            self.list.mark(self._to_mark)
            self._to_mark = ""
        self._show_detail()

    def mark_when_listed(self, ticket_id: str) -> None:
        """Mark the ticket as soon as it is among those that are shown."""
        self._to_mark = ticket_id

    def marked_ticket(self) -> str:
        """Return the id of the marked ticket, ``""`` for none."""
        return self.list.marked_id()

    def is_verifying(self) -> bool:
        """Return whether an order that came back is shown."""
        return self.verification.isVisible()

    def show_verification(self, line: WorkOrderLine) -> None:
        """Show the order that is to be verified for its ticket."""
        self._verifications[line.order.ticket_id] = line
        self._show_groups()
        self._show_detail()

    def follow_clocks(self, face: FaceOf) -> None:
        """Show what ``face`` says of the clock of each order to verify."""
        self._face = face

    def show_clocks(self) -> None:
        """Ask for the clocks again, and paint what is new."""
        self._show_groups()
        self.verification.clock.show_face(self._face_of(self.list.marked_id()))

    def show_articles(self, ticket_id: str, links: Iterable[ArticleLink]) -> None:
        """Show what was read for a ticket, unless another one is marked by now."""
        if ticket_id == self.list.marked_id():
            self._detail.articles.show_text("\n".join(map(link_line, links)))

    def set_departments(self, departments: Iterable[Department]) -> None:
        """Know the names of ``departments``."""
        self._values.set_departments(departments)

    def show_late(self, late: LateStep, ticket_id: str) -> None:
        """Show what happened before the customer's answer was saved, until that is decided."""
        had_focus = self.verification.isAncestorOf(self.focusWidget())
        self.late.show_at(ticket_id, late, self._now())
        self._show_detail()
        if had_focus:
            self.late.focus_first()

    def show_callbacks(self, due: int) -> None:
        """Show how many callbacks are due for this agent."""
        self._due_count = due
        self._due.setText(tr("tickets_page.due", number=due))
        self._due.setVisible(due > 0 and self._offers_calls)

    def show_loading(self) -> None:
        """Say that the tickets are on their way; those on screen stay."""
        self._columns.show_loading()

    def show_unavailable(self, text: str) -> None:
        """Say why the tickets are not to be had, or how old they are; those on screen stay.

        Calls are handed out by the database alone, so that nobody's is made twice.
        """
        self._columns.show_unavailable(text)
        self._is_current = False
        self._offer_next()

    def offer_next(self, free: bool) -> None:
        """Offer the next call, or not while one is being taken."""
        self._is_free = free
        self._offer_next()

    def show_error(self, field: str, text: str) -> None:
        """Show what keeps a verification from being saved."""
        self.verification.show_error(field, text)

    def retranslate(self) -> None:
        """Set every text anew."""
        self.show_callbacks(self._due_count)
        self._show_groups()
        self._show_detail()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _build(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(px(16), px(16), px(16), px(16))
        layout.addWidget(self._columns)

        # The list has the keys first: no callback is taken by a key pressed by chance.
        QWidget.setTabOrder(self.list, self.next_callback)

    def _connect(self) -> None:
        self.list.row_marked.connect(self._on_marked)
        self.list.row_opened.connect(self.ticket_opened)
        self._detail.open.clicked.connect(lambda: self.ticket_opened.emit(self.list.marked_id()))
        self._detail.call.clicked.connect(
            lambda: self.call_customer_requested.emit(self.list.marked_id())
        )
        self.verification.verified.connect(self.verified)
        self.verification.attempt_logged.connect(self.attempt_logged)
        self.verification.supervisor_asked.connect(self.supervisor_asked)
        self.verification.override_requested.connect(self.override_requested)
        self.verification.call_customer_requested.connect(self.call_customer_requested)
        self.late.focus_left.connect(self.list.setFocus)
        self.late.decided.connect(self._show_detail)
        self.late.redone.connect(self.redo_requested)
        self.late.dropped.connect(self.step_dropped)
        self._columns.reload_requested.connect(self.reload_requested)
        self.next_callback.clicked.connect(self.next_callback_requested)

    def _offer_next(self) -> None:
        self.next_callback.setEnabled(self._is_free and self._is_current)

    def _on_marked(self, ticket_id: str) -> None:
        self._detail.articles.show_text("")
        self._show_detail()
        if ticket_id:
            self.ticket_marked.emit(ticket_id)

    def _show_detail(self) -> None:
        if self.late.stands_for(self.list.marked_id(), self._tickets):
            self._columns.show_detail(self.late)
            return
        ticket = self._tickets.get(self.list.marked_id())
        if ticket is None:
            self._columns.show_detail(None)
            return
        line = self._verifications.get(ticket.id)
        if ticket.state is TicketState.VERIFYING and line is not None:
            self.verification.show_verification(line)
            self.verification.clock.show_face(self._face(line.order.id))
            self._columns.show_detail(self.verification)
            return
        category = self._categories.get(ticket.category_id, "")
        self._detail.show_ticket(ticket, self._names.get(ticket.customer_id, ""), category)
        self._columns.show_detail(self._detail)

    def _show_groups(self) -> None:
        stuck = [t for t in self._tickets.values() if t.id in self._unreached]
        taken = [t for t in self._tickets.values() if t.id in self._team - self._unreached]
        others = self._team | self._unreached
        own = (t for t in self._tickets.values() if t.id not in others)
        complaints, ordinary = _complaints_first(own)
        verify, follow, rest = _sorted_by_duty(ordinary)
        self._columns.show_groups(
            Group(tr(key), tuple(self._row(ticket) for ticket in tickets))
            for key, tickets in (
                ("complaint.group", complaints),
                ("tickets_page.unreached", stuck),
                ("tickets_page.team", taken),
                ("tickets_page.to_verify", verify),
                ("tickets_page.follow_ups", follow),
                ("tickets_page.others", rest),
            )
        )

    def _face_of(self, ticket_id: str) -> ClockFace | None:
        line = self._verifications.get(ticket_id)
        return self._face(line.order.id) if line is not None else None

    def _row(self, ticket: Ticket) -> GroupedRow:
        now = self._now()
        face = self._face_of(ticket.id) if ticket.state is TicketState.VERIFYING else None
        due = ticket.follow_up_at
        late = due is not None and due <= now
        if ticket.complaint is not None and ticket.state is not TicketState.VERIFYING:
            return self._complaint_row(ticket, ticket.complaint)
        return GroupedRow(
            id=ticket.id,
            title=f"#{ticket.number} {ticket.subject}",
            about=self._names.get(ticket.customer_id, ""),
            pill=tr(f"ticket_state.{ticket.state}"),
            kind=ticket_kind(ticket.state),
            due=face.text if face else format_moment(due or ticket.opened_at, now),
            due_token=FACE_TOKENS[face.kind] if face else "danger" if late else "text_muted",
            hint=face.about if face else "",
        )

    def _complaint_row(self, ticket: Ticket, complaint: Complaint) -> GroupedRow:
        now = self._now()
        customer = self._names.get(ticket.customer_id, "")
        return GroupedRow(
            id=ticket.id,
            title=f"#{ticket.number} {ticket.subject}",
            about=" · ".join(part for part in (customer, ticket.owner) if part),
            pill=pill_of(complaint),
            kind="danger" if complaint.is_overdue(now) else "warning",
            due=due_of(complaint, now),
            due_token="danger" if complaint.is_overdue(now) else "text_muted",
        )


def _complaints_first(tickets: Iterable[Ticket]) -> tuple[list[Ticket], list[Ticket]]:
    """Return complaints that wait for their answer, the earliest promise first, and the rest."""
    waiting: list[Ticket] = []
    rest: list[Ticket] = []
    for ticket in tickets:
        is_open = ticket.complaint is not None and ticket.state is not TicketState.VERIFYING
        (waiting if is_open else rest).append(ticket)
    waiting.sort(key=lambda t: (t.complaint.promised_at if t.complaint else t.opened_at, t.number))
    return waiting, rest


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
