"""What a telephone has heard, and which tones are in it; pure but for its files."""

from __future__ import annotations

import struct
import wave
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin, sqrt
from pathlib import Path

AUDIBLE = 500.0
"""Least peak of a tone, of 32768, that counts as heard; tests' tones have some 8,000 and more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """Samples of one channel, 16 bits, at ``rate`` Hz."""

    rate: int
    samples: Sequence[int]

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / self.rate

    def last(self, seconds: float) -> Sound:
        """Return its end."""
        count = int(seconds * self.rate)
        return Sound(rate=self.rate, samples=self.samples[-count:] if count else ())

    def since(self, seconds: float) -> Sound:
        """Return what came after its first ``seconds``."""
        return Sound(rate=self.rate, samples=self.samples[int(seconds * self.rate) :])

    def strength(self, hz: float) -> float:
        """Return the peak of the sine of ``hz`` in it, by Goertzel's recurrence."""
        if not self.samples:
            return 0.0
        turn = 2 * cos(2 * pi * hz / self.rate)
        before = now = 0.0
        for sample in self.samples:
            before, now = now, sample + turn * now - before
        power = max(0.0, before * before + now * now - turn * before * now)
        return 2 * sqrt(power) / len(self.samples)

    def has(self, hz: float) -> bool:
        """Return whether the tone of ``hz`` is heard in it."""
        return self.strength(hz) >= AUDIBLE

    def longest_gap(self, hz: float, *, step: float = 0.04) -> float:
        """Return how long the tone was away at most, counted in steps of so many seconds."""
        count, longest, gap = int(step * self.rate), 0, 0
        for begin in range(0, len(self.samples) - count + 1, count):
            piece = Sound(rate=self.rate, samples=self.samples[begin : begin + count])
            gap = 0 if piece.has(hz) else gap + 1
            longest = max(longest, gap)
        return longest * step


def read_sound(file: Path, *, channel: int = 0) -> Sound:
    """Return one channel of a WAV file of 16 bits, also while it is being written.

    The sizes in its header are not believed: whoever writes it fills them in at the end.
    """
    data = file.read_bytes()
    begin = data.find(b"data")
    if begin < 0:
        return Sound(rate=8000, samples=())
    channels, rate = struct.unpack_from("<HI", data, data.find(b"fmt ") + 10)
    content = data[begin + 8 :]
    samples = array("h", content[: len(content) // 2 * 2])
    return Sound(rate=rate, samples=samples[channel::channels])


def write_tone(file: Path, hz: int, *, seconds: float, rate: int = 8000) -> None:
    """Write a sine of ``hz`` to a WAV file."""
    count = int(seconds * rate)
    samples = array("h", (int(8000 * sin(2 * pi * hz * index / rate)) for index in range(count)))
    with wave.open(str(file), "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(rate)
        target.writeframes(samples.tobytes())
