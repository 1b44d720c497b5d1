from random import Random

import phonenumbers
import pytest

from agent_desk.domain.identifiers import number_suffix, parse_number
from db.demo_data.cast import CAST
from db.demo_data.numbers import DemoNumber, NumberPlan, as_written
from db.demo_data.places import CITIES


def drawn(count: int) -> list[DemoNumber]:
    plan = NumberPlan()
    numbers = []
    for country, cities in CITIES.items():
        for index in range(count):
            numbers.append(plan.mobile(country))
            numbers.append(plan.landline(country, cities[index % len(cities)]))
    return numbers


def test_no_number_is_given_twice_even_when_ranges_are_used_up() -> None:
    values = [number.value for number in drawn(3000)]
    assert len(set(values)) == len(values)


def test_different_mobiles_do_not_match_by_their_last_digits() -> None:
    plan = NumberPlan()
    suffixes = [number_suffix(plan.mobile("CN").value) for _ in range(20_000)]
    assert len(set(suffixes)) == len(suffixes)


def test_numbers_of_every_country_are_possible_and_canonical() -> None:
    for number in drawn(60):
        assert phonenumbers.is_possible_number(phonenumbers.parse(number.value))
        assert parse_number(number.value, region="CN").e164 == number.value
        assert parse_number(number.national, region=number.country).e164 == number.value


@pytest.mark.parametrize("seed", range(8))
def test_every_way_of_writing_is_read_as_the_same_number(seed: int) -> None:
    random = Random(seed)
    for number in drawn(25):
        written = as_written(number, random)
        assert parse_number(written, region=number.country).e164 == number.value, written


def test_foreign_numbers_stay_inside_the_ranges_for_fiction() -> None:
    fiction = {
        "DE": (
            *("+493023125", "+494066969", "+496990009", "+492214710", "+498999998"),
            *("+4917139200", "+49176040690"),
        ),
        "FR": ("+3319900", "+3326191", "+3335301", "+3346571", "+3353649", "+3363998"),
    }
    for number in drawn(400):
        if number.country == "US":
            assert number.value[5:10] == "55501"
        elif number.country == "GB":
            assert "4960" in number.value or "79460" in number.value or "+447700900" in number.value
        elif number.country in fiction:
            assert number.value.startswith(fiction[number.country])


def test_reserved_numbers_are_never_given() -> None:
    first = NumberPlan().mobile("CN").value
    assert NumberPlan(reserved=frozenset({first})).mobile("CN").value != first


def test_the_numbers_of_the_cast_are_read_as_they_are_stored() -> None:
    for member in CAST:
        for value, raw in member.numbers:
            region = phonenumbers.region_code_for_country_code(
                phonenumbers.parse(value).country_code or 86
            )
            assert parse_number(raw, region=region).e164 == value
