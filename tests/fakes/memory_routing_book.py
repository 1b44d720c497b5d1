"""Routing rules kept in memory, and the orders that a test lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from agent_desk.domain.errors import StaleVersionError
from agent_desk.domain.region import Region
from agent_desk.domain.routing import Loads
from agent_desk.domain.routing_check import PastOrder, RoutingWorld
from agent_desk.ports.routing_book import Rulebook


class MemoryRoutingBook:
    """`ports.routing_book.RoutingBook` of one house."""

    def __init__(
        self,
        *,
        world: RoutingWorld,
        regions: Sequence[Region] = (),
        past: Sequence[PastOrder] = (),
        loads: Loads | None = None,
    ) -> None:
        """Begin without rules."""
        self._world = world
        self._regions = tuple(regions)
        self._past = tuple(past)
        self._loads = dict(loads or {})
        self._rulebook = Rulebook()

    async def rulebook(self) -> Rulebook:
        """Return the rules that were saved last."""
        return self._rulebook

    async def save(self, rulebook: Rulebook) -> Rulebook:
        """Replace the rules, unless they are others by now."""
        if rulebook.version != self._rulebook.version:
            raise StaleVersionError(
                subject="Rulebook", mine=rulebook.version, theirs=self._rulebook.version
            )
        self._rulebook = replace(rulebook, version=rulebook.version + 1)
        return self._rulebook

    async def regions(self) -> Sequence[Region]:
        """Return the regions of the house."""
        return self._regions

    async def world(self) -> RoutingWorld:
        """Return what rules may name."""
        return self._world

    async def loads(self) -> Loads:
        """Return the open orders that the test set."""
        return self._loads

    async def past_orders(self, since: datetime, until: datetime) -> Sequence[PastOrder]:
        """Return the listed orders of that time."""
        return [one for one in self._past if since <= one.order.at < until]
