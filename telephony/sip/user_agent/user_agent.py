"""A whole SIP telephone without sockets: octets, wishes and times in; octets and news out.

Any one thread. Sources: RFC 3261 s. 8.2, 9.2, 11 and 12.2.2, RFC 3891. What a method is asked it
does at once; then `take_transmits` has what is to be sent, `take_news` what happened, and
`deadline` the time at which `handle_time` is wanted.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from itertools import count

from telephony.sip.dialog.dialog import dialog_id_of_request, is_downgraded
from telephony.sip.dialog.replaces import parse_replaces
from telephony.sip.dialog.session_timer import answer_timer
from telephony.sip.errors import (
    DialogError,
    OfferRefusedError,
    RequestRefusedError,
    SdpError,
    SipSyntaxError,
    UnprotectedWayError,
)
from telephony.sip.message.headers import Field
from telephony.sip.message.message import Request
from telephony.sip.message.protection import sips_required
from telephony.sip.message.reply import REASONS, reply
from telephony.sip.registration.back_off import BackOff
from telephony.sip.registration.binding import Binding
from telephony.sip.registration.registration import Registration
from telephony.sip.sdp.policy import LocalMedia
from telephony.sip.sdp.profile import Profile
from telephony.sip.transaction.hop import Hop
from telephony.sip.transaction.key import ServerKey
from telephony.sip.transaction.layer import TransactionLayer
from telephony.sip.transaction.output import RequestArrived, Transmit
from telephony.sip.transaction.timing import DEFAULT_TIMINGS, Timings
from telephony.sip.user_agent.account import Account
from telephony.sip.user_agent.call import Call
from telephony.sip.user_agent.call_media import session_of
from telephony.sip.user_agent.chance import Chance
from telephony.sip.user_agent.endpoint import Endpoint
from telephony.sip.user_agent.incoming_call import IncomingCall
from telephony.sip.user_agent.news import CallOffered, News
from telephony.sip.user_agent.outgoing_call import OutgoingCall
from telephony.sip.user_agent.registrant import Registrant
from telephony.sip.values.uri import SipUri, Uri, is_secure

AnyCall = OutgoingCall | IncomingCall
_MOST_SPARE_ALARMS = 64


class UserAgent:
    """One account's calls and its registration.

    accepts_calls: False lets every new call hear 480 (do not disturb).
    admission: gives the status with which a new call is refused, None to let it ring.
    """

    def __init__(
        self,
        *,
        account: Account,
        random_bytes: Callable[[int], bytes],
        timings: Timings = DEFAULT_TIMINGS,
    ) -> None:
        """Begin without calls, unregistered."""
        self.accepts_calls = True
        self.admission: Callable[[Request], int | None] = lambda invite: None
        self._chance = Chance(random_bytes)
        self._timings = timings
        self._layer = TransactionLayer(timings=timings)
        self._endpoint = Endpoint(
            account=account, chance=self._chance, layer=self._layer, on_request=self._take_request
        )
        self._calls: dict[str, AnyCall] = {}
        self._by_tag: dict[tuple[str, str], AnyCall] = {}
        self._by_invite: dict[ServerKey, IncomingCall] = {}
        self._alarms: list[tuple[float, int, str]] = []
        self._numbers = count(1)
        self._news: list[News] = []
        self._touched: list[str] = []
        self._registrant = Registrant(endpoint=self._endpoint, tell=self._news.append)

    @property
    def account(self) -> Account:
        """The account that it works under; `adopt` changes it."""
        return self._endpoint.account

    @property
    def registration(self) -> Registration | None:
        """Its registration, None before the first."""
        return self._registrant.registration

    # Out of here

    def take_transmits(self) -> list[Transmit]:
        """Return what is to be sent, in order, and forget it."""
        return self._endpoint.take_transmits()

    def take_news(self) -> list[News]:
        """Return what happened, in order, and forget it."""
        news = list(self._news)
        self._news.clear()
        return news

    @property
    def deadline(self) -> float | None:
        """When `handle_time` is wanted next, None when nothing is waited for."""
        alarms = (self._layer.deadline, self._registrant.deadline)
        times = [*alarms, *(at for at, _, _ in self._alarms[:1])]
        return min((time for time in times if time is not None), default=None)

    @property
    def calls(self) -> dict[str, AnyCall]:
        """The calls that are not over, by their handles."""
        return dict(self._calls)

    # Into here

    def receive(self, data: bytes, hop: Hop, now: float) -> None:
        """Take one message off the wire."""
        self._endpoint.receive(data, hop, now)
        self._tidy()

    def transport_failed(self, hop: Hop, now: float) -> None:
        """Note that nothing can be sent to ``hop``."""
        self._endpoint.transport_failed(hop, now)
        self._tidy()

    def handle_time(self, now: float) -> None:
        """Do everything that is due by ``now``."""
        self._endpoint.handle_time(now)
        while self._alarms and self._alarms[0][0] <= now:
            _, _, handle = heapq.heappop(self._alarms)
            if (call := self._calls.get(handle)) is not None:
                call.alarm = math.inf
                call.handle_time(now)
                self._touched.append(handle)
        self._registrant.handle_time(now)
        self._tidy()

    # Registration

    def adopt(self, account: Account) -> None:
        """Work under ``account`` from now on: another server, or an address that is known now."""
        self._registrant.adopt(account)

    def register(self, binding: Binding, now: float, *, back_off: BackOff | None = None) -> None:
        """Register, and stay registered until `unregister`."""
        self._registrant.register(binding, now, back_off)

    def unregister(self, now: float) -> None:
        """Take the registration back; raises DialogError when there is none."""
        self._registrant.unregister(now)

    def move(self, contact: SipUri, now: float) -> None:
        """Be reached at ``contact`` from now on: this machine has another address.

        Registers there; calls learn of it by their next request, such as `renew_media`.
        """
        self._registrant.move(contact, now)

    def tell_contact(self, now: float) -> None:
        """Tell the peers of all calls where we are reached: the way that they knew is gone."""
        for call in self.calls.values():
            call.tell_contact(now)
            self._touched.append(call.handle)
        self._tidy()

    # Calls

    def dial(
        self,
        target: Uri,
        local: LocalMedia,
        now: float,
        *,
        headers: tuple[Field, ...] = (),
        profile: Profile | None = None,
    ) -> str:
        """Call ``target``; return the new call's handle.

        profile: offered in place of the account's best one. Raises UnprotectedWayError for a sips
        URI when the server is reached by something else than TLS or WSS.
        """
        if not self.account.reaches(target):
            raise UnprotectedWayError(str(target), accepted="TLS or WSS to the server")
        call = OutgoingCall(
            handle=self._handle(),
            endpoint=self._endpoint,
            tell=self._news.append,
            touched=self._touched.append,
            target=target,
            timings=self._timings,
        )
        if profile is not None:
            call.media.prefer(profile)
        routes = self.registration.service_route if self.registration else ()
        call.dial(local, now, routes=routes, headers=headers)
        self._by_tag[call.call_id, call.local_tag] = call
        return self._keep(call)

    def answer(self, handle: str, local: LocalMedia, now: float) -> None:
        """Answer a call that rings here."""
        self._on(handle, lambda call: self._incoming(call).answer(local, now))

    def reject(self, handle: str, now: float, status: int = 486) -> None:
        """Refuse a call that rings here."""
        self._on(handle, lambda call: self._incoming(call).reject(status, now))

    def deflect(self, handle: str, target: Uri, now: float) -> None:
        """Send a call that rings here on to ``target``."""
        self._on(handle, lambda call: self._incoming(call).deflect(target, now))

    def hold(self, handle: str, now: float) -> None:
        """Put a call on hold."""
        self._on(handle, lambda call: call.hold(now, on=True))

    def retrieve(self, handle: str, now: float) -> None:
        """Take a call back from hold."""
        self._on(handle, lambda call: call.hold(now, on=False))

    def renew_media(self, handle: str, local: LocalMedia, now: float) -> None:
        """Go on with media that was opened anew; told by another `MediaAgreed`."""
        self._on(handle, lambda call: call.renew(local, now))

    def restart_ice(self, handle: str, local: LocalMedia, now: float) -> None:
        """Begin ICE anew with the candidates of ``local`` (RFC 8839 s. 4.4.1.1.1)."""
        self._on(handle, lambda call: call.restart_ice(local, now))

    def answer_restart(self, handle: str, local: LocalMedia | None, now: float) -> None:
        """Let the peer begin ICE anew, with the candidates of ``local``; None refuses it."""
        self._on(handle, lambda call: call.answer_restart(local, now))

    def hang_up(self, handle: str, now: float) -> None:
        """Leave a call: cancel, refuse or end it, whatever fits."""
        self._on(handle, lambda call: call.hang_up(now))

    def transfer(
        self, handle: str, target: Uri, now: float, *, consultation: str | None = None
    ) -> None:
        """Send a call to ``target``; with ``consultation`` into that call in our place."""
        other = None if consultation is None else self._call(consultation)
        self._on(handle, lambda call: call.transfer(target, now, other))

    def send_digit(self, handle: str, digit: str, now: float) -> None:
        """Send a digit by INFO."""
        self._on(handle, lambda call: call.send_digit(digit, now))

    def follow_referral(self, handle: str, target: Uri, local: LocalMedia, now: float) -> str:
        """Make the call that the peer of ``handle`` asked for; it hears how that goes."""
        referrer = self._call(handle)
        new = self.dial(target, local, now)
        self._calls[new].referred_by = referrer
        return new

    def refuse_referral(self, handle: str, now: float) -> None:
        """Tell the peer that its transfer will not be made."""
        self._on(handle, lambda call: call.tell_referrer(603, now))

    # Requests of peers

    def _take_request(self, arrived: RequestArrived, now: float) -> None:
        request, key = arrived.request, arrived.key
        if request.method == "CANCEL":
            self._take_cancel(arrived, now)
        elif request.to_address.tag:
            self._take_in_dialog(arrived, now)
        elif key is not None:
            self._take_outside(request, key, now)

    def _take_cancel(self, arrived: RequestArrived, now: float) -> None:
        if arrived.key is None:
            return
        call = self._by_invite.get(arrived.cancels) if arrived.cancels else None
        status = 481 if arrived.cancels is None else 200
        tag = call.local_tag if call is not None else self._chance.token()
        self._endpoint.respond(arrived.key, reply(arrived.request, status, to_tag=tag), now)
        if call is not None:
            call.cancelled(arrived.request, now)
            self._touched.append(call.handle)

    def _take_in_dialog(self, arrived: RequestArrived, now: float) -> None:
        id = dialog_id_of_request(arrived.request)
        call = self._by_tag.get((id.call_id, id.local_tag))
        dialog = call.dialog if call is not None else None
        if call is not None and dialog is not None and dialog.id == id:
            call.receive(arrived, now)
            self._touched.append(call.handle)
        elif isinstance(call, OutgoingCall) and call.has_early(id):
            call.receive_early(arrived, now)
        elif arrived.key is not None:
            refusal = RequestRefusedError(481, "Call/Transaction Does Not Exist")
            self._endpoint.refuse(arrived.key, arrived.request, refusal, now)

    def _take_outside(self, request: Request, key: ServerKey, now: float) -> None:
        try:
            if request.method == "INVITE":
                self._take_invite(request, key, now)
            elif request.method == "OPTIONS":
                self._take_options(request, key, now)
            else:
                raise _refusal_outside(request.method)
        except RequestRefusedError as refusal:
            self._endpoint.refuse(key, request, refusal, now)

    def _take_options(self, request: Request, key: ServerKey, now: float) -> None:
        """RFC 3261 s. 11.2: the status that an INVITE would get, and what we can do."""
        capabilities = self.account.capabilities
        headers: tuple[Field, ...] = (
            ("Contact", f"<{self.account.contact_uri(secure=is_secure(request.uri))}>"),
            ("Allow", ", ".join(capabilities.methods)),
            ("Accept", ", ".join(capabilities.answer_types)),
            ("Supported", ", ".join(capabilities.extensions)),
        )
        status = 200 if self.accepts_calls else 480
        answer = reply(request, status, to_tag=self._chance.token(), headers=headers)
        self._endpoint.respond(key, answer, now)

    def _take_invite(self, request: Request, key: ServerKey, now: float) -> None:
        """Ring, or raise RequestRefusedError: 422, 480, 481, 486, 488, 603."""
        if is_downgraded(request):
            raise sips_required(self.account.contact.host)
        replaced = self._replaced(request)
        if replaced is None and not self.accepts_calls:
            raise RequestRefusedError(480, "Temporarily Unavailable")
        if replaced is None and len(self._calls) >= self.account.most_calls:
            raise RequestRefusedError(486, "Busy Here")
        if replaced is None and (status := self.admission(request)) is not None:
            raise RequestRefusedError(status, REASONS[status])
        answer_timer(request, self.account.timer, now)
        call = IncomingCall(
            handle=self._handle(),
            endpoint=self._endpoint,
            tell=self._news.append,
            touched=self._touched.append,
            invite=request,
            key=key,
            timings=self._timings,
        )
        _check_offer(call, request)
        call.replaced = replaced
        self._by_tag[call.call_id, call.local_tag] = call
        self._by_invite[key] = call
        self._keep(call)
        call.ring(now)
        name = replaced.handle if replaced is not None else None
        self._news.append(CallOffered(call=call.handle, invite=request, replaces=name))
        self._touched.append(call.handle)

    def _replaced(self, request: Request) -> Call | None:
        """Return the call whose place an INVITE wants (RFC 3891 s. 3), None when it wants none."""
        text = request.headers.get("Replaces")
        if text is None:
            return None
        try:
            wanted = parse_replaces(text)
        except SipSyntaxError as error:
            raise RequestRefusedError(400, "Bad Replaces") from error
        call = self._by_tag.get((wanted.call_id, wanted.to_tag))
        dialog = call.dialog if call is not None else None
        if isinstance(call, OutgoingCall) and dialog is None:
            dialog = call.early(wanted.dialog_id)
        if dialog is not None and dialog.id != wanted.dialog_id:
            dialog = None
        wanted.check(dialog)
        if dialog is not None and dialog.is_secure and not is_secure(request.uri):
            # Who takes the place of a peer must be as safely reached as that one was.
            raise sips_required(self.account.contact.host)
        return call

    # Keeping

    def _handle(self) -> str:
        return f"call-{next(self._numbers)}"

    def _keep(self, call: AnyCall) -> str:
        self._calls[call.handle] = call
        self._set_alarm(call)
        return call.handle

    def _on(self, handle: str, act: Callable[[AnyCall], None]) -> None:
        call = self._call(handle)
        act(call)
        self._touched.append(handle)
        self._tidy()

    def _call(self, handle: str) -> AnyCall:
        call = self._calls.get(handle)
        if call is None:
            raise DialogError(f"there is no call {handle}")
        return call

    def _incoming(self, call: AnyCall) -> IncomingCall:
        if isinstance(call, IncomingCall):
            return call
        raise DialogError("this call was made here")

    def _set_alarm(self, call: AnyCall) -> None:
        at = call.deadline
        if at is not None and at < call.alarm:
            # A later time needs no alarm of its own: the earlier one finds nothing due and looks.
            call.alarm = at
            heapq.heappush(self._alarms, (at, next(self._numbers), call.handle))

    def _tidy(self) -> None:
        """Forget calls that are over, and set the alarms of the others that were touched."""
        touched = list(dict.fromkeys(self._touched))
        self._touched.clear()
        for handle in touched:
            call = self._calls.get(handle)
            if call is None:
                continue
            if not call.is_over:
                self._set_alarm(call)
                continue
            del self._calls[handle]
            self._by_tag.pop((call.call_id, call.local_tag), None)
            if isinstance(call, IncomingCall):
                self._by_invite.pop(call.key, None)
        self._drop_alarms()

    def _drop_alarms(self) -> None:
        """Drop alarms of calls that are over: the first ones at once, all when they are many."""
        if len(self._alarms) > _MOST_SPARE_ALARMS + 4 * len(self._calls):
            self._alarms = [alarm for alarm in self._alarms if alarm[2] in self._calls]
            heapq.heapify(self._alarms)
        while self._alarms and self._alarms[0][2] not in self._calls:
            heapq.heappop(self._alarms)


def _check_offer(call: IncomingCall, request: Request) -> None:
    try:
        offer = session_of(request)
        if offer is not None:
            call.media.check_offer(offer)
    except (OfferRefusedError, SdpError, SipSyntaxError) as error:
        raise RequestRefusedError(488, "Not Acceptable Here") from error


def _refusal_outside(method: str) -> RequestRefusedError:
    """Return what a request hears that makes sense in a dialog alone."""
    if method == "NOTIFY":
        return RequestRefusedError(489, "Bad Event", headers=(("Allow-Events", "refer"),))
    if method == "REFER":
        return RequestRefusedError(603, "Decline")
    return RequestRefusedError(481, "Call/Transaction Does Not Exist")
