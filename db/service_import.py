"""Stores working calendars and service policies that files describe; the caller's thread.

Each is one short transaction; desks take the new ones over within a minute, and reckon anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text

from agent_desk.domain.service_policy_file import service_policy_of
from agent_desk.domain.working_calendar import CalendarId, WorkingCalendar
from db.bulk_transaction import Place, bulk_connection, writing
from db.repositories.calendars import SqlCalendarRepository
from db.repositories.service_records import SqlServiceRecordRepository

_WHO = text("SELECT session_user")

BY_COMMAND = "agent-desk-cli"
"""Who imports into a file, which does not know who sits before it."""


def import_calendars(
    place: Place,
    calendars: Mapping[CalendarId, WorkingCalendar],
    *,
    password: str | None = None,
) -> int:
    """Store ``calendars`` in place of those with the same ids; return how many there are now.

    place: the path of an SQLite file, or the URL of a PostgreSQL database and its ``password``.
    Raises StorageError, for a server also SignInError and RightsError.
    """
    with bulk_connection(place, password=password) as connection, writing(connection):
        repository = SqlCalendarRepository(connection)
        repository.put(calendars.values())
        return len(repository.all())


def import_service_policy(
    place: Place,
    tables: Mapping[str, Any],
    *,
    file: str,
    now: datetime,
    password: str | None = None,
) -> int:
    """Let the policy of a file's ``tables`` hold from now on; return its version.

    Raises ConfigurationError, naming ``file``, for one that is not sound with the calendars of
    the database; and what `import_calendars` raises.
    """
    with bulk_connection(place, password=password) as connection, writing(connection):
        service_policy_of(tables, SqlCalendarRepository(connection).all(), file=file)
        on_server = connection.dialect.name != "sqlite"
        by = str(connection.execute(_WHO).scalar_one()) if on_server else BY_COMMAND
        return SqlServiceRecordRepository(connection).keep_policy(tables, by=by, at=now)
