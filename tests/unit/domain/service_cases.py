"""A house with office hours, its service targets, and random histories of its orders."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from agent_desk.domain.rights import Role
from agent_desk.domain.service_clock import ServiceMoment
from agent_desk.domain.service_target import ServicePolicy, ServiceStep, ServiceTarget, marks_of
from agent_desk.domain.ticket import Priority
from agent_desk.domain.work_order import WORK_ORDER_TABLE, WorkOrderState
from agent_desk.domain.working_calendar import CalendarId, WorkingCalendar, parse_shifts

OFFICE = WorkingCalendar(
    id=CalendarId("office"),
    zone=ZoneInfo("Asia/Shanghai"),
    week=[parse_shifts(["09:00-12:00", "13:00-18:00"])] * 5 + [()] * 2,
)
NIGHT = WorkingCalendar(
    id=CalendarId("night"),
    zone=ZoneInfo("Europe/Berlin"),
    week=[parse_shifts(["22:00-06:00"])] * 7,
)
ALWAYS = WorkingCalendar(
    id=CalendarId("always"), zone=ZoneInfo("UTC"), week=[parse_shifts(["00:00-24:00"])] * 7
)
CALENDARS: Mapping[CalendarId, WorkingCalendar] = {c.id: c for c in (OFFICE, NIGHT, ALWAYS)}
MARKS = marks_of([(100, Role.SUPERVISOR), (200, Role.ADMINISTRATOR)])
MINUTES = {Priority.P1: 60, Priority.P2: 240, Priority.P3: 960}
"""P4 has no target."""

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
"""Nine o'clock in the office."""


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def policy() -> ServicePolicy:
    """Every step within an hour at P1, four at P2, sixteen at P3; nothing at P4."""
    targets = [
        ServiceTarget(step=step, priority=priority, within=minutes(within), marks=MARKS)
        for step in ServiceStep
        for priority, within in MINUTES.items()
    ]
    # The customer's word is wanted by day and night when it is urgent.
    targets = [
        replace(t, calendar=ALWAYS)
        if (t.step, t.priority) == (ServiceStep.VERIFY, Priority.P1)
        else t
        for t in targets
    ]
    return ServicePolicy(targets=targets, house=OFFICE, calendars=CALENDARS)


def moment(after: float, state: str, priority: Priority = Priority.P2) -> ServiceMoment:
    """What the order is ``after`` so many minutes."""
    return ServiceMoment(at=MONDAY + minutes(after), state=state, priority=priority)


@st.composite
def histories(draw: st.DrawFn) -> Sequence[ServiceMoment]:
    """Orders that go any way through the state table, their priority changing on the way."""
    state = WorkOrderState.DRAFT
    at = MONDAY + minutes(draw(st.integers(0, 7 * 1440)))
    now = ServiceMoment(at=at, state=state, priority=draw(st.sampled_from(Priority)))
    moments = [now]
    for _ in range(draw(st.integers(0, 15))):
        targets = sorted(WORK_ORDER_TABLE.targets(WorkOrderState(now.state)))
        state = draw(st.sampled_from([WorkOrderState(now.state), *targets]))
        now = ServiceMoment(
            at=now.at + minutes(draw(st.sampled_from([0, 1, 30, 60, 240, 1440, 4000]))),
            state=state,
            priority=draw(st.sampled_from([now.priority] * 3 + list(Priority))),
            calendar=draw(st.sampled_from([None, NIGHT.id, CalendarId("gone")])),
        )
        moments.append(now)
    return moments
