"""Telephone numbers that ring nobody; any thread.

Germany, Britain, the United States and France keep ranges for films and books
(Bundesnetzagentur "Drama-Rufnummern", Ofcom "numbers for TV and radio drama", NANPA 555-0100 to
555-0199, ARCEP decision 2018-0881 section 2.5.12). China has none: its mobiles here begin with
prefixes that no carrier was given, its landlines with 9, which no subscriber has.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from db.demo_data.places import CITIES, City

_CN_PREFIXES = ("154", "160", "161", "163", "164", "168", "169", "194")
_CN_MOBILES_PER_PREFIX = 100_000_000
_APART = 12_345_679
"""Between the beginnings of ranges, or numbers would match others by their last digits."""

_FULL_WIDTH = str.maketrans("0123456789+-() ", "０１２３４５６７８９＋－（）　")

_DE_BLOCKS = {"30": "23125", "40": "66969", "69": "90009", "221": "4710", "89": "99998"}
_FR_BLOCKS = {"1": "9900", "2": "6191", "3": "5301", "4": "6571", "5": "3649"}


@dataclass(frozen=True, slots=True)
class DemoNumber:
    """value: E.164. national: as people in the country write it. mobile: else a landline."""

    value: str
    national: str
    country: str
    mobile: bool = False


class NumberPlan:
    """Hands out every number once; scattered, so that neighbours in the list do not look alike."""

    def __init__(self, *, reserved: frozenset[str] = frozenset()) -> None:
        """Begin with nothing handed out; ``reserved`` numbers (E.164) never are."""
        self._used: dict[str, int] = {}
        self._reserved = reserved
        self._overflow = 0

    def mobile(self, country: str) -> DemoNumber:
        """Return a new mobile number of ``country``, a Chinese one when its range is used up."""
        while (number := self._next_mobile(country)).value in self._reserved:
            pass
        return number

    def landline(self, country: str, city: City) -> DemoNumber:
        """Return a new landline number in ``city``, a Chinese one when its range is used up."""
        while (number := self._next_landline(country, city)).value in self._reserved:
            pass
        return number

    def _next_mobile(self, country: str) -> DemoNumber:
        ranges: dict[str, tuple[int, Callable[[int], DemoNumber]]] = {
            "DE": (200, _de_mobile),
            "GB": (1000, _gb_mobile),
            "FR": (10_000, _fr_mobile),
        }
        if country in ranges:
            size, build = ranges[country]
            index = self._next(f"mobile {country}", size)
            if index is not None:
                return build(index)
        return self._cn_mobile()

    def _next_landline(self, country: str, city: City) -> DemoNumber:
        size = _landline_capacity(country)
        start = int(city.area_code) * _APART
        index = self._next(f"{country} {city.area_code}", size, start)
        if index is None:
            others = CITIES["CN"]
            self._overflow += 1
            return self._next_landline("CN", others[self._overflow % len(others)])
        return _LANDLINES[country](city, index)

    def _cn_mobile(self) -> DemoNumber:
        count = self._used.get("mobile CN", 0)
        self._used["mobile CN"] = count + 1
        turn, which = divmod(count, len(_CN_PREFIXES))
        digits = f"{_scattered(turn + which * _APART, _CN_MOBILES_PER_PREFIX):08d}"
        prefix = _CN_PREFIXES[which]
        national = f"{prefix}{digits}"
        return DemoNumber(f"+86{national}", national, "CN", mobile=True)

    def _next(self, range_name: str, size: int, start: int = 0) -> int | None:
        count = self._used.get(range_name, 0)
        if count >= size:
            return None
        self._used[range_name] = count + 1
        return _scattered(start + count, size)


def as_written(number: DemoNumber, random: Random) -> str:
    """Return ``number`` in one of the ways in which people and old systems write it."""
    styles = _STYLES_CN if number.country == "CN" else _STYLES_WEST
    return random.choice(styles)(number)


def _scattered(index: int, size: int) -> int:
    """Return a permutation of 0 to ``size`` - 1; the factor is a prime that divides no size."""
    return (index * 7_368_787 + 137) % size


def _landline_capacity(country: str) -> int:
    return {"CN": 10_000_000, "DE": 1000, "GB": 1000, "US": 100, "FR": 10_000}[country]


def _cn_landline(city: City, index: int) -> DemoNumber:
    digits = f"9{index:07d}"
    national = f"0{city.area_code}-{digits[:4]} {digits[4:]}"
    return DemoNumber(f"+86{city.area_code}{digits}", national, "CN")


def _de_landline(city: City, index: int) -> DemoNumber:
    digits = f"{_DE_BLOCKS[city.area_code]}{index:03d}"
    return DemoNumber(f"+49{city.area_code}{digits}", f"0{city.area_code}/{digits}", "DE")


def _de_mobile(index: int) -> DemoNumber:
    digits = f"17139200{index:02d}" if index < 100 else f"176040690{index - 100:02d}"
    return DemoNumber(f"+49{digits}", f"0{digits[:3]} {digits[3:]}", "DE", mobile=True)


def _gb_landline(city: City, index: int) -> DemoNumber:
    digits = f"7946{index:04d}" if city.area_code == "20" else f"496{index:04d}"
    national = f"0{city.area_code} {digits[:-4]} {digits[-4:]}"
    return DemoNumber(f"+44{city.area_code}{digits}", national, "GB")


def _gb_mobile(index: int) -> DemoNumber:
    return DemoNumber(f"+447700900{index:03d}", f"07700 900{index:03d}", "GB", mobile=True)


def _us_landline(city: City, index: int) -> DemoNumber:
    national = f"({city.area_code}) 555-01{index:02d}"
    return DemoNumber(f"+1{city.area_code}55501{index:02d}", national, "US")


def _fr_landline(city: City, index: int) -> DemoNumber:
    return _fr_number(f"{city.area_code}{_FR_BLOCKS[city.area_code]}{index:04d}", mobile=False)


def _fr_mobile(index: int) -> DemoNumber:
    return _fr_number(f"63998{index:04d}", mobile=True)


def _fr_number(digits: str, *, mobile: bool) -> DemoNumber:
    written = f"0{digits}"
    pairs = " ".join(written[i : i + 2] for i in range(0, 10, 2))
    return DemoNumber(f"+33{digits}", pairs, "FR", mobile=mobile)


_LANDLINES: dict[str, Callable[[City, int], DemoNumber]] = {
    "CN": _cn_landline,
    "DE": _de_landline,
    "GB": _gb_landline,
    "US": _us_landline,
    "FR": _fr_landline,
}


def _grouped(digits: str) -> str:
    return f"{digits[:-8]} {digits[-8:-4]} {digits[-4:]}"


_STYLES_CN: Sequence[Callable[[DemoNumber], str]] = (
    lambda n: n.national,
    lambda n: n.value,
    lambda n: f"0086-{_grouped(n.value[3:])}",
    lambda n: f"+86 {_grouped(n.value[3:])}",
    lambda n: f"({_area(n)}) {n.value[-8:-4]}-{n.value[-4:]}" if not n.mobile else n.national,
    lambda n: n.national.translate(_FULL_WIDTH),
    lambda n: f"{n.national[:3]}.{n.national[3:7]}.{n.national[7:]}" if n.mobile else n.national,
)
_STYLES_WEST: Sequence[Callable[[DemoNumber], str]] = (
    lambda n: n.value,
    lambda n: n.value.replace("+", "00"),
    lambda n: f"{_country_code(n)} {n.value[len(_country_code(n)) :]}",
    lambda n: (
        f"{_country_code(n)} (0) {n.value[len(_country_code(n)) :]}"
        if n.country in ("DE", "GB")
        else n.value
    ),
    lambda n: f"tel:{n.value}",
    lambda n: f"{_country_code(n)}-{n.value[len(_country_code(n)) :]}".translate(_FULL_WIDTH),
)


def _area(number: DemoNumber) -> str:
    return number.national.partition("-")[0]


def _country_code(number: DemoNumber) -> str:
    return {"CN": "+86", "DE": "+49", "GB": "+44", "US": "+1", "FR": "+33"}[number.country]
