"""A journal that keeps everything in memory; runs on the loop of the test."""

from __future__ import annotations

from collections.abc import Sequence

from agent_desk.domain.draft import Draft
from agent_desk.domain.errors import DatabaseUnavailableError
from agent_desk.domain.event_log import LoggedEvent
from agent_desk.domain.identifiers import CommandId, EventId
from agent_desk.domain.kept_command import KeptCommand


class MemoryJournal:
    """``ports.journal.Journal`` without a file; what it holds outlives ``close``."""

    def __init__(self) -> None:
        """Start empty and closed."""
        self._is_open = False
        self._drafts: dict[str, Draft] = {}
        self._events: dict[EventId, LoggedEvent] = {}
        self._commands: dict[CommandId, KeptCommand] = {}

    async def open(self) -> None:
        """Open the journal."""
        self._is_open = True

    async def close(self) -> None:
        """Close the journal; what it holds stays for the next ``open``."""
        self._is_open = False

    async def save_draft(self, draft: Draft) -> None:
        """Keep ``draft``, replacing an earlier state of the same key."""
        self._require_open()
        self._drafts[draft.key] = draft

    async def discard_draft(self, key: str) -> None:
        """Forget a draft; unknown keys change nothing."""
        self._require_open()
        self._drafts.pop(key, None)

    async def drafts(self) -> Sequence[Draft]:
        """Return all drafts, newest first."""
        self._require_open()
        return sorted(self._drafts.values(), key=lambda draft: draft.saved_at, reverse=True)

    async def spool(self, events: Sequence[LoggedEvent]) -> None:
        """Keep events in order; known ids change nothing."""
        self._require_open()
        for event in events:
            self._events.setdefault(event.id, event)

    async def spooled(self) -> Sequence[LoggedEvent]:
        """Return the kept events in the order in which they came."""
        self._require_open()
        return list(self._events.values())

    async def forget_spooled(self, ids: Sequence[EventId]) -> None:
        """Forget events that the database has taken now."""
        self._require_open()
        for id_ in ids:
            self._events.pop(id_, None)

    async def keep_command(self, kept: KeptCommand) -> None:
        """Keep a command behind those kept before; a known id changes in its place."""
        self._require_open()
        self._commands[kept.id] = kept

    async def kept_commands(self) -> Sequence[KeptCommand]:
        """Return the kept commands in the order in which they came."""
        self._require_open()
        return list(self._commands.values())

    async def forget_commands(self, ids: Sequence[CommandId]) -> None:
        """Forget commands that were applied or discarded; unknown ids change nothing."""
        self._require_open()
        for id_ in ids:
            self._commands.pop(id_, None)

    def _require_open(self) -> None:
        if not self._is_open:
            raise DatabaseUnavailableError(path="(memory)", reason="it is not open")
