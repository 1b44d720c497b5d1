"""Where one sound turns into another; pure, any thread."""

from __future__ import annotations

from array import array

from telephony.rtp.sound.samples import saturated


def cross_faded(leaving: array[int], coming: array[int], count: int) -> array[int]:
    """Return ``coming``; its first ``count`` samples come out of ``leaving``, which has as many."""
    share = 1 / (count + 1)
    pairs = zip(leaving[:count], coming[:count], strict=True)
    seam = (old + (new - old) * share * index for index, (old, new) in enumerate(pairs, start=1))
    return saturated(seam) + coming[count:]
