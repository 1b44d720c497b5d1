"""Working calendars as JSON documents, as a database keeps them; pure, any thread.

The table of `calendar_files`, with the listed days themselves in place of the names of lists::

    {"id": "nord", "name": "Nord dealer", "zone": "Asia/Shanghai",
     "hours": {"monday": ["08:30-12:00", "13:00-18:00"], ...},
     "days": [{"date": "2026-10-01", "kind": "HOLIDAY", "name": "国庆节"}, ...]}
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from agent_desk.domain.calendar_files import WEEKDAYS, week_of, zone_of
from agent_desk.domain.fields import Fields
from agent_desk.domain.working_calendar import (
    CalendarId,
    DayKind,
    ListedDay,
    WorkingCalendar,
    parse_shifts,
)

KEPT_CALENDARS = 256
"""Calendars that stay worked out; a year of one takes about a millisecond to work out."""


def document_of(calendar: WorkingCalendar) -> dict[str, Any]:
    """Return the document that `calendar_of` reads as the same calendar."""
    return {
        "id": calendar.id,
        "name": calendar.name,
        "zone": calendar.zone.key,
        "hours": {
            day: list(map(str, shifts)) for day, shifts in zip(WEEKDAYS, calendar.week, strict=True)
        },
        "days": [_row(on, day) for on, day in sorted(calendar.listed_days.items())],
    }


def calendar_of(document: Mapping[str, Any]) -> WorkingCalendar:
    """Return the calendar of ``document``, the same object for the same words.

    Raises ConfigurationError or InputError for one that `document_of` did not make.
    """
    return _read(json.dumps(document, sort_keys=True))


@lru_cache(maxsize=KEPT_CALENDARS)
def _read(text: str) -> WorkingCalendar:
    table = Fields(json.loads(text), file="calendar")
    return WorkingCalendar(
        id=CalendarId(table.text("id")),
        name=table.text("name"),
        zone=zone_of(table),
        week=week_of(table),
        days=dict(map(_listed_day, table.tables("days"))),
    )


def _row(on: date, day: ListedDay) -> dict[str, Any]:
    row: dict[str, Any] = {"date": on.isoformat(), "kind": day.kind.value}
    if day.shifts is not None:
        row["hours"] = list(map(str, day.shifts))
    if day.name:
        row["name"] = day.name
    return row


def _listed_day(row: Fields) -> tuple[date, ListedDay]:
    day = ListedDay(
        kind=DayKind(row.choice("kind", DayKind)),
        shifts=parse_shifts(row.texts("hours")) if row.has("hours") else None,
        name=row.text("name", ""),
    )
    return date.fromisoformat(row.text("date")), day
