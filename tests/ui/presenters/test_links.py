"""Links at a whole desk: into the dial box, never dialled by themselves; redial."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from agent_desk.services.call_control import CallsChangedEvent
from agent_desk.services.redial import DialledChangedEvent
from tests.e2e.stage import CONTROL, ScriptedStage

NUMBER = "+8613800138111"
OTHER = "+8613800138222"


def test_a_link_fills_the_dial_box_and_waits_for_a_key(stage: ScriptedStage) -> None:
    stage.view.window.show_page("settings")
    stage.view.take_link(f"tel:{NUMBER}")
    box = stage.view.call_bar.dial_box
    stage.wait(box.isVisible)
    assert box.text() == NUMBER
    assert stage.view.window.current_page() == "agent"
    assert not any(event.calls for event in stage.seen(CallsChangedEvent))
    stage.press(Qt.Key.Key_Return)
    stage.wait(lambda: any(event.calls for event in stage.seen(CallsChangedEvent)))
    (call,) = stage.seen(CallsChangedEvent)[-1].calls
    assert call.remote == NUMBER


def test_a_link_without_a_number_is_refused_in_words(stage: ScriptedStage) -> None:
    stage.view.take_link("sip:wang@example.com")
    stage.wait(lambda: "The link cannot be dialled" in stage.notices())
    stage.view.take_link("tel:600")
    stage.wait(lambda: "The link cannot be dialled" not in stage.notices())


def test_what_was_dialled_comes_back_with_the_up_key(stage: ScriptedStage) -> None:
    for number in (OTHER, NUMBER):
        call_id = stage.on_loop(stage.desk.calls.make_call(number))
        stage.on_loop(stage.desk.calls.clear_connection(call_id))
    stage.wait(lambda: any(len(e.numbers) == 2 for e in stage.seen(DialledChangedEvent)))
    stage.press(Qt.Key.Key_D, CONTROL)
    box = stage.view.call_bar.dial_box
    stage.wait(lambda: isinstance(QApplication.focusWidget(), QLineEdit))
    edit = QApplication.focusWidget()
    assert isinstance(edit, QLineEdit)
    texts = []
    keys = Qt.Key
    for key in (keys.Key_Up, keys.Key_Up, keys.Key_Up, keys.Key_Down, keys.Key_Down):
        QTest.keyClick(edit, key)
        texts.append(box.text())
    assert texts == [NUMBER, OTHER, OTHER, NUMBER, ""]
