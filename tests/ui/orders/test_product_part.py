"""The product of an order: who pays, until when, and since when no longer, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from agent_desk.domain.work_order import WorkOrderLine
from tests.ui.customer import samples
from tests.ui.customer.test_product_editor import GOLD, PUMP
from ui.language import Language, set_language
from ui.orders.product_part import ProductPart


@pytest.fixture
def part(qtbot: QtBot) -> ProductPart:
    made = ProductPart()
    qtbot.addWidget(made)
    made.show()
    return made


def line(**changes: object) -> WorkOrderLine:
    product = replace(PUMP, **changes)  # type: ignore[arg-type]
    return replace(samples.order_line(service_level="gold"), product=product)


def texts(part: ProductPart) -> str:
    QApplication.processEvents()
    return "\n".join(label.text() for label in part.findChildren(QLabel) if label.isVisible())


def test_warranty_and_contract_are_told_with_their_days(part: ProductPart) -> None:
    part.show_line(line(warranty_until=date(2027, 3, 1), sold_by="Nord dealer"))

    shown = texts(part)
    assert "serial number SN-1 · sold 01 Mar 2025 by Nord dealer" in shown
    assert "The manufacturer pays: in warranty until 01 Mar 2027" in shown
    assert "contract 4711: gold until 01 Jan 2027" in shown
    assert "Service level: gold" in shown


def test_what_is_over_says_so(part: ProductPart) -> None:
    raised = samples.order_line().order.raised_at.astimezone().date()
    over = replace(GOLD, valid_until=raised.replace(day=raised.day - 3))
    part.show_line(line(warranty_until=date(2026, 1, 1), contract=over))

    assert "The customer pays: warranty expired" in texts(part)
    assert "contract 4711: gold, expired 3 days ago" in texts(part)
    set_language(Language.ZH)
    assert "合同 4711：gold，已过期 3 天" in texts(part)


def test_an_order_about_no_product_shows_nothing(part: ProductPart) -> None:
    part.show_line(samples.order_line())

    assert part.isHidden()
