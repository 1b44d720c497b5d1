"""Takes checked lines into the products; the caller's thread and transaction.

An empty cell says nothing: it never erases what is stored. A product is known by its customer and
serial number, without one by its name; a contract by its customer and number.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from agent_desk.domain.event_log import LoggedEvent, Stream, to_payload
from agent_desk.domain.identifiers import ContractId, CustomerId, EventId, ProductId
from agent_desk.domain.product import OwnedProduct
from agent_desk.domain.service_contract import ContractForm, ServiceContract
from db.bulk_ids import BulkIds
from db.customer_import.report import RefusedValue
from db.product_import.columns import ProductColumns
from db.product_import.row_check import ProductRow
from db.product_rows import contract_from, product_from, with_contract
from db.product_tables import service_contracts
from db.repositories.event_log import SqlEventLog
from db.repositories.products import SqlProductRepository
from db.tables import contact_points, customers, products

_BY_KEY = select(customers.c.id).where(customers.c.external_key == bindparam("key")).limit(2)
_BY_NUMBER = (
    select(contact_points.c.customer_id)
    .where(contact_points.c.value == bindparam("e164"))
    .distinct()
    .limit(2)
)
_OF_CUSTOMER = products.c.customer_id == bindparam("customer")
_BY_SERIAL = (
    with_contract(products)
    .where(_OF_CUSTOMER, products.c.serial_number == bindparam("serial"))
    .order_by(products.c.id)
    .limit(1)
)
_BY_NAME = (
    with_contract(products)
    .where(_OF_CUSTOMER, products.c.name == bindparam("name"), products.c.serial_number == "")
    .order_by(products.c.id)
    .limit(1)
)
_CONTRACT = (
    select(service_contracts)
    .where(
        service_contracts.c.customer_id == bindparam("customer"),
        service_contracts.c.number == bindparam("number"),
    )
    .order_by(service_contracts.c.id)
    .limit(1)
)


class ProductStore:
    """Stores one line after the other and counts what came of each."""

    def __init__(self, connection: Connection, *, now: datetime, actor: str) -> None:
        """Everything happens at ``now`` and is done by ``actor``."""
        self._connection = connection
        self._products = SqlProductRepository(connection)
        self._events = SqlEventLog(connection)
        self._ids = BulkIds(now)
        self._now = now
        self._actor = actor
        self.added = self.changed = self.unchanged = 0

    def store(self, row: ProductRow, columns: ProductColumns) -> RefusedValue | None:
        """Store the line; return why not where its customer is not to be found, or several are."""
        self._ids.go_to(row.line)
        found = self._customers(row)
        if len(found) == 1:
            self._take(row, CustomerId(found[0]))
            return None
        field, value = ("customer", row.customer) if row.customer else ("phone", row.e164)
        accepted = "a customer who is stored" if not found else "what only one customer has"
        return RefusedValue(row.line, columns.label(field), value, accepted)

    def _customers(self, row: ProductRow) -> list[str]:
        if row.customer:
            return list(self._connection.execute(_BY_KEY, {"key": row.customer}).scalars())
        return list(self._connection.execute(_BY_NUMBER, {"e164": row.e164}).scalars())

    def _take(self, row: ProductRow, customer_id: CustomerId) -> None:
        form, stored = row.form, self._stored(row, customer_id)
        contract = self._contract(form.contract, customer_id) if form.contract else None
        if stored is None:
            product = OwnedProduct(
                id=ProductId(self._ids.next()),
                customer_id=customer_id,
                name=form.name,
                serial_number=form.serial_number,
                purchased_on=form.purchased_on,
                sold_by=form.sold_by,
                warranty_until=form.warranty_until,
                contract=contract,
            )
            self._products.add(product)
            self.added += 1
            self._log("ProductAdded", product)
            return
        wanted = replace(
            stored,
            name=form.name,
            purchased_on=form.purchased_on or stored.purchased_on,
            sold_by=form.sold_by or stored.sold_by,
            warranty_until=form.warranty_until or stored.warranty_until,
            contract=contract or stored.contract,
        )
        if wanted == stored:
            self.unchanged += 1
            return
        self.changed += 1
        self._log("ProductChanged", self._products.save(wanted))

    def _stored(self, row: ProductRow, customer_id: CustomerId) -> OwnedProduct | None:
        serial = row.form.serial_number
        found = (
            self._connection.execute(_BY_SERIAL, {"customer": customer_id, "serial": serial})
            if serial
            else self._connection.execute(
                _BY_NAME, {"customer": customer_id, "name": row.form.name}
            )
        ).first()
        return product_from(found) if found is not None else None

    def _contract(self, form: ContractForm, customer_id: CustomerId) -> ServiceContract:
        asked = {"customer": customer_id, "number": form.number}
        found = self._connection.execute(_CONTRACT, asked).first()
        if found is None:
            contract = ServiceContract(
                id=ContractId(self._ids.next()),
                customer_id=customer_id,
                number=form.number,
                level=form.level,
                valid_from=form.valid_from,
                valid_until=form.valid_until,
            )
            self._products.add_contract(contract)
            return contract
        stored = contract_from(found)
        wanted = replace(
            stored,
            level=form.level or stored.level,
            valid_from=form.valid_from or stored.valid_from,
            valid_until=form.valid_until or stored.valid_until,
        )
        return stored if wanted == stored else self._products.save_contract(wanted)

    def _log(self, kind: str, product: OwnedProduct) -> None:
        event = LoggedEvent(
            id=EventId(self._ids.next()),
            stream=Stream.CUSTOMER,
            stream_id=product.customer_id,
            kind=kind,
            at=self._now,
            actor=self._actor,
            payload={"product": to_payload(product)},
        )
        self._events.append([event])
