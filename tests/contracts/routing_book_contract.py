"""What every implementation of ``ports.storage.Storage`` keeps of routing.

A subclass named ``Test...`` gives the fixture ``storage``, as for `storage_contract`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from agent_desk.domain.category_tree import CategoryTree
from agent_desk.domain.customer import Tier
from agent_desk.domain.errors import NotFoundError, StaleVersionError
from agent_desk.domain.event_log import LoggedEvent, Stream, to_payload
from agent_desk.domain.identifiers import CustomerId, DepartmentId, EventId, ProductId
from agent_desk.domain.order_origin import OrderOrigin
from agent_desk.domain.region import Region
from agent_desk.domain.routing import (
    Assignee,
    RoutingDecision,
    RoutingReason,
    RoutingReasonCode,
    RoutingRule,
    RuleId,
    WhenClosed,
)
from agent_desk.domain.ticket import Priority
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from agent_desk.ports.routing_book import Rulebook
from agent_desk.ports.storage import Storage, UnitOfWork
from tests.contracts.calendars_contract import a_calendar
from tests.contracts.products_contract import a_product
from tests.contracts.storage_contract import a_department, add, add_order, add_ticket
from tests.contracts.storage_samples import (
    AGENT,
    NOW,
    a_customer,
    a_point,
    days_ago,
    fresh_id,
)

_S = WorkOrderState
NORD, FIELD = DepartmentId(fresh_id()), DepartmentId(fresh_id())
DIESEL = RoutingRule(
    id=RuleId("diesel"),
    name="Diesel in the north",
    assignees=(NORD, FIELD),
    regions=frozenset({"010", "021"}),
    products=frozenset({"柴油", "diesel"}),
    tiers=frozenset({Tier.VIP}),
    priorities=frozenset({Priority.P1}),
    when_closed=WhenClosed.WAIT,
)
REST = RoutingRule(id=RuleId("rest"), name="The rest", assignees=(FIELD,), is_enabled=False)
BEIJING = Region(
    code="010", name="Beijing", name_zh="北京", numbers=("+8610",), places=("Beijing", "北京")
)
SHANGHAI = Region(code="021", name="Shanghai")


def _save(unit: UnitOfWork, rulebook: Rulebook) -> Rulebook:
    return unit.routing.save(rulebook, by=AGENT, at=NOW)


def an_assigned_event(order: WorkOrder, department_id: DepartmentId) -> LoggedEvent:
    assigned = replace(order, department_id=department_id, state=_S.ASSIGNED)
    return LoggedEvent(
        id=EventId(fresh_id()),
        stream=Stream.WORK_ORDER,
        stream_id=order.id,
        kind="OrderAssigned",
        at=NOW,
        actor=AGENT,
        payload=to_payload(assigned),
    )


class RulesContract:
    async def test_there_are_no_rules_at_first(self, storage: Storage) -> None:
        assert await storage.read(lambda unit: unit.routing.rulebook()) == Rulebook()

    async def test_rules_come_back_in_their_order(self, storage: Storage) -> None:
        first = await storage.write(lambda unit: _save(unit, Rulebook(rules=(DIESEL, REST))))

        assert first == Rulebook(rules=(DIESEL, REST), version=1, saved_by=AGENT, saved_at=NOW)
        assert await storage.read(lambda unit: unit.routing.rulebook()) == first
        turned = await storage.write(
            lambda unit: _save(unit, replace(first, rules=first.rules[::-1]))
        )
        assert (turned.version, turned.rules) == (2, (REST, DIESEL))

    async def test_what_was_edited_from_an_older_version_is_refused(self, storage: Storage) -> None:
        await storage.write(lambda unit: _save(unit, Rulebook(rules=(DIESEL,))))

        with pytest.raises(StaleVersionError):
            await storage.write(lambda unit: _save(unit, Rulebook()))

        assert (await storage.read(lambda unit: unit.routing.rulebook())).rules == (DIESEL,)


class WorldContract:
    async def test_regions_are_replaced_as_a_whole(self, storage: Storage) -> None:
        await storage.write(lambda unit: unit.routing.keep_regions([SHANGHAI, BEIJING]))
        assert await storage.read(lambda unit: unit.routing.regions()) == [SHANGHAI, BEIJING]

        await storage.write(lambda unit: unit.routing.keep_regions([BEIJING]))
        assert await storage.read(lambda unit: unit.routing.regions()) == [BEIJING]

    async def test_a_department_of_which_nothing_is_known_is_open_to_everything(
        self, storage: Storage
    ) -> None:
        department = await a_department(storage)

        world = await storage.read(lambda unit: unit.routing.world())

        found = world.directory[department]
        assert (found.calendar, found.capacity, found.is_active) == (None, None, True)
        assert not found.is_dealer
        assert world.categories

    async def test_a_dealer_is_added_with_its_hours_and_may_close(self, storage: Storage) -> None:
        calendar = a_calendar()
        nord = Assignee(
            id=NORD, name="Nord dealer", name_zh="北方经销商", calendar=calendar, is_dealer=True,
            capacity=20,
        )  # fmt: skip

        def keep(unit: UnitOfWork) -> None:
            unit.calendars.put([calendar])
            unit.routing.keep_assignees([nord])

        await storage.write(keep)
        found = (await storage.read(lambda unit: unit.routing.world())).directory[NORD]
        assert found.calendar is not None
        assert found.calendar.id == calendar.id
        assert replace(found, calendar=calendar) == nord
        departments = await storage.read(lambda unit: unit.catalogue.departments())
        assert (departments[-1].id, departments[-1].name_zh) == (NORD, "北方经销商")

        closed = replace(nord, is_active=False, capacity=None)
        await storage.write(lambda unit: unit.routing.keep_assignees([closed]))
        found = (await storage.read(lambda unit: unit.routing.world())).directory[NORD]
        assert (found.is_active, found.capacity) == (False, None)


class OrdersContract:
    async def test_an_order_keeps_why_it_went_where_it_is(self, storage: Storage) -> None:
        ticket = await add_ticket(storage, await add(storage, a_customer()))
        decision = RoutingDecision(
            assignee=NORD,
            rule=DIESEL.id,
            reasons=(
                RoutingReason(code=RoutingReasonCode.REGION, value="010"),
                RoutingReason(code=RoutingReasonCode.OPEN_UNTIL, assignee=NORD, at=NOW),
            ),
            passed_over=(RoutingReason(code=RoutingReasonCode.FULL, assignee=FIELD, load=5),),
        )
        order = await add_order(storage, ticket, routing=decision)

        assert (await storage.read(lambda unit: unit.orders.get(order.id))).routing == decision
        plain = await add_order(storage, ticket)
        assert (await storage.read(lambda unit: unit.orders.get(plain.id))).routing is None

    async def test_the_load_is_what_a_department_has_to_do(self, storage: Storage) -> None:
        ticket = await add_ticket(storage, await add(storage, a_customer()))
        department = await a_department(storage)
        for state in (_S.ASSIGNED, _S.IN_PROGRESS, _S.VERIFYING, _S.CANCELLED):
            await add_order(storage, ticket, state=state, department_id=department)
        await add_order(storage, ticket)

        assert await storage.read(lambda unit: unit.routing.load(department)) == 2
        assert await storage.read(lambda unit: unit.routing.load(NORD)) == 0

    async def test_whom_an_order_is_for(self, storage: Storage) -> None:
        customer = a_customer(city="北京", address="建国路 1 号", tier=Tier.GOLD)
        second = a_point(customer, "021 5555 8000")
        primary = a_point(customer, "138 0013 8000", is_primary=True)
        await add(storage, customer, second, primary)

        origin = await storage.read(lambda unit: unit.routing.origin(customer.id))

        assert origin == OrderOrigin(
            city="北京", address="建国路 1 号", e164="+8613800138000", tier=Tier.GOLD
        )
        with pytest.raises(NotFoundError):
            await storage.read(lambda unit: unit.routing.origin(CustomerId(fresh_id())))


class PastOrdersContract:
    async def test_orders_of_a_time_come_back_as_they_were_routed(self, storage: Storage) -> None:
        customer = await add(storage, a_customer(city="北京"))
        ticket = await add_ticket(storage, customer)
        department = await a_department(storage)
        early, waiting, late = [
            await add_order(
                storage, ticket, raised_at=days_ago(age), changed_at=days_ago(age - 0.5), **fields
            )
            for age, fields in (
                (3, {"state": _S.ASSIGNED, "department_id": department}),
                (2, {"priority": Priority.P1}),
                (1, {"state": _S.VERIFYING, "department_id": department}),
            )
        ]
        await storage.write(lambda unit: unit.events.append([an_assigned_event(late, department)]))

        found = await storage.read(
            lambda unit: unit.routing.past_orders(days_ago(2.5), NOW + timedelta(days=1))
        )

        assert [one.number for one in found] == [waiting.number, late.number]
        assert [one.went_to for one in found] == [None, department]
        assert [one.order.priority for one in found] == [Priority.P1, Priority.P3]
        assert found[0].loads == {department: 1}, early
        assert found[0].origin.city == "北京"
        tree = CategoryTree(await storage.read(lambda unit: unit.catalogue.categories()))
        assert found[0].of_category == tree.department_of(ticket.category_id)
        assert found[0].order.categories[0] == ticket.category_id
        assert found[0].order.product == waiting.subject

    async def test_an_order_is_tried_by_its_own_product(self, storage: Storage) -> None:
        pump = await a_product(storage)
        generator = replace(pump, id=ProductId(fresh_id()), name="Diesel generator", contract=None)
        await storage.write(lambda unit: unit.products.add(generator))
        customer = await storage.read(lambda unit: unit.customers.get(pump.customer_id))
        ticket = await add_ticket(storage, customer)
        for age, product_id in ((2, pump.id), (1, None)):
            past = {"raised_at": days_ago(age), "changed_at": days_ago(age)}
            await add_order(storage, ticket, subject=generator.name, product_id=product_id, **past)

        found = await storage.read(lambda unit: unit.routing.past_orders(days_ago(3), NOW))

        assert [one.order.product for one in found] == [pump.name, generator.name]

    async def test_an_order_that_was_done_is_no_load_any_more(self, storage: Storage) -> None:
        ticket = await add_ticket(storage, await add(storage, a_customer()))
        department = await a_department(storage)
        await add_order(
            storage,
            ticket,
            state=_S.VERIFYING,
            department_id=department,
            raised_at=days_ago(9),
            changed_at=days_ago(8),
        )
        for age in (8.5, 7):
            await add_order(storage, ticket, raised_at=days_ago(age), changed_at=days_ago(age))

        found = await storage.read(lambda unit: unit.routing.past_orders(days_ago(8.8), NOW))

        assert [one.loads for one in found] == [{department: 1}, {}]


class RoutingBookContract(RulesContract, WorldContract, OrdersContract, PastOrdersContract):
    """Everything that a storage keeps of routing."""
