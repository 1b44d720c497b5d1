"""The log as service clocks read it: what each order was, and who took note of lateness; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from agent_desk.domain.escalation import EscalationAcknowledgedEvent
from agent_desk.domain.event_log import LoggedEvent, Stream
from agent_desk.domain.identifiers import AgentId, DepartmentId, EventId, WorkOrderId
from agent_desk.domain.rights import Role
from agent_desk.domain.service_clock import ServiceMoment
from agent_desk.domain.ticket import Priority
from agent_desk.domain.working_calendar import CalendarId

ACKNOWLEDGED = "EscalationAcknowledged"
"""Kind of the event by which somebody took note: in the order's stream, without the order."""

ENDED_DAYS = 14
"""How long after its end an order's escalations still wait: longer than any row of holidays."""

NO_CALENDARS: Mapping[DepartmentId, CalendarId] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderHistory:
    """What an order was, and who took note of what became late of it; in the order of the log."""

    moments: tuple[ServiceMoment, ...]
    acknowledged: tuple[EscalationAcknowledgedEvent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderScope:
    """Whose orders a desk follows by itself; None for everybody's.

    department_id: those that this department or dealer has. owner: those that this agent owns.
    """

    department_id: DepartmentId | None = None
    owner: AgentId | None = None


EVERY_ORDER = OrderScope()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceBook:
    """What the database has of the house's targets.

    tables: of the newest policy file, None before the first import. hours: by which calendar each
    department and dealer works, as far as it may be seen.
    """

    version: int = 0
    tables: Mapping[str, Any] | None = None
    hours: Mapping[DepartmentId, CalendarId] = field(default_factory=dict)


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
        level=event.payload.get("service_level", ""),
    )


def moments_of(
    events: Iterable[LoggedEvent], calendars: Mapping[DepartmentId, CalendarId] = NO_CALENDARS
) -> Mapping[WorkOrderId, tuple[ServiceMoment, ...]]:
    """Return the moments of each order; ``events`` in the log's order, others are left out."""
    found: dict[WorkOrderId, list[ServiceMoment]] = {}
    for event in events:
        if event.stream is Stream.WORK_ORDER and "state" in event.payload:
            moments = found.setdefault(WorkOrderId(event.stream_id), [])
            moments.append(moment_of(event, calendars))
    return {order_id: tuple(moments) for order_id, moments in found.items()}


def acknowledgement_record(event: EscalationAcknowledgedEvent, *, id: EventId) -> LoggedEvent:
    """Return the log record of an acknowledgement."""
    return LoggedEvent(
        id=id,
        stream=Stream.WORK_ORDER,
        stream_id=event.order_id,
        kind=ACKNOWLEDGED,
        at=event.at,
        actor=event.by,
        payload={"alert_key": event.alert_key, "role": event.role.value, "note": event.note},
    )


def acknowledgement_from(record: LoggedEvent) -> EscalationAcknowledgedEvent:
    """Return the acknowledgement that ``record`` was made of."""
    return EscalationAcknowledgedEvent(
        order_id=WorkOrderId(record.stream_id),
        alert_key=record.payload["alert_key"],
        role=Role(record.payload["role"]),
        by=AgentId(record.actor),
        at=record.at,
        note=record.payload["note"],
    )
