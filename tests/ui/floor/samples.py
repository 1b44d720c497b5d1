"""A floor with one of everything; every time is the database's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from agent_desk.domain.acd import QueueStatus
from agent_desk.domain.agent import AgentState, BusyKind, NotReadyReason
from agent_desk.domain.call import CallDirection, LocalConnectionState
from agent_desk.domain.identifiers import AgentId, CallId, DeskId, QueueId
from agent_desk.domain.presence import DeskPresence, DeskReport, Floor, PresentCall

AT = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)
OWN = DeskId("desk-own")

SUPPORT = QueueStatus(
    queue_id=QueueId("support"),
    name="Technical support",
    name_zh="技术支持",
    waiting=3,
    longest_wait_seconds=71.0,
    offered=120,
    answered=110,
    answered_in_target=97,
)
BILLING = QueueStatus(
    queue_id=QueueId("billing"),
    name="Billing",
    name_zh="账务",
    offered=80,
    answered=78,
    answered_in_target=75,
)


def call(number: int = 1, **fields: Any) -> PresentCall:
    values: dict[str, Any] = {
        "call_id": CallId(f"c-{number}"),
        "direction": CallDirection.INBOUND,
        "state": LocalConnectionState.CONNECTED,
        "queue_id": SUPPORT.queue_id,
        "seconds": 100.0,
        **fields,
    }
    return PresentCall(**values)


def desk(name: str, state: AgentState, seconds: float = 60.0, **fields: Any) -> DeskPresence:
    """Return a desk of ``name`` that has just reported."""
    gone = bool(fields.pop("gone", False))
    key = fields.pop("desk_id", f"desk-{name}")
    report = DeskReport(
        desk_id=DeskId(key),
        agent_id=AgentId(fields.pop("agent_id", name.split()[0].lower())),
        agent_name=name,
        state=state,
        state_seconds=seconds,
        **fields,
    )
    silent = timedelta(minutes=3) if gone else timedelta()
    return DeskPresence(report=report, reported_at=AT, heartbeat_at=AT - silent, gone=gone)


def full_floor() -> Floor:
    """Return a floor with every state, long names, and somebody who is gone."""
    s = AgentState
    return Floor(
        at=AT,
        queues=(BILLING, SUPPORT),
        desks=(
            desk(
                "Anna Wang-Fanghänel of the long double name",
                s.BUSY,
                134,
                busy_kind=BusyKind.ACD,
                calls=(call(1, seconds=134),),
                queues=(SUPPORT,),
            ),
            desk("Chen Jing 陈静", s.NOT_READY, 1260, reason=NotReadyReason.LUNCH),
            desk("Li Ming 李明", s.READY, 42, desk_id=OWN, queues=(SUPPORT, BILLING)),
            desk(
                "Liu Wei 刘伟",
                s.BUSY,
                9,
                busy_kind=BusyKind.ACD,
                calls=(
                    call(2, state=LocalConnectionState.ALERTING, queue_id="billing", seconds=9),
                    call(3, state=LocalConnectionState.HOLD, seconds=420),
                ),
                queues=(BILLING,),
            ),
            desk("Ma Li 马丽", s.BUSY, 300, gone=True, calls=(call(4),)),
            desk("Peter Schmidt", s.WORKING_AFTER_CALL, 18, queues=(BILLING,)),
            desk("Sun Tao 孙涛", s.NOT_READY, 75, reason=NotReadyReason.NO_ANSWER),
            desk(
                "Wu Min 吴敏",
                s.BUSY,
                4010,
                busy_kind=BusyKind.OUTBOUND,
                calls=(call(5, direction=CallDirection.OUTBOUND, queue_id=None, seconds=4010),),
            ),
            desk("Zhao Lei 赵磊", s.LOGGED_OFF, 7300),
        ),
    )
