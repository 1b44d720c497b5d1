"""The outbox: what a person does is in the database, or on this machine's disk until it is.

Runs on the `desk-loop` thread. A command is tried at once; while the database is away it is kept
in the journal, acknowledged, and applied in its order later. The command's id makes every try
after the first harmless, also the one after a commit whose answer was lost. What the database
refuses becomes a conflict, which a person settles; nothing is thrown away in silence.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, overload

from agent_desk.domain.article import Article
from agent_desk.domain.article_command import ArticleCommand
from agent_desk.domain.command import (
    Command,
    CustomerCommand,
    OrderCommand,
    TicketCommand,
    command_payload,
)
from agent_desk.domain.customer import CustomerCard
from agent_desk.domain.draft import Draft
from agent_desk.domain.errors import (
    DatabaseTimeoutError,
    InputError,
    NotFoundError,
    StorageError,
)
from agent_desk.domain.escalation import EscalationAcknowledgedEvent
from agent_desk.domain.event_log import LoggedEvent
from agent_desk.domain.identifiers import CommandId, EventId, derived_uuid7
from agent_desk.domain.kept_command import (
    KeptCommand,
    KeptState,
    depends,
    held,
    refusal_of,
)
from agent_desk.domain.loop_command import AcknowledgeEscalation, ClaimCommand
from agent_desk.domain.settlement import OrderClaim
from agent_desk.domain.ticket import Ticket
from agent_desk.domain.work_order import WorkOrder
from agent_desk.ports.clock import Clock
from agent_desk.ports.journal import Journal
from agent_desk.services.access import Access
from agent_desk.services.event_bus import EventBus
from agent_desk.services.recorder import Recorder, StorageStateChangedEvent

_log = logging.getLogger(__name__)

PATIENCE_SECONDS = 2.5
"""Wait for the first try, in seconds of real time; after it a command is kept, tried or not."""

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 5.0
"""Pauses between tries while the database is away, in seconds of real time: doubled, jittered."""

Outcome = Ticket | CustomerCard | WorkOrder | OrderClaim | Article | EscalationAcknowledgedEvent
Appliers = Mapping[type[Command], Callable[[Any], Awaitable[Outcome]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The answer to a command that is on the disk of this machine and will be applied."""

    command: Command


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxChangedEvent:
    """What is kept has changed; away: why the database takes nothing, None when it does."""

    kept: tuple[KeptCommand, ...]
    away: StorageError | None = None

    @property
    def waiting(self) -> int:
        """How many entries will be saved by themselves."""
        return sum(entry.state is KeptState.WAITING for entry in self.kept)

    @property
    def conflicts(self) -> int:
        """How many entries need a person."""
        return sum(entry.state is KeptState.CONFLICT for entry in self.kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAppliedEvent:
    """A kept command is in the database now."""

    command: Command
    outcome: Outcome


class Outbox:
    """One queue of commands in front of the database."""

    def __init__(
        self,
        *,
        journal: Journal,
        recorder: Recorder,
        bus: EventBus,
        clock: Clock,
        appliers: Appliers,
        access: Access,
    ) -> None:
        """``appliers`` apply commands, by their class or a base of it, each exactly once."""
        self._journal = journal
        self._recorder = recorder
        self._bus = bus
        self._clock = clock
        self._appliers = dict(appliers)
        self._access = access
        self._kept: dict[CommandId, KeptCommand] = {}
        self._away: StorageError | None = None
        self._pause = FIRST_PAUSE_SECONDS
        self._retry_at = 0.0
        self._wake = asyncio.Event()
        self._submitting = asyncio.Lock()
        self._deciding = asyncio.Lock()
        self._attempts: set[asyncio.Task[Outcome]] = set()
        self._task: asyncio.Task[None] | None = None
        bus.subscribe(StorageStateChangedEvent, self._on_storage)

    @property
    def kept(self) -> Sequence[KeptCommand]:
        """What is kept, in its order."""
        return tuple(self._kept.values())

    async def start(self) -> None:
        """Take up what a former run kept, then apply what comes; raises StorageError."""
        self._kept = {entry.id: entry for entry in await self._journal.kept_commands()}
        if self._kept:
            self._publish()
        self._task = asyncio.create_task(self._run(), name="outbox")

    async def stop(self) -> None:
        """Stop; what is not applied stays in the journal."""
        tasks = [*self._attempts, *([self._task] if self._task else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._task = None

    @overload
    async def submit(self, command: TicketCommand) -> Ticket | Kept: ...
    @overload
    async def submit(self, command: CustomerCommand) -> CustomerCard | Kept: ...
    @overload
    async def submit(self, command: OrderCommand) -> WorkOrder | Kept: ...
    @overload
    async def submit(self, command: ClaimCommand) -> OrderClaim | Kept: ...
    @overload
    async def submit(self, command: ArticleCommand) -> Article | Kept: ...
    @overload
    async def submit(
        self, command: AcknowledgeEscalation
    ) -> EscalationAcknowledgedEvent | Kept: ...
    async def submit(self, command: Command) -> Outcome | Kept:
        """Return what ``command`` made of its record, or that it is kept to be applied later.

        Raises RightsError, what its service refuses, and StorageError when neither database nor
        journal takes it: then nobody has promised anything.
        """
        self._access.require_command(command)
        async with self._submitting:
            command = self._standing(command)
            if self._must_wait(command):
                return await self._keep(command)
            try:
                outcome = await self._tried(command)
            except StorageError as error:
                if not _is_away(error):
                    raise
                self._go_away(error)
                return await self._keep(command)
            self._come_back()
            return outcome

    async def retry(self, command_id: CommandId) -> None:
        """Try a conflicting command once more, as it is; raises NotFoundError, StorageError."""
        async with self._deciding:
            await self._put(self._entry(command_id).moved(KeptState.WAITING))

    async def edit(self, command_id: CommandId, changed: Command) -> None:
        """Try ``changed`` in the place of a conflicting command, under the same id.

        Raises RightsError, NotFoundError, TransitionRefusedError for one that is no conflict,
        StorageError.
        """
        self._access.require_command(changed)
        async with self._deciding:
            entry = self._entry(command_id).moved(KeptState.WAITING)
            # Who edits has seen what is saved now: it stands on that, and on nothing kept.
            edited = replace(changed, id=command_id, after=None)
            await self._put(replace(entry, command=edited))

    async def discard(self, command_id: CommandId, reason: str) -> None:
        """Give up a conflicting command; who did, what and why is written to the event log.

        Raises InputError without a reason, NotFoundError, TransitionRefusedError for one that is
        no conflict, StorageError.
        """
        if not reason.strip():
            raise InputError(field="reason", value=reason, accepted="why it is not to be saved")
        async with self._deciding:
            await self._drop(self._entry(command_id), reason.strip())

    async def take_back(self, command_id: CommandId, draft: Draft) -> None:
        """Turn a conflicting command into ``draft`` again, for a person who will edit it.

        Raises NotFoundError, TransitionRefusedError for one that is no conflict, StorageError.
        """
        async with self._deciding:
            entry = self._entry(command_id)
            entry.moved(KeptState.DISCARDED)
            await self._journal.save_draft(draft)
            await self._drop(entry, "edited")

    # Trying

    async def _tried(self, command: Command) -> Outcome:
        """Return what the first try brings; DatabaseTimeoutError when that takes too long.

        The try itself goes on then. Applied or not, the command's id keeps it to once.
        """
        attempt = asyncio.ensure_future(self._apply(command))
        self._attempts.add(attempt)
        attempt.add_done_callback(self._end_attempt)
        done, _ = await asyncio.wait({attempt}, timeout=PATIENCE_SECONDS)
        if not done:
            raise DatabaseTimeoutError(path="", seconds=PATIENCE_SECONDS)
        return attempt.result()

    def _end_attempt(self, attempt: asyncio.Task[Outcome]) -> None:
        self._attempts.discard(attempt)
        if not attempt.cancelled():
            # What came of it after the wait was over, the next try finds out.
            attempt.exception()

    async def _apply(self, command: Command) -> Outcome:
        for kind in type(command).__mro__:
            if kind in self._appliers:
                return await self._appliers[kind](command)
        raise NotFoundError(subject="Command", id=command.kind)

    # Keeping

    def _standing(self, command: Command) -> Command:
        """Return ``command`` on top of what waits here for the record that it edits."""
        waiting = [e for e in self._kept.values() if e.state is KeptState.WAITING]
        before = [e.id for e in waiting if command.edits and e.command.edits == command.edits]
        return replace(command, after=before[-1]) if before else command

    def _must_wait(self, command: Command) -> bool:
        """Return whether something that is kept has to be in the database first."""
        kept = self._kept.values()
        waiting = [entry.command for entry in kept if entry.state is KeptState.WAITING]
        return (
            (bool(waiting) and self._away is not None)
            or any(depends(command, entry.command) for entry in kept)
            or any(older.subjects & command.subjects for older in waiting)
        )

    async def _keep(self, command: Command) -> Kept:
        await self._put(KeptCommand(command=command, kept_at=self._clock.now()))
        return Kept(command=command)

    async def _put(self, entry: KeptCommand) -> None:
        """Keep ``entry``: on the disk first, then in the queue."""
        await self._journal.keep_command(entry)
        self._kept[entry.id] = entry
        self._wake.set()
        self._publish()

    async def _drop(self, entry: KeptCommand, reason: str) -> None:
        """Give ``entry`` up; the log knows of it before it is forgotten."""
        entry.moved(KeptState.DISCARDED)
        self._recorder.record([_discarded(entry, reason, self._clock)])
        await self._recorder.settled()
        await self._journal.forget_commands([entry.id])
        self._forget(entry.id)

    def _entry(self, command_id: CommandId) -> KeptCommand:
        entry = self._kept.get(command_id)
        if entry is None:
            raise NotFoundError(subject="Kept entry", id=command_id)
        return entry

    def _forget(self, command_id: CommandId) -> None:
        self._kept.pop(command_id, None)
        # What stood on it may go on now.
        self._wake.set()
        self._publish()

    # Replaying

    async def _run(self) -> None:
        while True:
            await self._something_due()
            try:
                await self._replay()
            except Exception:  # noqa: BLE001 nothing that is kept may wait for ever
                _log.exception("kept entries could not be applied")
                self._go_away(StorageError(path="outbox"))

    async def _something_due(self) -> None:
        """Return when there is something to apply and it is time to try."""
        loop = asyncio.get_running_loop()
        while True:
            self._wake.clear()
            due = self._due()
            if due and (self._away is None or loop.time() >= self._retry_at):
                return
            with suppress(TimeoutError):
                async with asyncio.timeout_at(self._retry_at if due else None):
                    await self._wake.wait()

    def _due(self) -> Sequence[KeptCommand]:
        """Return what may be applied now, in its order."""
        entries = self.kept
        stuck = held(entries)
        return [e for e in entries if e.state is KeptState.WAITING and e.id not in stuck]

    async def _replay(self) -> None:
        """Apply what is due, until nothing is or the database goes away."""
        while due := self._due():
            entry = due[0]
            try:
                outcome = await self._apply(entry.command)
            except StorageError as error:
                if _is_away(error):
                    self._go_away(error)
                    return
                await self._conflict(entry, error)
            except Exception as error:  # noqa: BLE001 one bad entry must not hold up the others
                await self._conflict(entry, error)
            else:
                await self._applied(entry, outcome)

    async def _applied(self, entry: KeptCommand, outcome: Outcome) -> None:
        entry.moved(KeptState.APPLIED)
        self._come_back()
        try:
            await self._journal.forget_commands([entry.id])
        except StorageError as error:
            # The next start applies it once more, which changes nothing.
            _log.warning("an entry that is saved stays in the journal: %s", error)
        self._forget(entry.id)
        self._bus.publish(KeptAppliedEvent(command=entry.command, outcome=outcome))

    async def _conflict(self, entry: KeptCommand, error: Exception) -> None:
        refusal = refusal_of(error)
        refused = entry.moved(KeptState.CONFLICT, refusal)
        self._come_back()
        level = logging.INFO if refusal.code != "error" else logging.ERROR
        _log.log(level, "%s is refused", entry.command.kind, exc_info=error)
        try:
            await self._journal.keep_command(refused)
        except StorageError as journal_error:
            # The next start tries it once more and is refused once more.
            _log.warning("a conflict is not in the journal: %s", journal_error)
        self._kept[entry.id] = refused
        self._publish()

    # The database

    def _on_storage(self, event: StorageStateChangedEvent) -> None:
        if event.error is None:
            self._retry_at = 0.0
            self._wake.set()

    def _go_away(self, error: StorageError) -> None:
        pause = self._pause * random.uniform(0.5, 1.0)
        self._retry_at = asyncio.get_running_loop().time() + pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE_SECONDS)
        if self._away is None:
            _log.warning("database away, %d entries kept: %s", len(self._kept), error)
        self._away = error
        self._publish()

    def _come_back(self) -> None:
        was_away, self._away = self._away is not None, None
        self._pause = FIRST_PAUSE_SECONDS
        if was_away:
            self._publish()

    def _publish(self) -> None:
        self._bus.publish(OutboxChangedEvent(kept=tuple(self._kept.values()), away=self._away))


def _is_away(error: StorageError) -> bool:
    """Return whether the database cannot be used now; else it refuses what was to be written."""
    return type(error) is not StorageError


def _discarded(entry: KeptCommand, reason: str, clock: Clock) -> LoggedEvent:
    command = entry.command
    stream, stream_id = command.about
    return LoggedEvent(
        id=EventId(derived_uuid7(command.id, "discarded")),
        stream=stream,
        stream_id=stream_id,
        kind="CommandDiscarded",
        at=clock.now(),
        actor=command.actor,
        payload={
            "command": command_payload(command),
            "kind": command.kind,
            "reason": reason,
            "refusal": entry.refusal.code if entry.refusal else "",
        },
    )
