"""The whole loop under everybody's own rights: dealer, reviewer, agent, supervisor, settlement."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from agent_desk.domain.errors import AgentDeskError, NotFoundError, RightsError
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import AttachmentId, new_uuid7
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.money import Money
from agent_desk.domain.order_replay import replay_orders
from agent_desk.domain.product import ProductForm
from agent_desk.domain.report_item import FaultyPart, ItemKind, Liability, ReportItem
from agent_desk.domain.service_contract import ContractForm
from agent_desk.domain.settlement import ClaimKind, ClaimState
from agent_desk.domain.ticket import Resolution, TicketForm
from agent_desk.domain.work_order import ReportOutcome, WorkOrder, WorkOrderState, WorkReport
from agent_desk.services.access import Access
from agent_desk.services.attachments import Attachments, Upload
from agent_desk.services.event_bus import EventBus
from agent_desk.services.job_sheets import JobSheets
from agent_desk.services.order_stories import OrderStories
from agent_desk.services.products import save_product
from agent_desk.services.settlement import Settlement
from tests.access.floor import AGENT, DEALER, DISPATCHER, NOW, SUPERVISOR
from tests.access.test_desks import Desk, desk_of, raised
from tests.contracts.storage_samples import a_call, a_customer
from tests.fakes.manual_clock import ManualClock
from tests.servers.fixtures import Floor

_S = WorkOrderState
PUMP = ReportItem(
    kind=ItemKind.PART,
    name="Pump",
    quantity=Decimal(1),
    unit_price=Money(amount=Decimal("99.90"), currency="CNY"),
)
FAULTY = FaultyPart(part="Pump", liable=Liability.SUPPLIER, supplier="Hongda")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


async def settlement_of(desk: Desk) -> Settlement:
    person = await desk.storage.read(lambda uow: uow.people.get(desk.login))
    return Settlement(storage=desk.storage, bus=EventBus(), clock=desk.clock, access=Access(person))


async def worked_off(dealer: Desk, order: WorkOrder) -> WorkOrder:
    """Return the order after a dealer's visit with a pause and a report."""
    orders, clock = dealer.orders, dealer.clock
    order = await orders.accept(order.id, order.version)
    order = await orders.start(
        order.id,
        order.version,
        technician="Chen",
        technician_phone="13800138009",
        arrived_at=clock.now(),
    )
    order = await orders.hold(order.id, order.version, "a pump")
    order = await orders.start(order.id, order.version)
    report = WorkReport(
        started_at=clock.now() - timedelta(minutes=9),
        ended_at=clock.now(),
        done="replaced the pump",
        outcome=ReportOutcome.SOLVED,
        items=(PUMP,),
        faulty=FAULTY,
    )
    return await orders.report(order.id, order.version, report)


def a_call_to_the_customer(agent: Desk, order: WorkOrder, *, answered: bool) -> Interaction:
    now = agent.clock.now()
    call = a_call(agent_id=agent.login, began_at=now, answered_at=now if answered else None)
    return replace(call, customer_id=order.customer_id)


async def test_a_field_order_goes_round_twice_and_is_settled_by_two(
    staffed: Floor, clock: ManualClock
) -> None:
    async with (
        desk_of(staffed, AGENT, clock) as agent,
        desk_of(staffed, DEALER, clock) as dealer,
        desk_of(staffed, DISPATCHER, clock) as office,
        desk_of(staffed, SUPERVISOR, clock) as hq,
    ):
        _, order = await raised(agent, "Defect under warranty")
        clock.advance(60)
        order = await worked_off(dealer, order)
        order = await office.orders.return_to_agent(order.id, order.version)
        call = a_call_to_the_customer(agent, order, answered=True)
        order = await agent.orders.verify(
            order.id, order.version, interaction=call, satisfied=False, reason="still leaks"
        )
        assert (order.state, order.round) == (_S.ASSIGNED, 2)
        clock.advance(60)
        order = await worked_off(dealer, order)
        order = await office.orders.return_to_agent(order.id, order.version)
        call = a_call_to_the_customer(agent, order, answered=True)
        order = await agent.orders.verify(
            order.id, order.version, interaction=call, satisfied=True, satisfaction=5
        )
        assert (order.state, order.satisfaction) == (_S.CLOSED, 5)

        at_office, at_hq = await settlement_of(office), await settlement_of(hq)
        first, second = [
            claim for claim in await at_office.of_order(order.id) if claim.kind is ClaimKind.EXPENSE
        ]
        assert (first.report, second.report) == (1, 2)
        mine = await (await settlement_of(dealer)).of_order(order.id)
        assert [claim.id for claim in mine] == [first.id, second.id]
        second = await at_office.apply(office.commands.approve_claim_at_office(second))
        with pytest.raises(RightsError):
            await at_office.apply(office.commands.approve_claim_at_hq(second))
        second = await at_hq.apply(hq.commands.approve_claim_at_hq(second))
        second = await at_hq.apply(hq.commands.settle_claim(second))
        first = await at_office.apply(office.commands.send_claim_back(first, "claimed twice"))
        first = await (await settlement_of(dealer)).apply(
            dealer.commands.resubmit_claim(first, first.amounts)
        )
        assert (first.state, second.state) == (ClaimState.SUBMITTED, ClaimState.SETTLED)

        log = await hq.storage.read(lambda uow: uow.events.of(Stream.WORK_ORDER, order.id))
        replay = replay_orders(log)
        assert replay.orders == {order.id: order}
        assert replay.broken == ()
        claims = await at_hq.of_order(order.id)
        assert replay.claims == {claim.id: claim for claim in claims}


async def test_a_dealer_sees_the_product_of_the_order_and_who_pays_for_it(
    staffed: Floor, clock: ManualClock
) -> None:
    async with (
        desk_of(staffed, AGENT, clock) as agent,
        desk_of(staffed, DEALER, clock) as dealer,
    ):
        customer = a_customer("王伟", pinyin="wang wei")
        await agent.storage.write(lambda uow: uow.customers.add(customer, ()))
        contract = ContractForm(number="4711", level="gold")
        for name in ("Pump", "Valve"):
            form = ProductForm(customer_id=customer.id, name=name, contract=contract)
            command = agent.commands.save_product(form)
            await agent.storage.write(partial(save_product, command=command))
        pump, valve = (
            await agent.storage.read(lambda uow: uow.customers.card(customer.id, now=NOW))
        ).products
        tree = await agent.tickets.categories()
        ticket = await agent.tickets.log(
            TicketForm(
                customer_id=customer.id,
                category_id=next(c.id for c in tree if c.name == "Defect under warranty"),
                subject="it leaks",
                resolution=Resolution.WORK_ORDER,
                product_id=pump.id,
            ),
            None,
        )

        (line,) = [x for x in await dealer.orders.lines() if x.order.ticket_id == ticket.id]

        assert line.product == pump
        assert line.order.service_level == "gold"
        with pytest.raises(NotFoundError):
            await dealer.storage.read(lambda uow: uow.products.get(valve.id))
        with pytest.raises(AgentDeskError):
            await dealer.storage.write(lambda uow: uow.products.save(pump))
        order = await dealer.orders.accept(line.order.id, line.order.version)
        assert order.product_id == pump.id


async def test_only_a_supervisor_ends_what_nobody_confirms(
    staffed: Floor, clock: ManualClock
) -> None:
    async with (
        desk_of(staffed, AGENT, clock) as agent,
        desk_of(staffed, DEALER, clock) as dealer,
        desk_of(staffed, SUPERVISOR, clock) as supervisor,
    ):
        _, order = await raised(agent, "Defect under warranty")
        clock.advance(60)
        order = await worked_off(dealer, order)
        order = await supervisor.orders.return_to_agent(order.id, order.version)
        for _ in range(3):
            clock.advance(86_400)
            call = a_call_to_the_customer(agent, order, answered=False)
            order = await agent.orders.log_attempt(order.id, order.version, call=call)
        with pytest.raises(RightsError):
            await agent.orders.override_closing(order.id, order.version, "moved away")
        # The database refuses it as well, whatever an altered program sends.
        forged = replace(
            order, state=_S.CLOSED, overridden_by=agent.login, override_reason="moved away"
        )
        with pytest.raises(AgentDeskError):
            await agent.storage.write(lambda uow: uow.orders.save(forged))

        closed = await supervisor.orders.override_closing(order.id, order.version, "moved away")

        assert (closed.state, closed.overridden_by) == (_S.CLOSED, supervisor.login)
        with pytest.raises(RightsError):
            await dealer.orders.attempts(order.id)


async def test_a_dealer_prints_the_sheet_of_its_own_order_and_adds_a_photo(
    staffed: Floor, clock: ManualClock
) -> None:
    async with desk_of(staffed, AGENT, clock) as agent, desk_of(staffed, DEALER, clock) as dealer:
        _, order = await raised(agent, "Defect under warranty")
        person = await dealer.storage.read(lambda uow: uow.people.get(dealer.login))
        access = Access(person)
        stories = OrderStories(storage=dealer.storage, access=access)
        sheets = JobSheets(storage=dealer.storage, access=access, stories=stories)
        attachments = Attachments(
            storage=dealer.storage, bus=EventBus(), clock=clock, access=access
        )
        upload = Upload(id=AttachmentId(new_uuid7(clock.now())), order_id=order.id, name="pump.jpg")
        added = await attachments.add(upload, b"\xff\xd8\xff" + bytes(300_000))

        sheet = await sheets.of_order(order.id)

        assert sheet.site.name
        assert sheet.attachments == [added]
        assert sheet.steps[-1].kind == "AttachmentAdded"
        assert await attachments.content(added) == b"\xff\xd8\xff" + bytes(300_000)
        await attachments.withdraw(added.id, "wrong photo")
        (void,) = await attachments.of_order(order.id)
        assert void.reason == "wrong photo"
