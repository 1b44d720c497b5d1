"""Editing the list of routing rules: each edit gives a new list; pure, any thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent_desk.domain.routing import RoutingRule, RuleId

Rules = tuple[RoutingRule, ...]


def place_of(rules: Sequence[RoutingRule], rule_id: RuleId) -> int:
    """Return where a rule stands, -1 when it is not there."""
    return next((place for place, rule in enumerate(rules) if rule.id == rule_id), -1)


def with_rule(rules: Sequence[RoutingRule], changed: RoutingRule) -> Rules:
    """Return ``rules`` with ``changed`` in the place of the one with its id."""
    return tuple(changed if rule.id == changed.id else rule for rule in rules)


def added(rules: Sequence[RoutingRule], new: RoutingRule, *, after: RuleId | None) -> Rules:
    """Return ``rules`` with ``new`` below the one called ``after``, at the end without one."""
    place = place_of(rules, after) if after is not None else -1
    place = len(rules) if place < 0 else place + 1
    return (*rules[:place], new, *rules[place:])


def without(rules: Sequence[RoutingRule], rule_id: RuleId) -> Rules:
    """Return ``rules`` without one."""
    return tuple(rule for rule in rules if rule.id != rule_id)


def moved(rules: Sequence[RoutingRule], rule_id: RuleId, by: int) -> Rules:
    """Return ``rules`` with one ``by`` places further down; it stops at either end."""
    place = place_of(rules, rule_id)
    if place < 0:
        return tuple(rules)
    left = list(rules)
    rule = left.pop(place)
    left.insert(max(0, min(len(left), place + by)), rule)
    return tuple(left)


def copied(rules: Sequence[RoutingRule], rule_id: RuleId, *, new_id: RuleId, name: str) -> Rules:
    """Return ``rules`` with a copy of one below it, under another id and a free name."""
    place = place_of(rules, rule_id)
    if place < 0:
        return tuple(rules)
    copy = replace(rules[place], id=new_id, name=free_name(rules, name))
    return added(rules, copy, after=rule_id)


def free_name(rules: Sequence[RoutingRule], name: str) -> str:
    """Return ``name``, with the first number that no rule has when it is taken."""
    taken = {rule.name.casefold() for rule in rules}
    if name.casefold() not in taken:
        return name
    return next(
        numbered
        for number in range(2, len(rules) + 3)
        if (numbered := f"{name} {number}").casefold() not in taken
    )
