"""Working calendars; on the thread of its unit of work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, insert, select, update

from agent_desk.domain.calendar_document import calendar_of, document_of
from agent_desk.domain.working_calendar import CalendarId, WorkingCalendar
from db.calendar_tables import working_calendars
from db.prepared import PreparedSelect

_ALL = PreparedSelect(select(working_calendars).order_by(working_calendars.c.name))


class SqlCalendarRepository:
    """``ports.storage.CalendarRepository`` on one connection."""

    def __init__(self, connection: Connection) -> None:
        """Work on ``connection``."""
        self._connection = connection

    def all(self) -> Mapping[CalendarId, WorkingCalendar]:
        """Return every calendar by its id."""
        rows = _ALL.records(self._connection, {})
        return {CalendarId(row.name): calendar_of(row.document) for row in rows}

    def put(self, calendars: Iterable[WorkingCalendar]) -> None:
        """Store ``calendars``, each in place of one with the same id."""
        for calendar in calendars:
            row = {"name": calendar.id, "document": document_of(calendar)}
            same = working_calendars.c.name == calendar.id
            changed = self._connection.execute(update(working_calendars).where(same).values(row))
            if changed.rowcount == 0:
                self._connection.execute(insert(working_calendars), row)
