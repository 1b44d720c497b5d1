"""Field work, pauses, attempts in vain, the override and another round, on a whole desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from agent_desk.domain.errors import (
    ClosingGateError,
    InputError,
    InvalidNumberError,
    StaleVersionError,
    TransitionRefusedError,
)
from agent_desk.domain.event_log import Stream
from agent_desk.domain.money import Money
from agent_desk.domain.order_replay import replay_orders
from agent_desk.domain.report_item import FaultyPart, ItemKind, Liability, ReportItem
from agent_desk.domain.settlement import ClaimKind
from agent_desk.domain.ticket import Priority, TicketState
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from agent_desk.services.case_log import ClaimChangedEvent
from tests.unit.services.bench import LI_NUMBER, WANG_NUMBER, Bench
from tests.unit.services.test_work_orders import (
    raised,
    refused,
    report_of,
    ticket_of,
    verification_call,
    verifying,
)

_S = WorkOrderState
PUMP = ReportItem(
    kind=ItemKind.PART,
    name="Pump",
    quantity=Decimal(2),
    unit_price=Money(amount=Decimal("99.90"), currency="CNY"),
)


async def arrived(bench: Bench) -> WorkOrder:
    """Return an order on which a technician works at the customer's."""
    _, order = await raised(bench)
    order = await bench.desk.orders.accept(order.id, order.version)
    return await bench.desk.orders.start(
        order.id,
        order.version,
        technician=" Chen ",
        technician_phone="138 0013 8009",
        arrived_at=bench.clock.now(),
    )


async def attempt(bench: Bench, order: WorkOrder, *, number: str = WANG_NUMBER) -> WorkOrder:
    """Return the order after a call that nobody answered."""
    bench.clock.advance(60)
    matches = len(bench.seen_matches()) + 1
    call = await bench.desk.calls.make_call(number)
    await bench.matched(matches)
    await bench.desk.calls.clear_connection(call)
    return await bench.desk.orders.log_attempt(
        order.id, order.version, call=bench.record(call), note=" engaged "
    )


async def test_whoever_arrives_is_in_the_field_and_known_by_name(bench: Bench) -> None:
    order = await arrived(bench)

    assert (order.state, order.field_work) == (_S.IN_PROGRESS, True)
    assert (order.technician, order.technician_phone) == ("Chen", "+8613800138009")
    assert order.arrived_at == bench.clock.now()
    assert await bench.desk.orders.get(order.id) == order


async def test_field_work_does_not_begin_from_afar(bench: Bench) -> None:
    orders = bench.desk.orders
    _, order = await raised(bench)
    order = await orders.accept(order.id, order.version)

    for fields, kind in (
        ({"technician_phone": "12ab"}, InvalidNumberError),
        ({"arrived_at": bench.clock.now() + timedelta(seconds=1)}, InputError),
        ({"arrived_at": bench.clock.now()}, InputError),
    ):
        await refused(
            bench,
            kind,
            lambda given=fields: orders.start(order.id, order.version, **given),  # type: ignore[misc]
        )


async def test_work_that_waits_says_for_what_and_goes_on(bench: Bench) -> None:
    orders = bench.desk.orders
    order = await arrived(bench)

    await refused(bench, InputError, lambda: orders.hold(order.id, order.version, "  "))
    held = await orders.hold(order.id, order.version, "a pump from Wuxi")
    assert (held.state, held.hold_reason) == (_S.ON_HOLD, "a pump from Wuxi")
    assert await orders.get(order.id) == held
    gone_on = await orders.start(order.id, held.version)

    assert (gone_on.state, gone_on.hold_reason) == (_S.IN_PROGRESS, "")
    assert gone_on.arrived_at == order.arrived_at
    assert (await bench.kinds(Stream.WORK_ORDER, order.id))[-2:] == ["OrderHeld", "OrderStarted"]


async def test_an_approved_field_report_becomes_claims(bench: Bench) -> None:
    order = await arrived(bench)
    faulty = FaultyPart(part="Pump", liable=Liability.SUPPLIER, supplier="Hongda")
    report = report_of(bench, items=(PUMP,), faulty=faulty)
    order = await bench.desk.orders.report(order.id, order.version, report)
    assert await bench.desk.settlement.of_order(order.id) == []

    order = await bench.desk.orders.return_to_agent(order.id, order.version)

    expense, owed = await bench.desk.settlement.of_order(order.id)
    assert (expense.kind, owed.kind) == (ClaimKind.EXPENSE, ClaimKind.SUPPLIER)
    assert expense.amounts.total == owed.amounts.total == PUMP.amount
    assert (owed.part, owed.supplier, expense.part) == ("Pump", "Hongda", "")
    assert [event.claim for event in bench.seen.all(ClaimChangedEvent)] == [expense, owed]
    assert (await bench.desk.orders.get(order.id)).report == report
    replay = replay_orders(await bench.log(Stream.WORK_ORDER, order.id))
    assert replay.claims == {expense.id: expense, owed.id: owed}


async def test_a_bad_line_of_a_report_is_refused_and_nothing_is_lost(bench: Bench) -> None:
    order = await arrived(bench)
    wrong = report_of(bench, items=(PUMP, replace(PUMP, quantity=Decimal(-1))))

    error = await refused(
        bench, InputError, lambda: bench.desk.orders.report(order.id, order.version, wrong)
    )

    assert error.details["field"] == "items[1].quantity"


async def test_a_customer_who_is_not_satisfied_gets_it_back_more_urgent(bench: Bench) -> None:
    wang, order = await verifying(bench)
    call = await verification_call(bench)
    assert wang.id == order.customer_id
    before = order.priority

    again = await bench.desk.orders.verify(
        order.id,
        order.version,
        interaction=bench.record(call),
        satisfied=False,
        reason="still leaks",
        satisfaction=1,
    )

    assert (before, again.priority) == (Priority.P3, Priority.P2)
    assert (again.state, again.round, again.satisfaction) == (_S.ASSIGNED, 2, 1)
    assert (again.technician, again.arrived_at) == ("", None)
    assert (await ticket_of(bench, order)).state is TicketState.PENDING


async def test_three_days_in_vain_let_a_supervisor_close(bench: Bench) -> None:
    orders = bench.desk.orders
    _, order = await verifying(bench)
    for day in range(3):
        early = await refused(
            bench,
            ClosingGateError,
            lambda now=order: orders.override_closing(now.id, now.version, "moved"),  # type: ignore[misc]
        )
        assert f"on {day} days" in early.details["missing"]
        order = await attempt(bench, order)
        # Twice a day is one day.
        order = await attempt(bench, order)
        bench.clock.advance(86_400)

    await refused(bench, InputError, lambda: orders.override_closing(order.id, order.version, " "))
    closed = await orders.override_closing(order.id, order.version, "moved abroad")

    assert (closed.state, closed.overridden_by) == (_S.CLOSED, bench.desk.access.login)
    assert (closed.override_reason, closed.verified_in) == ("moved abroad", None)
    assert (await ticket_of(bench, order)).state is TicketState.CLOSED
    attempts = await orders.attempts(order.id)
    assert [kept.note for kept in attempts] == ["engaged"] * 6
    replay = replay_orders(await bench.log(Stream.WORK_ORDER, order.id))
    assert replay.orders == {closed.id: closed}
    assert list(replay.attempts[closed.id]) == list(attempts)
    assert replay.broken == ()


async def test_only_a_call_with_this_customer_is_an_attempt(bench: Bench) -> None:
    _, order = await verifying(bench)
    await bench.customer("李娜", LI_NUMBER)

    missing = await refused(
        bench,
        InputError,
        lambda: bench.desk.orders.log_attempt(order.id, order.version, call=None),
    )
    assert missing.details["field"] == "call"
    with pytest.raises(InputError, match="since the order came back"):
        await attempt(bench, order, number=LI_NUMBER)
    assert await bench.desk.orders.attempts(order.id) == []


async def test_nobody_is_called_about_an_order_that_is_not_back(bench: Bench) -> None:
    _, order = await raised(bench)

    with pytest.raises(TransitionRefusedError):
        await attempt(bench, order)


async def test_an_agent_and_a_reviewer_at_once_one_wins(bench: Bench) -> None:
    _, order = await verifying(bench)
    after = await attempt(bench, order)
    call = await verification_call(bench)

    error = await refused(
        bench,
        StaleVersionError,
        lambda: bench.desk.orders.verify(
            order.id, order.version, interaction=bench.record(call), satisfied=True
        ),
    )

    assert (error.details["mine"], error.details["theirs"]) == (order.version, after.version)


async def test_a_satisfaction_off_the_scale_is_refused(bench: Bench) -> None:
    _, order = await verifying(bench)
    call = await verification_call(bench)

    error = await refused(
        bench,
        InputError,
        lambda: bench.desk.orders.verify(
            order.id,
            order.version,
            interaction=bench.record(call),
            satisfied=True,
            satisfaction=6,
        ),
    )

    assert error.details["field"] == "satisfaction"
