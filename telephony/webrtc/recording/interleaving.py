"""Two channels as one row of samples; pure, any thread."""

from __future__ import annotations

from array import array


def interleaved(left: array[int], right: array[int]) -> array[int]:
    """Return left, right, left and so on; both are equally long."""
    both = array("h", bytes(4 * len(left)))
    both[0::2], both[1::2] = left, right
    return both
