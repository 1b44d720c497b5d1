"""Agents: states, reason codes and the table of what may follow what; pure, any thread.

Source: ECMA-269 s. 6.1.3.2 (agent states); `docs/glossary.md` has the words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from agent_desk.domain.errors import AgentStateError
from agent_desk.domain.identifiers import AgentId, QueueId


class AgentState(StrEnum):
    """What an agent is doing."""

    LOGGED_OFF = "LOGGED_OFF"
    NOT_READY = "NOT_READY"
    READY = "READY"
    BUSY = "BUSY"
    WORKING_AFTER_CALL = "WORKING_AFTER_CALL"


class BusyKind(StrEnum):
    """What kind of call keeps a BUSY agent."""

    ACD = "ACD"
    INBOUND = "INBOUND"
    OUTBOUND = "OUTBOUND"
    INTERNAL = "INTERNAL"


class NotReadyReason(StrEnum):
    """Why an agent takes no calls."""

    NONE = "NONE"
    LOGGED_ON = "LOGGED_ON"
    NO_ANSWER = "NO_ANSWER"
    BREAK = "BREAK"
    LUNCH = "LUNCH"
    TRAINING = "TRAINING"
    MEETING = "MEETING"
    BACK_OFFICE = "BACK_OFFICE"
    TECHNICAL = "TECHNICAL"


CHOSEN_REASONS: tuple[NotReadyReason, ...] = (
    NotReadyReason.BREAK,
    NotReadyReason.LUNCH,
    NotReadyReason.TRAINING,
    NotReadyReason.MEETING,
    NotReadyReason.BACK_OFFICE,
    NotReadyReason.TECHNICAL,
)
"""The reasons that an agent may choose; the others are set by the switch."""

_TARGETS: Mapping[AgentState, frozenset[AgentState]] = MappingProxyType(
    {
        AgentState.LOGGED_OFF: frozenset({AgentState.NOT_READY}),
        AgentState.NOT_READY: frozenset(
            {AgentState.READY, AgentState.NOT_READY, AgentState.LOGGED_OFF, AgentState.BUSY}
        ),
        AgentState.READY: frozenset({AgentState.NOT_READY, AgentState.LOGGED_OFF, AgentState.BUSY}),
        AgentState.BUSY: frozenset(
            {AgentState.WORKING_AFTER_CALL, AgentState.READY, AgentState.NOT_READY}
        ),
        AgentState.WORKING_AFTER_CALL: frozenset(
            {
                AgentState.READY,
                AgentState.NOT_READY,
                AgentState.LOGGED_OFF,
                AgentState.BUSY,
                AgentState.WORKING_AFTER_CALL,
            }
        ),
    }
)

REQUESTABLE: Mapping[AgentState, frozenset[AgentState]] = MappingProxyType(
    {
        AgentState.LOGGED_OFF: frozenset({AgentState.NOT_READY}),
        AgentState.NOT_READY: frozenset(
            {AgentState.READY, AgentState.NOT_READY, AgentState.LOGGED_OFF}
        ),
        AgentState.READY: frozenset({AgentState.NOT_READY, AgentState.LOGGED_OFF}),
        AgentState.BUSY: frozenset({AgentState.READY, AgentState.NOT_READY}),
        AgentState.WORKING_AFTER_CALL: frozenset(
            {
                AgentState.READY,
                AgentState.NOT_READY,
                AgentState.LOGGED_OFF,
                AgentState.WORKING_AFTER_CALL,
            }
        ),
    }
)
"""What the agent may ask for in each state; during BUSY the wish is pending until the call ends.

WORKING_AFTER_CALL asked for once more renews its time limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentStatus:
    """Where an agent stands.

    state, reason, busy_kind: now. since: beginning of that, aware UTC. pending, pending_reason:
    the change asked for during a call, None when none. wrap_up_until: end of after-call work,
    None when it has no limit or is not going on.
    """

    agent_id: AgentId
    state: AgentState
    since: datetime
    reason: NotReadyReason = NotReadyReason.NONE
    busy_kind: BusyKind | None = None
    pending: AgentState | None = None
    pending_reason: NotReadyReason = NotReadyReason.NONE
    wrap_up_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentStateChangedEvent:
    """The switch says that an agent's status changed (CSTA AgentReady, AgentNotReady, ...)."""

    at: datetime
    status: AgentStatus
    queue_id: QueueId | None = None


def can_become(state: AgentState, target: AgentState) -> bool:
    """Return whether the switch may move an agent from ``state`` to ``target``."""
    return target in _TARGETS[state]


def require_requestable(state: AgentState, target: AgentState) -> None:
    """Raise AgentStateError unless an agent who is ``state`` may ask for ``target``."""
    if target in REQUESTABLE[state]:
        return
    allowed = ", ".join(sorted(REQUESTABLE[state]))
    raise AgentStateError(state=state.value, target=target.value, allowed=allowed)
