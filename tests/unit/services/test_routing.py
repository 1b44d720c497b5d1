"""Orders find somebody by the rules of the house, and the rules stay sound."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agent_desk.domain.errors import InputError, RightsError, StaleVersionError
from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.region import Region
from agent_desk.domain.rights import Person, Role
from agent_desk.domain.routing import RoutingReasonCode, RoutingRule
from agent_desk.domain.routing_check import PastOrder
from agent_desk.ports.routing_book import Rulebook
from agent_desk.services.access import Access
from agent_desk.services.routing import RoutableOrder, Routing
from tests.fakes.listed_places import ListedPlaces
from tests.fakes.manual_clock import ManualClock
from tests.fakes.memory_routing_book import MemoryRoutingBook
from tests.unit.domain.routing_cases import (
    DIESEL,
    ENGINE,
    FIELD,
    GONE,
    INJECTION,
    NORD,
    SUED,
    TUESDAY_AT_TEN,
    WORLD,
    rule,
)

MOBILE = "+8613800138000"
REGIONS = [
    Region(code="010", name="Beijing", numbers=("+8610",), places=("北京",)),
    Region(code="021", name="Shanghai", places=("上海",)),
]
NORTH = replace(rule("north", NORD), regions=frozenset({"010"}), categories=frozenset({ENGINE}))
ORDER = RoutableOrder(categories=(INJECTION, ENGINE), e164=MOBILE)
PAST = [
    PastOrder(number=1, order=DIESEL, went_to=NORD),
    PastOrder(number=2, order=replace(DIESEL, region="021"), went_to=NORD),
]


class House:
    def __init__(self, role: Role = Role.ADMINISTRATOR) -> None:
        self.book = MemoryRoutingBook(world=WORLD, regions=REGIONS, past=PAST)
        self.places = ListedPlaces({MOBILE: "北京市"})
        person = Person(login=AgentId("wei"), name="Wei", roles=frozenset({role}))
        self.routing = Routing(
            book=self.book,
            places=self.places,
            clock=ManualClock(TUESDAY_AT_TEN.astimezone(UTC)),
            access=Access(person),
        )

    async def hold(self, *rules: RoutingRule) -> Rulebook:
        return await self.routing.save(Rulebook(rules=rules))


@pytest.fixture
def house() -> House:
    return House()


class TestAnOrder:
    async def test_goes_by_the_place_of_its_customers_mobile(self, house: House) -> None:
        await house.hold(NORTH)
        decision = await house.routing.decide(ORDER)
        assert decision.assignee == NORD
        assert [(one.code, one.value) for one in decision.reasons[:2]] == [
            (RoutingReasonCode.CATEGORY, "engine"),
            (RoutingReasonCode.REGION, "010"),
        ]

    async def test_goes_by_its_address_without_asking_for_the_number(self, house: House) -> None:
        await house.hold(NORTH)
        decision = await house.routing.decide(replace(ORDER, address="上海市北京东路1号"))
        assert decision.assignee is None
        assert house.places.asked == []

    async def test_without_any_place_has_no_region(self, house: House) -> None:
        await house.hold(NORTH, rule("rest", FIELD))
        decision = await house.routing.decide(replace(ORDER, e164=""))
        assert (decision.assignee, decision.rule) == (FIELD, "rest")
        assert house.places.asked == []

    async def test_without_rules_goes_to_the_dispatcher(self, house: House) -> None:
        decision = await house.routing.decide(ORDER)
        assert decision.assignee is None
        assert [one.code for one in decision.reasons] == [RoutingReasonCode.NO_RULE]

    async def test_that_was_declined_goes_to_the_next(self, house: House) -> None:
        await house.hold(replace(NORTH, assignees=(NORD, SUED)))
        declined = replace(ORDER, declined_by=frozenset({NORD}))
        assert (await house.routing.decide(declined)).assignee == SUED


class TestSaving:
    async def test_lets_the_rules_hold(self, house: House) -> None:
        saved = await house.hold(NORTH)
        assert saved.version == 1
        assert await house.routing.rulebook() == saved

    async def test_a_rule_to_a_closed_dealer_is_refused_and_nothing_is_changed(
        self, house: House
    ) -> None:
        with pytest.raises(InputError, match=r"assignees: 'Gone' .*\(Gone has closed\)"):
            await house.hold(NORTH, rule("b", GONE))
        assert await house.book.rulebook() == Rulebook()

    async def test_shows_an_editor_all_faults_at_their_rules(self, house: House) -> None:
        found = await house.routing.faults([NORTH, rule("b", GONE)])
        assert {key: [one.details["field"] for one in errors] for key, errors in found.items()} == {
            "b": ["assignees"]
        }

    async def test_after_somebody_else_is_refused(self, house: House) -> None:
        await house.hold(NORTH)
        with pytest.raises(StaleVersionError):
            await house.hold(rule("b", FIELD))

    @pytest.mark.parametrize("role", [Role.AGENT, Role.DEALER, Role.AUDITOR])
    async def test_is_not_for_everybody(self, role: Role) -> None:
        with pytest.raises(RightsError):
            await House(role).hold(NORTH)


class TestTryingOut:
    DAY = timedelta(days=1)

    async def test_shows_what_would_have_gone_elsewhere(self, house: House) -> None:
        found = await house.routing.try_out(
            [NORTH], since=TUESDAY_AT_TEN - self.DAY, until=TUESDAY_AT_TEN + self.DAY
        )
        assert found.orders == 2
        assert [(one.past.number, one.decision.assignee) for one in found.changes] == [(2, None)]
        assert await house.book.rulebook() == Rulebook()

    async def test_rules_with_a_fault_is_refused(self, house: House) -> None:
        with pytest.raises(InputError, match="assignees"):
            await house.routing.try_out(
                [rule("b", GONE)], since=TUESDAY_AT_TEN, until=TUESDAY_AT_TEN
            )

    async def test_a_time_that_ends_before_it_begins_is_refused(self, house: House) -> None:
        since = datetime(2026, 3, 2, tzinfo=UTC)
        with pytest.raises(InputError, match=r"until: .* not before 2026-03-02"):
            await house.routing.try_out([NORTH], since=since, until=since - self.DAY)
