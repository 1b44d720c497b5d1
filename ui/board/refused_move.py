"""Why a card cannot be carried to where somebody wants it; pure, main thread."""

from __future__ import annotations

from collections.abc import Callable

from agent_desk.domain.board import ASKING_MOVES, DIRECT_MOVES, BoardOrder, Move, move_between
from agent_desk.domain.errors import TransitionRefusedError
from agent_desk.domain.rights import ORDER_STEPS, Right
from agent_desk.domain.work_order import WorkOrderState
from ui.language import tr

MayTake = Callable[[WorkOrderState, WorkOrderState], bool]

_ELSEWHERE = {Move.REPORT: "board.needs_report", Move.REOPEN: "board.needs_call"}


def move_or_refusal(
    order: BoardOrder, column: WorkOrderState, may_take: MayTake
) -> tuple[Move | None, str]:
    """Return what carrying ``order`` to ``column`` means, or None and why it is not possible."""
    state = tr(f"work_order_state.{order.state}")
    target = tr(f"work_order_state.{column}")
    try:
        move = move_between(order, column)
    except TransitionRefusedError:
        if column is WorkOrderState.ASSIGNED:
            return None, tr("board.not_waiting", number=order.number, state=state)
        return None, tr("board.no_way", number=order.number, state=state, target=target)
    if move in _ELSEWHERE:
        return None, tr(_ELSEWHERE[move], number=order.number)
    if not may_take(order.state, column):
        who = _whose(order.state, column)
        return None, tr("board.no_right", number=order.number, target=target, who=who)
    assert move in DIRECT_MOVES | ASKING_MOVES
    return move, ""


def assigning_refusal(order: BoardOrder, may_take: MayTake) -> str:
    """Return why ``order`` cannot be assigned, "" when it can."""
    return move_or_refusal(order, WorkOrderState.ASSIGNED, may_take)[1]


def _whose(state: WorkOrderState, target: WorkOrderState) -> str:
    """Return in words who takes a step."""
    rights = ORDER_STEPS[state, target]
    if Right.WORK_ON_ORDERS in rights:
        return tr("board.by_department")
    return tr("board.by_reviewer" if Right.REVIEW_REPORTS in rights else "board.by_agent")
