"""Checking routing rules before they hold; pure, any thread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from agent_desk.domain.errors import InputError
from agent_desk.domain.identifiers import CategoryId, DepartmentId
from agent_desk.domain.routing import Directory, RoutingRule, RuleId

MAX_NAME = 80
"""Longest name of a rule and word of a product, in characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingWorld:
    """What rules may name. categories, regions: by id and by code."""

    directory: Directory
    categories: Collection[CategoryId]
    regions: Collection[str]


def faults(rule: RoutingRule, world: RoutingWorld) -> tuple[InputError, ...]:
    """Return what is wrong with ``rule``: one error for each value, its field named."""
    return tuple(_fault(*found) for found in _faults(rule, world))


def faults_by_rule(
    rules: Sequence[RoutingRule], world: RoutingWorld
) -> Mapping[RuleId, tuple[InputError, ...]]:
    """Return the rules with faults; also those that were right until a dealer closed.

    Of two with one name the lower one has the fault.
    """
    found: dict[RuleId, tuple[InputError, ...]] = {}
    names: set[str] = set()
    for rule in rules:
        errors = faults(rule, world)
        name = rule.name.casefold()
        if name in names:
            errors = (*errors, _fault("name", rule.name, "a name that no other rule has"))
        names.add(name)
        if errors:
            found[rule.id] = errors
    return found


def require_sound(rules: Iterable[RoutingRule], world: RoutingWorld) -> None:
    """Raise the first InputError of ``rules``, also for an id or a name that two have."""
    ids: set[RuleId] = set()
    names: set[str] = set()
    for rule in rules:
        for error in faults(rule, world):
            raise error
        if rule.id in ids:
            _refuse("id", rule.id, "an id that no other rule has")
        if rule.name.casefold() in names:
            _refuse("name", rule.name, "a name that no other rule has")
        ids.add(rule.id)
        names.add(rule.name.casefold())


def _faults(rule: RoutingRule, world: RoutingWorld) -> Iterator[tuple[str, str, str]]:
    if not rule.id.strip():
        yield "id", rule.id, "an id"
    if not 0 < len(rule.name.strip()) <= MAX_NAME:
        yield "name", rule.name, f"a name of at most {MAX_NAME} characters"
    yield from _assignee_faults(rule.assignees, world.directory)
    for category in sorted(rule.categories):
        if category not in world.categories:
            yield "categories", category, "a category of the tree"
    for code in sorted(rule.regions):
        if code not in world.regions:
            yield "regions", code, _one_of(world.regions)
    for word in sorted(rule.products):
        if not 0 < len(word.strip()) <= MAX_NAME:
            yield "products", word, f"a word of the product's name, at most {MAX_NAME} characters"


def _assignee_faults(
    assignees: Sequence[DepartmentId], directory: Directory
) -> Iterator[tuple[str, str, str]]:
    open_ones = [one.name for one in directory.values() if one.is_active]
    if not assignees:
        yield "assignees", "", _one_of(open_ones)
    for assignee, times in Counter(assignees).items():
        if assignee not in directory:
            yield "assignees", assignee, _one_of(open_ones)
        elif not directory[assignee].is_active:
            name = directory[assignee].name
            yield "assignees", name, f"{_one_of(open_ones)} ({name} has closed)"
        if times > 1:
            yield "assignees", assignee, "each department or dealer once"


def _one_of(values: Iterable[str]) -> str:
    return "one of " + (", ".join(sorted(values)) or "(there is none)")


def _fault(name: str, value: str, accepted: str) -> InputError:
    return InputError(field=name, value=value, accepted=accepted)


def _refuse(name: str, value: str, accepted: str) -> NoReturn:
    raise _fault(name, value, accepted)
