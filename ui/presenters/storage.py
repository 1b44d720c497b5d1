"""Wires the calm line about the database: away, and back again; main thread."""

from __future__ import annotations

from PySide6.QtCore import QObject

from agent_desk.services.recorder import StorageStateChangedEvent
from ui.language import error_text, tr
from ui.presenters.context import Context

NOTICE = "storage"


class StoragePresenter(QObject):
    """Says once that the database is away, and once that it is back."""

    def __init__(self, *, context: Context) -> None:
        """Follow the recorder."""
        super().__init__()
        self._context = context
        context.bridge.subscribe(StorageStateChangedEvent, self._on_changed)

    def _on_changed(self, event: StorageStateChangedEvent) -> None:
        notices = self._context.notices
        if event.error is not None:
            text = tr("desk.storage_away", reason=error_text(event.error))
            notices.show_notice(NOTICE, text, "warning")
            return
        notices.clear(NOTICE)
        notices.show_notice("storage.back", tr("desk.storage_back"), "success")
