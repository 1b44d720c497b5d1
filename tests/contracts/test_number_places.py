import pytest

from agent_desk.domain.region import Region, RegionSource, RegionTable
from agent_desk.ports.number_places import NumberPlaces
from telephony.number_places import GeocodedNumbers
from tests.contracts.number_places_contract import BEIJING_LANDLINE, NumberPlacesContract
from tests.fakes.listed_places import ListedPlaces


class TestListedPlaces(NumberPlacesContract):
    def make(self) -> NumberPlaces:
        return ListedPlaces({BEIJING_LANDLINE: "Beijing"})


class TestGeocodedNumbers(NumberPlacesContract):
    def make(self) -> NumberPlaces:
        return GeocodedNumbers()

    @pytest.mark.parametrize(
        ("number", "language", "place"),
        [
            ("+8613800138000", "zh", "北京市"),
            ("+8613912345678", "en", "Changzhou, Jiangsu"),
            ("+4930123456", "en", "Berlin"),
            ("+491701234567", "en", ""),
            ("+80012345678", "en", ""),
        ],
    )
    def test_names_places_and_no_countries(self, number: str, language: str, place: str) -> None:
        assert GeocodedNumbers(language).place_of(number) == place

    def test_tells_the_region_of_a_mobile(self) -> None:
        table = RegionTable([Region(code="0519", name="Changzhou", places=("常州",))])
        number = "+8613912345678"
        found = table.find(e164=number, number_place=GeocodedNumbers("zh").place_of(number))
        assert found is not None
        assert (found.region.code, found.source) == ("0519", RegionSource.NUMBER_PLACE)
