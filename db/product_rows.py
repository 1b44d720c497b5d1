"""Products and contracts as rows, and rows as products; any thread."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, select

from agent_desk.domain.identifiers import ContractId, CustomerId, ProductId
from agent_desk.domain.product import OwnedProduct
from agent_desk.domain.service_contract import ServiceContract
from db.product_tables import service_contracts
from db.statement_types import AnyRow, AnySelect

_CONTRACT = "contract_"
_PRODUCT = "product_"


def contract_columns() -> list[ColumnElement[Any]]:
    """Return a contract's columns, each named so that it stands beside a product's."""
    return [column.label(f"{_CONTRACT}{column.name}") for column in service_contracts.c]


def product_columns(products: FromClause) -> list[ColumnElement[Any]]:
    """Return a product's columns, each named so that it stands beside an order's."""
    left_out = ("id", "contract_id")
    return [c.label(f"{_PRODUCT}{c.name}") for c in products.c if c.name not in left_out]


def with_contract(products: FromClause) -> AnySelect:
    """Return what reads ``products`` with the contracts that cover them."""
    own = [column for column in products.c if column.name != "contract_id"]
    return (
        select(*own, *contract_columns())
        .select_from(products)
        .outerjoin(service_contracts, service_contracts.c.id == products.c.contract_id)
    )


def product_row(product: OwnedProduct) -> dict[str, Any]:
    """Return the row of a product."""
    return {
        "id": product.id,
        "customer_id": product.customer_id,
        "name": product.name,
        "serial_number": product.serial_number,
        "purchased_on": product.purchased_on,
        "sold_by": product.sold_by,
        "warranty_until": product.warranty_until,
        "contract_id": product.contract.id if product.contract else None,
        "version": product.version,
    }


def product_from(row: AnyRow) -> OwnedProduct:
    """Return the product of a row of `with_contract`."""
    return _product(row, "")


def product_beside(row: AnyRow) -> OwnedProduct | None:
    """Return the product of a row with `product_columns`, None where there is none."""
    return _product(row, _PRODUCT) if row.product_name is not None else None


def _product(row: AnyRow, prefix: str) -> OwnedProduct:
    def value(name: str) -> Any:
        return getattr(row, f"{prefix}{name}")

    return OwnedProduct(
        id=ProductId(value("id")),
        customer_id=CustomerId(value("customer_id")),
        name=value("name"),
        serial_number=value("serial_number"),
        purchased_on=value("purchased_on"),
        sold_by=value("sold_by"),
        warranty_until=value("warranty_until"),
        contract=_contract(row, _CONTRACT) if row.contract_number is not None else None,
        version=value("version"),
    )


def contract_row(contract: ServiceContract) -> dict[str, Any]:
    """Return the row of a contract."""
    return {
        "id": contract.id,
        "customer_id": contract.customer_id,
        "number": contract.number,
        "level": contract.level,
        "valid_from": contract.valid_from,
        "valid_until": contract.valid_until,
        "covers_costs": contract.covers_costs,
        "version": contract.version,
    }


def contract_from(row: AnyRow) -> ServiceContract:
    """Return the contract of a row."""
    return _contract(row, "")


def _contract(row: AnyRow, prefix: str) -> ServiceContract:
    def value(name: str) -> Any:
        return getattr(row, f"{prefix}{name}")

    return ServiceContract(
        id=ContractId(value("id")),
        customer_id=CustomerId(value("customer_id")),
        number=value("number"),
        level=value("level"),
        valid_from=value("valid_from"),
        valid_until=value("valid_until"),
        covers_costs=value("covers_costs"),
        version=value("version"),
    )
