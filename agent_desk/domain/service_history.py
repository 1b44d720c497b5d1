"""The events of the log as service clocks read them: what each order was, from when on; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from agent_desk.domain.event_log import LoggedEvent, Stream
from agent_desk.domain.identifiers import DepartmentId, WorkOrderId
from agent_desk.domain.service_clock import ServiceMoment
from agent_desk.domain.ticket import Priority
from agent_desk.domain.working_calendar import CalendarId

NO_CALENDARS: Mapping[DepartmentId, CalendarId] = MappingProxyType({})


def moment_of(
    event: LoggedEvent, calendars: Mapping[DepartmentId, CalendarId] = NO_CALENDARS
) -> ServiceMoment:
    """Return what the order of ``event`` is from it on; each such event carries the whole order.

    calendars: by which departments and dealers work; one without works by the house's.
    """
    department = event.payload.get("department_id")
    return ServiceMoment(
        at=event.at,
        state=event.payload["state"],
        priority=Priority(event.payload["priority"]),
        calendar=calendars.get(DepartmentId(department)) if department else None,
    )


def moments_of(
    events: Iterable[LoggedEvent], calendars: Mapping[DepartmentId, CalendarId] = NO_CALENDARS
) -> Mapping[WorkOrderId, tuple[ServiceMoment, ...]]:
    """Return the moments of each order; ``events`` in the log's order, others are left out."""
    found: dict[WorkOrderId, list[ServiceMoment]] = {}
    for event in events:
        if event.stream is Stream.WORK_ORDER:
            moments = found.setdefault(WorkOrderId(event.stream_id), [])
            moments.append(moment_of(event, calendars))
    return {order_id: tuple(moments) for order_id, moments in found.items()}
