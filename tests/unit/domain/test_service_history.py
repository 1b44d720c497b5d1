from dataclasses import replace
from datetime import timedelta

from agent_desk.domain.event_log import LoggedEvent, Stream, to_payload
from agent_desk.domain.identifiers import (
    AgentId,
    CustomerId,
    DepartmentId,
    EventId,
    TicketId,
    WorkOrderId,
    new_uuid7,
)
from agent_desk.domain.service_clock import ServiceMoment, follow
from agent_desk.domain.service_history import moments_of
from agent_desk.domain.service_target import ServiceStep
from agent_desk.domain.ticket import Priority
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from tests.unit.domain.service_cases import MONDAY, NIGHT, minutes, policy

NORD = DepartmentId("nord")
CALENDARS = {NORD: NIGHT.id}
ORDER = WorkOrder(
    id=WorkOrderId("order"),
    number=118,
    ticket_id=TicketId("ticket"),
    customer_id=CustomerId("customer"),
    subject="Injector",
    instructions="",
    priority=Priority.P2,
    state=WorkOrderState.PENDING_DISPATCH,
    owner=AgentId("wei"),
    raised_at=MONDAY,
    changed_at=MONDAY,
)


def logged(order: WorkOrder, after: float, stream: Stream = Stream.WORK_ORDER) -> LoggedEvent:
    at = MONDAY + minutes(after)
    return LoggedEvent(
        id=EventId(new_uuid7(at)),
        stream=stream,
        stream_id=order.id,
        kind="OrderChanged",
        at=at,
        actor="wei",
        payload=to_payload(order),
    )


ASSIGNED = replace(ORDER, state=WorkOrderState.ASSIGNED, department_id=NORD, priority=Priority.P1)


def test_an_orders_events_are_its_moments() -> None:
    found = moments_of([logged(ORDER, 0), logged(ASSIGNED, 60)], CALENDARS)
    assert found == {
        ORDER.id: (
            ServiceMoment(at=MONDAY, state="PENDING_DISPATCH", priority=Priority.P2),
            ServiceMoment(
                at=MONDAY + minutes(60),
                state="ASSIGNED",
                priority=Priority.P1,
                calendar=NIGHT.id,
            ),
        )
    }


def test_who_has_no_calendar_works_by_the_houses() -> None:
    (moments,) = moments_of([logged(ASSIGNED, 0)]).values()
    assert moments[0].calendar is None


def test_what_is_no_orders_is_left_out() -> None:
    assert moments_of([logged(ORDER, 0, Stream.TICKET)]) == {}


def test_the_clock_follows_the_log() -> None:
    events = [logged(ORDER, 0), logged(ASSIGNED, 60)]
    deadline = follow(moments_of(events, CALENDARS)[ORDER.id], policy()).deadline(policy())
    assert deadline is not None
    assert (deadline.target.step, deadline.calendar) == (ServiceStep.ACCEPT, NIGHT)
    assert deadline.remaining_at(MONDAY + minutes(60)) == timedelta(hours=1)
