from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_desk.domain.errors import InputError
from agent_desk.domain.working_calendar import (
    CalendarId,
    DayKind,
    ListedDay,
    Shift,
    WorkingCalendar,
    parse_shift,
    parse_shifts,
)

ZONES = ("UTC", "Asia/Shanghai", "Asia/Kolkata", "Europe/Berlin", "America/New_York")
OFFICE = parse_shifts(["08:30-12:00", "13:00-18:00"])
HOLIDAY = ListedDay(kind=DayKind.HOLIDAY)
ADJUSTED = ListedDay(kind=DayKind.WORKING)


def calendar(
    *shifts: str,
    zone: str = "Asia/Shanghai",
    weekend: bool = False,
    days: Mapping[date, ListedDay] | None = None,
) -> WorkingCalendar:
    """Monday to Friday with these shifts, all seven days when ``weekend``."""
    hours = parse_shifts(shifts) if shifts else OFFICE
    week = [hours] * 7 if weekend else [hours] * 5 + [()] * 2
    return WorkingCalendar(id=CalendarId("x"), zone=ZoneInfo(zone), week=week, days=days or {})


def local(calendar: WorkingCalendar, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=calendar.zone)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


class TestTheHoursOfADay:
    @pytest.mark.parametrize(
        ("text", "shift"),
        [
            ("08:30-12:00", Shift(510, 720)),
            (" 8:30 – 12:00 ", Shift(510, 720)),
            ("22:00-06:00", Shift(1320, 1800)),
            ("00:00-24:00", Shift(0, 1440)),
            ("18:00-24:00", Shift(1080, 1440)),
            ("18:00-00:00", Shift(1080, 1440)),
        ],
    )
    def test_are_read_as_people_write_them(self, text: str, shift: Shift) -> None:
        assert parse_shift(text) == shift

    @pytest.mark.parametrize(
        "text", ["", "9-17", "09:00", "09:00-09:00", "24:00-06:00", "09:60-10:00", "09:00-24:01"]
    )
    def test_that_mean_nothing_are_refused(self, text: str) -> None:
        with pytest.raises(InputError) as caught:
            parse_shift(text, field="monday")
        assert caught.value.details["field"] == "monday"
        assert caught.value.details["value"] == text
        assert "08:30-12:00" in caught.value.details["accepted"]

    def test_that_overlap_are_refused(self) -> None:
        with pytest.raises(InputError, match=r"'08:00-12:00 11:00-13:00'.*do not overlap"):
            parse_shifts(["11:00-13:00", "08:00-12:00"])

    def test_that_end_before_they_begin_are_no_shift(self) -> None:
        with pytest.raises(InputError, match="hours"):
            Shift(600, 600)

    @given(st.integers(0, 1439), st.integers(1, 1440))
    def test_are_written_as_they_are_read(self, begins: int, length: int) -> None:
        shift = Shift(begins, begins + length)
        # A whole day that does not begin at midnight cannot be written down, and nobody does.
        if length < 1440 or begins == 0:
            assert parse_shift(str(shift)) == shift


class TestOpeningAndClosing:
    def test_opens_at_the_first_minute_and_is_closed_at_the_last(self) -> None:
        desk = calendar()
        assert not desk.is_open(local(desk, "2026-03-02 08:29:59"))
        assert desk.is_open(local(desk, "2026-03-02 08:30"))
        assert not desk.is_open(local(desk, "2026-03-02 12:00"))

    def test_the_next_opening_is_now_while_it_is_open(self) -> None:
        desk = calendar()
        at = local(desk, "2026-03-02 09:15")
        assert desk.next_opening(at) == at

    def test_the_next_opening_is_after_the_weekend(self) -> None:
        desk = calendar()
        friday = local(desk, "2026-03-06 18:00")
        assert desk.next_opening(friday) == local(desk, "2026-03-09 08:30")

    def test_says_until_when_it_is_open(self) -> None:
        desk = calendar()
        assert desk.open_until(local(desk, "2026-03-02 14:00")) == local(desk, "2026-03-02 18:00")
        assert desk.open_until(local(desk, "2026-03-02 12:30")) is None

    def test_shifts_that_touch_are_one_stretch_also_across_the_years_end(self) -> None:
        desk = calendar("00:00-24:00", zone="UTC")  # Thursday and Friday over New Year's Eve
        assert desk.open_until(local(desk, "2026-12-31 12:00")) == local(desk, "2027-01-02 00:00")

    def test_what_never_closes_says_so(self) -> None:
        desk = calendar("00:00-24:00", weekend=True)
        at = local(desk, "2026-03-02 14:00")
        assert desk.is_open(at)
        assert desk.open_until(at) is None

    def test_a_night_shift_belongs_to_the_day_on_which_it_begins(self) -> None:
        desk = calendar("22:00-06:00", days={date(2026, 3, 5): HOLIDAY})
        assert desk.is_open(local(desk, "2026-03-05 05:59"))  # Wednesday's, into the holiday
        assert not desk.is_open(local(desk, "2026-03-05 23:00"))
        assert not desk.is_open(local(desk, "2026-03-06 05:00"))
        assert desk.is_open(local(desk, "2026-03-07 05:00"))  # Friday's, on Saturday

    def test_knows_its_hours_in_any_zone_that_is_asked_in(self) -> None:
        desk = calendar()
        assert desk.is_open(datetime(2026, 3, 2, 0, 30, tzinfo=UTC))
        assert desk.is_open(datetime(2026, 3, 1, 19, 30, tzinfo=ZoneInfo("America/New_York")))


class TestHolidays:
    DAYS: ClassVar[Mapping[date, ListedDay]] = {
        **{date(2026, 10, day): HOLIDAY for day in range(1, 8)},
        date(2026, 9, 20): ADJUSTED,
        date(2026, 10, 10): ListedDay(kind=DayKind.WORKING, name="国庆节调休"),
        date(2026, 12, 24): ListedDay(kind=DayKind.WORKING, shifts=parse_shifts(["09:00-12:00"])),
    }

    def test_a_holiday_is_closed(self) -> None:
        desk = calendar(days=self.DAYS)
        eve = local(desk, "2026-09-30 18:00")
        assert desk.next_opening(eve) == local(desk, "2026-10-08 08:30")

    def test_an_adjusted_working_day_has_the_hours_of_an_ordinary_one(self) -> None:
        desk = calendar(days=self.DAYS)
        saturday = local(desk, "2026-10-10 00:00")
        assert desk.working_time(saturday, saturday + hours(24)) == hours(8.5)
        listed = desk.listed_day(date(2026, 10, 10))
        assert listed is not None
        assert listed.name == "国庆节调休"

    def test_a_day_may_have_hours_of_its_own(self) -> None:
        desk = calendar(days=self.DAYS)
        eve = local(desk, "2026-12-24 00:00")
        assert desk.working_time(eve, eve + hours(24)) == hours(3)

    def test_four_weeks_around_the_national_day_of_2026(self) -> None:
        desk = calendar(days=self.DAYS)
        # 20 days from Monday to Friday, 2 adjusted ones, less 5 that are holidays.
        begin, end = local(desk, "2026-09-14 00:00"), local(desk, "2026-10-12 00:00")
        assert desk.working_time(begin, end) == 17 * hours(8.5)

    def test_says_how_far_its_lists_reach(self) -> None:
        assert calendar(days=self.DAYS).last_listed_day == date(2026, 12, 24)
        assert calendar().last_listed_day is None


class TestWhenTheClocksChange:
    def test_the_night_on_which_they_go_forward_is_an_hour_shorter(self) -> None:
        desk = calendar("22:00-06:00", zone="Europe/Berlin", weekend=True)
        begin = local(desk, "2026-03-28 22:00")
        assert desk.open_until(begin) == begin.astimezone(UTC) + hours(7)
        assert desk.after(begin, hours(7)) == local(desk, "2026-03-29 06:00")

    def test_the_night_on_which_they_go_back_is_an_hour_longer(self) -> None:
        desk = calendar("22:00-06:00", zone="Europe/Berlin", weekend=True)
        begin, end = local(desk, "2026-10-24 22:00"), local(desk, "2026-10-25 06:00")
        assert desk.working_time(begin, end) == hours(9)

    def test_a_whole_day_is_as_long_as_it_is(self) -> None:
        desk = calendar("00:00-24:00", zone="Europe/Berlin", weekend=True)
        spring, autumn = local(desk, "2026-03-29 00:00"), local(desk, "2026-10-25 00:00")
        assert desk.working_time(spring, local(desk, "2026-03-30 00:00")) == hours(23)
        assert desk.working_time(autumn, local(desk, "2026-10-26 00:00")) == hours(25)

    def test_an_opening_that_the_clock_skips_is_read_with_the_offset_before(self) -> None:
        desk = calendar("02:30-10:00", zone="Europe/Berlin", weekend=True)
        night = local(desk, "2026-03-29 00:00")
        assert desk.next_opening(night) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)

    def test_a_shift_within_the_skipped_hour_is_none(self) -> None:
        desk = calendar("02:45-03:15", zone="Europe/Berlin", weekend=True)
        night = local(desk, "2026-03-29 00:00")
        assert desk.next_opening(night) == local(desk, "2026-03-30 02:45")

    def test_a_repeated_time_is_the_first(self) -> None:
        desk = calendar("02:30-10:00", zone="Europe/Berlin", weekend=True)
        night = local(desk, "2026-10-25 00:00")
        assert desk.next_opening(night) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    def test_a_day_that_a_zone_left_out_is_not_worked_twice(self) -> None:
        desk = calendar("09:00-17:00", zone="Pacific/Apia", weekend=True)  # no 30 December 2011
        begin, end = local(desk, "2011-12-29 00:00"), local(desk, "2012-01-01 00:00")
        assert desk.working_time(begin, end) == hours(16)


class TestWorkingTime:
    def test_runs_only_while_it_is_open(self) -> None:
        desk = calendar()
        friday, monday = local(desk, "2026-03-06 17:30"), local(desk, "2026-03-09 09:00")
        assert desk.working_time(friday, monday) == hours(1)
        assert desk.after(friday, hours(1)) == monday

    def test_ends_with_the_shift_and_not_at_the_next_opening(self) -> None:
        desk = calendar()
        assert desk.after(local(desk, "2026-03-06 17:30"), hours(0.5)) == local(
            desk, "2026-03-06 18:00"
        )

    def test_crosses_years(self) -> None:
        desk = calendar("00:00-24:00", zone="UTC", weekend=True)
        begin = datetime(2023, 12, 31, 23, tzinfo=UTC)
        assert desk.working_time(begin, datetime(2026, 1, 1, 1, tzinfo=UTC)) == hours(731 * 24 + 2)
        assert desk.after(begin, hours(731 * 24 + 2)) == datetime(2026, 1, 1, 1, tzinfo=UTC)

    def test_ends_with_the_last_shift_of_a_year(self) -> None:
        desk = calendar()
        eve = local(desk, "2025-12-31 17:00")
        assert desk.after(eve, hours(1)) == local(desk, "2025-12-31 18:00")

    def test_a_shift_of_the_old_year_far_in_the_west_reaches_into_the_new_one(self) -> None:
        desk = calendar("22:00-21:00", zone="Etc/GMT+12", days={date(2025, 12, 31): HOLIDAY})
        ends = datetime(2026, 1, 1, 9, tzinfo=UTC)
        assert desk.open_until(ends - hours(1)) == ends

    def test_is_negative_backwards(self) -> None:
        desk = calendar()
        begin, end = local(desk, "2026-03-02 10:00"), local(desk, "2026-03-02 11:00")
        assert desk.working_time(end, begin) == -hours(1)

    def test_of_less_than_nothing_is_refused(self) -> None:
        with pytest.raises(InputError, match=r"working: .* accepted is 0 or more"):
            calendar().after(datetime(2026, 3, 2, tzinfo=UTC), -hours(1))

    def test_without_an_end_is_refused(self) -> None:
        with pytest.raises(InputError, match="over before the year 3000"):
            calendar().after(datetime(2990, 3, 2, tzinfo=UTC), timedelta(days=10_000))

    @pytest.mark.parametrize(
        "at",
        [datetime.fromisoformat("2026-03-02"), datetime(1, 1, 1, tzinfo=UTC)],
        ids=["no zone", "year 1"],
    )
    def test_of_a_time_that_cannot_be_placed_is_refused(self, at: datetime) -> None:
        with pytest.raises(InputError, match=r"at: .* a time with its zone"):
            calendar().is_open(at)

    def test_needs_hours_on_some_day(self) -> None:
        with pytest.raises(InputError, match="at least one with hours"):
            WorkingCalendar(id=CalendarId("x"), zone=ZoneInfo("UTC"), week=[()] * 7)


# Hours that begin and end while no clock changes: there the wall clock alone says what is open.
quiet_minutes = st.integers(5 * 60, 23 * 60 + 59)
quiet_shifts = st.builds(
    lambda begins, ends: Shift(begins, ends if ends > begins else ends + 1440),
    quiet_minutes,
    quiet_minutes,
).filter(lambda shift: shift.ends - shift.begins < 1440)
any_shifts = st.builds(
    lambda begins, length: Shift(begins, begins + length),
    st.integers(0, 1439),
    st.integers(1, 1440),
)
instants = st.datetimes(
    min_value=datetime.fromisoformat("2024-12-01"),
    max_value=datetime.fromisoformat("2026-02-01"),
    timezones=st.just(UTC),
)


def calendars(shifts: st.SearchStrategy[Shift]) -> st.SearchStrategy[WorkingCalendar]:
    """Calendars with any week, holidays and adjusted days among the instants above."""
    day = st.lists(shifts, max_size=2).map(tuple)
    listed = st.one_of(
        st.just(HOLIDAY),
        st.just(ADJUSTED),
        day.map(lambda shifts: ListedDay(kind=DayKind.WORKING, shifts=shifts)),
    )
    return st.builds(
        WorkingCalendar,
        id=st.just(CalendarId("any")),
        zone=st.sampled_from(ZONES).map(ZoneInfo),
        week=st.lists(day, min_size=7, max_size=7).filter(any),
        days=st.dictionaries(st.dates(date(2024, 12, 1), date(2026, 2, 1)), listed, max_size=20),
    )


def open_by_the_wall_clock(calendar: WorkingCalendar, at: datetime) -> bool:
    """The same as ``is_open`` for hours that begin and end while no clock changes."""
    there = at.astimezone(calendar.zone)
    minutes = there.hour * 60 + there.minute
    today = calendar.shifts_on(there.date())
    yesterday = calendar.shifts_on(there.date() - timedelta(days=1))
    return any(shift.begins <= minutes < shift.ends for shift in today) or any(
        minutes + 1440 < shift.ends for shift in yesterday
    )


@given(calendars(quiet_shifts), instants)
def test_is_open_when_the_wall_clock_says_so(calendar: WorkingCalendar, at: datetime) -> None:
    assert calendar.is_open(at) == open_by_the_wall_clock(calendar, at)


@settings(max_examples=50)
@given(calendars(quiet_shifts), instants, st.integers(0, 2 * 1440))
def test_working_time_is_the_minutes_in_which_it_is_open(
    calendar: WorkingCalendar, begin: datetime, length: int
) -> None:
    begin = begin.replace(second=0, microsecond=0)
    minutes = sum(
        open_by_the_wall_clock(calendar, begin + timedelta(minutes=minute))
        for minute in range(length)
    )
    end = begin + timedelta(minutes=length)
    assert calendar.working_time(begin, end) == timedelta(minutes=minutes)


@given(calendars(any_shifts), instants, instants, instants)
def test_working_times_add_up(
    calendar: WorkingCalendar, first: datetime, second: datetime, third: datetime
) -> None:
    there = calendar.working_time(first, second) + calendar.working_time(second, third)
    assert there == calendar.working_time(first, third)


@given(calendars(any_shifts), instants, st.timedeltas(timedelta(0), timedelta(days=60)))
def test_after_is_the_first_instant_with_so_much_working_time(
    calendar: WorkingCalendar, begin: datetime, working: timedelta
) -> None:
    end = calendar.after(begin, working)
    assert calendar.working_time(begin, end) == working
    if working:
        before = end - timedelta(microseconds=1)
        assert calendar.working_time(begin, before) == working - timedelta(microseconds=1)


@given(calendars(any_shifts), instants)
def test_nothing_is_worked_before_the_next_opening(calendar: WorkingCalendar, at: datetime) -> None:
    opening = calendar.next_opening(at)
    assert calendar.is_open(opening)
    assert calendar.working_time(at, opening) == timedelta(0)
    assert (opening == at) == calendar.is_open(at)


@given(calendars(any_shifts), instants)
def test_everything_is_worked_until_the_closing(calendar: WorkingCalendar, at: datetime) -> None:
    closing = calendar.open_until(at)
    if closing is not None:
        assert not calendar.is_open(closing)
        assert calendar.working_time(at, closing) == closing - at
