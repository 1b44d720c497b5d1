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
from agent_desk.domain.service_clock import Deadline
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

_COLUMNS_OF: Mapping[WorkOrderState, WorkOrderState] = MappingProxyType(
    {
        **{column: column for column in COLUMNS},
        _S.ON_HOLD: _S.IN_PROGRESS,
        # Passed through; whoever looks at that very moment sees where the order goes.
        _S.DRAFT: _S.PENDING_DISPATCH,
        _S.DECLINED: _S.PENDING_DISPATCH,
    }
)


def column_of(state: WorkOrderState) -> WorkOrderState | None:
    """Return the column in which orders of ``state`` stand, None for those that are done."""
    return _COLUMNS_OF.get(state)


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
    """The service clock of a card.

    due_at: when the target is or was missed, aware UTC, None while the clock is paused before
    that; worked out once, since the way over the calendar is long.
    """

    deadline: Deadline
    due_at: datetime | None


Urgency = tuple[float, int, float, int]
"""By what cards stand below each other: clock, then priority, then age; numbers, to sort fast."""

_NEVER = float("inf")
_RANKS: Mapping[Priority, int] = MappingProxyType({p: rank for rank, p in enumerate(Priority)})


def urgency(order: BoardOrder, clock: CardClock | None) -> Urgency:
    """Return how urgent a card is, the smallest first; no two cards have the same."""
    due = _NEVER
    if clock is not None and clock.due_at is not None:
        due = clock.due_at.timestamp()
    return due, _RANKS[order.priority], order.raised_at.timestamp(), order.number
