"""A voice that nobody recorded: vowels by formants, hisses between them, and pauses; pure.

Good for comparing two ways to repair the same loss, not for saying how a person sounds.
"""

from __future__ import annotations

import random
from array import array
from collections.abc import Iterator
from math import cos, exp, pi

from telephony.rtp.sound.samples import saturated
from telephony.webrtc.codec import FRAMES_PER_SECOND
from telephony.webrtc.codecs.resampling import RateChange

_HZ = 16_000
_VOWELS = (
    (730, 1090, 2440),
    (270, 2290, 3010),
    (300, 870, 2240),
    (530, 1840, 2480),
    (570, 840, 2410),
)
"""First three formants of a, i, u, e, o (Peterson and Barney 1952)."""

_WIDTHS = (80, 100, 140)
_HISS = (4500, 5500, 6500)
_PEAK = 9000.0


def speak(seconds: float, *, sample_hz: int, seed: int = 1) -> list[array[int]]:
    """Return frames of 20 ms at 8000, 16,000 or 48,000 Hz; the same for the same seed."""
    count = round(seconds * FRAMES_PER_SECOND)
    length = _HZ // FRAMES_PER_SECOND
    samples = _voice(count * length, random.Random(seed))
    frames = [samples[at : at + length] for at in range(0, len(samples), length)]
    if sample_hz == _HZ:
        return frames
    change = RateChange(_HZ, sample_hz)
    return [change.resample(each) for each in frames]


def _voice(count: int, chance: random.Random) -> array[int]:
    values: list[float] = []
    pitch = 120.0
    while len(values) < count:
        length = round(_HZ * chance.uniform(0.08, 0.22))
        pitch = min(190.0, max(85.0, pitch * chance.uniform(0.85, 1.18)))
        kind = chance.random()
        if kind < 0.15:
            values += [0.0] * length
        elif kind < 0.3:
            hiss = (chance.uniform(-0.3, 0.3) for _ in range(length // 2))
            values += _shaped(list(_through(hiss, _HISS)))
        else:
            pulses = _pulses(length, pitch, pitch * chance.uniform(0.8, 1.2))
            values += _shaped(list(_through(pulses, chance.choice(_VOWELS))))
    return saturated(values[:count])


def _pulses(count: int, begin: float, end: float) -> Iterator[float]:
    """Yield the pulses of a throat whose pitch glides."""
    phase = 0.0
    for index in range(count):
        phase += (begin + (end - begin) * index / count) / _HZ
        yield 1.0 if phase >= 1 else 0.0
        phase %= 1


def _through(source: Iterator[float], formants: tuple[int, int, int]) -> Iterator[float]:
    """Yield ``source`` through resonators one after the other."""
    sound = source
    for hz, width in zip(formants, _WIDTHS, strict=True):
        sound = _resonated(sound, hz, width)
    return sound


def _resonated(source: Iterator[float], hz: float, width: float) -> Iterator[float]:
    radius = exp(-pi * width / _HZ)
    back_one, back_two = 2 * radius * cos(2 * pi * hz / _HZ), -radius * radius
    last = former = 0.0
    for value in source:
        last, former = value + back_one * last + back_two * former, last
        yield last


def _shaped(values: list[float]) -> list[float]:
    """Return a syllable at full level that begins and ends softly."""
    peak = max(map(abs, values), default=0.0) or 1.0
    edge = len(values) // 6
    gains = (min(1.0, index / edge, (len(values) - index) / edge) for index in range(len(values)))
    return [_PEAK * value / peak * gain for value, gain in zip(values, gains, strict=True)]
