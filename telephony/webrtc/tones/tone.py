"""One tone as a value, and which tones there are (ITU-T E.180, s. 2 to 5); pure, any thread."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PEAK = 4000
"""Of 32,768: as loud as a voice, and no louder."""

SOFT_PEAK = 1265
"""10 dB below: somebody goes on talking over it."""


class CallTone(StrEnum):
    """What a telephone lets its person hear where the network says nothing itself."""

    RINGING = "ringing"
    BUSY = "busy"
    CONGESTION = "congestion"
    """The network, or the number, could not be had; reorder in North America."""
    WAITING = "waiting"
    """Another call rings while one talks."""
    ATTENTION = "attention"
    """Beeps: somebody is about to be connected without a hand being moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tone:
    """A sound and its rhythm.

    frequencies_hz: heard at once, whole numbers. cadence_ms: sound and pause in turn, over and
    over. modulation_hz: of the loudness, from nothing to full, 0 for none. peak: of the sine of
    all frequencies' power, in steps of 16 bits.
    """

    frequencies_hz: tuple[int, ...]
    cadence_ms: tuple[int, ...]
    modulation_hz: int = 0
    peak: int = PEAK
