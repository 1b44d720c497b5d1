"""The answer to "where is my order?": all that is told about one order at a glance; pure.

Any thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from agent_desk.domain.errors import RefusalError
from agent_desk.domain.order_message import (
    BUILT_IN_LIMITS,
    WORKED_ON,
    MessageKind,
    OrderMessage,
    ReminderLimits,
    require_reminder,
)
from agent_desk.domain.work_order import WORK_ORDER_TABLE, WorkOrderLine, WorkOrderState

_S = WorkOrderState


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAnswer:
    """Where an order is, with whom, and what is next.

    due_at: by when the next step is promised, None when nothing promises it. messages: what was
    said about it, oldest first. limits: of its reminders.
    """

    line: WorkOrderLine
    messages: Sequence[OrderMessage] = ()
    due_at: datetime | None = None
    limits: ReminderLimits = BUILT_IN_LIMITS

    @property
    def state(self) -> WorkOrderState:
        """Where it stands."""
        return self.line.order.state

    @property
    def reminders(self) -> Sequence[OrderMessage]:
        """The reminders that were sent, oldest first."""
        return [m for m in self.messages if m.kind is MessageKind.REMINDER]

    @property
    def can_be_told(self) -> bool:
        """Whether somebody works on it who can be told something."""
        return self.state in WORKED_ON

    @property
    def can_be_cancelled(self) -> bool:
        """Whether it can still be withdrawn."""
        return _S.CANCELLED in WORK_ORDER_TABLE.targets(self.state)

    def refusal_to_hurry(self, at: datetime) -> RefusalError | None:
        """Return why it cannot be hurried at ``at``, None when it can."""
        try:
            require_reminder(self.line.order, self.messages, at, self.limits)
        except RefusalError as refusal:
            return refusal
        return None
