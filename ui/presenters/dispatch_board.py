"""Wires the dispatcher's board: every open order, then only those that change; main thread."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer

from agent_desk.domain.board import BoardOrder, CardClock
from agent_desk.domain.change import FeedState, FeedStateChangedEvent
from agent_desk.domain.errors import AgentDeskError
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import WorkOrderId
from agent_desk.domain.last_known import LastKnown
from agent_desk.domain.order_story import StoryStep
from agent_desk.domain.work_order import WorkOrder
from agent_desk.services.case_log import WorkOrderChangedEvent
from agent_desk.services.change_watch import SharedRecordsChangedEvent, SharedRecordsReloadEvent
from agent_desk.services.known_lists import BoardOrders
from agent_desk.services.recorder import StorageStateChangedEvent
from agent_desk.services.service_levels import ServiceLevelsChangedEvent
from ui.board.page import DispatchPage
from ui.offers import may_take
from ui.presenters.board_steps import BoardSteps
from ui.presenters.context import Context
from ui.presenters.storage import known_text, unavailable_text
from ui.widgets.gathering import Gathering

GATHER_MS: Final = 50
"""Pause before changed cards are read: what happens in one moment is read at once."""

CLOCKS_MS: Final = 150
"""Pause before clocks are asked for: the cards are painted first, and clocks change by hundreds."""

_MANY: Final = 1000
"""So many changed orders are read by reading the board anew."""

_Ids = frozenset[WorkOrderId]


class DispatchBoardPresenter(QObject):
    """The board on its page.

    A change of an order reads this order and no other, and paints its card. While nobody looks at
    the page, changes are only remembered.
    """

    def __init__(self, *, context: Context, now: Callable[[], datetime]) -> None:
        """Read the board, make its page meanwhile, and follow every change."""
        super().__init__()
        self._context = context
        self._stale: set[WorkOrderId] = set()
        self._is_stale = False
        self._is_reading = False
        self._is_away = False
        self._known_at: datetime | None = None
        self._ticking: set[WorkOrderId] = set()
        # The answer comes by a queued signal: by then the page is there.
        self.refresh()
        self.page = page = DispatchPage(now=now)
        self._gather = Gathering(self._read, pause_ms=GATHER_MS, owner=page)
        self._clocks = QTimer(page, singleShot=True, interval=CLOCKS_MS)
        self._clocks.timeout.connect(self._ask_clocks)
        self.steps = BoardSteps(context=context, page=page)
        page.offer_steps(partial(may_take, context.desk.access.may))
        page.watched.connect(self._on_watched)
        page.reload_requested.connect(self.refresh)
        page.whole_wanted.connect(self._tell_whole)
        page.step_dropped.connect(lambda late: self._changed({late.command.order_id}))
        self.steps.stale.connect(self._changed)
        self._follow()
        desk = context.desk
        context.ask(desk.tickets.departments, page.set_departments, owner=self)
        context.ask(desk.tickets.categories, page.set_categories, owner=self)

    def refresh(self) -> None:
        """Read every open order anew."""
        self._is_stale = False
        self._is_reading = True
        # What changes from now on may be missing in what comes: it is read once more after it.
        self._stale.clear()
        self._context.ask(
            self._context.desk.lists.board,
            self._show_all,
            failed=self._all_unavailable,
            always=self._done_reading,
            owner=self,
        )

    def _follow(self) -> None:
        bridge = self._context.bridge
        bridge.subscribe(WorkOrderChangedEvent, lambda event: self._changed({event.order.id}))
        bridge.subscribe(SharedRecordsChangedEvent, self._on_shared)
        bridge.subscribe(SharedRecordsReloadEvent, lambda _: self._all_changed())
        bridge.subscribe(ServiceLevelsChangedEvent, self._on_levels)
        bridge.subscribe(FeedStateChangedEvent, self._on_feed)
        bridge.subscribe(StorageStateChangedEvent, self._on_storage)

    def _on_shared(self, event: SharedRecordsChangedEvent) -> None:
        changed = {WorkOrderId(order_id) for order_id in event.ids(Stream.WORK_ORDER)}
        renamed = event.ids(Stream.CUSTOMER)
        if renamed:
            model = self.page.model
            changed |= {order.id for order in model.all() if order.customer_id in renamed}
        self._changed(changed)

    def _on_feed(self, event: FeedStateChangedEvent) -> None:
        if event.state is not FeedState.AWAY and self._is_away:
            self._all_changed()

    def _on_storage(self, event: StorageStateChangedEvent) -> None:
        if event.error is None and self._is_away:
            self._all_changed()

    def _on_watched(self, watched: bool) -> None:
        if watched and (self._is_stale or self._stale):
            self._gather.wish()

    def _changed(self, ids: Collection[str]) -> None:
        self._stale.update(map(WorkOrderId, ids))
        if self._stale:
            self._gather.wish()

    def _all_changed(self) -> None:
        self._is_stale = True
        self._gather.wish()

    def _read(self) -> None:
        """Read what changed, once the page is looked at and nothing is on its way."""
        if self._is_reading or not self.page.isVisible():
            return
        if self._is_stale or len(self._stale) > _MANY:
            self.refresh()
            return
        ids = frozenset(self._stale)
        self._stale.clear()
        if not ids:
            return
        self._is_reading = True
        desk = self._context.desk

        async def work() -> tuple[Sequence[BoardOrder], Mapping[WorkOrderId, CardClock]]:
            return await desk.lists.board_changes(ids), await desk.board.clocks(ids)

        def failed(error: AgentDeskError) -> None:
            self._stale.update(ids)
            self._unavailable(error)

        self._context.ask(
            work,
            lambda found: self._show_some(ids, *found),
            failed=failed,
            always=self._done_reading,
            owner=self,
        )

    def _done_reading(self) -> None:
        self._is_reading = False
        if not (self._stale or self._is_stale):
            return
        if self._is_away:
            self._gather.wish()
        else:
            self._gather.wish_again()

    def _show_all(self, known: LastKnown[BoardOrders]) -> None:
        # Without the server the next sign of it reads everything anew.
        self._is_stale = self._is_away = known.as_of is not None
        self._known_at = known.as_of or self._context.now()
        orders = known.value.orders
        self.page.show_orders(orders)
        if self._is_away:
            self.page.show_unavailable(known_text(known, self._context.now()))
        self._ticking.update(order.id for order in orders)
        self._clocks.start()

    def _show_some(
        self, ids: _Ids, found: Sequence[BoardOrder], clocks: Mapping[WorkOrderId, CardClock]
    ) -> None:
        self._known_at = self._context.now()
        if self._is_away:
            self._is_away = False
            self.page.show_available()
        self.page.show_changed(ids, found)
        self.page.show_clocks(ids, clocks)

    def _on_levels(self, event: ServiceLevelsChangedEvent) -> None:
        self._ticking.update(event.deadlines)
        if self._ticking and not self._clocks.isActive():
            self._clocks.start()

    def _ask_clocks(self) -> None:
        """Show the service clocks that changed, as soon as they are worked out."""
        ids = frozenset(self._ticking)
        self._ticking.clear()
        self._context.ask(
            lambda: self._context.desk.board.clocks(ids),
            lambda clocks: self.page.show_clocks(ids, clocks),
            owner=self,
        )

    def _all_unavailable(self, error: AgentDeskError) -> None:
        # The next change reads everything, not only what it changed.
        self._is_stale = True
        self._unavailable(error)

    def _unavailable(self, error: AgentDeskError) -> None:
        self._is_away = True
        self.page.show_unavailable(unavailable_text(error, self._known_at, self._context.now()))

    def _tell_whole(self, order_id: str) -> None:
        wanted = WorkOrderId(order_id)
        desk = self._context.desk

        async def work() -> tuple[WorkOrder, Sequence[StoryStep]]:
            return await desk.orders.get(wanted), await desk.order_stories.of_order(wanted)

        self._context.ask(
            work,
            lambda found: self.page.show_whole(*found),
            failed=lambda error: self.page.detail.show_unavailable(unavailable_text(error)),
            owner=self,
        )
