"""What becomes of a complaint when it is logged: whom it is about, and who owns it.

Runs on the thread of the unit of work.
"""

from __future__ import annotations

from agent_desk.domain.complaint import SUPERVISORS, Complaint, ComplaintForm, promised_at
from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.rights import Role
from agent_desk.domain.ticket import Ticket
from agent_desk.domain.working_calendar import WorkingCalendar
from agent_desk.services.case_log import CaseLog
from agent_desk.services.stored_service_log import stored_policy


def new_complaint(log: CaseLog, form: ComplaintForm) -> Complaint:
    """Return the complaint that ``form`` tells of; a login or a name finds who it is about."""
    about = form.about.strip()
    return Complaint(
        severity=form.severity,
        about=about,
        promised_at=promised_at(form, log.now, _house(log)),
        about_login=_person_called(log, about),
    )


def complaint_owner(log: CaseLog, complaint: Complaint) -> AgentId:
    """Return who owns it: whoever logs it, or a supervisor when it is about themselves."""
    if complaint.about_login != log.actor:
        return log.actor
    others = sorted(
        person.login
        for person in log.uow.people.all()
        if Role.SUPERVISOR in person.roles
        and person.disabled_at is None
        and person.login != log.actor
    )
    return others[0] if others else SUPERVISORS


def is_about(ticket: Ticket, login: AgentId) -> bool:
    """Return whether ``ticket`` is a complaint about ``login``."""
    return ticket.complaint is not None and ticket.complaint.about_login == login


def _house(log: CaseLog) -> WorkingCalendar:
    """Return the hours in which the house answers: those of its service policy."""
    return stored_policy(log.uow.service_records.book(), log.uow.calendars.all()).house


def _person_called(log: CaseLog, about: str) -> AgentId | None:
    """Return the login that ``about`` is, or whose name it is; None for anything else."""
    wanted = about.casefold()
    if wanted == log.actor.casefold():
        return log.actor
    for person in log.uow.people.all():
        if wanted in (person.login.casefold(), person.name.casefold()):
            return person.login
    # At desks without sign-in people are known by the desk where they sat.
    return AgentId(about) if about in log.uow.people.names([about]) else None
