"""The numbers that a person has dialled on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class DialledNumbers(Protocol):
    """Keeps them for the next start; calls wait for a disk and run off `desk-loop`.

    No call raises: a place that cannot be read or written remembers nothing.
    """

    def read(self) -> Sequence[str]:
        """Return the numbers, the last dialled first."""
        ...

    def write(self, numbers: Sequence[str]) -> None:
        """Keep ``numbers`` instead of what was kept."""
        ...
