"""Times, dates and numbers as people read them, in the current language; main thread."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from agent_desk.domain.identifiers import parse_caller_id
from ui.language import Language, current_language, tr

# The first paint shows no money.
if TYPE_CHECKING:
    from decimal import Decimal

    from agent_desk.domain.money import Money

NO_REGION = "ZZ"
"""Stored numbers are E.164 and need no region to be read."""


def format_duration(seconds: float) -> str:
    """Return whole seconds as "02:47", from one hour on as "1:02:47"; negative ones as "00:00"."""
    whole = max(0, int(seconds))
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minute:02d}:{second:02d}"
    return f"{minute:02d}:{second:02d}"


def format_span(span: timedelta, *, short: bool = False) -> str:
    """Return how long something lasts: "12 min", "3 h 20 min", "2 d 4 h"; ``short``: "3 h"."""
    minutes = max(0, int(span.total_seconds() // 60))
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    if short and hours:
        hour, minute = 0, 0
    if days:
        return tr("span.days", days=days, hours=hour) if hour else tr("span.whole_days", days=days)
    if hours and minute:
        return tr("span.hours", hours=hours, minutes=minute)
    if hours:
        return tr("span.whole_hours", hours=hours)
    return tr("span.minutes", minutes=minutes)


def format_time(moment: datetime) -> str:
    """Return the local time of day as "09:12"."""
    return f"{moment.astimezone():%H:%M}"


def format_moment(moment: datetime, now: datetime) -> str:
    """Return an aware ``moment`` in local time as seen from ``now``.

    "Today 09:12", "Yesterday 16:40", "18 Nov 16:40", and with the year when it is another one.
    """
    return format_local(moment.astimezone(), now.astimezone().date())


def format_local(moment: datetime, today: date) -> str:
    """Return as ``format_moment`` does; both are in local time already."""
    day = moment.date()
    time = f"{moment.hour:02d}:{moment.minute:02d}"
    if day == today:
        return tr("moment.today", time=time)
    if day == today - timedelta(days=1):
        return tr("moment.yesterday", time=time)
    if day == today + timedelta(days=1):
        return tr("moment.tomorrow", time=time)
    parts = {"day": _day(day), "month": tr(f"month.{day.month}"), "time": time}
    if day.year == today.year:
        return tr("moment.this_year", **parts)
    return tr("moment.other_year", year=day.year, **parts)


def format_date(day: date) -> str:
    """Return a calendar day as "18 Nov 2026"; an aware datetime counts in local time."""
    if isinstance(day, datetime):
        day = day.astimezone().date()
    return tr("moment.date", year=day.year, month=tr(f"month.{day.month}"), day=_day(day))


@lru_cache(maxsize=1024)
def format_number(e164: str) -> str:
    """Return a telephone number with spaces, as it is when it is no full number.

    The first call in a process loads the number library (some 50 ms).
    """
    return parse_caller_id(e164, region=NO_REGION).display


def format_money(money: Money) -> str:
    """Return an exact amount with its currency, as "CNY 1,234.50"."""
    return f"{money.currency} {money.amount:,f}"


def format_quantity(quantity: Decimal) -> str:
    """Return a quantity without zeros at its end, as "1.5" or "1,200"."""
    text = f"{quantity:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _day(day: date) -> str:
    """Return the day of the month; two digits in English, where columns of dates line up."""
    return str(day.day) if current_language() is Language.ZH else f"{day.day:02d}"
