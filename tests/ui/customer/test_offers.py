"""The customer's card of a person who may neither call nor change anything."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from tests.ui.customer.samples import NOW, card
from ui.customer.customer_rows import CallButton
from ui.customer.customer_view import CustomerView
from ui.widgets.buttons import IconButton


@pytest.mark.parametrize("offered", [True, False])
def test_only_what_a_person_may_do_is_offered(qtbot: QtBot, offered: bool) -> None:
    view = CustomerView(now=lambda: NOW)
    qtbot.addWidget(view)
    view.offer(calls=offered, edits=offered)
    view.show_card(card())
    view.show()

    buttons = view.findChildren(IconButton)
    assert [button for button in buttons if isinstance(button, CallButton)]
    assert {button.isVisible() for button in buttons} == {offered}
    assert {field.isVisible() for field in view.findChildren(QLineEdit)} == {offered}
