"""The tones that tell how a call goes: it rings there, or it cannot be; pure, any one thread.

Source: ITU-T E.180, table of national tones (China: 450 Hz; 1 s on and 4 s off, 0.35 s on and off).
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from math import pi, sin
from types import MappingProxyType

from telephony.webrtc.engine import CallTone
from telephony.webrtc.sound_card import CARD_FRAME, CARD_HZ

TONE_HZ = 450
BEEP_HZ = 1000
"""Nine and twenty whole waves in 20 ms: frames follow each other without a click."""

_PEAK = 4000
"""-18 dBov: as loud as a voice, and no louder."""

_BEATS: Mapping[CallTone, tuple[int, int]] = MappingProxyType(
    {CallTone.RINGING: (50, 200), CallTone.BUSY: (18, 17), CallTone.ATTENTION: (6, 10)}
)
"""Beats of 20 ms with the tone, and without."""


class ToneSource:
    """One tone from its beginning on."""

    def __init__(self, tone: CallTone) -> None:
        """Begin with sound."""
        self._on, self._off = _BEATS[tone]
        self._beat = 0
        step = 2 * pi * (BEEP_HZ if tone is CallTone.ATTENTION else TONE_HZ) / CARD_HZ
        self._frame = array("h", (int(_PEAK * sin(step * at)) for at in range(CARD_FRAME)))

    def take(self) -> array[int] | None:
        """Return the next 20 ms, None where the tone pauses."""
        place = self._beat % (self._on + self._off)
        self._beat += 1
        return self._frame if place < self._on else None
