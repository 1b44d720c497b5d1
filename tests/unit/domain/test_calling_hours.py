from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.calling_hours import CallingHours, zones_named
from agent_desk.domain.errors import InputError
from agent_desk.domain.identifiers import time_zones_of
from agent_desk.domain.working_calendar import (
    CalendarId,
    DayKind,
    ListedDay,
    WorkingCalendar,
    parse_shifts,
)

HOURS = CallingHours()
SHANGHAI, MOSCOW, ANADYR = map(ZoneInfo, ("Asia/Shanghai", "Europe/Moscow", "Asia/Anadyr"))


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def a_calendar(*holidays: str) -> WorkingCalendar:
    day = parse_shifts(["09:00-18:00"])
    return WorkingCalendar(
        id=CalendarId("office"),
        zone=SHANGHAI,
        week=(day, day, day, day, day, (), ()),
        days={
            datetime.fromisoformat(text).date(): ListedDay(kind=DayKind.HOLIDAY)
            for text in holidays
        },
    )


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-03-02T10:30", "2026-03-02T10:30"),
        ("2026-03-02T09:00", "2026-03-02T09:00"),
        ("2026-03-02T03:00", "2026-03-02T09:00"),
        ("2026-03-02T20:00", "2026-03-03T09:00"),
        ("2026-03-02T23:59", "2026-03-03T09:00"),
    ],
)
def test_nobody_is_called_at_night(now: str, expected: str) -> None:
    assert HOURS.next_call(at(now), [SHANGHAI]) == at(expected)


def test_it_is_the_customers_clock_that_counts() -> None:
    moment = at("2026-03-02T10:00")

    assert HOURS.next_call(moment, [MOSCOW]) == at("2026-03-02T09:00", MOSCOW)


def test_a_number_of_many_zones_is_called_when_it_is_day_in_all_of_them() -> None:
    found = HOURS.next_call(at("2026-03-02T08:00", MOSCOW), [MOSCOW, ANADYR])

    assert found == at("2026-03-02T09:00", MOSCOW)
    assert found.astimezone(ANADYR).hour == 18


def test_zones_without_common_daylight_are_called_by_the_likeliest() -> None:
    zones = [ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Europe/Berlin")]
    now = at("2026-03-02T12:00", zones[0])

    assert HOURS.next_call(now, zones) == now


def test_closed_days_of_the_calendar_are_skipped() -> None:
    hours = CallingHours(calendar=a_calendar("2026-03-09"))
    friday_night = at("2026-03-06T21:00")

    assert hours.next_call(friday_night, [SHANGHAI]) == at("2026-03-10T09:00")
    assert hours.working_days_later(at("2026-03-06T10:00"), 1, SHANGHAI) == at("2026-03-10T10:00")


def test_another_day_is_the_customers_next_morning() -> None:
    assert HOURS.next_day(at("2026-03-02T10:00"), [SHANGHAI]) == at("2026-03-03T09:00")
    assert HOURS.next_day(at("2026-03-02T23:30"), [SHANGHAI]) == at("2026-03-03T09:00")


@pytest.mark.parametrize(("begins", "ends"), [(5, 20), (9, 23), (20, 9), (9, 9)])
def test_hours_of_the_night_are_refused(begins: int, ends: int) -> None:
    with pytest.raises(InputError, match="whole hours from 6 to 22"):
        CallingHours(begins=begins, ends=ends)


@given(
    st.integers(min_value=0, max_value=10 * 366 * 24 * 60),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]),
)
def test_every_call_is_by_day_and_no_later_than_tomorrow(minutes: int, name: str) -> None:
    now = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    (zone,) = zones_named([name])
    found = HOURS.next_call(now, [zone])

    assert 9 <= found.astimezone(zone).hour < 20
    assert now <= found <= now + timedelta(hours=15)
    assert HOURS.next_call(found, [zone]) == found


def test_the_plan_tells_the_zones_of_a_number() -> None:
    assert time_zones_of("+8613800138000") == ("Asia/Shanghai",)
    assert time_zones_of("+4930123456") == ("Europe/Berlin",)
    assert "Europe/Moscow" in time_zones_of("+79161234567")
    assert time_zones_of("+15555550100") == time_zones_of("rubbish") == ()


def test_without_a_known_zone_this_machines_own_counts() -> None:
    assert zones_named([]) == zones_named(["Nowhere/Land"]) == (None,)
    found = HOURS.next_call(datetime(2026, 3, 2, tzinfo=UTC), (None,))
    assert 9 <= found.astimezone().hour < 20
