"""Everything that a call's media draws by lot; any one thread."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable

RandomBytes = Callable[[int], bytes]

_KEY_OCTETS = 30
"""RFC 4568 s. 6.2: 128 bits of key and 112 of salt, for both suites of AES_CM_128."""

_SAFE_SEQUENCE = 1 << 15
"""A first sequence number below leaves no doubt about SRTP's roll-over counter if it is lost."""


class Chance:
    """Numbers that a stranger must not guess."""

    def __init__(self, random_bytes: RandomBytes = os.urandom) -> None:
        """Draw from ``random_bytes(count)``."""
        self.random_bytes = random_bytes

    def share(self) -> float:
        """Return 0.0 to 1.0."""
        return int.from_bytes(self.random_bytes(4)) / 0xFFFF_FFFF

    def source(self) -> int:
        """Return an SSRC."""
        return int.from_bytes(self.random_bytes(4))

    def numbers(self) -> tuple[int, int]:
        """Return the first sequence number and the first timestamp of a stream."""
        sequence = int.from_bytes(self.random_bytes(2)) % _SAFE_SEQUENCE
        return sequence, int.from_bytes(self.random_bytes(4))

    def name(self) -> str:
        """Return a CNAME that says nothing of this machine (RFC 7022 s. 4.2)."""
        return self.random_bytes(12).hex()

    def session(self) -> str:
        """Return the number of a description's ``o=`` line (RFC 8866 s. 5.2)."""
        return str(int.from_bytes(self.random_bytes(7)))

    def key(self) -> str:
        """Return an SDES key with its salt in base64."""
        return base64.b64encode(self.random_bytes(_KEY_OCTETS)).decode()
