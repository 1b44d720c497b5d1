"""Interactions: the record that stays of one call at this desk; pure, any thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from agent_desk.domain.call import CallDirection
from agent_desk.domain.identifiers import (
    AgentId,
    CallId,
    CustomerId,
    InteractionId,
    QueueId,
    TicketId,
)


class InteractionOutcome(StrEnum):
    """How the call went on the wire, as the events tell it; DESK_LOST: the desk died in it."""

    RINGING = "RINGING"
    TALKING = "TALKING"
    ANSWERED = "ANSWERED"
    MISSED = "MISSED"
    ABANDONED = "ABANDONED"
    DIVERTED = "DIVERTED"
    TRANSFERRED = "TRANSFERRED"
    FAILED = "FAILED"
    DESK_LOST = "DESK_LOST"


class Disposition(StrEnum):
    """What the agent says came of the call, chosen in after-call work."""

    RESOLVED = "RESOLVED"
    FOLLOW_UP = "FOLLOW_UP"
    WORK_ORDER = "WORK_ORDER"
    INFORMATION = "INFORMATION"
    TRANSFERRED = "TRANSFERRED"
    COMPLAINT = "COMPLAINT"
    WRONG_NUMBER = "WRONG_NUMBER"
    CALL_DROPPED = "CALL_DROPPED"
    NOT_REACHED = "NOT_REACHED"
    VERIFIED = "VERIFIED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One call at this desk.

    number: the far side, E.164 when it parses. reason: the caller's menu choice.
    answered_at, ended_at, wrap_up_ended_at: aware UTC, None when not (yet).
    queue_wait_seconds, held_seconds: as the switch reported. transferred: it was sent on.
    ticket_id: the ticket that it opened or joined. note: the agent's words.
    """

    id: InteractionId
    call_id: CallId
    agent_id: AgentId
    direction: CallDirection
    number: str
    began_at: datetime
    outcome: InteractionOutcome = InteractionOutcome.RINGING
    customer_id: CustomerId | None = None
    queue_id: QueueId | None = None
    queue_wait_seconds: float = 0.0
    reason: str = ""
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    wrap_up_ended_at: datetime | None = None
    held_seconds: float = 0.0
    transferred: bool = False
    disposition: Disposition | None = None
    ticket_id: TicketId | None = None
    note: str = ""

    @property
    def talk_seconds(self) -> float | None:
        """Seconds from answer to end, holds included; None while it was not answered or ended.

        Never below 0, whatever was done to the clock between the two.
        """
        if self.answered_at is None or self.ended_at is None:
            return None
        return max(0.0, (self.ended_at - self.answered_at).total_seconds())
