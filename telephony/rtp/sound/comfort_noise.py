"""Comfort noise: what a silent peer's room sounds like (RFC 3389); any one thread."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import prod, sqrt

from telephony.rtp.errors import PayloadError
from telephony.rtp.sound.level import level_dbov
from telephony.rtp.sound.samples import FRAME_SAMPLES, saturated, silence

QUIETEST = 127
_OVERLOAD = 32768.0
_MOST_ORDER = 12
_STEP = 258
_MIDDLE = 127
_RESERVED = 255
_STABLE = 0.995
RandomBytes = Callable[[int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseDescription:
    """What a payload of comfort noise says (RFC 3389 s. 3).

    level: 0 to 127, in -dBov. reflections: of the spectrum's all-pole model, -1.0 to 1.0 each;
    none for white noise.
    """

    level: int
    reflections: tuple[float, ...] = ()

    def encode(self) -> bytes:
        """Return the payload; raises PayloadError for a level that has no room."""
        if not 0 <= self.level <= QUIETEST:
            raise PayloadError(field="noise level", value=self.level, accepted="0 to 127")
        codes = (round(each * _OVERLOAD / _STEP) + _MIDDLE for each in self.reflections)
        return bytes((self.level, *(max(0, min(_RESERVED - 1, code)) for code in codes)))


def parse_noise(payload: bytes) -> NoiseDescription:
    """Return the description; raises PayloadError for an empty one.

    The highest bit of the level is ignored, coefficients after the twelfth are passed over, and
    all from a reserved one on (RFC 3389 s. 3.1 and 3.2).
    """
    if not payload:
        raise PayloadError(field="comfort noise", value=0, accepted="at least 1 octet")
    codes = payload[1 : 1 + _MOST_ORDER].split(b"\xff")[0]
    reflections = tuple((code - _MIDDLE) * _STEP / _OVERLOAD for code in codes)
    return NoiseDescription(level=payload[0] & 0x7F, reflections=reflections)


def describe_noise(samples: array[int]) -> NoiseDescription:
    """Return white noise as loud as ``samples``."""
    return NoiseDescription(level=round(-level_dbov(samples)))


class NoiseMaker:
    """Noise after the last description, without a seam between frames or descriptions."""

    def __init__(self, random_bytes: RandomBytes) -> None:
        """Draw from ``random_bytes(count)``, such as os.urandom; silent until described."""
        self._random_bytes = random_bytes
        self._reflections: Sequence[float] = ()
        self._gain = 0.0
        self._backward = [0.0] * (_MOST_ORDER + 1)

    def describe(self, description: NoiseDescription | None) -> None:
        """Sound as ``description`` says from now on; None is silence."""
        if description is None or description.level == QUIETEST:
            self._gain, self._reflections = 0.0, ()
            return
        limited = (max(-_STABLE, min(_STABLE, each)) for each in description.reflections)
        self._reflections = tuple(limited)
        # The filter makes noise louder by this much; evenly drawn octets have a power of 1/3.
        loss = prod(1 - each * each for each in self._reflections)
        self._gain = _OVERLOAD * 10 ** (-description.level / 20) * sqrt(3 * loss)

    def make(self, count: int = FRAME_SAMPLES) -> array[int]:
        """Return the next ``count`` samples."""
        if not self._gain:
            return silence(count)
        gain = self._gain / 128
        drawn = [(octet - 127.5) * gain for octet in self._random_bytes(count)]
        return saturated(self._coloured(drawn) if self._reflections else drawn)

    def _coloured(self, drawn: Iterable[float]) -> Iterable[float]:
        """Yield ``drawn`` through the all-pole lattice of the reflections."""
        backward = self._backward
        stages = list(enumerate(self._reflections))[::-1]
        for forward in drawn:
            value = forward
            for index, reflection in stages:
                value -= reflection * backward[index]
                backward[index + 1] = backward[index] + reflection * value
            backward[0] = value
            yield value
