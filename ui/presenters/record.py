"""Wires the customer's record: edits and notes of the card on the screen; main thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from agent_desk.domain.command import CustomerCommand
from agent_desk.domain.conflict import EditConflict, Side
from agent_desk.domain.customer import CustomerCard, CustomerChanges
from agent_desk.domain.errors import AgentDeskError, StaleVersionError
from agent_desk.domain.identifiers import CustomerId
from agent_desk.services.conflicts import settled_customer
from agent_desk.services.outbox import Kept
from ui.customer.customer_card import CustomerCardPanel
from ui.language import error_text
from ui.presenters.context import Context
from ui.presenters.workspaces import Workspace


class RecordPresenter(QObject):
    """Saves what is edited. saved: the fresh card."""

    saved = Signal(object)

    def __init__(
        self,
        *,
        context: Context,
        panel: CustomerCardPanel,
        shown: Callable[[], Workspace | None],
    ) -> None:
        """``shown`` returns the workspace on the screen."""
        super().__init__()
        self._context = context
        self._panel = panel
        self._shown = shown
        self._refused: tuple[CustomerChanges, EditConflict] | None = None
        panel.reload_requested.connect(self._reload)
        panel.save_requested.connect(self._save)
        panel.note_added.connect(self._add_note)
        panel.conflict_settled.connect(self._save_settled)

    def refresh(self, customer_id: CustomerId) -> None:
        """Read the customer's card again."""
        self._context.ask(
            lambda: self._context.desk.customers.card(customer_id), self.saved.emit, owner=self
        )

    def _reload(self) -> None:
        """Take the saved record instead of one that was changed meanwhile."""
        customer_id = self._customer_id()
        if customer_id is not None:
            self.refresh(customer_id)

    def _save(self, changes: CustomerChanges) -> None:
        self._submit(
            lambda: self._context.desk.commands.change_customer(changes),
            stale=lambda error: self._compare(changes, error),
        )

    def _compare(self, changes: CustomerChanges, error: AgentDeskError) -> None:
        """Show both versions of a record that somebody else saved first."""
        base = self._panel.edited()
        known = base if base is not None and base.version == changes.version else None

        def show(conflict: EditConflict) -> None:
            if self._customer_id() != changes.id:
                return
            if not conflict.fields:
                # Both have made the same of it: nothing is left to be saved.
                self._reload()
                return
            self._refused = (changes, conflict)
            self._panel.show_conflict(conflict)

        self._context.ask(
            lambda: self._context.desk.conflicts.of_customer(changes, known),
            show,
            failed=lambda _: self._panel.show_stale(error_text(error)),
            owner=self,
        )

    def _save_settled(self, choices: dict[str, Side]) -> None:
        if self._refused is not None:
            mine, conflict = self._refused
            self._save(settled_customer(mine, conflict, choices))

    def _add_note(self, text: str) -> None:
        customer_id = self._customer_id()
        if customer_id is not None:
            self._submit(lambda: self._context.desk.commands.add_note(customer_id, text))

    def _customer_id(self) -> CustomerId | None:
        shown = self._shown()
        return shown.customer_id if shown is not None else None

    def _submit(
        self,
        make: Callable[[], CustomerCommand],
        stale: Callable[[AgentDeskError], None] | None = None,
    ) -> None:
        shown = self._shown()
        card = shown.card if shown is not None else None

        async def work() -> CustomerCard | None:
            desk = self._context.desk
            outcome = await desk.outbox.submit(make())
            if isinstance(outcome, Kept):
                return desk.cards.with_kept(card) if card is not None else None
            return outcome

        def refused(error: AgentDeskError) -> None:
            if stale is not None and isinstance(error, StaleVersionError):
                stale(error)
            else:
                self._panel.show_error(str(error.details.get("field", "")), error_text(error))

        self._context.ask(work, self._submitted, failed=refused, owner=self)

    def _submitted(self, card: CustomerCard | None) -> None:
        if card is not None:
            self.saved.emit(card)
