"""Icons follow the theme by themselves, stay sharp, and a missing one harms nobody."""

import ast
import logging
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from ui.icons import ICON_FOLDER, icon, pixmap
from ui.theme.theme import ThemeName, apply_theme
from ui.theme.tokens import DARK, LIGHT

UI = Path(__file__).parents[3] / "ui"


def strongest_colour(image: QImage) -> QColor:
    points = [(x, y) for x in range(image.width()) for y in range(image.height())]
    x, y = max(points, key=lambda point: image.pixelColor(*point).alpha())
    return image.pixelColor(x, y)


def is_near(one: QColor, other: str) -> bool:
    wanted = QColor(other)
    pairs = ((one.red(), wanted.red()), (one.green(), wanted.green()), (one.blue(), wanted.blue()))
    return all(abs(a - b) <= 6 for a, b in pairs)


def test_an_icon_has_the_colour_of_its_token(qtbot: QtBot) -> None:
    assert is_near(strongest_colour(pixmap("phone", "danger", 24).toImage()), LIGHT.danger)


def test_an_icon_follows_the_theme_without_being_made_anew(qtbot: QtBot) -> None:
    made = icon("phone", "text")
    assert is_near(strongest_colour(made.pixmap(QSize(24, 24)).toImage()), LIGHT.text)
    apply_theme(ThemeName.DARK)
    assert is_near(strongest_colour(made.pixmap(QSize(24, 24)).toImage()), DARK.text)


def test_a_disabled_icon_is_pale(qtbot: QtBot) -> None:
    drawn = icon("phone", "text").pixmap(QSize(24, 24), QIcon.Mode.Disabled)
    assert is_near(strongest_colour(drawn.toImage()), LIGHT.text_disabled)


def test_an_icon_is_drawn_in_the_pixels_of_a_sharp_screen(qtbot: QtBot) -> None:
    drawn = icon("phone").pixmap(QSize(18, 18), 2.0)
    assert drawn.size() == QSize(36, 36)
    assert drawn.devicePixelRatio() == 2.0


def test_a_wide_icon_keeps_its_distance_to_the_text(qtbot: QtBot) -> None:
    image = icon("phone").pixmap(QSize(30, 18)).toImage()
    right_part = image.copy(18, 0, 12, 18)
    assert image.size() == QSize(30, 18)
    assert strongest_colour(right_part).alpha() == 0


def test_a_missing_icon_is_logged_and_stays_empty(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="ui.icons")
    drawn = pixmap("no-such-icon", "text", 24)
    assert strongest_colour(drawn.toImage()).alpha() == 0
    assert "icon no-such-icon stays empty" in caplog.text


def test_icons_outlive_the_widgets_that_show_them(qtbot: QtBot) -> None:
    kept = []
    for name in ("phone", "ticket", "search") * 20:
        button = QPushButton()
        button.setIcon(icon(name))
        kept.append(button.icon())
        button.deleteLater()
    assert not any(one.pixmap(16).isNull() for one in kept)


def test_every_icon_that_a_screen_names_is_vendored() -> None:
    makers = {"icon": 0, "pixmap": 0, "IconButton": 0, "EmptyState": 0, "NavButton": 0}
    makers["Button"] = 1
    missing = []
    for path in UI.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            place = makers.get(node.func.id)
            if place is None or len(node.args) <= place:
                continue
            named = node.args[place]
            name = named.value if isinstance(named, ast.Constant) else ""
            if isinstance(name, str) and name and not (ICON_FOLDER / f"{name}.svg").is_file():
                missing.append(f"{path.relative_to(UI)}: {name}")
    assert missing == []
