"""What agents say about an order while others work on it: additions, reminders, consent; pure.

Any thread. A message changes nothing of the order itself, so that it disturbs nobody who is just
working on it; it is never changed or deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from agent_desk.domain.errors import OrderDoneError, TooOftenError, TooSoonError
from agent_desk.domain.identifiers import AgentId, InteractionId, MessageId, WorkOrderId
from agent_desk.domain.work_order import WorkOrder, WorkOrderState

_S = WorkOrderState

WORKED_ON = frozenset(
    {_S.PENDING_DISPATCH, _S.ASSIGNED, _S.ACCEPTED, _S.IN_PROGRESS, _S.ON_HOLD, _S.REPORTED}
)
"""States in which somebody has the order who can be told something."""


class MessageKind(StrEnum):
    """What a message is for."""

    INFORMATION = "INFORMATION"
    """Something that whoever works on it has to know."""
    REMINDER = "REMINDER"
    """The customer asks for it to be done soon."""
    CONSENT = "CONSENT"
    """The customer, or somebody for them, agreed that it is cancelled: text says who."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderMessage:
    """One message about an order.

    call: the record of the call in which it was said, None outside of one. ordinal: of its kind
    on this order, from 1. at: aware UTC.
    """

    id: MessageId
    order_id: WorkOrderId
    kind: MessageKind
    text: str
    at: datetime
    actor: AgentId
    call: InteractionId | None = None
    ordinal: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderLimits:
    """pause: least time between two reminders. most: reminders of one order."""

    pause: timedelta = timedelta(hours=24)
    most: int = 3


BUILT_IN_LIMITS = ReminderLimits()
"""What holds where nothing else is set."""


def require_worked_on(order: WorkOrder) -> None:
    """Raise OrderDoneError unless somebody has the order who can be told something."""
    if order.state not in WORKED_ON:
        raise OrderDoneError(subject=order.title, state=order.state)


def require_reminder(
    order: WorkOrder, messages: Sequence[OrderMessage], at: datetime, limits: ReminderLimits
) -> None:
    """Raise TooOftenError or TooSoonError unless the order may be hurried now."""
    require_worked_on(order)
    sent = [message for message in messages if message.kind is MessageKind.REMINDER]
    if len(sent) >= limits.most:
        raise TooOftenError(subject=order.title, most=limits.most)
    if sent:
        next_at = max(message.at for message in sent) + limits.pause
        if at < next_at:
            raise TooSoonError(subject=order.title, next_at=next_at.isoformat())


def unanswered(order: WorkOrder, messages: Sequence[OrderMessage]) -> Sequence[OrderMessage]:
    """Return what came after the order's last step: whoever has it has not reacted yet."""
    told = (MessageKind.INFORMATION, MessageKind.REMINDER)
    return [m for m in messages if m.kind in told and m.at >= order.changed_at]
