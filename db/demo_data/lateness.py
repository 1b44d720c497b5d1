"""Who took note of what became late in the demo's past; pure, any thread.

What is fresh waits for whoever opens the demo; what is older was seen to by its supervisor.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from agent_desk.domain.builtin_service_policy import builtin_policy
from agent_desk.domain.escalation import EscalationAcknowledgedEvent
from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.service_clock import ServiceMoment, follow
from agent_desk.domain.service_history import ENDED_DAYS
from agent_desk.domain.service_target import SERVICE_STATES, ServicePolicy
from agent_desk.domain.work_order import WorkOrder

SUPERVISOR = AgentId("zhao.hua")
"""Who looks after what is late in the demo."""

FRESH = timedelta(hours=10)
"""How long what became late is left for whoever opens the demo."""

_NOTES = (
    "Called the department, a technician goes there today",
    "已联系部门，今天安排技师",
    "Customer told, new appointment agreed",
    "已告知客户并约定新的时间",
    "",
)


def notes_taken(
    past: Sequence[WorkOrder], *, now: datetime
) -> Iterator[EscalationAcknowledgedEvent]:
    """Yield what was noted of an order whose states so far are ``past``, oldest first."""
    newest = past[-1]
    ends = SERVICE_STATES[newest.state].ends
    if ends and newest.changed_at < now - timedelta(days=ENDED_DAYS):
        return  # nobody asks any more
    moments = (
        ServiceMoment(
            at=order.changed_at,
            state=order.state,
            priority=order.priority,
            level=order.service_level,
        )
        for order in past
    )
    policy = _policy()
    for alert in follow(moments, policy).alerts_until(policy, now):
        if alert.role is not None and (ends or alert.at < now - FRESH):
            after = timedelta(minutes=12 + newest.number % 40)
            yield EscalationAcknowledgedEvent(
                order_id=newest.id,
                alert_key=alert.key,
                role=alert.role,
                by=SUPERVISOR,
                at=min(alert.at + after, now),
                note=_NOTES[newest.number % len(_NOTES)],
            )


@lru_cache(maxsize=1)
def _policy() -> ServicePolicy:
    return builtin_policy()
