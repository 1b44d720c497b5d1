"""The application: the pin of PySide6, fonts, name, and what the platform is told."""

import PySide6
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QFontInfo, QGuiApplication
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from agent_desk.settings import Settings
from ui.application import (
    APPLICATION_NAME,
    UnsuitableQtError,
    create_application,
    load_fonts,
    require_suitable_qt,
)
from ui.desk_view import DeskView
from ui.theme.theme import ThemeName, current_theme, scale_percent, theme_signals


@pytest.mark.parametrize(
    ("found", "python"),
    [((6, 11, 3), (3, 11)), ((6, 11, 9), (3, 13)), ((6, 12, 0), (3, 12)), ((7, 0, 0), (3, 14))],
)
def test_a_sound_pyside_is_taken(found: tuple[int, int, int], python: tuple[int, int]) -> None:
    require_suitable_qt(found, python)


@pytest.mark.parametrize(
    ("found", "python", "message"),
    [
        ((6, 10, 2), (3, 13), "PySide6 6.10.2 is too old; install 6.11.3 or newer"),
        ((6, 12, 0), (3, 11), "PySide6 6.12.0 crashes on Python 3.11 .* 6.11.3, or use Python"),
    ],
)
def test_an_unsuitable_pyside_is_refused_with_a_way_out(
    found: tuple[int, int, int], python: tuple[int, int], message: str
) -> None:
    with pytest.raises(UnsuitableQtError, match=message):
        require_suitable_qt(found, python)


def test_the_installed_pyside_is_suitable() -> None:
    assert PySide6.__version_info__[:2] == (6, 11)


def test_the_application_has_its_name_icon_and_style(qapp: QApplication) -> None:
    assert qapp.applicationName() == APPLICATION_NAME
    assert not qapp.windowIcon().isNull()
    assert QGuiApplication.desktopFileName() == "agent-desk"


def test_screens_with_odd_scales_are_not_rounded(qapp: QApplication) -> None:
    policy = QGuiApplication.highDpiScaleFactorRoundingPolicy()
    assert policy is Qt.HighDpiScaleFactorRoundingPolicy.PassThrough


def test_the_bundled_font_is_used(qapp: QApplication) -> None:
    assert load_fonts() == 3
    assert "Inter" in QFontDatabase.families()
    assert QFontInfo(qapp.font()).family() == "Inter"
    assert qapp.font().pixelSize() == 13


def test_an_existing_application_is_set_up_again(qapp: QApplication) -> None:
    assert create_application(["agent-desk"]) is qapp


def test_the_start_applies_the_theme_once_and_it_is_the_set_one(qtbot: QtBot) -> None:
    settings = Settings(language="en", theme="dark", scale_percent=125)
    applied = QSignalSpy(theme_signals().changed)
    create_application(["agent-desk"])
    view = DeskView(settings=settings, save_settings=lambda changed: None)
    qtbot.addWidget(view.window)
    assert applied.count() == 1
    assert (current_theme(), scale_percent()) == (ThemeName.DARK, 125)
