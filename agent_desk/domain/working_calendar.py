"""Working calendars: when somebody works, and working time between instants; pure, any thread.

Hours are wall-clock times of the calendar's zone, working time is real elapsed time: the night
shift on which the clocks go forward is an hour shorter. Where the clock skips or repeats a time,
RFC 5545 s. 3.3.5 holds: a skipped one is read with the offset before the gap, a repeated one is
the first. All results are aware UTC.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, NewType

from agent_desk.domain.errors import InputError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

CalendarId = NewType("CalendarId", str)

FIRST_YEAR, LAST_YEAR = 1900, 2999
"""Years that calendars reckon in."""

_DAY_MINUTES = 24 * 60
_DAY = timedelta(days=1)
_NOTHING = timedelta(0)
_SHIFT = re.compile(r"([0-9]{1,2}):([0-5][0-9])\s*[-–]\s*([0-9]{1,2}):([0-5][0-9])")
_ACCEPTED_SHIFT = "hours such as 08:30-12:00, 22:00-06:00 into the next day, or 00:00-24:00"


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """Hours of one day, in minutes of wall-clock time after its midnight.

    begins: 0 to 1439. ends: after begins, at most 24 hours later; beyond 1440 on the next day. A
    shift belongs to the day on which it begins: a holiday closes what begins on it.
    """

    begins: int
    ends: int

    def __post_init__(self) -> None:
        """Refuse hours that do not lie in this order."""
        if not 0 <= self.begins < _DAY_MINUTES or not 0 < self.ends - self.begins <= _DAY_MINUTES:
            raise InputError(field="hours", value=str(self), accepted=_ACCEPTED_SHIFT)

    def __str__(self) -> str:
        """Return the hours as files have them, such as ``22:00-06:00``."""
        ends = self.ends if self.ends <= _DAY_MINUTES else self.ends - _DAY_MINUTES
        return f"{_clock(self.begins)}-{_clock(ends)}"


def parse_shift(text: str, *, field: str = "hours") -> Shift:
    """Return the hours written as ``08:30-12:00``; raises InputError.

    An end that is not after the beginning lies on the next day.
    """
    found = _SHIFT.fullmatch(text.strip())
    if found is None:
        raise InputError(field=field, value=text, accepted=_ACCEPTED_SHIFT)
    begins = int(found[1]) * 60 + int(found[2])
    ends = int(found[3]) * 60 + int(found[4])
    if begins >= _DAY_MINUTES or ends > _DAY_MINUTES or begins == ends:
        raise InputError(field=field, value=text, accepted=_ACCEPTED_SHIFT)
    return Shift(begins, ends if ends > begins else ends + _DAY_MINUTES)


def parse_shifts(texts: Iterable[str], *, field: str = "hours") -> tuple[Shift, ...]:
    """Return the hours of one day in order; raises InputError, also for hours that overlap."""
    shifts = sorted(parse_shift(text, field=field) for text in texts)
    for earlier, later in pairwise(shifts):
        if later.begins < earlier.ends:
            value = f"{earlier} {later}"
            raise InputError(field=field, value=value, accepted="hours that do not overlap")
    return tuple(shifts)


class DayKind(StrEnum):
    """What a listed day is, against the hours of its weekday."""

    HOLIDAY = "HOLIDAY"
    """Closed, whatever the weekday says."""
    WORKING = "WORKING"
    """Worked: an adjusted working day on a weekend (调休), or a day with hours of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDay:
    """A day that differs from its weekday.

    shifts: hours of a WORKING day, None for those of an ordinary working day. name: such as
    "National Day", in whatever language the list is.
    """

    kind: DayKind
    shifts: tuple[Shift, ...] | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class _Year:
    """The open stretches of one UTC year, in order and apart from each other.

    worked: working time of the year before each stretch. total: of the whole year.
    """

    begins: Sequence[datetime]
    ends: Sequence[datetime]
    worked: Sequence[timedelta]
    total: timedelta

    def worked_until(self, at: datetime) -> timedelta:
        place = bisect_right(self.begins, at) - 1
        if place < 0:
            return _NOTHING
        return self.worked[place] + min(at, self.ends[place]) - self.begins[place]

    def reached(self, working: timedelta) -> datetime:
        """Return the first instant with so much working time before it: over 0, up to total."""
        place = bisect_left(self.worked, working) - 1
        return self.begins[place] + (working - self.worked[place])

    def end_at(self, at: datetime) -> datetime | None:
        """Return the end of the stretch that ``at`` lies in, None when it lies in none."""
        place = bisect_right(self.begins, at) - 1
        return self.ends[place] if place >= 0 and at < self.ends[place] else None


class WorkingCalendar:
    """Weekly hours in a time zone, with the days that differ.

    Immutable; years are worked out when they are first asked for.
    """

    def __init__(
        self,
        *,
        id: CalendarId,
        zone: ZoneInfo,
        week: Sequence[Sequence[Shift]],
        days: Mapping[date, ListedDay] = MappingProxyType({}),
        name: str = "",
    ) -> None:
        """``week``: the shifts of Monday to Sunday. Raises InputError unless some day has one."""
        if len(week) != 7 or not any(week):
            accepted = "seven days from Monday, at least one with hours"
            raise InputError(field="week", value=len(week), accepted=accepted)
        self.id = id
        self.name = name or id
        self.zone = zone
        self._week = tuple(tuple(shifts) for shifts in week)
        self._ordinary = next(shifts for shifts in self._week if shifts)
        self._days = dict(days)
        self._years: dict[int, _Year] = {}

    @property
    def week(self) -> tuple[tuple[Shift, ...], ...]:
        """The shifts of Monday to Sunday."""
        return self._week

    @property
    def listed_days(self) -> Mapping[date, ListedDay]:
        """The days that differ from their weekday."""
        return MappingProxyType(self._days)

    @property
    def last_listed_day(self) -> date | None:
        """The last day that a list names: holidays after it are unknown; None without any."""
        return max(self._days, default=None)

    def listed_day(self, on: date) -> ListedDay | None:
        """Return what makes the local day ``on`` differ from its weekday, None when nothing."""
        return self._days.get(on)

    def shifts_on(self, on: date) -> tuple[Shift, ...]:
        """Return the shifts that begin on the local day ``on``."""
        listed = self._days.get(on)
        if listed is None:
            return self._week[on.weekday()]
        if listed.kind is DayKind.HOLIDAY:
            return ()
        return self._ordinary if listed.shifts is None else listed.shifts

    def is_open(self, at: datetime) -> bool:
        """Return whether somebody works at ``at``: from an opening up to, not at, the closing."""
        at = _utc(at)
        return self._year(at.year).end_at(at) is not None

    def next_opening(self, at: datetime) -> datetime:
        """Return the next instant at which it is open: ``at`` itself when it is."""
        at = _utc(at)
        if self._year(at.year).end_at(at) is not None:
            return at
        for year in range(at.year, LAST_YEAR + 1):
            begins = self._year(year).begins
            place = bisect_right(begins, at)
            if place < len(begins):
                return begins[place]
        raise _out_of_reach(at)

    def open_until(self, at: datetime) -> datetime | None:
        """Return the closing of the stretch that ``at`` lies in.

        None when it is closed then, or does not close within a year.
        """
        at = _utc(at)
        ends = self._year(at.year).end_at(at)
        while ends is not None and ends < at + timedelta(days=366):
            further = self._year(ends.year).end_at(ends)
            if further is None:
                return ends
            ends = further
        return None

    def working_time(self, begin: datetime, end: datetime) -> timedelta:
        """Return the working time from ``begin`` to ``end``, negative when ``end`` is earlier."""
        begin, end = _utc(begin), _utc(end)
        if end < begin:
            return -self.working_time(end, begin)
        worked = self._year(end.year).worked_until(end) - self._year(begin.year).worked_until(begin)
        for year in range(begin.year, end.year):
            worked += self._year(year).total
        return worked

    def after(self, begin: datetime, working: timedelta) -> datetime:
        """Return the first instant that has ``working`` time between ``begin`` and itself.

        So what ends with a shift is at the closing, not at the next opening, and no working time
        is over at ``begin``. Raises InputError for a negative time and beyond LAST_YEAR.
        """
        begin = _utc(begin)
        if working <= _NOTHING:
            if working < _NOTHING:
                raise InputError(field="working", value=str(working), accepted="0 or more")
            return begin
        rest = self._year(begin.year).worked_until(begin) + working
        for year in range(begin.year, LAST_YEAR + 1):
            table = self._year(year)
            if rest <= table.total:
                return table.reached(rest)
            rest -= table.total
        raise _out_of_reach(working)

    def days_after(self, begin: datetime, days: int) -> datetime:
        """Return the time of day of ``begin``, ``days`` working days later.

        What begins while it is closed begins with the next opening, and so does what would end
        then. Raises InputError beyond LAST_YEAR.
        """
        local = self.next_opening(begin).astimezone(self.zone)
        day = local.date()
        while days > 0:
            day += timedelta(days=1)
            if day.year > LAST_YEAR:
                raise _out_of_reach(day)
            days -= bool(self.shifts_on(day))
        return self.next_opening(datetime.combine(day, local.time(), self.zone))

    def _year(self, year: int) -> _Year:
        found = self._years.get(year)
        if found is None:
            # Two threads may both do it; they do the same.
            found = self._years[year] = self._worked_out(year)
        return found

    def _worked_out(self, year: int) -> _Year:
        first, past = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
        begins, ends, worked, total = [], [], [], _NOTHING
        for begin, end in _merged(sorted(self._stretches(first.date(), past.date()))):
            begin, end = max(begin, first), min(end, past)
            if begin < end:
                begins.append(begin)
                ends.append(end)
                worked.append(total)
                total += end - begin
        return _Year(begins, ends, worked, total)

    def _stretches(self, first: date, past: date) -> Iterator[tuple[datetime, datetime]]:
        """Yield the shifts of all local days that can touch the UTC days ``first`` to ``past``."""
        day = first - 2 * _DAY
        while day <= past + _DAY:
            for shift in self.shifts_on(day):
                begin, end = self._instant(day, shift.begins), self._instant(day, shift.ends)
                if begin < end:  # a shift within the hour that the clock skips is none
                    yield begin, end
            day += _DAY

    def _instant(self, day: date, minutes: int) -> datetime:
        days, minutes = divmod(minutes, _DAY_MINUTES)
        local = datetime.combine(day + days * _DAY, time(*divmod(minutes, 60)), self.zone)
        return local.astimezone(UTC)


def _merged(stretches: Iterable[tuple[datetime, datetime]]) -> Iterator[tuple[datetime, datetime]]:
    """Yield ``stretches``, given by their begin, with those that touch or overlap made one."""
    current: tuple[datetime, datetime] | None = None
    for begin, end in stretches:
        if current is None:
            current = begin, end
        elif begin <= current[1]:
            current = current[0], max(current[1], end)
        else:
            yield current
            current = begin, end
    if current is not None:
        yield current


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None or not FIRST_YEAR < at.year < LAST_YEAR:
        accepted = f"a time with its zone, after the year {FIRST_YEAR} and before {LAST_YEAR}"
        raise InputError(field="at", value=at.isoformat(), accepted=accepted)
    return at if at.tzinfo is UTC else at.astimezone(UTC)


def _out_of_reach(value: object) -> InputError:
    accepted = f"what is over before the year {LAST_YEAR + 1}"
    return InputError(field="working", value=str(value), accepted=accepted)


def _clock(minutes: int) -> str:
    return "{:02}:{:02}".format(*divmod(minutes, 60))
