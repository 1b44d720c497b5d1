"""Wires the calm line about the database: away, what is kept here, and back; main thread."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QObject

from agent_desk.domain.errors import AgentDeskError, StorageError
from agent_desk.domain.kept_command import KeptCommand
from agent_desk.domain.last_known import LastKnown
from agent_desk.domain.offline_pass import is_unreachable
from agent_desk.services.late_sign_in import SignInState, SignInStateChangedEvent
from agent_desk.services.outbox import OutboxChangedEvent
from agent_desk.services.recorder import StorageStateChangedEvent
from ui.formats import format_moment, format_time
from ui.language import error_text, tr
from ui.presenters.context import Context

NOTICE = "storage"


def unavailable_text(
    error: AgentDeskError, known_at: datetime | None = None, now: datetime | None = None
) -> str:
    """Return why a list cannot be read now; calmly where the line above has said it already.

    known_at: since when the list on the screen is as it is, None when there is none.
    """
    if not isinstance(error, StorageError) or not is_unreachable(error):
        return error_text(error)
    if known_at is None or now is None:
        return tr("desk.list_away")
    return tr("desk.list_as_of", moment=format_moment(known_at, now))


def known_text(known: LastKnown[Any], now: datetime) -> str:
    """Return how old a list is, and how much of it is not kept here; "" for the present one."""
    if known.as_of is None:
        return ""
    text = tr("desk.list_as_of", moment=format_moment(known.as_of, now))
    if known.left_out:
        text = f"{text} {tr('desk.list_left_out', count=known.left_out)}"
    return text


class StoragePresenter(QObject):
    """One line: that the database is away, how much is kept here, and once that it is back."""

    def __init__(self, *, context: Context) -> None:
        """Follow what writes; what a former run kept counts too."""
        super().__init__()
        self._context = context
        self._recording: StorageError | None = None
        self._submitting: StorageError | None = None
        self._signing_in: AgentDeskError | None = None
        self._is_refused = False
        self._waiting = 0
        self._is_said = False
        self._since: datetime | None = None
        context.bridge.subscribe(StorageStateChangedEvent, self._on_recorder)
        context.bridge.subscribe(OutboxChangedEvent, self._on_outbox)
        context.bridge.subscribe(SignInStateChangedEvent, self._on_sign_in)
        context.ask(self._before, self._begin, owner=self)

    async def _before(self) -> tuple[Sequence[KeptCommand], SignInStateChangedEvent | None]:
        late = self._context.desk.late_sign_in
        return self._context.desk.outbox.kept, None if late is None else late.now

    def _begin(self, before: tuple[Sequence[KeptCommand], SignInStateChangedEvent | None]) -> None:
        kept, sign_in = before
        self._waiting = OutboxChangedEvent(kept=tuple(kept)).waiting
        if sign_in is not None:
            self._on_sign_in(sign_in)
        else:
            self._say()

    def _on_sign_in(self, event: SignInStateChangedEvent) -> None:
        """Follow a desk that opened without its server; a refusal has a line of its own."""
        self._is_refused = event.state is SignInState.REFUSED
        self._signing_in = event.error
        if event.state is SignInState.SIGNED_IN:
            # What the recorder and the outbox met was the way that is no more.
            self._recording = self._submitting = None
        self._say()

    def _on_recorder(self, event: StorageStateChangedEvent) -> None:
        self._recording = event.error
        self._say()

    def _on_outbox(self, event: OutboxChangedEvent) -> None:
        self._submitting, self._waiting = event.away, event.waiting
        self._say()

    def _say(self) -> None:
        error = self._signing_in or self._recording or self._submitting
        notices = self._context.notices
        if error is None:
            self._since = None
        elif self._since is None:
            self._since = self._context.now()
        if self._is_refused:
            notices.clear(NOTICE)
        elif error is None and not self._waiting:
            self._say_back()
        elif error is None:
            text = tr("kept.saving", count=self._waiting)
            notices.show_notice(NOTICE, text, "info", tr("kept.show"))
        elif self._waiting:
            notices.show_notice(NOTICE, self._kept_text(error), "warning", tr("kept.show"))
        else:
            notices.show_notice(NOTICE, self._away_text(error), "warning")
        self._is_said = error is not None or bool(self._waiting)

    def _kept_text(self, error: AgentDeskError) -> str:
        since = self._unreachable_since(error)
        if since:
            return tr("kept.server_away", count=self._waiting, since=since)
        return tr("kept.away", count=self._waiting, reason=error_text(error))

    def _away_text(self, error: AgentDeskError) -> str:
        since = self._unreachable_since(error)
        if since:
            return tr("desk.server_away", since=since)
        return tr("desk.storage_away", reason=error_text(error))

    def _unreachable_since(self, error: AgentDeskError) -> str:
        """Return the time of day; ``""`` when somebody has answered, so that a reason is due."""
        is_away = isinstance(error, StorageError) and is_unreachable(error)
        return format_time(self._since) if is_away and self._since is not None else ""

    def _say_back(self) -> None:
        if self._is_said:
            notices = self._context.notices
            notices.clear(NOTICE)
            notices.show_notice("storage.back", tr("desk.storage_back"), "success")
