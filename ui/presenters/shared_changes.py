"""Keeps what is on the screen as other desks leave it; main thread.

Nothing here takes the focus or a word that is being typed: lists are read again when somebody
looks at them, the card under an open form stays as it is, and a calm line says who was first.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import SystemRandom

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from agent_desk.domain.change import Change, FeedState, FeedStateChangedEvent
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import AgentId, CustomerId
from agent_desk.services.change_watch import SharedRecordsChangedEvent, SharedRecordsReloadEvent
from ui.customer.customer_card import CustomerCardPanel
from ui.formats import format_time
from ui.language import tr
from ui.presenters.contact import ContactPresenter
from ui.presenters.context import Context
from ui.presenters.workspaces import Workspace
from ui.widgets.gathering import Gathering

GATHER_MS = 300
"""Pause before the card is read again: what a colleague saves comes in several changes."""

LIST_MS = 1000
"""Shortest pause between two readings of a list, give or take a fifth: desks take turns."""

AWAY_MS = 5000
"""How long the feed may be away before it is said; most cuts are mended sooner."""

NOTICE = "shared"


class FreshList(QObject):
    """Reads the list on ``page`` again after a change, at once or when it is looked at."""

    def __init__(
        self, page: QWidget, refresh: Callable[[], None], *, pause_ms: int = LIST_MS
    ) -> None:
        """Belong to ``page``."""
        super().__init__(page)
        self._page = page
        self._refresh = refresh
        self._is_stale = False
        pause = round(pause_ms * SystemRandom().uniform(0.8, 1.2))
        self._timer = QTimer(self, singleShot=True, interval=pause)
        self._timer.timeout.connect(self._read)
        page.installEventFilter(self)

    def change(self) -> None:
        """Note that the list is old; it is read at once when the last time was long ago."""
        self._is_stale = True
        if not self._timer.isActive():
            self._read()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Read an old list when its page is shown."""
        if event.type() == QEvent.Type.Show:
            # After the page itself: it is not visible yet.
            QTimer.singleShot(0, self, self._read)
        return super().eventFilter(watched, event)

    def _read(self) -> None:
        if self._is_stale and self._page.isVisible():
            self._is_stale = False
            self._timer.start()
            self._refresh()


class SharedChangesPresenter(QObject):
    """Follows the other desks for the card on the screen, its ticket, and every list."""

    def __init__(
        self,
        *,
        context: Context,
        contact: ContactPresenter,
        card: CustomerCardPanel,
        away_ms: int = AWAY_MS,
    ) -> None:
        """Follow changes for the customer whom ``contact`` shows on ``card``."""
        super().__init__()
        self._context = context
        self._contact = contact
        self._card = card
        self._lists: list[tuple[Callable[[Change], bool], FreshList]] = []
        self._told: dict[CustomerId, Change] = {}
        # Cards behind the one on the screen: read again when somebody turns to them.
        self._stale: set[CustomerId] = set()
        self._gather = Gathering(self._refresh_card, pause_ms=GATHER_MS, owner=self)
        self._away = QTimer(self, singleShot=True, interval=away_ms)
        self._away.timeout.connect(self._say_away)
        context.bridge.subscribe(SharedRecordsChangedEvent, self._on_changed)
        context.bridge.subscribe(SharedRecordsReloadEvent, self._on_reload)
        context.bridge.subscribe(FeedStateChangedEvent, self._on_state)
        contact.card_changed.connect(self._on_card)
        contact.attended.connect(self._on_attended)

    def follow(
        self, page: QWidget, refresh: Callable[[], None], concerns: Callable[[Change], bool]
    ) -> None:
        """Let ``refresh`` read the list on ``page`` again after a change that it ``concerns``."""
        self._lists.append((concerns, FreshList(page, refresh)))

    def _on_changed(self, event: SharedRecordsChangedEvent) -> None:
        for concerns, shown_list in self._lists:
            if any(map(concerns, event.changes)):
                shown_list.change()
        self._stale |= event.customers & self._contact.open_customers
        shown = self._contact.shown
        if shown is not None:
            self._follow_shown(shown, event)

    def _follow_shown(self, shown: Workspace, event: SharedRecordsChangedEvent) -> None:
        if shown.ticket is not None:
            change = event.newest(Stream.TICKET, shown.ticket.id)
            if change is not None:
                number = shown.ticket.number
                self._by_name(change, partial(self._say_ticket, number, change))
        if shown.customer_id is None:
            return
        record = event.newest(Stream.CUSTOMER, shown.customer_id)
        if record is not None:
            self._told[shown.customer_id] = record
        if shown.customer_id in self._stale:
            self._gather.wish()

    def _on_reload(self, _event: SharedRecordsReloadEvent) -> None:
        for _, shown_list in self._lists:
            shown_list.change()
        self._stale |= self._contact.open_customers
        self._refresh_card()

    def _on_attended(self, workspace: Workspace) -> None:
        if workspace.customer_id in self._stale and not self._gather.isActive():
            self._refresh_card()

    def _refresh_card(self) -> None:
        """Read what is on the screen again, whoever it is by now."""
        shown = self._contact.shown
        if shown is not None and shown.customer_id is not None:
            self._stale.discard(shown.customer_id)
            self._contact.refresh(shown.customer_id)

    def _on_card(self, workspace: Workspace) -> None:
        """Say who changed the record under an open form, once the new one is there."""
        if workspace is not self._contact.shown or workspace.customer_id is None:
            return
        change = self._told.pop(workspace.customer_id, None)
        if change is not None and self._is_typed_over(workspace):
            self._by_name(change, lambda who: self._say_record(workspace, change, who))

    def _say_record(self, workspace: Workspace, change: Change, who: str) -> None:
        if self._is_typed_over(workspace):
            time = format_time(change.at)
            self._card.show_stale(tr("shared.changed_by", who=who, time=time))

    def _is_typed_over(self, workspace: Workspace) -> bool:
        """Return whether somebody edits the record of ``workspace`` on the screen now."""
        is_shown = workspace is self._contact.shown
        return is_shown and self._card.is_editing() and self._card.form.is_dirty()

    def _say_ticket(self, number: int, change: Change, who: str) -> None:
        time = format_time(change.at)
        text = tr("shared.ticket_changed_by", number=number, who=who, time=time)
        self._context.notify(f"{NOTICE}.ticket", text)

    def _by_name(self, change: Change, say: Callable[[str], None]) -> None:
        """Call ``say`` with what people call who made ``change``."""
        colleagues = self._context.desk.colleagues
        self._context.ask(lambda: colleagues.name_of(change.actor), say, owner=self)

    def _on_state(self, event: FeedStateChangedEvent) -> None:
        if event.state is not FeedState.AWAY:
            self._away.stop()
            self._context.notices.clear(NOTICE)
        elif not self._away.isActive():
            self._away.start()

    def _say_away(self) -> None:
        self._context.notify(NOTICE, tr("shared.away"), "warning")


def is_about_order(change: Change) -> bool:
    """Return whether an order changed."""
    return change.stream is Stream.WORK_ORDER


def is_return_to(owner: AgentId, change: Change) -> bool:
    """Return whether a department gave an order back to ``owner``, who is to call."""
    return change.kind == "OrderReturned" and change.owner == owner
