"""Wires the list of kept entries: shown on demand, and the decisions about refused ones.

Main thread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from agent_desk.domain.customer import CustomerCard
from agent_desk.domain.draft import DraftKind
from agent_desk.domain.identifiers import CommandId, CustomerId
from agent_desk.domain.kept_command import KeptCommand
from agent_desk.domain.ticket import Ticket
from agent_desk.domain.work_order import WorkOrder
from agent_desk.services.outbox import KeptAppliedEvent, OutboxChangedEvent
from ui.kept.description import customer_of, draft_of
from ui.language import tr
from ui.presenters import storage
from ui.presenters.context import Context
from ui.shell.notices import Notices

# The list is rarely needed, and with it come the forms and panels of other pages.
if TYPE_CHECKING:
    from ui.kept.kept_entries import KeptEntriesDialog
    from ui.presenters.mending import MendingPresenter

CONFLICTS = "kept.conflicts"


class KeptEntriesPresenter(QObject):
    """Offers what is kept here.

    ticket_restored, form_restored: put this draft back into the ticket editor, or its own form.
    customer_changed: what was kept about this customer is saved now.
    """

    ticket_restored = Signal(object)
    form_restored = Signal(object)
    customer_changed = Signal(object)

    def __init__(self, *, context: Context, window: QWidget, notices: Notices) -> None:
        """Follow the outbox; the dialog never opens by itself."""
        super().__init__()
        self._context = context
        self._window = window
        self._notices = notices
        self._kept: dict[CommandId, KeptCommand] = {}
        self._names: dict[CustomerId, str] = {}
        self._dialog: KeptEntriesDialog | None = None
        self._mending: MendingPresenter | None = None
        notices.action_requested.connect(self._on_action)
        context.bridge.subscribe(OutboxChangedEvent, lambda event: self._show_kept(event.kept))
        context.bridge.subscribe(KeptAppliedEvent, self._on_applied)
        context.ask(self._kept_before, self._show_kept, owner=self)

    def show(self) -> None:
        """Open the list."""
        dialog = self._dialog or self._make_dialog()
        dialog.show_entries(tuple(self._kept.values()))
        dialog.open()
        self._name_customers()

    def _make_dialog(self) -> KeptEntriesDialog:
        from ui.kept.kept_entries import KeptEntriesDialog
        from ui.presenters.mending import MendingPresenter

        dialog = self._dialog = KeptEntriesDialog(now=self._context.now, parent=self._window)
        dialog.retry_requested.connect(self._retry)
        dialog.edit_requested.connect(self._edit)
        dialog.discard_requested.connect(self._discard)
        self._mending = MendingPresenter(
            context=self._context, dialog=dialog, to_form=self._to_form
        )
        return dialog

    async def _kept_before(self) -> Sequence[KeptCommand]:
        return self._context.desk.outbox.kept

    def _show_kept(self, kept: Sequence[KeptCommand]) -> None:
        self._kept = {entry.id: entry for entry in kept}
        conflicts = OutboxChangedEvent(kept=tuple(kept)).conflicts
        if conflicts:
            text = tr("kept.conflicts", count=conflicts)
            self._notices.show_notice(CONFLICTS, text, "warning", tr("kept.show"))
        else:
            self._notices.clear(CONFLICTS)
        if self._dialog is not None and self._dialog.isVisible():
            self._dialog.show_entries(kept)
            self._name_customers()

    def _name_customers(self) -> None:
        about = {customer_of(entry.command) for entry in self._kept.values()}
        wanted = [key for key in about if key is not None and key not in self._names]

        async def work() -> Mapping[CustomerId, str]:
            cards = self._context.desk.cards
            found = {key: await cards.kept_here(key) for key in wanted}
            return {key: card.customer.name for key, card in found.items() if card is not None}

        self._context.ask(work, self._show_names, owner=self)

    def _show_names(self, names: Mapping[CustomerId, str]) -> None:
        self._names.update(names)
        if self._dialog is not None:
            self._dialog.show_names(self._names)

    def _on_action(self, key: str) -> None:
        if key in (CONFLICTS, storage.NOTICE):
            self.show()

    def _on_applied(self, event: KeptAppliedEvent) -> None:
        outcome = event.outcome
        if isinstance(outcome, CustomerCard):
            self.customer_changed.emit(outcome.customer.id)
        elif isinstance(outcome, Ticket | WorkOrder):
            self.customer_changed.emit(outcome.customer_id)

    def _retry(self, command_id: str) -> None:
        self._context.ask(
            lambda: self._context.desk.outbox.retry(CommandId(command_id)), owner=self
        )

    def _discard(self, command_id: str, reason: str) -> None:
        self._context.ask(
            lambda: self._context.desk.outbox.discard(CommandId(command_id), reason), owner=self
        )

    def _edit(self, command_id: str) -> None:
        """Mend the entry where it is, else bring its words back into their form."""
        entry = self._kept.get(CommandId(command_id))
        if entry is None or (self._mending is not None and self._mending.begin(entry)):
            return
        self._to_form(entry)

    def _to_form(self, entry: KeptCommand) -> None:
        """Turn the entry into words in their form again; the form saves them anew."""
        draft = draft_of(entry)
        if draft is None:
            return

        def restored(_: None) -> None:
            if self._dialog is not None:
                self._dialog.accept()
            ticket = draft.kind is DraftKind.TICKET
            (self.ticket_restored if ticket else self.form_restored).emit(draft)

        self._context.ask(
            lambda: self._context.desk.outbox.take_back(entry.id, draft), restored, owner=self
        )
