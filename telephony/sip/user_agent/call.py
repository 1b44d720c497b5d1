"""One call once it is a dialog: transfer, digits, its end, and whatever the peer asks in it.

Runs on any one thread. Sources: RFC 3261 s. 15, RFC 3515, RFC 3891, RFC 5589, RFC 6086. How it
becomes a dialog is told in `outgoing_call` and `incoming_call`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from telephony.sip.dialog.referral import (
    PATIENCE_SECONDS,
    Referral,
    ReferralState,
    attended_target,
    notify_fields,
    refer_fields,
    sipfrag,
)
from telephony.sip.errors import (
    DialogError,
    OfferRefusedError,
    RequestRefusedError,
    SdpError,
    SipSyntaxError,
    UnprotectedWayError,
)
from telephony.sip.message.message import Request, Response
from telephony.sip.message.multipart import body_of_type
from telephony.sip.message.reply import REASONS
from telephony.sip.transaction.key import ServerKey
from telephony.sip.transaction.output import RequestArrived
from telephony.sip.transaction.timing import DEFAULT_TIMINGS, Timings
from telephony.sip.user_agent.call_media import SDP, Tell
from telephony.sip.user_agent.endpoint import Endpoint
from telephony.sip.user_agent.news import (
    CallEnded,
    CallTransferred,
    DigitReceived,
    News,
    ReferReceived,
    TransferFailed,
)
from telephony.sip.user_agent.session import Session
from telephony.sip.values.address import parse_address
from telephony.sip.values.uri import SipUri, Uri, is_secure, secured

_DIGIT = re.compile(rb"^[ \t]*Signal[ \t]*=[ \t]*([0-9*#A-Da-d])", re.MULTILINE | re.IGNORECASE)


class Call(Session):
    """What outgoing and incoming calls share: everything after the first 2xx."""

    def __init__(
        self,
        *,
        handle: str,
        endpoint: Endpoint,
        tell: Tell,
        touched: Callable[[str], None],
        timings: Timings = DEFAULT_TIMINGS,
    ) -> None:
        """Begin without a dialog."""
        super().__init__(
            handle=handle, endpoint=endpoint, tell=tell, touched=touched, timings=timings
        )
        self.referred_by: Call | None = None
        self._referral: Referral | None = None
        self._target: Uri | None = None
        self._consultation: Call | None = None
        self._taken_referral: Request | None = None

    def hang_up(self, now: float) -> None:
        """End the call by BYE (RFC 3261 s. 15.1.1)."""
        self._require_talking()
        self._refuse_waiting(now)
        self._bye(now)
        self._over(CallEnded(call=self.handle, by_us=True))

    def transfer(self, target: Uri, now: float, consultation: Call | None = None) -> None:
        """Ask the peer to call ``target``, or to take our place in ``consultation`` (RFC 5589).

        A consultation that still rings is taken back, and the target called without it (RFC 5589
        s. 7.6). A peer by sips is sent on by sips. Raises DialogError when a transfer is open
        already, or a call is not ours to give, UnprotectedWayError for such a peer and a
        consultation without sips.
        """
        self._require_talking()
        if self._referral is not None and not self._referral.is_over:
            raise DialogError("a transfer is open")
        if consultation is self:
            raise DialogError("a call cannot be its own consultation")
        if self.is_secure:
            target = secured(target)
            if consultation is not None and not consultation.is_secure:
                raise UnprotectedWayError(str(target), accepted="a consultation by sips")
        wanted = target if consultation is None else consultation.give_away(target, now)
        self._target, self._consultation = target, consultation
        self._referral = Referral(until=now + PATIENCE_SECONDS)
        self._send(
            "REFER",
            now,
            headers=refer_fields(wanted, by=self.endpoint.account.address),
            on_response=self._referral_answered,
            on_broken=self._referral_unsent,
        )

    def give_away(self, target: Uri, now: float) -> Uri:
        """Return where to send the peer of another call so that it takes our place in this one."""
        self._require_talking()
        assert self.dialog is not None
        self._is_given_away = True
        return attended_target(self.dialog)

    def send_digit(self, digit: str, now: float, *, milliseconds: int = 160) -> None:
        """Send a digit by INFO, for peers that take no RFC 4733 (application/dtmf-relay)."""
        self._require_talking()
        body = f"Signal={digit}\r\nDuration={milliseconds}\r\n".encode()
        self._send("INFO", now, headers=(("Content-Type", "application/dtmf-relay"),), body=body)

    def tell_referrer(self, status: int, now: float) -> None:
        """Tell the peer how far the call is that it asked us to make (RFC 3515 s. 2.4.4)."""
        if self._taken_referral is None or self.dialog is None or self.is_over:
            return
        is_last = status >= 200
        fields = notify_fields(active_seconds=None if is_last else PATIENCE_SECONDS)
        body = sipfrag(status, REASONS.get(status, ""))
        if is_last:
            self._taken_referral = None
        self._send("NOTIFY", now, headers=fields, body=body)

    def receive(self, arrived: RequestArrived, now: float) -> None:
        """Take a request of the peer within the dialog."""
        request, key = arrived.request, arrived.key
        if self.dialog is None or self.is_over:
            self._refuse(request, key, 481, now)
            return
        try:
            self.dialog = self.dialog.received(request)
            if key is None:
                self._acknowledged(request, now)
            else:
                self._handlers()[request.method](request, key, now)
        except RequestRefusedError as refusal:
            if key is not None:
                self.endpoint.refuse(key, request, refusal, now)
        except (OfferRefusedError, SdpError):
            self._refuse(request, key, 488, now)
        except SipSyntaxError:
            self._refuse(request, key, 400, now)
        except (DialogError, UnprotectedWayError):
            self._refuse(request, key, 491, now)

    def handle_time(self, now: float) -> None:
        """Do what is due, also for a transfer."""
        super().handle_time(now)
        if self._referral is not None and now >= self._referral.until:
            self._follow(self._referral.timed_out(), now)

    def _times(self) -> list[float | None]:
        referral = self._referral
        until = None if referral is None or referral.is_over else referral.until
        return [*super()._times(), until]

    def _over(self, news: News | None = None) -> None:
        """Note the end; a consultation that was to take our place is an ordinary call again."""
        super()._over(news)
        if self._consultation is not None:
            self._consultation._taken_back()

    # The peer's requests

    def _handlers(self) -> Mapping[str, Callable[[Request, ServerKey, float], None]]:
        return MappingProxyType(
            {
                "INVITE": self._take_invite,
                "UPDATE": self._take_update,
                "BYE": self._take_bye,
                "INFO": self._take_info,
                "OPTIONS": self._take_options,
                "REFER": self._take_refer,
                "NOTIFY": self._take_notify,
                "PRACK": self._take_prack,
            }
        )

    def _take_bye(self, request: Request, key: ServerKey, now: float) -> None:
        reason = request.headers.get("Reason") or ""
        self._refuse_waiting(now)
        self._respond(request, key, 200, now)
        referral = self._referral
        if referral is not None and referral.state is ReferralState.ACCEPTED:
            # It took the transfer and left without a word of failure: exchanges hang up so.
            self._transferred(now)
            return
        self._over(CallEnded(call=self.handle, by_us=False, reason=reason))

    def _take_info(self, request: Request, key: ServerKey, now: float) -> None:
        self._respond(request, key, 200, now)
        if match := _DIGIT.search(body_of_type(request, "application/dtmf-relay") or b""):
            self._say(DigitReceived(call=self.handle, digit=match.group(1).decode().upper()))

    def _take_options(self, request: Request, key: ServerKey, now: float) -> None:
        self._respond(request, key, 200, now, (*self.contact_fields(), ("Accept", SDP)))

    def _take_refer(self, request: Request, key: ServerKey, now: float) -> None:
        """Take a transfer that the peer asks for; what comes of it is told by NOTIFY."""
        target = parse_address(request.headers.get("Refer-To") or "", "Refer-To").uri
        is_downgrade = self.is_secure and not is_secure(target)
        if not isinstance(target, SipUri) or is_downgrade or self._taken_referral is not None:
            self._respond(request, key, 603, now)
            return
        self._respond(request, key, 202, now, self.contact_fields())
        self._taken_referral = request
        self.tell_referrer(100, now)
        self._say(ReferReceived(call=self.handle, target=target))

    def _take_notify(self, request: Request, key: ServerKey, now: float) -> None:
        event = (request.headers.get("Event") or "").split(";")[0].strip().lower()
        if event != "refer" or self._referral is None:
            self._respond(request, key, 489 if event != "refer" else 481, now)
            return
        moved = self._referral.notified(request)
        self._respond(request, key, 200, now)
        self._follow(moved, now)

    def _take_prack(self, request: Request, key: ServerKey, now: float) -> None:
        """RFC 3262 s. 3: a PRACK for nothing; an incoming call that rings knows better."""
        self._respond(request, key, 481, now)

    # Transfer

    def _referral_answered(self, response: Response, now: float) -> None:
        if self._referral is not None:
            self._follow(self._referral.answered(response), now)

    def _referral_unsent(self, now: float) -> None:
        if self._referral is not None:
            self._follow(self._referral.timed_out(), now)

    def _follow(self, referral: Referral, now: float) -> None:
        """Tell the end of a transfer; after success our own legs are over (RFC 5589 s. 6.1)."""
        was_over = self._referral is not None and self._referral.is_over
        self._referral = referral
        if self.is_over or was_over or not referral.is_over or self._target is None:
            return
        if referral.state is ReferralState.DONE:
            self._bye(now)
            self._transferred(now)
            return
        if self._consultation is not None:
            self._consultation._taken_back()
            self._consultation = None
        self._say(TransferFailed(call=self.handle, status=referral.status))

    def _transferred(self, now: float) -> None:
        """Tell that the transfer is done and leave: neither call is ours any more."""
        other, self._consultation = self._consultation, None
        name = other.handle if other is not None else None
        if self._target is not None:
            news = CallTransferred(call=self.handle, target=self._target, consultation=name)
            self._over(news)
        if other is not None:
            if not other.is_over:
                other._bye(now)
            other._over()
            other._untold = None
            other.touched(other.handle)
        self.touched(self.handle)

    def _tell_referrer(self, status: int, now: float) -> None:
        if self.referred_by is not None:
            self.referred_by.tell_referrer(status, now)
