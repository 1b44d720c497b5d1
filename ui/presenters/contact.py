"""Brings one workspace on the screen: who calls, the card, the history; main thread.

Two things are told apart: the workspace that the columns show, and the one in which the agent
types. A new ring changes the first; the second changes only when the agent turns to the new call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal

from agent_desk.domain.call import Call, LocalConnectionState
from agent_desk.domain.customer import CustomerCard
from agent_desk.domain.draft import Draft, DraftKind
from agent_desk.domain.errors import AgentDeskError
from agent_desk.domain.identifiers import CallId, CustomerId
from agent_desk.services.call_control import CallsChangedEvent
from agent_desk.services.interactions import InteractionChangedEvent
from agent_desk.services.screen_pop import CustomerChosenEvent
from ui.presenters.contact_panels import ContactPanels
from ui.presenters.context import Context
from ui.presenters.pop import PopPresenter
from ui.presenters.record import RecordPresenter
from ui.presenters.search import SearchPresenter
from ui.presenters.timeline import TimelinePresenter
from ui.presenters.workspaces import Workspace, Workspaces
from ui.shell.search_box import SearchBox

_ENDED = frozenset({"Ended", "Disposed"})


class ContactPresenter(QObject):
    """Keeps the workspaces and shows one of them.

    attended: the agent turned to this workspace; its editor is wanted. ticket_wanted: open this
    ticket in the editor. verification_wanted: ask about this order and ticket now. name_known: a
    call's customer has a name now. left_changed: the drafts of ended calls that nothing shows.
    """

    attended = Signal(object)
    card_changed = Signal(object)
    ticket_wanted = Signal(str)
    order_wanted = Signal(str)
    verification_wanted = Signal(str, str)
    name_known = Signal(str, str)
    left_changed = Signal(object)

    def __init__(self, *, context: Context, panels: ContactPanels, search: SearchBox) -> None:
        """Connect everything; nothing is shown before the first call or search."""
        super().__init__()
        self._context = context
        self._panels = panels
        self._search = search
        self._workspaces = Workspaces()
        self._shown: Workspace | None = None
        self._active: CallId | None = None
        self._left: tuple[Draft, ...] = ()
        self.pop = PopPresenter(
            context=context,
            panel=panels.pop,
            workspaces=self._workspaces,
            shown=lambda: self._shown,
        )
        self._record = RecordPresenter(
            context=context, panel=panels.card, shown=lambda: self._shown
        )
        self._timeline = TimelinePresenter(context=context, panel=panels.timeline)
        self._finder = SearchPresenter(context=context, box=search)
        self._connect_presenters()
        self._connect_panels()

    @property
    def shown(self) -> Workspace | None:
        """The workspace on the screen, None before the first."""
        return self._shown

    @property
    def open_customers(self) -> frozenset[CustomerId]:
        """Whose cards are open, on the screen or behind it."""
        return self._workspaces.customers

    def _connect_presenters(self) -> None:
        self.pop.due.connect(self._turn_to)
        self.pop.changed.connect(self._on_pop_changed)
        self.pop.created.connect(self._refreshed)
        self._record.saved.connect(self._refreshed)
        self._timeline.ticket_wanted.connect(self.ticket_wanted)
        self._timeline.order_wanted.connect(self.order_wanted)
        self._timeline.names_known.connect(self._panels.card.view.show_names)
        self._finder.chosen.connect(self._open_found)
        bridge = self._context.bridge
        bridge.subscribe(CustomerChosenEvent, self._on_chosen)
        bridge.subscribe(InteractionChangedEvent, self._on_interaction)

    def _connect_panels(self) -> None:
        panels = self._panels
        panels.pop.search_requested.connect(self._search.focus_search)
        panels.card.ticket_opened.connect(self.ticket_wanted)
        panels.card.order_opened.connect(self.order_wanted)
        panels.orders.order_opened.connect(self.order_wanted)
        panels.orders.verification_wanted.connect(self.verification_wanted)

    # What the desk says

    def show_calls(self, event: CallsChangedEvent) -> None:
        """Follow the agent into the call that is being talked in."""
        calls: dict[CallId, Call] = {call.call_id: call for call in event.calls}
        self.pop.follow_calls(calls)
        self._workspaces.follow_calls(calls)
        self._workspaces.forget_old(calls, (self._shown, self.pop.coming))
        active = calls.get(event.active) if event.active else None
        talking = active is not None and active.state is LocalConnectionState.CONNECTED
        if active is not None and talking and active.call_id != self._active:
            self._active = active.call_id
            self.select_call(active.call_id)
        elif not talking:
            self._active = None
        if self._shown is not None and self._shown.card is None:
            self._show_pop()
        self._tell_left()

    def select_call(self, call_id: str) -> None:
        """Turn to a call: its customer on the screen and its text in the editor."""
        workspace = self._workspaces.of_call(CallId(call_id))
        if workspace is not None:
            self._turn_to(workspace)

    def _turn_to(self, workspace: Workspace) -> None:
        self._show(workspace)
        self.attended.emit(workspace)
        self._tell_left()

    def _on_pop_changed(self, workspace: Workspace) -> None:
        if workspace is self._shown:
            self._show_pop()

    def _on_chosen(self, event: CustomerChosenEvent) -> None:
        workspace = self._workspaces.for_call(event.call_id, "")
        workspace.card = event.card
        workspace.drop_draft(DraftKind.CUSTOMER)
        self.name_known.emit(event.call_id, event.card.customer.name)
        if workspace is self.pop.coming:
            self._turn_to(workspace)
            return
        if workspace is self._shown:
            self._fill(workspace)
        self.card_changed.emit(workspace)

    def _on_interaction(self, event: InteractionChangedEvent) -> None:
        """Read the card again once an ended call is in the database."""
        customer_id = event.interaction.customer_id
        if event.kind not in _ENDED or customer_id is None:
            return

        async def work() -> CustomerCard:
            await self._context.desk.recorder.settled()
            return await self._context.desk.customers.card(customer_id)

        self._context.ask(work, self._refreshed, failed=_leave_as_it_is, owner=self)

    # What the screen shows

    def open_customer(self, customer_id: str, *, then_ticket: str = "") -> None:
        """Open a customer without a call, or as the answer to who is calling."""
        shown = self._shown
        if shown is not None and shown.call_id is not None and shown.card is None:
            self.pop.choose(customer_id)
            return
        self._context.ask(
            lambda: self._context.desk.customers.card(CustomerId(customer_id)),
            lambda card: self._opened(card, then_ticket),
            owner=self,
        )

    def open_for_draft(
        self, draft: Draft, restore: Callable[[Workspace, Mapping[str, str]], None]
    ) -> None:
        """Open the customer whom a recovered draft is about, then give its words to ``restore``.

        When nobody was chosen before the desk ended, whoever is searched for next becomes it.
        """
        customer_id = draft.customer_id

        def opened(card: CustomerCard | None) -> None:
            workspace = self._workspaces.for_draft(draft, card)
            self._show(workspace)
            restore(workspace, draft.fields)
            self._tell_left()

        if customer_id is None:
            opened(None)
            return

        self._context.ask(
            lambda: self._context.desk.customers.card(customer_id), opened, owner=self
        )

    def refresh(self, customer_id: CustomerId) -> None:
        """Read the customer's card again and show it wherever it is open."""
        self._record.refresh(customer_id)

    def refresh_open(self, customer_id: CustomerId) -> None:
        """Read the card again when it is open anywhere."""
        if self._workspaces.of_customer(customer_id):
            self.refresh(customer_id)

    def forget_left(self, draft: Draft) -> None:
        """Drop the words of an ended call that the agent threw away."""
        if draft.call_id is None:
            return
        workspace = self._workspaces.of_call(draft.call_id)
        if workspace is not None:
            workspace.drop_draft(draft.kind)
        self._panels.pop.forget_draft(draft.call_id)
        self._tell_left()

    def _opened(self, card: CustomerCard, then_ticket: str) -> None:
        self._turn_to(self._workspaces.for_customer(card))
        if then_ticket:
            self.ticket_wanted.emit(then_ticket)

    def _open_found(self, customer_id: str, ticket_id: str) -> None:
        self.open_customer(customer_id, then_ticket=ticket_id)

    def _refreshed(self, card: CustomerCard) -> None:
        for workspace in self._workspaces.of_customer(card.customer.id):
            workspace.card = card
            if workspace is self._shown:
                self._fill(workspace)
            self.card_changed.emit(workspace)

    def _show(self, workspace: Workspace) -> None:
        self._shown = workspace
        self.pop.settle()
        self._fill(workspace)

    def _fill(self, workspace: Workspace) -> None:
        """Show what is known of ``workspace`` by now; a ring that waits for its record goes on."""
        card = workspace.card
        if card is None:
            self._show_pop()
            return
        panels = self._panels
        panels.card.show_card(card)
        panels.show_in_column(panels.card)
        panels.orders.show_orders(card.open_orders)
        self._timeline.show(workspace, card)

    def _show_pop(self) -> None:
        workspace, panels = self._shown, self._panels
        if workspace is None or workspace.call_id is None or workspace.card is not None:
            return
        if workspace.is_of_former_run:
            self._show_nobody()
            return
        self.pop.show(workspace)
        panels.show_in_column(panels.pop)
        self._timeline.show_unknown()
        panels.orders.show_orders(())

    def _show_nobody(self) -> None:
        panels = self._panels
        panels.card.show_empty()
        panels.show_in_column(panels.card)
        self._timeline.show_nothing()
        panels.orders.show_orders(())

    def _tell_left(self) -> None:
        """Say which words of ended calls stand nowhere on the screen, when that has changed."""
        left = self._workspaces.left_drafts(self._shown)
        if left != self._left:
            self._left = left
            self.left_changed.emit(left)


def _leave_as_it_is(error: AgentDeskError) -> None:
    """Keep the older card on the screen; the notice about the database says why."""
