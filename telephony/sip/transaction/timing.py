"""How long transactions wait (RFC 3261 s. 17.1.1.1 and table 4, RFC 6026 s. 7); any thread.

All times are seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """The three values that every timer is made of (RFC 3261 s. 17.1.1.1 and 17.1.2.1).

    t1: estimate of the round trip. t2: longest interval between retransmissions of a non-INVITE
    request or of a response to an INVITE. t4: longest time that a message stays in the network.
    """

    t1: float = 0.5
    t2: float = 4.0
    t4: float = 5.0

    @property
    def patience(self) -> float:
        """64 times t1: how long an answer is waited for (RFC 3261 s. 17.1.1.2)."""
        return 64 * self.t1


DEFAULT_TIMINGS = Timings()

WAIT_FOR_LATE_FAILURES = 32.0
"""RFC 3261 s. 17.1.1.2, timer D: at least 32 s on unreliable transports."""

TIME_TO_TRYING = 0.2
"""RFC 3261 s. 17.2.1: a 100 must be sent when the TU says nothing for 200 ms."""


class Timer(StrEnum):
    """Each timer under the letter of RFC 3261 table 4 or RFC 6026, with what it is for."""

    A = "A"  # s. 17.1.1.2: send the INVITE again, t1 doubling; unreliable only
    B = "B"  # s. 17.1.1.2: no response to the INVITE, 64 t1
    D = "D"  # s. 17.1.1.2: absorb late failures
    E = "E"  # s. 17.1.2.2: send the request again, t1 doubling to t2; unreliable only
    F = "F"  # s. 17.1.2.2: no final response, 64 t1
    G = "G"  # s. 17.2.1: send the failure again, t1 doubling to t2; unreliable only
    H = "H"  # s. 17.2.1: no ACK, 64 t1
    I = "I"  # noqa: E741 - s. 17.2.1: absorb late ACKs, t4 or 0
    J = "J"  # s. 17.2.2: absorb late requests, 64 t1 or 0
    K = "K"  # s. 17.1.2.2: absorb late responses, t4 or 0
    L = "L"  # RFC 6026 s. 7.1: absorb late INVITEs after a 2xx, 64 t1
    M = "M"  # RFC 6026 s. 7.2: take further 2xx of forks, 64 t1
    TRYING = "trying"  # s. 17.2.1: 100 when the TU is slow, 0.2 s
    CANCELLED = "cancelled"  # s. 9.1: no final response after CANCEL, 64 t1


_RESENDING = frozenset({Timer.A, Timer.E, Timer.G})
_ABSORBING = frozenset({Timer.D, Timer.I, Timer.J, Timer.K})
_PATIENT = frozenset({Timer.B, Timer.F, Timer.H, Timer.L, Timer.M, Timer.CANCELLED})


def first_wait(timer: Timer, timings: Timings, *, reliable: bool) -> float | None:
    """Return the seconds until ``timer`` goes off first, None when it never does.

    Over a reliable transport nothing is sent again and nothing late has to be absorbed
    (RFC 3261 s. 17.1.1.2, 17.1.2.2, 17.2.1 and 17.2.2).
    """
    if timer in _PATIENT:
        return timings.patience
    if timer is Timer.TRYING:
        return TIME_TO_TRYING
    if timer in _RESENDING:
        return None if reliable else timings.t1
    assert timer in _ABSORBING
    return 0.0 if reliable else _absorbing_wait(timer, timings)


def _absorbing_wait(timer: Timer, timings: Timings) -> float:
    if timer is Timer.D:
        return max(WAIT_FOR_LATE_FAILURES, timings.patience)
    return timings.patience if timer is Timer.J else timings.t4


def next_wait(timer: Timer, last: float, timings: Timings) -> float:
    """Return the seconds until a resending timer goes off again; A doubles without a limit."""
    return 2 * last if timer is Timer.A else min(2 * last, timings.t2)
