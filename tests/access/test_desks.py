"""The desk's own work under everybody's own rights: what a role needs it has, and no more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from agent_desk.domain.agent import AgentState
from agent_desk.domain.errors import RightsError
from agent_desk.domain.identifiers import AgentId, DeskId, new_uuid7
from agent_desk.domain.interaction import InteractionOutcome
from agent_desk.domain.presence import DeskReport
from agent_desk.domain.ticket import Resolution, Ticket, TicketForm, TicketState
from agent_desk.domain.work_order import ReportOutcome, WorkOrder, WorkOrderState, WorkReport
from agent_desk.services.access import Access
from agent_desk.services.commands import Commands
from agent_desk.services.conflicts import Conflicts
from agent_desk.services.dispatch_board import DispatchBoard
from agent_desk.services.event_bus import EventBus
from agent_desk.services.interactions import interaction_event
from agent_desk.services.lost_desks import close_lost_desks
from agent_desk.services.order_stories import OrderStories
from agent_desk.services.recorder import apply_events
from agent_desk.services.tickets import Tickets
from agent_desk.services.work_orders import WorkOrders
from db.postgres_storage import PostgresStorage
from tests.access.floor import AGENT, DEALER, DEPARTMENT, DISPATCHER, NOW, SUPERVISOR
from tests.access.staff import at_work
from tests.contracts.storage_samples import a_call, a_customer
from tests.fakes.manual_clock import ManualClock
from tests.servers.fixtures import Floor


@dataclass(frozen=True, slots=True)
class Desk:
    """What one person works with."""

    login: AgentId
    clock: ManualClock
    storage: PostgresStorage
    tickets: Tickets
    orders: WorkOrders
    commands: Commands


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@asynccontextmanager
async def desk_of(floor: Floor, login: str, clock: ManualClock) -> AsyncIterator[Desk]:
    """Yield the desk of ``login``."""
    name = at_work(login)
    url = floor.server.url(floor.name, user=name)
    storage = PostgresStorage(url=url, password=floor.password, calling_code="86")
    await storage.open()
    bus = EventBus()
    commands = Commands(clock=clock, agent_id=name, region="CN")
    access = Access(await storage.read(lambda uow: uow.people.get(name)))
    try:
        yield Desk(
            login=name,
            clock=clock,
            storage=storage,
            commands=commands,
            tickets=Tickets(
                storage=storage,
                bus=bus,
                clock=clock,
                access=access,
                commands=commands,
                repeat_window=timedelta(days=7),
            ),
            orders=WorkOrders(
                storage=storage, bus=bus, clock=clock, access=access, commands=commands
            ),
        )
    finally:
        await storage.close()


async def raised(desk: Desk, category: str) -> tuple[Ticket, WorkOrder]:
    """Return a ticket of a new customer and the order that it sent out."""

    customer = a_customer("王伟", pinyin="wang wei")
    await desk.storage.write(lambda uow: uow.customers.add(customer, ()))
    tree = await desk.tickets.categories()
    form = TicketForm(
        customer_id=customer.id,
        category_id=next(each.id for each in tree if each.name == category),
        subject="line is dead",
        resolution=Resolution.WORK_ORDER,
    )
    ticket = await desk.tickets.log(form, None)
    (order,) = await desk.storage.read(lambda uow: uow.orders.of_ticket(ticket.id))
    return ticket, order


async def test_an_order_goes_round_under_the_rights_of_each(
    staffed: Floor, clock: ManualClock
) -> None:
    async with (
        desk_of(staffed, AGENT, clock) as agent,
        desk_of(staffed, DEPARTMENT, clock) as works,
    ):
        ticket, order = await raised(agent, "Line fault on site")
        assert order.state is WorkOrderState.ASSIGNED
        clock.advance(60)
        (line,) = await works.orders.lines()
        assert (line.order.id, line.customer_name) == (order.id, "王伟")
        order = await works.orders.accept(order.id, order.version)
        order = await works.orders.start(order.id, order.version)
        report = WorkReport(
            started_at=clock.now() - timedelta(minutes=9),
            ended_at=clock.now(),
            done="replaced the line card",
            outcome=ReportOutcome.SOLVED,
        )
        order = await works.orders.report(order.id, order.version, report)
        order = await works.orders.return_to_agent(order.id, order.version)
        call = replace(
            a_call(agent_id=agent.login, began_at=clock.now(), answered_at=clock.now()),
            customer_id=ticket.customer_id,
        )
        closed = await agent.orders.verify(
            order.id, order.version, interaction=call, satisfied=True
        )
        assert closed.state is WorkOrderState.CLOSED
        assert (await agent.tickets.get(ticket.id)).state is TicketState.CLOSED


async def test_a_dispatcher_has_the_whole_board_and_a_dealer_its_own_orders(
    staffed: Floor, clock: ManualClock
) -> None:
    async with (
        desk_of(staffed, AGENT, clock) as agent,
        desk_of(staffed, DISPATCHER, clock) as dispatcher,
        desk_of(staffed, DEALER, clock) as dealer,
    ):
        _, ours = await raised(agent, "Line fault on site")
        _, theirs = await raised(agent, "Defect under warranty")
        board = DispatchBoard(storage=dispatcher.storage, access=dispatcher.orders._access)

        assert {card.id for card in await board.all()} >= {ours.id, theirs.id}
        stories = OrderStories(storage=dispatcher.storage, access=dispatcher.orders._access)
        assert len(await stories.of_order(ours.id)) == 3
        # Past the services: the server itself shows a dealer no other order.
        own = await dealer.storage.read(lambda uow: uow.board.open_orders())
        some = await dealer.storage.read(lambda uow: uow.board.some([ours.id, theirs.id]))
        assert [card.id for card in some] == [theirs.id]
        assert theirs.id in {card.id for card in own}
        assert ours.id not in {card.id for card in own}


async def test_names_are_told_in_the_house_and_to_nobody_outside(
    staffed: Floor, clock: ManualClock
) -> None:
    async with desk_of(staffed, AGENT, clock) as agent, desk_of(staffed, DEALER, clock) as dealer:
        both = (agent.login, dealer.login)
        inside = await agent.storage.read(lambda uow: uow.people.names(both))
        outside = await dealer.storage.read(lambda uow: uow.people.names(both))

    assert set(inside) == set(both)
    assert set(outside) == {dealer.login}


async def test_a_dealer_s_late_step_shows_what_happened(staffed: Floor, clock: ManualClock) -> None:
    async with desk_of(staffed, AGENT, clock) as agent, desk_of(staffed, DEALER, clock) as dealer:
        _, order = await raised(agent, "Defect under warranty")
        accepted = await dealer.orders.accept(order.id, order.version)
        access = Access(await dealer.storage.read(lambda uow: uow.people.get(dealer.login)))
        conflicts = Conflicts(storage=dealer.storage, access=access)

        late = await conflicts.of_step(dealer.commands.decline_order(order.id, order.version, "no"))

    assert late.order == accepted
    (state,) = late.conflict.fields
    assert (state.mine, state.theirs, state.edit and state.edit.actor) == (
        "ASSIGNED",
        "ACCEPTED",
        dealer.login,
    )


async def test_a_dealer_declines_and_a_dispatcher_sends_it_on(
    staffed: Floor, clock: ManualClock
) -> None:
    async with desk_of(staffed, AGENT, clock) as agent, desk_of(staffed, DEALER, clock) as dealer:
        _, order = await raised(agent, "Defect under warranty")
        clock.advance(60)
        declined = await dealer.orders.decline(order.id, order.version, "no parts")
        assert declined.state is WorkOrderState.PENDING_DISPATCH
        async with desk_of(staffed, DISPATCHER, clock) as dispatcher:
            departments = await dispatcher.tickets.departments()
            place = next(each.id for each in departments if each.name == "Field service")
            sent = await dispatcher.orders.dispatch(order.id, declined.version, place)
        assert sent.department_id == place
        assert order.id not in [line.order.id for line in await dealer.orders.lines()]


async def test_a_dealer_approves_no_report_of_its_own(staffed: Floor, clock: ManualClock) -> None:
    async with desk_of(staffed, AGENT, clock) as agent, desk_of(staffed, DEALER, clock) as dealer:
        _, order = await raised(agent, "Defect under warranty")
        clock.advance(60)
        order = await dealer.orders.accept(order.id, order.version)
        report = WorkReport(
            started_at=clock.now(), ended_at=clock.now(), done="x", outcome=ReportOutcome.SOLVED
        )
        order = await dealer.orders.report(order.id, order.version, report)

        with pytest.raises(RightsError):
            await dealer.orders.return_to_agent(order.id, order.version)


@pytest.mark.parametrize("login", [AGENT, SUPERVISOR, DISPATCHER])
async def test_the_house_searches_and_opens_cards(
    staffed: Floor, clock: ManualClock, login: str
) -> None:
    async with desk_of(staffed, AGENT, clock) as agent:
        ticket, _ = await raised(agent, "Refund")
    async with desk_of(staffed, login, clock) as desk:
        hits = await desk.storage.read(lambda uow: uow.customers.search("wangwei"))
        assert ticket.customer_id in [hit.customer_id for hit in hits]
        card = await desk.storage.read(
            lambda uow: uow.customers.card(ticket.customer_id, now=clock.now())
        )
        assert card.customer.name == "王伟"


async def test_a_dealer_neither_searches_nor_opens_cards(
    staffed: Floor, clock: ManualClock
) -> None:
    async with desk_of(staffed, AGENT, clock) as agent:
        ticket, _ = await raised(agent, "Refund")
    async with desk_of(staffed, DEALER, clock) as dealer:
        with pytest.raises(RightsError):
            await dealer.storage.read(lambda uow: uow.customers.search("wangwei"))
        with pytest.raises(RightsError):
            await dealer.storage.read(
                lambda uow: uow.customers.card(ticket.customer_id, now=clock.now())
            )


@pytest.mark.parametrize("login", [AGENT, SUPERVISOR, DEPARTMENT, DEALER, DISPATCHER])
async def test_every_desk_shows_that_it_is_there(
    staffed: Floor, clock: ManualClock, login: str
) -> None:
    async with desk_of(staffed, login, clock) as desk:
        report = DeskReport(
            desk_id=DeskId(new_uuid7(clock.now())),
            agent_id=desk.login,
            agent_name=login,
            state=AgentState.READY,
        )
        assert (await desk.storage.write(lambda uow: uow.presence.report(report))).is_known
        assert (await desk.storage.write(lambda uow: uow.presence.beat(report.desk_id))).is_known
        floor = await desk.storage.read(lambda uow: uow.presence.floor())
        assert report.desk_id in [each.report.desk_id for each in floor.desks]
        await desk.storage.write(lambda uow: close_lost_desks(uow, clock.now()))
        await desk.storage.write(lambda uow: uow.presence.leave(report.desk_id))


@pytest.mark.parametrize("closer", [AGENT, SUPERVISOR, DISPATCHER])
async def test_whoever_is_there_ends_the_calls_of_a_dead_desk(
    staffed: Floor, clock: ManualClock, closer: str
) -> None:
    async with desk_of(staffed, AGENT, clock) as agent, desk_of(staffed, closer, clock) as other:
        report = DeskReport(
            desk_id=DeskId(new_uuid7(clock.now())),
            agent_id=agent.login,
            agent_name="Li",
            state=AgentState.READY,
        )
        call = a_call(agent_id=agent.login, began_at=clock.now())
        event = interaction_event("Opened", call, at=clock.now())
        await agent.storage.write(lambda uow: uow.presence.report(report))
        await agent.storage.write(lambda uow: apply_events(uow, [event]))
        with staffed.server.connect(staffed.name) as connection:
            connection.execute(
                "UPDATE desk_presence SET heartbeat_at = heartbeat_at - interval '1 minute'"
                " WHERE desk_id = %s",
                (report.desk_id,),
            )

        closed = await other.storage.write(lambda uow: close_lost_desks(uow, clock.now()))

        assert report.desk_id in [each.desk_id for each in closed]
        ended = await agent.storage.read(lambda uow: uow.interactions.get(call.id))
        assert ended.outcome is InteractionOutcome.DESK_LOST
