"""Reading working calendars: a TOML file of hours, CSV lists of holidays beside it; pure.

::

    [[calendars]]
    id = "nord"
    name = "Nord dealer"
    zone = "Asia/Shanghai"
    days = ["china-2026.csv"]
    [calendars.hours]
    every_day = ["08:30-12:00", "13:00-18:00"]
    sunday = []

The lists have the columns date, kind (holiday or working), hours and name. A working day without
hours has those of an ordinary working day, as Chinese adjusted working days do::

    date,kind,hours,name
    2026-10-01,holiday,,国庆节
    2026-10-10,working,,国庆节调休
    2026-12-24,working,09:00-12:00,Christmas Eve

Errors name the file (a list's with its line, ``china-2026.csv:3``), the field, the value found
and what is accepted.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NoReturn

from agent_desk.domain.errors import ConfigurationError, InputError
from agent_desk.domain.fields import Fields, read_toml
from agent_desk.domain.working_calendar import (
    FIRST_YEAR,
    LAST_YEAR,
    CalendarId,
    DayKind,
    ListedDay,
    Shift,
    WorkingCalendar,
    parse_shifts,
)

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
COLUMNS = ("date", "kind", "hours", "name")
"""Columns of a list of days; hours and name may be missing."""

_DATE = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_KINDS: Mapping[str, DayKind] = MappingProxyType({kind.value.lower(): kind for kind in DayKind})


def read_calendars(path: Path) -> Mapping[CalendarId, WorkingCalendar]:
    """Return the calendars of a TOML file by id; raises ConfigurationError."""
    fields = Fields(read_toml(path), file=path.name)
    calendars: dict[CalendarId, WorkingCalendar] = {}
    for table in fields.tables("calendars"):
        calendar = _calendar(table, path)
        if calendar.id in calendars:
            table.refuse("id", "an id that no other calendar has")
        calendars[calendar.id] = calendar
    if not calendars:
        fields.refuse("calendars", "at least one table [[calendars]]")
    fields.finish()
    return MappingProxyType(calendars)


def read_days(path: Path) -> Mapping[date, ListedDay]:
    """Return the days of a CSV list; raises ConfigurationError."""
    days: dict[date, ListedDay] = {}
    for file, row in _rows(path):
        on = _day(row["date"], file)
        if on in days:
            _refuse(file, "date", row["date"], "a day that the list does not have already")
        days[on] = _listed_day(row, file)
    return MappingProxyType(days)


def _calendar(table: Fields, path: Path) -> WorkingCalendar:
    id = CalendarId(table.text("id"))
    calendar = WorkingCalendar(
        id=id,
        name=table.text("name", id),
        zone=zone_of(table),
        week=week_of(table),
        days=_days(table, path),
    )
    table.finish()
    return calendar


def zone_of(table: Fields) -> ZoneInfo:
    """Return the zone that a calendar's table names; raises ConfigurationError."""
    from zoneinfo import ZoneInfo  # read with the first calendar: start-up does not need it

    name = table.text("zone")
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # OSError: the name of a folder of zones
        table.refuse("zone", "a time zone by its IANA name, such as Asia/Shanghai or Europe/Berlin")


def week_of(table: Fields) -> tuple[tuple[Shift, ...], ...]:
    """Return the hours of a calendar's table, Monday to Sunday; raises ConfigurationError."""
    hours = table.table("hours", required=True)
    every_day = _shifts(hours, "every_day", ())
    week = tuple(_shifts(hours, day, every_day) for day in WEEKDAYS)
    hours.finish()
    if not any(week):
        table.refuse("hours", "hours on at least one day")
    return week


def _shifts(hours: Fields, key: str, default: tuple[Shift, ...]) -> tuple[Shift, ...]:
    texts = hours.texts(key, ())
    if not hours.has(key):
        return default
    try:
        return parse_shifts(texts)
    except InputError as error:
        hours.refuse(key, f"a list of {error.details['accepted']}")


def _days(table: Fields, path: Path) -> Mapping[date, ListedDay]:
    days: dict[date, ListedDay] = {}
    for name in table.texts("days", ()):
        for on, day in read_days(path.parent / name).items():
            if on in days:
                table.refuse("days", f"lists that do not both have {on}")
            days[on] = day
    return days


def _rows(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the name of the file with the line, and the cells by column, of each row."""
    with _readable(path), path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True, restval="")
        _require_columns(path, reader.fieldnames or ())
        for row in reader:
            place = f"{path.name}:{reader.line_num}"
            if None in row:
                _refuse(place, "row", ",".join(row[None]), f"no more cells than {len(row) - 1}")
            cells = {column: row.get(column, "").strip() for column in COLUMNS}
            if any(cells.values()):
                yield place, cells


def _require_columns(path: Path, found: object) -> None:
    names = list(found) if isinstance(found, list | tuple) else []
    for name in names:
        if name not in COLUMNS or names.count(name) > 1:
            _refuse(f"{path.name}:1", "columns", name, "once each of " + ", ".join(COLUMNS))
    for name in ("date", "kind"):
        if name not in names:
            _refuse(f"{path.name}:1", "columns", ",".join(names), f"a column {name}")


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Say what is wrong with a file that cannot be read as CSV."""
    try:
        yield
    except FileNotFoundError:
        _refuse(path.name, "file", str(path), "the path of an existing CSV file")
    except OSError as error:
        _refuse(path.name, "file", str(path), f"a file that can be read ({error.strerror})")
    except UnicodeDecodeError as error:
        accepted = "UTF-8 text (in a spreadsheet: save as CSV UTF-8)"
        _refuse(path.name, "encoding", f"byte {error.start}", accepted)
    except csv.Error as error:
        _refuse(path.name, "syntax", str(error), "CSV with commas (RFC 4180)")


def _day(text: str, file: str) -> date:
    """Return the day, year first; spreadsheets turn 2026-10-01 into 2026/10/1 when they save."""
    found = _DATE.fullmatch(text)
    try:
        on = date(int(found[1]), int(found[2]), int(found[3])) if found else date.min
    except ValueError:
        on = date.min  # no such day in that month
    if not FIRST_YEAR < on.year < LAST_YEAR:
        _refuse(file, "date", text, "a day such as 2026-10-01")
    return on


def _listed_day(row: Mapping[str, str], file: str) -> ListedDay:
    kind = _KINDS.get(row["kind"].lower())
    if kind is None:
        _refuse(file, "kind", row["kind"], "one of " + ", ".join(_KINDS))
    if kind is DayKind.HOLIDAY and row["hours"]:
        _refuse(file, "hours", row["hours"], "nothing on a holiday; a day with hours is working")
    try:
        shifts = parse_shifts(row["hours"].split())
    except InputError as error:
        _refuse(file, "hours", row["hours"], f"{error.details['accepted']}, apart by spaces")
    return ListedDay(kind=kind, shifts=shifts or None, name=row["name"])


def _refuse(file: str, field: str, value: object, accepted: str) -> NoReturn:
    raise ConfigurationError(file=file, field=field, value=value, accepted=accepted)
