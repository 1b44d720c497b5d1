"""Digits on their way out (RFC 4733 s. 2.5.1); any one thread."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from telephony.rtp.digits.event import DIGITS, MOST_DURATION, TelephoneEvent
from telephony.rtp.errors import PayloadError

_USUAL_FRAMES = 5
"""100 ms of 20 ms each; ITU-T Q.24 lets an exchange pass over tones under 40 ms."""

_LEAST_FRAMES = 2
_PAUSE_FRAMES = 4
_END_REPORTS = 3
"""RFC 4733 s. 2.5.1.4: the end is reported three times, since any report may be lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventReport:
    """What the next packet of the stream carries.

    timestamp: that of the event's beginning. marker: whether it is the event's first report.
    """

    payload: bytes
    timestamp: int
    marker: bool


class DigitSender:
    """Digits one after the other, each with a pause behind it, on the ticks of the speech.

    While `is_busy` says so, no speech is to be sent: the event takes its place.
    """

    def __init__(self, frame_units: int = 160) -> None:
        """Report once each tick of ``frame_units``: 20 ms by the clock of the events."""
        self._frame_units = frame_units
        self._waiting: deque[tuple[int, int]] = deque()
        self._event: tuple[int, int, int] | None = None
        self._ends_sent = 0
        self._passed = 0
        self._pause = 0

    @property
    def is_busy(self) -> bool:
        """Return whether a digit is being sent or waits."""
        return self._event is not None or bool(self._waiting)

    def send(self, digits: str, units: int | None = None) -> None:
        """Queue ``digits``, 100 ms or ``units`` each; raises PayloadError for what is no digit."""
        units = _USUAL_FRAMES * self._frame_units if units is None else units
        least = _LEAST_FRAMES * self._frame_units
        codes = [DIGITS.find(digit) for digit in digits.upper()]
        if -1 in codes:
            raise PayloadError(field="digits", value=digits, accepted=DIGITS)
        if not least <= units <= MOST_DURATION:
            accepted = f"{least} to {MOST_DURATION}"
            raise PayloadError(field="duration", value=units, accepted=accepted)
        self._waiting.extend((code, units) for code in codes)

    def tick(self, timestamp: int) -> EventReport | None:
        """Return this tick's report, if any; ``timestamp`` is that of its speech, 32 bits."""
        if self._event is None:
            self._pause = max(0, self._pause - self._frame_units)
            if self._pause or not self._waiting:
                return None
            code, units = self._waiting.popleft()
            self._event, self._ends_sent, self._passed = (code, units, timestamp), 0, 0
        return self._report(timestamp, *self._event)

    def _report(self, timestamp: int, code: int, units: int, began: int) -> EventReport:
        # By ticks, since the timestamps may be by another clock than the events.
        self._passed += self._frame_units
        is_end = self._passed >= units
        event = TelephoneEvent(code=code, duration=min(self._passed, units), is_end=is_end)
        self._ends_sent += is_end
        if self._ends_sent == _END_REPORTS:
            self._event, self._pause = None, _PAUSE_FRAMES * self._frame_units
        return EventReport(payload=event.encode(), timestamp=began, marker=timestamp == began)
