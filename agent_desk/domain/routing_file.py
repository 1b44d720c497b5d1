"""Routing rules, regions and dealers as tables: the TOML file, and what is stored; pure.

::

    [[assignees]]
    name = "Nord dealer"
    name_zh = "北方经销商"
    is_dealer = true
    capacity = 20
    calendar = "nord"

    [[regions]]
    code = "010"
    name = "Beijing"
    name_zh = "北京"
    numbers = ["+8610"]
    places = ["Beijing", "北京"]

    [[rules]]
    id = "diesel-north"
    name = "Diesel in the north"
    assignees = ["Nord dealer", "现场服务"]
    categories = ["Product and repair"]
    regions = ["010"]
    products = ["diesel"]
    tiers = ["GOLD", "VIP"]
    when_closed = "WAIT"

Rules hold in the order of the file. Departments, dealers and categories are named in either
language, or by their ids. An assignee whose name nobody has is a new one; calendars are imported
before. Errors name file, field, value and what is accepted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, uuid5

from agent_desk.domain.category_tree import CategoryTree
from agent_desk.domain.errors import InputError
from agent_desk.domain.fields import Fields, read_toml
from agent_desk.domain.identifiers import CategoryId, DepartmentId
from agent_desk.domain.region import Region, RegionTable
from agent_desk.domain.routing import Assignee, Directory, RoutingRule, RuleId, WhenClosed
from agent_desk.domain.routing_check import RoutingWorld, faults
from agent_desk.domain.ticket import Category, Priority
from agent_desk.domain.tier import Tier
from agent_desk.domain.working_calendar import CalendarId, WorkingCalendar

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class RoutingFile:
    """What a file has: regions, rules in the order in which they hold, and assignees."""

    regions: RegionTable
    rules: tuple[RoutingRule, ...]
    assignees: tuple[Assignee, ...] = ()


def read_routing(
    path: Path,
    world: RoutingWorld,
    *,
    categories: Iterable[Category] = (),
    calendars: Mapping[CalendarId, WorkingCalendar] = MappingProxyType({}),
) -> RoutingFile:
    """Return the rules of a TOML file, sound in ``world`` with the file's own regions and dealers.

    A file without regions goes by those of ``world``. ``categories`` have the names that it may
    use, ``calendars`` those that assignees may have. Raises ConfigurationError.
    """
    fields = Fields(read_toml(path), file=path.name)
    regions = _regions(fields)
    assignees = _assignees(fields, world.directory, calendars)
    directory = {**world.directory, **{one.id: one for one in assignees}}
    world = replace(world, regions=regions.codes or world.regions, directory=directory)
    tree = CategoryTree(categories)
    rules: list[RoutingRule] = []
    for table in fields.tables("rules"):
        rule = _with_ids(rule_of(table), directory, tree)
        for fault in faults(rule, world):
            table.refuse(fault.details["field"], fault.details["accepted"])
        for earlier in rules:
            if earlier.id == rule.id:
                table.refuse("id", "an id that no other rule has")
            if earlier.name.casefold() == rule.name.casefold():
                table.refuse("name", "a name that no other rule has")
        rules.append(rule)
    fields.finish()
    return RoutingFile(regions, tuple(rules), assignees)


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


def new_assignee_id(name: str) -> DepartmentId:
    """Return the id of a new department or dealer: the same on every installation."""
    return DepartmentId(str(uuid5(NAMESPACE_URL, f"agent-desk:department:{name.casefold()}")))


def _with_ids(rule: RoutingRule, directory: Directory, tree: CategoryTree) -> RoutingRule:
    """Return ``rule`` with ids for the names of departments and categories that are known."""
    found = (tree.find(category) for category in rule.categories)
    categories = (
        category.id if category is not None else name
        for category, name in zip(found, rule.categories, strict=True)
    )
    return replace(
        rule,
        assignees=tuple(_assignee_id(name, directory) or name for name in rule.assignees),
        categories=frozenset(categories),
    )


def _assignee_id(text: str, directory: Directory) -> DepartmentId | None:
    """Return whom ``text`` means, by id or by a name in either language."""
    if text in directory:
        return DepartmentId(text)
    named = text.casefold()
    return next(
        (
            one.id
            for one in directory.values()
            if named in (one.name.casefold(), one.name_zh.casefold())
        ),
        None,
    )


def _assignees(
    fields: Fields, directory: Directory, calendars: Mapping[CalendarId, WorkingCalendar]
) -> tuple[Assignee, ...]:
    found: dict[DepartmentId, Assignee] = {}
    for table in fields.tables("assignees"):
        assignee = _assignee(table, directory, calendars)
        if assignee.id in found:
            table.refuse("name", "each department or dealer once")
        found[assignee.id] = assignee
    return tuple(found.values())


def _assignee(
    table: Fields, directory: Directory, calendars: Mapping[CalendarId, WorkingCalendar]
) -> Assignee:
    name = table.text("name")
    known = _assignee_id(name, directory)
    former = directory.get(known) if known is not None else None
    assignee = Assignee(
        id=known or new_assignee_id(name),
        name=former.name if former is not None else name,
        name_zh=table.text("name_zh", former.name_zh if former is not None else ""),
        is_dealer=table.boolean("is_dealer", False),
        is_active=table.boolean("is_active", True),
        capacity=table.integer("capacity", least=1) if table.has("capacity") else None,
        calendar=_calendar(table, calendars),
    )
    table.finish()
    return assignee


def _calendar(
    table: Fields, calendars: Mapping[CalendarId, WorkingCalendar]
) -> WorkingCalendar | None:
    if not table.has("calendar"):
        table.text("calendar", "")
        return None
    return calendars[CalendarId(table.choice("calendar", calendars))]


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
