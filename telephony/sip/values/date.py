"""The Date header field (RFC 3261 s. 20.17); pure, any thread."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from telephony.sip.errors import SipSyntaxError

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(
    rf"(?:{'|'.join(_DAYS)}), ([0-9]{{2}}) ({'|'.join(_MONTHS)}) ([0-9]{{4}})"
    r" ([0-9]{2}):([0-9]{2}):([0-9]{2}) GMT"
)


def parse_date(text: str) -> datetime:
    """Read an RFC 1123 date in GMT; raises SipSyntaxError for any other zone or form.

    A wrong day of the week is not looked at, a second 60 is 59.
    """
    match = _DATE.fullmatch(text)
    if match is not None:
        day, month, year, hour, minute, second = match.groups()
        try:
            return datetime(
                int(year),
                _MONTHS.index(month) + 1,
                int(day),
                int(hour),
                int(minute),
                min(int(second), 59) if int(second) == 60 else int(second),
                tzinfo=UTC,
            )
        except ValueError:
            pass
    raise SipSyntaxError(field="Date", value=text, accepted="Sat, 13 Nov 2010 23:29:00 GMT")


def format_date(at: datetime) -> str:
    """Return an aware time as a Date value, in whole seconds; locale plays no part."""
    utc = at.astimezone(UTC)
    day, month = _DAYS[utc.weekday()], _MONTHS[utc.month - 1]
    return f"{day}, {utc.day:02} {month} {utc.year:04} {utc:%H:%M:%S} GMT"
