"""What saving a product does: product, contract and log; on the thread of the unit of work."""

from __future__ import annotations

from dataclasses import replace

from agent_desk.domain.command import CustomerCommand
from agent_desk.domain.customer import CustomerCard
from agent_desk.domain.errors import InputError
from agent_desk.domain.event_log import LoggedEvent, Stream, to_payload
from agent_desk.domain.identifiers import EventId, derived_uuid7
from agent_desk.domain.product import OwnedProduct
from agent_desk.domain.product_command import SaveProduct, contract_of, product_of
from agent_desk.domain.service_contract import ServiceContract
from agent_desk.ports.storage import UnitOfWork
from agent_desk.services.idempotency import version_before


def save_product(uow: UnitOfWork, command: SaveProduct, _: str = "") -> None:
    """Store the product; raises StaleVersionError when it or its contract was changed meanwhile."""
    uow.customers.get(command.customer_id)
    product = replace(product_of(command), contract=_save_contract(uow, command))
    if command.form.id is None:
        uow.products.add(product)
        _log(uow, command, "ProductAdded", product)
        return
    _require_own(uow.products.get(product.id), command)
    version = version_before(uow, command, command.form.version)
    saved = uow.products.save(replace(product, version=version))
    _log(uow, command, "ProductChanged", saved)


def version_left(command: CustomerCommand, card: CustomerCard) -> int:
    """Return the version of what ``command`` has changed: a product's own, else the customer's."""
    if isinstance(command, SaveProduct):
        return next((p.version for p in card.products if p.id == command.product_id), 1)
    return card.customer.version


def _save_contract(uow: UnitOfWork, command: SaveProduct) -> ServiceContract | None:
    contract = contract_of(command)
    if contract is None:
        return None
    if command.form.contract is None or command.form.contract.id is None:
        uow.products.add_contract(contract)
        return contract
    stored = uow.products.contract(contract.id)
    _require_own(stored, command)
    # Choosing the contract for one more product changes nothing about it.
    unchanged = replace(contract, version=stored.version) == stored
    return stored if unchanged else uow.products.save_contract(contract)


def _require_own(record: OwnedProduct | ServiceContract, command: SaveProduct) -> None:
    if record.customer_id != command.customer_id:
        accepted = "a product or contract of this customer"
        raise InputError(field="product", value=record.id, accepted=accepted)


def _log(uow: UnitOfWork, command: SaveProduct, kind: str, product: OwnedProduct) -> None:
    event = LoggedEvent(
        id=EventId(derived_uuid7(command.id, "event")),
        stream=Stream.CUSTOMER,
        stream_id=command.customer_id,
        kind=kind,
        at=command.at,
        actor=command.actor,
        payload={"product": to_payload(product)},
    )
    uow.events.append([event])
