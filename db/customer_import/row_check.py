"""Checks the cells of one line and says what is wrong with each; any thread."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, TypeVar

from agent_desk.domain.customer import Tier
from agent_desk.domain.errors import InvalidNumberError
from db.customer_import.columns import Columns
from db.customer_import.numbers import e164_of
from db.customer_import.records import Record, UnreadableError
from db.customer_import.report import RefusedValue

T = TypeVar("T")
N = TypeVar("N")

MAX_LENGTHS: Mapping[str, int] = MappingProxyType(
    {"name": 200, "company": 200, "city": 100, "address": 500, "external_key": 100, "email": 254}
)
"""Longest values, in characters."""

_TIERS: Mapping[str, Tier] = MappingProxyType(
    {tier.value: tier for tier in Tier}
    | {
        "普通": Tier.STANDARD,
        "标准": Tier.STANDARD,
        "银": Tier.SILVER,
        "银卡": Tier.SILVER,
        "金": Tier.GOLD,
        "金卡": Tier.GOLD,
        "贵宾": Tier.VIP,
    }
)
_LANGUAGES: Mapping[str, str] = MappingProxyType({"中文": "zh-CN", "英文": "en", "英语": "en"})
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_EMAIL = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\".]+(\.[^\s@,;<>\".]+)+")
_DATE = re.compile(r"([0-9]{4})([-/.年])([0-9]{1,2})([-/.月])([0-9]{1,2})日?")
_SUFFIX_OF_TIME = re.compile(r"[T ]0?0:00(:00)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedRow:
    """A line that may go in; ``""`` and None mean that the file says nothing.

    numbers: pairs of E.164 and as written, without repetitions, the first one is the primary.
    """

    line: int
    name: str
    numbers: tuple[tuple[str, str], ...] = ()
    email: str = ""
    company: str = ""
    city: str = ""
    address: str = ""
    language: str = ""
    tier: Tier | None = None
    external_key: str = ""
    since: date | None = None


class _NotAcceptedError(Exception):
    """A value that is not accepted; args: what is accepted."""


class RowChecker:
    """Turns records into checked rows for one file."""

    def __init__(self, columns: Columns, *, region: str) -> None:
        """Read numbers without a country code as ones of ``region`` (ISO 3166-1)."""
        self._columns = columns
        self._region = region
        self._readers = tuple(
            (field, columns.positions[field], reader)
            for field, reader in _READERS.items()
            if field in columns.positions
        )

    def check(self, record: Record) -> CheckedRow | list[RefusedValue]:
        """Return the row, or everything that is wrong with it."""
        if isinstance(record.cells, UnreadableError):
            reason = record.cells
            return [RefusedValue(record.line, "line", reason.value, reason.accepted)]
        cells = record.cells
        wanted = self._columns.count
        if len(cells) != wanted and (len(cells) < wanted or any(map(str.strip, cells[wanted:]))):
            found = f"{len(cells)} columns"
            return [RefusedValue(record.line, "line", found, f"{wanted} columns, as in line 1")]
        refused: list[RefusedValue] = []
        row = self._row(_Cells(record.line, cells, self._columns, refused))
        return refused or row

    def _row(self, cells: _Cells) -> CheckedRow:
        name_at = self._columns.positions["name"]
        if not cells.text_at(name_at):
            cells.refuse("name", "", "a text that is not empty")
        name = cells.read_at(name_at, _NAME, "")
        numbers = self._numbers(cells)
        found: dict[str, Any] = {}
        for field, position, reader in self._readers:
            value = cells.read_at(position, reader, None)
            if value is not None:
                found[field] = value
        row = CheckedRow(line=cells.line, name=name, numbers=numbers, **found)
        if not row.numbers and not row.external_key and not cells.refused:
            cells.refuse("phone", "", "a telephone number, or a customer number in its column")
        return row

    def _numbers(self, cells: _Cells) -> tuple[tuple[str, str], ...]:
        found: dict[str, str] = {}
        for position in self._columns.phones:
            e164 = cells.read_at(position, self._number, "")
            if e164:
                found.setdefault(e164, cells.text_at(position))
        return tuple(found.items())

    def _number(self, text: str) -> str:
        try:
            return e164_of(text, region=self._region, field="phone")
        except InvalidNumberError as error:
            raise _NotAcceptedError(error.details["accepted"]) from None


class _Cells:
    """The cells of one line, read by field; refusals are collected."""

    __slots__ = ("_cells", "_columns", "line", "refused")

    def __init__(
        self, line: int, cells: Sequence[str], columns: Columns, refused: list[RefusedValue]
    ) -> None:
        self.line = line
        self.refused = refused
        self._cells = cells
        self._columns = columns

    def text_at(self, position: int) -> str:
        """Return the cell as it stands in the file, without blanks around it."""
        return self._cells[position].strip()

    def read_at(self, position: int, reader: Callable[[str], T], nothing: N) -> T | N:
        text = self.text_at(position)
        if not text:
            return nothing
        try:
            if not text.isprintable():
                _refuse_controls(text)
            return reader(text)
        except _NotAcceptedError as refusal:
            label = self._columns.labels[position]
            self.refused.append(RefusedValue(self.line, label, text, str(refusal)))
            return nothing

    def refuse(self, field: str, value: str, accepted: str) -> None:
        label = self._columns.labels[self._columns.positions[field]]
        self.refused.append(RefusedValue(self.line, label, value, accepted))


def _refuse_controls(text: str) -> None:
    """Refuse what no keyboard writes; typographic spaces and invisible marks may stay."""
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cn", "Co", "Cs"):
            raise _NotAcceptedError(f"printable characters (not U+{ord(character):04X})")


def _text_reader(field: str) -> Callable[[str], str]:
    longest = MAX_LENGTHS[field]

    def read(text: str) -> str:
        if len(text) > longest:
            raise _NotAcceptedError(f"at most {longest} characters (these are {len(text)})")
        return text if text.isascii() else unicodedata.normalize("NFC", text)

    return read


def _email(text: str) -> str:
    if len(text) > MAX_LENGTHS["email"] or not _EMAIL.fullmatch(text):
        raise _NotAcceptedError("one address such as name@example.com")
    return text


def _tier(text: str) -> Tier:
    tier = _TIERS.get(text.upper())
    if tier is None:
        raise _NotAcceptedError(f"one of {', '.join(Tier)} or 普通, 银卡, 金卡, 贵宾")
    return tier


def _language(text: str) -> str:
    tag = _LANGUAGES.get(text) or text.replace("_", "-")
    if not _LANGUAGE.fullmatch(tag):
        raise _NotAcceptedError("a language tag such as zh-CN or de")
    return tag


def _day(text: str) -> date:
    found = _DATE.fullmatch(_SUFFIX_OF_TIME.sub("", text))
    if found:
        year, first, month, second, day = found.groups()
        if first == second or (first, second) == ("年", "月"):
            try:
                return date(int(year), int(month), int(day))
            except ValueError as error:
                raise _NotAcceptedError(f"a day such as 2019-03-04 ({error})") from None
    raise _NotAcceptedError(
        "a day with the year first, such as 2019-03-04, 2019/3/4 or 2019年3月4日"
    )


_NAME = _text_reader("name")
_READERS: Mapping[str, Callable[[str], object]] = MappingProxyType(
    {
        "email": _email,
        "company": _text_reader("company"),
        "city": _text_reader("city"),
        "address": _text_reader("address"),
        "language": _language,
        "tier": _tier,
        "external_key": _text_reader("external_key"),
        "since": _day,
    }
)
"""Every other column but those with numbers, in the order in which mistakes are told."""
