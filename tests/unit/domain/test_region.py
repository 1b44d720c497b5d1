import pytest

from agent_desk.domain.errors import InputError
from agent_desk.domain.region import Region, RegionSource, RegionTable

BEIJING = Region(
    code="010", name="Beijing", name_zh="北京", numbers=("+8610",), places=("Beijing", "北京")
)
SHANGHAI = Region(code="021", name="Shanghai", numbers=("+8621",), places=("Shanghai", "上海"))
BERLIN = Region(code="030", name="Berlin", numbers=("+4930",), places=("Berlin",))
POTSDAM = Region(code="0331", name="Potsdam", numbers=("+49331",), places=("Potsdam",))
MARK = Region(code="033", name="Brandenburg", numbers=("+4933",), places=("Brandenburg",))
MITTE = Region(code="10", name="Berlin-Mitte", places=("Berlin-Mitte",))
NEW_YORK = Region(code="NY", name="New York", places=("New York", "纽约"))
YORK = Region(code="YO", name="York", places=("York",))


def table() -> RegionTable:
    return RegionTable([BEIJING, SHANGHAI, MARK, BERLIN, POTSDAM, MITTE, YORK, NEW_YORK])


@pytest.mark.parametrize(
    ("number", "region"),
    [
        ("+861065529988", BEIJING),
        ("+4933112345", POTSDAM),
        ("+4933412345", MARK),
        ("+493012345", BERLIN),
        ("+8613800138000", None),
        ("+86", None),
        ("", None),
    ],
)
def test_a_number_lies_where_the_longest_beginning_says(number: str, region: Region | None) -> None:
    assert table().of_number(number) == region


@pytest.mark.parametrize(
    ("address", "region"),
    [
        ("北京市朝阳区建国路88号", BEIJING),
        ("上海市黄浦区北京东路99号", SHANGHAI),
        ("Beijing Road 99, Huangpu, Shanghai", SHANGHAI),
        ("Beijing Road 99, 上海市", SHANGHAI),
        ("BERLIN", BERLIN),
        ("10115 Berlin-Mitte", MITTE),
        ("10115 Berlin, Mitte", BERLIN),
        ("Berliner Straße 3, 14467 Potsdam", POTSDAM),
        ("350 5th Ave, New York, NY 10118", NEW_YORK),
        ("Stonegate 1, York", YORK),
        ("Hamburg", None),
        ("", None),
    ],
)
def test_an_address_lies_where_its_place_is(address: str, region: Region | None) -> None:
    assert table().of_address(address) == region


def test_the_address_is_asked_before_the_number() -> None:
    found = table().find(address="上海市浦东新区", e164="+861065529988")
    assert found is not None
    assert (found.region, found.source) == (SHANGHAI, RegionSource.ADDRESS)


def test_the_city_is_asked_before_the_address() -> None:
    found = table().find(city="Berlin", address="Potsdamer Platz, Potsdam")
    assert found is not None
    assert (found.region, found.source) == (BERLIN, RegionSource.CITY)


def test_the_number_tells_where_no_address_does() -> None:
    found = table().find(city="?", e164="+861065529988", number_place="Shanghai")
    assert found is not None
    assert (found.region, found.source) == (BEIJING, RegionSource.NUMBER)


def test_the_place_of_a_mobile_is_asked_last() -> None:
    found = table().find(e164="+8613800138000", number_place="北京市")
    assert found is not None
    assert (found.region, found.source) == (BEIJING, RegionSource.NUMBER_PLACE)
    assert table().find(e164="+8613800138000") is None


def test_without_places_nothing_is_found() -> None:
    assert RegionTable([]).find(city="Berlin", e164="+493012345") is None
    assert RegionTable([BERLIN]).get("030") == BERLIN
    assert RegionTable([BERLIN]).get("040") is None


@pytest.mark.parametrize(
    ("region", "field", "value"),
    [
        (Region(code="030", name="Other"), "code", "030"),
        (Region(code=" ", name="Other"), "code", " "),
        (Region(code="1", name="Other", numbers=("+4930",)), "numbers", "+4930"),
        (Region(code="1", name="Other", numbers=("030",)), "numbers", "030"),
        (Region(code="1", name="Other", places=("BERLIN ",)), "places", "BERLIN "),
        (Region(code="1", name="Other", places=("",)), "places", ""),
    ],
)
def test_what_two_regions_have_is_refused(region: Region, field: str, value: str) -> None:
    with pytest.raises(InputError) as caught:
        RegionTable([BERLIN, region])
    assert (caught.value.details["field"], caught.value.details["value"]) == (field, value)
