"""The shortcut table, its keys in a real window, and the list that shows them."""

from collections import Counter
from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.ui.preview import sample_window
from ui.language import Language, has_text, set_language
from ui.shell.shortcut_overlay import ShortcutOverlay
from ui.shortcuts import SHORTCUTS, install, keep_keys, keys_of
from ui.widgets.keycap import Keycap


class GreedyEditor(QPlainTextEdit):
    """Claims every key, as text fields on X11 claim Ctrl+K and Ctrl+D to delete text."""

    def event(self, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)


class Desk:
    """A window with an editor, a list, and every shortcut of the table."""

    def __init__(self, qtbot: QtBot, editor: QWidget) -> None:
        self.pressed: list[str] = []
        self.editor = editor
        self.list = QListWidget()
        self.list.addItems(["one", "two"])
        self.window = QWidget()
        layout = QVBoxLayout(self.window)
        layout.addWidget(editor)
        layout.addWidget(self.list)
        actions = (shortcut.action for shortcut in SHORTCUTS)
        install(self.window, {action: self.handler(action) for action in actions})
        qtbot.addWidget(self.window)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)

    def handler(self, action: str) -> Callable[[], None]:
        return lambda: self.pressed.append(action)

    def press(self, keys: str, target: QWidget | None = None) -> None:
        combination = QKeySequence(keys)
        QTest.keySequence(target or self.editor, combination)


def all_keys() -> list[tuple[str, str]]:
    return [(keys, shortcut.action) for shortcut in SHORTCUTS for keys in shortcut.keys]


def test_no_key_is_given_twice() -> None:
    counted = Counter(QKeySequence(keys).toString() for keys, _ in all_keys())
    assert [keys for keys, count in counted.items() if count > 1] == []


def test_every_key_is_one_that_qt_knows() -> None:
    for keys, action in all_keys():
        assert QKeySequence(keys).toString() not in ("", "Unknown"), action


def test_no_shortcut_takes_a_key_that_edits_text_everywhere() -> None:
    editing = {"Ctrl+C", "Ctrl+V", "Ctrl+X", "Ctrl+Z", "Ctrl+Y", "Ctrl+Shift+Z", "Ctrl+A"}
    editing |= {"Ctrl+Left", "Ctrl+Right", "Ctrl+Backspace", "Ctrl+Del", "Ctrl+Home", "Ctrl+End"}
    assert editing.isdisjoint(keys for keys, _ in all_keys())


def test_no_shortcut_takes_a_key_of_an_input_method() -> None:
    input_method = {"Ctrl+Space", "Shift+Space", "Ctrl+Shift", "Ctrl+.", "Ctrl+;", "Alt+Shift"}
    assert input_method.isdisjoint(keys for keys, _ in all_keys())


def test_every_shortcut_has_its_texts() -> None:
    for shortcut in SHORTCUTS:
        assert has_text(f"shortcut.{shortcut.action}")
        assert has_text(f"shortcut_group.{shortcut.group}")


def test_a_tooltip_can_ask_for_the_keys() -> None:
    assert keys_of("call.answer") == "F4"
    with pytest.raises(KeyError):
        keys_of("call.nothing")


@pytest.mark.parametrize(
    ("keys", "action"), [pair for pair in all_keys() if pair[0] not in ("?", "Ctrl+Enter")]
)
def test_every_key_works_even_in_a_field_that_claims_it(
    qtbot: QtBot, keys: str, action: str
) -> None:
    desk = Desk(qtbot, GreedyEditor())
    desk.editor.setFocus()
    desk.press(keys)
    assert desk.pressed == [action]
    assert isinstance(desk.editor, GreedyEditor)
    assert desk.editor.toPlainText() == ""


def test_the_keypads_enter_does_the_same(qtbot: QtBot) -> None:
    desk = Desk(qtbot, GreedyEditor())
    desk.editor.setFocus()
    control_on_keypad = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.KeypadModifier
    QTest.keyClick(desk.editor, Qt.Key.Key_Enter, control_on_keypad)
    assert desk.pressed == ["ticket.resolve_now"]


def test_a_question_mark_is_typed_in_a_field_and_a_shortcut_elsewhere(qtbot: QtBot) -> None:
    line = QLineEdit()
    desk = Desk(qtbot, line)
    line.setFocus()
    QTest.keyClicks(line, "ok?")
    assert (line.text(), desk.pressed) == ("ok?", [])
    desk.list.setFocus()
    QTest.keyClicks(desk.list, "?")
    assert desk.pressed == ["desk.shortcuts"]


def test_ordinary_typing_is_left_alone(qtbot: QtBot) -> None:
    line = QLineEdit()
    desk = Desk(qtbot, line)
    line.setFocus()
    QTest.keyClicks(line, "Kd 123")
    QTest.keyClick(line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert line.selectedText() == "Kd 123"
    assert desk.pressed == []


def test_the_watch_moves_on_with_the_focus(qtbot: QtBot) -> None:
    first = GreedyEditor()
    desk = Desk(qtbot, first)
    second = GreedyEditor()
    layout = desk.window.layout()
    assert layout is not None
    layout.addWidget(second)
    second.show()
    for editor in (first, second, first):
        editor.setFocus()
        desk.press("Ctrl+K", editor)
    assert desk.pressed == ["desk.search"] * 3


class SavingForm(QWidget):
    """Saves itself by Ctrl+Return."""

    def __init__(self) -> None:
        super().__init__()
        self.saves = 0
        self.line = QLineEdit()
        QVBoxLayout(self).addWidget(self.line)
        keep_keys(self, "Ctrl+Return", "Ctrl+Enter")

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        self.saves += event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def test_a_form_keeps_its_own_keys_while_the_focus_is_in_it(qtbot: QtBot) -> None:
    form = SavingForm()
    desk = Desk(qtbot, form)
    form.line.setFocus()
    desk.press("Ctrl+Return", form.line)
    assert (form.saves, desk.pressed) == (1, [])
    desk.press("F4", form.line)
    desk.list.setFocus()
    desk.press("Ctrl+Return", desk.list)
    assert (form.saves, desk.pressed) == (1, ["call.answer", "ticket.resolve_now"])


def test_an_unknown_action_is_refused(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    with pytest.raises(KeyError):
        install(window, {"call.nothing": lambda: None})


def test_the_list_shows_every_shortcut_in_both_languages(qtbot: QtBot) -> None:
    window = sample_window()
    qtbot.addWidget(window)
    window.show()
    window.toggle_shortcuts()
    overlay = window.findChild(ShortcutOverlay)
    assert overlay is not None
    shown = {keycap.text() for keycap in overlay.findChildren(Keycap)}
    assert {"F1", "?", "F4", "Shift+F8", "Ctrl+K", "Ctrl+Return"} <= shown
    texts = [label.text() for label in overlay.findChildren(QLabel)]
    assert "Transfer without asking" in texts
    set_language(Language.ZH)
    qtbot.waitUntil(lambda: "直接转接" in [label.text() for label in overlay.findChildren(QLabel)])


def test_escape_closes_the_list_and_gives_the_focus_back(qtbot: QtBot) -> None:
    window = sample_window()
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    line = window.findChild(QLineEdit)
    assert line is not None
    line.setFocus()
    window.toggle_shortcuts()
    overlay = window.findChild(ShortcutOverlay)
    assert overlay is not None
    assert overlay.hasFocus()
    with qtbot.waitSignal(overlay.closed):
        QTest.keyClick(overlay, Qt.Key.Key_Escape)
    assert overlay.isHidden()
    assert line.hasFocus()


def test_the_list_closes_by_its_own_key_and_by_a_click_beside_it(qtbot: QtBot) -> None:
    window = sample_window()
    qtbot.addWidget(window)
    window.resize(1280, 720)
    window.show()
    window.toggle_shortcuts()
    overlay = window.findChild(ShortcutOverlay)
    assert overlay is not None
    shown = [overlay.isVisible()]
    for _ in range(2):
        window.toggle_shortcuts()
        shown.append(overlay.isVisible())
    QTest.mouseClick(overlay, Qt.MouseButton.LeftButton, pos=overlay.card_rect().center())
    shown.append(overlay.isVisible())
    QTest.mouseClick(overlay, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    shown.append(overlay.isVisible())
    assert shown == [True, False, True, True, False]


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720), (640, 360)])
def test_the_list_fits_and_scrolls(qtbot: QtBot, size: tuple[int, int]) -> None:
    window = sample_window()
    qtbot.addWidget(window)
    window.resize(*size)
    window.show()
    window.toggle_shortcuts()
    QApplication.processEvents()
    overlay = window.findChild(ShortcutOverlay)
    assert overlay is not None
    assert overlay.size() == window.size()
    assert overlay.rect().contains(overlay.card_rect())
    if size == (640, 360):
        before = overlay.grab().toImage()
        QTest.keyClick(overlay, Qt.Key.Key_PageDown)
        assert overlay.grab().toImage() != before
    window.resize(size[0] + 100, size[1] + 50)
    qtbot.waitUntil(lambda: overlay.size() == window.size())
