"""Reading service targets from a TOML file, or from its tables as a database keeps them; pure.

::

    house = "house"
    warn_percent = 80

    [[escalations]]
    percent = 100
    role = "SUPERVISOR"

    [[targets]]
    step = "ACCEPT"
    priority = "P1"
    minutes = 30
    calendar = "house"

A target with ``level = "gold"`` holds for orders whose contract promised that level, and before the
one without. ``house`` and ``calendar`` name working calendars (`calendar_files`). A target without
a calendar runs by the hours of the department or dealer that has the order. Escalations hold for
every target that has none of its own (``[[targets.escalations]]``). Errors name file, field, value
and what is accepted.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from agent_desk.domain.errors import InputError
from agent_desk.domain.fields import Fields, read_toml
from agent_desk.domain.rights import Role
from agent_desk.domain.service_target import (
    MAX_PERCENT,
    MAX_WITHIN,
    TOLD_ROLES,
    WARN_PERCENT,
    Mark,
    ServicePolicy,
    ServiceStep,
    ServiceTarget,
    marks_of,
)
from agent_desk.domain.ticket import Priority
from agent_desk.domain.working_calendar import CalendarId, WorkingCalendar

Calendars = Mapping[CalendarId, WorkingCalendar]


def read_service_policy(path: Path, calendars: Calendars) -> ServicePolicy:
    """Return the policy of a TOML file; raises ConfigurationError."""
    return service_policy_of(read_toml(path), calendars, file=path.name)


def service_policy_of(
    tables: Mapping[str, Any], calendars: Calendars, *, file: str = "service policy"
) -> ServicePolicy:
    """Return the policy that the ``tables`` of a file say; raises ConfigurationError."""
    fields = Fields(tables, file=file)
    house = _calendar(fields, "house", calendars)
    warn_percent = fields.integer("warn_percent", WARN_PERCENT, least=1, most=99)
    default = _marks(fields, warn_percent)
    targets: dict[tuple[ServiceStep, Priority, str], ServiceTarget] = {}
    for table in fields.tables("targets"):
        target = _target(table, calendars, warn_percent, default)
        key = (target.step, target.priority, target.level)
        if key in targets:
            table.refuse("priority", f"one that has no target for {target.step} already")
        targets[key] = target
    fields.finish()
    return ServicePolicy(targets=targets.values(), house=house, calendars=calendars)


def _target(
    table: Fields, calendars: Calendars, warn_percent: int, default: tuple[Mark, ...]
) -> ServiceTarget:
    most = int(MAX_WITHIN / timedelta(minutes=1))
    own, is_named = _marks(table, warn_percent), table.text("calendar", "") != ""
    target = ServiceTarget(
        step=ServiceStep(table.choice("step", ServiceStep)),
        priority=Priority(table.choice("priority", Priority)),
        within=timedelta(minutes=table.integer("minutes", least=1, most=most)),
        marks=own if table.has("escalations") else default,
        calendar=_calendar(table, "calendar", calendars) if is_named else None,
        level=table.text("level", ""),
    )
    table.finish()
    return target


def _calendar(table: Fields, key: str, calendars: Calendars) -> WorkingCalendar:
    return calendars[CalendarId(table.choice(key, calendars))]


def _marks(table: Fields, warn_percent: int) -> tuple[Mark, ...]:
    escalations: list[tuple[int, Role]] = []
    for row in table.tables("escalations"):
        percent = row.integer("percent", least=1, most=MAX_PERCENT)
        escalations.append((percent, Role(row.choice("role", TOLD_ROLES))))
        row.finish()
    try:
        return marks_of(escalations, warn_percent=warn_percent)
    except InputError as error:
        table.refuse("escalations", error.details["accepted"])
