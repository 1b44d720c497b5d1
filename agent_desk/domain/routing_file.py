"""Routing rules and regions as tables: the TOML file, and what an editor stores; pure.

::

    [[regions]]
    code = "010"
    name = "Beijing"
    name_zh = "北京"
    numbers = ["+8610"]
    places = ["Beijing", "北京"]

    [[rules]]
    id = "diesel-north"
    name = "Diesel in the north"
    assignees = ["nord", "field-service"]
    regions = ["010"]
    products = ["diesel"]
    tiers = ["GOLD", "VIP"]
    when_closed = "WAIT"

Rules hold in the order of the file. Errors name file, field, value and what is accepted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from agent_desk.domain.customer import Tier
from agent_desk.domain.errors import InputError
from agent_desk.domain.fields import Fields, read_toml
from agent_desk.domain.identifiers import CategoryId, DepartmentId
from agent_desk.domain.region import Region, RegionTable
from agent_desk.domain.routing import RoutingRule, RuleId, WhenClosed
from agent_desk.domain.routing_check import RoutingWorld, faults
from agent_desk.domain.ticket import Priority

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class RoutingFile:
    """What a file has: regions, and rules in the order in which they hold."""

    regions: RegionTable
    rules: tuple[RoutingRule, ...]


def read_routing(path: Path, world: RoutingWorld) -> RoutingFile:
    """Return the rules of a TOML file, sound in ``world`` with the file's own regions.

    Raises ConfigurationError.
    """
    fields = Fields(read_toml(path), file=path.name)
    regions = _regions(fields)
    world = replace(world, regions=regions.codes)
    rules: list[RoutingRule] = []
    for table in fields.tables("rules"):
        rule = rule_of(table)
        for fault in faults(rule, world):
            table.refuse(fault.details["field"], fault.details["accepted"])
        for earlier in rules:
            if earlier.id == rule.id:
                table.refuse("id", "an id that no other rule has")
            if earlier.name.casefold() == rule.name.casefold():
                table.refuse("name", "a name that no other rule has")
        rules.append(rule)
    fields.finish()
    return RoutingFile(regions, tuple(rules))


def rule_of(table: Fields) -> RoutingRule:
    """Return the rule of one table; raises ConfigurationError for a value of the wrong kind."""
    rule = RoutingRule(
        id=RuleId(table.text("id")),
        name=table.text("name"),
        assignees=tuple(map(DepartmentId, table.texts("assignees"))),
        categories=frozenset(map(CategoryId, table.texts("categories", ()))),
        regions=frozenset(table.texts("regions", ())),
        products=frozenset(table.texts("products", ())),
        tiers=_members(table, "tiers", Tier),
        priorities=_members(table, "priorities", Priority),
        when_closed=WhenClosed(table.choice("when_closed", WhenClosed, WhenClosed.SKIP)),
        is_enabled=table.boolean("is_enabled", True),
    )
    table.finish()
    return rule


def table_of(rule: RoutingRule) -> Mapping[str, Any]:
    """Return the table that `rule_of` reads as ``rule``; what a rule does not ask is left out."""
    table: dict[str, Any] = {
        "id": rule.id,
        "name": rule.name,
        "assignees": list(rule.assignees),
    }
    for name in ("categories", "regions", "products", "tiers", "priorities"):
        if values := getattr(rule, name):
            table[name] = sorted(map(str, values))
    if rule.when_closed is not WhenClosed.SKIP:
        table["when_closed"] = rule.when_closed.value
    if not rule.is_enabled:
        table["is_enabled"] = False
    return table


def _regions(fields: Fields) -> RegionTable:
    tables = fields.tables("regions")
    regions = [_region(table) for table in tables]
    try:
        return RegionTable(regions)
    except InputError:
        for place, table in enumerate(tables):
            _require_new(regions[: place + 1], table)
        raise


def _region(table: Fields) -> Region:
    region = Region(
        code=table.text("code"),
        name=table.text("name"),
        name_zh=table.text("name_zh", ""),
        numbers=table.texts("numbers", ()),
        places=table.texts("places", ()),
    )
    table.finish()
    return region


def _require_new(regions: Sequence[Region], table: Fields) -> None:
    """Refuse at ``table`` what makes its region, the last of ``regions``, no new one."""
    try:
        RegionTable(regions)
    except InputError as error:
        table.refuse(error.details["field"], error.details["accepted"])


def _members(table: Fields, key: str, kind: type[E]) -> frozenset[E]:
    values = table.texts(key, ())
    if not set(values) <= set(kind):
        table.refuse(key, "a list of " + ", ".join(kind))
    return frozenset(map(kind, values))
