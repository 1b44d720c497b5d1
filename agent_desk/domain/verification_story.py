"""What an agent has to know before asking a customer whether it is solved; pure, any thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from agent_desk.domain.event_log import LoggedEvent
from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.order_message import OrderMessage
from agent_desk.domain.ticket import Ticket
from agent_desk.domain.verification import DAYS_OF_ATTEMPTS, VerificationAttempt, days_of
from agent_desk.domain.work_order import WorkOrder, WorkOrderLine

REOPENED = "OrderReopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerRound:
    """A round that did not satisfy the customer: when they said so, and what was still wrong."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationStory:
    """The whole story of an order that came back.

    first_call: in which the ticket was opened, None when it was opened outside of one. attempts:
    calls in vain, of all rounds. due_at: when the customer is to be called, aware UTC; open_at:
    from when on others may, if the owner is at no desk; None when no call waits. handed_to: who
    is to call, None for nobody yet. names: what people call the logins that occur.
    """

    line: WorkOrderLine
    ticket: Ticket
    first_call: Interaction | None = None
    rounds: Sequence[FormerRound] = ()
    attempts: Sequence[VerificationAttempt] = ()
    messages: Sequence[OrderMessage] = ()
    due_at: datetime | None = None
    open_at: datetime | None = None
    handed_to: AgentId | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def order(self) -> WorkOrder:
        """The order as it came back."""
        return self.line.order

    @property
    def days_in_vain(self) -> Sequence[date]:
        """The days of this round on which the customer was called in vain, in their order."""
        this_round = (a.day for a in self.attempts if a.round == self.order.round)
        return sorted(set(this_round))

    @property
    def is_unreached(self) -> bool:
        """Whether a supervisor may close it by now."""
        return days_of(self.attempts, round=self.order.round) >= DAYS_OF_ATTEMPTS

    def name_of(self, login: str) -> str:
        """Return what people call ``login``."""
        return self.names.get(login, login)


def former_rounds(events: Iterable[LoggedEvent]) -> Sequence[FormerRound]:
    """Return the rounds that ended in a reopening, by one order's ``events``, oldest first."""
    return [
        FormerRound(at=event.at, reason=str(event.payload.get("reason", "")))
        for event in events
        if event.kind == REOPENED
    ]
