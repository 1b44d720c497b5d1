"""The story of an order, read from the log with the names of those who wrote it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from agent_desk.domain.errors import NotFoundError, RightsError
from agent_desk.domain.event_log import LoggedEvent, Stream, to_payload
from agent_desk.domain.identifiers import DepartmentId, EventId
from agent_desk.domain.order_story import former_reports
from agent_desk.domain.rights import Person, Role
from agent_desk.domain.service_history import OrderScope
from agent_desk.domain.settlement import ClaimKind, OrderClaim
from agent_desk.domain.ticket import Resolution
from agent_desk.domain.work_order import ReportOutcome, WorkOrder, WorkOrderState, WorkReport
from tests.contracts.order_loop_contract import a_claim
from tests.contracts.presence_contract import a_report
from tests.contracts.storage_samples import fresh_id
from tests.unit.services.bench import AGENT, Bench


async def a_reported_order(bench: Bench, done: str = "Reset the modem") -> WorkOrder:
    """Return an order that its department has reported on."""
    customer = await bench.customer()
    form = await bench.form(
        customer.id, category="Line fault on site", resolution=Resolution.WORK_ORDER
    )
    ticket = await bench.desk.tickets.log(form, None)
    (order,) = await bench.storage.read(lambda uow: uow.orders.of_ticket(ticket.id))
    order = await bench.desk.orders.accept(order.id, order.version)
    order = await bench.desk.orders.start(order.id, order.version)
    return await report(bench, order, done)


async def report(bench: Bench, order: WorkOrder, done: str) -> WorkOrder:
    now = bench.clock.now()
    told = WorkReport(started_at=now, ended_at=now, done=done, outcome=ReportOutcome.SOLVED)
    return await bench.desk.orders.report(order.id, order.version, told)


def sit(bench: Bench, *roles: Role, department_id: DepartmentId | None = None) -> None:
    """Let somebody with ``roles`` sit at the desk."""
    bench.desk.access.change(
        Person(login=AGENT, name="", roles=frozenset(roles), department_id=department_id)
    )


async def test_every_step_is_told_with_who_took_it_why_and_what_was_reported(bench: Bench) -> None:
    told = a_report("Li Ming 李明", agent_id=AGENT)
    await bench.storage.write(lambda uow: uow.presence.report(told))
    order = await a_reported_order(bench)
    back = await bench.desk.orders.send_back(order.id, order.version, "which modem?")
    again = await report(bench, back, "Changed the modem")

    steps = await bench.desk.order_stories.of_order(again.id)

    kinds = [step.kind for step in steps]
    assert kinds[:3] == ["OrderRaised", "OrderAwaitsDispatch", "OrderAssigned"]
    assert kinds[-3:] == ["OrderReported", "OrderSentBack", "OrderReported"]
    assert {step.who for step in steps} == {"Li Ming 李明"}
    assert steps[-2].reason == "which modem?"
    (former,) = former_reports(steps)
    assert former.report is not None
    assert former.report.done == "Reset the modem"


async def test_the_queue_is_by_priority_and_then_by_how_long_a_report_waits(bench: Bench) -> None:
    older = await a_reported_order(bench)
    bench.clock.advance(60)
    newer = await a_reported_order(bench)

    queue = await bench.desk.orders.to_review()

    assert [line.order.id for line in queue] == [older.id, newer.id]


async def test_a_reviewer_of_another_department_sees_neither_report_nor_story(
    bench: Bench,
) -> None:
    order = await a_reported_order(bench)
    departments = await bench.desk.tickets.departments()
    other = next(d.id for d in departments if d.id != order.department_id)

    sit(bench, Role.DEPARTMENT, department_id=other)

    assert await bench.desk.orders.to_review() == []
    with pytest.raises(NotFoundError):
        await bench.desk.order_stories.of_order(order.id)
    sit(bench, Role.DEPARTMENT, department_id=order.department_id)
    assert [line.order.id for line in await bench.desk.orders.to_review()] == [order.id]


@pytest.mark.parametrize(
    ("role", "told"),
    [(Role.DEALER, ["own expense"]), (Role.DEPARTMENT, ["own expense", "own supplier"])],
)
async def test_who_has_the_order_is_told_no_claim_of_others_and_no_attempt(
    bench: Bench, role: Role, told: list[str]
) -> None:
    order = await a_reported_order(bench)
    assert order.department_id is not None
    departments = await bench.desk.tickets.departments()
    other = next(d.id for d in departments if d.id != order.department_id)
    said: dict[str, dict[str, object]] = {
        "own expense": {"claim": a_claim(order, order.department_id)},
        "own supplier": {"claim": a_claim(order, order.department_id, kind=ClaimKind.SUPPLIER)},
        "another's expense": {"claim": a_claim(order, other)},
        "VerificationAttempted": {"reason": "nobody there"},
    }
    await bench.storage.write(
        lambda uow: uow.events.append([told_of(order, kind, more) for kind, more in said.items()])
    )
    sit(bench, role, department_id=order.department_id)

    steps = await bench.desk.order_stories.of_order(order.id)
    assert [step.kind for step in steps if step.kind in said] == told


async def test_the_next_one_is_told_nothing_of_the_one_that_declined(bench: Bench) -> None:
    order = await a_reported_order(bench)
    first = order.department_id
    assert first is not None
    order = await bench.desk.orders.return_to_agent(order.id, order.version)
    bench.clock.advance(60)
    order = await bench.desk.orders.verify(
        order.id, order.version, interaction=None, satisfied=False, reason="still dead"
    )
    bench.clock.advance(60)
    declined = await bench.desk.orders.decline(order.id, order.version, "no time")
    bench.clock.advance(60)
    departments = await bench.desk.tickets.departments()
    after = next(d.id for d in departments if d.id != first)
    if declined.state is WorkOrderState.PENDING_DISPATCH:
        declined = await bench.desk.orders.dispatch(order.id, declined.version, after)
    assert declined.department_id == after

    sit(bench, Role.DEALER, department_id=after)

    steps = await bench.desk.order_stories.of_order(order.id)
    assert [(step.kind, step.reason) for step in steps] == [
        ("OrderRaised", ""),
        ("OrderInformed", "still dead"),
        ("OrderAssigned", ""),
    ]
    own = await bench.desk.orders.get(order.id)
    assert (own.report, own.reports) == (None, 1)
    (history,) = (
        await bench.storage.read(
            lambda uow: uow.service_records.histories([order.id], OrderScope(department_id=after))
        )
    ).values()
    assert [moment.state for moment in history.moments] == ["DRAFT", "ASSIGNED"]
    sit(bench, Role.DEALER, department_id=first)
    with pytest.raises(NotFoundError):
        await bench.desk.order_stories.of_order(order.id)


def told_of(order: WorkOrder, kind: str, more: Mapping[str, object]) -> LoggedEvent:
    words = {key: to_payload(it) if isinstance(it, OrderClaim) else it for key, it in more.items()}
    return LoggedEvent(
        id=EventId(fresh_id()),
        stream=Stream.WORK_ORDER,
        stream_id=order.id,
        kind=kind,
        at=order.changed_at,
        actor=AGENT,
        payload={**to_payload(order), **words},
    )


async def test_who_may_not_review_has_no_queue(bench: Bench) -> None:
    sit(bench, Role.AGENT)

    with pytest.raises(RightsError):
        await bench.desk.orders.to_review()
