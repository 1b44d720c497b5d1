"""The service-level clock of one order: a fold over what happened to it; pure, any thread.

Nothing is counted while time passes. What was due, and when somebody had to be told, follows from
the events and the calendar alone, so that it is right after an outage and the same on every desk.
A clock is on time at the instant it is due, and late after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from agent_desk.domain.errors import InputError
from agent_desk.domain.rights import Role
from agent_desk.domain.service_target import (
    BREACH_PERCENT,
    SERVICE_STATES,
    Mark,
    ServicePolicy,
    ServiceStep,
    ServiceTarget,
)
from agent_desk.domain.ticket import Priority
from agent_desk.domain.working_calendar import CalendarId, WorkingCalendar


class ServiceLevel(StrEnum):
    """How a clock stands."""

    ON_TIME = "ON_TIME"
    WARNING = "WARNING"
    BREACHED = "BREACHED"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceMoment:
    """What an order is from ``at`` (aware UTC) on.

    state: by its name in SERVICE_STATES. calendar: of the department or dealer that has it. level:
    that a contract promised, "" for the usual one.
    """

    at: datetime
    state: str
    priority: Priority
    calendar: CalendarId | None = None
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAlert:
    """A mark that a clock went over, at the instant at which it did.

    lap: how often the step's clock began, from 1. role: who is told, None when boards show it.
    """

    step: ServiceStep
    lap: int
    priority: Priority
    percent: int
    at: datetime
    role: Role | None = None

    @property
    def key(self) -> str:
        """What names the alert within its order; the same whoever works it out, and when."""
        return f"{self.step}.{self.lap}.{self.priority}.{self.percent}"


@dataclass(frozen=True, slots=True)
class Lap:
    """One run of a step's clock: which, and the working time that it had when it last stopped."""

    number: int
    used: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """The clock that an order has now; changes with its events, not with time.

    lap, used: as in Lap. since: from when on ``used`` grows, while it ``is_running``. passed: when
    marks were gone over already, by percent. Times are aware UTC.
    """

    target: ServiceTarget
    calendar: WorkingCalendar
    lap: int
    used: timedelta
    since: datetime
    is_running: bool
    passed: Mapping[int, datetime]

    @property
    def due_at(self) -> datetime | None:
        """When the target is or was missed; None while the clock is paused before that."""
        return self._reached_at(self._mark(BREACH_PERCENT))

    @property
    def warns_at(self) -> datetime | None:
        """When the first warning is or was due; None while the clock is paused before that."""
        return self._reached_at(self.target.marks[0])

    def next_mark_at(self, now: datetime) -> datetime | None:
        """Return when the next mark is reached, so that somebody looks then; None for never."""
        ahead = (mark for mark in self.target.marks if not self._is_over(mark, now))
        first = next(ahead, None)
        return self._reached_at(first) if first else None

    def level_at(self, now: datetime) -> ServiceLevel:
        """Return how the clock stands at ``now``."""
        if not self._is_over(self.target.marks[0], now):
            return ServiceLevel.ON_TIME
        is_late = self._is_over(self._mark(BREACH_PERCENT), now)
        return ServiceLevel.BREACHED if is_late else ServiceLevel.WARNING

    def used_at(self, now: datetime) -> timedelta:
        """Return the working time of the target that is used at ``now``."""
        if not self.is_running or now <= self.since:
            return self.used
        return self.used + self.calendar.working_time(self.since, now)

    def remaining_at(self, now: datetime) -> timedelta:
        """Return the working time that is left at ``now``, negative when the target is missed."""
        return self.target.within - self.used_at(now)

    def new_alerts(self, now: datetime, used: timedelta) -> Iterator[ServiceAlert]:
        """Yield the alerts since the order's last event and before ``now``; used: at ``now``."""
        for mark in self.target.marks:
            if used < self.target.used_at(mark):
                return  # the common case, for which no instant has to be found
            at = self._reached_at(mark)
            if mark.percent not in self.passed and at is not None and at < now:
                yield ServiceAlert(
                    step=self.target.step,
                    lap=self.lap,
                    priority=self.target.priority,
                    percent=mark.percent,
                    at=at,
                    role=mark.role,
                )

    def _mark(self, percent: int) -> Mark:
        return next(mark for mark in self.target.marks if mark.percent == percent)

    def _is_over(self, mark: Mark, now: datetime) -> bool:
        at = self._reached_at(mark)
        return at is not None and at < now

    def _reached_at(self, mark: Mark) -> datetime | None:
        if mark.percent in self.passed:
            return self.passed[mark.percent]
        rest = self.target.used_at(mark) - self.used
        if self.is_running:
            return self.calendar.after(self.since, max(rest, timedelta(0)))
        # A priority that was raised during a pause can be late at once.
        return self.since if rest < timedelta(0) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceClock:
    """What is known of an order's clocks after its last moment: the state of the fold."""

    moment: ServiceMoment | None = None
    laps: Mapping[ServiceStep, Lap] = field(default_factory=dict)
    alerts: tuple[ServiceAlert, ...] = ()

    def deadline(self, policy: ServicePolicy) -> Deadline | None:
        """Return the clock that the order has now; None where no target is set."""
        if self.moment is None:
            return None
        state = SERVICE_STATES[self.moment.state]
        if state.step is None:
            return None
        target = policy.target(state.step, self.moment.priority, self.moment.level)
        if target is None:
            return None
        lap = self.laps[target.step]
        alerts = (a for a in self.alerts if (a.step, a.lap) == (target.step, lap.number))
        return Deadline(
            target=target,
            calendar=policy.calendar(target, self.moment.calendar if state.by_assignee else None),
            lap=lap.number,
            used=lap.used,
            since=self.moment.at,
            is_running=state.runs,
            passed={a.percent: a.at for a in alerts if a.priority == target.priority},
        )

    def alerts_until(self, policy: ServicePolicy, now: datetime) -> tuple[ServiceAlert, ...]:
        """Return every alert before ``now``, in the order in which they came up."""
        deadline = self.deadline(policy)
        if deadline is None:
            return self.alerts
        return (*self.alerts, *deadline.new_alerts(now, deadline.used_at(now)))


def advance(clock: ServiceClock, moment: ServiceMoment, policy: ServicePolicy) -> ServiceClock:
    """Return the clock after ``moment``; one that seems earlier than the last comes at its time.

    Raises InputError for a state that no table names.
    """
    if moment.state not in SERVICE_STATES:
        accepted = "one of " + ", ".join(SERVICE_STATES)
        raise InputError(field="state", value=moment.state, accepted=accepted)
    last = clock.moment
    if last is not None and moment.at < last.at:
        # Desks write by their own clocks; the log's order is the one that counts.
        moment = replace(moment, at=last.at)
    laps, alerts = dict(clock.laps), clock.alerts
    deadline = clock.deadline(policy)
    if deadline is not None:
        used = deadline.used_at(moment.at)
        laps[deadline.target.step] = Lap(deadline.lap, used)
        alerts += tuple(deadline.new_alerts(moment.at, used))
    if last is None or moment.state != last.state:
        _enter(laps, moment.state)
    return ServiceClock(moment=moment, laps=MappingProxyType(laps), alerts=alerts)


def follow(moments: Iterable[ServiceMoment], policy: ServicePolicy) -> ServiceClock:
    """Return the clock after all ``moments``, in the order of the log."""
    clock = ServiceClock()
    for moment in moments:
        clock = advance(clock, moment, policy)
    return clock


def _enter(laps: dict[ServiceStep, Lap], state: str) -> None:
    """Begin what begins, or begins anew, when an order enters ``state``."""
    entered = SERVICE_STATES[state]
    for step in entered.restarts & laps.keys():
        laps[step] = Lap(laps[step].number + 1, timedelta(0))
    if entered.step is not None:
        laps.setdefault(entered.step, Lap(1, timedelta(0)))
