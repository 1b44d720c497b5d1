"""How good a call sounds, in words and with what is wrong; pure, any thread.

Source: ITU-T G.107 Annex B, satisfaction by mean opinion; G.114 for the delay that talkers notice.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from agent_desk.domain.sound import LineQuality

_GOOD: Final = 4.03
_FAIR: Final = 3.10
"""G.107 table B.1, R = 80 and 60: from here on users are satisfied, and below here many are not.

Opinions of all codecs lie on the one scale of narrowband telephony, so that both mean the same for
a call in Opus as for one in G.711.
"""

_LOSS: Final = 0.01
_JITTER_MS: Final = 30.0
_ROUND_TRIP_MS: Final = 300.0
"""From here on a fault is worth naming; G.114: 150 ms one way is where talk begins to suffer."""


class SoundGrade(StrEnum):
    """How both sides of a call hear each other."""

    GOOD = "good"
    FAIR = "fair"
    BAD = "bad"


class SoundFault(StrEnum):
    """What a person hears when a call does not sound good."""

    NONE = "none"
    GAPS = "gaps"
    UNEVEN = "uneven"
    LATE = "late"
    THERE = "there"
    """This side hears well, the far side does not."""


def opinion_of(quality: LineQuality) -> float:
    """Return the mean opinion of the side that hears worse."""
    return quality.here if quality.there is None else min(quality.here, quality.there)


def grade_of(quality: LineQuality) -> SoundGrade:
    """Return the grade of the side that hears worse."""
    opinion = opinion_of(quality)
    if opinion >= _GOOD:
        return SoundGrade.GOOD
    return SoundGrade.FAIR if opinion >= _FAIR else SoundGrade.BAD


def fault_of(quality: LineQuality) -> SoundFault:
    """Return what spoils the call most; NONE for a good one, and where nothing measured tells."""
    if grade_of(quality) is SoundGrade.GOOD:
        return SoundFault.NONE
    if quality.loss >= _LOSS:
        return SoundFault.GAPS
    if quality.jitter_ms >= _JITTER_MS:
        return SoundFault.UNEVEN
    if quality.round_trip_ms is not None and quality.round_trip_ms >= _ROUND_TRIP_MS:
        return SoundFault.LATE
    return SoundFault.THERE if quality.here >= _GOOD else SoundFault.NONE
