"""UUIDv7s by the thousand, for imports; one source per thread or process."""

from __future__ import annotations

import os
from datetime import datetime

_IDS_PER_DRAW = 4096
_DIGITS_PER_ID = 20
_LINES_PER_MILLISECOND = 32
_VARIANTS = "89ab" * 4


class BulkIds:
    """Ids (RFC 9562 s. 5.7) of which those of a later line sort later.

    So rows land at the end of the indexes, whichever process made their ids.
    """

    def __init__(self, now: datetime) -> None:
        """Ids of the first lines carry the time ``now``."""
        self._start_ms = round(now.timestamp() * 1_000_000) // 1000
        self._time = ""
        self._random = ""
        self._used = 0
        self.go_to(0)

    def go_to(self, line: int) -> None:
        """Make the next ids those of ``line``, counted from 0."""
        digits = f"{self._start_ms + line // _LINES_PER_MILLISECOND:012x}"
        self._time = f"{digits[:8]}-{digits[8:]}-7"

    def next(self) -> str:
        """Return a new id."""
        at = self._used
        if at >= len(self._random):
            self._random = os.urandom(_IDS_PER_DRAW * _DIGITS_PER_ID // 2).hex()
            at = 0
        self._used = at + _DIGITS_PER_ID
        random = self._random
        variant = _VARIANTS[int(random[at + 3], 16)]
        return (
            f"{self._time}{random[at : at + 3]}-{variant}{random[at + 4 : at + 7]}"
            f"-{random[at + 7 : at + 19]}"
        )
