"""Routing at work: where an order would go, and keeping the rules by which it does.

Runs on the `desk-loop` thread; places of numbers are looked up on a thread of their own. What an
order really gets is decided in its own unit of work: see `order_routing`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from agent_desk.domain.errors import InputError
from agent_desk.domain.identifiers import CustomerId, WorkOrderId
from agent_desk.domain.order_origin import OrderOrigin, RoutableOrder, region_of
from agent_desk.domain.region import Region, region_table
from agent_desk.domain.rights import Right
from agent_desk.domain.routing import RoutingDecision, RoutingRule, RuleId
from agent_desk.domain.routing_check import RoutingWorld, faults_by_rule, require_sound
from agent_desk.domain.routing_trial import DryRun, PastOrder, dry_run, located
from agent_desk.domain.ticket import Category
from agent_desk.ports.clock import Clock
from agent_desk.ports.number_places import NumberPlaces
from agent_desk.ports.routing_book import Rulebook
from agent_desk.ports.storage import Storage, UnitOfWork
from agent_desk.services.access import Access
from agent_desk.services.order_routing import RoutingMoment, asks_for_region, decision_for

LOOKING_RIGHTS = (Right.EDIT_CATALOGUE, Right.DISPATCH_ORDERS)
"""Who may see the rules: those who keep them, and those who send by hand what no rule takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingHouse:
    """Everything that an editor of rules shows, read at once."""

    rulebook: Rulebook
    world: RoutingWorld
    regions: tuple[Region, ...]
    categories: tuple[Category, ...]


class Routing:
    """Tells where orders go by the rules, and keeps the rules sound."""

    def __init__(
        self,
        *,
        storage: Storage,
        clock: Clock,
        access: Access,
        places: NumberPlaces | None = None,
    ) -> None:
        """``places`` is asked only for customers whose address and number tell no region."""
        self._storage = storage
        self._clock = clock
        self._access = access
        self._places = places

    async def preview(self, order: RoutableOrder) -> RoutingDecision:
        """Return where ``order`` would go now, and why; changes nothing.

        Raises NotFoundError, StorageError.
        """
        moment = await self.moment(order.customer_id)
        return await self._storage.read(lambda uow: decision_for(uow, order, moment))

    async def moment(self, customer_id: CustomerId) -> RoutingMoment:
        """Return what routing an order of that customer needs besides the database."""
        if self._places is None:
            return RoutingMoment(at=self._clock.now())
        number = await self._storage.read(lambda uow: _number_to_place(uow, customer_id))
        places = {}
        if number:
            places[number] = await asyncio.to_thread(self._places.place_of, number)
        return RoutingMoment(at=self._clock.now(), number_places=places)

    async def moment_for(self, order_id: WorkOrderId) -> RoutingMoment:
        """Return what routing that order once more needs besides the database."""
        order = await self._storage.read(lambda uow: uow.orders.get(order_id))
        return await self.moment(order.customer_id)

    async def house(self) -> RoutingHouse:
        """Return the rules that hold with everything that they name; raises RightsError."""
        self._access.require(*LOOKING_RIGHTS)
        return await self._storage.read(_house)

    async def rulebook(self) -> Rulebook:
        """Return the rules that hold now; raises RightsError."""
        self._access.require(*LOOKING_RIGHTS)
        return await self._storage.read(lambda uow: uow.routing.rulebook())

    async def faults(self, rules: Sequence[RoutingRule]) -> Mapping[RuleId, tuple[InputError, ...]]:
        """Return what is wrong with ``rules``, by rule, for an editor to show at the fields."""
        world = await self._storage.read(lambda uow: uow.routing.world())
        return faults_by_rule(rules, world)

    async def save(self, rules: Sequence[RoutingRule], *, version: int) -> Rulebook:
        """Let ``rules``, edited from ``version``, hold from now on; return them with the next one.

        Raises RightsError, InputError for the first fault, and StaleVersionError.
        """
        self._access.require(Right.EDIT_CATALOGUE)
        by, at = self._access.login, self._clock.now()
        edited = Rulebook(rules=tuple(rules), version=version)

        def work(uow: UnitOfWork) -> Rulebook:
            require_sound(edited.rules, uow.routing.world())
            return uow.routing.save(edited, by=by, at=at)

        return await self._storage.write(work)

    async def try_out(
        self, rules: Sequence[RoutingRule], *, since: datetime, until: datetime
    ) -> DryRun:
        """Return what ``rules`` would do with the orders of that time; changes nothing.

        Raises RightsError, InputError for a fault, and for a time that ends before it begins.
        """
        self._access.require(*LOOKING_RIGHTS)
        if until < since:
            accepted = f"a time not before {since.isoformat()}"
            raise InputError(field="until", value=until.isoformat(), accepted=accepted)

        def work(uow: UnitOfWork) -> tuple[RoutingHouse, Sequence[PastOrder]]:
            house = _house(uow)
            require_sound(rules, house.world)
            return house, uow.routing.past_orders(since, until)

        house, past = await self._storage.read(work)
        # Last month's orders are thousands: the loop is for calls.
        return await asyncio.to_thread(self._tried, rules, house, past)

    def _tried(
        self, rules: Sequence[RoutingRule], house: RoutingHouse, past: Sequence[PastOrder]
    ) -> DryRun:
        today = house.rulebook.rules
        if asks_for_region((*rules, *today)):
            table = region_table(house.regions)
            place_of = _no_place if self._places is None else self._places.place_of
            past = [located(one, table, place_of) for one in past]
        return dry_run(rules, past, house.world.directory, today=today)


def _house(uow: UnitOfWork) -> RoutingHouse:
    return RoutingHouse(
        rulebook=uow.routing.rulebook(),
        world=uow.routing.world(),
        regions=tuple(uow.routing.regions()),
        categories=tuple(uow.catalogue.categories()),
    )


def _number_to_place(uow: UnitOfWork, customer_id: CustomerId) -> str:
    """Return the customer's number when its place has to be looked up, else ``""``."""
    if not asks_for_region(uow.routing.rulebook().in_force):
        return ""
    origin = uow.routing.origin(customer_id)
    return origin.e164 if _is_nowhere(origin, uow.routing.regions()) else ""


def _is_nowhere(origin: OrderOrigin, regions: Sequence[Region]) -> bool:
    return region_of(origin, region_table(tuple(regions)), _no_place) is None


def _no_place(_e164: str) -> str:
    return ""
