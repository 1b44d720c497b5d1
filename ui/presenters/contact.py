"""Wires the customer's column and the timeline: pop, card, candidates, search; main thread.

Two things are told apart: the workspace that the columns show, and the one in which the agent
types. A new ring changes the first; the second changes only when the agent turns to the new call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from agent_desk.domain.acd import QueueStatus
from agent_desk.domain.call import Call, LocalConnectionState
from agent_desk.domain.customer import (
    CustomerCard,
    CustomerChanges,
    NewCustomer,
    SearchHit,
    SearchKind,
    TimelineEntry,
    TimelineKind,
)
from agent_desk.domain.draft import Draft
from agent_desk.domain.errors import AgentDeskError, StaleVersionError
from agent_desk.domain.identifiers import CallId, CustomerId, QueueId
from agent_desk.services.call_control import CallsChangedEvent
from agent_desk.services.interactions import InteractionChangedEvent
from agent_desk.services.screen_pop import (
    CustomerChosenEvent,
    PopFailedEvent,
    PopMatchedEvent,
    PopSlowEvent,
    PopStartedEvent,
)
from agent_desk.services.wallboard import QueuesChangedEvent
from ui.customer.customer_card import CustomerCardPanel
from ui.customer.screen_pop import ScreenPopPanel
from ui.language import error_text, in_current_language
from ui.orders.work_orders import WorkOrdersPanel
from ui.presenters.context import Context
from ui.presenters.workspaces import Workspace, Workspaces
from ui.shell.search_box import SearchBox
from ui.timeline.panel import TimelinePanel

_ENDED = frozenset({"Ended", "Disposed"})
BREATH_MS = 60
"""How long a ring waits for its record before the columns say that it is being looked up.

The call bar has the number at once. Most records come within this time, and then the columns
change once, not twice in a blink.
"""


class ContactPanels(QObject):
    """The panels that show one workspace."""

    def __init__(
        self,
        *,
        pop: ScreenPopPanel,
        card: CustomerCardPanel,
        timeline: TimelinePanel,
        orders: WorkOrdersPanel,
    ) -> None:
        """Stack pop and card in the customer's column."""
        super().__init__()
        self.pop = pop
        self.card = card
        self.timeline = timeline
        self.orders = orders
        self.column = QStackedWidget()
        self.column.addWidget(card)
        self.column.addWidget(pop)

    def show_in_column(self, panel: QWidget) -> None:
        """Bring ``panel`` to the front of the customer's column; the focus stays where it is."""
        self.column.setCurrentWidget(panel)


class ContactPresenter(QObject):
    """Keeps the workspaces and shows one of them.

    attended: the agent turned to this workspace; its editor is wanted. ticket_wanted: open this
    ticket in the editor. name_known: a call's customer has a name now.
    """

    attended = Signal(object)
    card_changed = Signal(object)
    ticket_wanted = Signal(str)
    order_wanted = Signal(str)
    name_known = Signal(str, str)

    def __init__(self, *, context: Context, panels: ContactPanels, search: SearchBox) -> None:
        """Connect everything; nothing is shown before the first call or search."""
        super().__init__()
        self._context = context
        self._panels = panels
        self._search = search
        self._workspaces = Workspaces()
        self._shown: Workspace | None = None
        self._is_creating = False
        self._coming: Workspace | None = None
        self._breath = QTimer(self, singleShot=True, interval=BREATH_MS)
        self._breath.timeout.connect(self._turn_to_coming)
        self._active: CallId | None = None
        self._calls: dict[CallId, Call] = {}
        self._queues: dict[QueueId, QueueStatus] = {}
        self._kinds: frozenset[TimelineKind] | None = None
        self._connect_events()
        self._connect_panels()

    @property
    def shown(self) -> Workspace | None:
        """The workspace on the screen, None before the first."""
        return self._shown

    def _connect_events(self) -> None:
        bridge = self._context.bridge
        bridge.subscribe(PopStartedEvent, self._on_started)
        bridge.subscribe(PopMatchedEvent, self._on_matched)
        bridge.subscribe(PopSlowEvent, self._on_slow)
        bridge.subscribe(PopFailedEvent, self._on_failed)
        bridge.subscribe(CustomerChosenEvent, self._on_chosen)
        bridge.subscribe(InteractionChangedEvent, self._on_interaction)
        bridge.subscribe(QueuesChangedEvent, self._on_queues)

    def _connect_panels(self) -> None:
        panels = self._panels
        panels.pop.candidate_chosen.connect(self._choose)
        panels.pop.new_customer_submitted.connect(self._create)
        panels.pop.retry_requested.connect(self._retry)
        panels.pop.search_requested.connect(self._search.focus_search)
        panels.card.reload_requested.connect(self._reload)
        panels.timeline.retry_requested.connect(lambda: self._load(0))
        panels.card.save_requested.connect(self._save)
        panels.card.note_added.connect(self._add_note)
        panels.card.ticket_opened.connect(self.ticket_wanted)
        panels.card.order_opened.connect(self.order_wanted)
        panels.orders.order_opened.connect(self.order_wanted)
        panels.timeline.more_requested.connect(self._load_more)
        panels.timeline.filter_changed.connect(self._filter)
        panels.timeline.entry_opened.connect(self._open_entry)
        self._search.search_requested.connect(self._find)
        self._search.hit_chosen.connect(self._open_hit)

    # What the desk says

    def show_calls(self, event: CallsChangedEvent) -> None:
        """Follow the agent into the call that is being talked in."""
        self._calls = {call.call_id: call for call in event.calls}
        self._workspaces.follow_calls(self._calls)
        self._workspaces.forget_old(self._calls, (self._shown, self._coming))
        active = self._calls.get(event.active) if event.active else None
        talking = active is not None and active.state is LocalConnectionState.CONNECTED
        if active is not None and talking and active.call_id != self._active:
            self._active = active.call_id
            self.select_call(active.call_id)
        elif not talking:
            self._active = None
        ringing = self._shown is not None and self._shown.card is None
        if ringing:
            self._show_pop()

    def select_call(self, call_id: str) -> None:
        """Turn to a call: its customer on the screen and its text in the editor."""
        workspace = self._workspaces.of_call(CallId(call_id))
        if workspace is not None:
            self._turn_to(workspace)

    def _turn_to(self, workspace: Workspace) -> None:
        self._show(workspace)
        self.attended.emit(workspace)

    def _turn_to_coming(self) -> None:
        """Turn to the call that rang last, unless something else is on the screen by now."""
        if self._coming is not None:
            self._turn_to(self._coming)

    def _on_started(self, event: PopStartedEvent) -> None:
        workspace = self._workspaces.for_call(event.call_id, event.caller.display)
        busy = any(
            call.state is LocalConnectionState.CONNECTED and call.call_id != event.call_id
            for call in self._calls.values()
        )
        # In a talk the second call only shows in the call bar: the agent needs this card now.
        if busy:
            return
        if workspace.card is not None:
            self._turn_to(workspace)
            return
        self._coming = workspace
        self._breath.start()

    def _on_matched(self, event: PopMatchedEvent) -> None:
        workspace = self._workspaces.of_call(event.call_id)
        if workspace is None or workspace.card is not None:
            return
        workspace.match, workspace.is_slow, workspace.trouble = event.result, False, ""
        # With a card the choice follows at once, and brings it.
        if event.card is None:
            self._show_pop_of(workspace)

    def _on_slow(self, event: PopSlowEvent) -> None:
        workspace = self._workspaces.of_call(event.call_id)
        if workspace is not None and workspace.match is None:
            workspace.is_slow = True
            self._show_pop_of(workspace)

    def _on_failed(self, event: PopFailedEvent) -> None:
        workspace = self._workspaces.of_call(event.call_id)
        if workspace is not None and workspace.card is None:
            workspace.trouble = error_text(event.error)
            self._show_pop_of(workspace)

    def _on_chosen(self, event: CustomerChosenEvent) -> None:
        workspace = self._workspaces.for_call(event.call_id, "")
        workspace.card = event.card
        self.name_known.emit(event.call_id, event.card.customer.name)
        if workspace is self._coming:
            self._turn_to(workspace)
            return
        if workspace is self._shown:
            self._show(workspace)
        self.card_changed.emit(workspace)

    def _on_queues(self, event: QueuesChangedEvent) -> None:
        self._queues = {queue.queue_id: queue for queue in event.queues}

    def _queue_name(self, queue_id: QueueId | None) -> str:
        queue = self._queues.get(queue_id) if queue_id is not None else None
        if queue is None:
            return queue_id or ""
        return in_current_language(queue.name, queue.name_zh)

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
            self._choose(customer_id)
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

        if customer_id is None:
            opened(None)
            return

        self._context.ask(
            lambda: self._context.desk.customers.card(customer_id), opened, owner=self
        )

    def refresh(self, customer_id: CustomerId) -> None:
        """Read the customer's card again and show it wherever it is open."""
        self._context.ask(
            lambda: self._context.desk.customers.card(customer_id), self._refreshed, owner=self
        )

    def _opened(self, card: CustomerCard, then_ticket: str) -> None:
        workspace = self._workspaces.for_customer(card)
        self._show(workspace)
        self.attended.emit(workspace)
        if then_ticket:
            self.ticket_wanted.emit(then_ticket)

    def _refreshed(self, card: CustomerCard) -> None:
        for workspace in self._workspaces.of_customer(card.customer.id):
            workspace.card = card
            if workspace is self._shown:
                self._show(workspace)
            self.card_changed.emit(workspace)

    def _show(self, workspace: Workspace) -> None:
        self._shown, self._coming = workspace, None
        self._breath.stop()
        card = workspace.card
        if card is None:
            self._show_pop()
            return
        panels = self._panels
        panels.card.show_card(card)
        panels.show_in_column(panels.card)
        panels.orders.show_orders(card.open_orders)
        panels.timeline.show_notes(card.notes)
        if self._kinds is None:
            panels.timeline.show_entries(card.timeline, card.timeline_total)
        else:
            self._load(0)

    def _show_pop_of(self, workspace: Workspace) -> None:
        if workspace is self._coming:
            self._turn_to(workspace)
        elif workspace is self._shown:
            self._show_pop()

    def _show_pop(self) -> None:
        workspace, pop = self._shown, self._panels.pop
        if workspace is None or workspace.call_id is None or workspace.card is not None:
            return
        if workspace.is_of_former_run:
            self._show_nobody()
            return
        if workspace.call is not None:
            pop.show_ringing(workspace.call, self._queue_name(workspace.call.queue_id))
        if workspace.match is not None:
            pop.show_match(workspace.match)
        elif workspace.trouble:
            pop.show_failure(workspace.trouble)
        elif workspace.is_slow:
            pop.show_slow()
        self._panels.show_in_column(pop)
        self._panels.timeline.show_empty()
        self._panels.orders.show_orders(())

    def _show_nobody(self) -> None:
        panels = self._panels
        panels.card.show_empty()
        panels.show_in_column(panels.card)
        panels.timeline.show_entries((), 0)
        panels.orders.show_orders(())

    # What the agent wants

    def _choose(self, customer_id: str) -> None:
        shown = self._shown
        if shown is None or shown.call_id is None:
            return
        call_id = shown.call_id
        self._context.ask(
            lambda: self._context.desk.screen_pop.choose(call_id, CustomerId(customer_id)),
            owner=self,
        )

    def _create(self, new: NewCustomer) -> None:
        if self._is_creating:
            # The key was pressed twice: one record is on its way already.
            return
        self._is_creating = True
        shown = self._shown
        call_id = shown.call_id if shown else None

        def settled() -> None:
            self._is_creating = False

        async def work() -> CustomerCard:
            card = await self._context.desk.customers.create(new)
            if call_id is not None:
                return await self._context.desk.screen_pop.choose(call_id, card.customer.id)
            return card

        self._context.ask(
            work, self._refreshed, failed=self._refuse_new, always=settled, owner=self
        )

    def _refuse_new(self, error: AgentDeskError) -> None:
        field = str(error.details.get("field", ""))
        self._panels.pop.show_error(field, error_text(error))

    def _retry(self) -> None:
        shown = self._shown
        if shown is None or shown.call_id is None:
            return
        shown.trouble, shown.is_slow = "", False
        call_id = shown.call_id

        async def work() -> None:
            self._context.desk.screen_pop.retry(call_id)

        self._context.ask(work, owner=self)
        self._show_pop()

    def _save(self, changes: CustomerChanges) -> None:
        self._context.ask(
            lambda: self._context.desk.customers.change(changes),
            self._refreshed,
            failed=self._refuse_change,
            owner=self,
        )

    def _reload(self) -> None:
        """Take the saved record instead of one that was changed meanwhile."""
        if self._shown is not None and self._shown.customer_id is not None:
            self.refresh(self._shown.customer_id)

    def _refuse_change(self, error: AgentDeskError) -> None:
        if isinstance(error, StaleVersionError):
            self._panels.card.show_stale(error_text(error))
            return
        self._panels.card.show_error(str(error.details.get("field", "")), error_text(error))

    def _add_note(self, text: str) -> None:
        shown = self._shown
        if shown is None or shown.customer_id is None:
            return
        customer_id = shown.customer_id
        self._context.ask(
            lambda: self._context.desk.customers.add_note(customer_id, text),
            self._refreshed,
            failed=self._refuse_change,
            owner=self,
        )

    def _filter(self, kinds: frozenset[TimelineKind] | None) -> None:
        self._kinds = kinds
        self._load(0)

    def _load_more(self, offset: int) -> None:
        self._load(offset)

    def _load(self, offset: int) -> None:
        shown, kinds = self._shown, self._kinds
        if shown is None or shown.customer_id is None:
            return
        customer_id = shown.customer_id
        self._context.ask(
            lambda: self._context.desk.customers.timeline(customer_id, kinds=kinds, offset=offset),
            lambda page: self._show_page(shown, kinds, offset, *page),
            failed=lambda error: self._panels.timeline.show_unavailable(error_text(error)),
            owner=self,
        )

    def _show_page(
        self,
        workspace: Workspace,
        kinds: frozenset[TimelineKind] | None,
        offset: int,
        entries: Sequence[TimelineEntry],
        total: int,
    ) -> None:
        """Show a page, unless the agent has turned to somebody or something else meanwhile."""
        if workspace is not self._shown or kinds != self._kinds or workspace.card is None:
            return
        if offset:
            self._panels.timeline.append_entries(entries)
            return
        self._panels.timeline.show_entries(entries, total)

    def _open_entry(self, entry: TimelineEntry) -> None:
        if entry.kind is TimelineKind.TICKET:
            self.ticket_wanted.emit(entry.id)
        elif entry.kind is TimelineKind.ORDER:
            self.order_wanted.emit(entry.id)

    def _find(self, query: str) -> None:
        self._context.ask(
            lambda: self._context.desk.customers.search(query),
            lambda hits: self._search.show_hits(query, list(hits)),
            failed=lambda error: self._search.show_error(error_text(error)),
            owner=self,
        )

    def _open_hit(self, hit: SearchHit) -> None:
        ticket = hit.id if hit.kind is SearchKind.TICKET else ""
        self.open_customer(hit.customer_id, then_ticket=ticket)


def _leave_as_it_is(error: AgentDeskError) -> None:
    """Keep the older card on the screen; the notice about the database says why."""
