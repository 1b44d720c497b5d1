"""After-call work: a result by one key, a note, the time that is left, and finishing."""

from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from agent_desk.domain.interaction import Disposition
from tests.ui.calls.samples import BEGIN, SetClock
from ui.agent.wrap_up import KEYS, WrapUpPanel
from ui.calls.ticker import ticker
from ui.language import Language, set_language


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def panel(qtbot: QtBot, clock: SetClock) -> WrapUpPanel:
    panel = WrapUpPanel(now=clock)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def begin(
    panel: WrapUpPanel, call_id: str = "c1", until: datetime | None = BEGIN + timedelta(seconds=60)
) -> None:
    panel.show_wrap_up(
        call_id=call_id,
        name="Anna Müller",
        number="+8613800138000",
        talk_seconds=167.0,
        until=until,
    )


@pytest.mark.parametrize(("key", "disposition"), list(zip(KEYS, Disposition, strict=True)))
def test_each_digit_chooses_its_result(
    panel: WrapUpPanel, qtbot: QtBot, key: str, disposition: Disposition
) -> None:
    begin(panel)
    QTest.keyClicks(panel, key)
    assert panel.disposition() is disposition
    with qtbot.waitSignal(panel.finished) as finished:
        QTest.keyClick(panel, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert finished.args == ["c1", disposition.value, ""]


def test_the_note_keeps_its_digits_and_leaves_with_the_result(
    panel: WrapUpPanel, qtbot: QtBot
) -> None:
    begin(panel)
    panel.note().setFocus()
    QTest.keyClicks(panel.note(), "Ring back at 17:00 ")
    assert panel.disposition() is None
    QTest.keyClick(panel.note(), Qt.Key.Key_Escape)
    QTest.keyClicks(panel.choice(Disposition.RESOLVED), "2")
    assert panel.disposition() is Disposition.FOLLOW_UP
    panel.note().setFocus()
    with qtbot.waitSignal(panel.finished) as finished:
        QTest.keyClick(panel.note(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert finished.args == ["c1", "FOLLOW_UP", "Ring back at 17:00"]


def test_tab_leaves_the_note(panel: WrapUpPanel) -> None:
    begin(panel)
    panel.note().setFocus()
    QTest.keyClick(panel.note(), Qt.Key.Key_Tab)
    assert not panel.note().hasFocus()
    assert panel.note().toPlainText() == ""


@pytest.mark.parametrize("language", list(Language))
def test_without_a_result_it_is_not_finished_and_says_why(
    panel: WrapUpPanel, language: Language
) -> None:
    set_language(language)
    begin(panel)
    finished = QSignalSpy(panel.finished)
    QTest.mouseClick(panel.finish_button(), Qt.MouseButton.LeftButton)
    assert finished.count() == 0
    assert panel.error()
    assert panel.choice(Disposition.RESOLVED).hasFocus()
    QTest.mouseClick(panel.choice(Disposition.COMPLAINT), Qt.MouseButton.LeftButton)
    assert panel.error() == ""
    QTest.mouseClick(panel.finish_button(), Qt.MouseButton.LeftButton)
    assert finished.count() == 1


def test_a_suggestion_is_chosen_and_can_be_changed(panel: WrapUpPanel) -> None:
    begin(panel)
    panel.suggest(Disposition.RESOLVED)
    assert panel.disposition() is Disposition.RESOLVED
    assert "Suggested" in panel.choice(Disposition.RESOLVED).toolTip()
    QTest.keyClicks(panel, "6")
    assert panel.disposition() is Disposition.COMPLAINT
    assert panel.choice(Disposition.RESOLVED).is_suggested()


def test_a_suggestion_never_overrides_the_agent(panel: WrapUpPanel) -> None:
    begin(panel)
    QTest.keyClicks(panel, "6")
    panel.suggest(Disposition.RESOLVED)
    assert panel.disposition() is Disposition.COMPLAINT


def test_the_time_counts_down_and_can_be_extended(
    panel: WrapUpPanel, qtbot: QtBot, clock: SetClock
) -> None:
    begin(panel)
    assert panel.time_text() == "Ends in 01:00"
    clock.forward(55)
    ticker().ticked.emit(1)
    assert panel.time_text() == "Ends in 00:05"
    with qtbot.waitSignal(panel.extend_requested):
        QTest.mouseClick(panel.extend_button(), Qt.MouseButton.LeftButton)
    begin(panel, until=BEGIN + timedelta(seconds=120))
    assert panel.time_text() == "Ends in 01:05"
    clock.forward(70)
    ticker().ticked.emit(2)
    assert panel.time_text() == "Time is up"


def test_more_time_keeps_what_was_entered(panel: WrapUpPanel) -> None:
    begin(panel)
    QTest.keyClicks(panel, "3")
    QTest.keyClicks(panel.note(), "spare key")
    begin(panel, until=BEGIN + timedelta(seconds=120))
    assert panel.disposition() is Disposition.WORK_ORDER
    assert panel.note().toPlainText() == "spare key"


def test_another_call_begins_empty(panel: WrapUpPanel) -> None:
    begin(panel)
    panel.suggest(Disposition.RESOLVED)
    QTest.keyClicks(panel.note(), "old")
    begin(panel, "c2")
    assert (panel.call_id(), panel.disposition()) == ("c2", None)
    assert panel.note().toPlainText() == ""
    assert not panel.choice(Disposition.RESOLVED).is_suggested()


def test_without_a_limit_there_is_nothing_to_extend(panel: WrapUpPanel) -> None:
    begin(panel, until=None)
    assert panel.time_text() == "No time limit"
    assert not panel.extend_button().isVisible()


def test_without_a_call_nothing_can_be_finished(panel: WrapUpPanel) -> None:
    finished = QSignalSpy(panel.finished)
    begin(panel)
    panel.clear()
    panel.finish()
    assert finished.count() == 0
    assert not panel.isEnabled()


def test_results_are_named_in_both_languages(panel: WrapUpPanel) -> None:
    begin(panel)
    assert panel.choice(Disposition.VERIFIED).toolTip() == "Verified (0)"
    set_language(Language.ZH)
    QApplication.processEvents()
    assert panel.choice(Disposition.RESOLVED).text() == "已解决"
    assert panel.time_text() == "剩余 01:00"
