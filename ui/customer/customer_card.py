"""The customer card: the record of who calls, read and edited in place; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from agent_desk.domain.conflict import EditConflict, Side
from agent_desk.domain.customer import Customer, CustomerCard, CustomerChanges
from agent_desk.domain.identifiers import CustomerId
from ui.customer.customer_form import CustomerForm, language_name
from ui.customer.customer_view import CustomerView
from ui.customer.skeleton import SkeletonLines
from ui.formats import format_moment
from ui.language import tr
from ui.theme.theme import px
from ui.widgets.draft_pulse import DraftPulse
from ui.widgets.empty_state import EmptyState
from ui.widgets.label import Label
from ui.widgets.notice import Notice
from ui.widgets.wrapped_label import WrappedLabel

if TYPE_CHECKING:
    from ui.conflict.conflict_panel import ConflictPanel


def shown_value(field: str, value: Any) -> str:
    """Return a field of a record's changes as the form would show it."""
    if field == "tier":
        return tr(f"tier.{value}")
    if field == "verified":
        return tr("conflict.yes" if value else "conflict.no")
    return language_name(value) if field == "language" else str(value)


class _LoadingPage(QWidget):
    """The number at once, and the shape of what is to come."""

    def __init__(self) -> None:
        super().__init__()
        self.number = WrappedLabel(lines=2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(16), px(16), px(16))
        layout.setSpacing(px(4))
        layout.addWidget(self.number)
        layout.addWidget(Label("customer_card.loading", role="muted"))
        layout.addSpacing(px(12))
        layout.addWidget(SkeletonLines(), 1)


class CustomerCardPanel(QFrame):
    """One customer's card.

    What is typed into the form or the note field of a customer is kept while another customer's
    card is shown, and put back with theirs. save_requested is answered by ``show_card`` (saved),
    ``show_error``, ``show_stale`` or ``show_conflict``, and the latter by conflict_settled, which
    carries {field: Side}. draft_changed: the edited fields of the shown customer,
    note_draft_changed: the note being typed; both at most 150 ms late.
    """

    call_requested = Signal(str)
    edit_requested = Signal()
    save_requested = Signal(CustomerChanges)
    note_added = Signal(str)
    ticket_opened = Signal(str)
    order_opened = Signal(str)
    retry_requested = Signal()
    reload_requested = Signal()
    conflict_settled = Signal(object)
    draft_changed = Signal(dict)
    note_draft_changed = Signal(str)
    edit_ended = Signal()

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._now = now
        self._card: CustomerCard | None = None
        self._unsaved: dict[CustomerId, dict[str, str]] = {}
        self._unsaved_notes: dict[CustomerId, str] = {}
        self._saving = False
        self._notice = Notice()
        self._status = EmptyState("user-round", "customer_card.empty", "customer_card.empty_text")
        self._loading = _LoadingPage()
        self.view = CustomerView(now=now)
        self.form = CustomerForm()
        self._conflict: ConflictPanel | None = None
        self._note_pulse = DraftPulse(self)
        self._stack = QStackedWidget()
        self._build()
        self._connect()

    def show_card(self, card: CustomerCard) -> None:
        """Show ``card``; a form that is open for the same customer and changed stays open."""
        self._keep_typed()
        former = self._card
        same = former is not None and former.customer.id == card.customer.id
        was_editing = same and self.is_editing() and not self._saving
        self._card = card
        self._show_age(card)
        self.view.show_card(card)
        self.view.restore_note(self._unsaved_notes.get(card.customer.id, ""))
        if self._saving and same:
            self._unsaved.pop(card.customer.id, None)
        self._saving = False
        if was_editing:
            self._note_newer_version(card)
        elif card.customer.id in self._unsaved:
            self._open_form(self._unsaved[card.customer.id])
        else:
            self._stack.setCurrentWidget(self.view)

    def show_loading(self, number_text: str) -> None:
        """Show the number while the record is looked up."""
        self._leave()
        self._notice.hide()
        self._loading.number.setText(number_text)
        self._stack.setCurrentWidget(self._loading)

    def show_unavailable(self, text: str) -> None:
        """Say why there is no record; one that is on screen stays under the line."""
        self._notice.show_text(text, "warning", tr("customer_card.retry"))
        if self._card is None:
            self._status.set_keys("database", "customer_card.unavailable")
            self._stack.setCurrentWidget(self._status)

    def show_empty(self) -> None:
        """Show that there is no customer."""
        self._leave()
        self._notice.hide()
        self._status.set_keys("user-round", "customer_card.empty", "customer_card.empty_text")
        self._stack.setCurrentWidget(self._status)

    def show_error(self, field: str, text: str) -> None:
        """Show what is wrong with the form that was to be saved."""
        self._saving = False
        if self.is_editing():
            self._stack.setCurrentWidget(self.form)
        self.form.show_error(field, text)

    def show_stale(self, text: str) -> None:
        """Say calmly that somebody saved first; nothing that was typed is lost."""
        self._saving = False
        self.form.show_stale(text, tr("customer_card.take_saved"))

    def show_conflict(self, conflict: EditConflict) -> None:
        """Show what was typed beside what somebody saved first, field by field."""
        self._saving = False
        panel = self._conflict_panel()
        panel.show_conflict(conflict, self._now())
        had_focus = self.form.isAncestorOf(self.focusWidget())
        self._stack.setCurrentWidget(panel)
        if had_focus:
            panel.focus_first()

    def is_editing(self) -> bool:
        """Return whether the form is open, or its conflict with another one's save."""
        return self._stack.currentWidget() in (self.form, self._conflict)

    def customer_id(self) -> CustomerId | None:
        """Return whose card is shown, None when there is none."""
        return self._card.customer.id if self._card is not None else None

    def shown_card(self) -> CustomerCard | None:
        """Return the card that is shown, None when there is none."""
        return self._card

    def edited(self) -> Customer | None:
        """Return the record with which the editing began."""
        return self.form.customer()

    def begin_edit(self) -> None:
        """Open the form for the shown customer, as its shortcut and the pencil do."""
        if self._card is None or self.is_editing():
            return
        self._open_form({})
        self.form.focus_first()
        self.edit_requested.emit()

    def restore_draft(self, fields: Mapping[str, str]) -> None:
        """Open the form of the shown customer with what a draft kept."""
        if self._card is not None:
            self._open_form(fields)

    def restore_note(self, text: str) -> None:
        """Put back a note that was being typed."""
        self.view.restore_note(text)

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, px(6))
        layout.setSpacing(0)
        notice = QVBoxLayout()
        notice.setContentsMargins(px(8), px(7), px(8), 0)
        notice.addWidget(self._notice)
        layout.addLayout(notice)
        layout.addWidget(self._stack, 1)
        for page in (self._status, self._loading, self.view, self.form):
            self._stack.addWidget(page)

    def _connect(self) -> None:
        view, form = self.view, self.form
        view.call_requested.connect(self.call_requested)
        view.edit_requested.connect(self.begin_edit)
        view.note_added.connect(self._on_note_added)
        view.note_typed.connect(self._note_pulse.touch)
        view.ticket_opened.connect(self.ticket_opened)
        view.order_opened.connect(self.order_opened)
        form.submitted.connect(self._on_submitted)
        form.cancelled.connect(self._on_cancelled)
        form.draft_changed.connect(self.draft_changed)
        form.notice.action_requested.connect(self._take_saved)
        self._notice.action_requested.connect(self.retry_requested)
        self._note_pulse.due.connect(lambda: self.note_draft_changed.emit(self.view.typed_note()))

    def _on_note_added(self, text: str) -> None:
        self._note_pulse.drop()
        if self._card is not None:
            self._unsaved_notes.pop(self._card.customer.id, None)
        self.note_added.emit(text)

    def _on_submitted(self, changes: object) -> None:
        if isinstance(changes, CustomerChanges):
            self._saving = True
            self.save_requested.emit(changes)

    def _on_cancelled(self) -> None:
        if self._card is not None:
            self._unsaved.pop(self._card.customer.id, None)
        self._stack.setCurrentWidget(self.view)
        self.edit_ended.emit()

    def _conflict_panel(self) -> ConflictPanel:
        """Return the panel for two versions; it is rarely needed, so it is made when it is."""
        if self._conflict is None:
            from ui.conflict.conflict_panel import ConflictPanel

            self._conflict = ConflictPanel(labels="customer_card", shown=shown_value)
            self._conflict.settled.connect(self._on_settled)
            self._conflict.left.connect(self._leave_conflict)
            self._stack.addWidget(self._conflict)
        return self._conflict

    def _on_settled(self, choices: dict[str, Side]) -> None:
        self._saving = True
        self.conflict_settled.emit(choices)

    def _leave_conflict(self) -> None:
        """Go back to the form; what was typed is still there."""
        self._stack.setCurrentWidget(self.form)
        self.form.show_stale(tr("customer_card.changed_meanwhile"), tr("customer_card.take_saved"))
        self.form.focus_first()

    def _take_saved(self) -> None:
        """Drop what was typed and show the record as it is saved."""
        self._on_cancelled()
        self.reload_requested.emit()

    def _open_form(self, fields: Mapping[str, str]) -> None:
        assert self._card is not None
        self.form.begin_edit(self._card.customer)
        self.form.restore(fields)
        self._stack.setCurrentWidget(self.form)

    def _note_newer_version(self, card: CustomerCard) -> None:
        """Stay in the form; say so when the record under it has changed."""
        if not self.form.is_dirty():
            self.form.begin_edit(card.customer)
        elif card.customer.version != self.form.version():
            self.form.show_stale(
                tr("customer_card.changed_meanwhile"), tr("customer_card.take_saved")
            )

    def _show_age(self, card: CustomerCard) -> None:
        """Say how old a card is that did not come from the database."""
        if card.as_of is None:
            self._notice.hide()
            return
        moment = format_moment(card.as_of, self._now())
        self._notice.show_text(tr("customer_card.as_of", moment=moment), "warning")

    def _keep_typed(self) -> None:
        """Keep what is typed for the shown customer before another one is shown."""
        if self._card is None:
            return
        customer_id = self._card.customer.id
        if self.is_editing() and self.form.is_dirty():
            self._unsaved[customer_id] = self.form.fields()
        note = self.view.typed_note()
        if note:
            self._unsaved_notes[customer_id] = note
        else:
            self._unsaved_notes.pop(customer_id, None)

    def _leave(self) -> None:
        self._keep_typed()
        self._saving = False
        self._card = None

    def focus_note(self) -> None:
        """Put the cursor into the note field: only after the person asked for it."""
        self.view.focus_note()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language in the notice's button."""
        super().changeEvent(event)
        if event.type() != QEvent.Type.LanguageChange or self._notice.isHidden():
            return
        if self._card is not None and self._card.as_of is not None:
            self._show_age(self._card)
        else:
            self._notice.show_text(self._notice.text(), "warning", tr("customer_card.retry"))
