"""Wires the screen pop: what is known about a caller before a customer is chosen; main thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QTimer, Signal

from agent_desk.domain.acd import QueueStatus
from agent_desk.domain.call import Call, LocalConnectionState
from agent_desk.domain.customer import CustomerCard, NewCustomer
from agent_desk.domain.errors import AgentDeskError, NotFoundError
from agent_desk.domain.identifiers import CallId, CustomerId, InteractionId, QueueId
from agent_desk.services.screen_pop import (
    PopFailedEvent,
    PopMatchedEvent,
    PopSlowEvent,
    PopStartedEvent,
)
from agent_desk.services.wallboard import QueuesChangedEvent
from ui.customer.screen_pop import ScreenPopPanel
from ui.language import error_text, in_current_language
from ui.presenters.context import Context
from ui.presenters.workspaces import Workspace, Workspaces

BREATH_MS = 60
"""How long a ring waits for its record before the columns say that it is being looked up.

The call bar has the number at once. Most records come within this time, and then the columns
change once, not twice in a blink.
"""


class PopPresenter(QObject):
    """Follows the look-up of each caller.

    breath: the moment that a ring waits for its record. due: the workspace of the newest ring
    shall come on the screen now. changed: more is known about the caller of this workspace.
    created: the card of a customer who was just stored.
    """

    due = Signal(object)
    changed = Signal(object)
    created = Signal(object)

    def __init__(
        self,
        *,
        context: Context,
        panel: ScreenPopPanel,
        workspaces: Workspaces,
        shown: Callable[[], Workspace | None],
    ) -> None:
        """``shown`` returns the workspace on the screen."""
        super().__init__()
        self._context = context
        self._panel = panel
        self._workspaces = workspaces
        self._shown = shown
        self._is_creating = False
        self._coming: Workspace | None = None
        self.breath = QTimer(self, singleShot=True, interval=BREATH_MS)
        self.breath.timeout.connect(self._end_breath)
        self._calls: Mapping[CallId, Call] = {}
        self._queues: dict[QueueId, QueueStatus] = {}
        self._connect()

    @property
    def coming(self) -> Workspace | None:
        """The workspace of the ring that waits for its record, None when nothing waits."""
        return self._coming

    def follow_calls(self, calls: Mapping[CallId, Call]) -> None:
        """Know the present calls: a ring waits for no screen while the agent talks."""
        self._calls = calls

    def settle(self) -> None:
        """Wait no longer: something is on the screen now."""
        self._coming = None
        self.breath.stop()

    def show(self, workspace: Workspace) -> None:
        """Show what is known about the caller of ``workspace``."""
        panel, call = self._panel, workspace.call
        if call is not None:
            panel.show_ringing(call, self._queue_name(call.queue_id))
        if workspace.match is not None:
            panel.show_match(workspace.match)
        elif workspace.trouble:
            panel.show_failure(workspace.trouble)
        elif workspace.is_slow:
            panel.show_slow()

    def choose(self, customer_id: str) -> None:
        """Say that ``customer_id`` is who calls in the workspace on the screen."""
        shown = self._shown()
        if shown is None or shown.call_id is None:
            return
        call_id = shown.call_id
        self._context.ask(
            lambda: self._context.desk.screen_pop.choose(call_id, CustomerId(customer_id)),
            owner=self,
        )

    def _connect(self) -> None:
        bridge = self._context.bridge
        bridge.subscribe(PopStartedEvent, self._on_started)
        bridge.subscribe(PopMatchedEvent, self._on_matched)
        bridge.subscribe(PopSlowEvent, self._on_slow)
        bridge.subscribe(PopFailedEvent, self._on_failed)
        bridge.subscribe(QueuesChangedEvent, self._on_queues)
        self._panel.candidate_chosen.connect(self.choose)
        self._panel.new_customer_submitted.connect(self._create)
        self._panel.retry_requested.connect(self._retry)

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
            self.due.emit(workspace)
            return
        self._coming = workspace
        self.breath.start()

    def _on_matched(self, event: PopMatchedEvent) -> None:
        workspace = self._workspaces.of_call(event.call_id)
        if workspace is None or workspace.card is not None:
            return
        workspace.match, workspace.is_slow, workspace.trouble = event.result, False, ""
        # With a card the choice follows at once, and brings it.
        if event.card is None:
            self._tell(workspace)

    def _on_slow(self, event: PopSlowEvent) -> None:
        workspace = self._workspaces.of_call(event.call_id)
        if workspace is not None and workspace.match is None:
            workspace.is_slow = True
            self._tell(workspace)

    def _on_failed(self, event: PopFailedEvent) -> None:
        workspace = self._workspaces.of_call(event.call_id)
        if workspace is not None and workspace.card is None:
            workspace.trouble = error_text(event.error)
            self._tell(workspace)

    def _tell(self, workspace: Workspace) -> None:
        (self.due if workspace is self._coming else self.changed).emit(workspace)

    def _end_breath(self) -> None:
        """Bring the ring on, unless something else is on the screen by now."""
        if self._coming is not None:
            self.due.emit(self._coming)

    def _on_queues(self, event: QueuesChangedEvent) -> None:
        self._queues = {queue.queue_id: queue for queue in event.queues}

    def _queue_name(self, queue_id: QueueId | None) -> str:
        queue = self._queues.get(queue_id) if queue_id is not None else None
        if queue is None:
            return queue_id or ""
        return in_current_language(queue.name, queue.name_zh)

    def _create(self, new: NewCustomer) -> None:
        if self._is_creating:
            # The key was pressed twice: one record is on its way already.
            return
        self._is_creating = True
        shown = self._shown()
        call_id = shown.call_id if shown else None

        def settled() -> None:
            self._is_creating = False

        async def work() -> CustomerCard:
            desk = self._context.desk
            command = desk.commands.create_customer(new, self._record_of(call_id))
            await desk.outbox.submit(command)
            if call_id is not None:
                return await desk.screen_pop.choose(call_id, command.customer_id)
            return await desk.customers.card(command.customer_id)

        self._context.ask(
            work, self.created.emit, failed=self._refuse_new, always=settled, owner=self
        )

    def _record_of(self, call_id: CallId | None) -> InteractionId | None:
        """Return the id of the call's record; None without a call, or when it is long over."""
        if call_id is None:
            return None
        try:
            return self._context.desk.interactions.of_call(call_id).id
        except NotFoundError:
            return None

    def _refuse_new(self, error: AgentDeskError) -> None:
        field = str(error.details.get("field", ""))
        self._panel.show_error(field, error_text(error))

    def _retry(self) -> None:
        shown = self._shown()
        if shown is None or shown.call_id is None:
            return
        shown.trouble, shown.is_slow = "", False
        call_id = shown.call_id

        async def work() -> None:
            self._context.desk.screen_pop.retry(call_id)

        self._context.ask(work, owner=self)
        self.changed.emit(shown)
