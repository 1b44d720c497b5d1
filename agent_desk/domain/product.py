"""Products that customers have: sold when and by whom, under warranty or contract; pure values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from agent_desk.domain.errors import InputError
from agent_desk.domain.identifiers import CustomerId, ProductId
from agent_desk.domain.service_contract import ContractForm, ServiceContract, require_contract

MAX_PRODUCT_NAME = 200
MAX_SERIAL_NUMBER = 100
MAX_SELLER = 200
"""Longest texts, in characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedProduct:
    """A product that a customer has.

    purchased_on, sold_by: when and by whom it was sold, None and "" when unknown. warranty_until:
    last day of the manufacturer's warranty, None when unknown. contract: that covers it.
    """

    id: ProductId
    customer_id: CustomerId
    name: str
    serial_number: str = ""
    purchased_on: date | None = None
    sold_by: str = ""
    warranty_until: date | None = None
    contract: ServiceContract | None = None
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductForm:
    """What was typed about a product. id: None for a new one. version: the one it was made on.

    contract: what was typed about the contract that covers it, None for none.
    """

    customer_id: CustomerId
    name: str
    id: ProductId | None = None
    version: int = 0
    serial_number: str = ""
    purchased_on: date | None = None
    sold_by: str = ""
    warranty_until: date | None = None
    contract: ContractForm | None = None


def require_product(form: ProductForm, today: date) -> None:
    """Raise InputError for the first field that cannot be taken; nothing is sold after today."""
    for field, text, longest in (
        ("product_name", form.name, MAX_PRODUCT_NAME),
        ("serial_number", form.serial_number or "-", MAX_SERIAL_NUMBER),
        ("sold_by", form.sold_by or "-", MAX_SELLER),
    ):
        if not text.strip() or len(text.strip()) > longest:
            raise InputError(field=field, value=text[:40], accepted=f"1 to {longest} characters")
    sold = form.purchased_on
    if sold is not None and sold > today:
        accepted = f"a day not after {today.isoformat()}"
        raise InputError(field="purchased_on", value=sold.isoformat(), accepted=accepted)
    if sold is not None and form.warranty_until is not None and form.warranty_until < sold:
        accepted = f"a day not before {sold.isoformat()}"
        value = form.warranty_until.isoformat()
        raise InputError(field="warranty_until", value=value, accepted=accepted)
    if form.contract is not None:
        require_contract(form.contract)


def read_day(field: str, text: str) -> date | None:
    """Return the day that was typed, None for nothing; raises InputError, naming ``field``."""
    typed = text.strip().replace("/", "-").replace(".", "-")
    if not typed:
        return None
    try:
        year, month, day = (int(part) for part in typed.split("-"))
        return date(year, month, day)
    except ValueError as error:
        accepted = "a day such as 2026-11-18, or nothing"
        raise InputError(field=field, value=text.strip(), accepted=accepted) from error
