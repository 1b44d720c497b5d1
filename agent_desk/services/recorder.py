"""Writes every event to the append-only log, in order; runs on the `desk-loop` thread.

While the database cannot take events they are spooled to the journal, which survives the death of
this program, and are replayed in order later. An event's id makes a replay harmless.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from agent_desk.domain.errors import StorageError
from agent_desk.domain.event_log import LoggedEvent, Stream, from_payload
from agent_desk.domain.interaction import Interaction
from agent_desk.ports.journal import Journal
from agent_desk.ports.storage import Storage, UnitOfWork
from agent_desk.services.event_bus import EventBus

_log = logging.getLogger(__name__)

RETRY_SECONDS = 2.0
"""Pause between attempts while the database is away, in seconds of real time."""

BATCH = 200
"""Most events written in one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageStateChangedEvent:
    """The database went away (error set) or is back (error None); spooled: events that wait."""

    error: StorageError | None
    spooled: int = 0


class Recorder:
    """One queue of events in front of the database."""

    def __init__(self, *, storage: Storage, journal: Journal, bus: EventBus) -> None:
        """Nothing is written before ``start``."""
        self._storage = storage
        self._journal = journal
        self._bus = bus
        self._queue: list[LoggedEvent] = []
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._task: asyncio.Task[None] | None = None
        self._spooled = 0
        self._error: StorageError | None = None

    async def start(self) -> None:
        """Take up what a former run spooled, then write whatever comes."""
        self._spooled = len(await self._journal.spooled())
        if self._spooled:
            self._wake.set()
            self._idle.clear()
        self._task = asyncio.create_task(self._run(), name="recorder")

    async def stop(self) -> None:
        """Write or spool everything that came so far, then stop."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None
        if self._queue:
            await self._flush()

    def record(self, events: Sequence[LoggedEvent]) -> None:
        """Queue ``events`` for writing."""
        self._queue.extend(events)
        self._idle.clear()
        self._wake.set()

    async def settled(self) -> None:
        """Return once everything recorded so far is in the database or in the journal."""
        await self._idle.wait()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._flush()
            if not self._queue:
                self._idle.set()
            if self._spooled:
                # Real time on purpose: the database does not heal faster in a fast simulation.
                await asyncio.sleep(RETRY_SECONDS)
                self._wake.set()

    async def _flush(self) -> None:
        """Write what is spooled, then what is queued; spool the queue when that fails."""
        batch: list[LoggedEvent] = []
        try:
            await self._replay()
            while self._queue:
                batch, self._queue = self._queue[:BATCH], self._queue[BATCH:]
                await self._write(batch)
                batch = []
        except StorageError as error:
            batch, self._queue = batch + self._queue, []
            await self._spool(batch, error)
        except asyncio.CancelledError:
            # A cancelled write may have been committed; its ids make writing it again harmless.
            self._queue = batch + self._queue
            raise
        else:
            self._say(None)

    async def _replay(self) -> None:
        if not self._spooled:
            return
        waiting = list(await self._journal.spooled())
        while waiting:
            batch, waiting = waiting[:BATCH], waiting[BATCH:]
            await self._write(batch)
            await self._journal.forget_spooled([event.id for event in batch])
        self._spooled = 0

    async def _write(self, events: Sequence[LoggedEvent]) -> None:
        await self._storage.write(lambda uow: apply_events(uow, events))

    async def _spool(self, events: Sequence[LoggedEvent], error: StorageError) -> None:
        try:
            await self._journal.spool(events)
        except StorageError as journal_error:
            # Both are gone (a full disk): keep the events in memory and say so.
            self._queue = [*events, *self._queue]
            _log.warning("neither database nor journal takes events: %s", journal_error)
            self._spooled = max(self._spooled, 1)
            self._say(journal_error)
            return
        self._spooled += len(events)
        self._say(error)

    def _say(self, error: StorageError | None) -> None:
        changed = (error is None) != (self._error is None)
        self._error = error
        if not changed:
            return
        if error is not None:
            _log.warning("database away, %d events spooled: %s", self._spooled, error)
        self._bus.publish(StorageStateChangedEvent(error=error, spooled=self._spooled))


def apply_events(uow: UnitOfWork, events: Sequence[LoggedEvent]) -> None:
    """Append ``events`` and save the call records that they carry."""
    uow.events.append(events)
    for event in events:
        if event.stream is Stream.INTERACTION:
            uow.interactions.save(from_payload(Interaction, event.payload))
