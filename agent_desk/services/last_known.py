"""Lists that stay readable while the server is away, as they were when it was last heard of.

Runs on the `desk-loop` thread. What is read is kept in memory and, a little later and shortened,
in the desk's cache, so that a desk which opens without its server shows its person's work too. A
list belongs to the roles with which it was read, and is not shown to others.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

from agent_desk.domain.errors import StorageError
from agent_desk.domain.last_known import LastKnown, Shortened, shortened
from agent_desk.domain.offline_pass import is_unreachable
from agent_desk.ports.clock import Clock
from agent_desk.ports.local_cache import LocalCache
from agent_desk.services.access import Access
from agent_desk.services.background import Background

_log = logging.getLogger(__name__)

L = TypeVar("L", bound=Shortened)

PAUSE_SECONDS = 15.0
"""Pause between two writings of the lists that were read, in seconds of real time."""


class LastKnownLists:
    """Reads lists, and remembers them for the time without a server."""

    def __init__(self, *, cache: LocalCache | None, clock: Clock, access: Access) -> None:
        """``cache`` is None where nothing may be kept; then only this run remembers."""
        self._cache = cache
        self._clock = clock
        self._access = access
        self._known: dict[str, LastKnown[Any]] = {}
        self._unwritten: dict[str, LastKnown[Any]] = {}
        self._writing = Background("lists of this machine")
        self._is_writing = False

    async def start(self) -> None:
        """Forget what was read with other roles than the person has now."""
        await self._try(lambda cache: cache.forget_lists(but=self._scope))

    async def stop(self) -> None:
        """Keep what is not written yet."""
        await self._writing.stop()
        await self._write()

    async def forget(self) -> None:
        """Forget every list, here and on the disk."""
        self._known.clear()
        self._unwritten.clear()
        await self._try(lambda cache: cache.forget_lists())

    async def read(
        self, name: str, read: Callable[[], Awaitable[L]], kind: type[L]
    ) -> LastKnown[L]:
        """Return what ``read`` returns; without a server what it returned last, with its age.

        Raises what ``read`` raises when a server answered, or when nothing is known.
        """
        try:
            value = await read()
        except StorageError as error:
            known = await self._known_here(name, kind) if is_unreachable(error) else None
            if known is None:
                raise
            return known
        self.note(name, value)
        return LastKnown(value=value)

    def note(self, name: str, value: Shortened) -> None:
        """Remember ``value``, which the database told just now."""
        key, now = self._key(name), self._clock.now()
        self._known[key] = LastKnown(value=value, as_of=now)
        if self._cache is None:
            return
        self._unwritten[key] = self._known[key]
        if not self._is_writing:
            self._is_writing = True
            self._writing.begin(self._write_and_rest())

    async def _known_here(self, name: str, kind: type[L]) -> LastKnown[L] | None:
        key = self._key(name)
        known: LastKnown[L] | None = self._known.get(key)
        if known is None:
            known = await self._try(lambda cache: cache.kept_list(key, kind))
        return known

    async def _write_and_rest(self) -> None:
        try:
            while self._unwritten:
                await self._write()
                await asyncio.sleep(PAUSE_SECONDS)
        finally:
            self._is_writing = False

    async def _write(self) -> None:
        while self._unwritten:
            key, known = self._unwritten.popitem()
            assert known.as_of is not None, "what is remembered has an age"
            kept = shortened(known.value, known.as_of)
            await self._try(partial(_keep, key, kept))

    async def _try(self, work: Callable[[LocalCache], Awaitable[Any]]) -> Any:
        """Return what ``work`` finds in the cache, None when there is none that answers."""
        if self._cache is None:
            return None
        try:
            return await work(self._cache)
        except StorageError as error:
            _log.info("the cache does not answer: %s", error)
            return None

    @property
    def _scope(self) -> str:
        person = self._access.person
        roles = ",".join(sorted(role.value for role in person.roles))
        return f"{roles}/{person.department_id or ''}/"

    def _key(self, name: str) -> str:
        return self._scope + name


async def _keep(key: str, known: LastKnown[Any], cache: LocalCache) -> None:
    await cache.keep_list(key, known)
