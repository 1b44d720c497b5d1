"""What every database promises about products and the contracts that cover them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from agent_desk.domain.errors import NotFoundError, StaleVersionError
from agent_desk.domain.identifiers import ContractId, ProductId
from agent_desk.domain.product import OwnedProduct
from agent_desk.domain.service_contract import ServiceContract
from agent_desk.ports.storage import Storage, UnitOfWork
from tests.contracts.order_loop_contract import an_order_to_verify
from tests.contracts.storage_samples import NOW, a_customer, fresh_id


async def a_product(storage: Storage) -> OwnedProduct:
    """Return a stored product under a stored contract."""
    customer = a_customer()
    contract = ServiceContract(
        id=ContractId(fresh_id()),
        customer_id=customer.id,
        number="4711",
        level="gold",
        valid_until=date(2027, 1, 1),
        covers_costs=False,
    )
    product = OwnedProduct(
        id=ProductId(fresh_id()),
        customer_id=customer.id,
        name="Pump",
        serial_number="SN-1",
        purchased_on=date(2025, 3, 1),
        sold_by="北方经销商",
        contract=contract,
    )

    def work(unit: UnitOfWork) -> None:
        unit.customers.add(customer, ())
        unit.products.add_contract(contract)
        unit.products.add(product)

    await storage.write(work)
    return product


class ProductsContract:
    """Run with a ``storage`` fixture."""

    async def test_a_product_comes_back_with_its_contract_alone_and_on_the_card(
        self, storage: Storage
    ) -> None:
        product = await a_product(storage)

        assert await storage.read(lambda unit: unit.products.get(product.id)) == product
        card = await storage.read(lambda unit: unit.customers.card(product.customer_id, now=NOW))
        assert card.products == (product,)
        with pytest.raises(NotFoundError):
            await storage.read(lambda unit: unit.products.get(ProductId(fresh_id())))

    async def test_only_the_stored_version_is_replaced(self, storage: Storage) -> None:
        product = await a_product(storage)
        contract = product.contract
        assert contract is not None

        saved = await storage.write(
            lambda unit: unit.products.save(replace(product, name="Pump 2"))
        )
        silver = await storage.write(
            lambda unit: unit.products.save_contract(replace(contract, level="silver"))
        )

        assert (saved.version, silver.version) == (2, 2)
        for stale in (
            lambda unit: unit.products.save(product),
            lambda unit: unit.products.save_contract(contract),
        ):
            with pytest.raises(StaleVersionError):
                await storage.write(stale)
        found = await storage.read(lambda unit: unit.products.get(product.id))
        assert found == replace(saved, contract=silver)

    async def test_lists_of_orders_tell_the_product_that_each_is_about(
        self, storage: Storage
    ) -> None:
        product = await a_product(storage)
        order = await an_order_to_verify(storage)
        with_product = replace(
            order,
            id=type(order.id)(fresh_id()),
            number=await storage.write(lambda unit: unit.orders.next_number()),
            product_id=product.id,
            service_level="gold",
        )
        await storage.write(lambda unit: unit.orders.add(with_product))

        lines = await storage.read(lambda unit: unit.orders.lines_of([order.id, with_product.id]))

        by_id = {line.order.id: line for line in lines}
        assert by_id[order.id].product is None
        assert by_id[with_product.id].product == product
        assert by_id[with_product.id].order.service_level == "gold"
