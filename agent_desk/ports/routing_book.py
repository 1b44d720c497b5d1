"""Where routing rules are kept, and what they are tried on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from agent_desk.domain.region import Region
from agent_desk.domain.routing import Loads, RoutingRule
from agent_desk.domain.routing_check import PastOrder, RoutingWorld


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """All rules in the order in which they hold; version: for optimistic concurrency, from 0."""

    rules: tuple[RoutingRule, ...] = ()
    version: int = 0


class RoutingBook(Protocol):
    """Rules, regions, and whom orders can go to; raises StorageError."""

    async def rulebook(self) -> Rulebook:
        """Return the rules that hold now; none, version 0, before anybody saved any."""
        ...

    async def save(self, rulebook: Rulebook) -> Rulebook:
        """Replace all rules and return them with the next version; raises StaleVersionError.

        ``rulebook.version`` must be the stored one.
        """
        ...

    async def regions(self) -> Sequence[Region]:
        """Return all regions."""
        ...

    async def world(self) -> RoutingWorld:
        """Return what rules may name, the closed departments and dealers too."""
        ...

    async def loads(self) -> Loads:
        """Return how many open orders each department and dealer has now."""
        ...

    async def past_orders(self, since: datetime, until: datetime) -> Sequence[PastOrder]:
        """Return what was routed from ``since`` up to, not including, ``until``; oldest first."""
        ...
