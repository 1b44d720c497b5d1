"""Session timers: a call whose peer vanished ends by itself (RFC 4028); pure, any thread.

All times are seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from telephony.sip.errors import RequestRefusedError, SipSyntaxError
from telephony.sip.message.headers import Field
from telephony.sip.message.message import Message, Request, Response
from telephony.sip.values.grammar import parse_delta_seconds
from telephony.sip.values.parameters import parse_parameters

LEAST_INTERVAL = 90
"""RFC 4028 s. 4: the least that anybody may ask for."""

USUAL_INTERVAL = 1800
"""RFC 4028 s. 4: recommended."""

_UAC, _UAS = "uac", "uas"
_TAG = "timer"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerWish:
    """What this side asks for (RFC 4028 s. 4).

    interval: between refreshes. least: the shortest that it takes, Min-SE.
    """

    interval: int = USUAL_INTERVAL
    least: int = LEAST_INTERVAL

    def request_fields(self) -> tuple[Field, ...]:
        """Return what our INVITE or UPDATE says (RFC 4028 s. 7.1)."""
        return (("Session-Expires", str(max(self.interval, self.least))), *self._minimum())

    def after_422(self, response: Response) -> TimerWish:
        """Return the wish that the next try must have (RFC 4028 s. 7.3)."""
        least = max(self.least, _seconds(response, "Min-SE") or self.least)
        return replace(self, least=least, interval=max(self.interval, least))

    def _minimum(self) -> tuple[Field, ...]:
        return (("Min-SE", str(self.least)),) if self.least > LEAST_INTERVAL else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTimer:
    """The agreed timer, counted from the last 2xx to INVITE or UPDATE (RFC 4028 s. 10).

    interval: seconds between refreshes at most. we_refresh: whether it is on us.
    since: time of that 2xx.
    """

    interval: int
    we_refresh: bool
    since: float

    @property
    def refresh_at(self) -> float | None:
        """When our refresh is due: after half the interval (RFC 4028 s. 7.2), None if theirs."""
        return self.since + self.interval / 2 if self.we_refresh else None

    @property
    def ends_at(self) -> float:
        """When BYE is due: a third, at most 32 s, before the end (RFC 4028 s. 10)."""
        return self.since + self.interval - min(32.0, self.interval / 3)


def answer_timer(
    request: Request, wish: TimerWish, now: float
) -> tuple[SessionTimer, tuple[Field, ...]]:
    """Return the timer for the peer's INVITE or UPDATE and the fields of our 2xx (RFC 4028 s. 9).

    Raises RequestRefusedError 422 when the peer asks for less than we take. A peer that knows no
    timers is refreshed by us; it need not know that it is.
    """
    asked = _seconds(request, "Session-Expires")
    theirs = _TAG in request.supported or _TAG in request.required
    if asked is not None and asked < wish.least and theirs:
        minimum = (("Min-SE", str(wish.least)),)
        raise RequestRefusedError(422, "Session Interval Too Small", headers=minimum)
    least = max(wish.least, _seconds(request, "Min-SE") or 0)
    interval = max(least, min(asked or wish.interval, wish.interval))
    chosen = _refresher(request) or _UAC
    refresher = chosen if theirs else _UAS
    fields: tuple[Field, ...] = (("Session-Expires", f"{interval};refresher={refresher}"),)
    if refresher == _UAC:
        fields += (("Require", _TAG),)
    if not theirs:
        fields = ()
    timer = SessionTimer(interval=interval, we_refresh=refresher == _UAS, since=now)
    return timer, fields


def timer_of_answer(response: Response, wish: TimerWish, now: float) -> SessionTimer:
    """Return the timer that the 2xx to our INVITE or UPDATE agrees on (RFC 4028 s. 7.2).

    A peer that says nothing knows no timers: then it is on us alone.
    """
    interval = _seconds(response, "Session-Expires")
    if interval is None:
        return SessionTimer(interval=wish.interval, we_refresh=True, since=now)
    ours = _refresher(response) != _UAS
    return SessionTimer(interval=max(interval, LEAST_INTERVAL), we_refresh=ours, since=now)


def _seconds(message: Message, name: str) -> int | None:
    """Return the seconds of a field; one that cannot be read is as good as none."""
    value = message.headers.get(name)
    try:
        return None if value is None else parse_delta_seconds(value, name)
    except SipSyntaxError:
        return None


def _refresher(message: Message) -> str | None:
    value = message.headers.get("Session-Expires") or ""
    _, semicolon, parameters = value.partition(";")
    try:
        found = parse_parameters(semicolon + parameters, "Session-Expires").get("refresher")
    except SipSyntaxError:
        return None
    return found.lower() if found and found.lower() in (_UAC, _UAS) else None
