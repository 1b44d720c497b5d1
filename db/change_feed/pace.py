"""At most so often: wishes that come close together are granted as one; any thread."""

from __future__ import annotations

import math
from random import SystemRandom
from time import monotonic

CONNECTING_SECONDS = 0.01
"""What a server takes for a new connection (8.8 ms were measured): five hundred at once would keep
everybody waiting for seconds."""


class Pace:
    """Something that shall be done soon after a wish, and never twice within ``gap_seconds``."""

    def __init__(self, gap_seconds: float) -> None:
        """Nothing is wished for yet; ``gap_seconds`` may be changed at any time."""
        self.gap_seconds = gap_seconds
        self._is_wished = False
        self._done_at = -math.inf

    def wish(self) -> None:
        """Ask for it; asking again before it is done changes nothing."""
        self._is_wished = True

    def left_seconds(self) -> float:
        """Return how long until it is to be done: 0.0 for now, infinite without a wish."""
        if not self._is_wished:
            return math.inf
        return max(0.0, self._done_at + self.gap_seconds - monotonic())

    def take(self) -> bool:
        """Return whether it is to be done now, and count it as done."""
        if self.left_seconds() > 0.0:
            return False
        self.done()
        return True

    def done(self) -> None:
        """Count it as done now, wished for or not; a wish from now on is a new one."""
        self._is_wished = False
        self._done_at = monotonic()


class BackOff:
    """Growing pauses between attempts, so spread that a thousand desks do not come at once."""

    def __init__(self, *, first_seconds: float, longest_seconds: float) -> None:
        """Begin with ``first_seconds``; the pause doubles up to ``longest_seconds``."""
        self._first_seconds = first_seconds
        self._longest_seconds = longest_seconds
        self._next_seconds = first_seconds

    @property
    def is_first(self) -> bool:
        """Whether no pause was asked for since the last success."""
        return self._next_seconds == self._first_seconds

    def next_seconds(self) -> float:
        """Return the next pause."""
        pause, self._next_seconds = (
            self._next_seconds,
            min(self._next_seconds * 2, self._longest_seconds),
        )
        return jittered(pause)

    def succeeded(self) -> None:
        """Begin with the shortest pause again."""
        self._next_seconds = self._first_seconds


def turn_seconds(desks: int) -> float:
    """Return when one of ``desks`` that all want a connection at once should ask for its own."""
    return SystemRandom().uniform(0.0, desks * CONNECTING_SECONDS)


def jittered(seconds: float) -> float:
    """Return ``seconds`` give or take a fifth."""
    # The system's: desks that were started from one image must not keep step.
    return SystemRandom().uniform(0.8, 1.2) * seconds
