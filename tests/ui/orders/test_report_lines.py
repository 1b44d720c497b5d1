"""The lines of a report while they are typed: keys, totals, complaints, drafts."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from agent_desk.domain.report_item import ItemKind, Liability
from agent_desk.domain.work_order import WorkReport
from tests.ui.customer import samples
from ui.language import Language, set_language
from ui.orders.item_line import ItemLine
from ui.orders.report_fields import report_fields
from ui.orders.report_form import ReportForm

CONTROL, ALT, NONE = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.NoModifier,
)


@pytest.fixture
def form(qtbot: QtBot) -> ReportForm:
    made = ReportForm(now=samples.now)
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    qtbot.waitExposed(made)
    made.restore({"done": "Pump replaced"})
    return made


def fill(line: ItemLine, **typed: str) -> None:
    for name, text in typed.items():
        edit = line._edits[name]
        edit.clear()
        QTest.keyClicks(edit, text)


def add(form: ReportForm, name: str, quantity: str, price: str, kind: str = "PART") -> ItemLine:
    line = form.lines.add_line()
    line._kind.setCurrentIndex(line._kind.findData(kind))
    fill(line, name=name, quantity=quantity, unit_price=price)
    return line


def texts(form: ReportForm) -> str:
    labels = form.findChildren(QLabel)
    return "\n".join(label.text() for label in labels if label.isVisible())


def names(form: ReportForm) -> list[str]:
    return [line.fields()["name"] for line in form.lines.lines()]


def submitted(qtbot: QtBot, form: ReportForm) -> WorkReport:
    with qtbot.waitSignal(form.submitted) as sent:
        form.submit()
    assert sent.args is not None
    report = sent.args[0]
    assert isinstance(report, WorkReport)
    return report


def test_lines_become_exact_items_and_totals_follow_every_key(
    qtbot: QtBot, form: ReportForm
) -> None:
    fill(add(form, "Pump", "2", "1,234.50"), part_number="P-7")
    add(form, "Fitting", "0.1", "0.30", "LABOUR")
    add(form, "Call-out", "1", "80", "CHARGE")

    assert "Costs CNY 2,469.03" in texts(form)
    assert "Customer pays CNY 80.00" in texts(form)
    items = submitted(qtbot, form).items
    assert [item.kind for item in items] == [ItemKind.PART, ItemKind.LABOUR, ItemKind.CHARGE]
    assert items[0].part_number == "P-7"
    assert items[0].unit_price.amount == Decimal("1234.50")


def test_enter_goes_on_control_arrows_move_and_alt_delete_removes(
    qtbot: QtBot, form: ReportForm
) -> None:
    first = add(form, "first", "1", "1")
    QTest.keyClick(first._edits["unit_price"], Qt.Key.Key_Return)
    second = form.lines.lines()[1]
    assert QApplication.focusWidget() is second._edits["name"]
    fill(second, name="second", quantity="1", unit_price="1")
    QTest.keyClick(second._edits["name"], Qt.Key.Key_Up, CONTROL)
    assert names(form) == ["second", "first"]
    QTest.keyClick(second._edits["name"], Qt.Key.Key_Down, CONTROL)
    assert names(form) == ["first", "second"]
    QTest.keyClick(first._edits["name"], Qt.Key.Key_Delete, ALT)
    assert names(form) == ["second"]
    assert QApplication.focusWidget() is second._edits["name"]


@pytest.mark.parametrize(
    ("typed", "wrong", "english", "chinese"),
    [
        ({"quantity": "-2"}, "quantity", "A quantity above 0", "数量须大于 0"),
        ({"quantity": "two"}, "quantity", "A quantity above 0", "数量须大于 0"),
        ({"quantity": ""}, "quantity", "A quantity above 0", "数量须大于 0"),
        ({"unit_price": "-1"}, "unit_price", "A price from 0", "单价不得为负"),
        ({"unit_price": "1.005"}, "unit_price", "at most 2 decimals", "最多 2 位小数"),
        ({"name": " "}, "name", "Say what was used", "请填写所用配件"),
        ({"part_number": "x" * 65}, "part_number", "At most 64", "最多 64 个字符"),
    ],
)
def test_a_line_that_cannot_be_says_so_at_its_field_and_keeps_what_was_typed(
    qtbot: QtBot, form: ReportForm, typed: dict[str, str], wrong: str, english: str, chinese: str
) -> None:
    form.lines.add_line()
    line = add(form, "Pump", "1", "10")
    fill(line, **typed)
    before = form.fields()

    with qtbot.assertNotEmitted(form.submitted):
        form.submit()

    assert english in line.error()
    edit = line._edits[wrong]
    assert edit.property("invalid")
    assert QApplication.focusWidget() is edit
    assert form.fields() == before
    set_language(Language.ZH)
    form.submit()
    assert chinese in line.error()


def test_a_supplier_who_is_liable_is_named(qtbot: QtBot, form: ReportForm) -> None:
    form.restore({"faulty_part": "Pump", "liable": "SUPPLIER"})
    form.submit()
    assert "Name the supplier" in texts(form)
    supplier = QApplication.focusWidget()
    assert isinstance(supplier, QLineEdit)
    QTest.keyClicks(supplier, "Hongda")
    faulty = submitted(qtbot, form).faulty
    assert faulty is not None
    assert (faulty.part, faulty.liable, faulty.supplier) == (
        "Pump",
        Liability.SUPPLIER,
        "Hongda",
    )


def test_every_field_of_a_half_typed_report_is_in_the_draft_and_comes_back(
    qtbot: QtBot, form: ReportForm
) -> None:
    drafts: list[dict[str, str]] = []
    form.draft_changed.connect(drafts.append)
    fill(add(form, "Pump", "1,", "x"), part_number="P-7")
    form.lines._currency.setCurrentText("EUR")
    QTest.keyClicks(form.faulty._part, "Seal")
    qtbot.waitUntil(lambda: bool(drafts) and drafts[-1]["faulty_part"] == "Seal")

    other = ReportForm(now=samples.now)
    qtbot.addWidget(other)
    other.restore(drafts[-1])

    assert other.fields() == form.fields()
    assert names(other) == ["Pump"]
    assert other.lines.currency() == "EUR"


def test_a_former_report_is_taken_over_with_its_lines(qtbot: QtBot, form: ReportForm) -> None:
    fill(add(form, "Pump", "1.5", "99.90"), part_number="P-7")
    report = submitted(qtbot, form)
    other = ReportForm(now=samples.now)
    qtbot.addWidget(other)
    other.take_over(report_fields(report))
    assert submitted(qtbot, other) == report


def test_in_a_narrow_column_each_line_stands_in_two_rows(form: ReportForm) -> None:
    line = add(form, "Pump", "1", "1")
    form.resize(560, 700)
    QApplication.processEvents()
    assert line._edits["quantity"].y() > line._edits["name"].y()
    form.resize(900, 700)
    QApplication.processEvents()
    assert line._edits["quantity"].y() == line._edits["name"].y()
