"""Orders find somebody by the rules of the house, and the rules stay sound."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent_desk.domain.errors import InputError, RightsError, StaleVersionError
from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.rights import Role
from agent_desk.domain.routing import RoutingReasonCode
from agent_desk.ports.routing_book import Rulebook
from agent_desk.ports.storage import UnitOfWork
from tests.contracts.storage_samples import a_ticket, an_order
from tests.unit.domain.routing_cases import TUESDAY_AT_TEN
from tests.unit.services.routing_house import GONE, MOBILE, NORD, SUED, House, a_rule, hold

_C = RoutingReasonCode
NORTH = a_rule("north", NORD, regions=frozenset({"010"}))
DAY = timedelta(days=1)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path)
    await house.open()
    yield house
    await house.storage.close()


class TestAnOrder:
    async def test_goes_by_the_place_of_its_customers_mobile(self, house: House) -> None:
        await hold(house.storage, NORTH)
        decision = await house.routing().preview(await house.order())
        assert (decision.assignee, decision.rule) == (NORD, "north")
        assert [(one.code, one.value) for one in decision.reasons[:1]] == [(_C.REGION, "010")]

    async def test_goes_by_its_address_without_asking_for_the_number(self, house: House) -> None:
        await hold(house.storage, NORTH)
        decision = await house.routing().preview(await house.order(city="北京"))
        assert decision.assignee == NORD
        assert house.places.asked == []

    async def test_asks_for_no_place_where_no_rule_goes_by_regions(self, house: House) -> None:
        await hold(house.storage, a_rule("all", SUED))
        assert (await house.routing().preview(await house.order())).assignee == SUED
        assert house.places.asked == []

    async def test_without_any_place_has_no_region(self, house: House) -> None:
        await hold(house.storage, NORTH, a_rule("rest", SUED))
        decision = await house.routing().preview(await house.order(number=""))
        assert (decision.assignee, decision.rule) == (SUED, "rest")

    async def test_without_rules_goes_to_the_department_of_its_category(self, house: House) -> None:
        await hold(house.storage, replace(NORTH, is_enabled=False))
        decision = await house.routing().preview(await house.order())
        assert decision.assignee == house.category("Line fault on site").department_id
        assert decision.rule is None
        assert [one.code for one in decision.reasons] == [_C.CATEGORY]

    async def test_that_no_rule_takes_goes_to_the_dispatcher(self, house: House) -> None:
        await hold(house.storage, NORTH)
        decision = await house.routing().preview(await house.order(city="上海", number=""))
        assert decision.assignee is None
        assert [one.code for one in decision.reasons] == [_C.NO_RULE]

    async def test_that_was_declined_goes_to_the_next(self, house: House) -> None:
        await hold(house.storage, a_rule("both", NORD, SUED))
        order = replace(await house.order(), declined_by=frozenset({NORD}))
        decision = await house.routing().preview(order)
        assert decision.assignee == SUED
        assert [(one.code, one.assignee) for one in decision.passed_over] == [(_C.DECLINED, NORD)]


class TestSaving:
    async def test_lets_the_rules_hold(self, house: House) -> None:
        saved = await house.routing().save((NORTH,), version=0)
        assert (saved.version, saved.saved_by) == (1, AgentId("wei"))
        assert await house.routing().rulebook() == saved

    async def test_a_rule_to_a_closed_dealer_is_refused_and_nothing_is_changed(
        self, house: House
    ) -> None:
        with pytest.raises(InputError, match=r"assignees: 'Gone' .*\(Gone has closed\)"):
            await house.routing().save((NORTH, a_rule("b", GONE)), version=0)
        assert await house.routing().rulebook() == Rulebook()

    async def test_shows_an_editor_all_faults_at_their_rules(self, house: House) -> None:
        found = await house.routing().faults([NORTH, a_rule("b", GONE)])
        assert {key: [one.details["field"] for one in errors] for key, errors in found.items()} == {
            "b": ["assignees"]
        }

    async def test_after_somebody_else_is_refused(self, house: House) -> None:
        await house.routing().save((NORTH,), version=0)
        with pytest.raises(StaleVersionError):
            await house.routing().save((a_rule("b", SUED),), version=0)

    @pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
    async def test_is_the_administrators(self, house: House, role: Role) -> None:
        with pytest.raises(RightsError):
            await house.routing(role).save((NORTH,), version=0)

    @pytest.mark.parametrize("role", list(Role))
    async def test_the_rules_are_shown_to_who_keeps_them_or_dispatches(
        self, house: House, role: Role
    ) -> None:
        if role in (Role.ADMINISTRATOR, Role.SUPERVISOR, Role.DISPATCHER):
            assert (await house.routing(role).house()).rulebook == Rulebook()
        else:
            with pytest.raises(RightsError):
                await house.routing(role).house()


class TestTryingOut:
    async def test_shows_what_would_go_elsewhere(self, house: House) -> None:
        await self._raised(house, "北京", 1)
        await self._raised(house, "上海", 2)
        await hold(house.storage, a_rule("all", SUED))

        found = await house.routing().try_out(
            [NORTH, a_rule("all", SUED)], since=TUESDAY_AT_TEN - DAY, until=TUESDAY_AT_TEN + DAY
        )

        assert found.by_rule == {"north": 1, "all": 1}
        (change,) = found.changes
        assert (change.past.number, change.decision.assignee) == (1, NORD)
        assert change.today.assignee == SUED

    async def test_asks_for_the_place_of_a_mobile_too(self, house: House) -> None:
        await self._raised(house, "", 1, phone=MOBILE)
        found = await house.routing().try_out(
            [NORTH], since=TUESDAY_AT_TEN - DAY, until=TUESDAY_AT_TEN + DAY
        )
        assert found.by_rule == {"north": 1}

    async def test_rules_with_a_fault_is_refused(self, house: House) -> None:
        with pytest.raises(InputError, match="assignees"):
            await house.routing().try_out(
                [a_rule("b", GONE)], since=TUESDAY_AT_TEN, until=TUESDAY_AT_TEN
            )

    async def test_a_time_that_ends_before_it_begins_is_refused(self, house: House) -> None:
        since = datetime(2026, 3, 2, tzinfo=UTC)
        with pytest.raises(InputError, match=r"until: .* not before 2026-03-02"):
            await house.routing().try_out([NORTH], since=since, until=since - DAY)

    async def test_is_not_for_agents(self, house: House) -> None:
        with pytest.raises(RightsError):
            await house.routing(Role.AGENT).try_out(
                [], since=TUESDAY_AT_TEN, until=TUESDAY_AT_TEN + DAY
            )

    async def _raised(self, house: House, city: str, number: int, phone: str = "") -> None:
        stored = await house.customer(city=city, number=phone)
        ticket = a_ticket(stored, house.category("Line fault on site").id, number)
        order = an_order(ticket, number, raised_at=TUESDAY_AT_TEN.astimezone(UTC))

        def work(unit: UnitOfWork) -> None:
            unit.tickets.add(ticket)
            unit.orders.add(order)

        await house.storage.write(work)
