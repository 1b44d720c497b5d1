"""What every implementation of `ports.number_places.NumberPlaces` keeps."""

import pytest

from agent_desk.ports.number_places import NumberPlaces

BEIJING_LANDLINE = "+861065529988"


class NumberPlacesContract:
    """Knows where BEIJING_LANDLINE belongs, and nothing of what is no number."""

    def make(self) -> NumberPlaces:
        raise NotImplementedError

    def test_names_the_place_of_a_number(self) -> None:
        assert "Beijing" in self.make().place_of(BEIJING_LANDLINE)

    @pytest.mark.parametrize("number", ["", "+", "anonymous", "1001", "+999123456", "+" + "9" * 40])
    def test_knows_nothing_of_what_is_no_number(self, number: str) -> None:
        assert self.make().place_of(number) == ""
