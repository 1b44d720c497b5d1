"""Wires the ticket editor: drafts to the journal, forms to the desk; main thread.

The editor belongs to one workspace at a time. When the agent turns to another one, what was typed
is kept with the former workspace and in the journal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Signal

from agent_desk.domain.command import LogTicket
from agent_desk.domain.conflict import EditConflict, Side
from agent_desk.domain.draft import Draft, DraftKind
from agent_desk.domain.errors import (
    AgentDeskError,
    InputError,
    NotFoundError,
    StaleVersionError,
)
from agent_desk.domain.identifiers import TicketId
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.ticket import Category, Ticket, TicketForm, TicketState
from agent_desk.services.change_watch import SharedRecordsReloadEvent
from agent_desk.services.conflicts import settled_ticket
from agent_desk.services.drafts import DraftFailedEvent, DraftSavedEvent
from agent_desk.services.outbox import Kept
from ui.language import error_text, tr
from ui.presenters.context import Context
from ui.presenters.workspaces import Workspace
from ui.ticket.ticket_editor import TicketEditor
from ui.ticket.used_articles import UsedArticle


class TicketPresenter(QObject):
    """Owns the editor's workspace. logged: a ticket was saved for this customer.

    articles_used: the saved ticket's id, and the UsedArticles that go with it.
    """

    logged = Signal(object)
    articles_used = Signal(str, tuple)

    def __init__(self, *, context: Context, editor: TicketEditor) -> None:
        """Read the category tree and connect the editor."""
        super().__init__()
        self._context = context
        self._editor = editor
        self._workspace: Workspace | None = None
        self._late: tuple[TicketForm, EditConflict] | None = None
        editor.draft_changed.connect(self._keep_draft)
        editor.submitted.connect(self._submit)
        editor.join_chosen.connect(self._join)
        editor.discarded.connect(self._discard)
        editor.confirmation_given.connect(self._confirm)
        editor.conflict_settled.connect(self._submit_settled)
        context.bridge.subscribe(DraftSavedEvent, self._on_saved)
        context.bridge.subscribe(DraftFailedEvent, self._on_failed)
        context.bridge.subscribe(SharedRecordsReloadEvent, lambda _: self._read_catalogue())
        self._read_catalogue()

    @property
    def workspace(self) -> Workspace | None:
        """The workspace in which the agent types, None before the first."""
        return self._workspace

    def turn_to(self, workspace: Workspace) -> None:
        """Put the editor at the service of ``workspace``; what was typed before is kept."""
        former = self._workspace
        if workspace is former:
            self._refresh_customer()
            return
        if former is not None and self._editor.is_dirty():
            self._keep_draft(self._editor.fields())
            if former.card is not None or not former.is_over:
                # What an ended call of a stranger left has a line of its own, with a way back.
                self._context.notify("kept", tr("desk.draft_kept", name=former.name))
        self._workspace = workspace
        self._begin(workspace)

    def card_changed(self, workspace: Workspace) -> None:
        """Take over the customer once the pop knows who is calling."""
        if workspace is self._workspace:
            self._refresh_customer()

    def open_ticket(self, ticket_id: str) -> None:
        """Load a ticket into the editor of the present workspace."""
        self._context.ask(
            lambda: self._context.desk.tickets.get(TicketId(ticket_id)), self._load, owner=self
        )

    def restore(self, workspace: Workspace, typed: Mapping[str, str]) -> None:
        """Put a recovered draft back where it was typed."""
        workspace.typed = typed
        self._workspace = workspace
        self._begin(workspace)

    def _begin(self, workspace: Workspace) -> None:
        customer = workspace.card.customer if workspace.card else None
        self._editor.begin(customer, workspace.call_id, workspace.number)
        self._editor.set_products(workspace.card.products if workspace.card else ())
        if workspace.typed:
            self._editor.restore(workspace.typed)
        elif workspace.ticket is not None:
            self._editor.load_ticket(workspace.ticket)
        if workspace.ticket is None:
            self._editor.ask_confirmation(workspace.to_confirm)
        self._offer_join(workspace)

    def _refresh_customer(self) -> None:
        workspace = self._workspace
        if workspace is None or workspace.card is None:
            return
        if workspace.call_id is not None:
            self._editor.begin(workspace.card.customer, workspace.call_id, workspace.number)
        self._editor.set_products(workspace.card.products)
        if workspace.typed:
            # Words that were kept before anybody knew who calls shall come back with the name.
            self._keep_draft(self._editor.fields())
        self._offer_join(workspace)

    def _offer_join(self, workspace: Workspace) -> None:
        tickets = workspace.card.open_tickets if workspace.card else ()
        self._editor.offer_join(() if workspace.ticket is not None else tickets)

    def _load(self, ticket: Ticket) -> None:
        workspace = self._workspace
        if workspace is None or workspace.customer_id != ticket.customer_id:
            return
        workspace.ticket = ticket
        self._editor.load_ticket(ticket)

    def _join(self, ticket_id: str) -> None:
        """Fill in the ticket that the agent joined, around what is typed already."""
        self._context.ask(
            lambda: self._context.desk.tickets.get(TicketId(ticket_id)),
            lambda ticket: self._editor.load_ticket(ticket, keep_typed=True),
            owner=self,
        )

    def _discard(self) -> None:
        workspace = self._workspace
        if workspace is None:
            return
        workspace.drop_draft(DraftKind.TICKET)
        workspace.ticket = None
        key = workspace.draft_key
        self._context.ask(lambda: self._context.desk.drafts.discard(key), owner=self)
        self._editor.ask_confirmation(workspace.to_confirm)
        self._offer_join(workspace)

    def _read_catalogue(self) -> None:
        tickets = self._context.desk.tickets
        self._context.ask(tickets.categories, self._show_categories, owner=self)

    def _show_categories(self, categories: Sequence[Category]) -> None:
        self._editor.set_categories(categories)

    def _keep_draft(self, fields: Mapping[str, str]) -> None:
        workspace = self._workspace
        if workspace is None:
            return
        if not self._editor.is_dirty():
            # Emptied by hand: the defaults that are left are nothing to recover.
            workspace.drop_draft(DraftKind.TICKET)
            key = workspace.draft_key
            self._context.ask(lambda: self._context.desk.drafts.discard(key), owner=self)
            return
        workspace.typed = dict(fields)
        draft = Draft(
            key=workspace.draft_key,
            kind=DraftKind.TICKET,
            saved_at=self._context.now(),
            fields=dict(fields),
            call_id=workspace.call_id,
            number=workspace.number,
            customer_id=workspace.customer_id,
            customer_name=workspace.card.customer.name if workspace.card else "",
        )
        workspace.keep_draft(draft)
        self._context.ask(lambda: self._context.desk.drafts.save(draft), owner=self)

    def _on_saved(self, event: DraftSavedEvent) -> None:
        if self._workspace is not None and event.draft.key == self._workspace.draft_key:
            self._editor.show_draft_saved(event.draft.saved_at)

    def _on_failed(self, event: DraftFailedEvent) -> None:
        self._editor.show_draft_failed(error_text(event.error))

    def _submit(self, form: TicketForm) -> None:
        workspace = self._workspace
        if workspace is None or workspace.is_saving:
            # The key was pressed twice: one ticket is on its way already.
            return
        workspace.is_saving = True
        used = self._editor.used_articles()

        def settled() -> None:
            workspace.is_saving = False

        async def work() -> Ticket | Kept:
            desk = self._context.desk
            command = desk.commands.log_ticket(form, self._interaction_of(workspace))
            outcome = await desk.outbox.submit(command)
            if workspace.call_id is not None:
                desk.interactions.link_ticket(workspace.call_id, command.ticket_id)
            await desk.drafts.discard(workspace.draft_key)
            return outcome

        self._context.ask(
            work,
            lambda outcome: self._saved(workspace, outcome, used),
            failed=lambda error: self._refused(workspace, form, error),
            always=settled,
            owner=self,
        )

    def _interaction_of(self, workspace: Workspace) -> Interaction | None:
        """Return the call's record; None without a call, or when it is long over."""
        if workspace.call_id is None:
            return None
        try:
            return self._context.desk.interactions.of_call(workspace.call_id)
        except NotFoundError:
            return None

    def _saved(
        self, workspace: Workspace, outcome: Ticket | Kept, used: tuple[UsedArticle, ...]
    ) -> None:
        if used:
            self.articles_used.emit(_saved_id(outcome), used)
        workspace.drop_draft(DraftKind.TICKET)
        workspace.ticket = None
        key = workspace.draft_key
        # Once more: a key pressed while the ticket was being saved may have kept another draft.
        self._context.ask(lambda: self._context.desk.drafts.discard(key), owner=self)
        if isinstance(outcome, Kept):
            if workspace is self._workspace:
                self._editor.show_kept()
            return
        if workspace is self._workspace:
            self._editor.show_saved(outcome.number)
        self._ask_customer(workspace, outcome)
        self.logged.emit(outcome)

    def _ask_customer(self, workspace: Workspace, ticket: Ticket) -> None:
        """Have the customer asked about a ticket that was resolved in the talk with them."""
        if workspace.call_id is not None and ticket.state is TicketState.RESOLVED:
            workspace.to_confirm = ticket
        if workspace is self._workspace:
            self._editor.ask_confirmation(workspace.to_confirm)

    def _confirm(self, ticket_id: str, satisfied: bool, reason: str) -> None:
        workspace = self._workspace
        if workspace is None:
            return

        async def work() -> Ticket | Kept:
            desk, id_ = self._context.desk, TicketId(ticket_id)
            confirmed = desk.commands.confirm_ticket(id_) if satisfied else None
            return await desk.outbox.submit(confirmed or desk.commands.reopen_ticket(id_, reason))

        self._context.ask(
            work,
            lambda outcome: self._confirmed(workspace, outcome),
            failed=self._confirmation_refused,
            owner=self,
        )

    def _confirmed(self, workspace: Workspace, outcome: Ticket | Kept) -> None:
        workspace.to_confirm = None
        if isinstance(outcome, Kept):
            self._editor.confirmation.show_ticket(None)
            self._context.notify("kept_here", tr("kept.one"))
            return
        ticket = outcome
        if workspace is self._workspace:
            self._editor.confirmation.show_ticket(ticket)
            if ticket.state is TicketState.REOPENED:
                self._go_on_with(workspace, ticket)
        self.logged.emit(ticket)

    def _go_on_with(self, workspace: Workspace, ticket: Ticket) -> None:
        """Let the agent decide anew about a ticket, unless something else is being typed."""
        if not self._editor.is_dirty():
            workspace.ticket = ticket
            self._editor.load_ticket(ticket)
            self._offer_join(workspace)
        self._editor.show_reopened(ticket.number)

    def _confirmation_refused(self, error: AgentDeskError) -> None:
        field = str(error.details.get("field", ""))
        self._editor.confirmation.show_error(field, error_text(error))

    def _refused(self, workspace: Workspace, form: TicketForm, error: AgentDeskError) -> None:
        if isinstance(error, StaleVersionError):
            self._compare(workspace, form, error)
            return
        field = str(error.details.get("field", "")) if isinstance(error, InputError) else ""
        self._editor.show_error(field, error_text(error))

    def _compare(self, workspace: Workspace, form: TicketForm, error: AgentDeskError) -> None:
        """Show both versions of a ticket that somebody else saved first."""

        def show(conflict: EditConflict) -> None:
            if workspace is not self._workspace:
                return
            self._late = (form, conflict)
            if conflict.fields:
                self._editor.show_conflict(conflict)
            else:
                # The same words on both sides: only how it goes on is still to be saved.
                self._submit_settled({})

        self._context.ask(
            lambda: self._context.desk.conflicts.of_ticket(form),
            show,
            failed=lambda _: self._editor.show_error("", error_text(error)),
            owner=self,
        )

    def _submit_settled(self, choices: dict[str, Side]) -> None:
        if self._late is not None:
            form, conflict = self._late
            self._submit(settled_ticket(form, conflict, choices))


def _saved_id(outcome: Ticket | Kept) -> TicketId:
    """Return the id of a ticket that is saved, or kept here to be."""
    if isinstance(outcome, Kept):
        assert isinstance(outcome.command, LogTicket)
        return outcome.command.ticket_id
    return outcome.id
