"""A call that we are offered, until it is answered; any one thread.

Sources: RFC 3261 s. 9.2 and 13.3, RFC 3262 s. 3, RFC 3891.
"""

from __future__ import annotations

from collections.abc import Callable

from telephony.sip.dialog.dialog import dialog_of_callee
from telephony.sip.dialog.reliability import ReliableResponses
from telephony.sip.dialog.session_timer import answer_timer
from telephony.sip.errors import DialogError
from telephony.sip.message.headers import Field
from telephony.sip.message.message import Request, Response
from telephony.sip.message.reply import reply
from telephony.sip.sdp.policy import LocalMedia
from telephony.sip.transaction.key import ServerKey
from telephony.sip.transaction.timing import DEFAULT_TIMINGS, Timings
from telephony.sip.user_agent.call import Call
from telephony.sip.user_agent.call_media import SDP, Tell, session_of
from telephony.sip.user_agent.endpoint import Endpoint
from telephony.sip.user_agent.leg import CallPhase
from telephony.sip.user_agent.news import CallCancelled, CallDeflected, CallRefused
from telephony.sip.values.uri import Uri, secured

REPEAT_RINGING_SECONDS = 60.0
"""RFC 3261 s. 13.3.1.1: proxies forget an INVITE that hears nothing for three minutes."""


class IncomingCall(Call):
    """A peer's INVITE: ringing, answered, refused, sent on or taken back.

    call_id: the peer's; not asked of ``invite``, which has forgotten what was read of it.
    """

    def __init__(
        self,
        *,
        handle: str,
        endpoint: Endpoint,
        tell: Tell,
        touched: Callable[[str], None],
        invite: Request,
        key: ServerKey,
        timings: Timings = DEFAULT_TIMINGS,
    ) -> None:
        """Take an INVITE whose offer has been looked at; `ring` answers it first."""
        super().__init__(
            handle=handle, endpoint=endpoint, tell=tell, touched=touched, timings=timings
        )
        self.invite = invite
        self.key = key
        self.call_id = invite.call_id
        self.replaced: Call | None = None
        self.local_tag = endpoint.chance.token()
        self.dialog = dialog_of_callee(invite, self.local_tag)
        self.peer_allows = invite.allowed
        self.media.note_invite(theirs=True)
        self._reliable = ReliableResponses(
            timings=timings, next_rseq=endpoint.chance.first_rseq(), number=invite.cseq.number
        )
        self._ring_at: float | None = None
        self._ends_after_ack = False

    def ring(self, now: float) -> None:
        """Answer 180, reliably where the caller insists (RFC 3262 s. 3)."""
        self.phase = CallPhase.RINGING
        self._ring_at = now + REPEAT_RINGING_SECONDS
        response = self._response(180, self.contact_fields())
        if "100rel" not in self.invite.required:
            self.endpoint.respond(self.key, response, now)
        elif (numbered := self._reliable.send(response, now)) is not None:
            self.endpoint.respond(self.key, numbered, now)

    def answer(self, local: LocalMedia, now: float) -> None:
        """Answer 200; the news that both talk comes with the ACK.

        Raises DialogError when it does not ring any more, OfferRefusedError and SdpError when
        ``local`` does not do; the call then goes on ringing.
        """
        if self.phase is not CallPhase.RINGING or self.dialog is None:
            raise DialogError(f"the call is {self.phase}")
        timer, fields = answer_timer(self.invite, self.wish, now)
        offer = session_of(self.invite)
        body = self.media.first_offer(local) if offer is None else self.media.answer(offer, local)
        headers = (*self.contact_fields(), *fields, ("Content-Type", SDP))
        response, number = self._response(200, headers, body), self.invite.cseq.number
        self._settle()
        self.phase = CallPhase.ANSWERED
        self.dialog = self.dialog.accepted()
        self._refreshed(timer)
        self.endpoint.respond(self.key, response, now)
        self._begin_answer(response, number, self.key, now)
        if self.replaced is not None and not self.replaced.is_over:
            # RFC 3891 s. 3: the dialog whose place is taken ends.
            self.replaced.hang_up(now)
            self.replaced.touched(self.replaced.handle)

    def reject(self, status: int, now: float, headers: tuple[Field, ...] = ()) -> None:
        """Refuse the call: 486 busy, 480 not there, 603 not wanted."""
        self._require_ringing()
        self._settle()
        self.endpoint.respond(self.key, self._response(status, headers), now)
        self._over(CallRefused(call=self.handle, status=status))

    def deflect(self, target: Uri, now: float) -> None:
        """Send the call on by 302 (RFC 3261 s. 21.3.3); one by sips by sips."""
        self._require_ringing()
        target = secured(target) if self.is_secure else target
        self._settle()
        headers = (("Contact", f"<{target}>"),)
        self.endpoint.respond(self.key, self._response(302, headers), now)
        self._over(CallDeflected(call=self.handle, target=target))

    def hang_up(self, now: float) -> None:
        """End the call: refuse it while it rings, BYE afterwards.

        RFC 3261 s. 15: a callee sends BYE only after the ACK; until then it waits for that.
        """
        if self.phase is CallPhase.RINGING:
            self.reject(486, now)
        elif self.phase is CallPhase.ANSWERED:
            self._ends_after_ack = True
        else:
            super().hang_up(now)

    def cancelled(self, cancel: Request, now: float) -> None:
        """Take the caller's CANCEL; after our 2xx it changes nothing (RFC 3261 s. 9.2)."""
        if self.phase is not CallPhase.RINGING:
            return
        self._settle()
        self.endpoint.respond(self.key, self._response(487), now)
        self._over(CallCancelled(call=self.handle, cancel=cancel))

    def handle_time(self, now: float) -> None:
        """Ring again for the proxies, repeat what is not acknowledged."""
        if (again := self._reliable.due(now)) is not None:
            self.endpoint.respond(self.key, again, now)
        if self._reliable.has_given_up(now) and self.phase is CallPhase.RINGING:
            self._settle()
            self.endpoint.respond(self.key, self._response(500), now)
            self._over(CallCancelled(call=self.handle, cancel=None))
        if self._ring_at is not None and now >= self._ring_at:
            self._ring_at = now + REPEAT_RINGING_SECONDS
            if self._reliable.is_settled:
                self.ring(now)
        super().handle_time(now)

    def _lost(self, now: float, reason: str) -> None:
        """End a call whose peer is not there any more; one that rings needs its final response."""
        if self.phase is not CallPhase.RINGING:
            super()._lost(now, reason)
            return
        self._settle()
        self.endpoint.respond(self.key, self._response(480), now)
        self._over(CallCancelled(call=self.handle, cancel=None))

    def _acknowledged(self, ack: Request, now: float) -> None:
        super()._acknowledged(ack, now)
        if self._ends_after_ack and self.phase is CallPhase.TALKING:
            super().hang_up(now)

    def _times(self) -> list[float | None]:
        return [*super()._times(), self._reliable.deadline, self._ring_at]

    def _take_bye(self, request: Request, key: ServerKey, now: float) -> None:
        """A BYE while it rings ends the INVITE too (RFC 3261 s. 15.1.2)."""
        if self.phase is not CallPhase.RINGING:
            super()._take_bye(request, key, now)
            return
        self._respond(request, key, 200, now)
        self.cancelled(request, now)

    def _take_prack(self, request: Request, key: ServerKey, now: float) -> None:
        fits, following = self._reliable.acknowledged(request.rack, now)
        self._respond(request, key, 200 if fits else 481, now)
        if following is not None:
            self.endpoint.respond(self.key, following, now)

    def _settle(self) -> None:
        """Stop ringing: a final response is about to be sent."""
        self._reliable.stop()
        self._ring_at = None
        self.media.note_invite(theirs=False)

    def _require_ringing(self) -> None:
        if self.phase is not CallPhase.RINGING:
            raise DialogError(f"the call is {self.phase}")

    def _response(
        self, status: int, headers: tuple[Field, ...] = (), body: bytes = b""
    ) -> Response:
        """Return a response; one that makes a dialog repeats the way (RFC 3261 s. 12.1.1)."""
        routes: tuple[Field, ...] = ()
        if 100 < status < 300:
            values = self.invite.headers.all("Record-Route")
            routes = tuple(("Record-Route", value) for value in values)
        return reply(
            self.invite, status, to_tag=self.local_tag, headers=(*routes, *headers), body=body
        )
