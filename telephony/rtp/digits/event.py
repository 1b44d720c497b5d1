"""The payload of a telephone event (RFC 4733 s. 2.3); pure, any thread."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from telephony.rtp.errors import PayloadError

DIGITS = "0123456789*#ABCD"
"""RFC 4733 s. 3.2, table 3: event codes 0 to 15."""

MOST_DURATION = 0xFFFF
_PAYLOAD = struct.Struct("!BBH")
_END = 0x80
_MOST_VOLUME = 0x3F


@dataclass(frozen=True, slots=True, kw_only=True)
class TelephoneEvent:
    """One report of an event that goes on or has ended.

    code: 0 to 255, digits up to 15. duration: so far, in units of the stream's clock, 16 bits.
    is_end: whether this is its last report. volume: 0 to 63, in -dBm0.
    """

    code: int
    duration: int
    is_end: bool = False
    volume: int = 10

    @property
    def digit(self) -> str | None:
        """Return the digit, None for another event: a flash, a fax tone."""
        return DIGITS[self.code] if self.code < len(DIGITS) else None

    def encode(self) -> bytes:
        """Return the payload; raises PayloadError for a number that has no room."""
        for field, value, most in (
            ("event", self.code, 0xFF),
            ("volume", self.volume, _MOST_VOLUME),
            ("duration", self.duration, MOST_DURATION),
        ):
            if not 0 <= value <= most:
                raise PayloadError(field=field, value=value, accepted=f"0 to {most}")
        return _PAYLOAD.pack(self.code, self.is_end << 7 | self.volume, self.duration)


def parse_event(payload: bytes) -> TelephoneEvent:
    """Return the first event of ``payload``; raises PayloadError when it is cut short.

    The reserved bit is ignored (RFC 4733 s. 2.3.3).
    """
    if len(payload) < _PAYLOAD.size:
        raise PayloadError(field="event", value=len(payload), accepted="at least 4 octets")
    code, flags, duration = _PAYLOAD.unpack_from(payload)
    return TelephoneEvent(
        code=code, duration=duration, is_end=flags >= _END, volume=flags & _MOST_VOLUME
    )
