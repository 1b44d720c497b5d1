"""Voices in frames of any rate, and what became of them."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from math import cos, hypot, log10, pi, sin

from telephony.rtp.sound.samples import saturated

FRAMES_PER_SECOND = 50


def frames(hz: float, count: int, sample_hz: int, *, overtones: int = 1) -> list[array[int]]:
    """Return ``count`` frames of 20 ms of a tone, or of a vowel's likeness with overtones."""
    length = sample_hz // FRAMES_PER_SECOND
    step = 2 * pi * hz / sample_hz
    whole = saturated(
        sum(6000 / part * sin(step * part * index) for part in range(1, overtones + 1))
        for index in range(count * length)
    )
    return [whole[begin : begin + length] for begin in range(0, len(whole), length)]


def joined(parts: Iterable[array[int]]) -> array[int]:
    """Return frames end to end."""
    whole = array("h")
    for part in parts:
        whole += part
    return whole


def strength(samples: array[int], hz: float, sample_hz: int) -> float:
    """Return the peak of the sine of ``hz``."""
    step = 2 * pi * hz / sample_hz
    real = sum(value * cos(step * index) for index, value in enumerate(samples))
    imaginary = sum(value * sin(step * index) for index, value in enumerate(samples))
    return 2 * hypot(real, imaginary) / max(1, len(samples))


def error_db(heard: array[int], meant: array[int]) -> float:
    """Return the power of the difference over that of ``meant``."""
    noise = sum((one - other) ** 2 for one, other in zip(heard, meant, strict=True))
    return 10 * log10((noise + 1) / (sum(value * value for value in meant) + 1))
