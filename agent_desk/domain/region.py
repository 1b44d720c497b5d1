"""Regions: where a customer is, by city, address or number; pure, any thread.

A field order goes where the customer lives, so the address is asked before the number: a mobile
keeps its number when its owner moves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NoReturn

from agent_desk.domain.errors import InputError

_PREFIX = re.compile(r"\+[1-9][0-9]{0,14}")


class RegionSource(StrEnum):
    """What told the region."""

    CITY = "CITY"
    ADDRESS = "ADDRESS"
    NUMBER = "NUMBER"
    NUMBER_PLACE = "NUMBER_PLACE"
    """The place that the numbering plan has for the number, as for Chinese mobiles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """An area that work is divided by.

    code: such as "010". numbers: how its numbers begin in E.164, such as "+8610". places: words
    of addresses that lie in it, in any language, such as "Beijing" and "北京".
    """

    code: str
    name: str
    name_zh: str = ""
    numbers: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RegionFinding:
    """A region and what told it."""

    region: Region
    source: RegionSource


class RegionTable:
    """All regions; raises InputError for a code, number or place that two of them have."""

    def __init__(self, regions: Iterable[Region]) -> None:
        """Keep ``regions`` in their order."""
        self._regions: dict[str, Region] = {}
        self._numbers: dict[str, Region] = {}
        self._places: dict[str, Region] = {}
        for region in regions:
            self._add(region)
        # Longest first: the more exact word wins at the same place.
        words = sorted(self._places, key=len, reverse=True)
        self._words = re.compile("|".join(map(_pattern, words))) if words else None

    @property
    def codes(self) -> frozenset[str]:
        """The codes of all regions."""
        return frozenset(self._regions)

    def all(self) -> tuple[Region, ...]:
        """Return the regions in their order."""
        return tuple(self._regions.values())

    def get(self, code: str) -> Region | None:
        """Return the region with that code, None when there is none."""
        return self._regions.get(code)

    def of_number(self, e164: str) -> Region | None:
        """Return the region whose numbers begin like ``e164``, by the longest beginning."""
        for length in range(len(e164), 1, -1):
            found = self._numbers.get(e164[:length])
            if found is not None:
                return found
        return None

    def of_address(self, text: str) -> Region | None:
        """Return the region of the place that ``text`` names.

        Chinese addresses go from the country to the door, others from the door to the country:
        of several places the first counts in Chinese, the last elsewhere, so that neither the
        Beijing Road in Shanghai nor the Berliner Strasse in Hamburg leads astray.
        """
        found = list(self._words.finditer(text.casefold())) if self._words else []
        if not found:
            return None
        chinese = [match for match in found if not match[0].isascii()]
        return self._places[chinese[0][0] if chinese else found[-1][0]]

    def find(
        self, *, city: str = "", address: str = "", e164: str = "", number_place: str = ""
    ) -> RegionFinding | None:
        """Return the region by the first of these that tells it, None when none does.

        number_place: what the numbering plan says of the number, ``""`` when nobody asked.
        """
        for region, source in (
            (self.of_address(city), RegionSource.CITY),
            (self.of_address(address), RegionSource.ADDRESS),
            (self.of_number(e164), RegionSource.NUMBER),
            (self.of_address(number_place), RegionSource.NUMBER_PLACE),
        ):
            if region is not None:
                return RegionFinding(region, source)
        return None

    def _add(self, region: Region) -> None:
        if not region.code.strip() or region.code in self._regions:
            _refuse("code", region.code, "a code that no other region has")
        self._regions[region.code] = region
        for number in region.numbers:
            if not _PREFIX.fullmatch(number):
                _refuse("numbers", number, "the beginning of a number, such as +8610")
            if self._numbers.setdefault(number, region) is not region:
                _refuse("numbers", number, "a beginning that no other region has")
        for place in region.places:
            word = place.strip().casefold()
            if not word:
                _refuse("places", place, "a word of an address")
            if self._places.setdefault(word, region) is not region:
                _refuse("places", place, "a word that no other region has")


@lru_cache(maxsize=8)
def region_table(regions: tuple[Region, ...]) -> RegionTable:
    """Return the table of ``regions``, made once: it is asked for every order."""
    return RegionTable(regions)


def _pattern(word: str) -> str:
    """Return the pattern of a place: Latin words whole, Chinese ones anywhere, as they are."""
    escaped = re.escape(word)
    return rf"(?<![^\W\d_]){escaped}(?![^\W\d_])" if word.isascii() else escaped


def _refuse(field: str, value: str, accepted: str) -> NoReturn:
    raise InputError(field=field, value=value, accepted=accepted)
