"""The ring tone: two soft bell notes, computed as samples; pure, any thread."""

from __future__ import annotations

import math
from array import array
from typing import Final

RING_SECONDS: Final = 2.0
PAUSE_SECONDS: Final = 4.0
"""One ring and the silence after it."""

_NOTES_HZ: Final = (659.26, 523.25)
"""E5 and C5 (ISO 16, A4 = 440 Hz): a falling major third."""
_REPEATS: Final = 2
_DECAY_PER_SECOND: Final = 5.0
_ATTACK_SECONDS: Final = 0.008
_OVERTONE_LEVEL: Final = 0.25
_PEAK: Final = 0.7


def ring_samples(sample_rate_hz: int) -> array[int]:
    """Return one ring as signed 16-bit mono samples, `RING_SECONDS` long."""
    phrase = array("h")
    length = round(sample_rate_hz * RING_SECONDS / (_REPEATS * len(_NOTES_HZ)))
    for frequency_hz in _NOTES_HZ:
        phrase.extend(_note(frequency_hz, sample_rate_hz, length))
    return phrase * _REPEATS


def interleaved(samples: array[int], channels: int) -> array[int]:
    """Return mono ``samples`` as frames of ``channels`` equal samples each."""
    if channels == 1:
        return samples
    frames = array("h", bytes(2 * len(samples) * channels))
    for channel in range(channels):
        frames[channel::channels] = samples
    return frames


def _note(frequency_hz: float, sample_rate_hz: int, length: int) -> list[int]:
    step = 2 * math.pi * frequency_hz / sample_rate_hz
    scale = 32767 * _PEAK / (1 + _OVERTONE_LEVEL)
    fade = math.exp(-_DECAY_PER_SECOND / sample_rate_hz)
    attack = max(1, round(_ATTACK_SECONDS * sample_rate_hz))
    release = length - attack
    sine = math.sin
    samples: list[int] = []
    level = scale
    for index in range(length):
        # Ramps at both ends: a step in the signal would be heard as a click.
        edge = min(1.0, index / attack, (length - 1 - index) / attack if index > release else 1.0)
        phase = index * step
        samples.append(round(level * edge * (sine(phase) + _OVERTONE_LEVEL * sine(2 * phase))))
        level *= fade
    return samples
