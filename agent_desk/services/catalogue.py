"""Categories and departments: from the database, and from this machine while there is none.

Runs on the `desk-loop` thread. Without them no ticket can be logged, so they are kept beside the
cards.
"""

from __future__ import annotations

import logging

from agent_desk.domain.catalogue import Catalogue
from agent_desk.domain.errors import StorageError
from agent_desk.ports.local_cache import LocalCache
from agent_desk.ports.storage import Storage, UnitOfWork

_log = logging.getLogger(__name__)

GIVE_UP_SECONDS = 6.0
"""Wait for the database, in seconds of real time, after which what is kept here is shown."""


class CatalogueReader:
    """Reads the catalogue, and keeps what it has read."""

    def __init__(self, *, storage: Storage, cache: LocalCache | None = None) -> None:
        """``cache`` is None where nothing may be kept."""
        self._storage = storage
        self._cache = cache
        self._known: Catalogue | None = None
        self._kept: Catalogue | None = None

    async def read(self) -> Catalogue:
        """Return the catalogue; raises StorageError when neither the database nor we have it."""
        try:
            catalogue = await self._storage.read(_read, timeout_seconds=GIVE_UP_SECONDS)
        except StorageError:
            kept = await self._kept_here()
            if kept is None:
                raise
            return kept
        self._known = catalogue
        await self._keep(catalogue)
        return catalogue

    async def _keep(self, catalogue: Catalogue) -> None:
        if self._cache is None or catalogue == self._kept:
            return
        try:
            await self._cache.keep_catalogue(catalogue)
        except StorageError as error:
            _log.info("the catalogue is not kept here: %s", error)
        else:
            self._kept = catalogue

    async def _kept_here(self) -> Catalogue | None:
        if self._known is not None or self._cache is None:
            return self._known
        try:
            return await self._cache.catalogue()
        except StorageError as error:
            _log.info("the cache does not answer: %s", error)
            return None


def _read(uow: UnitOfWork) -> Catalogue:
    return Catalogue(
        categories=tuple(uow.catalogue.categories()),
        departments=tuple(uow.catalogue.departments()),
    )
