"""A house with a field service and three dealers, for routing."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from agent_desk.domain.identifiers import CategoryId, DepartmentId
from agent_desk.domain.routing import Assignee, OrderFacts, RoutingRule, RuleId
from agent_desk.domain.routing_check import RoutingWorld
from agent_desk.domain.working_calendar import CalendarId, WorkingCalendar, parse_shifts

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = WorkingCalendar(
    id=CalendarId("office"),
    zone=SHANGHAI,
    week=[parse_shifts(["08:00-18:00"])] * 5 + [()] * 2,
)
ALWAYS = WorkingCalendar(
    id=CalendarId("always"), zone=SHANGHAI, week=[parse_shifts(["00:00-24:00"])] * 7
)
NORD, SUED, GONE, FIELD = map(DepartmentId, ("nord", "sued", "gone", "field"))
DIRECTORY: Mapping[DepartmentId, Assignee] = {
    NORD: Assignee(id=NORD, name="Nord", calendar=OFFICE, is_dealer=True, capacity=20),
    SUED: Assignee(id=SUED, name="Süd", calendar=OFFICE, is_dealer=True, capacity=5),
    GONE: Assignee(id=GONE, name="Gone", calendar=OFFICE, is_dealer=True, is_active=False),
    FIELD: Assignee(id=FIELD, name="Field service", name_zh="现场服务", calendar=ALWAYS),
}
ENGINE, INJECTION, BILL = map(CategoryId, ("engine", "injection", "bill"))
WORLD = RoutingWorld(
    directory=DIRECTORY, categories={ENGINE, INJECTION, BILL}, regions={"010", "021"}
)

TUESDAY_AT_TEN = datetime(2026, 3, 3, 10, tzinfo=SHANGHAI)
TUESDAY_EVENING = datetime(2026, 3, 3, 20, tzinfo=SHANGHAI)
DIESEL = OrderFacts(
    at=TUESDAY_AT_TEN,
    categories=(INJECTION, ENGINE),
    region="010",
    product="Diesel engine D12",
)


def rule(id: str = "a", *assignees: DepartmentId) -> RoutingRule:
    """A rule that asks nothing."""
    return RoutingRule(id=RuleId(id), name=f"Rule {id}", assignees=assignees or (NORD,))
