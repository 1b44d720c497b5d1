"""The service policy of a house that has imported none: every hour counts, day and night; pure.

Without calendars nobody knows whose nights and holidays are free, so the targets leave room for
them: what is not urgent survives a weekend.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from agent_desk.domain.rights import Role
from agent_desk.domain.service_target import (
    Mark,
    ServicePolicy,
    ServiceStep,
    ServiceTarget,
    marks_of,
)
from agent_desk.domain.ticket import Priority
from agent_desk.domain.working_calendar import CalendarId, Shift, WorkingCalendar

_S = ServiceStep

Calendars = Mapping[CalendarId, WorkingCalendar]
NO_CALENDARS: Calendars = MappingProxyType({})

BUILTIN_HOURS: Mapping[ServiceStep, tuple[float, float, float, float]] = MappingProxyType(
    {
        _S.DISPATCH: (0.5, 4, 24, 72),
        _S.ACCEPT: (1, 8, 24, 72),
        _S.ARRIVE: (4, 24, 72, 168),
        _S.REPORT: (8, 48, 120, 240),
        _S.REVIEW: (4, 24, 72, 120),
        _S.VERIFY: (4, 24, 72, 120),
    }
)
"""Hours within which each step is to be taken, at P1 to P4."""


def builtin_policy(calendars: Calendars = NO_CALENDARS) -> ServicePolicy:
    """Return it; a supervisor is told of what is missed, of dispatch the dispatcher first.

    calendars: by which departments and dealers work that have hours of their own already.
    """
    targets = [
        ServiceTarget(
            step=step, priority=priority, within=timedelta(hours=within), marks=_marks(step)
        )
        for step, hours in BUILTIN_HOURS.items()
        for priority, within in zip(Priority, hours, strict=True)
    ]
    return ServicePolicy(targets=targets, house=_always(), calendars=calendars)


def _marks(step: ServiceStep) -> tuple[Mark, ...]:
    if step is _S.DISPATCH:
        return marks_of([(100, Role.DISPATCHER), (150, Role.SUPERVISOR)])
    return marks_of([(100, Role.SUPERVISOR)])


def _always() -> WorkingCalendar:
    from zoneinfo import ZoneInfo  # read with the first calendar: start-up does not need it

    day_and_night = (Shift(0, 24 * 60),)
    return WorkingCalendar(id=CalendarId("always"), zone=ZoneInfo("UTC"), week=[day_and_night] * 7)
