"""Back to the customer under everybody's own rights: reserved, the team's, told, cancelled."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from agent_desk.domain.call import CallDirection
from agent_desk.domain.errors import AgentDeskError, InputError, NotFoundError, ReservedError
from agent_desk.domain.identifiers import DeskId, new_uuid7
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.order_message import MessageKind
from agent_desk.domain.work_order import ReportOutcome, WorkOrder, WorkOrderState, WorkReport
from agent_desk.services.claims import Claims
from agent_desk.services.event_bus import EventBus
from agent_desk.services.verifications import Verifications
from tests.access.floor import AGENT, COLLEAGUE, DEALER, DEPARTMENT, NOW
from tests.access.test_desks import Desk, desk_of, raised
from tests.access.test_loop_desks import a_call_to_the_customer
from tests.fakes.manual_clock import ManualClock
from tests.servers.fixtures import Floor

_S = WorkOrderState


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


def verifications_of(desk: Desk) -> Verifications:
    access, bus = desk.orders._access, EventBus()
    desk_id = DeskId(new_uuid7(desk.clock.now()))
    claims = Claims(storage=desk.storage, bus=bus, access=access, desk_id=desk_id)
    return Verifications(
        storage=desk.storage, bus=bus, access=access, claims=claims, opened_at=desk.clock.now()
    )


def outgoing(desk: Desk, order: WorkOrder, *, answered: bool) -> Interaction:
    call = a_call_to_the_customer(desk, order, answered=answered)
    return replace(call, direction=CallDirection.OUTBOUND)


async def worked_off(works: Desk, order: WorkOrder) -> WorkOrder:
    """Return the order after a department did the work and approved its own report."""
    now = works.clock.now()
    report = WorkReport(
        started_at=now - timedelta(minutes=9),
        ended_at=now,
        done="replaced the line card",
        outcome=ReportOutcome.SOLVED,
    )
    order = await works.orders.accept(order.id, order.version)
    order = await works.orders.start(order.id, order.version)
    order = await works.orders.report(order.id, order.version, report)
    return await works.orders.return_to_agent(order.id, order.version)


async def test_the_team_asks_the_customer_of_an_owner_who_is_away(
    staffed: Floor, clock: ManualClock
) -> None:
    async with (
        desk_of(staffed, AGENT, clock) as owner,
        desk_of(staffed, COLLEAGUE, clock) as mei,
        desk_of(staffed, DEPARTMENT, clock) as works,
    ):
        _, order = await raised(owner, "Line fault on site")
        clock.advance(60)
        order = await worked_off(works, order)
        theirs = verifications_of(mei)
        early = outgoing(mei, order, answered=True)
        with pytest.raises(ReservedError):
            await mei.orders.verify(order.id, order.version, interaction=early, satisfied=True)
        # Past the services: the server refuses it by itself.
        forged = replace(order, state=_S.PENDING_DISPATCH, round=2)
        with pytest.raises(AgentDeskError):
            await mei.storage.write(lambda uow: uow.orders.save(forged))

        line = await theirs.take_next()
        assert line is not None
        assert line.order.id == order.id
        in_vain = outgoing(mei, order, answered=False)
        order = await mei.orders.log_attempt(order.id, order.version, call=in_vain)
        await theirs.take(line)
        clock.advance(60)
        call = outgoing(mei, order, answered=True)
        again = await mei.orders.verify(
            order.id, order.version, interaction=call, satisfied=False, reason="still dead"
        )

        assert (again.state, again.round) == (_S.ASSIGNED, 2)
        assert await theirs.waiting() == 0
        story = await verifications_of(owner).story(order.id)
        assert [former.reason for former in story.rounds] == ["still dead"]


async def test_a_department_reads_what_is_said_about_its_orders_and_no_others(
    staffed: Floor, clock: ManualClock
) -> None:
    async with (
        desk_of(staffed, AGENT, clock) as agent,
        desk_of(staffed, DEPARTMENT, clock) as works,
        desk_of(staffed, DEALER, clock) as dealer,
    ):
        _, order = await raised(agent, "Line fault on site")
        await agent.orders.inform(order.id, order.version, "the dog bites")
        await agent.orders.hurry(order.id, order.version)

        said = [m.kind for m in await works.orders.messages(order.id)]
        assert said == [MessageKind.INFORMATION, MessageKind.REMINDER]
        with pytest.raises(NotFoundError):
            await dealer.orders.messages(order.id)
        hidden = await dealer.storage.read(lambda uow: uow.order_messages.of_order(order.id))
        assert hidden == []


async def test_an_agent_cancels_with_consent_and_not_without(
    staffed: Floor, clock: ManualClock
) -> None:
    async with desk_of(staffed, AGENT, clock) as agent:
        _, order = await raised(agent, "Line fault on site")
        with pytest.raises(InputError):
            await agent.orders.cancel(order.id, order.version, "no need")
        forged = replace(order, state=_S.CANCELLED)
        with pytest.raises(AgentDeskError):
            await agent.storage.write(lambda uow: uow.orders.save(forged))

        call = a_call_to_the_customer(agent, order, answered=True)
        cancelled = await agent.orders.cancel_with_consent(
            order.id, order.version, reason="no need", consent="Mr Wang", call=call
        )

        (said,) = await agent.orders.messages(order.id)
        assert (cancelled.state, said.text, said.call) == (_S.CANCELLED, "Mr Wang", call.id)
