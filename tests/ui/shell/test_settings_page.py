"""The settings page: shown at once, checked at the field, saved or taken back."""

from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from agent_desk.domain.identifiers import known_regions
from agent_desk.settings import Settings, settings_from
from tests.ui.preview import SETTINGS
from ui.language import Language, current_language, set_language
from ui.shell.settings_page import SettingsPage
from ui.theme.theme import ThemeName, apply_theme, current_theme, scale_percent
from ui.widgets.buttons import Button

W = TypeVar("W", bound=QWidget)


@pytest.fixture
def page(qtbot: QtBot) -> SettingsPage:
    page = SettingsPage(regions=lambda: ("DE", "CN", "FR"))
    page.show_settings(SETTINGS)
    page.resize(900, 700)
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    return page


def editor(page: SettingsPage, kind: type[W], name: str) -> W:
    return next(w for w in page.findChildren(kind) if w.accessibleName() == name)


def button(page: SettingsPage, text: str) -> Button:
    return next(b for b in page.findChildren(Button) if b.text() == text)


def save(page: SettingsPage) -> None:
    QTest.mouseClick(button(page, "Save"), Qt.MouseButton.LeftButton)


def lines(page: SettingsPage) -> list[str]:
    return [label.text() for label in page.findChildren(QLabel) if label.isVisible()]


def choose(combo: QComboBox, value: str) -> None:
    combo.setCurrentIndex(combo.findData(value))


def test_what_is_shown_is_what_was_given(page: SettingsPage) -> None:
    form = page.form()
    devices = ("microphone", "speaker", "ringer")
    chosen = {**dict.fromkeys(devices, ""), **{f"{device}_name": "" for device in devices}}
    boxes = {"ring_silent": "false", "call_waiting_tone": "true", "raise_on_ring": "true"}
    assert form == {**SETTINGS, **chosen, **boxes}
    assert not page.is_changed()
    assert not button(page, "Save").isEnabled()


def test_changes_are_saved_as_texts(page: SettingsPage, qtbot: QtBot) -> None:
    editor(page, QLineEdit, "My name").setText("  Wang Fang 王芳 ")
    editor(page, QSpinBox, "After-call work ends after").setValue(90)
    for word in ("Silent", "Soft tone"):
        box = next(b for b in page.findChildren(QCheckBox) if word in b.text())
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Space)
    assert page.is_changed()
    assert "Not saved yet" in lines(page)
    with qtbot.waitSignal(page.saved) as saved:
        save(page)
    assert saved.args is not None
    form = saved.args[0]
    assert form["agent_name"] == "Wang Fang 王芳"
    assert form["wrap_up_seconds"] == "90"
    assert form["ring_silent"] == "true"
    assert form["call_waiting_tone"] == "false"
    assert form["agent_id"] == "agent017"
    page.show_saved()
    assert not page.is_changed()
    assert "Saved" in lines(page)


def test_the_look_is_shown_at_once_and_taken_back(page: SettingsPage, qtbot: QtBot) -> None:
    choose(editor(page, QComboBox, "Theme"), "dark")
    choose(editor(page, QComboBox, "Text size"), "150")
    choose(editor(page, QComboBox, "Language"), "zh")
    assert current_theme() is ThemeName.DARK
    assert scale_percent() == 150
    assert current_language() is Language.ZH
    qtbot.waitUntil(lambda: any(b.text() == "撤销更改" for b in page.findChildren(Button)))
    undo = button(page, "撤销更改")
    undo.setFocus()
    QTest.keyClick(undo, Qt.Key.Key_Space)
    assert current_theme() is ThemeName.LIGHT
    assert scale_percent() == 100
    assert current_language() is Language.EN
    assert not page.is_changed()


def test_the_look_stays_after_saving(page: SettingsPage, qtbot: QtBot) -> None:
    choose(editor(page, QComboBox, "Theme"), "dark")
    with qtbot.waitSignal(page.saved):
        save(page)
    page.show_saved()
    page.undo()
    assert current_theme() is ThemeName.DARK


def test_a_missing_name_is_said_at_the_field_and_not_saved(
    page: SettingsPage, qtbot: QtBot
) -> None:
    name = editor(page, QLineEdit, "My name")
    name.setText("   ")
    with qtbot.assertNotEmitted(page.saved):
        save(page)
    assert "A name is needed, 1 to 80 characters" in lines(page)
    assert name.hasFocus()
    name.setText("Li")
    with qtbot.waitSignal(page.saved):
        save(page)
    assert "A name is needed, 1 to 80 characters" not in lines(page)


def test_an_unknown_region_is_said_at_the_field(page: SettingsPage, qtbot: QtBot) -> None:
    region = editor(page, QComboBox, "Region in which numbers are read")
    region.setCurrentText("Atlantis")
    with qtbot.assertNotEmitted(page.saved):
        save(page)
    assert any("“Atlantis” is no region" in line for line in lines(page))


@pytest.mark.parametrize("typed", ["de", "DE", "DE · Germany", " de "])
def test_a_region_may_be_typed_by_its_code(page: SettingsPage, qtbot: QtBot, typed: str) -> None:
    editor(page, QComboBox, "Region in which numbers are read").setCurrentText(typed)
    with qtbot.waitSignal(page.saved) as saved:
        save(page)
    assert saved.args is not None
    assert saved.args[0]["region"] == "DE"


def test_a_region_is_found_by_a_part_of_its_name(page: SettingsPage, qtbot: QtBot) -> None:
    region = editor(page, QComboBox, "Region in which numbers are read")
    completer = region.completer()
    assert completer is not None
    completer.setCompletionPrefix("germ")
    assert completer.currentCompletion() == "DE · Germany"


def test_a_refusal_of_the_file_is_shown_where_it_belongs(page: SettingsPage) -> None:
    page.show_error("agent_name", "The name is taken")
    assert "The name is taken" in lines(page)
    page.show_error("file", "settings.toml cannot be written")
    assert "settings.toml cannot be written" in lines(page)


def test_a_size_that_the_list_lacks_is_kept(page: SettingsPage) -> None:
    page.show_settings({**SETTINGS, "scale_percent": "130"})
    assert page.form()["scale_percent"] == "130"
    assert editor(page, QComboBox, "Text size").currentText() == "130 %"


def test_every_setting_of_the_form_makes_a_settings_file(page: SettingsPage) -> None:
    form = page.form()
    assert set(form) <= set(Settings.__dataclass_fields__)
    kinds = {name: type(getattr(Settings(), name)) for name in form}
    typed = {
        name: text == "true" if kinds[name] is bool else kinds[name](text)
        for name, text in form.items()
    }
    assert settings_from(typed, file="settings.toml").agent_name == "Li Ming 李明"
    assert "CN" in known_regions()


def test_a_form_of_a_real_settings_object_is_shown(page: SettingsPage) -> None:
    settings = Settings(language="zh", theme="dark", ring_silent=True, database="/data/desk.db")
    texts = {name: str(getattr(settings, name)) for name in Settings.__dataclass_fields__}
    page.show_settings(texts)
    assert not page.is_changed()
    assert page.form()["ring_silent"] == "true"
    assert editor(page, QLineEdit, "Database file").text() == "/data/desk.db"
    assert editor(page, QLineEdit, "Database file").isReadOnly()


def test_tab_goes_from_top_to_bottom(page: SettingsPage) -> None:
    start = editor(page, QComboBox, "Language")
    start.setFocus()
    seen = []
    for _ in range(14):
        focused = QApplication.focusWidget()
        assert focused is not None
        seen.append(focused.accessibleName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert seen[:4] == ["Language", "Theme", "Text size", "My name"]
    times, calls = seen.index("After-call work ends after"), seen.index("Microphone")
    assert times < calls < seen.index("Test sound") < seen.index("Ring volume")


@pytest.mark.parametrize("theme", list(ThemeName))
@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("scale", [100, 200])
def test_every_look_has_all_texts_in_full(
    qtbot: QtBot, theme: ThemeName, language: Language, scale: int
) -> None:
    apply_theme(theme, scale)
    set_language(language)
    page = SettingsPage(regions=lambda: ("CN",))
    page.show_settings(SETTINGS)
    qtbot.addWidget(page)
    page.resize(1216, 660)
    page.show()
    QApplication.processEvents()
    for label in page.findChildren(QLabel):
        if label.isVisible() and label.text() and not label.wordWrap():
            assert label.width() >= label.minimumSizeHint().width(), label.text()
