"""One side of a call: its dialog, what it sends, its end; any one thread.

Sources: RFC 3261 s. 12, 13.3.1.4 and 15. `session` adds what is agreed in it, `call` the rest.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

from telephony.sip.dialog.dialog import Dialog, DialogState
from telephony.sip.dialog.reliability import Answer
from telephony.sip.errors import DialogError, OfferRefusedError, SdpError
from telephony.sip.message.headers import Field
from telephony.sip.message.message import Request, Response
from telephony.sip.message.reply import REASONS, reply
from telephony.sip.transaction.key import ServerKey
from telephony.sip.transaction.timing import DEFAULT_TIMINGS, Timings
from telephony.sip.user_agent.call_media import CallMedia, Tell, session_of
from telephony.sip.user_agent.endpoint import Endpoint, Exchange
from telephony.sip.user_agent.news import CallAnswered, CallEnded, News

_MAKES_OR_MOVES = frozenset({"INVITE", "UPDATE", "REFER", "NOTIFY"})
_KNOWS_NOTHING = frozenset({408, 481})
"""RFC 3261 s. 12.2.1.2: after these the dialog is no more."""


class CallPhase(StrEnum):
    """How far a call is."""

    CALLING = "calling"
    RINGING = "ringing"
    ANSWERED = "answered"
    TALKING = "talking"
    OVER = "over"


class Leg:
    """What every call has. Tells nothing any more after its end."""

    def __init__(
        self,
        *,
        handle: str,
        endpoint: Endpoint,
        tell: Tell,
        touched: Callable[[str], None],
        timings: Timings = DEFAULT_TIMINGS,
    ) -> None:
        """Begin without a dialog. touched: hears the handle whenever something has happened."""
        self.handle = handle
        self.endpoint = endpoint
        self.touched = touched
        self.alarm = math.inf
        self.phase = CallPhase.CALLING
        self.dialog: Dialog | None = None
        self.media = CallMedia(call=handle, policy=endpoint.account.policy, tell=self._say)
        self.answered = Answer(timings=timings)
        self._tell = tell
        self._answer_key: ServerKey | None = None
        self._is_given_away = False
        self._untold: News | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.phase is CallPhase.OVER

    @property
    def deadline(self) -> float | None:
        """When `handle_time` is wanted next."""
        if self.is_over:
            return None
        return min((time for time in self._times() if time is not None), default=None)

    def handle_time(self, now: float) -> None:
        """Do what is due."""
        if (again := self.answered.due(now)) is not None:
            self._repeat_answer(again, now)
        if self.answered.has_given_up(now):
            self.answered.acknowledged()
            self._lost(now, "no ACK")

    @property
    def is_secure(self) -> bool:
        """Whether sips has led to it, so that nothing of it may leave without TLS."""
        return self.dialog is not None and self.dialog.is_secure

    def contact_fields(self) -> tuple[Field, ...]:
        """Return what a request or response that makes or moves a dialog says of us."""
        capabilities = self.endpoint.account.capabilities
        return (
            ("Contact", f"<{self.endpoint.account.contact_uri(secure=self.is_secure)}>"),
            ("Allow", ", ".join(capabilities.methods)),
            ("Supported", ", ".join(capabilities.extensions)),
        )

    def _times(self) -> list[float | None]:
        """Return every time at which something is due; None for what is not waited for."""
        return [self.answered.deadline]

    def _say(self, news: News) -> None:
        """Tell what happened; after its end nothing more is told of a call."""
        if not self.is_over:
            self._tell(news)

    def _over(self, news: News | None = None) -> None:
        """Note the end, once, and tell it."""
        if self.is_over:
            return
        self.phase = CallPhase.OVER
        self.answered.acknowledged()
        if self.dialog is not None:
            self.dialog = self.dialog.ended()
        if news is not None and self._is_given_away:
            # Its peer talks to somebody else by our own wish: that is told as the transfer.
            self._untold = news
        elif news is not None:
            self._tell(news)

    def _taken_back(self) -> None:
        """Be an ordinary call again: the transfer has come to nothing."""
        self._is_given_away = False
        if self._untold is not None:
            self._tell(self._untold)
            self._untold = None

    def _require_talking(self) -> None:
        if self.phase is not CallPhase.TALKING:
            raise DialogError(f"the call is {self.phase}")

    # Requests of ours

    def _send(
        self,
        method: str,
        now: float,
        *,
        headers: tuple[Field, ...] = (),
        body: bytes = b"",
        on_response: Callable[[Response, float], None] | None = None,
        on_broken: Callable[[float], None] | None = None,
    ) -> Exchange:
        """Send a request in the dialog; a final response moves or ends it.

        A transport that breaks ends nothing (RFC 3261 s. 8.1.3.1 and 12.2.1.2: it counts as 503):
        ``on_broken`` hears of it, and who has really gone is found out by the session's timer.
        """
        if self.dialog is None:
            raise DialogError(f"{method} without a dialog")
        if method in _MAKES_OR_MOVES:
            headers = (*self.contact_fields(), *headers)
        self.dialog, request = self.dialog.request(method, headers=headers, body=body)

        def take(response: Response, now: float) -> None:
            self._note_number(response)
            if response.is_provisional or self.dialog is None:
                return
            self.dialog = self.dialog.answered(response)
            if on_response is not None:
                on_response(response, now)
            if response.status in _KNOWS_NOTHING and method != "BYE":
                gone = response.reason
                self._over(CallEnded(call=self.handle, by_us=False, reason=gone, is_lost=True))
            self.touched(self.handle)

        def fail(status: int, now: float) -> None:
            if method != "BYE":
                self._got_no_answer(status, on_broken, now)

        return self.endpoint.send(request, now, on_response=take, on_failure=fail)

    def _got_no_answer(
        self, status: int, on_broken: Callable[[float], None] | None, now: float
    ) -> None:
        if status in _KNOWS_NOTHING:
            self._lost(now, REASONS[status])
        elif on_broken is not None and not self.is_over:
            on_broken(now)
        self.touched(self.handle)

    def _note_number(self, response: Response) -> None:
        """Challenges have raised the number that our next request must exceed."""
        dialog = self.dialog
        if dialog is not None and response.cseq.number > dialog.local_number:
            self.dialog = replace(dialog, local_number=response.cseq.number)

    def _bye(self, now: float) -> None:
        self._send("BYE", now)

    def _lost(self, now: float, reason: str) -> None:
        """End a call whose peer is not there any more; the BYE is for proxies on the way."""
        if self.is_over or self.dialog is None:
            return
        if self.dialog.state is not DialogState.ENDED:
            self._bye(now)
        self._over(CallEnded(call=self.handle, by_us=False, reason=reason, is_lost=True))

    # Responses of ours

    def _respond(
        self,
        request: Request,
        key: ServerKey,
        status: int,
        now: float,
        headers: tuple[Field, ...] = (),
        body: bytes = b"",
    ) -> Response:
        tag = self.dialog.id.local_tag if self.dialog is not None else ""
        response = reply(request, status, to_tag=tag, headers=headers, body=body)
        self.endpoint.respond(key, response, now)
        return response

    def _refuse(self, request: Request, key: ServerKey | None, status: int, now: float) -> None:
        if key is not None:
            self._respond(request, key, status, now)

    def _begin_answer(self, response: Response, number: int, key: ServerKey, now: float) -> None:
        self._answer_key = key
        self.answered.begin(response, number, now)

    def _repeat_answer(self, response: Response, now: float) -> None:
        if self._answer_key is not None:
            self.endpoint.respond(self._answer_key, response, now)

    def _acknowledged(self, ack: Request, now: float) -> None:
        if not self.answered.waits_for(ack):
            return
        self.answered.acknowledged()
        try:
            answer = session_of(ack)
            if answer is not None:
                self.media.accept(answer)
        except (SdpError, OfferRefusedError) as error:
            self._lost(now, str(error))
            return
        # An offer in our 2xx that the ACK leaves open was as good as refused (RFC 6337 s. 2).
        self.media.withdraw()
        if self.media.agreement is None:
            self._lost(now, "no session")
            return
        if self.phase is CallPhase.ANSWERED:
            self.phase = CallPhase.TALKING
            self._say(CallAnswered(call=self.handle))
