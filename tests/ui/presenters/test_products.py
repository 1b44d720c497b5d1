"""A product on a whole desk: added on the card by keyboard, chosen for the ticket, on the order."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from agent_desk.domain.customer import Customer
from agent_desk.domain.draft import DraftKind
from agent_desk.domain.kept_command import KeptCommand
from agent_desk.domain.product import OwnedProduct, ProductForm
from agent_desk.domain.service_contract import ContractForm
from tests.e2e.stage import ScriptedStage
from tests.ui.presenters.test_contact import WANG, customer, drafts, texts
from tests.ui.presenters.test_department_desk import after_a_kill, restored
from ui.customer.product_editor import ProductEditor
from ui.kept.description import draft_of

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


def test_what_is_typed_about_a_product_is_there_again_after_a_kill(
    qtbot: QtBot, stage: ScriptedStage, wang: Customer, tmp_path: Path
) -> None:
    product = a_product(stage, wang)
    open_card(stage, wang)
    stage.panels.contact.card.view.product_wanted.emit(product.id)
    stage.wait(lambda: editor(stage).editor("product_name").hasFocus())
    stage.type(" of stainless steel")
    stage.wait(lambda: bool(drafts(stage)))
    stage.settled()

    second = after_a_kill(qtbot, tmp_path)
    try:
        restored(second, DraftKind.PRODUCT)
        second.wait(lambda: second.panels.contact.card.customer_id() == wang.id)
        form = second.panels.contact.column
        second.wait(lambda: isinstance(form.currentWidget(), ProductEditor))
        typed = editor(second).editor("product_name").text()
        assert typed.endswith("of stainless steel")
        QTest.keyClick(editor(second), Qt.Key.Key_Return)
        second.wait(second.panels.contact.card.isVisible)
        stored = second.on_loop(second.desk.customers.product(product.id))
        assert (stored.name, stored.version) == (typed, 2)
        second.wait(lambda: not drafts(second))
    finally:
        second.close()


def test_a_refused_product_is_typed_anew_in_its_form(stage: ScriptedStage, wang: Customer) -> None:
    product = a_product(stage, wang)
    form = ProductForm(
        customer_id=wang.id,
        id=product.id,
        version=product.version,
        name="Pump",
        sold_by="Nord",
        contract=ContractForm(number="4712", level="silver"),
    )
    command = stage.desk.commands.save_product(form)

    draft = draft_of(KeptCommand(command=command, kept_at=command.at))
    assert draft is not None
    stage.view.side_drafts.restore(draft)

    stage.wait(lambda: stage.panels.contact.card.customer_id() == wang.id)
    stage.wait(lambda: editor(stage).editor("contract_number").text() == "4712")
    assert editor(stage).editor("sold_by").text() == "Nord"
