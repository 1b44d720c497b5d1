"""The ticket editor: logs what a contact was about and how it goes on; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from agent_desk.domain.conflict import EditConflict
from agent_desk.domain.customer import Customer, OpenTicket
from agent_desk.domain.identifiers import (
    CallId,
    CategoryId,
    CustomerId,
    new_uuid7,
)
from agent_desk.domain.order_origin import RoutableOrder
from agent_desk.domain.product import OwnedProduct
from agent_desk.domain.ticket import (
    Category,
    Priority,
    Resolution,
    Ticket,
    TicketForm,
)
from ui.language import tr
from ui.theme.theme import px
from ui.ticket.confirmation import Confirmation
from ui.ticket.ticket_entry import missing_fields, stored_fields, ticket_form
from ui.ticket.ticket_fields import TicketFields
from ui.ticket.ticket_foot import TicketFoot
from ui.ticket.ticket_head import TicketHead
from ui.ticket.ticket_join import NEW_TICKET, JoinOffer, TicketTarget
from ui.ticket.used_articles import UsedArticle
from ui.widgets.draft_pulse import DraftPulse
from ui.widgets.notice import Notice

if TYPE_CHECKING:
    from ui.conflict.conflict_panel import ConflictPanel

_BRIEF_HEIGHT: Final = 390
"""Below this height of the editor the foot says less, so that more than one field is in sight."""

_ENTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class TicketEditor(QFrame):
    """One form at a time, for one call or customer.

    submitted carries a TicketForm; answer with ``show_saved``, ``show_kept``, ``show_error`` or
    ``show_conflict``, and until then everything stays as typed. conflict_settled carries
    {field: Side}. draft_changed carries ``fields()`` at most 150 ms
    after a change, also while typing goes on. join_chosen: the open ticket of this contact.
    confirmation_given: id of a resolved ticket, whether the customer says so, else the reason.
    routable_changed: `routable` may have another answer; say it with ``form.show_route``.
    question_changed: subject or category are others, so other articles may solve it. begun: what
    follows is about another ticket.
    """

    submitted = Signal(TicketForm)
    draft_changed = Signal(dict)
    join_chosen = Signal(str)
    confirmation_given = Signal(str, bool, str)
    discarded = Signal()
    conflict_settled = Signal(object)
    routable_changed = Signal()
    question_changed = Signal()
    begun = Signal()

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._now = now
        self._customer_id: CustomerId | None = None
        self._call_id: CallId | None = None
        self._target = NEW_TICKET
        self._saved_number = 0
        self._is_kept = False
        self.head = TicketHead()
        self._notice = Notice()
        self._join = JoinOffer()
        self.confirmation = Confirmation()
        self.form = TicketFields(now=now)
        self._untouched = self.form.fields()
        self._new_id = ""
        self._stack = QStackedWidget()
        self._page = QWidget()
        self._conflict: ConflictPanel | None = None
        self._pulse = DraftPulse(self)
        self.foot = TicketFoot(self.form.outcome)
        self._build()
        self._connect()
        self.retranslate()

    def set_categories(self, categories: Iterable[Category]) -> None:
        """Offer ``categories``; a choice that is still among them stays."""
        self.form.set_categories(categories)

    def routable(self) -> RoutableOrder | None:
        """Return the order that would be raised now, None while none would be."""
        category_id = self.form.category.category_id()
        is_order = self.form.chosen_resolution() is Resolution.WORK_ORDER
        if not (is_order and category_id and self._customer_id):
            return None
        return RoutableOrder(
            customer_id=self._customer_id,
            category_id=CategoryId(category_id),
            priority=Priority(self.form.fields()["priority"]),
            subject=self.form.subject.text().strip(),
            product=self.form.product_name(),
        )

    def set_products(self, products: Sequence[OwnedProduct]) -> None:
        """Offer the customer's ``products``: which one is it about?"""
        self.form.set_products(products)

    def begin(self, customer: Customer | None, call_id: CallId | None, number: str) -> None:
        """Start a ticket for ``customer``, None while nobody knows who calls from ``number``.

        The same call again only learns its customer: what is typed stays.
        """
        same_call = call_id is not None and call_id == self._call_id
        self._customer_id = customer.id if customer is not None else None
        self._call_id = call_id
        who = customer.name if customer is not None else number
        self.head.set_who(who)
        if not same_call:
            self._reset()
        self.retranslate()

    def load_ticket(self, ticket: Ticket, *, keep_typed: bool = False) -> None:
        """Show ``ticket`` to be changed.

        keep_typed: it is the one just joined, and only what is still empty is filled; when the
        join was taken back meanwhile nothing happens.
        """
        if keep_typed and self._target.id != ticket.id:
            return
        stored = stored_fields(ticket)
        if keep_typed:
            typed = self.form.fields()
            stored = {name: typed[name] or text for name, text in stored.items()}
        else:
            self._reset()
        joins = keep_typed or self._target.joins
        self._customer_id = ticket.customer_id
        self._target = TicketTarget(ticket.id, ticket.number, ticket.subject, ticket.version, joins)
        self.form.fill(stored)
        if not keep_typed:
            self._untouched = self.form.fields()
            self.confirmation.show_ticket(ticket)
        self.retranslate()
        self.question_changed.emit()

    def offer_join(self, tickets: Iterable[OpenTicket]) -> None:
        """Say that these tickets of the customer are open, most likely first; none hides it.

        The one that was just saved here is not offered.
        """
        others = [ticket for ticket in tickets if ticket.number != self._saved_number]
        self._join.offer(others, self._target)

    def fields(self) -> dict[str, str]:
        """Return everything that a draft must keep."""
        if not self._new_id:
            self._new_id = new_uuid7(self._now())
        about = {"customer_id": self._customer_id or "", "new_id": self._new_id}
        used = self.form.hits.used.to_fields()
        return self.form.fields() | about | self._target.to_fields() | used

    def restore(self, fields: Mapping[str, str]) -> None:
        """Put back what a draft kept."""
        self.form.fill({n: t for n, t in fields.items() if n in self._untouched})
        if fields.get("customer_id"):
            self._customer_id = CustomerId(fields["customer_id"])
        self._new_id = fields.get("new_id", "")
        self._target = TicketTarget.from_fields(fields)
        self.form.hits.restore(fields)
        self.retranslate()
        self.question_changed.emit()

    def use_article(self, article: UsedArticle) -> None:
        """Keep with the ticket what was said of an article; one that solved it says how, too."""
        self.form.hits.use(article)
        if article.solved:
            line = tr("article_hits.solved_by", title=article.shown_title)
            typed = self.form.fields()["description"].strip()
            known = line in typed
            self.form.fill(
                {
                    "resolution": Resolution.RESOLVED_NOW,
                    "description": typed if known else f"{typed}\n{line}".strip(),
                }
            )
        self._pulse.touch()

    def used_articles(self) -> tuple[UsedArticle, ...]:
        """Return the articles that go with the ticket."""
        return self.form.hits.used.all()

    def toggle_complaint(self) -> None:
        """Make a new ticket a complaint, or an ordinary one; a stored one stays what it is."""
        part = self.form.complaint
        if self._target.id:
            return
        part.set_complaint(not part.is_complaint())
        self.retranslate()
        if part.is_complaint():
            self.form.focus_field("complaint_about")

    def ticket_id(self) -> str:
        """Return the ticket that is joined or changed, "" for a new one."""
        return self._target.id

    def show_used(self, article: UsedArticle) -> None:
        """Show what the ticket is linked to already, unless something else is said of it here."""
        if self.form.hits.used.get(article.id) is None:
            self.form.hits.use(article)

    def question(self) -> tuple[str, str]:
        """Return subject and category as they are typed now."""
        typed = self.form.fields()
        return typed["subject"], typed["category_id"]

    def is_dirty(self) -> bool:
        """Return whether anything was typed or chosen that is not saved."""
        return self.form.fields() != self._untouched

    def resolve_now(self) -> None:
        """Settle the ticket in this contact and save it, whatever was chosen before."""
        self.form.fill({"resolution": Resolution.RESOLVED_NOW})
        self.save()

    def save(self) -> None:
        """Save with the chosen resolution; incomplete fields say so and get the cursor."""
        self.form.clear_errors()
        self._saved_number = 0
        self._new_id = ""
        self._notice.hide()
        missing = missing_fields(self.form, self._customer_id, self._now())
        for field, text in missing:
            self.show_error(field, text)
        if missing:
            if missing[0][0] != "customer_id":
                self.form.focus_field(missing[0][0])
            return
        self._pulse.flush()
        assert self._customer_id is not None
        new_id = self.fields()["new_id"]
        form = ticket_form(self.form, self._target, self._customer_id, new_id)
        self.submitted.emit(form)

    def show_error(self, field: str, text: str) -> None:
        """Show ``text`` at ``field``, above the form when there is no such field."""
        self._stack.setCurrentWidget(self._page)
        if not self.form.set_error(field, text):
            self._notice.show_text(text, "danger")

    def show_conflict(self, conflict: EditConflict) -> None:
        """Show what was typed beside what somebody saved first, field by field."""
        panel = self._conflict_panel()
        panel.show_conflict(conflict, self._now())
        had_focus = self.isAncestorOf(self.focusWidget())
        self._stack.setCurrentWidget(panel)
        if had_focus:
            panel.focus_first()

    def show_saved(self, number: int) -> None:
        """Confirm that the ticket is stored under ``number`` and start an empty one."""
        self._reset()
        self._saved_number = number
        self.retranslate()

    def show_kept(self) -> None:
        """Confirm that the ticket is safe on this machine, and start an empty one."""
        self._reset()
        self._is_kept = True
        self.retranslate()

    def ask_confirmation(self, ticket: Ticket | None) -> None:
        """Ask whether the customer says that ``ticket`` is solved; that line says all there is."""
        self.confirmation.show_ticket(ticket)
        if self.confirmation.asks():
            self._notice.hide()

    def show_reopened(self, number: int) -> None:
        """Say that ``number`` is open again, since the customer says that it is not solved."""
        self._notice.show_text(tr("ticket_editor.reopened", number=number), "warning")

    def show_draft_saved(self, at: datetime) -> None:
        """Say that the draft has been on the disk since ``at``."""
        self.head.show_draft_saved(at)

    def show_draft_failed(self, text: str) -> None:
        """Say that drafts cannot be kept at the moment."""
        self._notice.show_text(text, "warning")

    def focus_subject(self) -> None:
        """Put the cursor into the subject: only after the person asked for it."""
        self.form.focus_field("subject")

    def retranslate(self) -> None:
        """Set every text anew."""
        self.head.show_target(self._target, complaint=self.form.complaint.is_complaint())
        if self._saved_number and self.confirmation.isHidden():
            text = tr("ticket_editor.saved", number=self._saved_number)
            self._notice.show_text(text, "success")
        elif self._is_kept:
            self._notice.show_text(tr("ticket_editor.kept"), "info")
        self._join.show_target(self._target)
        self.foot.refresh()
        self.routable_changed.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let a low editor keep room for its fields."""
        super().resizeEvent(event)
        self.foot.set_brief(self.height() < px(_BRIEF_HEIGHT))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Resolve now on Ctrl+Enter, save as chosen on Ctrl+Shift+Enter."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
        if event.key() in _ENTER and modifiers == control:
            self.resolve_now()
        elif event.key() in _ENTER and modifiers == control | shift:
            self.save()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        inner = QWidget()
        inner.setObjectName("scrolled")
        body = QVBoxLayout(inner)
        body.setContentsMargins(px(16), 0, px(16), px(4))
        body.setSpacing(px(8))
        body.addWidget(self._notice)
        body.addWidget(self.confirmation)
        body.addWidget(self._join)
        body.addWidget(self.form, 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        page = QVBoxLayout(self._page)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(self.head)
        page.addWidget(area, 1)
        page.addWidget(self.foot)
        self._stack.addWidget(self._page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(self._stack)

    def _conflict_panel(self) -> ConflictPanel:
        """Return the panel for two versions; it is rarely needed, so it is made when it is."""
        if self._conflict is None:
            from ui.conflict.conflict_panel import ConflictPanel

            self._conflict = ConflictPanel(labels="ticket_editor", shown=self._shown_value)
            self._conflict.settled.connect(self.conflict_settled)
            self._conflict.left.connect(self._leave_conflict)
            self._stack.addWidget(self._conflict)
        return self._conflict

    def _leave_conflict(self) -> None:
        """Go back to the form; what was typed is still there."""
        self._stack.setCurrentWidget(self._page)
        self.focus_subject()

    def _shown_value(self, field: str, value: Any) -> str:
        if field == "category_id":
            return self.form.category.path_of(value)
        return tr(f"priority.{value}") if field == "priority" else str(value)

    def _connect(self) -> None:
        self.form.changed.connect(self._on_changed)
        self.form.resolution_changed.connect(self.foot.refresh)
        self.form.resolution_changed.connect(self.routable_changed)
        self._pulse.due.connect(lambda: self.draft_changed.emit(self.fields()))
        self.foot.primary.clicked.connect(self.save)
        self.foot.discard.clicked.connect(self._on_discard)
        self.head.complain.clicked.connect(self.toggle_complaint)
        self._join.ticket_chosen.connect(self._join_ticket)
        self._join.undone.connect(self._leave_joined)
        self.confirmation.answered.connect(self.confirmation_given)

    def _on_changed(self) -> None:
        self._saved_number = 0
        self._is_kept = False
        self._notice.hide()
        self._pulse.touch()
        self.question_changed.emit()

    def _on_discard(self) -> None:
        """Empty the form; the journal hears of it at once."""
        self._reset()
        self.retranslate()
        self.discarded.emit()

    def _leave_joined(self) -> None:
        self._target = NEW_TICKET
        self._pulse.touch()
        self.retranslate()

    def _join_ticket(self, ticket: OpenTicket) -> None:
        self._target = TicketTarget(ticket.id, ticket.number, ticket.subject, 0, True)
        typed = self.form.fields()
        known = {"subject": typed["subject"] or ticket.subject}
        if not typed["category_id"]:
            known["category_id"] = ticket.category
        self.form.fill(known)
        self._pulse.touch()
        self.retranslate()
        self.join_chosen.emit(ticket.id)

    def _reset(self) -> None:
        self._stack.setCurrentWidget(self._page)
        self._pulse.drop()
        self._target = NEW_TICKET
        self._join.forget()
        self.head.show_draft_saved(None)
        self._saved_number = 0
        self._is_kept = False
        self._notice.hide()
        self.confirmation.show_ticket(None)
        self.form.clear()
        self.form.hits.forget()
        self._untouched = self.form.fields()
        self.begun.emit()
