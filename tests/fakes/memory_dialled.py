"""Numbers for redial in memory."""

from __future__ import annotations

from collections.abc import Sequence


class MemoryDialled:
    """``ports.dialled_numbers.DialledNumbers`` that forgets everything with the test."""

    def __init__(self, *numbers: str) -> None:
        """Begin with ``numbers``, the last dialled first."""
        self._numbers: tuple[str, ...] = numbers

    def read(self) -> Sequence[str]:
        """Return what was written last."""
        return self._numbers

    def write(self, numbers: Sequence[str]) -> None:
        """Keep ``numbers``."""
        self._numbers = tuple(numbers)
