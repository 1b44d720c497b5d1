"""The settlement page by keyboard: listed, added up, taken on, sent back, resubmitted."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from agent_desk.domain.claim_list import ClaimList, totals_of
from agent_desk.domain.errors import ApprovalError
from agent_desk.domain.identifiers import DepartmentId
from agent_desk.domain.settlement import ClaimKind, ClaimState
from tests.ui.customer import samples
from tests.ui.settlement.samples import DEPARTMENTS, NAMES, claim
from ui.language import Language, set_language
from ui.settlement.bulk_panel import ClaimOutcome
from ui.settlement.filter_bar import Period, period_of
from ui.settlement.page import SettlementPage

S = ClaimState
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NORD = DepartmentId("nord")
CLAIMS = (
    claim(1, cents=129_990),
    claim(2, cents=1),
    claim(3, department_id=NORD, cents=5, currency="EUR"),
    claim(4, S.OFFICE_APPROVED),
    claim(5, S.SENT_BACK),
    claim(6, kind=ClaimKind.SUPPLIER, part="Pump", supplier="Nordlicht", cents=100),
)


def texts(panel: QWidget) -> str:
    # Once for the change, once for the labels that it put into a layout.
    QApplication.processEvents()
    QApplication.processEvents()
    return "\n".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


@pytest.fixture
def page(qtbot: QtBot) -> SettlementPage:
    made = SettlementPage(now=samples.now)
    qtbot.addWidget(made)
    made.resize(1200, 700)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.set_departments(DEPARTMENTS)
    made.show_list(ClaimList(claims=CLAIMS, names=NAMES))
    made.list.setFocus()
    return made


def test_one_key_takes_a_claim_on_and_the_next_in_its_state_is_marked(
    page: SettlementPage, qtbot: QtBot
) -> None:
    assert "Approve at the office" in [page.detail.onward.text()]
    with qtbot.waitSignal(page.steps_requested) as asked:
        QTest.keyClick(page.list, Qt.Key.Key_Return, CONTROL)
    assert asked.args == [(CLAIMS[0],)]

    with qtbot.assertNotEmitted(page.steps_requested):
        QTest.keyClick(page.list, Qt.Key.Key_Return, CONTROL)
    page.show_outcomes([ClaimOutcome(CLAIMS[0])])

    assert page.list.marked_id() == "c2"


def test_the_second_approval_of_one_person_is_refused_in_words(page: SettlementPage) -> None:
    page.list.mark("c4")
    refusal = ApprovalError(subject=CLAIMS[3].subject, actor="lin")

    page.show_outcomes([ClaimOutcome(CLAIMS[3], error=refusal)])

    assert "the second approval is another person's" in texts(page.detail)
    assert "Office: Lin Na 林娜" in texts(page.detail)
    set_language(Language.ZH)
    assert "办事处：Lin Na 林娜" in texts(page.detail)


def test_several_claims_are_taken_on_at_once_and_each_has_its_outcome(
    page: SettlementPage, qtbot: QtBot
) -> None:
    QTest.keyClick(page.list, Qt.Key.Key_Down, SHIFT)
    assert "2 claims selected\nCNY 1,300.11" in texts(page.bulk)
    # A list that is read again leaves the choice as it is.
    page.show_list(ClaimList(claims=CLAIMS, names=NAMES))

    with qtbot.waitSignal(page.steps_requested) as asked:
        QTest.keyClick(page.list, Qt.Key.Key_Return, CONTROL)
    assert asked.args == [CLAIMS[:2]]
    refusal = ApprovalError(subject=CLAIMS[1].subject, actor="lin")
    page.show_outcomes([ClaimOutcome(CLAIMS[0]), ClaimOutcome(CLAIMS[1], error=refusal)])
    page.show_list(ClaimList(claims=CLAIMS[1:], names=NAMES))

    assert "1 done, 1 refused" in texts(page.bulk)
    first, second = page.bulk.outcomes.toPlainText().splitlines()
    assert first.startswith("#2 Expense claim: Claim of work order 2 was approved by lin already")
    assert second == "#1 Expense claim: done"
    with qtbot.assertNotEmitted(page.steps_requested):
        QTest.keyClick(page.list, Qt.Key.Key_Return, CONTROL)


def test_claims_of_several_states_have_no_common_step(page: SettlementPage) -> None:
    QTest.keyClick(page.list, Qt.Key.Key_A, CONTROL)

    assert "6 claims selected" in texts(page.bulk)
    assert "Select claims of one state" in texts(page.bulk)
    assert not page.bulk.onward.isVisible()


def test_a_claim_goes_back_with_a_reason(page: SettlementPage, qtbot: QtBot) -> None:
    QTest.keyClick(page.list, Qt.Key.Key_Return, CONTROL | SHIFT)
    editor = page.detail.reason.editor
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert "Say what is wrong" in texts(page.detail)
    QTest.keyClicks(editor, "No invoice")

    with qtbot.waitSignal(page.backs_requested) as asked:
        QTest.keyClick(editor, Qt.Key.Key_Return)

    assert asked.args == [(CLAIMS[0],), "No invoice"]


def test_other_amounts_are_claimed_and_a_wrong_currency_is_said_at_its_field(
    page: SettlementPage, qtbot: QtBot
) -> None:
    page.list.mark("c5")
    form = page.detail.form
    assert "Sent back: No invoice" in texts(page.detail)
    form.editor("currency").setText("EUR")
    form.editor("labour").setText("1,200.5")
    with qtbot.assertNotEmitted(page.resubmitted):
        QTest.keyClick(form.editor("labour"), Qt.Key.Key_Return, CONTROL)
    assert form.error("currency") == "Currency: “EUR” is not accepted. Accepted: CNY"
    assert form.editor("currency").hasFocus()

    form.editor("currency").setText("CNY")
    form.editor("parts").setText("12,5")
    QTest.keyClick(form.editor("parts"), Qt.Key.Key_Return, CONTROL)
    assert "an amount such as 1,234.50" in form.error("parts")
    # What is typed stays with its claim.
    page.list.mark("c1")
    page.list.mark("c5")
    assert form.editor("labour").text() == "1,200.5"

    form.editor("parts").setText("0")
    with qtbot.waitSignal(page.resubmitted) as asked:
        QTest.keyClick(form.editor("parts"), Qt.Key.Key_Return, CONTROL)
    assert asked.args[0] == CLAIMS[4]
    assert asked.args[1].total.amount == Decimal("1200.50")


def test_totals_are_the_sum_of_what_is_listed(page: SettlementPage) -> None:
    QTest.keyClick(page.list, Qt.Key.Key_G, CONTROL)

    assert page.totals.isVisible()
    assert page.totals.rows() == [
        ["Expense claim", "Field service", "CNY", "1,300.11", "0.14", "0.15", "1,300.40"],
        ["Expense claim", "Nord dealer", "EUR", "0.15", "", "", "0.15"],
        ["Expense claim", "All", "CNY", "1,300.11", "0.14", "0.15", "1,300.40"],
        ["Expense claim", "All", "EUR", "0.15", "", "", "0.15"],
        ["Supplier claim", "Field service", "CNY", "1.10", "", "", "1.10"],
    ]
    QTest.keyClick(page.totals.table, Qt.Key.Key_Escape)
    assert page.list.hasFocus()


def test_who_may_not_take_a_step_is_not_offered_it(page: SettlementPage, qtbot: QtBot) -> None:
    page.offer_steps(lambda state: state is S.SUBMITTED)
    page.list.mark("c2")
    assert not page.detail.onward.isVisible()
    assert not page.detail.send_back.isVisible()
    with qtbot.assertNotEmitted(page.steps_requested):
        QTest.keyClick(page.list, Qt.Key.Key_Return, CONTROL)
        QTest.keyClick(page.list, Qt.Key.Key_Return, CONTROL | SHIFT)
    page.list.mark("c5")
    assert page.detail.form.isVisible()


def test_filters_say_what_is_wanted(page: SettlementPage, qtbot: QtBot) -> None:
    bar = page.filters
    bar.set_currencies(["CNY", "EUR"])
    with qtbot.waitSignal(page.filtered):
        QTest.keyClick(bar.currency, Qt.Key.Key_End)
        bar.currency.activated.emit(bar.currency.currentIndex())
    bar.department.setCurrentIndex(2)
    bar.states.setCurrentIndex(2)

    wanted = bar.wanted()

    assert (wanted.currency, wanted.department_id) == ("EUR", NORD)
    assert wanted.states == frozenset(ClaimState)
    bar.set_currencies(["EUR"])
    assert bar.wanted().currency == "EUR"
    bar.keep_to("nord")
    assert not bar.department.isEnabled()


def test_a_list_that_is_cut_and_a_database_that_is_away_say_so(page: SettlementPage) -> None:
    page.show_list(ClaimList(claims=CLAIMS, is_complete=False))
    assert "the first 6; choose a shorter period" in texts(page)

    page.show_unavailable("The server is away")

    assert "The server is away" in texts(page)
    assert page.list.count() == 6


@pytest.mark.parametrize(
    ("period", "since", "until"),
    [
        (Period.THIS_MONTH, (2026, 1, 1), (2026, 2, 1)),
        (Period.LAST_MONTH, (2025, 12, 1), (2026, 1, 1)),
        (Period.THIS_YEAR, (2026, 1, 1), (2027, 1, 1)),
        (Period.LAST_YEAR, (2025, 1, 1), (2026, 1, 1)),
    ],
)
def test_a_period_goes_from_midnight_to_midnight(
    period: Period, since: tuple[int, int, int], until: tuple[int, int, int]
) -> None:
    now = datetime(2026, 1, 31, 15, 0).astimezone()

    begin, end = period_of(period, now)

    assert (begin, end) == (datetime(*since).astimezone(), datetime(*until).astimezone())
    assert period_of(Period.ALL, now) == (None, None)


def test_what_is_listed_becomes_sheets_in_the_language_on_screen(
    page: SettlementPage, qtbot: QtBot
) -> None:
    set_language(Language.ZH)
    with qtbot.waitSignal(page.export_requested) as asked:
        page.write(Path("claims.xlsx"))

    path, (listed, totals) = asked.args
    assert path == Path("claims.xlsx")
    assert listed.headings[:4] == ("派工单", "类型", "状态", "部门或经销商")
    assert [row[7] for row in listed.rows] == [claim.amounts.total for claim in CLAIMS]
    assert listed.rows[3][11] == "Lin Na 林娜"
    assert {row[-1] for row in totals.rows} == {t.total for t in totals_of(CLAIMS)}


def test_a_dialog_asks_for_the_file_and_its_kind(page: SettlementPage, qtbot: QtBot) -> None:
    QTest.keyClick(page.list, Qt.Key.Key_S, CONTROL)
    dialog = page.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.nameFilters() == ["Excel workbook (*.xlsx)", "Comma-separated text (*.csv)"]

    with qtbot.waitSignal(page.export_requested) as asked:
        dialog.fileSelected.emit("/tmp/claims.csv")

    assert asked.args[0] == Path("/tmp/claims.csv")
    dialog.reject()
