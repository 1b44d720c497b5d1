from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from agent_desk.domain.customer import Customer
from agent_desk.domain.errors import (
    AgentDeskError,
    ClosingGateError,
    InputError,
    NotFoundError,
    StaleVersionError,
    TransitionRefusedError,
)
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import CallId, DepartmentId, WorkOrderId
from agent_desk.domain.ticket import Resolution, Ticket, TicketState
from agent_desk.domain.work_order import ReportOutcome, WorkOrder, WorkOrderState, WorkReport
from agent_desk.services.case_log import WorkOrderChangedEvent
from tests.unit.services.bench import LI_NUMBER, WANG_NUMBER, Bench, dump

_S = WorkOrderState
Wang = tuple[Customer, WorkOrder]


def report_of(bench: Bench, **changes: object) -> WorkReport:
    report = WorkReport(
        started_at=bench.clock.now() - timedelta(hours=2),
        ended_at=bench.clock.now() - timedelta(hours=1),
        done="replaced the line card",
        outcome=ReportOutcome.SOLVED,
    )
    return replace(report, **changes)  # type: ignore[arg-type]


async def raised(bench: Bench) -> tuple[Customer, WorkOrder]:
    """Return a customer and the order that was raised and routed in the first call."""
    wang = await bench.customer()
    call = await bench.talk()
    form = await bench.form(
        wang.id, "Line fault on site", subject="line is dead", resolution=Resolution.WORK_ORDER
    )
    ticket = await bench.desk.tickets.log(form, bench.record(call))
    bench.switch.far_hangs_up(call)
    (order,) = await bench.storage.read(lambda uow: uow.orders.of_ticket(ticket.id))
    return wang, order


async def verifying(bench: Bench) -> tuple[Customer, WorkOrder]:
    """Return a customer and the order that came back to the agent."""
    wang, order = await raised(bench)
    bench.clock.advance(3600)
    order = await bench.desk.orders.accept(order.id, order.version)
    bench.clock.advance(3600)
    order = await bench.desk.orders.report(order.id, order.version, report_of(bench))
    bench.clock.advance(3600)
    return wang, await bench.desk.orders.return_to_agent(order.id, order.version)


async def verification_call(bench: Bench, number: str = WANG_NUMBER) -> CallId:
    """Return an answered call to the customer."""
    bench.clock.advance(60)
    matches = len(bench.seen_matches()) + 1
    call = await bench.desk.calls.make_call(number)
    await bench.matched(matches)
    bench.switch.far_answers(call)
    return call


async def ticket_of(bench: Bench, order: WorkOrder) -> Ticket:
    return await bench.desk.tickets.get(order.ticket_id)


async def refused(
    bench: Bench, kind: type[AgentDeskError], work: Callable[[], Awaitable[object]]
) -> AgentDeskError:
    """Return the refusal of ``work`` after proving that it changed and published nothing."""
    await bench.desk.recorder.settled()
    before, events = dump(bench.database), len(bench.seen.events)
    with pytest.raises(kind) as caught:
        await work()
    assert dump(bench.database) == before
    assert len(bench.seen.events) == events
    return caught.value


async def test_an_order_goes_all_the_way_round_and_closes_with_its_ticket(bench: Bench) -> None:
    orders = bench.desk.orders
    _, order = await raised(bench)
    assert order.state is _S.ASSIGNED

    order = await orders.accept(order.id, order.version)
    order = await orders.start(order.id, order.version)
    reported = report_of(bench)
    order = await orders.report(order.id, order.version, reported)
    order = await orders.return_to_agent(order.id, order.version)
    assert (await ticket_of(bench, order)).state is TicketState.VERIFYING
    assert [line.order.id for line in await orders.to_verify()] == [order.id]
    call = await verification_call(bench)
    proof = bench.record(call)
    order = await orders.verify(order.id, order.version, interaction=proof, satisfied=True)

    assert (order.state, order.verified_in, order.report) == (_S.CLOSED, proof.id, reported)
    assert await orders.get(order.id) == order
    ticket = await ticket_of(bench, order)
    assert (ticket.state, ticket.closed_at) == (TicketState.CLOSED, bench.clock.now())
    assert not ticket.fcr_claimed
    assert list(await orders.to_verify()) == []
    assert await bench.kinds(Stream.WORK_ORDER, order.id) == [
        "OrderRaised",
        "OrderAwaitsDispatch",
        "OrderAssigned",
        "OrderAccepted",
        "OrderStarted",
        "OrderReported",
        "OrderReturned",
        "OrderClosed",
    ]
    assert await bench.kinds(Stream.TICKET, ticket.id) == [
        "TicketOpened",
        "TicketPending",
        "TicketToVerify",
        "TicketClosed",
    ]
    assert bench.seen.all(WorkOrderChangedEvent)[-1].order == order


async def test_who_reports_without_having_started_has_started_all_the_same(bench: Bench) -> None:
    _, order = await raised(bench)
    order = await bench.desk.orders.accept(order.id, order.version)

    await bench.desk.orders.report(order.id, order.version, report_of(bench))

    kinds = await bench.kinds(Stream.WORK_ORDER, order.id)
    assert kinds[-2:] == ["OrderStarted", "OrderReported"]


async def test_a_customer_who_calls_in_by_chance_can_verify_too(bench: Bench) -> None:
    wang, order = await raised(bench)
    order = await bench.desk.orders.accept(order.id, order.version)
    order = await bench.desk.orders.report(order.id, order.version, report_of(bench))
    call = await bench.talk("c-2")
    bench.clock.advance(30)
    order = await bench.desk.orders.return_to_agent(order.id, order.version)

    closed = await bench.desk.orders.verify(
        order.id, order.version, interaction=bench.record(call), satisfied=True
    )

    assert bench.record(call).customer_id == wang.id
    assert closed.state is _S.CLOSED


async def test_no_order_closes_without_a_call(bench: Bench) -> None:
    _, order = await verifying(bench)

    error = await refused(
        bench,
        ClosingGateError,
        lambda: bench.desk.orders.verify(order.id, order.version, interaction=None, satisfied=True),
    )

    assert "no verification call" in error.details["missing"]


async def test_no_order_closes_on_a_call_that_was_not_answered(bench: Bench) -> None:
    _, order = await verifying(bench)
    call = await bench.desk.calls.make_call(WANG_NUMBER)
    await bench.matched(2)
    bench.switch.far_rings(call)

    error = await refused(
        bench,
        ClosingGateError,
        lambda: bench.desk.orders.verify(
            order.id, order.version, interaction=bench.record(call), satisfied=True
        ),
    )

    assert "not answered" in error.details["missing"]


async def test_no_order_closes_on_another_customers_call(bench: Bench) -> None:
    _, order = await verifying(bench)
    await bench.customer("李娜", LI_NUMBER)
    call = await verification_call(bench, LI_NUMBER)

    await refused(
        bench,
        ClosingGateError,
        lambda: bench.desk.orders.verify(
            order.id, order.version, interaction=bench.record(call), satisfied=True
        ),
    )


async def test_no_order_closes_on_a_call_from_before_it_came_back(bench: Bench) -> None:
    _, order = await verifying(bench)
    first_call = bench.record(CallId("c-1"))
    assert first_call.answered_at is not None

    await refused(
        bench,
        ClosingGateError,
        lambda: bench.desk.orders.verify(
            order.id, order.version, interaction=first_call, satisfied=True
        ),
    )


async def test_an_order_closes_on_a_call_whose_record_the_database_has_not_got_yet(
    bench: Bench,
) -> None:
    wang, order = await verifying(bench)
    await bench.desk.recorder.settled()
    await bench.desk.recorder.stop()
    call = await verification_call(bench)

    closed = await bench.desk.orders.verify(
        order.id, order.version, interaction=bench.record(call), satisfied=True
    )

    assert closed.verified_in == bench.record(call).id
    await bench.desk.recorder.start()
    assert (await bench.stored(call)).customer_id == wang.id


@pytest.mark.parametrize("reached", [_S.ASSIGNED, _S.ACCEPTED, _S.REPORTED])
async def test_an_order_that_is_not_back_yet_is_not_verified(
    bench: Bench, reached: WorkOrderState
) -> None:
    _, order = await raised(bench)
    if reached is not _S.ASSIGNED:
        order = await bench.desk.orders.accept(order.id, order.version)
    if reached is _S.REPORTED:
        order = await bench.desk.orders.report(order.id, order.version, report_of(bench))
    call = await verification_call(bench)

    for satisfied in (True, False):
        error = await refused(
            bench,
            TransitionRefusedError,
            lambda satisfied=satisfied: bench.desk.orders.verify(  # type: ignore[misc]
                order.id,
                order.version,
                interaction=bench.record(call),
                satisfied=satisfied,
                reason="why",
            ),
        )
        assert error.details["state"] == reached.value


async def test_an_unsatisfied_customer_sends_the_order_round_again(bench: Bench) -> None:
    _, order = await verifying(bench)
    orders = bench.desk.orders
    call = await verification_call(bench)

    again = await orders.verify(
        order.id,
        order.version,
        interaction=bench.record(call),
        satisfied=False,
        reason="still no dial tone",
    )

    assert (again.state, again.department_id) == (_S.ASSIGNED, order.department_id)
    assert again.verified_in is None
    assert (await ticket_of(bench, order)).state is TicketState.PENDING
    log = await bench.log(Stream.WORK_ORDER, order.id)
    (reopened,) = [event for event in log if event.kind == "OrderReopened"]
    assert reopened.payload["reason"] == "still no dial tone"
    assert await bench.kinds(Stream.TICKET, order.ticket_id) == [
        "TicketOpened",
        "TicketPending",
        "TicketToVerify",
        "TicketReopened",
        "TicketPending",
    ]
    again = await orders.accept(again.id, again.version)
    again = await orders.report(again.id, again.version, report_of(bench, done="new cable"))
    again = await orders.return_to_agent(again.id, again.version)
    assert again.report is not None
    assert again.report.done == "new cable"


async def test_a_declined_order_waits_for_dispatch_and_is_sent_elsewhere(bench: Bench) -> None:
    orders = bench.desk.orders
    _, order = await raised(bench)
    elsewhere = next(
        department
        for department in await bench.desk.tickets.departments()
        if department.id != order.department_id
    )

    declined = await orders.decline(order.id, order.version, " not our area ")
    sent = await orders.dispatch(declined.id, declined.version, elsewhere.id)

    assert (declined.state, declined.department_id) == (_S.PENDING_DISPATCH, None)
    assert (sent.state, sent.department_id) == (_S.ASSIGNED, elsewhere.id)
    log = await bench.log(Stream.WORK_ORDER, order.id)
    (event,) = [event for event in log if event.kind == "OrderDeclined"]
    assert event.payload["reason"] == "not our area"
    (line,) = await orders.lines(department_id=elsewhere.id)
    assert (line.order, line.department) == (sent, elsewhere.name)


async def test_a_report_that_is_not_enough_goes_back(bench: Bench) -> None:
    orders = bench.desk.orders
    _, order = await raised(bench)
    order = await orders.accept(order.id, order.version)
    order = await orders.report(order.id, order.version, report_of(bench))

    order = await orders.send_back(order.id, order.version, "which line card?")

    assert order.state is _S.IN_PROGRESS
    assert (await ticket_of(bench, order)).state is TicketState.PENDING


async def test_a_cancelled_order_gives_the_ticket_back_to_the_agent(bench: Bench) -> None:
    wang, order = await raised(bench)

    cancelled = await bench.desk.orders.cancel(order.id, order.version, "customer moved away")

    assert cancelled.state is _S.CANCELLED
    ticket = await ticket_of(bench, order)
    assert ticket.state is TicketState.REOPENED
    form = await bench.form(
        wang.id,
        "Line fault on site",
        ticket_id=ticket.id,
        version=ticket.version,
        resolution=Resolution.WORK_ORDER,
    )
    again = await bench.desk.tickets.log(form, None)
    assert again.state is TicketState.PENDING
    of_ticket = await bench.storage.read(lambda uow: uow.orders.of_ticket(ticket.id))
    assert [o.state for o in of_ticket] == [_S.ASSIGNED, _S.CANCELLED]


@pytest.mark.parametrize("reached", [_S.REPORTED, _S.VERIFYING])
async def test_an_order_with_a_report_is_not_cancelled(
    bench: Bench, reached: WorkOrderState
) -> None:
    _, order = await verifying(bench) if reached is _S.VERIFYING else await raised(bench)
    if reached is _S.REPORTED:
        order = await bench.desk.orders.accept(order.id, order.version)
        order = await bench.desk.orders.report(order.id, order.version, report_of(bench))

    await refused(
        bench,
        TransitionRefusedError,
        lambda: bench.desk.orders.cancel(order.id, order.version, "too late"),
    )


async def test_a_ticket_whose_order_is_out_is_neither_closed_nor_reopened_past_the_gate(
    bench: Bench,
) -> None:
    _, order = await verifying(bench)
    tickets = bench.desk.tickets

    for work in (
        lambda: tickets.confirm(order.ticket_id, True),
        lambda: tickets.confirm(order.ticket_id, False, "why"),
        lambda: tickets.reopen(order.ticket_id, "why"),
    ):
        error = await refused(bench, TransitionRefusedError, work)
        assert error.details["state"] == TicketState.VERIFYING.value


async def test_a_stale_step_is_refused(bench: Bench) -> None:
    _, order = await raised(bench)
    await bench.desk.orders.accept(order.id, order.version)

    error = await refused(
        bench, StaleVersionError, lambda: bench.desk.orders.start(order.id, order.version)
    )

    assert (error.details["mine"], error.details["theirs"]) == (order.version, order.version + 1)


async def test_a_step_that_the_table_does_not_have_is_refused(bench: Bench) -> None:
    _, order = await raised(bench)

    error = await refused(
        bench, TransitionRefusedError, lambda: bench.desk.orders.start(order.id, order.version)
    )

    assert error.details["allowed"] == "ACCEPTED, CANCELLED, DECLINED"


async def test_an_order_that_does_not_exist_is_named(bench: Bench) -> None:
    await refused(bench, NotFoundError, lambda: bench.desk.orders.accept(WorkOrderId("nothing"), 1))


async def test_a_department_that_does_not_exist_is_named(bench: Bench) -> None:
    _, order = await raised(bench)
    declined = await bench.desk.orders.decline(order.id, order.version, "no")

    error = await refused(
        bench,
        InputError,
        lambda: bench.desk.orders.dispatch(
            declined.id, declined.version, DepartmentId("moon base")
        ),
    )

    assert (error.details["field"], error.details["value"]) == ("department", "moon base")


@pytest.mark.parametrize("reason", ["", "  \n"])
async def test_every_way_back_needs_a_reason(bench: Bench, reason: str) -> None:
    _, order = await verifying(bench)
    orders = bench.desk.orders

    for work in (
        lambda: orders.decline(order.id, order.version, reason),
        lambda: orders.send_back(order.id, order.version, reason),
        lambda: orders.cancel(order.id, order.version, reason),
        lambda: orders.verify(
            order.id, order.version, interaction=None, satisfied=False, reason=reason
        ),
    ):
        error = await refused(bench, InputError, work)
        assert error.details["field"] == "reason"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"done": "  "}, "done"),
        ({"outcome": ReportOutcome.NOT_SOLVED}, "why_not_solved"),
        ({"ended_at": None}, "ended_at"),
    ],
)
async def test_an_incomplete_report_is_refused(
    bench: Bench, changes: dict[str, object], field: str
) -> None:
    _, order = await raised(bench)
    order = await bench.desk.orders.accept(order.id, order.version)
    if "ended_at" in changes:
        changes = {"ended_at": report_of(bench).started_at - timedelta(seconds=1)}

    error = await refused(
        bench,
        InputError,
        lambda: bench.desk.orders.report(order.id, order.version, report_of(bench, **changes)),
    )

    assert error.details["field"] == field
