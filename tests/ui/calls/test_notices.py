"""Notices: calm lines, at most two, that go by themselves or stay until their cause is gone."""

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.language import Language, set_language
from ui.shell.notices import DISMISS_MS, MOST_VISIBLE, Notices
from ui.widgets.banner import BannerKind
from ui.widgets.buttons import IconButton


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    layout = QVBoxLayout(window)
    layout.addWidget(QLineEdit(window))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.fixture
def notices(window: QWidget) -> Notices:
    notices = Notices()
    layout = window.layout()
    assert layout is not None
    layout.addWidget(notices)
    return notices


def running(notices: Notices) -> list[QTimer]:
    return [timer for timer in notices.findChildren(QTimer) if timer.isActive()]


def test_it_takes_no_room_until_there_is_something_to_say(notices: Notices) -> None:
    assert not notices.isVisible()
    notices.show_notice("database", "The database is slow", "warning")
    assert notices.isVisible()
    notices.clear("database")
    assert not notices.isVisible()


def test_the_same_key_says_only_its_newest(notices: Notices) -> None:
    notices.show_notice("database", "The database is slow", "warning")
    notices.show_notice("database", "The database does not answer", "danger")
    assert notices.texts() == ("The database does not answer",)
    assert notices.banner(0).kind == "danger"


def test_the_most_urgent_are_visible_and_the_others_counted(notices: Notices) -> None:
    notices.show_notice("a", "saved", "success")
    notices.show_notice("b", "slow", "warning")
    notices.show_notice("c", "broken", "danger")
    notices.show_notice("d", "hint", "info")
    assert notices.texts() == ("broken", "slow")
    assert len(notices.texts()) == MOST_VISIBLE
    assert notices.more_text() == "2 more notices"
    notices.clear("b")
    notices.clear("c")
    assert notices.texts() == ("saved", "hint")
    assert notices.more_text() == ""


@pytest.mark.parametrize(
    ("kind", "passes"), [("info", True), ("success", True), ("warning", False), ("danger", False)]
)
def test_only_what_needs_nobody_to_act_goes_by_itself(
    notices: Notices, kind: BannerKind, passes: bool
) -> None:
    notices.show_notice("key", "text", kind)
    assert bool(running(notices)) == passes
    for timer in running(notices):
        assert timer.interval() == DISMISS_MS
        timer.timeout.emit()
    assert notices.isVisible() != passes


def test_news_under_a_passing_key_stay_their_full_time(notices: Notices) -> None:
    notices.show_notice("key", "first", "info")
    (before,) = running(notices)
    notices.show_notice("key", "second", "warning")
    assert not before.isActive()
    assert running(notices) == []


def test_an_agent_can_close_a_line(notices: Notices) -> None:
    notices.show_notice("a", "broken", "danger")
    notices.show_notice("b", "slow", "warning")
    close = next(b for b in notices.banner(0).findChildren(IconButton) if b.isVisible())
    QTest.mouseClick(close, Qt.MouseButton.LeftButton)
    assert notices.texts() == ("slow",)


def test_an_action_tells_which_notice_it_belongs_to(notices: Notices, qtbot: QtBot) -> None:
    notices.show_notice("microphone", "No microphone", "danger", "Settings")
    action = next(b for b in notices.banner(0).findChildren(QPushButton) if b.isVisible())
    with qtbot.waitSignal(notices.action_requested) as asked:
        QTest.mouseClick(action, Qt.MouseButton.LeftButton)
    assert asked.args == ["microphone"]


def test_it_never_takes_the_focus(notices: Notices, window: QWidget, qtbot: QtBot) -> None:
    field = window.findChild(QLineEdit)
    assert field is not None
    window.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    notices.show_notice("a", "broken", "danger", "Settings")
    QApplication.processEvents()
    assert QApplication.focusWidget() is field


def test_clearing_what_is_not_there_changes_nothing(notices: Notices) -> None:
    notices.clear("never")
    assert notices.texts() == ()


def test_the_count_follows_the_language(notices: Notices) -> None:
    for key in "abc":
        notices.show_notice(key, key, "warning")
    set_language(Language.ZH)
    QApplication.processEvents()
    assert notices.more_text() == "另有 1 条提示"
