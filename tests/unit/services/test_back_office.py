"""The other side of a demo, on a whole desk with a real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence

import pytest

from agent_desk.domain.event_log import Stream
from agent_desk.domain.rights import Role
from agent_desk.domain.settlement import ClaimKind, ClaimState, OrderClaim
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from agent_desk.services.back_office import FAILED_PART, BackOffice, BackOfficeStepEvent
from agent_desk.services.story import Story
from tests.unit.services.bench import WAIT_SECONDS, Bench
from tests.unit.services.conftest import MakeBench
from tests.unit.services.test_work_orders import raised, verification_call

_S = WorkOrderState
STEP_SECONDS = 5.0


@pytest.fixture
async def bench(make_bench: MakeBench) -> AsyncIterator[Bench]:
    """A started desk with the other side beside it."""
    made = make_bench()
    made.desk.accompany(
        BackOffice(
            storage=made.storage,
            bus=made.desk.bus,
            clock=made.clock,
            region="CN",
            step_seconds=STEP_SECONDS,
        )
    )
    await made.desk.start()
    yield made
    await made.desk.stop()


async def until(bench: Bench, order: WorkOrder, *states: WorkOrderState) -> WorkOrder:
    """Let time pass until a step took the order to one of ``states``; return it as it was then.

    The steps are heard, not looked up: under load one is stored and the next taken between two
    looks, and what is stored may be told a moment later.
    """
    async with asyncio.timeout(WAIT_SECONDS):
        while (found := reached(bench, order, states)) is None:
            bench.clock.advance(STEP_SECONDS)
            await bench.desk.orders.get(order.id)
    return found


def reached(bench: Bench, order: WorkOrder, states: Collection[WorkOrderState]) -> WorkOrder | None:
    """Return ``order`` as the first step after it left it in one of ``states``."""
    told = (step.order for step in bench.seen.all(BackOfficeStepEvent))
    later = (each for each in told if each.id == order.id and each.version > order.version)
    return next((each for each in later if each.state in states), None)


def steps(bench: Bench) -> list[tuple[Role, str]]:
    """Return who did what, the first word of each."""
    return [(step.who, step.did.split()[0]) for step in bench.seen.all(BackOfficeStepEvent)]


async def back_with_the_agent(bench: Bench, order: WorkOrder) -> WorkOrder:
    """Let the order go round until it is to be verified and its claims are settled."""
    order = await until(bench, order, _S.VERIFYING)
    async with asyncio.timeout(WAIT_SECONDS):
        while any(claim.state is not ClaimState.SETTLED for claim in await claims_of(bench, order)):
            await asyncio.sleep(0)
    return order


async def claims_of(bench: Bench, order: WorkOrder) -> Sequence[OrderClaim]:
    return await bench.storage.read(lambda uow: uow.order_claims.of_order(order.id))


async def test_an_order_goes_round_to_the_agent_by_people_of_every_role(bench: Bench) -> None:
    _, order = await raised(bench)
    order = await back_with_the_agent(bench, order)

    dealer, dispatcher = Role.DEALER, Role.DISPATCHER
    assert steps(bench)[:8] == [
        (dealer, "accepted"),
        (dealer, "started,"),
        (dealer, "on"),
        (dealer, "resumed,"),
        (dealer, "reported:"),
        (dispatcher, "sent"),
        (dealer, "reported:"),
        (dispatcher, "report"),
    ]
    assert (order.reports, order.field_work, order.round) == (2, True, 1)
    events = await bench.log(Stream.WORK_ORDER, order.id)
    actors = {event.actor for event in events}
    assert actors == {"agent-1", "nord.dealer", "zhou.dispatch", "zhao.supervisor"}


async def test_two_people_approve_what_it_cost_and_it_is_paid(bench: Bench) -> None:
    _, order = await raised(bench)
    order = await back_with_the_agent(bench, order)

    claims = {claim.kind: claim for claim in await claims_of(bench, order)}
    expense, supplier = claims[ClaimKind.EXPENSE], claims[ClaimKind.SUPPLIER]
    assert str(expense.amounts.total.amount) == "537.80"
    assert expense.office_approved_by != expense.hq_approved_by
    assert (supplier.part, supplier.supplier) == (FAILED_PART, "Netline")


async def test_an_order_that_nobody_has_is_dispatched_first(bench: Bench) -> None:
    _, order = await raised(bench)
    declined = await bench.desk.orders.decline(order.id, order.version, "not our district")
    await until(bench, declined, _S.ASSIGNED)

    # Told after it is stored, which is all that was waited for.
    async with asyncio.timeout(WAIT_SECONDS):
        while (Role.DISPATCHER, "assigned") not in steps(bench):
            await asyncio.sleep(0)


async def test_what_the_agent_cancels_is_left_alone(bench: Bench) -> None:
    _, order = await raised(bench)
    cancelled = await bench.desk.orders.cancel(order.id, order.version, "sold the house")
    before = steps(bench)
    bench.clock.advance(STEP_SECONDS)
    await bench.desk.recorder.settled()

    assert await bench.desk.orders.get(order.id) == cancelled
    assert steps(bench) == before


async def test_an_unsatisfied_customer_sends_it_round_again(bench: Bench) -> None:
    _, order = await raised(bench)
    order = await until(bench, order, _S.VERIFYING)
    call = await verification_call(bench)
    again = await bench.desk.orders.verify(
        order.id,
        order.version,
        interaction=bench.record(call),
        satisfied=False,
        reason="still dead",
    )

    back = await until(bench, again, _S.VERIFYING)
    assert (back.round, back.reports) == (2, 3)


async def test_the_story_names_who_did_it(bench: Bench) -> None:
    told: list[str] = []
    Story(bus=bench.desk.bus, clock=bench.clock, tell=told.append)
    _, order = await raised(bench)
    await until(bench, order, _S.ACCEPTED)

    assert any(f"W-{order.number} dealer: accepted" in line for line in told)
