"""When a customer may be called: by daylight where the number belongs, on working days; pure.

Any thread. A number that may lie in several time zones is called when it is day in all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from agent_desk.domain.errors import InputError
from agent_desk.domain.working_calendar import WorkingCalendar

_DAY = timedelta(days=1)
_MOST_STEPS = 800
"""More openings than a year has: beyond that the zones have no daylight in common."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallingHours:
    """Whole hours of the customer's wall clock: from ``begins`` up to, not at, ``ends``.

    calendar: whose closed days are skipped, by the customer's date; None for every day.
    """

    begins: int = 9
    ends: int = 20
    calendar: WorkingCalendar | None = None

    def __post_init__(self) -> None:
        """Refuse hours that reach into the night."""
        if not 6 <= self.begins < self.ends <= 22:
            accepted = "whole hours from 6 to 22, the beginning before the end"
            raise InputError(field="hours", value=f"{self.begins}-{self.ends}", accepted=accepted)

    def next_call(self, at: datetime, zones: Sequence[tzinfo | None]) -> datetime:
        """Return the first moment from ``at`` on at which to call; aware UTC.

        zones: where the number may be, the likeliest first; None for this machine's own.
        """
        moment = at.astimezone(UTC)
        for _ in range(_MOST_STEPS):
            opening = max(self._opening(moment, zone) for zone in zones)
            if opening == moment:
                return moment
            moment = opening
        # No daylight in common, or a calendar that never opens: better called than forgotten.
        return self.next_call(at, zones[:1]) if len(zones) > 1 else at.astimezone(UTC)

    def next_day(self, at: datetime, zones: Sequence[tzinfo | None]) -> datetime:
        """Return the first moment of a later day at which to call; aware UTC."""
        tomorrow = at.astimezone(zones[0]).date() + _DAY
        return self.next_call(_instant(tomorrow, 0, zones[0]), zones)

    def working_days_later(self, at: datetime, days: int, zone: tzinfo | None) -> datetime:
        """Return the same time of the day, ``days`` working days later; aware UTC."""
        local = at.astimezone(zone)
        day, left = local.date(), days
        for _ in range(_MOST_STEPS):
            if left <= 0:
                break
            day += _DAY
            left -= self._is_worked(day)
        later = datetime.combine(day, local.time(), zone)
        return later.astimezone(UTC)

    def _opening(self, moment: datetime, zone: tzinfo | None) -> datetime:
        """Return ``moment`` when one may call there, else when that day or the next one opens."""
        local = moment.astimezone(zone)
        day = local.date()
        if local.hour >= self.ends or not self._is_worked(day):
            return _instant(day + _DAY, self.begins, zone)
        return moment if local.hour >= self.begins else _instant(day, self.begins, zone)

    def _is_worked(self, day: date) -> bool:
        return self.calendar is None or bool(self.calendar.shifts_on(day))


def zones_named(names: Iterable[str]) -> tuple[tzinfo | None, ...]:
    """Return the time zones with these names; this machine's own when none is known."""
    # Here: its loading costs what a desk that only lists orders need not pay.
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    zones: list[tzinfo | None] = []
    for name in names:
        try:
            zones.append(ZoneInfo(name))
        except (ZoneInfoNotFoundError, ValueError):
            continue
    return tuple(zones) or (None,)


def _instant(day: date, hour: int, zone: tzinfo | None) -> datetime:
    return datetime.combine(day, time(hour), zone).astimezone(UTC)
