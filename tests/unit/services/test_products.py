"""Products on a desk: added, edited, stale, carried on ticket and order with who pays for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from agent_desk.domain.coverage import Payer, coverage_of
from agent_desk.domain.customer import CustomerCard
from agent_desk.domain.errors import (
    InputError,
    RightsError,
    ServerAwayError,
    StaleVersionError,
)
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import CustomerId
from agent_desk.domain.order_replay import replay_orders
from agent_desk.domain.product import OwnedProduct, ProductForm
from agent_desk.domain.product_command import SaveProduct
from agent_desk.domain.rights import Person, Role
from agent_desk.domain.service_contract import ContractForm
from agent_desk.domain.ticket import Resolution
from agent_desk.domain.work_order import WorkOrder
from agent_desk.services.outbox import Kept
from tests.unit.services.bench import AGENT, Bench

GOLD = ContractForm(number="4711", level="gold")


async def save(bench: Bench, form: ProductForm) -> CustomerCard:
    return await bench.desk.customers.apply(bench.desk.commands.save_product(form))


async def a_product(
    bench: Bench, customer_id: CustomerId, contract: ContractForm | None = GOLD
) -> OwnedProduct:
    form = ProductForm(
        customer_id=customer_id, name="Pump", serial_number="SN-1", contract=contract
    )
    return (await save(bench, form)).products[0]


def edited(product: OwnedProduct, **changes: object) -> ProductForm:
    contract = product.contract
    form = ProductForm(
        customer_id=product.customer_id,
        id=product.id,
        version=product.version,
        name=product.name,
        contract=None
        if contract is None
        else ContractForm(
            id=contract.id, version=contract.version, number=contract.number, level=contract.level
        ),
    )
    return replace(form, **changes)  # type: ignore[arg-type]


async def an_order(bench: Bench, product: OwnedProduct) -> WorkOrder:
    form = await bench.form(
        product.customer_id,
        category="Line fault on site",
        resolution=Resolution.WORK_ORDER,
        product_id=product.id,
    )
    ticket = await bench.desk.tickets.log(form, None)
    assert ticket.product_id == product.id
    (order,) = await bench.storage.read(lambda uow: uow.orders.of_ticket(ticket.id))
    return order


async def test_a_product_is_added_with_its_contract_and_shown_on_the_card(bench: Bench) -> None:
    customer = await bench.customer()

    product = await a_product(bench, customer.id)

    assert (product.name, product.serial_number, product.version) == ("Pump", "SN-1", 1)
    assert product.contract is not None
    assert product.contract.level == "gold"
    kinds = await bench.kinds(Stream.CUSTOMER, customer.id)
    assert kinds[-1] == "ProductAdded"


async def test_an_edit_of_an_old_version_is_refused_and_nothing_is_overwritten(
    bench: Bench,
) -> None:
    customer = await bench.customer()
    product = await a_product(bench, customer.id)
    await save(bench, edited(product, name="Pump 2"))

    with pytest.raises(StaleVersionError):
        await save(bench, edited(product, name="Pump 3"))

    assert (await bench.desk.customers.product(product.id)).name == "Pump 2"


async def test_a_contract_that_covers_two_products_is_one(bench: Bench) -> None:
    customer = await bench.customer()
    first = await a_product(bench, customer.id)
    shared = edited(first).contract

    second = (
        await save(bench, ProductForm(customer_id=customer.id, name="Valve", contract=shared))
    ).products[1]
    assert second.contract == first.contract
    assert shared is not None
    await save(bench, edited(second, contract=replace(shared, level="silver")))

    assert (await bench.desk.customers.product(first.id)).contract == replace(
        first.contract or pytest.fail("no contract"), level="silver", version=2
    )


async def test_an_order_carries_product_and_level_and_lists_tell_who_pays(bench: Bench) -> None:
    customer = await bench.customer()
    product = await a_product(bench, customer.id)

    order = await an_order(bench, product)

    assert (order.product_id, order.service_level) == (product.id, "gold")
    (line,) = await bench.desk.orders.lines()
    assert line.product == product
    day = order.raised_at.astimezone().date()
    assert coverage_of(product, day).payer is Payer.CONTRACT
    log = await bench.log(Stream.WORK_ORDER, order.id)
    assert replay_orders(log).orders[order.id] == order


async def test_an_expired_contract_gives_no_level(bench: Bench) -> None:
    customer = await bench.customer()
    today = bench.clock.now().astimezone().date()
    over = replace(GOLD, valid_until=today - timedelta(days=3))
    product = await a_product(bench, customer.id, over)

    order = await an_order(bench, product)

    assert order.service_level == ""
    ground = coverage_of(product, today).grounds[1]
    assert (ground.days, ground.contract) == (3, "4711")


async def test_a_ticket_is_about_no_product_of_somebody_else(bench: Bench) -> None:
    customer = await bench.customer()
    other = await bench.customer("李娜", "+8613900139000")
    product = await a_product(bench, other.id)
    form = await bench.form(customer.id, product_id=product.id)

    with pytest.raises(InputError, match="a product of this customer"):
        await bench.desk.tickets.log(form, None)


async def test_who_may_not_edit_customers_edits_no_products(bench: Bench) -> None:
    customer = await bench.customer()
    roles = frozenset({Role.DISPATCHER})
    bench.desk.access.change(Person(login=AGENT, name="", roles=roles))

    with pytest.raises(RightsError):
        await a_product(bench, customer.id)


@pytest.mark.expected_logs("database away")
async def test_what_is_typed_while_the_database_is_away_is_shown_and_saved_once(
    bench: Bench,
) -> None:
    customer = await bench.customer()
    card = await bench.desk.customers.card(customer.id)
    bench.storage.fail_next_write(ServerAwayError(path="desk.db"))
    command = bench.desk.commands.save_product(ProductForm(customer_id=customer.id, name="Pump"))

    outcome = await bench.desk.outbox.submit(command)

    assert isinstance(outcome, Kept)
    assert isinstance(outcome.command, SaveProduct)
    shown = bench.desk.cards.with_kept(card)
    assert [product.name for product in shown.products] == ["Pump"]
