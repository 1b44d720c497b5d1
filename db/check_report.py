"""What a check of the shared database found; pure values, any thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What a check found.

    revision: of the schema. rows: number of rows by table. problems: sentences, none when all is
    well.
    """

    revision: str
    rows: Mapping[str, int]
    problems: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems
