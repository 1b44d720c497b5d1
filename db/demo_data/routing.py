"""Regions, dealers, hours and routing rules of the demo's call centre; any thread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from agent_desk.domain.identifiers import AgentId, CategoryId, DepartmentId, calling_code
from agent_desk.domain.region import Region
from agent_desk.domain.routing import Assignee, RoutingRule, RuleId, WhenClosed
from agent_desk.domain.routing_file import new_assignee_id
from agent_desk.domain.ticket import Category
from agent_desk.domain.working_calendar import CalendarId, WorkingCalendar, parse_shifts
from agent_desk.ports.routing_book import Rulebook
from db.demo_data.places import CITIES, City
from db.repositories.calendars import SqlCalendarRepository
from db.repositories.catalogue import SqlCatalogue
from db.repositories.routing_book import SqlRoutingBook

NORD, SUED = new_assignee_id("Nord dealer"), new_assignee_id("Süd dealer")

_BY = AgentId("demo")
_REGIONS = 6
_ZONES: Mapping[str, str] = MappingProxyType(
    {
        "CN": "Asia/Shanghai",
        "DE": "Europe/Berlin",
        "FR": "Europe/Paris",
        "GB": "Europe/London",
        "US": "America/New_York",
    }
)
_ENGLISH: Mapping[str, str] = MappingProxyType(
    {
        "北京": "Beijing",
        "上海": "Shanghai",
        "广州": "Guangzhou",
        "深圳": "Shenzhen",
        "杭州": "Hangzhou",
        "成都": "Chengdu",
    }
)
_REPAIR, _ON_SITE = "Product and repair", ("Line fault on site", "Installation on site")


def add_routing(connection: Connection, *, region: str, now: datetime) -> None:
    """Store how the demo's orders find somebody, unless the house has rules already."""
    book, catalogue = SqlRoutingBook(connection), SqlCatalogue(connection)
    if book.rulebook().version:
        return
    hours = {calendar.id: calendar for calendar in _calendars(region)}
    SqlCalendarRepository(connection).put(hours.values())
    dealers = hours[CalendarId("demo-dealers")]
    book.keep_assignees(
        [
            Assignee(id=NORD, name="Nord dealer", name_zh="北方经销商", calendar=dealers,
                     is_dealer=True, capacity=40),
            Assignee(id=SUED, name="Süd dealer", name_zh="南方经销商", calendar=dealers,
                     is_dealer=True, capacity=40),
        ]
    )  # fmt: skip
    cities = CITIES.get(region, CITIES["CN"])[:_REGIONS]
    regions = [_region(city, region) for city in cities]
    book.keep_regions(regions)
    rules = tuple(_rules(catalogue.categories(), [one.code for one in regions]))
    book.save(Rulebook(rules=rules), by=_BY, at=now)


def _calendars(region: str) -> Iterator[WorkingCalendar]:
    zone = ZoneInfo(_ZONES.get(region, "UTC"))
    yield WorkingCalendar(
        id=CalendarId("demo-dealers"),
        name="Dealers, every day",
        zone=zone,
        week=[parse_shifts(["08:00-20:00"])] * 6 + [parse_shifts(["09:00-17:00"])],
    )


def _region(city: City, region: str) -> Region:
    english = _ENGLISH.get(city.name, city.name)
    trunk = "0" if region != "US" else ""
    return Region(
        code=f"{trunk}{city.area_code}",
        name=english,
        name_zh=city.name,
        numbers=(f"+{calling_code(region)}{city.area_code}",),
        places=tuple(dict.fromkeys((english, city.name))),
    )


def _rules(categories: Sequence[Category], codes: Sequence[str]) -> Iterator[RoutingRule]:
    """Yield the dealers' rules, then one for each department: nothing waits for a dispatcher."""
    by_name = {category.name: category for category in categories}
    half = len(codes) // 2
    repair = frozenset({by_name[_REPAIR].id})
    field = by_name[_ON_SITE[0]].department_id
    if field is not None:
        yield _rule("on-site", "On site", field, frozenset(by_name[name].id for name in _ON_SITE))
    yield _rule("repair-north", "Repairs in the north", NORD, repair, codes[:half])
    yield _rule("repair-south", "Repairs in the south", SUED, repair, codes[half:])
    for category in categories:
        if category.parent_id is None and category.department_id is not None:
            of = frozenset({category.id})
            yield _rule(f"category-{category.position}", category.name, category.department_id, of)


def _rule(
    id: str,
    name: str,
    assignee: DepartmentId,
    categories: frozenset[CategoryId],
    regions: Sequence[str] = (),
) -> RoutingRule:
    return RoutingRule(
        id=RuleId(id),
        name=name,
        assignees=(assignee,),
        categories=categories,
        regions=frozenset(regions),
        when_closed=WhenClosed.WAIT,
    )
