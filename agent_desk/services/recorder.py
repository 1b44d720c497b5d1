"""Writes every event to the append-only log, in order; runs on the `desk-loop` thread.

While the database cannot take events they are spooled to the journal, which survives the death of
this program, and are replayed in order later. An event's id makes a replay harmless. A database
that only hangs is not waited for: what it was given is spooled meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from agent_desk.domain.errors import DatabaseTimeoutError, NotFoundError, StorageError
from agent_desk.domain.event_log import LoggedEvent, Stream, from_payload
from agent_desk.domain.interaction import Interaction
from agent_desk.ports.journal import Journal
from agent_desk.ports.storage import Storage, UnitOfWork
from agent_desk.services.event_bus import EventBus

_log = logging.getLogger(__name__)

K = TypeVar("K")

RETRY_SECONDS = 2.0
"""Pause between attempts while the database is away, in seconds of real time."""

GATHER_SECONDS = 0.05
"""Pause before what has just come is written, in seconds of real time.

The steps of one moment become one transaction, and a ringing call's record is on the screen before
its writing asks for the processor.
"""

BATCH = 200
"""Most events written in one transaction."""

SAFE_SECONDS = 0.25
"""Longest that events are in memory alone while the database takes its time, in seconds."""

PATIENCE_SECONDS = 2.5
"""Wait for a write, in seconds of real time; after it the database counts as away."""

LAST_SECONDS = 1.0
"""Wait for a write that hangs when the desk stops: what it writes is in the journal already."""


class _StillWritingError(Exception):
    """The database has what it was given, and has not said yet what became of it."""


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
        self._stopping = False
        self._spooled = 0
        self._error: StorageError | None = None
        self._only_in_memory = False
        self._retry_at = 0.0
        self._attempt: asyncio.Task[None] | None = None
        self._attempted: Sequence[LoggedEvent] = ()
        self._attempt_since = 0.0

    @property
    def spooled(self) -> int:
        """How many events wait in the journal for the database."""
        return self._spooled

    async def start(self) -> None:
        """Take up what a former run spooled, then write whatever comes; raises StorageError."""
        self._spooled = len(await self._journal.spooled())
        if self._spooled:
            self._wake.set()
            self._idle.clear()
        self._stopping = False
        self._task = asyncio.create_task(self._run(), name="recorder")

    async def stop(self) -> None:
        """Write or spool everything that came so far, then stop, even if nothing answers."""
        if self._task is None:
            return
        self._stopping = True
        self._wake.set()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None
        if self._attempt is not None:
            await asyncio.wait({self._attempt}, timeout=LAST_SECONDS)
        if self._queue or self._attempt is not None:
            await self._flush()
        if self._queue:
            _log.error("%d events are lost: no database and no journal", len(self._queue))
        # Nobody who waits for `settled` shall wait for ever.
        self._idle.set()

    def record(self, events: Sequence[LoggedEvent]) -> None:
        """Queue ``events`` for writing."""
        self._queue.extend(events)
        self._idle.clear()
        self._wake.set()

    def look_again(self) -> None:
        """Try the database at once: somebody knows that it is back."""
        self._retry_at = 0.0
        if self._spooled:
            self._idle.clear()
        self._wake.set()

    async def settled(self) -> None:
        """Return once everything recorded so far is in the database or in the journal."""
        await self._idle.wait()

    async def _run(self) -> None:
        while not self._stopping:
            await self._something_to_do()
            if not self._stopping:
                await asyncio.sleep(GATHER_SECONDS)
            await self._flush()
            if not self._queue and not self._is_undecided():
                self._idle.set()

    def _is_undecided(self) -> bool:
        """Return whether events wait in the journal for a database that is not known to be away."""
        return self._error is None and (self._attempt is not None or bool(self._spooled))

    async def _something_to_do(self) -> None:
        """Return when events came, a write has ended, or it is time to look at the database."""
        # Real time on purpose: the database does not heal faster in a fast simulation.
        with suppress(TimeoutError):
            async with asyncio.timeout_at(self._look_at()):
                await self._wake.wait()
        self._wake.clear()

    def _look_at(self) -> float | None:
        """Return the loop's time for the next look without a reason; None: not without one."""
        if self._attempt is not None:
            return None if self._error else self._attempt_since + PATIENCE_SECONDS
        return self._retry_at if self._error else None

    async def _flush(self) -> None:
        """Write what is spooled, then what is queued; spool the queue when that fails.

        An event leaves the queue when it is safe, never before: a cancelled write may have been
        committed all the same, and its id makes writing it again harmless.
        """
        now = asyncio.get_running_loop().time()
        if self._attempt is not None and not self._attempt.done():
            await self._spool(self._error or self._overdue(now))
            return
        is_pausing = now < self._retry_at and self._attempt is None and not self._stopping
        if self._error is not None and is_pausing:
            await self._spool(self._error)
            return
        try:
            await self._end_attempt()
            await self._replay()
            await self._write_queue()
        except _StillWritingError:
            await self._spool(self._error)
        except StorageError as error:
            await self._put_off(error)
        except Exception:  # noqa: BLE001 events must outlive any fault in writing them
            _log.exception("events could not be written")
            await self._put_off(StorageError(path="event log"))
        else:
            self._say(None)

    def _overdue(self, now: float) -> StorageError | None:
        """Return why the database counts as away, None while it is only slow."""
        if now < self._attempt_since + PATIENCE_SECONDS:
            return None
        return DatabaseTimeoutError(path="", seconds=PATIENCE_SECONDS)

    async def _end_attempt(self) -> None:
        """Take note of a write that took long and is over; raises what it raised.

        Its events were spooled meanwhile. Were they written again, a database that is always slow
        would never be done with them.
        """
        attempt, self._attempt = self._attempt, None
        if attempt is None or attempt.cancelled():
            return
        attempt.result()
        await self._forget(self._attempted)

    async def _put_off(self, error: StorageError) -> None:
        self._retry_at = asyncio.get_running_loop().time() + RETRY_SECONDS
        await self._spool(error)

    async def _write_queue(self) -> None:
        while self._queue:
            batch = self._queue[:BATCH]
            await self._write(batch)
            del self._queue[: len(batch)]

    async def _replay(self) -> None:
        if not self._spooled:
            return
        waiting = list(await self._journal.spooled())
        for start in range(0, len(waiting), BATCH):
            batch = waiting[start : start + BATCH]
            await self._write(batch)
            await self._forget(batch)
            self._spooled = max(0, self._spooled - len(batch))
        self._spooled = 0

    async def _forget(self, events: Sequence[LoggedEvent]) -> None:
        """Take written events out of the journal; those that stay are replayed without effect."""
        try:
            await self._journal.forget_spooled([event.id for event in events])
        except StorageError as error:
            _log.warning("%d written events stay in the journal: %s", len(events), error)

    async def _write(self, events: Sequence[LoggedEvent]) -> None:
        """Write ``events``; raises _StillWritingError when that takes longer than is safe."""
        attempt = asyncio.create_task(self._written(events), name="recorder-write")
        self._attempt, self._attempted = attempt, tuple(events)
        self._attempt_since = asyncio.get_running_loop().time()
        done, _ = await asyncio.wait({attempt}, timeout=SAFE_SECONDS)
        if not done:
            attempt.add_done_callback(self._on_attempt_over)
            raise _StillWritingError
        self._attempt = None
        attempt.result()

    def _on_attempt_over(self, attempt: asyncio.Task[None]) -> None:
        self._wake.set()
        if not attempt.cancelled():
            # A desk that has stopped meanwhile does not ask; its events are in the journal.
            attempt.exception()

    async def _written(self, events: Sequence[LoggedEvent]) -> None:
        try:
            await self._storage.write(lambda uow: apply_events(uow, events))
        except Exception as error:
            if not _is_about_content(error):
                raise
            await self._write_apart(events)

    async def _write_apart(self, events: Sequence[LoggedEvent]) -> None:
        """Write the log first, then the records: a bad one must not block the rest."""
        await self._storage.write(lambda uow: uow.events.append(events))
        try:
            # After an outage most of them name a ticket that waits to be saved itself.
            await self._storage.write(lambda uow: _save_all_unlinked(uow, events))
        except Exception as error:
            if not _is_about_content(error):
                raise
            await self._write_one_by_one(events)

    async def _write_one_by_one(self, events: Sequence[LoggedEvent]) -> None:
        for interaction_id in _touched(events):
            try:
                await self._storage.write(partial(_save_newest, interaction_id=interaction_id))
            except Exception as error:
                if not _is_about_content(error):
                    raise
                await self._write_unlinked(interaction_id)

    async def _write_unlinked(self, interaction_id: str) -> None:
        """Save a record that names a customer or ticket which still waits to be saved itself.

        It is linked when that is saved, see `InteractionRepository.link`.
        """
        try:
            await self._storage.write(partial(_save_unlinked, interaction_id=interaction_id))
        except Exception as error:
            if not _is_about_content(error):
                raise
            _log.exception("call record %s stays as it was; the log has it", interaction_id)

    async def _spool(self, error: StorageError | None) -> None:
        """Put the queue into the journal; ``error``: why the database is away, if it is."""
        events = tuple(self._queue)
        if events:
            try:
                await self._journal.spool(events)
            except StorageError as journal_error:
                # Both are gone (a full disk): keep the events in memory and say so.
                self._say(journal_error, only_in_memory=True)
                return
            del self._queue[: len(events)]
            self._spooled += len(events)
        self._say(error)

    def _say(self, error: StorageError | None, *, only_in_memory: bool = False) -> None:
        former = (self._error is None, self._only_in_memory)
        self._error, self._only_in_memory = error, only_in_memory
        if former == (error is None, only_in_memory):
            return
        if only_in_memory:
            _log.warning("neither database nor journal takes events: %s", error)
        elif error is not None:
            _log.warning("database away, %d events spooled: %s", self._spooled, error)
        self._bus.publish(StorageStateChangedEvent(error=error, spooled=self._spooled))


def apply_events(uow: UnitOfWork, events: Sequence[LoggedEvent]) -> None:
    """Append ``events`` and save the call records that they carry.

    A record is what the newest event of its stream says, so that applying events twice, also
    after newer ones, changes nothing.
    """
    uow.events.append(events)
    for interaction_id in _touched(events):
        _save_newest(uow, interaction_id=interaction_id)


def _touched(events: Sequence[LoggedEvent]) -> Sequence[str]:
    """Return the call records that ``events`` are about, each once."""
    ids = (event.stream_id for event in events if event.stream is Stream.INTERACTION)
    return tuple(dict.fromkeys(ids))


def _save_newest(uow: UnitOfWork, *, interaction_id: str) -> None:
    uow.interactions.save(_newest(uow, interaction_id))


def _save_all_unlinked(uow: UnitOfWork, events: Sequence[LoggedEvent]) -> None:
    for interaction_id in _touched(events):
        _save_unlinked(uow, interaction_id=interaction_id)


def _save_unlinked(uow: UnitOfWork, *, interaction_id: str) -> None:
    """Save the record without what the database does not know."""
    record = _newest(uow, interaction_id)
    if record.customer_id is not None and not _is_known(uow.customers.get, record.customer_id):
        record = replace(record, customer_id=None)
    if record.ticket_id is not None and not _is_known(uow.tickets.get, record.ticket_id):
        record = replace(record, ticket_id=None)
    uow.interactions.save(record)


def _newest(uow: UnitOfWork, interaction_id: str) -> Interaction:
    newest = uow.events.of(Stream.INTERACTION, interaction_id)[-1]
    return from_payload(Interaction, newest.payload)


def _is_known(get: Callable[[K], object], key: K) -> bool:
    try:
        get(key)
    except NotFoundError:
        return False
    return True


def _is_about_content(error: Exception) -> bool:
    """Return whether the database works, and only refuses what was to be written."""
    return type(error) is StorageError or not isinstance(error, StorageError)
