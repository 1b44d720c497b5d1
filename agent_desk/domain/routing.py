"""Routing: which department or dealer gets an order, and why; pure, any thread.

The first rule that fits decides, as in the assignment rules of the field: a person can follow it,
and changing one rule moves no order that a rule before it takes. A rule may name several
departments or dealers; of those that can take the order the least busy gets it. Where no rule
finds anybody the order goes to the dispatcher, never nowhere. A house without any rule sends each
order to the department of its category.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from agent_desk.domain.identifiers import CategoryId, DepartmentId
from agent_desk.domain.ticket import Priority
from agent_desk.domain.tier import Tier
from agent_desk.domain.working_calendar import WorkingCalendar

RuleId = NewType("RuleId", str)


class WhenClosed(StrEnum):
    """What a rule does with somebody who does not work at the moment."""

    SKIP = "SKIP"
    """Look further: the order cannot wait."""
    WAIT = "WAIT"
    """Take who is closed when nobody is open: the order waits for the opening."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignee:
    """A department or dealer that orders go to.

    calendar: when it works, None where nobody has said so. is_active: False for one that gave up
    the business. capacity: open orders that it can have, None for no limit.
    """

    id: DepartmentId
    name: str
    calendar: WorkingCalendar | None = None
    name_zh: str = ""
    is_dealer: bool = False
    is_active: bool = True
    capacity: int | None = None

    def opening(self, at: datetime) -> datetime:
        """Return when it works next: ``at`` itself when it does, or when nobody knows its hours."""
        return at if self.calendar is None else self.calendar.next_opening(at)


Directory = Mapping[DepartmentId, Assignee]
Loads = Mapping[DepartmentId, int]
"""Open orders of each; one that is missing has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """What rules ask of an order.

    at: when it is routed, aware UTC. categories: its own, then its parents up to the root. region:
    a code, ``""`` for unknown. product: its name. declined_by: who declined it already.
    """

    at: datetime
    categories: tuple[CategoryId, ...] = ()
    region: str = ""
    product: str = ""
    tier: Tier = Tier.STANDARD
    priority: Priority = Priority.P3
    declined_by: frozenset[DepartmentId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingRule:
    """Sends the orders that meet every condition to one of ``assignees``, listed by preference.

    An empty condition asks nothing; one with several values is met by any of them. categories:
    with everything below them. products: words of the product's name, whatever their case.
    """

    id: RuleId
    name: str
    assignees: tuple[DepartmentId, ...]
    categories: frozenset[CategoryId] = frozenset()
    regions: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    tiers: frozenset[Tier] = frozenset()
    priorities: frozenset[Priority] = frozenset()
    when_closed: WhenClosed = WhenClosed.SKIP
    is_enabled: bool = True


class RoutingReasonCode(StrEnum):
    """One part of an explanation; screens have words for each."""

    CATEGORY = "category"
    REGION = "region"
    PRODUCT = "product"
    TIER = "tier"
    PRIORITY = "priority"
    EVERY_ORDER = "every_order"
    """The rule asks nothing."""
    OPEN_UNTIL = "open_until"
    ALWAYS_OPEN = "always_open"
    OPENS_AT = "opens_at"
    """Nobody is open; this is who waits least."""
    LEAST_BUSY = "least_busy"
    NO_RULE = "no_rule"
    """No rule fits the order."""
    NO_DEPARTMENT = "no_department"
    """There are no rules, and the category belongs to no department."""
    BY_HAND = "by_hand"
    """A dispatcher chose."""
    NOBODY_FREE = "nobody_free"
    """Rules fit, but nobody whom they name can take the order."""
    UNKNOWN = "unknown"
    INACTIVE = "inactive"
    DECLINED = "declined"
    FULL = "full"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingReason:
    """One part of an explanation: what it is about fills the words for ``code``.

    value: the category's id, region's code, product's word, tier or priority. assignee: whom it is
    about. at: of an opening or closing, in the assignee's own time zone. load: open orders.
    """

    code: RoutingReasonCode
    value: str = ""
    assignee: DepartmentId | None = None
    at: datetime | None = None
    load: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingDecision:
    """Where an order goes, and why.

    assignee: None for the dispatcher. rule: the one that decided, None when none did. reasons: why
    there. passed_over: whom rules before that named, and why they do not get it.
    """

    assignee: DepartmentId | None
    reasons: tuple[RoutingReason, ...]
    rule: RuleId | None = None
    passed_over: tuple[RoutingReason, ...] = ()

    @property
    def awaits_routing(self) -> bool:
        """Whether it says that somebody declined, and nobody has looked for another one since."""
        return [reason.code for reason in self.reasons] == [_C.DECLINED]

    @property
    def kept(self) -> RoutingDecision:
        """The decision as it is kept with its order: without figures of those passed over.

        Whoever gets the order reads it, and is not to know how busy others are and when they work;
        nor who they are and who did not want it.
        """
        if self.assignee is not None:
            return replace(self, passed_over=())
        passed_over = (replace(one, at=None, load=None) for one in self.passed_over)
        return replace(self, passed_over=tuple(passed_over))


_C = RoutingReasonCode


def chosen_by_hand(assignee: DepartmentId) -> RoutingDecision:
    """Return what a dispatcher decided."""
    return RoutingDecision(assignee=assignee, reasons=(RoutingReason(code=_C.BY_HAND),))


def declined_by(assignee: DepartmentId | None) -> RoutingDecision:
    """Return why an order waits that ``assignee`` did not want."""
    return RoutingDecision(
        assignee=None, reasons=(RoutingReason(code=_C.DECLINED, assignee=assignee),)
    )


def decide(
    order: OrderFacts,
    rules: Iterable[RoutingRule],
    directory: Directory,
    loads: Loads,
    *,
    of_category: DepartmentId | None,
) -> RoutingDecision:
    """Return where ``order`` goes: by the rules, else to the department ``of_category``.

    A house with one enabled rule goes by its rules alone: what none of them takes is for the
    dispatcher.
    """
    in_force = [rule for rule in rules if rule.is_enabled]
    if in_force:
        return route(order, in_force, directory, loads)
    if of_category is None:
        reason = RoutingReason(code=_C.NO_DEPARTMENT, value=next(iter(order.categories), ""))
        return RoutingDecision(assignee=None, reasons=(reason,))
    usual = RoutingRule(
        id=RuleId(""),
        name="",
        assignees=(of_category,),
        categories=frozenset(order.categories[:1]),
        when_closed=WhenClosed.WAIT,
    )
    return replace(route(order, [usual], directory, loads), rule=None)


def route(
    order: OrderFacts, rules: Iterable[RoutingRule], directory: Directory, loads: Loads
) -> RoutingDecision:
    """Return where ``order`` goes by the first of ``rules`` that finds somebody."""
    fits = False
    passed_over: list[RoutingReason] = []
    for rule in rules:
        met = conditions_met(rule, order) if rule.is_enabled else None
        if met is None:
            continue
        fits = True
        obstacles = {
            assignee_id: _obstacle(assignee_id, rule, order, directory, loads)
            for assignee_id in rule.assignees
        }
        passed_over += filter(None, obstacles.values())
        free = [directory[one] for one, obstacle in obstacles.items() if obstacle is None]
        if free:
            chosen, why = _chosen(free, order.at, loads)
            return RoutingDecision(
                assignee=chosen.id,
                rule=rule.id,
                reasons=met + why,
                passed_over=tuple(passed_over),
            )
    code = _C.NOBODY_FREE if fits else _C.NO_RULE
    return RoutingDecision(
        assignee=None, reasons=(RoutingReason(code=code),), passed_over=tuple(passed_over)
    )


def conditions_met(rule: RoutingRule, order: OrderFacts) -> tuple[RoutingReason, ...] | None:
    """Return what of ``order`` meets the rule's conditions, None when one is not met."""
    met: list[RoutingReason] = []
    conditions: tuple[tuple[_C, frozenset[str], tuple[str, ...]], ...] = (
        (_C.CATEGORY, rule.categories, order.categories),
        (_C.REGION, rule.regions, (order.region,)),
        (_C.TIER, rule.tiers, (order.tier,)),
        (_C.PRIORITY, rule.priorities, (order.priority,)),
    )
    for code, wanted, values in conditions:
        if wanted:
            value = next((value for value in values if value in wanted), None)
            if value is None:
                return None
            met.append(RoutingReason(code=code, value=value))
    if rule.products:
        product = order.product.casefold()
        word = next((word for word in sorted(rule.products) if word.casefold() in product), None)
        if word is None:
            return None
        met.append(RoutingReason(code=_C.PRODUCT, value=word))
    return tuple(met) or (RoutingReason(code=_C.EVERY_ORDER),)


def _obstacle(
    assignee_id: DepartmentId,
    rule: RoutingRule,
    order: OrderFacts,
    directory: Directory,
    loads: Loads,
) -> RoutingReason | None:
    """Return why the assignee cannot take the order by this rule, None when it can."""
    assignee = directory.get(assignee_id)
    if assignee is None:
        return RoutingReason(code=_C.UNKNOWN, assignee=assignee_id)
    if not assignee.is_active:
        return RoutingReason(code=_C.INACTIVE, assignee=assignee_id)
    if assignee_id in order.declined_by:
        return RoutingReason(code=_C.DECLINED, assignee=assignee_id)
    if assignee.capacity is not None:
        load = loads.get(assignee_id, 0)
        if load >= assignee.capacity:
            return RoutingReason(code=_C.FULL, assignee=assignee_id, load=load)
    opening = assignee.opening(order.at)
    if rule.when_closed is WhenClosed.SKIP and opening > order.at:
        return _timed(_C.CLOSED, assignee, opening)
    return None


def _chosen(
    free: Sequence[Assignee], at: datetime, loads: Loads
) -> tuple[Assignee, tuple[RoutingReason, ...]]:
    """Return who of ``free`` opens first and is the least busy of those, with why."""
    openings = {assignee.id: assignee.opening(at) for assignee in free}
    opening = min(openings.values())
    rivals = [assignee for assignee in free if openings[assignee.id] == opening]
    if len(rivals) == 1:
        return rivals[0], tuple(_hours(rivals[0], at, opening))
    chosen = min(rivals, key=lambda rival: _busy(rival, loads))
    least = RoutingReason(code=_C.LEAST_BUSY, assignee=chosen.id, load=loads.get(chosen.id, 0))
    return chosen, (*_hours(chosen, at, opening), least)


def _busy(assignee: Assignee, loads: Loads) -> tuple[float, int]:
    """Return what is less for who is less busy: a small dealer is sooner full than a large one."""
    load = loads.get(assignee.id, 0)
    return (load / assignee.capacity if assignee.capacity else 0.0, load)


def _hours(assignee: Assignee, at: datetime, opening: datetime) -> Iterator[RoutingReason]:
    if assignee.calendar is None:
        return
    if opening > at:
        yield _timed(_C.OPENS_AT, assignee, opening)
        return
    closing = assignee.calendar.open_until(at)
    if closing is None:
        yield RoutingReason(code=_C.ALWAYS_OPEN, assignee=assignee.id)
    else:
        yield _timed(_C.OPEN_UNTIL, assignee, closing)


def _timed(code: RoutingReasonCode, assignee: Assignee, at: datetime) -> RoutingReason:
    there = at if assignee.calendar is None else at.astimezone(assignee.calendar.zone)
    return RoutingReason(code=code, assignee=assignee.id, at=there)
