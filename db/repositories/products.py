"""Products and the contracts that cover them; on the thread of its unit of work."""

from __future__ import annotations

import dataclasses
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, select, update

from agent_desk.domain.errors import NotFoundError, StaleVersionError
from agent_desk.domain.identifiers import ContractId, ProductId
from agent_desk.domain.product import OwnedProduct
from agent_desk.domain.service_contract import ServiceContract
from db.product_rows import contract_from, contract_row, product_from, product_row, with_contract
from db.product_tables import service_contracts
from db.tables import products

_BY_ID = with_contract(products).where(products.c.id == bindparam("product_id"))
_CONTRACT = select(service_contracts).where(service_contracts.c.id == bindparam("contract_id"))


class SqlProductRepository:
    """``ports.storage.ProductRepository`` on one connection."""

    def __init__(self, connection: Connection) -> None:
        """Work on ``connection``."""
        self._connection = connection

    def get(self, product_id: ProductId) -> OwnedProduct:
        """Return the product with its contract; raises NotFoundError."""
        row = self._connection.execute(_BY_ID, {"product_id": product_id}).first()
        if row is None:
            raise NotFoundError(subject="Product", id=product_id)
        return product_from(row)

    def add(self, product: OwnedProduct) -> None:
        """Store a new product; its contract is stored already."""
        self._connection.execute(insert(products), product_row(product))

    def save(self, product: OwnedProduct) -> OwnedProduct:
        """Save the change and return it with the next version; raises StaleVersionError."""
        saved = dataclasses.replace(product, version=product.version + 1)
        if not self._save(products, product_row(saved), product.version):
            theirs = self.get(product.id).version
            raise StaleVersionError(subject=product.name, mine=product.version, theirs=theirs)
        return saved

    def contract(self, contract_id: ContractId) -> ServiceContract:
        """Return the contract; raises NotFoundError."""
        row = self._connection.execute(_CONTRACT, {"contract_id": contract_id}).first()
        if row is None:
            raise NotFoundError(subject="Contract", id=contract_id)
        return contract_from(row)

    def add_contract(self, contract: ServiceContract) -> None:
        """Store a new contract."""
        self._connection.execute(insert(service_contracts), contract_row(contract))

    def save_contract(self, contract: ServiceContract) -> ServiceContract:
        """Save the change and return it with the next version; raises StaleVersionError."""
        saved = dataclasses.replace(contract, version=contract.version + 1)
        if not self._save(service_contracts, contract_row(saved), contract.version):
            theirs = self.contract(contract.id).version
            subject = f"Contract {contract.number}"
            raise StaleVersionError(subject=subject, mine=contract.version, theirs=theirs)
        return saved

    def _save(self, table: Table, row: dict[str, Any], version: int) -> bool:
        """Return whether the row was still of ``version`` and has been replaced."""
        statement = update(table).where(
            table.c.id == bindparam("stored_id"), table.c.version == bindparam("stored_version")
        )
        keys = {"stored_id": row["id"], "stored_version": version}
        return self._connection.execute(statement, {**row, **keys}).rowcount == 1
