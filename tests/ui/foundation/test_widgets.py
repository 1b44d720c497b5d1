"""The small widgets: keyboard, focus, both languages, and what screen readers are told."""

import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from ui.language import Language, set_language
from ui.theme.theme import ThemeName, apply_theme
from ui.theme.tokens import CONTROL_HEIGHT
from ui.widgets.avatar import Avatar, initials
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, IconButton
from ui.widgets.calm_wheel import CalmWheel
from ui.widgets.card import Card
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.empty_state import EmptyState
from ui.widgets.form_field import FormField
from ui.widgets.keycap import Keycap
from ui.widgets.label import Label
from ui.widgets.pill import Pill


def stacked(qtbot: QtBot, *widgets: QWidget) -> QWidget:
    window = QWidget()
    layout = QVBoxLayout(window)
    for widget in widgets:
        layout.addWidget(widget)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def test_a_button_is_as_wide_in_every_language(qtbot: QtBot) -> None:
    button = Button("resolution.RESOLVED_NOW", "check", "primary")
    _window = stacked(qtbot, button)
    english = button.sizeHint()
    set_language(Language.ZH)
    qtbot.waitUntil(lambda: button.text() == "当场解决")
    assert button.sizeHint() == english
    assert button.accessibleName() == "当场解决"


def test_controls_have_one_height(qtbot: QtBot) -> None:
    button, icon_button, line = (
        Button("settings.save"),
        IconButton("x", "banner.close"),
        QLineEdit(),
    )
    _window = stacked(qtbot, button, icon_button, line)
    assert {w.sizeHint().height() for w in (button, icon_button, line)} == {CONTROL_HEIGHT}


def test_focus_does_not_change_a_buttons_size(qtbot: QtBot) -> None:
    button, other = Button("settings.save"), Button("settings.undo")
    _window = stacked(qtbot, button, other)
    other.setFocus()
    before = button.sizeHint()
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    assert button.sizeHint() == before


def test_clicking_a_button_leaves_the_cursor_where_one_types(qtbot: QtBot) -> None:
    line, button = QLineEdit(), Button("call_service.hold_call", "pause")
    _window = stacked(qtbot, line, button)
    line.setFocus()
    with qtbot.waitSignal(button.clicked):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert line.hasFocus()


def test_a_button_is_reached_and_pressed_by_keyboard(qtbot: QtBot) -> None:
    line, button = QLineEdit(), Button("call_service.hold_call", "pause")
    _window = stacked(qtbot, line, button)
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_Tab)
    qtbot.waitUntil(button.hasFocus)
    with qtbot.waitSignal(button.clicked):
        QTest.keyClick(button, Qt.Key.Key_Space)


def test_a_tooltip_names_the_shortcut(qtbot: QtBot) -> None:
    button = Button("call_service.answer_call", "phone", shortcut_hint="F4")
    small = IconButton("search", "search.name", shortcut_hint="Ctrl+K")
    _window = stacked(qtbot, button, small)
    assert button.toolTip() == "Answer (F4)"
    assert small.toolTip() == "Search customers, tickets and numbers (Ctrl+K)"
    assert small.accessibleName() == "Search customers, tickets and numbers"
    set_language(Language.ZH)
    qtbot.waitUntil(lambda: button.toolTip() == "接听 (F4)")
    assert small.accessibleName() == "搜索客户、工单和号码"


def test_a_button_can_change_its_meaning(qtbot: QtBot) -> None:
    button = Button("call_service.hold_call", "pause")
    _window = stacked(qtbot, button)
    button.set_text_key("call_service.retrieve_call", "play")
    button.set_role("primary")
    assert button.text() == "Retrieve"
    assert button.property("role") == "primary"
    small = IconButton("moon", "nav.to_dark")
    qtbot.addWidget(small)
    small.set_icon("sun", "nav.to_light")
    assert small.accessibleName() == "Light theme"


def test_a_field_says_its_error_under_the_editor(qtbot: QtBot) -> None:
    field = FormField("field.subject", QLineEdit())
    _window = stacked(qtbot, field)
    assert field.editor.accessibleName() == "Subject"
    height = field.sizeHint().height()
    field.set_error("A subject is needed")
    assert field.error() == "A subject is needed"
    assert field.editor.accessibleDescription() == "A subject is needed"
    assert field.editor.property("invalid") is True
    assert field.sizeHint().height() > height
    field.set_error("")
    assert field.error() == ""
    assert field.sizeHint().height() == height


def test_a_field_hands_the_focus_to_its_editor(qtbot: QtBot) -> None:
    field = FormField("field.subject", QLineEdit())
    _window = stacked(qtbot, field)
    field.setFocus()
    assert field.editor.hasFocus()


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Anna Müller", "AM"),
        ("Anna Maria von Müller", "AM"),
        ("王芳", "王芳"),
        ("王 芳 Wang Fang", "王芳"),
        ("欧阳娜娜", "欧阳"),
        ("anna", "A"),
        ("  ", ""),
        ("", ""),
        ("(new) Anna", "A"),
        ("😀 Anna", "A"),
    ],
)
def test_initials_stand_for_a_name(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_an_avatar_paints_with_and_without_a_name(qtbot: QtBot) -> None:
    avatar = Avatar()
    _window = stacked(qtbot, avatar)
    empty = avatar.grab().toImage()
    avatar.set_name("王芳")
    assert avatar.grab().toImage() != empty
    assert avatar.accessibleName() == "王芳"


def test_a_pill_fits_its_text_and_changes_its_colours(qtbot: QtBot) -> None:
    pill = Pill("Gold", "warning")
    _window = stacked(qtbot, pill)
    narrow, before = pill.sizeHint().width(), pill.grab().toImage()
    pill.set_kind("success")
    assert pill.kind == "success"
    assert pill.grab().toImage() != before
    pill.setText("Possible matches")
    assert pill.sizeHint().width() > narrow
    apply_theme(ThemeName.LIGHT, 200)
    assert pill.sizeHint().height() == 44


def test_a_banner_tells_acts_and_closes(qtbot: QtBot) -> None:
    banner = Banner("The database answers slowly.", "warning", action="Retry")
    _window = stacked(qtbot, banner)
    button = banner.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    actions = [w for w in button if w.focusPolicy() is Qt.FocusPolicy.TabFocus]
    with qtbot.waitSignal(banner.action_requested):
        QTest.keyClick(actions[0], Qt.Key.Key_Space)
    with qtbot.waitSignal(banner.closed):
        QTest.keyClick(actions[1], Qt.Key.Key_Space)
    assert banner.isHidden()
    banner.show_text("Back again", "success")
    assert banner.isVisible()
    assert (banner.text(), banner.kind) == ("Back again", "success")


def test_a_label_that_is_cut_tells_the_rest_in_its_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel("Router offline since the outage in the morning")
    _window = stacked(qtbot, label)
    label.resize(2000, 20)
    assert not label.is_cut()
    assert label.toolTip() == ""
    label.resize(80, 20)
    assert label.is_cut()
    assert label.toolTip() == label.text()


def test_labels_follow_language_and_values(qtbot: QtBot) -> None:
    label = Label("recovery.plain", role="muted")
    _window = stacked(qtbot, label)
    label.set_key("recovery.plain", moment="21:40")
    assert label.text() == "Saved 21:40"
    set_language(Language.ZH)
    qtbot.waitUntil(lambda: label.text() == "21:40 保存")


def test_a_card_has_a_heading_only_when_it_has_a_title(qtbot: QtBot) -> None:
    card = Card("settings.look")
    _window = stacked(qtbot, card)
    assert card.title.text() == "Look"
    assert not Card().findChildren(Label)


def test_an_empty_place_can_say_something_else(qtbot: QtBot) -> None:
    empty = EmptyState("inbox", "shell.timeline")
    _window = stacked(qtbot, empty)
    texts = [label.text() for label in empty.findChildren(Label) if label.isVisible()]
    assert texts == ["Timeline"]
    empty.set_keys("search", "shell.ticket", "search.keys")
    texts = [label.text() for label in empty.findChildren(Label) if label.isVisible()]
    assert texts == ["Ticket", "↑ ↓ to choose · Enter opens · Esc closes"]


def test_a_keycap_shows_its_keys(qtbot: QtBot) -> None:
    keycap = Keycap("Ctrl+K")
    qtbot.addWidget(keycap)
    assert keycap.text() == "Ctrl+K"


def test_the_wheel_changes_only_the_editor_with_the_focus(qtbot: QtBot) -> None:
    spin, line = QSpinBox(), QLineEdit()
    _window = stacked(qtbot, line, spin)
    calm = CalmWheel(spin)
    calm.watch(spin)
    line.setFocus()
    QApplication.sendEvent(spin, wheel(spin))
    assert spin.value() == 0
    spin.setFocus()
    QApplication.sendEvent(spin, wheel(spin))
    assert spin.value() == 1


def wheel(target: QWidget) -> QWheelEvent:
    middle = QPointF(target.rect().center())
    return QWheelEvent(
        middle,
        target.mapToGlobal(middle),
        QPoint(0, 0),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )


@pytest.mark.parametrize("theme", list(ThemeName))
@pytest.mark.parametrize("scale", [100, 200])
def test_sizes_follow_the_text_scale(qtbot: QtBot, theme: ThemeName, scale: int) -> None:
    apply_theme(theme, scale)
    button = Button("settings.save", "check")
    _window = stacked(qtbot, button)
    assert button.sizeHint().height() == CONTROL_HEIGHT * scale // 100
    assert button.iconSize().height() == 18 * scale // 100
    assert button.grab().toImage().size() == QSize(button.width(), button.height())
