"""What is drawn and measured once and kept: round grounds, widths of words, broken lines."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.theme.theme import ThemeName, apply_theme, colour, text_font, text_width
from ui.widgets.grounds import round_ground
from ui.widgets.wrapped_label import WrappedLabel


def drawn(token: str, border: str = "") -> QImage:
    """Return a ground of 40 by 20 pixels on white."""
    image = QImage(40, 20, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.drawPixmap(0, 0, round_ground(painter, token, (40, 20), 10, border=border))
    painter.end()
    return image


def test_a_ground_is_round_and_has_the_colours_of_the_theme(qtbot: QtBot) -> None:
    for theme in ThemeName:
        apply_theme(theme, 100)
        image = drawn("accent", border="danger")
        assert image.pixelColor(20, 10) == colour("accent")
        assert image.pixelColor(20, 10) != image.pixelColor(20, 1)
        assert image.pixelColor(0, 0) == QColor("white")


def test_a_width_follows_the_text_scale(qtbot: QtBot) -> None:
    bold = QFont.Weight.DemiBold
    apply_theme(ThemeName.LIGHT, 100)
    small = text_width("Anna Müller", 15, bold)
    apply_theme(ThemeName.LIGHT, 200)
    large = text_width("Anna Müller", 15, bold)
    assert small < large
    assert large == QFontMetrics(text_font(15, bold)).horizontalAdvance("Anna Müller")


def test_a_wrapped_label_takes_another_line_for_a_longer_text(qtbot: QtBot) -> None:
    window = QWidget()
    layout = QVBoxLayout(window)
    label = WrappedLabel(lines=2)
    layout.addWidget(label)
    layout.addStretch(1)
    qtbot.addWidget(window)
    window.resize(200, 200)
    window.show()
    label.setText("Anna")
    qtbot.waitUntil(lambda: label.height() == label.heightForWidth(label.width()))
    one_line = label.height()
    label.setText("Anna Katharina Müller-Lüdenscheidt of Oberammergau")
    qtbot.waitUntil(lambda: label.height() == 2 * one_line)
    assert label.text() == label.toolTip() == label.accessibleName()
    assert len(label.shown_lines()) == 2
    label.setText("Otto")
    qtbot.waitUntil(lambda: label.height() == one_line)
    assert label.shown_lines() == ["Otto"]
