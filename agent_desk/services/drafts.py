"""Drafts: what is being typed is on the disk within 300 ms; runs on the `desk-loop` thread."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from agent_desk.domain.draft import Draft
from agent_desk.domain.errors import StorageError
from agent_desk.ports.journal import Journal
from agent_desk.services.event_bus import EventBus

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSavedEvent:
    """The draft is on the disk."""

    draft: Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFailedEvent:
    """The draft could not be written; it lives only on the screen until the next try."""

    draft: Draft
    error: StorageError


class Drafts:
    """Keeps drafts in the journal."""

    def __init__(self, *, journal: Journal, bus: EventBus) -> None:
        """The journal is opened by the desk."""
        self._journal = journal
        self._bus = bus

    async def save(self, draft: Draft) -> None:
        """Write ``draft``, or forget it when it became empty; tells the bus how it went."""
        try:
            if draft.is_empty:
                await self._journal.discard_draft(draft.key)
                return
            await self._journal.save_draft(draft)
        except StorageError as error:
            _log.warning("draft %s is not on the disk: %s", draft.key, error)
            self._bus.publish(DraftFailedEvent(draft=draft, error=error))
            return
        self._bus.publish(DraftSavedEvent(draft=draft))

    async def discard(self, key: str) -> None:
        """Forget a draft that was saved for good or thrown away; raises StorageError."""
        await self._journal.discard_draft(key)

    async def recover(self) -> Sequence[Draft]:
        """Return what a former run left behind, newest first; raises StorageError."""
        return [draft for draft in await self._journal.drafts() if not draft.is_empty]
