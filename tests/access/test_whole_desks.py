"""A whole desk for each role on a real server: it starts, is used and stops without complaint."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import timedelta
from types import MappingProxyType

import pytest

from agent_desk.domain.call_events import CallEvent
from agent_desk.domain.claim import WorkKind
from agent_desk.domain.command import Command
from agent_desk.domain.customer import CustomerChanges, NewCustomer
from agent_desk.domain.errors import NotFoundError, RightsError
from agent_desk.domain.identifiers import (
    CategoryId,
    CustomerId,
    DepartmentId,
    TicketId,
    WorkOrderId,
    new_uuid7,
)
from agent_desk.domain.interaction import Disposition
from agent_desk.domain.rights import Right
from agent_desk.domain.ticket import Resolution, Ticket, TicketForm
from agent_desk.domain.work_order import ReportOutcome, WorkOrder, WorkOrderState, WorkReport
from agent_desk.services import presence as presence_module
from agent_desk.services.desk import Desk
from agent_desk.services.presence import FloorChangedEvent
from agent_desk.services.recorder import StorageStateChangedEvent
from agent_desk.services.screen_pop import PopMatchedEvent
from tests.access.floor import (
    ADMINISTRATOR,
    AGENT,
    AUDITOR,
    CAMPAIGN_MANAGER,
    DEALER,
    DEPARTMENT,
    DISPATCHER,
    NOW,
    SUPERVISOR,
)
from tests.access.staff import WANG_NUMBER, Workplace, desk_at
from tests.fakes.manual_clock import ManualClock
from tests.servers.fixtures import Floor

WAIT_SECONDS = 30.0

Use = Callable[[Desk, Workplace, WorkOrder], Awaitable[None]]
Raise = Callable[[str], Awaitable[WorkOrder]]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture(autouse=True)
def busy_presence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let desks beat sixty times as often, so that a test sees many beats."""
    monkeypatch.setattr(presence_module, "BEAT_SECONDS", 0.05)


@pytest.fixture
async def raise_order(staffed: Floor, clock: ManualClock) -> AsyncIterator[Raise]:
    """Return how to raise an order of a category, at an agent's desk that is there meanwhile."""
    async with desk_at(staffed, AGENT, clock) as (desk, place):

        async def raised(category: str) -> WorkOrder:
            card = await desk.customers.create(NewCustomer(name="王伟", number=WANG_NUMBER))
            ticket = await logged(desk, card.customer.id, category, Resolution.WORK_ORDER)
            (order,) = await place.storage.read(lambda uow: uow.orders.of_ticket(ticket.id))
            clock.advance(60)
            return order

        yield raised


async def logged(
    desk: Desk, customer_id: CustomerId, category: str, resolution: Resolution
) -> Ticket:
    tree = await desk.tickets.categories()
    form = TicketForm(
        customer_id=customer_id,
        category_id=next(each.id for each in tree if each.name == category),
        subject="line is dead",
        resolution=resolution,
    )
    return await desk.tickets.log(form, None)


# What each of them comes for


async def takes_a_call(desk: Desk, place: Workplace, order: WorkOrder) -> None:
    await desk.agent.log_on()
    await desk.agent.ready()
    call_id = place.switch.ring(f"call of {order.number}", WANG_NUMBER, queue="support")
    await place.seen.nth(PopMatchedEvent)
    await desk.calls.answer_call(call_id)
    place.clock.advance(60)
    await logged(desk, order.customer_id, "Refund", Resolution.RESOLVED_NOW)
    await desk.calls.clear_connection(call_id)
    desk.interactions.dispose(call_id, Disposition.RESOLVED)
    await desk.agent.finish_wrap_up()
    await desk.recorder.settled()
    record = desk.interactions.of_call(call_id)
    stored = await place.storage.read(lambda uow: uow.interactions.get(record.id))
    assert stored.disposition is Disposition.RESOLVED
    assert await desk.claims.take_next(WorkKind.CALLBACK) is None


async def settles_a_case(desk: Desk, place: Workplace, order: WorkOrder) -> None:
    ticket = await logged(desk, order.customer_id, "Refund", Resolution.RESOLVED_NOW)
    await desk.tickets.confirm(ticket.id, satisfied=True)
    await desk.customers.add_note(order.customer_id, "called twice")
    cancelled = await desk.orders.cancel(order.id, order.version, "not needed any more")
    assert cancelled.state is WorkOrderState.CANCELLED


async def completes_a_record(desk: Desk, place: Workplace, order: WorkOrder) -> None:
    customer = (await desk.customers.card(order.customer_id)).customer
    changes = CustomerChanges(id=customer.id, version=customer.version, name="王伟明")
    assert (await desk.customers.change(changes)).customer.name == "王伟明"


async def does_the_work(desk: Desk, place: Workplace, order: WorkOrder) -> None:
    assert order.id in [line.order.id for line in await desk.orders.lines()]
    order = await desk.orders.accept(order.id, order.version)
    report = WorkReport(
        started_at=place.clock.now() - timedelta(seconds=30),
        ended_at=place.clock.now(),
        done="replaced the line card",
        outcome=ReportOutcome.SOLVED,
    )
    reported = await desk.orders.report(order.id, order.version, report)
    assert reported.state is WorkOrderState.REPORTED


async def cancels_what_nobody_does(desk: Desk, place: Workplace, order: WorkOrder) -> None:
    assert order.id in [line.order.id for line in await desk.orders.lines()]
    await desk.claims.waiting(WorkKind.DISPATCH)
    assert await desk.claims.take_next(WorkKind.DISPATCH) is None
    cancelled = await desk.orders.cancel(order.id, order.version, "not needed any more")
    assert cancelled.state is WorkOrderState.CANCELLED


async def only_looks(desk: Desk, place: Workplace, order: WorkOrder) -> None:
    card = await desk.customers.card(order.customer_id)
    assert card.open_orders or card.open_tickets
    assert (await desk.orders.get(order.id)).version == order.version


WORK: Mapping[str, tuple[str, Use]] = MappingProxyType(
    {
        AGENT: ("Refund", takes_a_call),
        SUPERVISOR: ("Refund", settles_a_case),
        CAMPAIGN_MANAGER: ("Refund", completes_a_record),
        DEPARTMENT: ("Line fault on site", does_the_work),
        DEALER: ("Defect under warranty", does_the_work),
        DISPATCHER: ("Line fault on site", cancels_what_nobody_does),
        ADMINISTRATOR: ("Refund", completes_a_record),
        AUDITOR: ("Refund", only_looks),
    }
)
"""The category of the order that is there, and what the person does at the desk."""


@pytest.mark.parametrize("login", WORK)
async def test_a_desk_serves_its_role_without_complaint(
    staffed: Floor,
    clock: ManualClock,
    raise_order: Raise,
    caplog: pytest.LogCaptureFixture,
    login: str,
) -> None:
    category, use = WORK[login]
    order = await raise_order(category)
    caplog.set_level(logging.INFO)
    async with desk_at(staffed, login, clock) as (desk, place):
        await use(desk, place, order)
        await desk.tickets.departments()
        await desk.customers.recent_calls()
        await beaten(staffed, desk)
        assert desk.outbox.kept == ()
        assert place.seen.all(StorageStateChangedEvent) == []
    assert await place.left_in_the_journal() == 0
    assert "has no right" not in caplog.text


async def beaten(floor: Floor, desk: Desk) -> None:
    """Return when the desk has beaten on, or at once for one that leaves no trace."""
    first = last_beat(floor, desk)
    if not desk.access.is_acting:
        assert first is None
        return
    async with asyncio.timeout(WAIT_SECONDS):
        while first is None or last_beat(floor, desk) == first:
            await asyncio.sleep(0.02)
            first = first or last_beat(floor, desk)


def last_beat(floor: Floor, desk: Desk) -> object:
    question = "SELECT heartbeat_at FROM desk_presence WHERE desk_id = %s"
    with floor.server.connect(floor.name) as connection:
        found = connection.execute(question, (desk.presence.desk_id,)).fetchone()
    return None if found is None else found[0]


@pytest.mark.parametrize("login", [login for login in WORK if login != AGENT])
async def test_who_takes_no_calls_hears_of_none(
    staffed: Floor, clock: ManualClock, login: str
) -> None:
    async with desk_at(staffed, login, clock) as (desk, place):
        place.switch.ring("a call", WANG_NUMBER, queue="support")
        with pytest.raises(RightsError):
            await desk.agent.log_on()
        with pytest.raises(RightsError):
            await desk.agent.ready()
        with pytest.raises(RightsError):
            await desk.calls.make_call(WANG_NUMBER)
        assert place.seen.all(CallEvent) == []
        assert desk.calls.calls == {}


@pytest.mark.parametrize("login", WORK)
async def test_whoever_may_sees_the_floor(staffed: Floor, clock: ManualClock, login: str) -> None:
    async with desk_at(staffed, login, clock) as (desk, place):
        if not desk.access.may(Right.SEE_FLOOR):
            with pytest.raises(RightsError):
                await desk.presence.watch()
            return
        await desk.presence.watch()
        seen = await place.seen.nth(FloorChangedEvent)
        assert seen.error is None


def commands_of(desk: Desk) -> Mapping[Right, Command]:
    """Return a command about nothing for each right that a command needs."""
    make, id_ = desk.commands, new_uuid7(NOW)
    form = TicketForm(
        customer_id=CustomerId(id_), category_id=CategoryId(id_), subject="line is dead"
    )
    return {
        Right.LOG_TICKETS: make.reopen_ticket(TicketId(id_), "again"),
        Right.RAISE_ORDERS: make.log_ticket(form, None),
        Right.EDIT_CUSTOMERS: make.add_note(CustomerId(id_), "a word"),
        Right.DISPATCH_ORDERS: make.dispatch_order(WorkOrderId(id_), 1, DepartmentId(id_)),
        Right.WORK_ON_ORDERS: make.accept_order(WorkOrderId(id_), 1),
        Right.REVIEW_REPORTS: make.return_order(WorkOrderId(id_), 1),
        Right.VERIFY_ORDERS: make.verify_order(WorkOrderId(id_), 1, call=None, satisfied=True),
        Right.CANCEL_ORDERS: make.cancel_order(WorkOrderId(id_), 1, "not needed"),
    }


@pytest.mark.parametrize("login", WORK)
async def test_a_command_is_refused_to_whom_it_is_not_for(
    staffed: Floor, clock: ManualClock, login: str
) -> None:
    """Whose it is, is told by the server that there is no such record: it was asked."""
    async with desk_at(staffed, login, clock) as (desk, _):
        for right, command in commands_of(desk).items():
            expected = NotFoundError if desk.access.may(right) else RightsError
            with pytest.raises(expected):
                await desk.outbox.submit(command)  # type: ignore[call-overload]
        assert desk.outbox.kept == ()
