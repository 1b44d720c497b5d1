"""A product typed by keyboard: read, refused at its field, kept, and both versions when stale."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from agent_desk.domain.identifiers import ContractId, CustomerId, ProductId
from agent_desk.domain.product import OwnedProduct, ProductForm
from agent_desk.domain.service_contract import ContractForm, ServiceContract
from ui.customer.product_editor import ProductEditor
from ui.language import Language, set_language

CONTROL = Qt.KeyboardModifier.ControlModifier
ANNA = CustomerId("c1")
GOLD = ServiceContract(
    id=ContractId("k1"),
    customer_id=ANNA,
    number="4711",
    level="gold",
    valid_until=date(2027, 1, 1),
    version=2,
)
PUMP = OwnedProduct(
    id=ProductId("p1"),
    customer_id=ANNA,
    name="Pump",
    serial_number="SN-1",
    purchased_on=date(2025, 3, 1),
    contract=GOLD,
    version=3,
)


@pytest.fixture
def editor(qtbot: QtBot) -> ProductEditor:
    made = ProductEditor()
    qtbot.addWidget(made)
    made.resize(420, 640)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def press(editor: ProductEditor, key: Qt.Key, name: str = "product_name") -> None:
    QTest.keyClick(editor.editor(name), key)


def test_a_new_product_is_typed_and_saved_by_enter(editor: ProductEditor, qtbot: QtBot) -> None:
    editor.begin(ANNA, None, ())
    assert editor.editor("product_name").hasFocus()
    QTest.keyClicks(editor.editor("product_name"), "Pump ")
    QTest.keyClicks(editor.editor("purchased_on"), "2025/3/1")

    with qtbot.waitSignal(editor.submitted) as sent:
        press(editor, Qt.Key.Key_Return)

    assert sent.args == [ProductForm(customer_id=ANNA, name="Pump", purchased_on=date(2025, 3, 1))]


def test_a_day_that_cannot_be_read_is_said_at_its_field(
    editor: ProductEditor, qtbot: QtBot
) -> None:
    editor.begin(ANNA, PUMP, (GOLD,))
    editor.editor("warranty_until").setText("next year")

    with qtbot.assertNotEmitted(editor.submitted):
        press(editor, Qt.Key.Key_Return)

    assert "a day such as 2026-11-18" in editor.error("warranty_until")
    assert editor.editor("warranty_until").hasFocus()


def test_a_contract_is_chosen_or_written_anew(editor: ProductEditor, qtbot: QtBot) -> None:
    editor.begin(ANNA, replace(PUMP, contract=None), (GOLD,))
    assert not editor.editor("contract_number").isVisible()
    QTest.keyClick(editor.contract, Qt.Key.Key_Down)
    editor.contract.activated.emit(editor.contract.currentIndex())
    assert editor.editor("contract_number").text() == "4711"

    with qtbot.waitSignal(editor.submitted) as sent:
        press(editor, Qt.Key.Key_Return)
    assert sent.args[0].contract == ContractForm(
        id=GOLD.id, version=2, number="4711", level="gold", valid_until=date(2027, 1, 1)
    )

    editor.contract.setCurrentIndex(2)
    editor.contract.activated.emit(2)
    editor.editor("contract_number").setText("5000")
    with qtbot.waitSignal(editor.submitted) as sent:
        press(editor, Qt.Key.Key_Return)
    assert sent.args[0].contract == ContractForm(number="5000")


def test_what_is_typed_stays_with_its_product_until_it_is_saved(
    editor: ProductEditor, qtbot: QtBot
) -> None:
    editor.begin(ANNA, PUMP, (GOLD,))
    editor.editor("sold_by").setText("Nord dealer")
    with qtbot.waitSignal(editor.cancelled):
        press(editor, Qt.Key.Key_Escape)
    editor.begin(ANNA, None, (GOLD,))
    assert editor.editor("sold_by").text() == ""

    editor.begin(ANNA, PUMP, (GOLD,))
    assert editor.editor("sold_by").text() == "Nord dealer"
    editor.saved()
    editor.begin(ANNA, PUMP, (GOLD,))
    assert editor.editor("sold_by").text() == ""


def test_what_somebody_saved_meanwhile_stands_under_what_is_typed(
    editor: ProductEditor, qtbot: QtBot
) -> None:
    editor.begin(ANNA, PUMP, (GOLD,))
    editor.editor("product_name").setText("Pump 2")

    editor.show_theirs(replace(PUMP, name="Pump X", version=4))

    assert editor.error("product_name") == "saved: Pump X"
    assert editor.error("serial_number") == ""
    with qtbot.waitSignal(editor.submitted) as sent:
        press(editor, Qt.Key.Key_Return)
    assert (sent.args[0].name, sent.args[0].version) == ("Pump 2", 4)


def test_it_speaks_chinese(editor: ProductEditor) -> None:
    editor.begin(ANNA, PUMP, (GOLD,))
    set_language(Language.ZH)
    QApplication.processEvents()

    assert editor.contract.itemText(0) == "无合同"
    assert editor.contract.itemText(1) == "4711 · gold"
