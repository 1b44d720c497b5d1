"""The desk's own journal: what must survive ``kill -9`` of this program on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from agent_desk.domain.draft import Draft
from agent_desk.domain.event_log import LoggedEvent
from agent_desk.domain.identifiers import CommandId, EventId
from agent_desk.domain.kept_command import KeptCommand


class Journal(Protocol):
    """A local file of drafts, and of events and commands that the database could not take.

    Called on `desk-loop`; what a method has returned from is on the disk. Raises StorageError.
    """

    async def open(self) -> None:
        """Open the journal, making it when it is missing."""
        ...

    async def close(self) -> None:
        """Finish what is running and release the file."""
        ...

    async def save_draft(self, draft: Draft) -> None:
        """Keep ``draft``, replacing an earlier state of the same key."""
        ...

    async def discard_draft(self, key: str) -> None:
        """Forget a draft that was saved for good or thrown away; unknown keys change nothing."""
        ...

    async def drafts(self) -> Sequence[Draft]:
        """Return all drafts, newest first."""
        ...

    async def spool(self, events: Sequence[LoggedEvent]) -> None:
        """Keep events that the database could not take, in order."""
        ...

    async def spooled(self) -> Sequence[LoggedEvent]:
        """Return the kept events in the order in which they came."""
        ...

    async def forget_spooled(self, ids: Sequence[EventId]) -> None:
        """Forget events that the database has taken now."""
        ...

    async def keep_command(self, kept: KeptCommand) -> None:
        """Keep a command behind those kept before; a known id changes in its place."""
        ...

    async def kept_commands(self) -> Sequence[KeptCommand]:
        """Return the kept commands in the order in which they came."""
        ...

    async def forget_commands(self, ids: Sequence[CommandId]) -> None:
        """Forget commands that were applied or discarded; unknown ids change nothing."""
        ...
