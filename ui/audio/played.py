"""What the engine plays (`play`, on its thread), on its way to the speaker (the rest, on Qt's).

Neither ever waits: the only thing that both touch is a deque, whose ends are safe to use at once.
"""

from __future__ import annotations

from array import array
from collections import deque
from typing import Final

from ui.audio.cushion import QUICKEST, Cushion
from ui.audio.frames import FRAME, fitted, silence

_FRAMES: Final = 3
"""Frames that may wait for a thread or a device that stands still: 60 ms, the newest."""


class Played:
    """Fits the engine's frames to the pace of the device."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._frames: deque[array[int]] = deque(maxlen=_FRAMES)
        self._cushion = Cushion()
        self._is_flowing = False

    def play(self, samples: array[int]) -> None:
        """Add a frame; engine's thread."""
        self._frames.append(samples)

    def begin(self) -> None:
        """Forget what waits: what follows goes to another device; Qt's thread."""
        self._frames.clear()
        self._cushion = Cushion()
        self._is_flowing = False

    def skip(self) -> None:
        """Drop what waits: the device has not begun to play what it has."""
        self._frames.clear()

    def next(self, waiting: int) -> array[int] | None:
        """Return what to hand to a device in which ``waiting`` samples wait; None for nothing."""
        if not self._frames:
            return None
        samples = self._frames.popleft()
        if waiting <= 0:
            if self._is_flowing:
                self._cushion.ran_dry()
            self._is_flowing = True
            return silence(self._cushion.size) + samples
        surplus = self._cushion.surplus(waiting + FRAME * len(self._frames))
        if surplus > QUICKEST:
            return samples[min(surplus, FRAME) :]
        return fitted(samples, surplus)
