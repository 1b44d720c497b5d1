"""What the floor shows of each desk, which of them, and in which order; pure, main thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from agent_desk.domain.acd import QueueStatus
from agent_desk.domain.agent import AgentState, NotReadyReason
from agent_desk.domain.call import CallDirection, LocalConnectionState
from agent_desk.domain.identifiers import QueueId
from agent_desk.domain.presence import DeskPresence, Floor, PresentCall
from ui.language import in_current_language, tr
from ui.widgets.pill import PillKind

GONE: Final = "GONE"
"""Beside the agent's states: the desk was lost."""

STATES: Final = (
    AgentState.READY.value,
    AgentState.BUSY.value,
    AgentState.WORKING_AFTER_CALL.value,
    AgentState.NOT_READY.value,
    AgentState.LOGGED_OFF.value,
    GONE,
)
"""States in the order in which a supervisor looks at them."""

STATE_KINDS: Final[Mapping[str, PillKind]] = MappingProxyType(
    {
        AgentState.READY.value: "success",
        AgentState.BUSY.value: "accent",
        AgentState.WORKING_AFTER_CALL.value: "info",
        AgentState.NOT_READY.value: "warning",
        AgentState.LOGGED_OFF.value: "neutral",
        GONE: "neutral",
    }
)

_IN_FRONT: Final = (
    LocalConnectionState.CONNECTED,
    LocalConnectionState.ALERTING,
    LocalConnectionState.INITIATED,
    LocalConnectionState.QUEUED,
    LocalConnectionState.HOLD,
    LocalConnectionState.FAIL,
)
"""Which of several calls an agent is busy with."""


class FloorOrder(StrEnum):
    """How the floor is sorted."""

    NAME = "name"
    STATE = "state"
    LONGEST = "longest"
    CALL = "call"


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorRow:
    """One desk on the screen; all times are the database's, aware UTC.

    state: one of STATES. since: beginning of the state, or the last sign of life of a lost desk.
    call_since: None without a call. queues: those that the desk serves.
    """

    desk_id: str
    name: str
    agent_id: str
    state: str
    since: datetime
    reason: NotReadyReason = NotReadyReason.NONE
    call: PresentCall | None = None
    call_since: datetime | None = None
    call_count: int = 0
    queue: QueueStatus | None = None
    queues: frozenset[QueueId] = frozenset()

    @property
    def is_gone(self) -> bool:
        """Whether the desk was lost."""
        return self.state == GONE

    @property
    def kind(self) -> PillKind:
        """The colour of the state."""
        return STATE_KINDS[self.state]

    @property
    def state_text(self) -> str:
        """The state in the current language."""
        return state_text(self.state)

    @property
    def call_text(self) -> str:
        """Which queue the call came through, else what kind of call it is; ``""`` without."""
        if self.call is None:
            return ""
        text = tr(f"call_direction.{self.call.direction}")
        if self.queue is not None:
            text = in_current_language(self.queue.name, self.queue.name_zh)
        elif self.call.queue_id is not None and self.call.direction is CallDirection.INBOUND:
            text = self.call.queue_id
        return tr("floor.several", text=text, number=self.call_count) if self.is_joined else text

    @property
    def is_joined(self) -> bool:
        """Whether there is more than one call."""
        return self.call_count > 1


def state_text(state: str) -> str:
    """Return one of STATES in the current language."""
    return tr("floor.gone") if state == GONE else tr(f"agent_state.{state}")


def rows_of(floor: Floor) -> list[FloorRow]:
    """Return a row for each desk, in the floor's order."""
    queues = {queue.queue_id: queue for queue in floor.queues}
    return [_row(desk, queues) for desk in floor.desks]


def arranged(
    rows: Iterable[FloorRow], *, state: str = "", queue: str = "", order: FloorOrder
) -> list[FloorRow]:
    """Return the rows in ``state`` and of ``queue``, ``""`` for all of them, in ``order``.

    Of a queue are those who serve it or have a call of it. Equal ones stay in their order.
    """
    shown = [
        row
        for row in rows
        if (not state or row.state == state) and (not queue or _is_of(row, queue))
    ]
    shown.sort(key=_KEYS[order])
    return shown


def counts(rows: Iterable[FloorRow]) -> Mapping[str, int]:
    """Return how many desks are in each of STATES."""
    found = dict.fromkeys(STATES, 0)
    for row in rows:
        found[row.state] += 1
    return found


def _row(desk: DeskPresence, queues: Mapping[QueueId, QueueStatus]) -> FloorRow:
    report = desk.report
    # Calls of a lost desk are over, or soon will be: nobody knows.
    calls = () if desk.gone else report.calls
    call = min(calls, key=_in_front) if calls else None
    return FloorRow(
        desk_id=report.desk_id,
        name=report.agent_name,
        agent_id=report.agent_id,
        state=GONE if desk.gone else report.state.value,
        since=desk.heartbeat_at if desk.gone else desk.state_since,
        reason=NotReadyReason.NONE if desk.gone else report.reason,
        call=call,
        call_since=None if call is None else desk.call_since(call),
        call_count=len(calls),
        queue=queues.get(call.queue_id) if call is not None and call.queue_id else None,
        queues=frozenset(queue.queue_id for queue in report.queues),
    )


def _in_front(call: PresentCall) -> int:
    return _IN_FRONT.index(call.state) if call.state in _IN_FRONT else len(_IN_FRONT)


def _is_of(row: FloorRow, queue: str) -> bool:
    return queue in row.queues or (row.call is not None and row.call.queue_id == queue)


def _by_call(row: FloorRow) -> tuple[bool, float]:
    began = row.call_since
    return began is None, began.timestamp() if began is not None else 0.0


_KEYS: Final[Mapping[FloorOrder, Callable[[FloorRow], Any]]] = MappingProxyType(
    {
        FloorOrder.NAME: lambda row: (row.name.casefold(), row.desk_id),
        FloorOrder.STATE: lambda row: (STATES.index(row.state), row.since, row.name.casefold()),
        FloorOrder.LONGEST: lambda row: (row.is_gone, row.since, row.name.casefold()),
        FloorOrder.CALL: lambda row: (*_by_call(row), row.name.casefold()),
    }
)
