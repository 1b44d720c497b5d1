"""An order is sent by the rules in the transaction that raises it, and says why."""

from dataclasses import replace

import pytest

from agent_desk.domain.change import Change
from agent_desk.domain.claim import WorkKind
from agent_desk.domain.errors import RightsError, TransitionRefusedError
from agent_desk.domain.event_log import Stream, from_payload
from agent_desk.domain.identifiers import AgentId, EventId
from agent_desk.domain.order_replay import replay_orders
from agent_desk.domain.rights import Person, Role
from agent_desk.domain.routing import RoutingDecision, RoutingReasonCode
from agent_desk.domain.ticket import Resolution
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from agent_desk.services.change_watch import SharedRecordsChangedEvent
from tests.contracts.storage_samples import fresh_id
from tests.unit.services.bench import AGENT, Bench
from tests.unit.services.routing_house import NORD, SUED, a_rule, furnish, hold

_S = WorkOrderState
_C = RoutingReasonCode
BOTH = a_rule("both", NORD, SUED)
ELSEWHERE = a_rule("shanghai", NORD, regions=frozenset({"010"}))


async def raised(bench: Bench, category: str = "Line fault on site") -> WorkOrder:
    customer = await bench.customer()
    form = await bench.form(customer.id, category, resolution=Resolution.WORK_ORDER)
    ticket = await bench.desk.tickets.log(form, None)
    return await order_of(bench, ticket.id)


async def order_of(bench: Bench, ticket_id: object) -> WorkOrder:
    (order,) = await bench.storage.read(lambda uow: uow.orders.of_ticket(ticket_id))  # type: ignore[arg-type]
    return order


def codes(decision: RoutingDecision | None) -> list[RoutingReasonCode]:
    assert decision is not None
    return [reason.code for reason in decision.reasons]


def sit_down(bench: Bench, *roles: Role, login: str = AGENT) -> None:
    """Let somebody else sit at the desk."""
    own = NORD if Role.DEALER in roles else None
    person = Person(login=AgentId(login), name=login, roles=frozenset(roles), department_id=own)
    bench.desk.access.change(person)


async def declined_by_its_dealer(bench: Bench) -> WorkOrder:
    """Return an order that Nord's own people declined at a desk of theirs."""
    order = await raised(bench)
    sit_down(bench, Role.DEALER, login="nord-1")
    return await bench.desk.orders.decline(order.id, order.version, "no diesel")


def heard(bench: Bench, order: WorkOrder, kind: str = "OrderReturnedToDispatch") -> None:
    """Tell the desk what another one did."""
    change = Change(
        seq=1, id=EventId(fresh_id()), stream=Stream.WORK_ORDER, stream_id=order.id, kind=kind,
        at=order.changed_at, actor="nord-1", owner=order.owner,
    )  # fmt: skip
    bench.desk.bus.publish(SharedRecordsChangedEvent(changes=(change,)))


@pytest.fixture
async def house(bench: Bench) -> Bench:
    """A desk in a house with two dealers; no rules yet."""
    await bench.storage.write(furnish)
    return bench


async def test_without_rules_it_goes_to_its_categorys_department(house: Bench) -> None:
    order = await raised(house)

    assert order.state is _S.ASSIGNED
    assert order.routing is not None
    assert order.routing.assignee == order.department_id
    assert codes(order.routing) == [_C.CATEGORY]


async def test_it_goes_where_the_rules_say_and_the_log_says_why(house: Bench) -> None:
    await hold(house.storage, replace(BOTH, categories=frozenset()))

    order = await raised(house)

    assert (order.state, order.department_id) == (_S.ASSIGNED, NORD)
    assert order.routing is not None
    assert order.routing.rule == BOTH.id
    events = await house.log(Stream.WORK_ORDER, order.id)
    assert from_payload(RoutingDecision, events[-1].payload["routing"]) == order.routing
    assert replay_orders(events).orders[order.id] == order


async def test_what_no_rule_takes_waits_for_the_dispatcher_and_says_why(house: Bench) -> None:
    await hold(house.storage, ELSEWHERE)

    order = await raised(house)

    assert (order.state, order.department_id) == (_S.PENDING_DISPATCH, None)
    assert codes(order.routing) == [_C.NO_RULE]
    assert await house.desk.claims.waiting(WorkKind.DISPATCH) == 1


async def test_the_hours_are_those_of_when_it_is_applied(house: Bench) -> None:
    """What was kept over night is routed in the morning, not as of last evening."""
    await hold(house.storage, BOTH)
    customer = await house.customer()
    form = await house.form(customer.id, "Refund", resolution=Resolution.WORK_ORDER)
    command = house.desk.commands.log_ticket(form, None)
    opening = (await house.storage.read(lambda uow: uow.routing.directory()))[NORD].opening(
        house.clock.now()
    )
    house.clock.advance((opening - house.clock.now()).total_seconds() + 24 * 3600)

    ticket = await house.desk.tickets.apply(command)

    order = await order_of(house, ticket.id)
    assert order.raised_at == command.at
    assert codes(order.routing)[1] is _C.OPEN_UNTIL
    assert order.routing is not None
    closing = order.routing.reasons[1].at
    assert closing is not None
    assert closing > house.clock.now()


async def test_an_order_keeps_no_figures_of_those_whom_it_passed_over(house: Bench) -> None:
    """It is read by whoever gets it, and so is its log."""
    await hold(house.storage, a_rule("first", NORD))
    open_then = await raised(house)
    assert open_then.routing is not None
    closing = open_then.routing.reasons[1].at
    assert closing is not None
    house.clock.advance((closing - house.clock.now()).total_seconds() + 60)

    order = await raised(house)
    again = await house.desk.orders.route(order.id, order.version)

    for kept in (order.routing, again.routing):
        assert kept is not None
        assert [(one.code, one.assignee) for one in kept.passed_over] == [(_C.CLOSED, NORD)]
    events = await house.log(Stream.WORK_ORDER, order.id)
    routings = [event.payload["routing"] for event in events if event.payload["routing"]]
    others = [one for routing in routings for one in routing["passed_over"]]
    assert others
    assert {(one["load"], one["at"]) for one in others} == {(None, None)}


async def test_a_dispatchers_choice_is_explained_too(house: Bench) -> None:
    await hold(house.storage, ELSEWHERE)
    order = await raised(house)

    sent = await house.desk.orders.dispatch(order.id, order.version, SUED)

    assert sent.routing is not None
    assert (sent.routing.assignee, codes(sent.routing)) == (SUED, [_C.BY_HAND])


class TestDeclined:
    async def test_in_the_house_it_goes_to_the_next_in_the_same_step(self, house: Bench) -> None:
        await hold(house.storage, BOTH)
        order = await raised(house)

        sent = await house.desk.orders.decline(order.id, order.version, "no diesel")

        assert (sent.state, sent.department_id) == (_S.ASSIGNED, SUED)
        assert sent.routing is not None
        # Whoever has it now is not to know who did not want it.
        assert (sent.routing.assignee, sent.routing.passed_over) == (SUED, ())
        assert await house.desk.claims.waiting(WorkKind.DISPATCH) == 0

    async def test_by_everybody_it_waits_for_the_dispatcher(self, house: Bench) -> None:
        await hold(house.storage, BOTH)
        order = await raised(house)
        order = await house.desk.orders.decline(order.id, order.version, "no diesel")

        order = await house.desk.orders.decline(order.id, order.version, "no time")

        assert (order.state, order.department_id) == (_S.PENDING_DISPATCH, None)
        assert codes(order.routing) == [_C.NOBODY_FREE]
        assert order.routing is not None
        declined = {one.assignee for one in order.routing.passed_over}
        assert declined == {NORD, SUED}
        assert await house.desk.claims.waiting(WorkKind.DISPATCH) == 1

    async def test_by_a_dealer_it_waits_until_a_desk_in_the_house_hears_of_it(
        self, house: Bench
    ) -> None:
        await hold(house.storage, BOTH)
        order = await declined_by_its_dealer(house)
        assert order.state is _S.PENDING_DISPATCH
        assert codes(order.routing) == [_C.DECLINED]

        sit_down(house, Role.AGENT)
        heard(house, order)
        await house.desk.rerouting.stop()

        routed = await house.desk.orders.get(order.id)
        assert (routed.state, routed.department_id) == (_S.ASSIGNED, SUED)

    @pytest.mark.parametrize(
        ("role", "login", "routes"),
        [
            (Role.AGENT, "agent-2", False),
            (Role.DISPATCHER, "dispatcher-1", True),
            (Role.AUDITOR, AGENT, False),
        ],
    )
    async def test_only_its_owners_desk_and_dispatchers_route_it(
        self, house: Bench, role: Role, login: str, routes: bool
    ) -> None:
        await hold(house.storage, BOTH)
        order = await declined_by_its_dealer(house)

        sit_down(house, role, login=login)
        heard(house, order)
        await house.desk.rerouting.stop()

        found = await house.storage.read(lambda uow: uow.orders.get(order.id))
        assert (found.state is _S.ASSIGNED) is routes

    async def test_two_desks_that_hear_of_it_send_it_once(self, house: Bench) -> None:
        await hold(house.storage, BOTH)
        order = await declined_by_its_dealer(house)

        sit_down(house, Role.AGENT)
        heard(house, order)
        heard(house, order)
        await house.desk.rerouting.stop()

        kinds = await house.kinds(Stream.WORK_ORDER, order.id)
        assert kinds[-2:] == ["OrderReturnedToDispatch", "OrderAssigned"]


class TestRoutedOnceMore:
    async def test_after_the_rules_were_mended_it_finds_somebody(self, house: Bench) -> None:
        await hold(house.storage, ELSEWHERE)
        order = await raised(house)
        order = await house.desk.orders.route(order.id, order.version)
        assert order.state is _S.PENDING_DISPATCH
        await hold(house.storage, BOTH)

        routed = await house.desk.orders.route(order.id, order.version)

        assert (routed.state, routed.department_id) == (_S.ASSIGNED, NORD)
        kinds = await house.kinds(Stream.WORK_ORDER, order.id)
        assert kinds[-2:] == ["OrderNotRouted", "OrderAssigned"]

    async def test_an_order_that_has_somebody_stays_there(self, house: Bench) -> None:
        order = await raised(house)
        with pytest.raises(TransitionRefusedError):
            await house.desk.orders.route(order.id, order.version)

    async def test_a_dealer_cannot(self, house: Bench) -> None:
        await hold(house.storage, BOTH)
        order = await declined_by_its_dealer(house)
        with pytest.raises(RightsError):
            await house.desk.orders.route(order.id, order.version)
