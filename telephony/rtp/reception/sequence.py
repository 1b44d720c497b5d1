"""Sequence numbers and timestamps that never wrap (RFC 3550 A.1); pure, any one thread."""

from __future__ import annotations

MOST_DROPOUT = 3000
MOST_MISORDER = 100
LEAST_IN_SEQUENCE = 2
"""RFC 3550 A.1: the defaults; 3,000 lost packets are a minute of speech."""

_SEQUENCE_MODULUS = 1 << 16
_TIMESTAMP_MODULUS = 1 << 32


class SequenceTracker:
    """The numbers of one source; a restart begins anew after two packets in sequence.

    received: packets that counted. base: the first number. highest: with its cycles.
    restarts: how often the numbers began anew.
    """

    def __init__(self) -> None:
        """Know nothing yet: the first packets are on probation (RFC 3550 s. 6.2.1)."""
        self.received = 0
        self.base = 0
        self.highest = 0
        self.restarts = 0
        self._probation = LEAST_IN_SEQUENCE
        self._next: int | None = None

    @property
    def is_valid(self) -> bool:
        """Return whether the source was believed: two packets came in sequence."""
        return self._probation == 0

    @property
    def expected(self) -> int:
        """Return how many packets were sent as far as can be told (RFC 3550 A.3)."""
        return self.highest - self.base + 1 if self.is_valid else 0

    def take(self, number: int) -> int | None:
        """Return the number with its cycles, or None for one that must not be used."""
        if not self.is_valid:
            return self._probe(number)
        step = (number - self.highest) % _SEQUENCE_MODULUS
        if step < MOST_DROPOUT:
            self.highest += step
            taken = self.highest
        elif step <= _SEQUENCE_MODULUS - MOST_MISORDER:
            return self._leap(number)
        else:
            taken = self.highest + step - _SEQUENCE_MODULUS
        self.received += 1
        return taken

    def _probe(self, number: int) -> int | None:
        in_sequence = self._next is None or number == self._next
        self._probation = self._probation - 1 if in_sequence else LEAST_IN_SEQUENCE - 1
        self._next = (number + 1) % _SEQUENCE_MODULUS
        if self._probation:
            return None
        self._begin(number)
        return number

    def _leap(self, number: int) -> int | None:
        """Two packets in sequence far away: the sender began anew without saying so."""
        if number != self._next:
            self._next = (number + 1) % _SEQUENCE_MODULUS
            return None
        # Counted on from the highest, so that no number of the new run was ever used before.
        self.restarts += 1
        cycles = self.highest // _SEQUENCE_MODULUS + 1
        self._begin(cycles * _SEQUENCE_MODULUS + number)
        return self.highest

    def _begin(self, number: int) -> None:
        self.base = self.highest = number
        self.received = 1
        self._next = None


class TimestampUnwrapper:
    """Timestamps as numbers that grow for as long as the call lasts.

    Each is taken as the one nearest to the last, at most 2**31 units away.
    """

    def __init__(self) -> None:
        """Begin with whatever comes first."""
        self._last: int | None = None

    def take(self, timestamp: int) -> int:
        """Return the timestamp with its cycles; negative ones come before the first wrap."""
        if self._last is None:
            self._last = timestamp
            return timestamp
        step = (timestamp - self._last) % _TIMESTAMP_MODULUS
        if step >= _TIMESTAMP_MODULUS // 2:
            step -= _TIMESTAMP_MODULUS
        self._last += step
        return self._last
