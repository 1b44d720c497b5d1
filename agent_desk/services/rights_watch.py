"""Notices that an administrator changed what the person at this desk may do; on `desk-loop`.

A server refuses at once whatever was taken away, and a desk that does not know of it would go on
offering it. What a role may read and write is asked of the database, which is the one that says so.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from agent_desk.domain.errors import (
    AgentDeskError,
    DisabledPersonError,
    NotFoundError,
    RightsError,
    StorageError,
)
from agent_desk.domain.rights import Person
from agent_desk.ports.clock import Clock
from agent_desk.ports.storage import Storage
from agent_desk.services.access import Access
from agent_desk.services.change_watch import SharedRecordsReloadEvent
from agent_desk.services.event_bus import EventBus

_log = logging.getLogger(__name__)

LOOK_SECONDS = 4.0
"""Longest pause between two looks, in seconds of real time; each is one small row by its key."""

_TIMEOUT_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsChangedEvent:
    """Somebody changed the roles or the department of the person here, from ``before``."""

    before: Person
    after: Person

    @property
    def is_barred(self) -> bool:
        """Whether nothing at all is left."""
        return not self.after.rights

    @property
    def has_lost(self) -> bool:
        """Whether something may be done or seen no more."""
        moved = self.before.department_id != self.after.department_id
        return moved or not self.before.rights <= self.after.rights


class RightsWatch:
    """Looks at the person's row as long as the desk runs."""

    def __init__(
        self,
        *,
        storage: Storage,
        bus: EventBus,
        clock: Clock,
        access: Access,
        barred: Callable[[], Awaitable[None]],
    ) -> None:
        """``access`` is changed before anybody is told; ``barred``: nothing is left to do."""
        self._storage = storage
        self._bus = bus
        self._clock = clock
        self._access = access
        self._barred = barred
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._run(), name="rights-watch")

    async def stop(self) -> None:
        """Look no more."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def look(self) -> None:
        """Ask once what the person may do; raises StorageError while nobody answers."""
        known = self._access.person
        try:
            person = await self._storage.read(
                lambda uow: uow.people.get(known.login), timeout_seconds=_TIMEOUT_SECONDS
            )
        except (RightsError, DisabledPersonError):
            # Who may not even read their own row may do nothing.
            person = replace(known, disabled_at=known.disabled_at or self._clock.now())
        except NotFoundError:
            return
        if self._access.person is not known:
            return  # signed in anew meanwhile
        if (person.rights, person.roles, person.department_id) == (
            *(known.rights, known.roles),
            known.department_id,
        ):
            return
        _log.info("the rights of %s were changed: %s", known.login, sorted(person.roles))
        self._access.change(person)
        event = RightsChangedEvent(before=known, after=person)
        if event.is_barred:
            await self._barred()
        self._bus.publish(event)
        # What is shown was read with the former rights.
        self._bus.publish(SharedRecordsReloadEvent())

    async def _run(self) -> None:
        while True:
            # Not all at once: desks that a server's restart found would ask together for ever.
            await asyncio.sleep(LOOK_SECONDS * random.uniform(0.7, 1.0))
            await self._looked()

    async def _looked(self) -> None:
        try:
            await self.look()
        except StorageError:
            # That nobody answers is told by others; the next look asks again.
            return
        except AgentDeskError as error:
            _log.info("nobody says what %s may do: %s", self._access.login, error)
        except Exception:  # noqa: BLE001 a defect here must not end the watch
            _log.exception("looking at one's rights failed")
