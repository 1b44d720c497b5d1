"""Signs of life on one flow, and what their absence means; runs on the `desk-loop` thread.

Sources: RFC 5626 s. 4.4 (CRLF and STUN), RFC 7118 s. 6 (Ping frames). Not every server answers:
silence counts only from one that has answered before, or that must (WebSocket).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from telephony.network.ticker import Alarm, Ticker


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """seconds: between questions, at most. patience: for an answer. tries: until it is lost."""

    seconds: float
    patience: float
    tries: int


STREAM = Rhythm(seconds=30.0, patience=10.0, tries=1)
"""RFC 5626 s. 4.4.1: 10 s. More often than its 120 s: an agent must not wait for calls in vain."""

DATAGRAM = Rhythm(seconds=29.0, patience=3.0, tries=3)
"""RFC 5626 s. 4.4.2: from 24 s to 29 s, which NATs keep a binding open for."""


class KeepAlive:
    """Asks, waits, asks again, and tells when nothing came."""

    def __init__(
        self,
        *,
        ticker: Ticker,
        rhythm: Rhythm,
        chance: Callable[[], float],
        ask: Callable[[], None],
        lost: Callable[[], None],
        answers: bool,
    ) -> None:
        """Ask from time to time. answers: whether silence means something already."""
        self.answers = answers
        self.unanswered = 0
        self._ticker = ticker
        self._rhythm = rhythm
        self._chance = chance
        self._ask = ask
        self._lost = lost
        self._alarm: Alarm | None = None
        self._rest()

    def heard(self) -> None:
        """Note an answer."""
        self.answers = True
        self.unanswered = 0
        self._rest()

    def stop(self) -> None:
        """Ask no more."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _begin(self) -> None:
        self._set(self._rhythm.patience, self._missed)
        self._ask()

    def _missed(self) -> None:
        self.unanswered += 1
        if not self.answers:
            self._rest()
        elif self.unanswered >= self._rhythm.tries:
            self.stop()
            self._lost()
        else:
            self._begin()

    def _rest(self) -> None:
        """Wait for the next question: 80 to 100 % of the time, so that not all ask together."""
        self._set(self._rhythm.seconds * (0.8 + 0.2 * self._chance()), self._begin)

    def _set(self, seconds: float, act: Callable[[], None]) -> None:
        self.stop()
        self._alarm = self._ticker.call_at(self._ticker.time() + seconds, act)
