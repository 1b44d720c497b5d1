"""Names that nobody can guess, and chance, from a source that is given (RFC 3261 s. 19.3).

Any one thread. Tests give a source that repeats; the desk gives the system's.
"""

from __future__ import annotations

from collections.abc import Callable

from telephony.sip.dialog.reliability import MOST_FIRST_RSEQ
from telephony.sip.values.via import MAGIC_COOKIE


class Chance:
    """Everything random that a telephone needs."""

    def __init__(self, random_bytes: Callable[[int], bytes]) -> None:
        """Take a source of octets such as `os.urandom`."""
        self._random_bytes = random_bytes

    def token(self) -> str:
        """Return 64 bits as text: tags, Call-IDs, cnonces (RFC 3261 s. 19.3 asks for 32)."""
        return self._random_bytes(8).hex()

    def branch(self) -> str:
        """Return a branch that names its transaction (RFC 3261 s. 8.1.1.7)."""
        return MAGIC_COOKIE + self.token()

    def fraction(self) -> float:
        """Return a number from 0.0 up to, and without, 1.0."""
        return int.from_bytes(self._random_bytes(4)) / 2**32

    def first_rseq(self) -> int:
        """Return the RSeq of a first reliable response, not too near its end (RFC 3262 s. 3)."""
        return 1 + int(self.fraction() * (MOST_FIRST_RSEQ // 2))
