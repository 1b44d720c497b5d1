"""Escalations: late orders that a role has to look at, until somebody says that they did; pure.

The list is a fold too: alerts follow from the orders' events, acknowledgements are events. Either
may come first or twice, and the list is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from agent_desk.domain.errors import RightsError
from agent_desk.domain.identifiers import AgentId, WorkOrderId
from agent_desk.domain.rights import SCOPED_ROLES, Role, roles_text
from agent_desk.domain.service_clock import ServiceAlert


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationAcknowledgedEvent:
    """Somebody took note of an escalation.

    alert_key: ServiceAlert.key. role: that was told, and that whoever takes note has. at: aware
    UTC.
    """

    order_id: WorkOrderId
    alert_key: str
    role: Role
    by: AgentId
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """An alert that ``role`` was told of; acknowledged: None until somebody took note of it."""

    order_id: WorkOrderId
    alert: ServiceAlert
    role: Role
    acknowledged: EscalationAcknowledgedEvent | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody has taken note of it yet."""
        return self.acknowledged is None


def escalations(
    alerts: Mapping[WorkOrderId, Iterable[ServiceAlert]],
    acknowledged: Iterable[EscalationAcknowledgedEvent],
) -> tuple[Escalation, ...]:
    """Return what was escalated, the open ones first, then by priority, then the oldest first.

    An escalation stays until it is acknowledged, also when its order has gone on meanwhile. The
    first acknowledgement by the role that was told counts; one of an alert that is not known here
    waits for it.
    """
    of_orders = {order_id: tuple(of_order) for order_id, of_order in alerts.items()}
    first = _first_of_each(
        replace(event, alert_key=_meant(event, of_orders.get(event.order_id, ())))
        for event in acknowledged
    )
    found = (
        Escalation(
            order_id=order_id,
            alert=alert,
            role=alert.role,
            acknowledged=first.get((order_id, alert.key, alert.role)),
        )
        for order_id, of_order in of_orders.items()
        for alert in of_order
        if alert.role is not None
    )
    return in_order(found)


def in_order(found: Iterable[Escalation]) -> tuple[Escalation, ...]:
    """Return ``found`` as lists show it: the open ones first, then by priority, then by age."""
    return tuple(sorted(found, key=_place))


def open_for(listed: Iterable[Escalation], roles: Iterable[Role]) -> tuple[Escalation, ...]:
    """Return what somebody with ``roles`` has to acknowledge, in the order of the list."""
    wanted = frozenset(roles)
    return tuple(one for one in listed if one.is_open and one.role in wanted)


def require_told(told: Role, roles: Iterable[Role]) -> None:
    """Raise RightsError unless somebody with ``roles`` is who was ``told``."""
    if told not in (mine := frozenset(roles)):
        raise RightsError(action="acknowledge escalations", role=roles_text(mine))


def _meant(event: EscalationAcknowledgedEvent, alerts: Iterable[ServiceAlert]) -> str:
    """Return the key of the one of ``alerts`` that ``event`` is about.

    A department or dealer that an order came to from another one knows only its own laps of a
    clock, which the house counts on: it means the newest alert of that mark.
    """
    if event.role not in SCOPED_ROLES:
        return event.alert_key
    mark = _mark(event.alert_key)
    meant = (
        alert
        for alert in alerts
        if alert.role is event.role and alert.at <= event.at and _mark(alert.key) == mark
    )
    newest = max(meant, key=lambda alert: alert.lap, default=None)
    return event.alert_key if newest is None else newest.key


def _mark(alert_key: str) -> tuple[str, ...]:
    """Return what a key says besides the lap."""
    parts = alert_key.split(".")
    return (*parts[:1], *parts[2:])


def _first_of_each(
    acknowledged: Iterable[EscalationAcknowledgedEvent],
) -> Mapping[tuple[WorkOrderId, str, Role], EscalationAcknowledgedEvent]:
    first: dict[tuple[WorkOrderId, str, Role], EscalationAcknowledgedEvent] = {}
    for event in acknowledged:
        key = (event.order_id, event.alert_key, event.role)
        if key not in first or _moment(event) < _moment(first[key]):
            first[key] = event
    return first


def _moment(event: EscalationAcknowledgedEvent) -> tuple[datetime, str, str]:
    return event.at, event.by, event.note


def _place(one: Escalation) -> tuple[bool, str, datetime, str, str]:
    return not one.is_open, one.alert.priority, one.alert.at, one.order_id, one.alert.key
