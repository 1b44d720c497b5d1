"""Which column of a CSV file of products holds what, by the names in its first line; any thread."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from agent_desk.domain.errors import ImportFileError
from db.customer_import.columns import DELIMITERS

_ALIASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "customer": ("externalkey", "customernumber", "customerno", "客户编号", "客户号"),
        "phone": ("phone", "telephone", "mobile", "电话", "手机", "手机号"),
        "name": ("product", "productname", "产品", "产品名称"),
        "serial_number": ("serialnumber", "serial", "sn", "序列号", "机号"),
        "purchased_on": ("soldon", "purchasedon", "purchased", "售出日期", "购买日期"),
        "sold_by": ("soldby", "seller", "dealer", "销售商", "经销商"),
        "warranty_until": ("warrantyuntil", "warranty", "保修截止", "保修期至"),
        "contract": ("contract", "contractnumber", "合同编号", "合同号"),
        "level": ("level", "servicelevel", "服务级别"),
        "valid_from": ("validfrom", "contractfrom", "合同生效日期"),
        "valid_until": ("validuntil", "contractuntil", "合同截止日期"),
    }
)
_FIELDS: Mapping[str, str] = MappingProxyType(
    {alias: field for field, aliases in _ALIASES.items() for alias in aliases}
)
_NOT_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class ProductColumns:
    """The first line, understood. count: cells in every line. labels: as the file calls them."""

    count: int
    delimiter: str
    positions: Mapping[str, int]
    labels: tuple[str, ...]
    ignored: tuple[str, ...]

    def label(self, field: str) -> str:
        """Return what the file calls ``field``, the field's own name where it has no column."""
        position = self.positions.get(field)
        return self.labels[position] if position is not None else field


def product_columns_of(header: str, *, file: str) -> ProductColumns:
    """Return the columns that ``header`` names, by the delimiter that makes most sense of it.

    Raises ImportFileError when a required column is missing or one is there twice.
    """
    best = max((_read(header, d) for d in DELIMITERS), key=lambda c: len(c.positions))
    if "name" not in best.positions or not {"customer", "phone"} & best.positions.keys():
        raise ImportFileError(
            file=file,
            field="columns",
            value=", ".join(best.labels)[:200],
            accepted="a first line that names product 产品 and customer number 客户编号 or "
            "phone 电话 (columns separated by comma, semicolon or tab)",
        )
    for position, label in enumerate(best.labels):
        field = _field_of(label)
        if field and best.positions[field] != position:
            first = best.labels[best.positions[field]]
            accepted = f"one column for {field}; {first!r} is one already"
            raise ImportFileError(file=file, field="columns", value=label, accepted=accepted)
    return best


def _read(header: str, delimiter: str) -> ProductColumns:
    rows = list(csv.reader([header], delimiter=delimiter))
    labels = tuple(cell.strip() for cell in rows[0]) if rows else ()
    positions: dict[str, int] = {}
    for position, label in enumerate(labels):
        if field := _field_of(label):
            positions.setdefault(field, position)
    return ProductColumns(
        count=len(labels),
        delimiter=delimiter,
        positions=MappingProxyType(positions),
        labels=labels,
        ignored=tuple(label for label in labels if not _field_of(label)),
    )


def _field_of(label: str) -> str:
    plain = _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", label)).lower()
    return _FIELDS.get(plain, "")
