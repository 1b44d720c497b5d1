"""Responses that are sent until they are acknowledged; any one thread.

Sources: RFC 3262 (provisional responses and PRACK), RFC 3261 s. 13.3.1.4 (2xx and ACK).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace

from telephony.sip.message.message import Request, Response
from telephony.sip.transaction.timing import Timings
from telephony.sip.values.cseq import RAck

MOST_FIRST_RSEQ = 2**31 - 1
"""RFC 3262 s. 3: the first RSeq is drawn from 1 to this."""


@dataclass(slots=True, kw_only=True)
class Repetition:
    """One response that is sent again and again.

    response: what is sent. resend_at, wait: next time, and the seconds before it. gives_up_at:
    when nobody will acknowledge it any more.
    """

    response: Response
    resend_at: float
    wait: float
    gives_up_at: float

    @property
    def deadline(self) -> float:
        """When it has to be looked at next."""
        return min(self.resend_at, self.gives_up_at)

    def is_due(self, now: float, longest: float | None) -> bool:
        """Return whether it is to be sent again now; at most ``longest`` seconds lie between."""
        if now < self.resend_at:
            return False
        self.wait = 2 * self.wait if longest is None else min(2 * self.wait, longest)
        self.resend_at += self.wait
        return True


def repeat(response: Response, timings: Timings, now: float) -> Repetition:
    """Begin to repeat: after t1, then doubling, for 64 t1."""
    return Repetition(
        response=response,
        resend_at=now + timings.t1,
        wait=timings.t1,
        gives_up_at=now + timings.patience,
    )


@dataclass(slots=True, kw_only=True)
class Answer:
    """A 2xx to an INVITE until its ACK, over every transport (RFC 3261 s. 13.3.1.4).

    number: the CSeq of that INVITE, and so of its ACK.
    """

    timings: Timings
    repetition: Repetition | None = None
    number: int = 0

    def begin(self, response: Response, number: int, now: float) -> None:
        """Note that ``response`` to the INVITE ``number`` has been sent for the first time."""
        self.repetition, self.number = repeat(response, self.timings, now), number

    def waits_for(self, ack: Request) -> bool:
        """Return whether ``ack`` is the one that is not there yet."""
        return self.repetition is not None and self.number == ack.cseq.number

    def acknowledged(self) -> None:
        """Note the ACK; further ones change nothing."""
        self.repetition = None

    @property
    def deadline(self) -> float | None:
        """When `due` is wanted next, None when the ACK is there."""
        return None if self.repetition is None else self.repetition.deadline

    def due(self, now: float) -> Response | None:
        """Return the response when it is to be sent again now."""
        waiting = self.repetition
        if waiting is None or now >= waiting.gives_up_at:
            return None
        return waiting.response if waiting.is_due(now, self.timings.t2) else None

    def has_given_up(self, now: float) -> bool:
        """Return whether no ACK came: the session is then ended by BYE."""
        return self.repetition is not None and now >= self.repetition.gives_up_at


@dataclass(slots=True, kw_only=True)
class ReliableResponses:
    """Reliable provisional responses of a callee, one after the other (RFC 3262 s. 3).

    next_rseq: number of the next response, 1 to 2**31 - 1 for the first.
    """

    timings: Timings
    next_rseq: int
    number: int
    repetition: Repetition | None = None
    queued: deque[Response] = field(default_factory=deque)

    def send(self, response: Response, now: float) -> Response | None:
        """Return ``response`` as it is to be sent now, None while a former one is open."""
        if self.repetition is not None:
            self.queued.append(response)
            return None
        return self._begin(response, now)

    def acknowledged(self, rack: RAck, now: float) -> tuple[bool, Response | None]:
        """Return whether a PRACK fits, and the next response to send.

        One that fits nothing is to be answered 481 (RFC 3262 s. 3).
        """
        waiting = self.repetition
        if waiting is None or rack != RAck(waiting.response.rseq or 0, self.number, "INVITE"):
            return False, None
        self.repetition = None
        return True, self._begin(self.queued.popleft(), now) if self.queued else None

    @property
    def is_settled(self) -> bool:
        """Whether every response is acknowledged."""
        return self.repetition is None and not self.queued

    @property
    def deadline(self) -> float | None:
        """When `due` is wanted next."""
        return None if self.repetition is None else self.repetition.deadline

    def due(self, now: float) -> Response | None:
        """Return the response that is to be sent again now."""
        waiting = self.repetition
        if waiting is None or now >= waiting.gives_up_at:
            return None
        return waiting.response if waiting.is_due(now, None) else None

    def has_given_up(self, now: float) -> bool:
        """Return whether no PRACK came: the INVITE is then to be refused with 500."""
        return self.repetition is not None and now >= self.repetition.gives_up_at

    def stop(self) -> None:
        """Send nothing more: a final response was sent."""
        self.repetition = None
        self.queued.clear()

    def _begin(self, response: Response, now: float) -> Response:
        headers = response.headers.with_("Require", "100rel").with_("RSeq", str(self.next_rseq))
        numbered = replace(response, headers=headers)
        self.next_rseq += 1
        self.repetition = repeat(numbered, self.timings, now)
        return numbered


@dataclass(slots=True, kw_only=True)
class ReliableProgress:
    """Reliable provisional responses at the caller, for one early dialog (RFC 3262 s. 4).

    last_rseq: the last that was taken, None before the first.
    """

    last_rseq: int | None = None

    def take(self, response: Response) -> RAck | None:
        """Return what PRACK must say, None for a copy, a gap or an ordinary response."""
        rseq = response.rseq
        if rseq is None or "100rel" not in response.required:
            return None
        if self.last_rseq is not None and rseq != self.last_rseq + 1:
            return None
        self.last_rseq = rseq
        return RAck(rseq, response.cseq.number, response.cseq.method)


def is_reliable(response: Response) -> bool:
    """Return whether a provisional response wants a PRACK (RFC 3262 s. 4)."""
    return (
        100 < response.status < 200 and "100rel" in response.required and response.rseq is not None
    )
