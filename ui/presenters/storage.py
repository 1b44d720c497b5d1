"""Wires the calm line about the database: away, what is kept here, and back; main thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from agent_desk.domain.errors import StorageError
from agent_desk.domain.kept_command import KeptCommand
from agent_desk.services.outbox import OutboxChangedEvent
from agent_desk.services.recorder import StorageStateChangedEvent
from ui.language import error_text, tr
from ui.presenters.context import Context

NOTICE = "storage"


class StoragePresenter(QObject):
    """One line: that the database is away, how much is kept here, and once that it is back."""

    def __init__(self, *, context: Context) -> None:
        """Follow what writes; what a former run kept counts too."""
        super().__init__()
        self._context = context
        self._recording: StorageError | None = None
        self._submitting: StorageError | None = None
        self._waiting = 0
        self._is_said = False
        context.bridge.subscribe(StorageStateChangedEvent, self._on_recorder)
        context.bridge.subscribe(OutboxChangedEvent, self._on_outbox)
        context.ask(self._kept_before, self._count, owner=self)

    async def _kept_before(self) -> Sequence[KeptCommand]:
        return self._context.desk.outbox.kept

    def _count(self, kept: Sequence[KeptCommand]) -> None:
        self._waiting = OutboxChangedEvent(kept=tuple(kept)).waiting
        self._say()

    def _on_recorder(self, event: StorageStateChangedEvent) -> None:
        self._recording = event.error
        self._say()

    def _on_outbox(self, event: OutboxChangedEvent) -> None:
        self._submitting, self._waiting = event.away, event.waiting
        self._say()

    def _say(self) -> None:
        error = self._recording or self._submitting
        notices = self._context.notices
        if error is None and not self._waiting:
            self._say_back()
        elif error is None:
            text = tr("kept.saving", count=self._waiting)
            notices.show_notice(NOTICE, text, "info", tr("kept.show"))
        elif self._waiting:
            text = tr("kept.away", count=self._waiting, reason=error_text(error))
            notices.show_notice(NOTICE, text, "warning", tr("kept.show"))
        else:
            text = tr("desk.storage_away", reason=error_text(error))
            notices.show_notice(NOTICE, text, "warning")
        self._is_said = error is not None or bool(self._waiting)

    def _say_back(self) -> None:
        if self._is_said:
            notices = self._context.notices
            notices.clear(NOTICE)
            notices.show_notice("storage.back", tr("desk.storage_back"), "success")
