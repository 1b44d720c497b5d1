"""The command about a customer's product; kept and applied as every `command.Command`; pure."""

from __future__ import annotations

from dataclasses import dataclass

from agent_desk.domain.command import CustomerCommand
from agent_desk.domain.identifiers import ContractId, CustomerId, ProductId, derived_uuid7
from agent_desk.domain.product import OwnedProduct, ProductForm
from agent_desk.domain.service_contract import ServiceContract


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveProduct(CustomerCommand):
    """Add a product of a customer, or save what was edited, with the contract that covers it."""

    form: ProductForm

    @property
    def customer_id(self) -> CustomerId:
        """The customer."""
        return self.form.customer_id

    @property
    def product_id(self) -> ProductId:
        """The product that it makes or changes."""
        return self.form.id or ProductId(derived_uuid7(self.id, "product"))

    @property
    def subjects(self) -> frozenset[str]:
        """The product and its customer."""
        return frozenset({self.product_id, self.customer_id})

    @property
    def makes(self) -> frozenset[str]:
        """The product, when it is a new one."""
        return frozenset() if self.form.id else frozenset({self.product_id})

    @property
    def edits(self) -> str:
        """The product, when it is not."""
        return self.form.id or ""


def contract_of(command: SaveProduct) -> ServiceContract | None:
    """Return the contract as the command will leave it, of the version that it stands on."""
    typed = command.form.contract
    if typed is None:
        return None
    return ServiceContract(
        id=typed.id or ContractId(derived_uuid7(command.id, "contract")),
        customer_id=command.customer_id,
        number=typed.number,
        level=typed.level,
        valid_from=typed.valid_from,
        valid_until=typed.valid_until,
        covers_costs=typed.covers_costs,
        version=max(1, typed.version),
    )


def product_of(command: SaveProduct) -> OwnedProduct:
    """Return the product as the command will leave it, of the version that it stands on."""
    form = command.form
    return OwnedProduct(
        id=command.product_id,
        customer_id=form.customer_id,
        name=form.name,
        serial_number=form.serial_number,
        purchased_on=form.purchased_on,
        sold_by=form.sold_by,
        warranty_until=form.warranty_until,
        contract=contract_of(command),
        version=max(1, form.version),
    )
