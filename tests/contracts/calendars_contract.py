"""What every implementation of ``ports.storage.Storage`` keeps of working calendars.

A subclass named ``Test...`` gives the fixture ``storage``, as for `storage_contract`.
"""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from agent_desk.domain.calendar_document import document_of
from agent_desk.domain.working_calendar import (
    CalendarId,
    DayKind,
    ListedDay,
    WorkingCalendar,
    parse_shifts,
)
from agent_desk.ports.storage import Storage

NORD = CalendarId("nord")


def a_calendar(name: str = "Nord", hours: str = "08:30-18:00") -> WorkingCalendar:
    return WorkingCalendar(
        id=NORD,
        name=name,
        zone=ZoneInfo("Asia/Shanghai"),
        week=[parse_shifts([hours])] * 5 + [()] * 2,
        days={
            date(2026, 10, 1): ListedDay(kind=DayKind.HOLIDAY, name="国庆节"),
            date(2026, 10, 10): ListedDay(kind=DayKind.WORKING),
            date(2026, 12, 24): ListedDay(
                kind=DayKind.WORKING, shifts=parse_shifts(["09:00-12:00"])
            ),
        },
    )


class CalendarsContract:
    async def test_there_are_none_at_first(self, storage: Storage) -> None:
        assert await storage.read(lambda unit: unit.calendars.all()) == {}

    async def test_a_calendar_comes_back_as_it_was(self, storage: Storage) -> None:
        calendar = a_calendar()

        await storage.write(lambda unit: unit.calendars.put([calendar]))

        found = await storage.read(lambda unit: unit.calendars.all())
        assert list(found) == [NORD]
        assert document_of(found[NORD]) == document_of(calendar)

    async def test_another_of_the_same_id_takes_its_place(self, storage: Storage) -> None:
        await storage.write(lambda unit: unit.calendars.put([a_calendar()]))
        await storage.write(lambda unit: unit.calendars.put([a_calendar("Nord II", "09:00-17:00")]))

        found = await storage.read(lambda unit: unit.calendars.all())
        assert {id: calendar.name for id, calendar in found.items()} == {NORD: "Nord II"}
