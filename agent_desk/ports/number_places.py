"""Where numbers belong, by their numbering plan."""

from __future__ import annotations

from typing import Protocol


class NumberPlaces(Protocol):
    """Tells the place of a number where the plan has one, as China's has for mobiles too."""

    def place_of(self, e164: str) -> str:
        """Return the place, such as "Changzhou, Jiangsu"; ``""`` for none, whatever is asked."""
        ...
