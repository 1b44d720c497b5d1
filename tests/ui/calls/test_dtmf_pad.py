"""The keypad: digits by mouse and keyboard, and what was sent."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.calls.dtmf_pad import DtmfPad
from ui.language import Language, set_language


@pytest.fixture
def pad(qtbot: QtBot) -> DtmfPad:
    pad = DtmfPad()
    qtbot.addWidget(pad)
    pad.show()
    qtbot.waitExposed(pad)
    return pad


@pytest.mark.parametrize("digit", "0123456789*#")
def test_each_key_sends_its_digit_once(pad: DtmfPad, digit: str) -> None:
    spy = QSignalSpy(pad.digit_pressed)
    QTest.mouseClick(pad.key(digit), Qt.MouseButton.LeftButton)
    QTest.keyClicks(pad, digit)
    assert [spy.at(0), spy.at(1)] == [[digit], [digit]]
    assert (spy.count(), pad.sent()) == (2, digit * 2)


def test_digits_reach_the_pad_from_a_focused_key(pad: DtmfPad) -> None:
    pad.key("1").setFocus()
    QTest.keyClicks(pad.key("1"), "7#")
    assert pad.sent() == "7#"


def test_other_keys_and_commands_send_nothing(pad: DtmfPad) -> None:
    QTest.keyClicks(pad, "x-+ ")
    QTest.keyClick(pad, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(pad, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert pad.sent() == ""


def test_letters_wait_behind_their_toggle(pad: DtmfPad) -> None:
    assert not pad.key("A").isVisible()
    QTest.keyClicks(pad, "a")
    assert pad.sent() == ""
    QTest.mouseClick(pad.letters_toggle(), Qt.MouseButton.LeftButton)
    assert pad.key("D").isVisible()
    QTest.keyClicks(pad, "ad")
    assert pad.sent() == "AD"


def test_a_new_call_begins_empty(pad: DtmfPad) -> None:
    QTest.keyClicks(pad, "123")
    pad.clear()
    assert pad.sent() == ""


def test_keys_are_named_in_both_languages(pad: DtmfPad) -> None:
    assert pad.key("#").accessibleName() == "Send #"
    set_language(Language.ZH)
    QApplication.processEvents()
    assert pad.key("#").accessibleName() == "发送 #"
