"""The dispatcher's board: open orders in light rows, and what may be done with them; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from agent_desk.domain.identifiers import (
    AgentId,
    CategoryId,
    CustomerId,
    DepartmentId,
    WorkOrderId,
)
from agent_desk.domain.ticket import Priority
from agent_desk.domain.work_order import WORK_ORDER_TABLE, WorkOrderState

_S = WorkOrderState


class BoardOrder(NamedTuple):
    """An open order as a card shows it.

    A tuple: a board makes ten thousand of them when it opens, and a dataclass is six times as dear.
    changed_at: since when it is in its state, aware UTC. city: of the customer, "" when unknown.
    """

    id: WorkOrderId
    number: int
    subject: str
    customer_id: CustomerId
    customer_name: str
    city: str
    category_id: CategoryId
    department_id: DepartmentId | None
    state: WorkOrderState
    priority: Priority
    owner: AgentId
    raised_at: datetime
    changed_at: datetime
    version: int
    field_work: bool
    hold_reason: str
    round: int

    @property
    def title(self) -> str:
        """Its name in a sentence."""
        return f"Work order {self.number}"


COLUMNS: tuple[WorkOrderState, ...] = (
    _S.PENDING_DISPATCH,
    _S.ASSIGNED,
    _S.ACCEPTED,
    _S.IN_PROGRESS,
    _S.REPORTED,
    _S.VERIFYING,
)
"""The columns of the board from left to right."""

_ELSEWHERE: Mapping[WorkOrderState, WorkOrderState] = MappingProxyType(
    {
        _S.ON_HOLD: _S.IN_PROGRESS,
        # Passed through; whoever looks at that very moment sees where the order goes.
        _S.DRAFT: _S.PENDING_DISPATCH,
        _S.DECLINED: _S.PENDING_DISPATCH,
    }
)


def column_of(state: WorkOrderState) -> WorkOrderState | None:
    """Return the column in which orders of ``state`` stand, None for those that are done."""
    if WORK_ORDER_TABLE.is_end(state):
        return None
    return _ELSEWHERE.get(state, state)


class Move(StrEnum):
    """What carrying a card into another column means."""

    ASSIGN = "ASSIGN"
    ACCEPT = "ACCEPT"
    START = "START"
    REPORT = "REPORT"
    RETURN = "RETURN"
    SEND_BACK = "SEND_BACK"
    REOPEN = "REOPEN"


_MOVES: Mapping[tuple[WorkOrderState, WorkOrderState], Move] = MappingProxyType(
    {
        (_S.PENDING_DISPATCH, _S.ASSIGNED): Move.ASSIGN,
        (_S.ASSIGNED, _S.ACCEPTED): Move.ACCEPT,
        (_S.ACCEPTED, _S.IN_PROGRESS): Move.START,
        (_S.IN_PROGRESS, _S.REPORTED): Move.REPORT,
        (_S.REPORTED, _S.VERIFYING): Move.RETURN,
        (_S.REPORTED, _S.IN_PROGRESS): Move.SEND_BACK,
        (_S.VERIFYING, _S.PENDING_DISPATCH): Move.REOPEN,
    }
)

DIRECT_MOVES: frozenset[Move] = frozenset({Move.ACCEPT, Move.START, Move.RETURN})
"""Moves that need nothing but the move."""

ASKING_MOVES: frozenset[Move] = frozenset({Move.ASSIGN, Move.SEND_BACK})
"""Moves for which the board asks something: a department, a reason. The others begin elsewhere."""


def move_between(order: BoardOrder, column: WorkOrderState) -> Move:
    """Return what carrying ``order`` into ``column`` means.

    Raises TransitionRefusedError for what the table of states does not have.
    """
    WORK_ORDER_TABLE.require(order.title, order.state, column)
    return _MOVES[order.state, column]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardClock:
    """The service clock of a card, as far as it is known without looking at the time.

    due_at: when the target is or was missed; warns_at: when it is warned of. Aware UTC, None
    while the clock is paused before that.
    """

    due_at: datetime | None
    warns_at: datetime | None


def urgency(order: BoardOrder, clock: CardClock | None) -> tuple[float, str, float, int]:
    """Return by what cards stand below each other: clock, then priority, then age."""
    due_at = clock.due_at if clock is not None else None
    due = due_at.timestamp() if due_at is not None else float("inf")
    return due, order.priority, order.raised_at.timestamp(), order.number
