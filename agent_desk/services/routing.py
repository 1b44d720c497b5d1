"""Routing at work: where an order goes by the rules of the house, and editing those rules.

Runs on the `desk-loop` thread; places of numbers are looked up on a thread of their own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from agent_desk.domain.customer import Tier
from agent_desk.domain.errors import InputError
from agent_desk.domain.identifiers import CategoryId, DepartmentId
from agent_desk.domain.region import RegionFinding, RegionTable
from agent_desk.domain.rights import Right
from agent_desk.domain.routing import OrderFacts, RoutingDecision, RoutingRule, RuleId, route
from agent_desk.domain.routing_check import DryRun, dry_run, faults_by_rule, require_sound
from agent_desk.domain.ticket import Priority
from agent_desk.ports.clock import Clock
from agent_desk.ports.number_places import NumberPlaces
from agent_desk.ports.routing_book import RoutingBook, Rulebook
from agent_desk.services.access import Access


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutableOrder:
    """An order as it waits for somebody.

    categories: its own, then its parents up to the root. city, address, e164: of the customer,
    ``""`` for unknown. product: its name. declined_by: who declined it already.
    """

    categories: tuple[CategoryId, ...]
    city: str = ""
    address: str = ""
    e164: str = ""
    product: str = ""
    tier: Tier = Tier.STANDARD
    priority: Priority = Priority.P3
    declined_by: frozenset[DepartmentId] = frozenset()


class Routing:
    """Decides by the rules, and keeps them sound."""

    def __init__(
        self, *, book: RoutingBook, places: NumberPlaces, clock: Clock, access: Access
    ) -> None:
        """``places`` is asked only for customers whose address tells no region."""
        self._book = book
        self._places = places
        self._clock = clock
        self._access = access

    async def decide(self, order: RoutableOrder) -> RoutingDecision:
        """Return where ``order`` goes now, and why; changes nothing. Raises StorageError."""
        rulebook = await self._book.rulebook()
        world = await self._book.world()
        loads = await self._book.loads()
        found = await self._region(order)
        facts = OrderFacts(
            at=self._clock.now(),
            categories=order.categories,
            region=found.region.code if found else "",
            product=order.product,
            tier=order.tier,
            priority=order.priority,
            declined_by=order.declined_by,
        )
        return route(facts, rulebook.rules, world.directory, loads)

    async def rulebook(self) -> Rulebook:
        """Return the rules that hold now."""
        return await self._book.rulebook()

    async def faults(self, rules: Sequence[RoutingRule]) -> Mapping[RuleId, tuple[InputError, ...]]:
        """Return what is wrong with ``rules``, by rule, for an editor to show at the fields."""
        return faults_by_rule(rules, await self._book.world())

    async def save(self, rulebook: Rulebook) -> Rulebook:
        """Let ``rulebook`` hold from now on and return it with its new version.

        Raises RightsError, InputError for the first fault, and StaleVersionError.
        """
        self._access.require(Right.EDIT_CATALOGUE)
        require_sound(rulebook.rules, await self._book.world())
        return await self._book.save(rulebook)

    async def try_out(
        self, rules: Sequence[RoutingRule], *, since: datetime, until: datetime
    ) -> DryRun:
        """Return what ``rules`` would have done with the orders of that time; changes nothing.

        Raises InputError for a fault, and for a time that ends before it begins.
        """
        if until < since:
            accepted = f"a time not before {since.isoformat()}"
            raise InputError(field="until", value=until.isoformat(), accepted=accepted)
        world = await self._book.world()
        require_sound(rules, world)
        past = await self._book.past_orders(since, until)
        # Last month's orders are thousands: the loop is for calls.
        return await asyncio.to_thread(dry_run, rules, past, world.directory)

    async def _region(self, order: RoutableOrder) -> RegionFinding | None:
        table = RegionTable(await self._book.regions())
        found = table.find(city=order.city, address=order.address, e164=order.e164)
        if found is not None or not order.e164:
            return found
        place = await asyncio.to_thread(self._places.place_of, order.e164)
        return table.find(number_place=place)
