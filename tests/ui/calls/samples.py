"""Calls, queues and a clock as the panels' tests use them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from agent_desk.domain.acd import QueueStatus
from agent_desk.domain.agent import AgentState, AgentStatus
from agent_desk.domain.call import Call, CallDirection, LocalConnectionState
from agent_desk.domain.identifiers import (
    AgentId,
    CallId,
    DeviceId,
    QueueId,
    parse_dial_string,
)

BEGIN = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
TECHNICAL = QueueId("technical")


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = BEGIN

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


def validate(text: str) -> str:
    return parse_dial_string(text, region="CN")


def a_call(
    call_id: str = "c1",
    state: LocalConnectionState = LocalConnectionState.CONNECTED,
    *,
    answered: bool = True,
    ago: float = 60,
    remote: str = "+8613800138000",
    consults: str | None = None,
) -> Call:
    since = BEGIN - timedelta(seconds=ago)
    return Call(
        call_id=CallId(call_id),
        device=DeviceId("8001"),
        direction=CallDirection.INBOUND,
        state=state,
        remote=remote,
        queue_id=TECHNICAL,
        parties=(DeviceId(remote),),
        began_at=since,
        state_since=since,
        answered_at=since if answered else None,
        consults=CallId(consults) if consults else None,
    )


def ringing(call_id: str = "c1") -> Call:
    call = a_call(call_id, LocalConnectionState.ALERTING, answered=False, ago=5)
    return replace(call, reason="Router offline", queue_wait_seconds=35.0)


def consultation() -> tuple[Call, Call]:
    held = a_call("c1", LocalConnectionState.HOLD, ago=30)
    asked = a_call("c2", ago=10, remote="8012", consults="c1")
    return held, replace(asked, direction=CallDirection.INTERNAL, queue_id=None)


def a_queue(queue_id: str = "technical", **figures: int | float) -> QueueStatus:
    status = QueueStatus(queue_id=QueueId(queue_id), name="Technical", name_zh="技术支持")
    return replace(status, **figures)  # type: ignore[arg-type]


def a_status(state: AgentState, **fields: object) -> AgentStatus:
    status = AgentStatus(agent_id=AgentId("a1"), state=state, since=BEGIN - timedelta(seconds=167))
    return replace(status, **fields)  # type: ignore[arg-type]
