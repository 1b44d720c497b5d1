"""Complaints: tickets with a severity, somebody complained about and a promised answer; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from agent_desk.domain.errors import ComplainedAboutError, InputError
from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.working_calendar import WorkingCalendar

MAX_ABOUT = 200
"""Longest text on whom or what a complaint is about, in characters."""

SUPERVISORS = AgentId("supervisor")
"""Who owns a complaint about its own agent where nobody is known to be a supervisor."""


class TicketKind(StrEnum):
    """What a ticket is."""

    TICKET = "TICKET"
    COMPLAINT = "COMPLAINT"


class Severity(StrEnum):
    """How grave a complaint is."""

    CRITICAL = "CRITICAL"
    HIGH = "HIGH"
    NORMAL = "NORMAL"
    LOW = "LOW"


ANSWER_WITHIN: Mapping[Severity, timedelta] = MappingProxyType(
    {
        Severity.CRITICAL: timedelta(hours=4),
        Severity.HIGH: timedelta(days=1),
        Severity.NORMAL: timedelta(days=3),
        Severity.LOW: timedelta(days=7),
    }
)
"""Within which working time an answer is promised, unless until when is; days are working days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What makes a ticket a complaint.

    about: whom or what it is about, as the customer says it. about_login: the person of the house
    who that is, None where nobody is. promised_at, answered_at: when an answer is due, and when it
    was given; aware UTC. settled_by: who resolved or closed it, never whom it is about.
    """

    severity: Severity
    about: str
    promised_at: datetime
    about_login: AgentId | None = None
    answered_at: datetime | None = None
    settled_by: AgentId | None = None

    def is_overdue(self, now: datetime) -> bool:
        """Return whether the promised answer has not been given in time."""
        return self.answered_at is None and self.promised_at <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintForm:
    """What is typed about a complaint. promised_at: None for the severity's usual time."""

    severity: Severity = Severity.NORMAL
    about: str = ""
    promised_at: datetime | None = None


def promised_at(form: ComplaintForm, opened_at: datetime, house: WorkingCalendar) -> datetime:
    """Return when an answer to ``form`` is due, by the hours in which the ``house`` answers."""
    if form.promised_at is not None:
        return form.promised_at
    within = ANSWER_WITHIN[form.severity]
    if within.days:
        return house.days_after(opened_at, within.days)
    return house.after(opened_at, within)


def require_complaint(form: ComplaintForm) -> None:
    """Raise InputError for the first field that is missing or too long."""
    about = form.about.strip()
    if not about or len(about) > MAX_ABOUT:
        accepted = f"1 to {MAX_ABOUT} characters"
        raise InputError(field="complaint_about", value=about[:40], accepted=accepted)


def require_bystander(complaint: Complaint | None, actor: AgentId, subject: str) -> None:
    """Raise ComplainedAboutError when ``actor`` is the one whom the complaint is about."""
    if complaint is not None and complaint.about_login == actor:
        raise ComplainedAboutError(subject=subject, actor=actor)
