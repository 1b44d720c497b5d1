"""Which column of a CSV file holds what, by the names in its first line; any thread."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from agent_desk.domain.errors import ImportFileError

REQUIRED = ("name", "phone")

DELIMITERS = (",", ";", "\t")

_ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "name": "name",
        "fullname": "name",
        "customername": "name",
        "姓名": "name",
        "客户姓名": "name",
        "phone": "phone",
        "phonenumber": "phone",
        "telephone": "phone",
        "tel": "phone",
        "mobile": "phone",
        "电话": "phone",
        "电话号码": "phone",
        "手机": "phone",
        "手机号": "phone",
        "手机号码": "phone",
        "固定电话": "phone",
        "email": "email",
        "mail": "email",
        "邮箱": "email",
        "电子邮箱": "email",
        "电子邮件": "email",
        "company": "company",
        "公司": "company",
        "公司名称": "company",
        "单位": "company",
        "city": "city",
        "城市": "city",
        "address": "address",
        "地址": "address",
        "language": "language",
        "语言": "language",
        "tier": "tier",
        "等级": "tier",
        "客户等级": "tier",
        "externalkey": "external_key",
        "customernumber": "external_key",
        "customerno": "external_key",
        "客户编号": "external_key",
        "客户号": "external_key",
        "since": "since",
        "customersince": "since",
        "开户日期": "since",
        "客户自": "since",
    }
)
_NOT_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Columns:
    """The first line of a file, understood.

    count: cells in every line. positions: field to its column; phones: all columns with numbers,
    in order. labels: what the file calls each column. ignored: columns without a meaning here.
    """

    count: int
    delimiter: str
    positions: Mapping[str, int]
    phones: tuple[int, ...]
    labels: tuple[str, ...]
    ignored: tuple[str, ...]


def columns_of(header: str, *, file: str) -> Columns:
    """Return the columns that ``header`` names, with the delimiter that makes most sense of it.

    Raises ImportFileError when a required column is missing or one is there twice.
    """
    readings = [_read(header, delimiter) for delimiter in DELIMITERS]
    best = max(readings, key=lambda columns: len(columns.positions) + len(columns.phones))
    missing = [name for name in REQUIRED if name not in best.positions]
    if missing:
        raise ImportFileError(
            file=file,
            field="columns",
            value=", ".join(best.labels)[:200],
            accepted=f"a first line that also names {' and '.join(missing)} (required are "
            "name 姓名 and phone 电话; columns separated by comma, semicolon or tab)",
        )
    _refuse_doubles(best, file)
    return best


def _read(header: str, delimiter: str) -> Columns:
    labels = _cells(header, delimiter)
    fields = [_field_of(label) for label in labels]
    positions: dict[str, int] = {}
    for position, field in enumerate(fields):
        if field:
            positions.setdefault(field, position)
    return Columns(
        count=len(labels),
        delimiter=delimiter,
        positions=MappingProxyType(positions),
        phones=tuple(i for i, field in enumerate(fields) if field == "phone"),
        labels=tuple(labels),
        ignored=tuple(label for label, field in zip(labels, fields, strict=True) if not field),
    )


def _cells(header: str, delimiter: str) -> list[str]:
    rows: Sequence[list[str]] = list(csv.reader([header], delimiter=delimiter))
    return [cell.strip() for cell in rows[0]] if rows else []


def _field_of(label: str) -> str:
    plain = _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", label)).lower()
    return _ALIASES.get(plain) or _ALIASES.get(plain.rstrip("0123456789"), "")


def _refuse_doubles(columns: Columns, file: str) -> None:
    for position, label in enumerate(columns.labels):
        field = _field_of(label)
        if field and field != "phone" and columns.positions[field] != position:
            first = columns.labels[columns.positions[field]]
            raise ImportFileError(
                file=file,
                field="columns",
                value=label,
                accepted=f"one column for {field}; {first!r} is one already",
            )
