"""A tone from its value to samples for the headset; pure, any one thread."""

from __future__ import annotations

from array import array
from math import gcd, pi, sin, sqrt

from telephony.rtp.sound.samples import silence
from telephony.webrtc.sound_card import CARD_FRAME, CARD_HZ
from telephony.webrtc.tones.tone import Tone

_RAMP = CARD_HZ // 200
"""Samples of 5 ms in which a sound begins and ends: a click is heard, this is not."""

_FULL_MODULATION = sqrt(2 / 3)
"""1 + sin has 3/2 of the power of a steady tone; this takes it back."""


class ToneSource:
    """One tone from its beginning on."""

    def __init__(self, tone: Tone) -> None:
        """Begin with sound."""
        self._wave = _Wave(tone)
        self._lengths = tuple(CARD_HZ * each // 1000 for each in tone.cadence_ms)
        self._part = 0
        self._at = 0

    def take(self) -> array[int] | None:
        """Return the next 20 ms (CARD_FRAME samples), None where the tone pauses all the time."""
        frame: array[int] = array("h")
        sounds = False
        while len(frame) < CARD_FRAME:
            length = self._lengths[self._part]
            count = min(length - self._at, CARD_FRAME - len(frame))
            is_sound = self._part % 2 == 0
            frame += self._sound(count, length) if is_sound else silence(count)
            sounds = sounds or is_sound
            self._go_on(count, length)
        return frame if sounds else None

    def _go_on(self, count: int, length: int) -> None:
        self._at += count
        if self._at == length:
            self._at, self._part = 0, (self._part + 1) % len(self._lengths)

    def _sound(self, count: int, length: int) -> array[int]:
        """Return the next ``count`` samples of a sound of ``length``."""
        samples = self._wave.samples(self._at, count)
        edges = range(self._at, self._at + count)
        if edges.start >= _RAMP and edges.stop <= length - _RAMP:
            return samples
        for index, at in enumerate(edges):
            from_edge = min(at, length - 1 - at)
            if from_edge < _RAMP:
                samples[index] = samples[index] * from_edge // _RAMP
        return samples


class _Wave:
    """The steady sound, made as far as it was heard and then repeated: a second at most."""

    def __init__(self, tone: Tone) -> None:
        self._tone = tone
        self._period = CARD_HZ // gcd(CARD_HZ, *tone.frequencies_hz, tone.modulation_hz)
        self._made: array[int] = array("h")

    def samples(self, begin: int, count: int) -> array[int]:
        """Return ``count`` samples from ``begin`` on."""
        taken: array[int] = array("h")
        while len(taken) < count:
            at = (begin + len(taken)) % self._period
            end = min(at + count - len(taken), self._period)
            self._make(end)
            taken += self._made[at:end]
        return taken

    def _make(self, end: int) -> None:
        if len(self._made) < end:
            self._made.extend(map(self._sample, range(len(self._made), end)))

    def _sample(self, at: int) -> int:
        tone, step = self._tone, 2 * pi * at / CARD_HZ
        value = sum(sin(step * hz) for hz in tone.frequencies_hz) / sqrt(len(tone.frequencies_hz))
        if tone.modulation_hz:
            value *= _FULL_MODULATION * (1 + sin(step * tone.modulation_hz))
        return int(tone.peak * value)
