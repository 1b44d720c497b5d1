from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.errors import InputError
from agent_desk.domain.rights import Role
from agent_desk.domain.service_clock import (
    Deadline,
    ServiceClock,
    ServiceLevel,
    ServiceMoment,
    follow,
)
from agent_desk.domain.service_target import (
    SERVICE_STATES,
    ServicePolicy,
    ServiceStep,
    ServiceTarget,
)
from agent_desk.domain.ticket import Priority
from agent_desk.domain.work_order import WorkOrderState
from tests.unit.domain.service_cases import (
    MARKS,
    MONDAY,
    NIGHT,
    OFFICE,
    histories,
    minutes,
    moment,
    policy,
)


def clock(*moments: ServiceMoment) -> ServiceClock:
    return follow(moments, policy())


def deadline(*moments: ServiceMoment) -> Deadline:
    found = clock(*moments).deadline(policy())
    assert found is not None
    return found


def told(*moments: ServiceMoment, after: float) -> list[tuple[ServiceStep, int, int, float]]:
    """Step, lap, percent and minute of each alert ``after`` so many minutes."""
    alerts = clock(*moments).alerts_until(policy(), MONDAY + minutes(after))
    return [(a.step, a.lap, a.percent, (a.at - MONDAY) / minutes(1)) for a in alerts]


def test_every_state_of_an_order_has_its_row() -> None:
    assert set(SERVICE_STATES) >= {state.value for state in WorkOrderState}


class TestOneStep:
    def test_is_due_after_its_working_time(self) -> None:
        found = deadline(moment(0, "PENDING_DISPATCH"))  # 9:00, four hours, lunch from 12 to 13
        assert found.due_at == MONDAY + minutes(300)
        assert found.warns_at == MONDAY + minutes(252)
        assert found.remaining_at(MONDAY + minutes(60)) == minutes(180)
        assert found.remaining_at(MONDAY + minutes(360)) == minutes(-60)

    def test_is_late_only_after_the_instant_at_which_it_is_due(self) -> None:
        found = deadline(moment(0, "PENDING_DISPATCH"))
        levels = [found.level_at(MONDAY + minutes(at)) for at in (252, 252.1, 300, 300.1)]
        assert levels == [
            ServiceLevel.ON_TIME,
            ServiceLevel.WARNING,
            ServiceLevel.WARNING,
            ServiceLevel.BREACHED,
        ]

    def test_tells_its_marks_in_order(self) -> None:
        pending = moment(0, "PENDING_DISPATCH")
        assert told(pending, after=252) == []
        assert told(pending, after=540) == [
            (ServiceStep.DISPATCH, 1, 80, 252),
            (ServiceStep.DISPATCH, 1, 100, 300),
        ]
        # 200 % are eight working hours: the whole day, up to its closing.
        assert told(pending, after=541)[-1] == (ServiceStep.DISPATCH, 1, 200, 540)

    def test_names_the_role_that_is_told(self) -> None:
        alerts = clock(moment(0, "ASSIGNED")).alerts_until(policy(), MONDAY + minutes(1440))
        assert [alert.role for alert in alerts] == [None, Role.SUPERVISOR, Role.ADMINISTRATOR]
        assert alerts[1].key == "ACCEPT.1.P2.100"

    def test_says_when_to_look_again(self) -> None:
        found = deadline(moment(0, "PENDING_DISPATCH"))
        looks = [found.next_mark_at(MONDAY + minutes(at)) for at in (0, 253, 301)]
        assert looks == [MONDAY + minutes(at) for at in (252, 300, 540)]
        assert found.next_mark_at(MONDAY + minutes(541)) is None

    def test_that_ends_when_it_is_due_was_on_time(self) -> None:
        moments = moment(0, "PENDING_DISPATCH"), moment(300, "ASSIGNED")
        assert told(*moments, after=301) == [(ServiceStep.DISPATCH, 1, 80, 252)]

    def test_without_a_target_has_no_clock(self) -> None:
        assert clock(moment(0, "PENDING_DISPATCH", Priority.P4)).deadline(policy()) is None
        assert clock(moment(0, "DRAFT")).deadline(policy()) is None
        assert clock(moment(0, "CLOSED")).deadline(policy()) is None
        assert ServiceClock().deadline(policy()) is None
        assert ServiceClock().alerts_until(policy(), MONDAY) == ()

    def test_runs_by_the_hours_of_whom_the_order_was_given_to(self) -> None:
        given_to_night = replace(moment(0, "ASSIGNED"), calendar=NIGHT.id)
        assert deadline(given_to_night).calendar is NIGHT
        assert deadline(replace(given_to_night, state="REPORTED")).calendar is OFFICE


class TestTheWayRound:
    def test_each_step_has_a_clock_of_its_own(self) -> None:
        found = deadline(moment(0, "PENDING_DISPATCH"), moment(60, "ASSIGNED"))
        assert (found.target.step, found.used) == (ServiceStep.ACCEPT, timedelta(0))

    def test_a_hold_stops_the_clock_without_setting_it_back(self) -> None:
        way = moment(0, "IN_PROGRESS"), moment(60, "ON_HOLD")
        held = deadline(*way)
        assert held.due_at is None
        assert held.next_mark_at(MONDAY + minutes(90)) is None
        assert held.remaining_at(MONDAY + minutes(1000)) == minutes(180)
        assert told(*way, after=100_000) == []
        again = deadline(*way, moment(120, "IN_PROGRESS"))
        assert again.due_at == MONDAY + minutes(360)

    def test_a_hold_keeps_what_was_late_before_it(self) -> None:
        held = deadline(moment(0, "IN_PROGRESS"), moment(310, "ON_HOLD"))
        assert held.due_at == MONDAY + minutes(300)
        assert held.level_at(MONDAY + minutes(311)) is ServiceLevel.BREACHED

    def test_declining_does_not_set_the_dispatchers_clock_back(self) -> None:
        found = deadline(
            moment(0, "PENDING_DISPATCH"),
            moment(60, "ASSIGNED"),
            moment(120, "DECLINED"),
            moment(120, "PENDING_DISPATCH"),
        )
        assert (found.target.step, found.lap, found.used) == (
            ServiceStep.DISPATCH,
            1,
            minutes(60),
        )

    def test_who_gets_the_order_next_has_the_whole_time_to_accept(self) -> None:
        found = deadline(
            moment(0, "ASSIGNED"),
            moment(120, "DECLINED"),
            moment(120, "PENDING_DISPATCH"),
            moment(150, "ASSIGNED"),
        )
        assert (found.lap, found.used) == (2, timedelta(0))

    def test_a_report_sent_back_goes_on_with_its_clock(self) -> None:
        found = deadline(
            moment(0, "IN_PROGRESS"), moment(60, "REPORTED"), moment(120, "IN_PROGRESS")
        )
        assert (found.target.step, found.used) == (ServiceStep.REPORT, minutes(60))

    def test_a_second_report_is_reviewed_in_a_time_of_its_own(self) -> None:
        found = deadline(moment(0, "REPORTED"), moment(60, "IN_PROGRESS"), moment(120, "REPORTED"))
        assert (found.target.step, found.lap, found.used) == (
            ServiceStep.REVIEW,
            2,
            timedelta(0),
        )

    def test_a_reopened_order_goes_round_as_new(self) -> None:
        found = deadline(
            moment(0, "PENDING_DISPATCH"),
            moment(60, "ASSIGNED"),
            moment(60, "VERIFYING"),
            moment(120, "PENDING_DISPATCH", Priority.P1),
        )
        assert (found.lap, found.used) == (2, timedelta(0))


class TestPriority:
    def test_that_is_raised_can_be_late_at_once(self) -> None:
        moments = (
            moment(0, "ASSIGNED", Priority.P3),
            moment(120, "ASSIGNED", Priority.P1),
        )
        assert told(*moments, after=120) == []
        assert told(*moments, after=121) == [
            (ServiceStep.ACCEPT, 1, 80, 120),
            (ServiceStep.ACCEPT, 1, 100, 120),
            (ServiceStep.ACCEPT, 1, 200, 120),
        ]
        assert deadline(*moments).due_at == MONDAY + minutes(120)

    def test_that_is_raised_during_a_hold_can_be_late_at_once(self) -> None:
        moments = (
            moment(0, "IN_PROGRESS", Priority.P3),
            moment(60, "ON_HOLD", Priority.P3),
            moment(120, "ON_HOLD", Priority.P1),
        )
        # An hour is used: the warning is over, the hour itself is just kept.
        assert told(*moments, after=200) == [(ServiceStep.REPORT, 1, 80, 120)]

    def test_that_goes_up_and_down_tells_nobody_twice(self) -> None:
        moments = [
            moment(at, "ASSIGNED", priority)
            for at, priority in [
                (0, Priority.P1),
                (70, Priority.P3),
                (80, Priority.P1),
                (90, Priority.P3),
            ]
        ]
        assert told(*moments, after=100) == [
            (ServiceStep.ACCEPT, 1, 80, 48),
            (ServiceStep.ACCEPT, 1, 100, 60),
        ]

    def test_that_is_lowered_gives_the_time_of_the_lower_one(self) -> None:
        moments = moment(0, "ASSIGNED", Priority.P1), moment(70, "ASSIGNED", Priority.P2)
        found = deadline(*moments)
        assert found.due_at == MONDAY + minutes(300)
        assert found.level_at(MONDAY + minutes(71)) is ServiceLevel.ON_TIME
        keys = [one.key for one in clock(*moments).alerts_until(policy(), MONDAY + minutes(301))]
        assert keys == [
            "ACCEPT.1.P1.80",
            "ACCEPT.1.P1.100",
            "ACCEPT.1.P2.80",
            "ACCEPT.1.P2.100",
        ]


class TestTheLog:
    def test_with_a_state_that_nobody_knows_is_refused(self) -> None:
        with pytest.raises(InputError, match=r"state: 'LOST' .* PENDING_DISPATCH"):
            clock(moment(0, "LOST"))

    def test_written_by_desks_whose_clocks_differ_counts_in_its_order(self) -> None:
        late_desk = moment(60, "ASSIGNED"), moment(55, "ACCEPTED")
        assert deadline(*late_desk) == deadline(moment(60, "ASSIGNED"), moment(60, "ACCEPTED"))


afterwards = st.integers(0, 20_000).map(minutes)


@given(histories(), st.data())
def test_a_moment_that_changes_nothing_changes_nothing(
    moments: Sequence[ServiceMoment], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(moments) - 1))
    last = moments[place]
    most = moments[place + 1].at - last.at if place + 1 < len(moments) else minutes(5000)
    between = last.at + data.draw(st.timedeltas(timedelta(0), most))
    more = [*moments[: place + 1], replace(last, at=between), *moments[place + 1 :]]
    now = max(moments[-1].at, between) + data.draw(afterwards)
    plain, split = follow(moments, policy()), follow(more, policy())
    assert split.alerts_until(policy(), now) == plain.alerts_until(policy(), now)
    first, second = plain.deadline(policy()), split.deadline(policy())
    assert (first is None) == (second is None)
    if first and second:
        assert second.remaining_at(now) == first.remaining_at(now)
        assert second.due_at == first.due_at


@given(histories(), afterwards, st.data())
def test_whoever_was_away_works_out_what_the_others_saw_happen(
    moments: Sequence[ServiceMoment], later: timedelta, data: st.DataObject
) -> None:
    end = moments[-1].at + later
    seen_at = data.draw(st.datetimes(_naive(moments[0].at), _naive(end))).replace(tzinfo=end.tzinfo)
    known_then = [one for one in moments if one.at <= seen_at]
    seen = follow(known_then, policy()).alerts_until(policy(), seen_at)
    worked_out = follow(moments, policy()).alerts_until(policy(), end)
    assert list(seen) == [alert for alert in worked_out if alert.at < seen_at]


@given(histories(), afterwards)
def test_nobody_is_told_the_same_twice_or_before_it_came_up(
    moments: Sequence[ServiceMoment], later: timedelta
) -> None:
    alerts = follow(moments, policy()).alerts_until(policy(), moments[-1].at + later)
    assert len({alert.key for alert in alerts}) == len(alerts)
    assert [alert.at for alert in alerts] == sorted(alert.at for alert in alerts)


@given(histories(), afterwards)
def test_the_next_mark_is_when_the_next_alert_comes_up(
    moments: Sequence[ServiceMoment], later: timedelta
) -> None:
    clock = follow(moments, policy())
    now = moments[-1].at + later
    found = clock.deadline(policy())
    at = found.next_mark_at(now) if found else None
    told_now = clock.alerts_until(policy(), now)
    if at is None:
        assert clock.alerts_until(policy(), now + timedelta(days=400)) == told_now
    else:
        assert clock.alerts_until(policy(), max(now, at)) == told_now
        after = max(now, at) + timedelta(microseconds=1)
        assert len(clock.alerts_until(policy(), after)) > len(told_now)


@given(histories(), afterwards)
def test_the_clock_shows_the_minutes_that_it_ran(
    moments: Sequence[ServiceMoment], later: timedelta
) -> None:
    """The same as ticking every minute since the clock of this lap began."""
    now = moments[-1].at + later
    found = follow(moments, policy()).deadline(policy())
    if found is None:
        return
    ticked = timedelta(0)
    ends = [one.at for one in moments[1:]] + [now]
    before = "DRAFT"
    for one, end in zip(moments, ends, strict=True):
        row = SERVICE_STATES[one.state]
        if one.state != before and found.target.step in row.restarts:
            ticked = timedelta(0)
        before = one.state
        target = policy().target(found.target.step, one.priority)
        if row.step is found.target.step and row.runs and target:
            calendar = policy().calendar(target, one.calendar if row.by_assignee else None)
            ticked += calendar.working_time(one.at, end)
    assert found.used_at(now) == ticked


def _naive(at: datetime) -> datetime:
    return at.replace(tzinfo=None)


def test_a_level_that_a_contract_promised_has_its_own_target_where_one_is_set() -> None:
    usual = ServiceTarget(
        step=ServiceStep.ACCEPT, priority=Priority.P2, within=minutes(240), marks=MARKS
    )
    gold = replace(usual, within=minutes(60), level="gold")
    house = ServicePolicy(targets=[usual, gold], house=OFFICE)
    for level, within in (("gold", 60), ("silver", 240), ("", 240)):
        promised = replace(moment(0, "ASSIGNED"), level=level)
        found = follow([promised], house).deadline(house)
        assert found is not None
        assert found.target.within == minutes(within)
