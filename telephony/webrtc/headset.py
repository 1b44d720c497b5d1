"""Microphone and speaker in the engine's beat, their levels and their test; the engine's loop."""

from __future__ import annotations

from array import array
from collections import deque

from telephony.rtp.sound.level import LevelMeter
from telephony.rtp.sound.samples import silence
from telephony.webrtc.engine import LevelsMeasured
from telephony.webrtc.sound_card import CARD_FRAME, SoundCard
from telephony.webrtc.ticker import TICK_SECONDS

_LEVELS_EVERY = 5
_TEST_FRAMES = 25
"""Half a second: long enough to have stopped speaking, short enough to know one's words again."""

_METERED = slice(None, None, 8)
"""An eighth of the samples, drawn through the whole frame, is as loud as all of them."""


class Headset:
    """The card while somebody uses it. is_open: whether its devices are open."""

    def __init__(self, card: SoundCard) -> None:
        """Leave ``card`` closed."""
        self.is_open = False
        self._card = card
        self._microphone = LevelMeter()
        self._speaker = LevelMeter()
        self._beats = 0
        self._delayed: deque[array[int]] | None = None

    @property
    def is_tested(self) -> bool:
        """Return whether a person hears himself."""
        return self._delayed is not None

    def open(self) -> None:
        """Begin to hear and to play."""
        if not self.is_open:
            self.is_open = True
            self._card.open()

    def close(self) -> None:
        """Let go of the devices."""
        if self.is_open:
            self.is_open = False
            self._card.close()
            self._microphone, self._speaker = LevelMeter(), LevelMeter()

    def test(self, on: bool) -> None:
        """Play the microphone half a second later, or nothing any more."""
        if on != self.is_tested:
            self._delayed = deque(maxlen=_TEST_FRAMES) if on else None

    def take(self) -> array[int]:
        """Return the next 20 ms of the microphone."""
        samples = self._card.take()
        self._microphone.take(samples[_METERED], TICK_SECONDS)
        return samples

    def play(self, samples: array[int] | None) -> None:
        """Play the next 20 ms, None for silence."""
        played = silence(CARD_FRAME) if samples is None else samples
        self._speaker.take(played[_METERED], TICK_SECONDS)
        self._card.play(played)

    def echo(self, samples: array[int]) -> array[int] | None:
        """Return what the microphone heard half a second before ``samples``."""
        delayed = self._delayed
        if delayed is None:
            return None
        ripe = delayed[0] if len(delayed) == _TEST_FRAMES else None
        delayed.append(samples)
        return ripe

    def levels(self) -> LevelsMeasured | None:
        """Return both levels at every fifth beat."""
        self._beats += 1
        if self._beats % _LEVELS_EVERY:
            return None
        return LevelsMeasured(microphone=self._microphone.level, speaker=self._speaker.level)
