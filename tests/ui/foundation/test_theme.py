"""Both themes: readable by WCAG, applied while running, and the only source of colours."""

import dataclasses
import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from ui.language import Language, set_language
from ui.theme.style_sheet import GLYPH_FOLDER, style_sheet
from ui.theme.theme import (
    ThemeName,
    apply_theme,
    colour,
    current_tokens,
    heading_weight,
    px,
    resolve_theme,
    scale_percent,
    text_font,
    theme_signals,
)
from ui.theme.tokens import DARK, LIGHT, PAPER, Tokens

UI = Path(__file__).parents[3] / "ui"

READABLE = 4.5
"""WCAG 2.2, 1.4.3: contrast of text that is not large."""

SEEN = 3.0
"""WCAG 2.2, 1.4.11: contrast of what shows a control or its focus."""

PILLS = ("accent", "success", "warning", "danger", "info", "neutral")
SURFACES = ("window", "card", "raised", "hover", "selected")
TEXT_ON_SURFACE = [
    *((text, surface) for text in ("text", "text_muted") for surface in SURFACES),
    *((kind, f"{kind}_soft") for kind in PILLS),
    *(("text", f"{kind}_soft") for kind in PILLS),
    *((kind, "card") for kind in PILLS),
    ("danger", "window"),
    ("text", "pressed"),
    ("accent", "selected"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("on_danger", "danger"),
    ("on_danger", "danger_hover"),
    ("card", "text"),
]
MARK_ON_SURFACE = [
    *(("focus", surface) for surface in ("window", "card", "raised")),
    ("nav_icon", "nav"),
    ("nav_icon", "nav_hover"),
    ("nav_selected_icon", "nav_selected"),
]


def luminance(value: str) -> float:
    """Return the relative luminance of "#rrggbb" (WCAG 2.2)."""
    channels = [int(value[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_contrast_formula_gives_the_known_values() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "surface"), TEXT_ON_SURFACE)
def test_text_is_readable_on_its_surface(tokens: Tokens, text: str, surface: str) -> None:
    assert contrast(getattr(tokens, text), getattr(tokens, surface)) >= READABLE


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("mark", "surface"), MARK_ON_SURFACE)
def test_marks_are_seen_on_their_surface(tokens: Tokens, mark: str, surface: str) -> None:
    assert contrast(getattr(tokens, mark), getattr(tokens, surface)) >= SEEN


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_every_token_is_a_colour(tokens: Tokens) -> None:
    for field in dataclasses.fields(tokens):
        assert re.fullmatch(r"#[0-9a-f]{6}", getattr(tokens, field.name)), field.name


def test_what_is_printed_is_readable_on_white_paper_and_its_boxes_are_paler() -> None:
    white = "#ffffff"
    assert contrast(PAPER.text, white) > contrast(PAPER.text_muted, white) >= READABLE
    assert contrast(PAPER.text_muted, white) > contrast(PAPER.border, white)


def test_no_module_but_the_tokens_has_a_literal_colour() -> None:
    literal = re.compile(r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}['\"]|rgba?\(|GlobalColor\.(?!transp)")
    found = [
        f"{path.relative_to(UI)}: {match[0]}"
        for path in UI.rglob("*.py")
        if path.name != "tokens.py"
        for match in literal.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_a_theme_changes_palette_and_style_sheet_and_says_so(
    qtbot: QtBot, qapp: QApplication
) -> None:
    with qtbot.waitSignal(theme_signals().changed):
        apply_theme(ThemeName.DARK)
    assert current_tokens() is DARK
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(DARK.window)
    assert DARK.card in qapp.styleSheet()
    assert LIGHT.card not in qapp.styleSheet()
    assert colour("accent") == QColor(DARK.accent)


def test_scale_makes_text_and_measures_larger(qtbot: QtBot) -> None:
    label = QLabel("Router offline 断网")
    qtbot.addWidget(label)
    label.ensurePolished()
    before = label.sizeHint()
    apply_theme(ThemeName.LIGHT, 200)
    assert label.sizeHint().height() >= 1.8 * before.height()
    assert px(34) == 68
    assert text_font(13).pixelSize() == 26


@pytest.mark.parametrize(("asked", "used"), [(50, 100), (100, 100), (150, 150), (999, 200)])
def test_scale_stays_between_100_and_200_percent(asked: int, used: int) -> None:
    apply_theme(ThemeName.LIGHT, asked)
    assert scale_percent() == used


def test_a_theme_keeps_the_scale_unless_told() -> None:
    apply_theme(ThemeName.LIGHT, 125)
    apply_theme(ThemeName.DARK)
    assert scale_percent() == 125


def test_chinese_headings_are_bold_where_the_font_has_one_weight() -> None:
    assert heading_weight() is QFont.Weight.DemiBold
    set_language(Language.ZH)
    assert heading_weight() is QFont.Weight.Bold


def test_digits_can_have_equal_widths(qtbot: QtBot) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    label.setFont(text_font(13, tabular=True))
    widths = {label.fontMetrics().horizontalAdvance(digit * 4) for digit in "0123456789"}
    assert len(widths) == 1


@pytest.mark.parametrize("setting", ["light", "dark", "system"])
def test_a_setting_means_a_theme(setting: str) -> None:
    assert resolve_theme(setting) in ThemeName
    assert setting == "system" or resolve_theme(setting) == setting


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_every_glyph_that_the_style_sheet_names_is_there(tokens: Tokens) -> None:
    names = set(re.findall(r"url\(glyphs:([\w.-]+)\)", style_sheet(tokens, 100)))
    assert names
    assert [name for name in names if not (GLYPH_FOLDER / name).is_file()] == []


def test_the_style_sheet_has_no_mistake_that_qt_complains_about(
    qtbot: QtBot, capfd: pytest.CaptureFixture[str]
) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    for tokens in (LIGHT, DARK):
        label.setStyleSheet(style_sheet(tokens, 150))
        label.ensurePolished()
    assert "Could not parse" not in capfd.readouterr().err
