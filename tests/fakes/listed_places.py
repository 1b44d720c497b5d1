"""Places of the numbers that a test lists."""

from __future__ import annotations

from collections.abc import Mapping


class ListedPlaces:
    """`ports.number_places.NumberPlaces` over a list; counts how often it was asked."""

    def __init__(self, places: Mapping[str, str]) -> None:
        """Know ``places`` by number (E.164) and nothing else."""
        self._places = dict(places)
        self.asked: list[str] = []

    def place_of(self, e164: str) -> str:
        """Return the listed place."""
        self.asked.append(e164)
        return self._places.get(e164, "")
