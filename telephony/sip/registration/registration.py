"""The registration's state: refresh in time, recover, give up for good; time as an argument.

Sources: RFC 3261 s. 10.2, RFC 5626 s. 4.4 and 4.5. Runs on any one thread. Challenges are answered
before responses come here; what comes as 401 or 407 was refused for good.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType

from telephony.sip.errors import DialogError
from telephony.sip.message.message import Request, Response
from telephony.sip.registration.back_off import BackOff
from telephony.sip.registration.binding import Binding
from telephony.sip.values.uri import SipUri

_LOG = logging.getLogger(__name__)
_REFRESH_BEFORE_SECONDS = 30
"""A refresh is due this long before the end, or after half of a time that is short."""

_MOST_BRIEF = 3
"""RFC 3261 s. 10.3: 423 says what would do; a registrar that says it again and again is odd."""


class RegistrationState(StrEnum):
    """How far the registration is."""

    IDLE = "idle"
    REGISTERING = "registering"
    REGISTERED = "registered"
    REFRESHING = "refreshing"
    WAITING = "waiting"
    REFUSED = "refused"
    LEAVING = "leaving"


AT_REST = frozenset({RegistrationState.IDLE, RegistrationState.REFUSED, RegistrationState.LEAVING})
"""In these the binding is not kept up: a new address is only noted."""


class RegistrationEvent(StrEnum):
    """What happens to it."""

    START = "start"
    GRANTED = "granted"
    TOO_BRIEF = "423"
    LACKS_OUTBOUND = "439"
    FAILED = "failed"
    REFUSED = "refused"
    DUE = "due"
    STOP = "stop"
    NETWORK_CHANGED = "network changed"


_S, _E = RegistrationState, RegistrationEvent
_MOVES: Mapping[tuple[RegistrationState, RegistrationEvent], RegistrationState] = MappingProxyType(
    {
        (_S.IDLE, _E.START): _S.REGISTERING,
        (_S.REFUSED, _E.START): _S.REGISTERING,
        (_S.WAITING, _E.START): _S.REGISTERING,
        (_S.WAITING, _E.DUE): _S.REGISTERING,
        (_S.WAITING, _E.STOP): _S.IDLE,
        (_S.REFUSED, _E.STOP): _S.IDLE,
        (_S.REGISTERING, _E.GRANTED): _S.REGISTERED,
        (_S.REGISTERING, _E.TOO_BRIEF): _S.REGISTERING,
        (_S.REGISTERING, _E.LACKS_OUTBOUND): _S.REGISTERING,
        (_S.REGISTERING, _E.FAILED): _S.WAITING,
        (_S.REGISTERING, _E.REFUSED): _S.REFUSED,
        (_S.REGISTERING, _E.STOP): _S.LEAVING,
        (_S.REGISTERING, _E.NETWORK_CHANGED): _S.REGISTERING,
        (_S.REGISTERED, _E.DUE): _S.REFRESHING,
        (_S.REGISTERED, _E.STOP): _S.LEAVING,
        (_S.REGISTERED, _E.NETWORK_CHANGED): _S.REGISTERING,
        (_S.REFRESHING, _E.GRANTED): _S.REGISTERED,
        (_S.REFRESHING, _E.TOO_BRIEF): _S.REFRESHING,
        (_S.REFRESHING, _E.LACKS_OUTBOUND): _S.REFRESHING,
        (_S.REFRESHING, _E.FAILED): _S.WAITING,
        (_S.REFRESHING, _E.REFUSED): _S.REFUSED,
        (_S.REFRESHING, _E.STOP): _S.LEAVING,
        (_S.REFRESHING, _E.NETWORK_CHANGED): _S.REGISTERING,
        (_S.WAITING, _E.NETWORK_CHANGED): _S.REGISTERING,
        (_S.LEAVING, _E.GRANTED): _S.IDLE,
        (_S.LEAVING, _E.TOO_BRIEF): _S.IDLE,
        (_S.LEAVING, _E.FAILED): _S.IDLE,
        (_S.LEAVING, _E.REFUSED): _S.IDLE,
        (_S.LEAVING, _E.START): _S.REGISTERING,
    }
)

_REFUSALS = frozenset(
    {400, 401, 402, 403, 404, 405, 406, 407, 410, 416, 420, 485, 501, 505, 604, 606}
)
"""Answers that trying again will not change; hammering would only lock the account."""


class Registration:
    """One binding over time: each method returns the REGISTER to send, if any."""

    def __init__(
        self, *, binding: Binding, chance: Callable[[], float], back_off: BackOff | None = None
    ) -> None:
        """Stand idle. chance: random numbers from 0.0 to 1.0."""
        self.binding = binding
        self.state = RegistrationState.IDLE
        self.status = 0
        self.reason = ""
        self.registered_until: float | None = None
        self.service_route: tuple[str, ...] = ()
        self._chance = chance
        self._back_off = back_off or BackOff()
        self._number = 0
        self._asked: SipUri | None = None
        self._bound: SipUri | None = None
        self._failures = 0
        self._brief = 0
        self._due: float | None = None

    @property
    def deadline(self) -> float | None:
        """When `handle_time` is wanted next, None when only a response is waited for."""
        return self._due

    @property
    def is_registered(self) -> bool:
        """Whether the exchange can reach us, as far as it said."""
        return self.registered_until is not None

    @property
    def is_elsewhere(self) -> bool:
        """Whether the exchange has granted another contact than the binding names by now."""
        is_settled = self.state is RegistrationState.REGISTERED
        return is_settled and self._bound != self.binding.contact

    def start(self, now: float) -> Request:
        """Return the first REGISTER; also tries again at once after a failure."""
        self._move(RegistrationEvent.START, now)
        return self._register()

    def stop(self, now: float) -> Request | None:
        """Return the REGISTER that takes the binding back, None when there is none to take."""
        if self._move(RegistrationEvent.STOP, now) is not RegistrationState.LEAVING:
            return None
        return self._register(leaving=True)

    def network_changed(self, binding: Binding, now: float) -> Request:
        """Return a REGISTER with another contact; raises DialogError when nothing is registered."""
        self.binding = binding
        self._move(RegistrationEvent.NETWORK_CHANGED, now)
        return self._register()

    def renewed(self, request: Request) -> Request:
        """Return a REGISTER that is sent once more, with the contact that holds by now."""
        if self._is_leaving:
            # What was bound is to be taken back, wherever we are seen by now.
            return request
        self._asked = self.binding.contact
        again = self.binding.register(request.cseq.number, expires=self.binding.expires)
        return request.with_headers(
            request.headers.replaced("Contact", *again.headers.all("Contact"))
        )

    def sent_again(self, number: int) -> None:
        """Note the CSeq number of a request that was sent anew with proof."""
        self._number = max(self._number, number)

    def received(self, response: Response, now: float) -> Request | None:
        """Take a final response; return what is to be sent at once after it.

        A response to a former REGISTER, before a change of network, says nothing any more.
        """
        if response.cseq.number != self._number:
            return None
        self.status, self.reason = response.status, response.reason
        if response.is_success:
            return self._granted(response, now)
        if response.status == 423:
            return self._too_brief(response, now)
        if response.status == 439 and self.binding.reg_id and not self._is_leaving:
            # RFC 5626 s. 6: the first hop cannot tell our flow; the address alone has to do.
            self.binding = replace(self.binding, reg_id=0)
            self._move(RegistrationEvent.LACKS_OUTBOUND, now)
            return self._register()
        refused = response.status in _REFUSALS
        self._failed(now, refused=refused, wait=response.retry_after)
        return None

    def failed(self, now: float) -> None:
        """Note that no response came, or that nothing could be sent."""
        self.status, self.reason = 408, ""
        self._failed(now, refused=False, wait=None)

    def handle_time(self, now: float) -> Request | None:
        """Return the REGISTER that is due now."""
        if self.registered_until is not None and now >= self.registered_until:
            self.registered_until = None
        if self._due is None or now < self._due:
            return None
        self._move(RegistrationEvent.DUE, now)
        return self._register()

    def _granted(self, response: Response, now: float) -> Request | None:
        if self._is_leaving:
            self._lost(RegistrationEvent.GRANTED, now)
            return None
        seconds = self.binding.granted(response)
        if not seconds:
            # A 2xx without our contact: somebody has removed it meanwhile.
            self._failed(now, refused=False, wait=None)
            return None
        self._move(RegistrationEvent.GRANTED, now)
        self._failures = self._brief = 0
        self._bound = self._asked
        self.registered_until = now + seconds
        self._due = now + max(seconds / 2, seconds - _REFRESH_BEFORE_SECONDS)
        self.service_route = response.headers.all("Service-Route")
        return None

    def _too_brief(self, response: Response, now: float) -> Request | None:
        told = response.headers.get("Min-Expires") or ""
        self._brief += 1
        if not told.isdigit() or len(told) > 9 or self._brief > _MOST_BRIEF or self._is_leaving:
            self._failed(now, refused=True, wait=None)
            return None
        self.binding = replace(self.binding, expires=max(self.binding.expires, int(told)))
        self._move(RegistrationEvent.TOO_BRIEF, now)
        return self._register()

    def _failed(self, now: float, *, refused: bool, wait: int | None) -> None:
        if refused:
            self._lost(RegistrationEvent.REFUSED, now)
            return
        self._failures += 1
        self._lost(RegistrationEvent.FAILED, now)
        if self.state is RegistrationState.WAITING:
            seconds = self._back_off.wait(self._failures, self._chance())
            self._due = now + (max(seconds, wait) if wait else seconds)

    def _lost(self, event: RegistrationEvent, now: float) -> None:
        """Move on; a refresh that failed leaves the binding in force until its time is over."""
        keeps = event is RegistrationEvent.FAILED and not self._is_leaving
        self._move(event, now)
        if not keeps:
            self.registered_until = None

    @property
    def _is_leaving(self) -> bool:
        return self.state is RegistrationState.LEAVING

    def _register(self, *, leaving: bool = False) -> Request:
        self._number += 1
        expires = 0 if leaving else self.binding.expires
        self._asked = self.binding.contact
        return self.binding.register(self._number, expires=expires)

    def _move(self, event: RegistrationEvent, now: float) -> RegistrationState:
        """Take the table's step and stop the timer; raises DialogError for what cannot be."""
        state = _MOVES.get((self.state, event))
        if state is None:
            raise DialogError(f"registration: {event} while {self.state}")
        _LOG.debug("registration: %s on %s -> %s at %.3f", self.state, event, state, now)
        self.state, self._due = state, None
        return state
