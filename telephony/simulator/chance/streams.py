"""One seeded stream of random numbers per purpose; pure, any thread.

Separate streams keep what callers do apart from what agents do: an agent who answers slowly
changes neither who calls next nor when.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, chain, repeat
from random import Random
from typing import TypeVar

T = TypeVar("T")

BLOCK = 512
"""Values drawn at a time: drawing in blocks costs a third of drawing one by one."""


class RandomStreams:
    """The source of all chance in one run."""

    def __init__(self, seed: int) -> None:
        """Derive every stream from ``seed``."""
        self._seed = seed

    def stream(self, purpose: str) -> Random:
        """Return a new generator for ``purpose``; the same seed and purpose repeat exactly."""
        # A text seed goes through SHA-512, which no PYTHONHASHSEED changes.
        return Random(f"{self._seed}/{purpose}")


def endless(block: Callable[[], Sequence[T]]) -> Iterator[T]:
    """Return an iterator over the values of ``block()``, called again and again for ever."""
    return chain.from_iterable(iter(block, None))


def uniform_draws(random: Random) -> Callable[[], float]:
    """Return a function that draws numbers in [0, 1)."""
    return random.random


def weighted_draws(random: Random, options: Sequence[T], weights: Sequence[float]) -> Iterator[T]:
    """Return an endless iterator that draws from ``options`` by ``weights``."""
    if len(options) == 1:
        return repeat(options[0])
    cumulative = list(accumulate(weights))
    return endless(lambda: random.choices(options, cum_weights=cumulative, k=BLOCK))
