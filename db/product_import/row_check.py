"""Checks the cells of one line about a product and says what is wrong with each; any thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from agent_desk.domain.errors import InputError
from agent_desk.domain.identifiers import CustomerId, parse_number
from agent_desk.domain.product import ProductForm, read_day, require_product
from agent_desk.domain.service_contract import ContractForm
from db.customer_import.records import Record, UnreadableError
from db.customer_import.report import RefusedValue
from db.product_import.columns import ProductColumns

_NOBODY = CustomerId("")
_DAYS = ("purchased_on", "warranty_until", "valid_from", "valid_until")
_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "product_name": "name",
        "contract_number": "contract",
        "contract_level": "level",
        "contract_from": "valid_from",
        "contract_until": "valid_until",
        "number": "phone",
    }
)
"""What the domain calls a field -> what a column is called here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRow:
    """A line that may go in. customer, e164: by which its customer is found, either may be ""."""

    line: int
    customer: str
    e164: str
    form: ProductForm


def check(
    record: Record, columns: ProductColumns, *, region: str, today: date
) -> ProductRow | RefusedValue:
    """Return the row, or the first thing that is wrong with it."""
    if isinstance(record.cells, UnreadableError):
        return RefusedValue(record.line, "line", record.cells.value, record.cells.accepted)
    cells = record.cells
    if len(cells) != columns.count:
        found, wanted = f"{len(cells)} columns", f"{columns.count} columns, as in line 1"
        return RefusedValue(record.line, "line", found, wanted)
    texts = {field: cells[at].strip() for field, at in columns.positions.items()}
    try:
        return _row(record.line, texts, region=region, today=today)
    except InputError as error:
        field = str(error.details["field"])
        return RefusedValue(
            record.line,
            columns.label(_LABELS.get(field, field)),
            str(error.details["value"]),
            str(error.details["accepted"]),
        )


def _row(line: int, texts: Mapping[str, str], *, region: str, today: date) -> ProductRow:
    phone = texts.get("phone", "")
    if not phone and not texts.get("customer"):
        accepted = "the number of a customer, or a telephone number of theirs"
        raise InputError(field="customer", value="", accepted=accepted)
    days = {field: read_day(field, texts.get(field, "")) for field in _DAYS}
    form = ProductForm(
        customer_id=_NOBODY,
        name=texts["name"],
        serial_number=texts.get("serial_number", ""),
        purchased_on=days["purchased_on"],
        sold_by=texts.get("sold_by", ""),
        warranty_until=days["warranty_until"],
        contract=_contract(texts, days),
    )
    require_product(form, today)
    e164 = parse_number(phone, region=region).e164 if phone else ""
    return ProductRow(line=line, customer=texts.get("customer", ""), e164=e164, form=form)


def _contract(texts: Mapping[str, str], days: Mapping[str, date | None]) -> ContractForm | None:
    if not texts.get("contract"):
        return None
    return ContractForm(
        number=texts["contract"],
        level=texts.get("level", ""),
        valid_from=days["valid_from"],
        valid_until=days["valid_until"],
    )
