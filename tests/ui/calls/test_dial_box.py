"""The dial box: any way of writing a number, a clear line for what is none, and names."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from agent_desk.domain.call import CallService
from tests.ui.calls.samples import validate
from ui.calls.dial_box import DialBox
from ui.calls.directory import DirectoryEntry, DirectoryKind
from ui.calls.presentation import NUMBER_SERVICES
from ui.language import Language, set_language

DIRECTORY = [
    DirectoryEntry(name="Liu Wei 刘伟", number="8012"),
    DirectoryEntry(name="Zhang Min", number="8077", other_name="张敏"),
    DirectoryEntry(name="Billing", number="7001", kind=DirectoryKind.QUEUE, other_name="账单"),
]


@pytest.fixture
def box(qtbot: QtBot) -> DialBox:
    box = DialBox(validate=validate)
    qtbot.addWidget(box)
    box.set_directory(DIRECTORY)
    box.show()
    qtbot.waitExposed(box)
    return box


def field(box: DialBox) -> QLineEdit:
    edit = box.findChild(QLineEdit)
    assert edit is not None
    return edit


def listed(box: DialBox) -> list[str]:
    model = box.entries().model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("138 0013 8000", "+8613800138000"),
        ("+86 (0)10-6552/9988", "+861065529988"),
        ("0049 40 300.38.000", "+494030038000"),
        ("tel:+49-40-30038000", "+494030038000"),
        ("８０１２", "8012"),
        (" 8012 ", "8012"),
    ],
)
def test_any_way_of_writing_a_number_is_taken(
    box: DialBox, qtbot: QtBot, written: str, dialled: str
) -> None:
    box.begin(CallService.MAKE_CALL)
    box.set_text(written)
    with qtbot.waitSignal(box.submitted) as taken:
        QTest.keyClick(field(box), Qt.Key.Key_Return)
    assert taken.args == ["make_call", dialled]
    assert box.error() == ""


@pytest.mark.parametrize(
    ("written", "named"),
    [("0800 CALL ME", "'C'"), ("138☎0013", "☎"), ("12345678☕", "☕"), ("7" * 200, "(200)")],
)
@pytest.mark.parametrize("language", list(Language))
def test_what_is_no_number_is_told_at_the_field_and_kept(
    box: DialBox, written: str, named: str, language: Language
) -> None:
    set_language(language)
    QApplication.processEvents()
    taken = QSignalSpy(box.submitted)
    box.set_text(written)
    QTest.keyClick(field(box), Qt.Key.Key_Return)
    assert named in box.error()
    assert ("Accepted" if language is Language.EN else "可接受") in box.error()
    assert box.text() == written
    assert taken.count() == 0


def test_typing_on_takes_the_complaint_away(box: DialBox) -> None:
    box.set_text("138☎")
    box.submit()
    assert box.error()
    QTest.keyClick(field(box), Qt.Key.Key_Backspace)
    assert box.error() == ""


def test_nothing_at_all_is_told_too(box: DialBox) -> None:
    box.submit()
    assert box.error() == "Enter a number or choose from the list"


def test_a_name_means_the_first_colleague_who_has_it(box: DialBox, qtbot: QtBot) -> None:
    QTest.keyClicks(field(box), "zhang")
    assert listed(box) == ["Zhang Min 8077 Colleague"]
    with qtbot.waitSignal(box.submitted) as taken:
        QTest.keyClick(field(box), Qt.Key.Key_Return)
    assert taken.args == ["make_call", "8077"]


def test_a_chinese_name_finds_its_colleague(box: DialBox) -> None:
    field(box).setFocus()
    typed = QInputMethodEvent()
    typed.setCommitString("张敏")
    QApplication.sendEvent(field(box), typed)
    assert listed(box) == ["Zhang Min 8077 Colleague"]


def test_digits_find_numbers_yet_mean_themselves(box: DialBox, qtbot: QtBot) -> None:
    QTest.keyClicks(field(box), "80")
    assert len(listed(box)) == 2
    with qtbot.waitSignal(box.submitted) as taken:
        QTest.keyClick(field(box), Qt.Key.Key_Return)
    assert taken.args == ["make_call", "80"]


def test_arrows_choose_from_the_list_while_the_field_keeps_the_focus(
    box: DialBox, qtbot: QtBot
) -> None:
    field(box).setFocus()
    QTest.keyClick(field(box), Qt.Key.Key_Up)
    assert box.entries().currentIndex().row() == 2
    QTest.keyClick(field(box), Qt.Key.Key_Down)
    QTest.keyClick(field(box), Qt.Key.Key_Down)
    assert QApplication.focusWidget() is field(box)
    with qtbot.waitSignal(box.submitted) as taken:
        QTest.keyClick(field(box), Qt.Key.Key_Return)
    assert taken.args == ["make_call", "8077"]


def test_a_double_click_takes_an_entry(box: DialBox, qtbot: QtBot) -> None:
    place = box.entries().visualRect(box.entries().model().index(2, 0)).center()
    viewport = box.entries().viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    with qtbot.waitSignal(box.submitted) as taken:
        QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    assert taken.args == ["make_call", "7001"]


def test_numbers_that_were_dialled_come_first_next_time(box: DialBox) -> None:
    for number in ("138 0013 8000", "8012"):
        box.set_text(number)
        box.submit()
    box.clear()
    assert listed(box) == [
        "Liu Wei 刘伟 8012 Recent",
        "+86 138 0013 8000 Recent",
        "Zhang Min 8077 Colleague",
        "Billing 7001 Queue",
    ]


def test_at_most_eight_recent_numbers_are_kept(box: DialBox) -> None:
    recent = DirectoryKind.RECENT
    box.set_recent([DirectoryEntry(name="", number=str(n), kind=recent) for n in range(100, 120)])
    assert sum(text.endswith("Recent") for text in listed(box)) == 8


def test_a_transfer_asks_first_unless_told_to_send_at_once(box: DialBox, qtbot: QtBot) -> None:
    box.begin(CallService.SINGLE_STEP_TRANSFER_CALL)
    box.set_text("8012")
    with qtbot.waitSignal(box.submitted) as first:
        QTest.keyClick(field(box), Qt.Key.Key_Return)
    with qtbot.waitSignal(box.submitted) as at_once:
        QTest.keyClick(field(box), Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert (first.args[0], at_once.args[0]) == ("consultation_call", "single_step_transfer_call")


@pytest.mark.parametrize("purpose", NUMBER_SERVICES)
def test_what_was_typed_stays_for_the_next_purpose(box: DialBox, purpose: CallService) -> None:
    box.set_text("80")
    box.begin(purpose)
    assert box.text() == "80"
    assert field(box).selectedText() == "80"
