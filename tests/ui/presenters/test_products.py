"""A product on a whole desk: added on the card by keyboard, chosen for the ticket, on the order."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from agent_desk.domain.customer import Customer
from agent_desk.domain.product import OwnedProduct, ProductForm
from agent_desk.domain.service_contract import ContractForm
from tests.e2e.stage import ScriptedStage
from tests.ui.presenters.test_contact import WANG, customer, texts
from ui.customer.product_editor import ProductEditor

GOLD = ContractForm(number="4711", level="gold")


@pytest.fixture
def wang(stage: ScriptedStage) -> Customer:
    return customer(stage, "王秀英", WANG)


def editor(stage: ScriptedStage) -> ProductEditor:
    shown = stage.panels.contact.column.currentWidget()
    assert isinstance(shown, ProductEditor)
    return shown


def open_card(stage: ScriptedStage, wang: Customer) -> None:
    stage.view.contact.open_customer(wang.id)
    stage.wait(lambda: stage.panels.contact.card.customer_id() == wang.id)


def a_product(stage: ScriptedStage, wang: Customer) -> OwnedProduct:
    form = ProductForm(customer_id=wang.id, name="Pump", contract=GOLD)
    command = stage.desk.commands.save_product(form)
    return stage.on_loop(stage.desk.customers.apply(command)).products[0]


def test_a_product_is_added_in_the_place_of_the_card_and_shown_on_it(
    stage: ScriptedStage, wang: Customer
) -> None:
    open_card(stage, wang)
    stage.panels.contact.card.view.product_wanted.emit("")
    stage.wait(lambda: editor(stage).editor("product_name").hasFocus())

    stage.type("Pump")
    stage.press(Qt.Key.Key_Return)

    card = stage.panels.contact.card
    stage.wait(lambda: card.isVisible() and "Pump" in texts(card))
    assert "The customer pays: warranty unknown" in texts(card)
    stage.wait(lambda: stage.panels.editor.form.product.count() == 2)


def test_what_is_typed_stays_in_sight_while_the_card_is_read_again(
    stage: ScriptedStage, wang: Customer
) -> None:
    open_card(stage, wang)
    stage.panels.contact.card.view.product_wanted.emit("")
    editor(stage).editor("product_name").setText("Pump")

    stage.view.contact.refresh(wang.id)
    other = customer(stage, "李娜", "+8613900139009")
    stage.settled()
    assert editor(stage).editor("product_name").text() == "Pump"
    open_card(stage, other)
    stage.wait(stage.panels.contact.card.isVisible)
    open_card(stage, wang)

    stage.wait(lambda: editor(stage).editor("product_name").text() == "Pump")


def test_somebody_elses_edit_stands_under_the_own_words(
    stage: ScriptedStage, wang: Customer
) -> None:
    product = a_product(stage, wang)
    open_card(stage, wang)
    stage.panels.contact.card.view.product_wanted.emit(product.id)
    theirs = ProductForm(customer_id=wang.id, id=product.id, version=1, name="Pump X")
    stage.on_loop(stage.desk.customers.apply(stage.desk.commands.save_product(theirs)))
    editor(stage).editor("sold_by").setText("Nord dealer")

    stage.press(Qt.Key.Key_Return)

    stage.wait(lambda: editor(stage).error("product_name") == "saved: Pump X")
    stage.press(Qt.Key.Key_Return)
    stage.wait(stage.panels.contact.card.isVisible)
    stored = stage.on_loop(stage.desk.customers.product(product.id))
    assert (stored.name, stored.sold_by, stored.version) == ("Pump", "Nord dealer", 3)
