"""Digits that come in, each told once (RFC 4733 s. 2.5.2); any one thread."""

from __future__ import annotations

from dataclasses import dataclass

from telephony.rtp.digits.event import TelephoneEvent, parse_event

_SILENT_SECONDS = 0.300
"""Five lost reports and all three ends: then the digit has ended without saying so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedDigit:
    """A digit that has ended. duration: in units of the stream's clock, as far as it was told."""

    digit: str
    duration: int


class DigitReceiver:
    """One stream's events; repeated, reordered and lost reports change nothing."""

    def __init__(self) -> None:
        """Begin without an event."""
        self._event: TelephoneEvent | None = None
        self._timestamp = 0
        self._heard_at = 0.0
        self._ended: int | None = None

    @property
    def digit(self) -> str | None:
        """Return the digit that is being pressed now."""
        return None if self._event is None else self._event.digit

    def take(self, payload: bytes, timestamp: int, now: float) -> tuple[ReceivedDigit, ...]:
        """Take in a report; return the digits that ended; raises PayloadError for garbage.

        timestamp: unwrapped. Digits come in the order in which they were pressed.
        """
        event = parse_event(payload)
        if self._ended is not None and timestamp <= self._ended:
            return ()
        ended: tuple[ReceivedDigit, ...] = ()
        if self._event is not None and timestamp != self._timestamp:
            if timestamp < self._timestamp:
                return ()
            ended = self._end()
        self._follow(event, timestamp, now)
        return ended + self._end() if event.is_end else ended

    def handle_time(self, now: float) -> tuple[ReceivedDigit, ...]:
        """Return the digit whose end was lost, once nothing has been reported for 0.3 s."""
        if self._event is None or now - self._heard_at < _SILENT_SECONDS:
            return ()
        return self._end()

    def _follow(self, event: TelephoneEvent, timestamp: int, now: float) -> None:
        if self._event is None or event.duration >= self._event.duration:
            self._event = event
        self._timestamp, self._heard_at = timestamp, now

    def _end(self) -> tuple[ReceivedDigit, ...]:
        event, self._event = self._event, None
        self._ended = self._timestamp
        if event is None or event.digit is None:
            return ()
        return (ReceivedDigit(digit=event.digit, duration=event.duration),)
