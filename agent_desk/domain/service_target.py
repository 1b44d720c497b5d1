"""Service targets of work orders: how long a step may take, and who is told when; pure, any thread.

Which state runs which clock is the table SERVICE_STATES.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from agent_desk.domain.errors import InputError
from agent_desk.domain.rights import Role
from agent_desk.domain.ticket import Priority
from agent_desk.domain.working_calendar import CalendarId, WorkingCalendar

WARN_PERCENT = 80
"""Share of the target at which boards warn, unless the policy says otherwise."""

BREACH_PERCENT = 100
"""Share of the target at which it is missed."""

MAX_PERCENT = 1000
"""Latest escalation: ten times the target."""

MAX_WITHIN = timedelta(days=366)
"""Longest target, in working time."""


TOLD_ROLES: tuple[Role, ...] = tuple(role for role in Role if role is not Role.AUDITOR)
"""Whom a policy may tell: an auditor leaves no trace, and so takes note of nothing."""


class ServiceStep(StrEnum):
    """What a target is set for: one way through the loop, from one party to the next."""

    DISPATCH = "DISPATCH"
    """Find a department or dealer."""
    ACCEPT = "ACCEPT"
    """Accept or decline the order."""
    ARRIVE = "ARRIVE"
    """Begin the work, at the customer's place when it is field work."""
    REPORT = "REPORT"
    """Do the work and report."""
    REVIEW = "REVIEW"
    """Approve the report or send it back."""
    VERIFY = "VERIFY"
    """Have the customer's word on the phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateClock:
    """What the clock does in one state of an order.

    step: whose clock, None for none. runs: False stops it without setting it back. restarts:
    clocks that begin anew when the state is entered. by_assignee: hours are those of whom the
    order was given to, unless the target names a calendar. ends: nothing happens after it.
    """

    step: ServiceStep | None = None
    runs: bool = True
    restarts: frozenset[ServiceStep] = frozenset()
    by_assignee: bool = False
    ends: bool = False


_S = ServiceStep

SERVICE_STATES: Mapping[str, StateClock] = MappingProxyType(
    {
        "DRAFT": StateClock(),
        "PENDING_DISPATCH": StateClock(step=_S.DISPATCH),
        # Declining does not set the dispatcher's clock back: the customer waits on.
        "DECLINED": StateClock(step=_S.DISPATCH),
        "ASSIGNED": StateClock(
            step=_S.ACCEPT,
            restarts=frozenset({_S.ACCEPT, _S.ARRIVE, _S.REPORT}),
            by_assignee=True,
        ),
        "ACCEPTED": StateClock(step=_S.ARRIVE, by_assignee=True),
        "IN_PROGRESS": StateClock(step=_S.REPORT, by_assignee=True),
        "ON_HOLD": StateClock(step=_S.REPORT, runs=False, by_assignee=True),
        "REPORTED": StateClock(step=_S.REVIEW, restarts=frozenset({_S.REVIEW})),
        # From here a reopened order goes round once more, as new as at first.
        "VERIFYING": StateClock(step=_S.VERIFY, restarts=frozenset({_S.VERIFY, _S.DISPATCH})),
        "CLOSED": StateClock(ends=True),
        "CANCELLED": StateClock(ends=True),
    }
)
"""What each state of a work order does to its clocks, by the state's name."""


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A share of a target in percent, and the role that is told there; None: boards show it."""

    percent: int
    role: Role | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTarget:
    """How long one step may take at one priority.

    level: the contract's service level that it holds for, "" for whoever has none of their own.
    within: working time. marks: by percent, the breach among them. calendar: whose hours count;
    None for those of whom the order was given to, or of the house.
    """

    step: ServiceStep
    priority: Priority
    within: timedelta
    marks: tuple[Mark, ...]
    calendar: WorkingCalendar | None = None
    level: str = ""

    def __post_init__(self) -> None:
        """Refuse a target without time, or without its breach among ascending marks."""
        if not timedelta(0) < self.within <= MAX_WITHIN:
            accepted = f"more than 0, at most {MAX_WITHIN.days} days of working time"
            raise InputError(field="within", value=str(self.within), accepted=accepted)
        percents = [mark.percent for mark in self.marks]
        if percents != sorted(set(percents)) or BREACH_PERCENT not in percents:
            accepted = f"ascending percents, each once, {BREACH_PERCENT} among them"
            raise InputError(field="marks", value=percents, accepted=accepted)
        if not 0 < percents[0] <= percents[-1] <= MAX_PERCENT:
            accepted = f"percents from 1 to {MAX_PERCENT}"
            raise InputError(field="marks", value=percents, accepted=accepted)

    def used_at(self, mark: Mark) -> timedelta:
        """Return the working time after which ``mark`` is reached."""
        return self.within * mark.percent / 100


def marks_of(
    escalations: Iterable[tuple[int, Role]], *, warn_percent: int = WARN_PERCENT
) -> tuple[Mark, ...]:
    """Return the marks for roles that are told at percents, with the warning and the breach.

    Raises InputError for two roles at one percent.
    """
    roles: dict[int, Role] = {}
    for percent, role in escalations:
        if percent in roles:
            accepted = "each percent once; whoever is told first tells the others"
            raise InputError(field="percent", value=percent, accepted=accepted)
        roles[percent] = role
    percents = sorted({warn_percent, BREACH_PERCENT, *roles})
    return tuple(Mark(percent, roles.get(percent)) for percent in percents)


class ServicePolicy:
    """Every target of the house, and the calendars by which working time is reckoned."""

    def __init__(
        self,
        *,
        targets: Iterable[ServiceTarget],
        house: WorkingCalendar,
        calendars: Mapping[CalendarId, WorkingCalendar] = MappingProxyType({}),
    ) -> None:
        """``calendars``: of departments and dealers. Raises InputError for a target set twice."""
        self._targets: dict[tuple[ServiceStep, Priority, str], ServiceTarget] = {}
        self._house = house
        self._calendars = dict(calendars)
        for target in targets:
            key = (target.step, target.priority, target.level)
            if key in self._targets:
                value = f"{target.step} {target.priority} {target.level}".rstrip()
                accepted = "each step once at each priority and level"
                raise InputError(field="targets", value=value, accepted=accepted)
            self._targets[key] = target

    @property
    def roles(self) -> frozenset[Role]:
        """Whoever is told of anything."""
        marks = (mark for target in self._targets.values() for mark in target.marks)
        return frozenset(mark.role for mark in marks if mark.role is not None)

    def target(
        self, step: ServiceStep, priority: Priority, level: str = ""
    ) -> ServiceTarget | None:
        """Return the target of ``level``, the usual one where it has none of its own.

        None where neither is set: that step has no clock.
        """
        own = self._targets.get((step, priority, level))
        return own or self._targets.get((step, priority, ""))

    @property
    def house(self) -> WorkingCalendar:
        """The hours of the house."""
        return self._house

    def calendar(self, target: ServiceTarget, assignee: CalendarId | None) -> WorkingCalendar:
        """Return the calendar that ``target`` is reckoned by; one nobody knows is the house's."""
        if target.calendar is not None:
            return target.calendar
        return self._calendars.get(assignee, self._house) if assignee else self._house
