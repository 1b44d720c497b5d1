"""Where routing rules are kept, and what they are tried on: a part of the unit of work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from agent_desk.domain.identifiers import AgentId, CustomerId, DepartmentId
from agent_desk.domain.order_origin import OrderOrigin
from agent_desk.domain.region import Region
from agent_desk.domain.routing import Assignee, Directory, RoutingRule
from agent_desk.domain.routing_check import RoutingWorld
from agent_desk.domain.routing_trial import PastOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """All rules in the order in which they hold; version: for optimistic concurrency, from 0.

    saved_by, saved_at: who saved this version, and when (aware UTC); None for version 0.
    """

    rules: tuple[RoutingRule, ...] = ()
    version: int = 0
    saved_by: AgentId | None = None
    saved_at: datetime | None = None

    @property
    def in_force(self) -> tuple[RoutingRule, ...]:
        """The rules that are on; without one each order goes to its category's department."""
        return tuple(rule for rule in self.rules if rule.is_enabled)


class RoutingBook(Protocol):
    """Rules, regions, and whom orders can go to."""

    def rulebook(self) -> Rulebook:
        """Return the rules that hold now; none, version 0, before anybody saved any."""
        ...

    def save(self, rulebook: Rulebook, *, by: AgentId, at: datetime) -> Rulebook:
        """Replace all rules and return them with the next version; raises StaleVersionError.

        ``rulebook.version`` must be the stored one.
        """
        ...

    def regions(self) -> Sequence[Region]:
        """Return all regions in their order."""
        ...

    def keep_regions(self, kept: Iterable[Region]) -> None:
        """Store ``kept`` in place of those that are there."""
        ...

    def directory(self) -> Directory:
        """Return every department and dealer, the closed ones too, in display order."""
        ...

    def world(self) -> RoutingWorld:
        """Return what rules may name, the closed departments and dealers too."""
        ...

    def keep_assignees(self, kept: Iterable[Assignee]) -> None:
        """Store ``kept``, each in place of what was known of it; a new one is added.

        Its calendar must be stored already.
        """
        ...

    def load(self, assignee: DepartmentId) -> int:
        """Return how many orders a department or dealer has to do now."""
        ...

    def origin(self, customer_id: CustomerId) -> OrderOrigin:
        """Return what rules ask of that customer; raises NotFoundError."""
        ...

    def past_orders(self, since: datetime, until: datetime) -> Sequence[PastOrder]:
        """Return what was raised from ``since`` up to, not including, ``until``; oldest first.

        Customer and ticket as they are now, without a region: see `routing_trial.located`. An
        order counts among the loads of the department that had it last, until that was done.
        """
        ...
