"""A call that we make, until it is answered (RFC 3261 s. 13.2, RFC 3262 s. 4); any one thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from telephony.sip.dialog.dialog import MAX_FORWARDS, Dialog, DialogId, dialog_of_caller
from telephony.sip.dialog.redirection import Targets
from telephony.sip.dialog.reliability import ReliableProgress, is_reliable
from telephony.sip.dialog.session_timer import timer_of_answer
from telephony.sip.errors import (
    DialogError,
    OfferRefusedError,
    RequestRefusedError,
    SdpError,
    SipSyntaxError,
)
from telephony.sip.message.headers import Field, Headers
from telephony.sip.message.message import Request, Response
from telephony.sip.sdp.policy import LocalMedia
from telephony.sip.transaction.key import ClientKey, ServerKey
from telephony.sip.transaction.output import RequestArrived
from telephony.sip.transaction.timing import DEFAULT_TIMINGS, Timings
from telephony.sip.user_agent.call import Call
from telephony.sip.user_agent.call_media import SDP, Tell, session_of
from telephony.sip.user_agent.endpoint import Endpoint, Exchange
from telephony.sip.user_agent.leg import CallPhase
from telephony.sip.user_agent.news import (
    CallAnswered,
    CallFailed,
    CallOriginated,
    CallProgressed,
)
from telephony.sip.values.address import Address, parse_address
from telephony.sip.values.cseq import CSeq, RAck
from telephony.sip.values.uri import SipUri, Uri, is_secure, secured

_NOT_ACCEPTABLE = 488
_CANCELLED = 487


class OutgoingCall(Call):
    """Our INVITE, its forks, its redirections, its CANCEL."""

    def __init__(
        self,
        *,
        handle: str,
        endpoint: Endpoint,
        tell: Tell,
        touched: Callable[[str], None],
        target: Uri,
        timings: Timings = DEFAULT_TIMINGS,
    ) -> None:
        """Stand ready to call ``target``; `dial` does."""
        super().__init__(
            handle=handle, endpoint=endpoint, tell=tell, touched=touched, timings=timings
        )
        self.call_id, self.local_tag = endpoint.chance.token(), endpoint.chance.token()
        self._to = Address(uri=_plain(target))
        self._is_secure = is_secure(target)
        self._targets = Targets(waiting=(target,))
        self._exchange: Exchange | None = None
        self._body = b""
        self._routes: tuple[str, ...] = ()
        self._headers: tuple[Field, ...] = ()
        self._early: dict[str, Dialog] = {}
        self._progress: dict[str, ReliableProgress] = {}
        self._progressed: set[tuple[str, int]] = set()
        self._agreed_tag: str | None = None
        self._dropped_tags: set[str] = set()
        self._wants_cancel = False
        self._cancelled_key: ClientKey | None = None

    @property
    def is_secure(self) -> bool:
        """Whether sips is called, or was reached."""
        return self._is_secure

    def dial(
        self,
        local: LocalMedia,
        now: float,
        *,
        routes: tuple[str, ...] = (),
        headers: tuple[Field, ...] = (),
    ) -> None:
        """Send the INVITE. routes: of the registration. headers: further fields."""
        target, self._targets = self._targets.next()
        if target is None:
            raise DialogError("the call was dialled before")
        self._routes, self._headers = routes, headers
        self._body = self.media.first_offer(local)
        self.media.note_invite(ours=True)
        exchange = self._invite(target, 1, now)
        self._say(CallOriginated(call=self.handle, invite=exchange.request))

    def hang_up(self, now: float) -> None:
        """Cancel while nobody has answered, else end by BYE.

        The call is over at once; CANCEL waits for the first provisional response (RFC 3261
        s. 9.1), and a 2xx that crosses it is acknowledged and ended (s. 15.1.1).
        """
        if self.phase is CallPhase.TALKING:
            super().hang_up(now)
        elif not self.is_over:
            self._wants_cancel = True
            self._cancel(now)
            self._fail(_CANCELLED, None, now)

    def give_away(self, target: Uri, now: float) -> Uri:
        """Return where to send the peer of another call; while it rings here, simply there."""
        if self.phase is CallPhase.TALKING:
            return super().give_away(target, now)
        if self.is_over:
            raise DialogError("the consultation is over")
        self._is_given_away = True
        self.hang_up(now)
        return target

    def _cancel(self, now: float) -> None:
        """Send the CANCEL as soon as it may be sent, once for each INVITE."""
        exchange = self._exchange
        if exchange is None:
            return
        exchange.is_given_up = True
        if exchange.has_provisional and exchange.key != self._cancelled_key:
            self._cancelled_key = exchange.key
            self.endpoint.cancel(exchange, now)

    def _invite(self, target: Uri, number: int, now: float) -> Exchange:
        """Send an INVITE for ``target`` (RFC 3261 s. 8.1.3.4 and 13.2.1)."""
        self._is_secure = is_secure(target)
        fields: list[Field] = [("Route", route) for route in self._routes_to(target)]
        fields += [
            ("Max-Forwards", str(MAX_FORWARDS)),
            ("From", str(self.endpoint.account.address.with_tag(self.local_tag))),
            ("To", str(self._to)),
            ("Call-ID", self.call_id),
            ("CSeq", str(CSeq(number, "INVITE"))),
            *self.contact_fields(),
            *self.wish.request_fields(),
            *_asked_headers(target),
            *self._headers,
            ("Content-Type", SDP),
        ]
        request = Request(
            method="INVITE", target=str(_plain(target)), headers=Headers(fields), body=self._body
        )
        self._exchange = self.endpoint.send(
            request, now, on_response=self._answered, on_failure=self._unanswered
        )
        return self._exchange

    def _routes_to(self, target: Uri) -> tuple[str, ...]:
        """Return the registration's route; to a sips URI it is passed under sips too."""
        if not is_secure(target):
            return self._routes
        routes = (parse_address(route, "Route") for route in self._routes)
        return tuple(str(replace(route, uri=secured(route.uri))) for route in routes)

    @property
    def _invite_sent(self) -> Request:
        """The INVITE as it was sent last."""
        if self._exchange is None:
            raise DialogError("not dialled yet")
        return self._exchange.request

    def _answered(self, response: Response, now: float) -> None:
        if response.is_provisional:
            self._take_provisional(response, now)
        elif response.is_success:
            self._take_success(response, now)
        elif self.phase in (CallPhase.CALLING, CallPhase.RINGING):
            self._take_failure(response, now)
        self.touched(self.handle)

    def _unanswered(self, status: int, now: float) -> None:
        if self.phase in (CallPhase.CALLING, CallPhase.RINGING):
            self._fail(status, None, now)
            self.touched(self.handle)

    def _take_provisional(self, response: Response, now: float) -> None:
        if self._wants_cancel:
            self._cancel(now)
            return
        if self.phase not in (CallPhase.CALLING, CallPhase.RINGING) or response.status == 100:
            return
        said = (response.to_address.tag or "", response.status)
        if self._take_early(response, now) and said not in self._progressed:
            self._progressed.add(said)
            self.phase = CallPhase.RINGING
            self._say(CallProgressed(call=self.handle, response=response))
            self._tell_referrer(response.status, now)

    def _take_early(self, response: Response, now: float) -> bool:
        """Note an early dialog, acknowledge it, hear its media; return False for a mere copy."""
        tag = response.to_address.tag
        if tag is None or not response.contacts:
            return True
        if tag not in self._early:
            self._early[tag] = dialog_of_caller(self._invite_sent, response)
            self._progress[tag] = ReliableProgress()
        if is_reliable(response):
            if self._early[tag].downgraded is not None:
                return False
            rack = self._progress[tag].take(response)
            if rack is None:
                return False
            self._acknowledge_early(tag, rack, now)
        self._hear(response, tag)
        return True

    def _acknowledge_early(self, tag: str, rack: RAck, now: float) -> None:
        """Send the PRACK; a challenge to it raises the number that the next must exceed."""
        headers = (("RAck", str(rack)),)
        self._early[tag], prack = self._early[tag].request("PRACK", headers=headers)

        def take(response: Response, now: float) -> None:
            early, number = self._early.get(tag), response.cseq.number
            if early is not None and number > early.local_number:
                self._early[tag] = replace(early, local_number=number)

        self.endpoint.send(prack, now, on_response=take, on_failure=_ignore_status)

    def has_early(self, id: DialogId) -> bool:
        """Return whether ``id`` is one of the early dialogs of this call."""
        return self.dialog is None and self.early(id) is not None

    def early(self, id: DialogId) -> Dialog | None:
        """Return the early dialog with this ``id``, None when there is none."""
        early = self._early.get(id.remote_tag)
        return early if early is not None and early.id == id else None

    def receive_early(self, arrived: RequestArrived, now: float) -> None:
        """Take a request in an early dialog: exchanges send UPDATE there (RFC 3311 s. 5.2)."""
        request, key = arrived.request, arrived.key
        tag = request.from_address.tag or ""
        if key is None:
            return
        try:
            self._early[tag] = self._early[tag].received(request)
            if request.method == "UPDATE":
                self._update_early(request, key, tag, now)
            elif request.method in ("INFO", "OPTIONS"):
                self._respond(request, key, 200, now)
            else:
                self._respond(request, key, 481, now)
        except RequestRefusedError as refusal:
            self.endpoint.refuse(key, request, refusal, now)
        except (SdpError, OfferRefusedError, SipSyntaxError):
            self._respond(request, key, 488, now)

    def _update_early(self, request: Request, key: ServerKey, tag: str, now: float) -> None:
        offer = session_of(request)
        if offer is None:
            self._respond(request, key, 200, now, self.contact_fields())
            return
        if tag != self._agreed_tag:
            # Our own offer has no answer on this branch yet.
            raise RequestRefusedError(491, "Request Pending")
        self.media.negotiation.check_update(self.endpoint.chance.fraction())
        headers = (*self.contact_fields(), ("Content-Type", SDP))
        self._respond(request, key, 200, now, headers, self.media.answer(offer))

    def _hear(self, response: Response, tag: str) -> None:
        """Take early media; one that cannot be used is no reason to give up yet."""
        if self._agreed_tag == tag:
            return
        try:
            body = session_of(response)
            if body is None:
                return
            if self._agreed_tag is not None:
                self.media.reopen()
            self.media.accept(body)
        except (SdpError, OfferRefusedError):
            return
        self._agreed_tag = tag

    def _take_success(self, response: Response, now: float) -> None:
        tag = response.to_address.tag or ""
        if self.dialog is not None and self.dialog.id.remote_tag == tag:
            self._acknowledge(self.dialog, response, now)
            return
        try:
            early = self._early.get(tag)
            made = dialog_of_caller(self._invite_sent, response)
            dialog = early.confirmed_by(response) if early is not None else made
        except DialogError:
            self._fail(_NOT_ACCEPTABLE, response, now)
            return
        dialog = replace(dialog, local_number=max(dialog.local_number, response.cseq.number))
        self._acknowledge(dialog, response, now)
        if self.dialog is not None or self.is_over:
            self._drop_branch(dialog, tag, now)
            return
        self.dialog = dialog
        if dialog.downgraded is not None:
            self._bye(now)
            self._fail(_NOT_ACCEPTABLE, None, now)
            return
        self._confirm(response, tag, now)

    def _confirm(self, response: Response, tag: str, now: float) -> None:
        self.media.note_invite(ours=False)
        self.phase = CallPhase.TALKING
        self.peer_allows = response.allowed
        try:
            body = session_of(response)
            if body is not None and self._agreed_tag != tag:
                if self._agreed_tag is not None:
                    self.media.reopen()
                self.media.accept(body)
        except (SdpError, OfferRefusedError):
            self._bye(now)
            self._fail(_NOT_ACCEPTABLE, None, now)
            return
        if self.media.agreement is None:
            self._bye(now)
            self._fail(_NOT_ACCEPTABLE, None, now)
            return
        self._refreshed(timer_of_answer(response, self.wish, now))
        self._say(CallAnswered(call=self.handle))
        self._tell_referrer(response.status, now)

    def _acknowledge(self, dialog: Dialog, response: Response, now: float) -> None:
        ack = dialog.ack(response.cseq.number)
        self.endpoint.send_ack(ack, self._invite_sent, now)

    def _drop_branch(self, dialog: Dialog, tag: str, now: float) -> None:
        """End a branch of a fork that answered too late, or a call that we had cancelled.

        RFC 3261 s. 13.2.2.4 and 15.1.1: it is acknowledged first, and ended once.
        """
        if tag in self._dropped_tags:
            return
        self._dropped_tags.add(tag)
        _, bye = dialog.request("BYE")
        self.endpoint.send(bye, now, on_response=_ignore, on_failure=_ignore_status)

    def _take_failure(self, response: Response, now: float) -> None:
        if 300 <= response.status < 400:
            further = self._targets.with_response(response, secure=self.is_secure)
            target, self._targets = further.next()
            if target is not None and not self.endpoint.account.reaches(target):
                target = None
            if target is not None:
                self._again(target, now)
                return
        if response.status == 422:
            wish = self.wish.after_422(response)
            if wish != self.wish:
                self.wish = wish
                self._again(self._invite_sent.uri, now)
                return
        self._fail(response.status, response, now)

    def _again(self, target: Uri, now: float) -> None:
        self._early.clear()
        self._invite(target, self._invite_sent.cseq.number + 1, now)

    def _fail(self, status: int, response: Response | None, now: float) -> None:
        if not self.is_over:
            self._over(CallFailed(call=self.handle, status=status, response=response))
            self._tell_referrer(status, now)


def _plain(target: Uri) -> Uri:
    return target.as_request_uri() if isinstance(target, SipUri) else target


def _asked_headers(target: Uri) -> tuple[Field, ...]:
    """Return the headers that a URI may ask for: Replaces alone (RFC 3261 s. 19.1.5)."""
    if not isinstance(target, SipUri):
        return ()
    return tuple((n, v) for n, v in target.header_items if n.lower() == "replaces")


def _ignore(response: Response, now: float) -> None:
    """A response that changes nothing."""


def _ignore_status(status: int, now: float) -> None:
    """A failure that changes nothing."""
