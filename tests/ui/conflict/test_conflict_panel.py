from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QRadioButton
from pytestqt.qtbot import QtBot

from agent_desk.domain.conflict import Edit, EditConflict, Side, compare
from agent_desk.domain.event_log import Stream
from ui.conflict.conflict_panel import ConflictPanel
from ui.conflict.word_diff import MOST_WORDS, marked
from ui.language import Language, set_language

NOW = datetime(2026, 11, 21, 14, 20, tzinfo=UTC)
LI = Edit(actor="Li Na 李娜", at=NOW - timedelta(minutes=15))

BASE = {"name": "Wang", "city": "Beijing", "address": "1 Long Road", "verified": False}
MINE = {"name": "Wang Fang", "city": "Beijing", "address": "2 Long Road", "verified": False}
THEIRS = {"name": "Wang", "city": "上海", "address": "1 Long Road, floor 3", "verified": True}


def shown(field: str, value: Any) -> str:
    return str(value)


def conflict() -> EditConflict:
    edits = dict.fromkeys(("city", "address", "verified"), LI)
    return EditConflict(
        stream=Stream.CUSTOMER,
        subject_id="c-1",
        mine_version=1,
        theirs_version=2,
        last_edit=LI,
        fields=compare(mine=MINE, theirs=THEIRS, base=BASE, edits=edits),
    )


@pytest.fixture
def panel(qtbot: QtBot) -> ConflictPanel:
    panel = ConflictPanel(labels="customer_card", shown=shown)
    qtbot.addWidget(panel)
    panel.resize(340, 600)
    panel.show()
    qtbot.waitExposed(panel)
    panel.show_conflict(conflict(), NOW)
    return panel


def radio(panel: ConflictPanel, name: str) -> QRadioButton:
    return next(b for b in panel.findChildren(QRadioButton) if b.accessibleName() == name)


def save_button(panel: ConflictPanel) -> QPushButton:
    return next(b for b in panel.findChildren(QPushButton) if b.text() == "Save")


def texts(panel: ConflictPanel) -> str:
    return " | ".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def test_it_says_who_changed_the_record_and_which_field(panel: ConflictPanel) -> None:
    assert "Li Na 李娜 saved this record" in texts(panel)
    assert texts(panel).count("Li Na 李娜, ") == 3


def test_one_sided_changes_are_chosen_and_the_rest_must_be(panel: ConflictPanel) -> None:
    assert panel.choices() == {"name": Side.MINE, "city": Side.THEIRS, "verified": Side.THEIRS}
    assert not save_button(panel).isEnabled()
    assert save_button(panel).toolTip() == "1 field still needs a choice"


def test_saving_tells_every_choice(panel: ConflictPanel, qtbot: QtBot) -> None:
    radio(panel, "Address, Yours: 2 Long Road").click()
    with qtbot.waitSignal(panel.settled) as told:
        QTest.mouseClick(save_button(panel), Qt.MouseButton.LeftButton)
    assert told.args is not None
    assert told.args[0] == {
        "name": Side.MINE,
        "city": Side.THEIRS,
        "address": Side.MINE,
        "verified": Side.THEIRS,
    }


def test_the_keyboard_alone_decides_and_saves(panel: ConflictPanel, qtbot: QtBot) -> None:
    panel.focus_first()
    yours = radio(panel, "Address, Yours: 2 Long Road")
    assert yours.hasFocus()
    QTest.keyClick(yours, Qt.Key.Key_Down)
    theirs = radio(panel, "Address, Theirs: 1 Long Road, floor 3")
    assert theirs.hasFocus()
    QTest.keyClick(theirs, Qt.Key.Key_Space)
    assert panel.choices()["address"] is Side.THEIRS
    with qtbot.waitSignal(panel.settled):
        QTest.keyClick(panel, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_nothing_is_saved_while_a_field_is_open(panel: ConflictPanel, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(panel.settled):
        QTest.keyClick(panel, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_escape_goes_back_to_the_form(panel: ConflictPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.left):
        QTest.keyClick(panel, Qt.Key.Key_Escape)


@pytest.mark.parametrize(("text", "side"), [("All yours", Side.MINE), ("All theirs", Side.THEIRS)])
def test_one_button_takes_one_side(
    panel: ConflictPanel, qtbot: QtBot, text: str, side: Side
) -> None:
    button = next(b for b in panel.findChildren(QPushButton) if b.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert set(panel.choices().values()) == {side}
    assert save_button(panel).isEnabled()


def test_a_click_on_a_value_chooses_it(panel: ConflictPanel, qtbot: QtBot) -> None:
    value = next(label for label in panel.findChildren(QLabel) if ">2</span>" in label.text())
    QTest.mouseClick(value, Qt.MouseButton.LeftButton)
    assert panel.choices()["address"] is Side.MINE


def test_another_language_keeps_what_was_chosen(panel: ConflictPanel) -> None:
    radio(panel, "Address, Yours: 2 Long Road").click()
    set_language(Language.ZH)
    QApplication.processEvents()
    assert panel.choices()["address"] is Side.MINE
    assert radio(panel, "地址, 我的: 2 Long Road").isChecked()


def test_a_later_conflict_replaces_the_former(panel: ConflictPanel) -> None:
    other = EditConflict(
        stream=Stream.CUSTOMER,
        subject_id="c-1",
        mine_version=1,
        theirs_version=3,
        last_edit=None,
        fields=compare(mine={"city": "A"}, theirs={"city": "B"}, base=None),
    )
    panel.show_conflict(other, NOW)
    assert panel.choices() == {}
    assert "Somebody saved this record" in texts(panel)


def test_words_that_differ_are_marked() -> None:
    assert marked("1 Long Road", "2 Long Road", "#ffe") == (
        '<span style="background-color: #ffe">1</span> Long Road'
    )
    assert marked("住上海市", "住北京市", "#ffe") == (
        '住<span style="background-color: #ffe">上海</span>市'
    )


def test_what_is_typed_is_never_markup() -> None:
    assert marked("<b>A & B</b>", "", "#ffe") == "&lt;b&gt;A &amp; B&lt;/b&gt;"
    assert marked("one\ntwo", "one\ntwo", "#ffe") == "one<br>two"


def test_a_very_long_text_is_shown_without_marks() -> None:
    long = "word " * MOST_WORDS
    assert marked(long + "x", long, "#ffe") == long + "x"
