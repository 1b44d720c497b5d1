"""Trying routing rules on past orders; pure, any thread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from agent_desk.domain.identifiers import DepartmentId
from agent_desk.domain.order_origin import OrderOrigin, region_of
from agent_desk.domain.region import RegionTable
from agent_desk.domain.routing import (
    Directory,
    Loads,
    OrderFacts,
    RoutingDecision,
    RoutingRule,
    RuleId,
    decide,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastOrder:
    """An order that was routed once.

    order: as it was then. origin: its customer, by whom `located` tells the region. went_to: who
    got it first, by a rule or from a dispatcher; None while nobody has. of_category: the department
    of its category. loads: open orders of each then.
    """

    number: int
    order: OrderFacts
    went_to: DepartmentId | None
    subject: str = ""
    of_category: DepartmentId | None = None
    origin: OrderOrigin = field(default_factory=OrderOrigin)
    loads: Loads = field(default_factory=dict)

    @property
    def at(self) -> datetime:
        """When it was routed, aware UTC."""
        return self.order.at


def located(past: PastOrder, table: RegionTable, place_of: Callable[[str], str]) -> PastOrder:
    """Return ``past`` in the region that ``table`` has for its customer."""
    found = region_of(past.origin, table, place_of)
    region = found.region.code if found else ""
    return replace(past, order=replace(past.order, region=region))


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingTrial:
    """Where a past order would go by the rules on trial, and by those that hold today."""

    past: PastOrder
    decision: RoutingDecision
    today: RoutingDecision

    @property
    def is_change(self) -> bool:
        """Whether somebody else would get it."""
        return self.decision.assignee != self.today.assignee


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What rules would do with past orders, oldest first. rules: in their order."""

    rules: tuple[RuleId, ...]
    trials: tuple[RoutingTrial, ...]

    @property
    def changes(self) -> tuple[RoutingTrial, ...]:
        """The orders that somebody else would get."""
        return tuple(trial for trial in self.trials if trial.is_change)

    @property
    def by_assignee(self) -> Mapping[DepartmentId | None, int]:
        """How many orders each would get; None: the dispatcher."""
        return Counter(trial.decision.assignee for trial in self.trials)

    @property
    def by_rule(self) -> Mapping[RuleId, int]:
        """How many orders each rule would decide, 0 for one that decides nothing."""
        found = Counter(trial.decision.rule for trial in self.trials)
        return {rule: found[rule] for rule in self.rules}

    def taken_by(self, rule: RuleId | None) -> tuple[RoutingTrial, ...]:
        """Return the orders that ``rule`` would decide; None: those that no rule does."""
        return tuple(trial for trial in self.trials if trial.decision.rule == rule)


def dry_run(
    rules: Sequence[RoutingRule],
    past: Iterable[PastOrder],
    directory: Directory,
    *,
    today: Sequence[RoutingRule],
) -> DryRun:
    """Return what ``rules`` would do with ``past`` orders against ``today``'s; changes nothing."""

    def by(tried: Sequence[RoutingRule], one: PastOrder) -> RoutingDecision:
        return decide(one.order, tried, directory, one.loads, of_category=one.of_category)

    return DryRun(
        rules=tuple(rule.id for rule in rules),
        trials=tuple(
            RoutingTrial(past=one, decision=by(rules, one), today=by(today, one)) for one in past
        ),
    )
