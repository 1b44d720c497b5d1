"""Wires the ticket editor: drafts to the journal, forms to the desk; main thread.

The editor belongs to one workspace at a time. When the agent turns to another one, what was typed
is kept with the former workspace and in the journal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Signal

from agent_desk.domain.draft import Draft, DraftKind
from agent_desk.domain.errors import AgentDeskError, InputError, NotFoundError
from agent_desk.domain.identifiers import TicketId
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.ticket import Category, Department, Ticket, TicketForm
from agent_desk.services.drafts import DraftFailedEvent, DraftSavedEvent
from ui.language import error_text, tr
from ui.presenters.context import Context
from ui.presenters.workspaces import Workspace
from ui.ticket.ticket_editor import TicketEditor


class TicketPresenter(QObject):
    """Owns the editor's workspace. logged: a ticket was saved for this customer."""

    logged = Signal(object)

    def __init__(self, *, context: Context, editor: TicketEditor) -> None:
        """Read the category tree and connect the editor."""
        super().__init__()
        self._context = context
        self._editor = editor
        self._workspace: Workspace | None = None
        editor.draft_changed.connect(self._keep_draft)
        editor.submitted.connect(self._submit)
        editor.join_chosen.connect(self._join)
        editor.discarded.connect(self._discard)
        context.bridge.subscribe(DraftSavedEvent, self._on_saved)
        context.bridge.subscribe(DraftFailedEvent, self._on_failed)
        context.ask(context.desk.tickets.categories, self._show_categories, owner=self)
        context.ask(context.desk.tickets.departments, self._show_departments, owner=self)

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
        if workspace.typed:
            self._editor.restore(workspace.typed)
        elif workspace.ticket is not None:
            self._editor.load_ticket(workspace.ticket)
        self._offer_join(workspace)

    def _refresh_customer(self) -> None:
        workspace = self._workspace
        if workspace is None or workspace.card is None:
            return
        if workspace.call_id is not None:
            self._editor.begin(workspace.card.customer, workspace.call_id, workspace.number)
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
        workspace.typed, workspace.ticket = {}, None
        key = workspace.draft_key
        self._context.ask(lambda: self._context.desk.drafts.discard(key), owner=self)
        self._offer_join(workspace)

    def _show_categories(self, categories: Sequence[Category]) -> None:
        self._editor.set_categories(categories)

    def _show_departments(self, departments: Sequence[Department]) -> None:
        self._editor.set_departments(departments)

    def _keep_draft(self, fields: Mapping[str, str]) -> None:
        workspace = self._workspace
        if workspace is None:
            return
        if not self._editor.is_dirty():
            # Emptied by hand: the defaults that are left are nothing to recover.
            workspace.typed = {}
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

        def settled() -> None:
            workspace.is_saving = False

        async def work() -> Ticket:
            desk = self._context.desk
            ticket = await desk.tickets.log(form, self._interaction_of(workspace))
            if workspace.call_id is not None:
                desk.interactions.link_ticket(workspace.call_id, ticket.id)
            await desk.drafts.discard(workspace.draft_key)
            return ticket

        self._context.ask(
            work,
            lambda ticket: self._saved(workspace, ticket),
            failed=self._refused,
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

    def _saved(self, workspace: Workspace, ticket: Ticket) -> None:
        workspace.typed, workspace.ticket = {}, None
        key = workspace.draft_key
        # Once more: a key pressed while the ticket was being saved may have kept another draft.
        self._context.ask(lambda: self._context.desk.drafts.discard(key), owner=self)
        if workspace is self._workspace:
            self._editor.show_saved(ticket.number)
        self.logged.emit(ticket)

    def _refused(self, error: AgentDeskError) -> None:
        field = str(error.details.get("field", "")) if isinstance(error, InputError) else ""
        self._editor.show_error(field, error_text(error))
