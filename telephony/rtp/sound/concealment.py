"""Lost speech is carried on by its own pitch (after ITU-T G.711 Appendix I); any one thread.

The last 48.75 ms are searched for their period. It is repeated: one period for 10 ms, then two,
then three, so that no tone rings; from 20 ms on it fades by a quarter each 10 ms, to nothing at 60.
When speech is back, both cross-fade. Unlike the appendix the level is kept for a whole frame of 20
ms, the loss that is most frequent, and nothing is held back for the seam: what the first repeated
sample misses is added and fades over a quarter of a period.
"""

from __future__ import annotations

from array import array
from itertools import chain
from math import sqrt
from operator import mul

from telephony.rtp.sound.samples import saturated, silence

_NARROW_HZ = 8000
_BLOCK = 80
_LEAST_PITCH, _MOST_PITCH = 40, 120
_WINDOW = 160
_HISTORY = 390
_SEAM_STEP = 32
"""G.711 Appendix I s. I.2, at 8000 Hz: 10 ms; 200 to 66 Hz; 20 ms; 48.75 ms; 4 ms."""

_MOST_PERIODS = 3
_STEADY_BLOCKS = 2
_FADE_STEP = 0.25


class Concealer:
    """The ear of one stream: real frames pass through it, lost ones are made by it."""

    def __init__(self, sample_hz: int = _NARROW_HZ) -> None:
        """Begin in silence. sample_hz: a multiple of 8000."""
        self._scale = sample_hz // _NARROW_HZ
        self._block = _BLOCK * self._scale
        self._history = silence(_HISTORY * self._scale)
        self._repeater: _Repeater | None = None

    def hear(self, samples: array[int], *, joins: bool = True) -> array[int]:
        """Return ``samples``, with their beginning blended into what was made up before.

        joins: whether they follow what was heard; if not, they are blended as after a loss.
        """
        repeater = self._repeater or (None if joins else self._new_repeater())
        self._repeater = None
        heard = samples if repeater is None else repeater.blend(samples)
        self._remember(heard)
        return heard

    def conceal(self, count: int | None = None) -> array[int]:
        """Return ``count`` samples, whole 10 ms (two without it), in place of those lost."""
        if self._repeater is None:
            self._repeater = self._new_repeater()
        made: array[int] = array("h")
        for _ in range(2 if count is None else count // self._block):
            made += saturated(self._repeater.next_block())
        self._remember(made)
        return made

    def _new_repeater(self) -> _Repeater:
        return _Repeater(self._history, self._scale)

    def _remember(self, samples: array[int]) -> None:
        self._history = (self._history + samples)[-len(self._history) :]


class _Repeater:
    """One loss: the periods before it, repeated for as long as it lasts."""

    def __init__(self, history: array[int], scale: int) -> None:
        self._history = history
        self._block = _BLOCK * scale
        self._seam_step = _SEAM_STEP * scale
        self._pitch = find_pitch(history, scale)
        self._quarter = self._pitch // 4
        self._blocks = 0
        self._position = 0
        self._cycle = self._make_cycle(1)
        self._miss = float(history[-1] - history[-1 - self._pitch])

    def blend(self, samples: array[int]) -> array[int]:
        """Return ``samples`` with a beginning that comes out of the repetition."""
        length = min(self._quarter + self._seam_step * self._blocks, self._block, len(samples))
        made = self.next_block()[:length]
        seam = _cross_fade(made, samples[:length])
        return saturated(chain(seam, samples[length:]))

    def next_block(self) -> list[float]:
        """Return the next 10 ms."""
        is_longer = 0 < self._blocks < _MOST_PERIODS
        block = self._lengthened() if is_longer else self._repeat(self._block)
        if self._blocks == 0:
            for index in range(self._quarter):
                block[index] += self._miss * (1 - index / self._quarter)
        begin, end = _gain(self._blocks), _gain(self._blocks + 1)
        self._blocks += 1
        if begin == end == 1.0:
            return block
        step = (end - begin) / self._block
        return [value * (begin + step * index) for index, value in enumerate(block)]

    def _lengthened(self) -> list[float]:
        """Return a block in which one period more begins to be repeated, at the same phase."""
        position = self._position
        former = self._repeat(self._quarter)
        self._cycle = self._make_cycle(self._blocks + 1)
        self._position = position % self._pitch
        block = self._repeat(self._block)
        block[: self._quarter] = _cross_fade(former, block[: self._quarter])
        return block

    def _make_cycle(self, periods: int) -> list[float]:
        """Return the last ``periods``, their end blended into what came before their beginning."""
        length, quarter = periods * self._pitch, self._quarter
        before = self._history[-length - quarter : -length]
        cycle = list(map(float, self._history[-length:]))
        cycle[-quarter:] = _cross_fade(cycle[-quarter:], before)
        return cycle

    def _repeat(self, count: int) -> list[float]:
        length = len(self._cycle)
        copies = (self._position + count) // length + 1
        taken = (self._cycle * copies)[self._position : self._position + count]
        self._position = (self._position + count) % length
        return taken


def find_pitch(history: array[int], scale: int = 1) -> int:
    """Return the period of the last 20 ms in samples, 40 to 120 (G.711 Appendix I s. I.2.2).

    Coarsely on every other sample of 8000 a second, then exactly around the best. scale: how many
    times 8000 there are; the period is as much longer.
    """
    step = 2 * scale
    least, most, window = _LEAST_PITCH * scale, _MOST_PITCH * scale, _WINDOW * scale
    coarse = history[-most - window :: step]
    lags = range(least // step, most // step + 1)
    best = step * max(lags, key=lambda lag: _likeness(coarse, lag, window // step))
    near = range(max(least, best - step + 1), min(most, best + step - 1) + 1)
    return max(near, key=lambda lag: _likeness(history, lag, window))


def _likeness(samples: array[int], lag: int, window: int) -> float:
    """Return the normalised correlation of the end with what was ``lag`` before."""
    earlier = samples[-window - lag : -lag]
    power: int = sum(map(mul, earlier, earlier))
    likeness: int = sum(map(mul, samples[-window:], earlier))
    return likeness / sqrt(power + 1)


def _gain(block: int) -> float:
    """Return the gain at the beginning of a block of the loss."""
    return max(0.0, 1.0 - _FADE_STEP * max(0, block - _STEADY_BLOCKS))


def _cross_fade(leaving: list[float], coming: list[float] | array[int]) -> list[float]:
    """Return ``leaving`` turning into ``coming``; both are equally long."""
    share = 1 / (len(leaving) + 1)
    return [
        old + (new - old) * share * (index + 1)
        for index, (old, new) in enumerate(zip(leaving, coming, strict=True))
    ]
