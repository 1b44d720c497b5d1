"""The about dialog: version and licences, in both languages, closed by keyboard."""

import PySide6
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ui.language import Language, set_language
from ui.shell import about
from ui.shell.about import AboutDialog, installed_version
from ui.shell.settings_page import SettingsPage
from ui.widgets.buttons import Button


def test_it_names_the_version_and_what_it_is_made_with(qtbot: QtBot) -> None:
    dialog = AboutDialog()
    qtbot.addWidget(dialog)
    dialog.open()
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert f"Version {installed_version()}" in texts
    assert PySide6.__version__ in texts
    assert {"LGPL 3", "ISC", "OFL 1.1"} <= set(texts)
    set_language(Language.ZH)
    qtbot.waitUntil(lambda: dialog.windowTitle() == "关于 Agent Desk")


def test_an_unpacked_program_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(about, "DISTRIBUTION", "no-such-distribution")
    assert installed_version() == "from the source folder"


def test_it_opens_from_the_settings_and_closes_by_escape(qtbot: QtBot) -> None:
    page = SettingsPage(regions=lambda: ("CN",))
    qtbot.addWidget(page)
    page.show()
    button = next(b for b in page.findChildren(Button) if b.text() == "About")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    dialog = page.findChild(AboutDialog)
    assert dialog is not None
    with qtbot.waitSignal(dialog.destroyed):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
