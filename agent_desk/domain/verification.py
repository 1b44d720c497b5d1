"""The closing gate: what proves that the customer has what was promised; pure, any thread.

An order closes on an answered call in which the customer confirmed, or, when nobody can be
reached, by a supervisor after attempts on several days. The database asks the same by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from agent_desk.domain.errors import ClosingGateError, InputError
from agent_desk.domain.identifiers import AgentId, InteractionId, WorkOrderId

DAYS_OF_ATTEMPTS = 3
"""Different days on which the customer was called in vain before a supervisor may close."""

MOST_SATISFIED = 5
"""Satisfaction goes from 1 to this."""

_MOST_OFFSET = timedelta(hours=14)
"""The furthest that a calendar is ahead of or behind UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationAttempt:
    """A verification call that did not reach the customer.

    round: of the order, from 1. call: its record; one call is one attempt. day: of the calendar
    where the desk stands. at: aware UTC. note: what happened, such as "engaged".
    """

    order_id: WorkOrderId
    round: int
    call: InteractionId
    day: date
    at: datetime
    actor: AgentId
    note: str = ""


def require_attempt_day(day: date, at: datetime) -> None:
    """Raise InputError unless it is ``day`` somewhere on earth at the moment ``at``."""
    earliest, latest = (at - _MOST_OFFSET).date(), (at + _MOST_OFFSET).date()
    if not earliest <= day <= latest:
        accepted = f"the day of the call, {earliest.isoformat()} to {latest.isoformat()}"
        raise InputError(field="day", value=day.isoformat(), accepted=accepted)


def require_satisfaction(score: int | None) -> None:
    """Raise InputError unless the score is one of the scale, or was not asked for."""
    if score is not None and not 1 <= score <= MOST_SATISFIED:
        accepted = f"a whole number from 1 to {MOST_SATISFIED}"
        raise InputError(field="satisfaction", value=str(score), accepted=accepted)


def days_of(attempts: Iterable[VerificationAttempt], *, round: int) -> int:
    """Return on how many different days of this round the customer was called in vain."""
    return len({attempt.day for attempt in attempts if attempt.round == round})


def require_override(subject: str, days: int) -> None:
    """Raise ClosingGateError, naming ``subject``, before enough days of attempts."""
    if days < DAYS_OF_ATTEMPTS:
        missing = (
            f"the customer was called in vain on {days} days, "
            f"a supervisor may close it after {DAYS_OF_ATTEMPTS}"
        )
        raise ClosingGateError(subject=subject, missing=missing)
