"""What is agreed in a call: hold, other addresses, the session's timer; any one thread.

Sources: RFC 3261 s. 14, RFC 3264 s. 8, RFC 3311, RFC 4028.
"""

from __future__ import annotations

from collections.abc import Callable

from telephony.sip.dialog.negotiation import Negotiation, glare_wait
from telephony.sip.dialog.session_timer import SessionTimer, answer_timer, timer_of_answer
from telephony.sip.errors import DialogError, OfferRefusedError, SdpError
from telephony.sip.message.message import Request, Response
from telephony.sip.sdp.policy import LocalMedia
from telephony.sip.transaction.key import ServerKey
from telephony.sip.transaction.timing import DEFAULT_TIMINGS, Timings
from telephony.sip.user_agent.call_media import SDP, Tell, session_of
from telephony.sip.user_agent.endpoint import Endpoint
from telephony.sip.user_agent.leg import CallPhase, Leg
from telephony.sip.user_agent.news import HoldFailed, IceRestartOffered, IceRestartRefused

_MOST_TRIES = 5
"""A peer that answers 491 or 422 for ever is not asked for ever."""

_BROKEN = 503
"""RFC 3261 s. 8.1.3.1: what a transport that fails counts as."""

_AGAIN_SECONDS = 10.0
"""A refresh that was not answered well is tried again after this."""


class Session(Leg):
    """A leg whose audio can be put on hold and is kept alive."""

    def __init__(
        self,
        *,
        handle: str,
        endpoint: Endpoint,
        tell: Tell,
        touched: Callable[[str], None],
        timings: Timings = DEFAULT_TIMINGS,
    ) -> None:
        """Begin without a session."""
        super().__init__(
            handle=handle, endpoint=endpoint, tell=tell, touched=touched, timings=timings
        )
        self.timer: SessionTimer | None = None
        self.wish = endpoint.account.timer
        self.peer_allows: tuple[str, ...] = ()
        self._wants_hold = False
        self._is_wish = False
        self._tries = 0
        self._retry_at: float | None = None
        self._refresh_at: float | None = None
        self._waiting: tuple[Request, ServerKey] | None = None

    def hold(self, now: float, *, on: bool) -> None:
        """Put the peer on hold, or take it back; raises DialogError when that cannot be now.

        The news comes when the peer has agreed. After glare it is tried again by itself
        (RFC 3261 s. 14.1).
        """
        self._require_talking()
        self.media.negotiation.require_free_to_invite()
        self._wants_hold, self._is_wish = on, True
        self._tries = 0
        self._reinvite(now)

    def renew(self, local: LocalMedia, now: float) -> None:
        """Offer media that was opened anew; raises DialogError when that cannot be now.

        After a network or a media engine was lost; a call on hold stays so.
        """
        self._require_talking()
        self.media.negotiation.require_free_to_invite()
        self.media.renew(local)
        self._wants_hold = self.media.is_held_by_us
        self._tries = 0
        self._reinvite(now)

    def restart_ice(self, local: LocalMedia, now: float) -> None:
        """Offer ICE anew with ``local``; raises DialogError when that cannot be now.

        Another `MediaAgreed` tells that the peer has agreed, `IceRestartRefused` that it has not;
        the session is then as it was. After glare it is tried again by itself.
        """
        self._require_talking()
        self.media.negotiation.require_free_to_invite()
        self.media.restart(local)
        self._wants_hold = self.media.is_held_by_us
        self._tries = 0
        self._reinvite(now)

    def answer_restart(self, local: LocalMedia | None, now: float) -> None:
        """Answer the peer's offer of ICE anew with ``local``, or refuse it (488) without.

        Raises DialogError when none waits.
        """
        if self._waiting is None:
            raise DialogError("no offer waits")
        (request, key), self._waiting = self._waiting, None
        self.media.note_invite(theirs=False if request.method == "INVITE" else None)
        try:
            if local is None:
                raise OfferRefusedError("no candidates to begin ICE anew with")
            self._answerer(request)(request, key, now, local)
        except (OfferRefusedError, SdpError):
            self.media.refuse()
            self._refuse(request, key, 488, now)

    def tell_contact(self, now: float) -> None:
        """Tell the peer where we are reached now (RFC 3261 s. 12.2); does nothing before talking.

        What is being agreed on anyhow tells it too.
        """
        if self.phase is CallPhase.TALKING and self.media.negotiation == Negotiation():
            self._refresh(now)

    def handle_time(self, now: float) -> None:
        """Do what is due, also for the session."""
        super().handle_time(now)
        if self._retry_at is not None and now >= self._retry_at:
            self._retry_at = None
            self._try_again(now)
        if self.timer is not None and self.phase is CallPhase.TALKING:
            self._watch_session(self.timer, now)

    def _times(self) -> list[float | None]:
        times = [*super()._times(), self._retry_at]
        if self.timer is None or self.phase is not CallPhase.TALKING:
            return times
        return [*times, self._refresh_at, self.timer.ends_at]

    # Our INVITE and UPDATE

    def _try_again(self, now: float) -> None:
        """Send the re-INVITE that met another one; after the peer's own it may be too early."""
        if self.phase is not CallPhase.TALKING:
            return
        try:
            self.media.negotiation.require_free_to_invite()
        except DialogError:
            self._retry_at = now + 1.0
            return
        self._reinvite(now)

    def _reinvite(self, now: float) -> None:
        body = self.media.next_offer(hold=self._wants_hold)
        self.media.note_invite(ours=True)
        headers = (("Content-Type", SDP), *self.wish.request_fields())
        heard: set[int] = set()

        def take(response: Response, now: float) -> None:
            if response.is_success and self.dialog is not None:
                # Each copy of a 2xx is acknowledged (RFC 3261 s. 13.2.2.4), and taken once.
                ack = self.dialog.ack(response.cseq.number)
                self.endpoint.send_ack(ack, exchange.request, now)
            if response.cseq.number not in heard:
                heard.add(response.cseq.number)
                self._reinvite_answered(response, now)

        exchange = self._send(
            "INVITE", now, headers=headers, body=body, on_response=take, on_broken=self._unsent
        )

    def _unsent(self, now: float) -> None:
        """Note that the re-INVITE did not leave: everything stays as it was."""
        self.media.note_invite(ours=False)
        self.media.withdraw()
        self._refused_wish(_BROKEN)

    def _reinvite_answered(self, response: Response, now: float) -> None:
        self.media.note_invite(ours=False)
        if response.is_success:
            self._take_answer(response, now)
            self._refreshed(timer_of_answer(response, self.wish, now))
            self._is_wish = False
            return
        self.media.withdraw()
        self._tries += 1
        if self._tries > _MOST_TRIES or response.status not in (422, 491):
            self._refused_wish(response.status)
        elif response.status == 491:
            is_caller = self.dialog is not None and self.dialog.is_caller
            wait = glare_wait(is_caller=is_caller, chance=self.endpoint.chance.fraction())
            self._retry_at = now + wait
        else:
            self.wish = self.wish.after_422(response)
            self._retry_at = now

    def _refused_wish(self, status: int) -> None:
        """Tell what came to nothing; a mere refresh is nobody's matter."""
        if self.media.is_restarting:
            self.media.restart(None)
            self._say(IceRestartRefused(call=self.handle, status=status))
        if self._is_wish:
            self._is_wish = False
            self._say(HoldFailed(call=self.handle, on=self._wants_hold, status=status))

    def _take_answer(self, response: Response, now: float) -> None:
        try:
            body = session_of(response)
            if body is not None:
                self.media.accept(body)
        except (SdpError, OfferRefusedError) as error:
            self._lost(now, str(error))
        self.media.withdraw()

    # The peer's

    def _take_invite(self, request: Request, key: ServerKey, now: float) -> None:
        """Answer a re-INVITE at once: hold, another address, a refresh (RFC 3261 s. 14.2)."""
        self.media.negotiation.check_invite(self.endpoint.chance.fraction())
        self._take_offer(request, key, now)

    def _take_offer(self, request: Request, key: ServerKey, now: float) -> None:
        """Answer now, or when there are candidates to begin ICE anew with."""
        answer_timer(request, self.wish, now)
        offer = session_of(request)
        if offer is None or not self.media.begins_ice_anew(offer):
            self._answerer(request)(request, key, now, None)
            return
        self.media.wait_to_answer()
        self.media.note_invite(theirs=True if request.method == "INVITE" else None)
        self._waiting = request, key
        self._say(IceRestartOffered(call=self.handle))

    def _answerer(
        self, request: Request
    ) -> Callable[[Request, ServerKey, float, LocalMedia | None], None]:
        return self._answer_invite if request.method == "INVITE" else self._answer_update

    def _refuse_waiting(self, now: float) -> None:
        """RFC 3261 s. 15.1.2: what is still open when the call ends is answered with 487."""
        if self._waiting is not None:
            (request, key), self._waiting = self._waiting, None
            self._refuse(request, key, 487, now)

    def _lost(self, now: float, reason: str) -> None:
        """End a call whose peer is not there any more, and what it still asked for."""
        if not self.is_over:
            self._refuse_waiting(now)
        super()._lost(now, reason)

    def _answer_invite(
        self, request: Request, key: ServerKey, now: float, local: LocalMedia | None
    ) -> None:
        timer, fields = answer_timer(request, self.wish, now)
        offer = session_of(request)
        if offer is None:
            body = self.media.next_offer(hold=self.media.is_held_by_us)
        else:
            body = self.media.answer(offer, local)
        headers = (*self.contact_fields(), *fields, ("Content-Type", SDP))
        response = self._respond(request, key, 200, now, headers, body)
        self._begin_answer(response, request.cseq.number, key, now)
        self._refreshed(timer)

    def _take_update(self, request: Request, key: ServerKey, now: float) -> None:
        """RFC 3311 s. 5.2: with an offer as a re-INVITE, without one a sign of life."""
        if session_of(request) is None:
            timer, fields = answer_timer(request, self.wish, now)
            self._respond(request, key, 200, now, (*self.contact_fields(), *fields))
            self._refreshed(timer)
            return
        self.media.negotiation.check_update(self.endpoint.chance.fraction())
        self._take_offer(request, key, now)

    def _answer_update(
        self, request: Request, key: ServerKey, now: float, local: LocalMedia | None
    ) -> None:
        timer, fields = answer_timer(request, self.wish, now)
        offer = session_of(request)
        assert offer is not None
        body = self.media.answer(offer, local)
        headers = (*self.contact_fields(), *fields, ("Content-Type", SDP))
        self._respond(request, key, 200, now, headers, body)
        self._refreshed(timer)

    # The timer

    def _refreshed(self, timer: SessionTimer) -> None:
        self.timer, self._refresh_at = timer, timer.refresh_at

    def _watch_session(self, timer: SessionTimer, now: float) -> None:
        if now >= timer.ends_at:
            self._lost(now, "session expired")
        elif self._refresh_at is not None and now >= self._refresh_at:
            # Tried again until the session ends, unless a 2xx comes.
            self._refresh_at = now + _AGAIN_SECONDS
            self._refresh(now)

    def _refresh(self, now: float) -> None:
        """Refresh by UPDATE where the peer takes it, else by a re-INVITE (RFC 4028 s. 7.4)."""
        if self.phase is not CallPhase.TALKING:
            return
        if "UPDATE" in self.peer_allows:
            fields = self.wish.request_fields()
            self._send("UPDATE", now, headers=fields, on_response=self._update_answered)
        elif self.media.negotiation == Negotiation():
            self._wants_hold = self.media.is_held_by_us
            self._tries = 0
            self._reinvite(now)

    def _update_answered(self, response: Response, now: float) -> None:
        if response.is_success:
            self._refreshed(timer_of_answer(response, self.wish, now))
        elif response.status == 422:
            self.wish = self.wish.after_422(response)
