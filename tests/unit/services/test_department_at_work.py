"""A department's person of a floor under load, whose server goes away for a moment."""

from __future__ import annotations

import asyncio
from time import monotonic

import pytest

from agent_desk.bootstrap.load.department_at_work import DepartmentAtWork
from agent_desk.bootstrap.load.tally import Belief, Operation, Tally
from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from agent_desk.services.case_log import WorkOrderChangedEvent
from agent_desk.services.outbox import KeptAppliedEvent, OutboxChangedEvent
from tests.unit.services.bench import WAIT_SECONDS, Bench
from tests.unit.services.test_work_orders import raised


def at_work(bench: Bench) -> tuple[DepartmentAtWork, Belief, Tally]:
    belief, tally = Belief(login=AgentId("load-1"), hears_all=False), Tally()
    person = DepartmentAtWork(desk=bench.desk, share=(0, 1), tally=tally, belief=belief)
    return person, belief, tally


def goes_away_once_accepted(bench: Bench) -> None:
    """Let the database die as soon as an order is accepted."""

    def go_away(event: WorkOrderChangedEvent) -> None:
        if event.order.state is WorkOrderState.ACCEPTED:
            bench.storage.die()

    bench.desk.bus.subscribe(WorkOrderChangedEvent, go_away)


@pytest.mark.expected_logs("database away")
async def test_a_step_that_waits_in_the_journal_is_waited_for(bench: Bench) -> None:
    _, order = await raised(bench)
    await bench.desk.recorder.settled()
    person, belief, tally = at_work(bench)

    def come_back(event: OutboxChangedEvent) -> None:
        if event.waiting:
            bench.storage.revive()

    goes_away_once_accepted(bench)
    bench.desk.bus.subscribe(OutboxChangedEvent, come_back)
    await person.handle_assigned(monotonic() + WAIT_SECONDS)

    assert [each.command.kind for each in bench.seen.all(KeptAppliedEvent)] == ["StartOrder"]
    stored = await bench.desk.orders.get(order.id)
    assert stored.state is WorkOrderState.VERIFYING
    assert belief.orders == {order.id: stored.version}
    assert len(belief.commands) == len(tally.seconds[Operation.ORDER_STEP]) == 4


@pytest.mark.expected_logs("database away")
async def test_a_kept_step_that_is_refused_stops_the_desk_and_says_why(bench: Bench) -> None:
    _, order = await raised(bench)
    await bench.desk.recorder.settled()
    person, _, _ = at_work(bench)
    elsewhere: list[asyncio.Task[WorkOrder]] = []

    def come_back(event: OutboxChangedEvent) -> None:
        if event.waiting and not elsewhere:
            bench.storage.revive()
            start = bench.desk.orders.start(order.id, order.version + 1)
            elsewhere.append(asyncio.ensure_future(start))

    goes_away_once_accepted(bench)
    bench.desk.bus.subscribe(OutboxChangedEvent, come_back)
    with pytest.raises(RuntimeError, match="a kept StartOrder is refused"):
        await person.handle_assigned(monotonic() + WAIT_SECONDS)

    assert (await elsewhere[0]).state is WorkOrderState.IN_PROGRESS
