"""A house on a file with two dealers, a region and customers, for routing."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

from agent_desk.domain.customer import Customer, Tier
from agent_desk.domain.identifiers import AgentId, CategoryId, DepartmentId
from agent_desk.domain.order_origin import RoutableOrder
from agent_desk.domain.region import Region
from agent_desk.domain.rights import Person, Role
from agent_desk.domain.routing import Assignee, RoutingRule, RuleId
from agent_desk.domain.ticket import Category
from agent_desk.ports.routing_book import Rulebook
from agent_desk.ports.storage import Storage, UnitOfWork
from agent_desk.services.access import Access
from agent_desk.services.routing import Routing
from db.sqlite_storage import SqliteStorage
from tests.contracts.storage_samples import a_customer, a_point, fresh_id
from tests.fakes.desk_file import new_desk_file
from tests.fakes.listed_places import ListedPlaces
from tests.fakes.manual_clock import ManualClock
from tests.unit.domain.routing_cases import ALWAYS, OFFICE, TUESDAY_AT_TEN

NORD, SUED, GONE = (DepartmentId(fresh_id()) for _ in range(3))
DEALERS = (
    Assignee(id=NORD, name="Nord", name_zh="北方", calendar=OFFICE, is_dealer=True, capacity=20),
    Assignee(id=SUED, name="Süd", name_zh="南方", calendar=OFFICE, is_dealer=True),
    Assignee(id=GONE, name="Gone", calendar=OFFICE, is_dealer=True, is_active=False),
)
BEIJING = Region(code="010", name="Beijing", numbers=("+8610",), places=("Beijing", "北京"))
MOBILE = "+8613800138000"


def a_rule(id: str, *assignees: DepartmentId, **conditions: object) -> RoutingRule:
    return RoutingRule(id=RuleId(id), name=f"Rule {id}", assignees=assignees, **conditions)  # type: ignore[arg-type]


def furnish(unit: UnitOfWork) -> None:
    """Let the dealers and the region be known."""
    unit.calendars.put([OFFICE, ALWAYS])
    unit.routing.keep_assignees(DEALERS)
    unit.routing.keep_regions([BEIJING])


async def hold(storage: Storage, *rules: RoutingRule) -> Rulebook:
    """Let ``rules`` hold, whoever asks."""

    def work(unit: UnitOfWork) -> Rulebook:
        now = Rulebook(rules=rules, version=unit.routing.rulebook().version)
        return unit.routing.save(now, by=AgentId("admin"), at=TUESDAY_AT_TEN.astimezone(UTC))

    return await storage.write(work)


class House:
    """Routing on a storage of its own."""

    def __init__(self, folder: Path) -> None:
        """Nothing is open yet."""
        self.storage = SqliteStorage(path=new_desk_file(folder))
        self.places = ListedPlaces({MOBILE: "北京市"})
        self.clock = ManualClock(TUESDAY_AT_TEN.astimezone(UTC))

    async def open(self) -> None:
        await self.storage.open()
        await self.storage.write(furnish)
        tree = await self.storage.read(lambda unit: unit.catalogue.categories())
        self.categories = {category.name: category for category in tree}

    def routing(self, role: Role = Role.ADMINISTRATOR) -> Routing:
        """Return the service as a person of ``role`` has it."""
        person = Person(login=AgentId("wei"), name="Wei", roles=frozenset({role}))
        return Routing(
            storage=self.storage, places=self.places, clock=self.clock, access=Access(person)
        )

    def category(self, name: str) -> Category:
        return self.categories[name]

    async def customer(
        self, *, city: str = "", number: str = MOBILE, tier: Tier = Tier.STANDARD
    ) -> Customer:
        customer = a_customer(city=city, tier=tier)
        points = [a_point(customer, number)] if number else []
        await self.storage.write(lambda unit: unit.customers.add(customer, points))
        return customer

    async def order(
        self, category: str = "Line fault on site", **customer: object
    ) -> RoutableOrder:
        stored = await self.customer(**customer)  # type: ignore[arg-type]
        return RoutableOrder(
            customer_id=stored.id, category_id=CategoryId(self.category(category).id)
        )
