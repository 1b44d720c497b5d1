"""Wires the floor's page to the desk's presence: looks while it is in sight; main thread."""

from __future__ import annotations

from PySide6.QtCore import QObject

from agent_desk.services.presence import FloorChangedEvent, Presence
from ui.floor.page import FloorPage
from ui.presenters.context import Context
from ui.presenters.storage import unavailable_text


class FloorPresenter(QObject):
    """Watches the floor for the page, and only for it."""

    def __init__(self, *, context: Context, presence: Presence, page: FloorPage) -> None:
        """Follow what ``presence`` sees; nothing is asked for before the page is shown."""
        super().__init__()
        self._context = context
        self._presence = presence
        self._page = page
        context.bridge.subscribe(FloorChangedEvent, self._on_floor)
        page.watched.connect(self._watch)

    def _watch(self, is_wanted: bool) -> None:
        work = self._presence.watch if is_wanted else self._presence.unwatch
        self._context.ask(work, owner=self)

    def _on_floor(self, event: FloorChangedEvent) -> None:
        if event.error is not None:
            self._page.show_unseen(unavailable_text(event.error), event.floor)
        elif event.floor is not None:
            self._page.show_floor(event.floor)
