"""Where a telephone is reached: what it registers, and under which address; any one thread.

Sources: RFC 3261 s. 10.2, RFC 3581, RFC 5626. `user_agent` drives it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from telephony.sip.errors import DialogError
from telephony.sip.message.message import Request, Response
from telephony.sip.registration.back_off import BackOff
from telephony.sip.registration.binding import Binding
from telephony.sip.registration.mapped_address import MappedAddress
from telephony.sip.registration.registration import AT_REST, Registration
from telephony.sip.user_agent.account import Account
from telephony.sip.user_agent.endpoint import Endpoint, Exchange
from telephony.sip.user_agent.news import MappingChanged, News, RegistrationChanged
from telephony.sip.values.uri import SipUri


class Registrant:
    """Keeps account, registration and Contact in step; registration: None before the first."""

    def __init__(self, *, endpoint: Endpoint, tell: Callable[[News], None]) -> None:
        """Be registered nowhere."""
        self.registration: Registration | None = None
        self._endpoint = endpoint
        self._tell = tell
        self._mapping = MappedAddress()
        self._exchange: Exchange | None = None

    @property
    def deadline(self) -> float | None:
        """When `handle_time` is wanted next."""
        return self.registration.deadline if self.registration else None

    def handle_time(self, now: float) -> None:
        """Send what is due."""
        if self.registration is not None:
            self._send(self.registration.handle_time(now), now)

    def adopt(self, account: Account) -> None:
        """Work under ``account``; what a NAT made of another address holds no more."""
        former = self._endpoint.account
        if (account.outbound, account.contact) != (former.outbound, former.contact):
            self._mapping.forget()
        self._work_under(replace(account, mapped=self._mapping.place))
        self._endpoint.authenticator.adopt(account.credentials)

    def register(self, binding: Binding, now: float, back_off: BackOff | None) -> None:
        """Register, and stay registered until `unregister`."""
        self.registration = Registration(
            binding=binding, chance=self._endpoint.chance.fraction, back_off=back_off
        )
        self._send(self.registration.start(now), now)

    def unregister(self, now: float) -> None:
        """Take the registration back; raises DialogError when there is none."""
        if self.registration is None:
            raise DialogError("nothing is registered")
        self._send(self.registration.stop(now), now)

    def move(self, contact: SipUri, now: float) -> None:
        """Be reached at ``contact`` and register there, unless nothing is to be registered."""
        account = self._endpoint.account
        if contact != account.contact:
            self._mapping.forget()
        self._mapping.try_again()
        self._work_under(replace(account, contact=contact, mapped=self._mapping.place))
        registration = self.registration
        if registration is not None and registration.state not in AT_REST:
            self._send(registration.network_changed(registration.binding, now), now)

    def _learn(self, response: Response) -> None:
        """Learn where the exchange sees us, from the Via that it brings back (RFC 3581 s. 4).

        From the registrar's responses alone: of others it is not known whether the hop that noted
        where a request came from was the first one. Over UDP alone: a connection carries both
        directions, and nobody could open another one to the address that a NAT gave it (RFC 5626
        s. 1).
        """
        via = response.top_via
        if via.transport != "UDP":
            return
        former = self._mapping.confirmed
        self._mapping.take(via)
        if self._mapping.place != self._endpoint.account.mapped:
            self._work_under(replace(self._endpoint.account, mapped=self._mapping.place))
        seen = self._mapping.confirmed
        if former is not None and seen is not None and seen != former:
            has_moved = seen[0] != former[0]
            self._tell(MappingChanged(address=seen[0], port=seen[1], has_moved=has_moved))

    def _work_under(self, account: Account) -> None:
        self._endpoint.account = account
        registration = self.registration
        if registration is not None:
            contact = account.public_contact
            registration.binding = replace(registration.binding, contact=contact)

    def _send(self, request: Request | None, now: float) -> None:
        registration = self.registration
        if request is None or registration is None:
            return
        if self._exchange is not None:
            # What was under way is overtaken: no challenge of it is worth an answer any more.
            self._exchange.is_given_up = True

        def take(response: Response, now: float) -> None:
            if not response.is_provisional:
                registration.sent_again(response.cseq.number)
                further = registration.received(response, now)
                # Only then: what is granted is what was asked for, not where we are seen by now.
                self._learn(response)
                self._send(further, now)
                self._follow_mapping(registration, now)
                self._tell_state(registration)

        def renew(request: Request, challenge: Response) -> Request:
            self._learn(challenge)
            return registration.renewed(request)

        def fail(_status: int, now: float) -> None:
            if not exchange.is_given_up:
                registration.failed(now)
                self._tell_state(registration)

        exchange = self._endpoint.send(request, now, on_response=take, on_failure=fail, renew=renew)
        self._exchange = exchange

    def _follow_mapping(self, registration: Registration, now: float) -> None:
        """Register where a NAT has put us, when the exchange has granted another place."""
        if registration.is_elsewhere:
            self._send(registration.network_changed(registration.binding, now), now)

    def _tell_state(self, registration: Registration) -> None:
        self._tell(
            RegistrationChanged(
                state=registration.state,
                is_registered=registration.is_registered,
                status=registration.status,
                reason=registration.reason,
            )
        )
