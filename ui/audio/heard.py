"""What the microphone heard, on its way from Qt's thread (`put`) to the engine's (`take`).

Neither ever waits: the only thing that both touch is a deque, whose ends are safe to use at once.
"""

from __future__ import annotations

from array import array
from collections import deque
from typing import Final

from ui.audio.cushion import QUICKEST, Cushion
from ui.audio.frames import FRAME, fitted, silence

_CHUNKS: Final = 256
"""Pieces that may wait for an engine that does not take; devices give 5 to 20 ms at a time."""

_LIMIT: Final = 10 * FRAME
"""Older sound than 200 ms is never wanted: an engine that stood still goes on with the newest."""


class Heard:
    """Cuts what a device gives in its own pieces into frames at the engine's pace."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._pieces: deque[array[int] | None] = deque(maxlen=_CHUNKS)
        self._held = array("h")
        self._cushion = Cushion()
        self._is_flowing = False

    def put(self, samples: array[int]) -> None:
        """Add what the device gave; Qt's thread."""
        self._pieces.append(samples)

    def begin(self) -> None:
        """What follows comes from another device, or after a pause; Qt's thread."""
        self._pieces.append(None)

    def take(self) -> array[int]:
        """Return the next FRAME samples, silence while there are not enough; engine's thread."""
        self._collect()
        waiting = len(self._held) - FRAME
        if not self._is_flowing:
            if waiting < self._cushion.size:
                return silence()
            self._is_flowing = True
            del self._held[: waiting - self._cushion.size]
            waiting = self._cushion.size
        elif waiting < QUICKEST:
            self._is_flowing = False
            self._cushion.ran_dry()
            return silence()
        return self._cut(self._cushion.surplus(waiting))

    def _collect(self) -> None:
        while self._pieces:
            piece = self._pieces.popleft()
            if piece is None:
                self._held = array("h")
                self._cushion = Cushion()
                self._is_flowing = False
            else:
                self._held.extend(piece)
        del self._held[: max(0, len(self._held) - _LIMIT)]

    def _cut(self, surplus: int) -> array[int]:
        if surplus > QUICKEST:
            del self._held[:surplus]
            surplus = 0
        length = FRAME + surplus
        samples = self._held[:length]
        del self._held[:length]
        return fitted(samples, surplus)
