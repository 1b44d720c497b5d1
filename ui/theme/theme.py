"""The theme and text scale in use, and how to change them while running; main thread."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from ui.language import Language, current_language
from ui.theme.style_sheet import style_sheet
from ui.theme.tokens import DARK, LIGHT, TEXT_SIZE, Tokens

MIN_SCALE_PERCENT: Final = 100
MAX_SCALE_PERCENT: Final = 200

FONT_FAMILIES: Final = (
    "Inter",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Microsoft YaHei UI",
    "PingFang SC",
    "WenQuanYi Micro Hei",
    "sans-serif",
)
"""Inter first; the others carry Chinese on Linux, Windows and macOS."""


class ThemeName(StrEnum):
    """A theme that a person can choose."""

    LIGHT = "light"
    DARK = "dark"


class ThemeSignals(QObject):
    """Says when colours or sizes changed; painted things are then made anew."""

    changed = Signal()


class _Current:
    """The theme and the text scale in use."""

    def __init__(self) -> None:
        self.theme = ThemeName.LIGHT
        self.scale_percent = MIN_SCALE_PERCENT


_current = _Current()


@lru_cache(maxsize=1)
def theme_signals() -> ThemeSignals:
    """Return the one object whose ``changed`` follows every change of theme or scale."""
    return ThemeSignals()


def current_theme() -> ThemeName:
    """Return the theme in use."""
    return _current.theme


def current_tokens() -> Tokens:
    """Return the colours in use; read them while painting, never keep them."""
    return DARK if _current.theme is ThemeName.DARK else LIGHT


def colour(token: str) -> QColor:
    """Return the colour that the token of this name has now; copy it to change it."""
    return _colour(getattr(current_tokens(), token))


def scale_percent() -> int:
    """Return the text scale in use, 100 to 200."""
    return _current.scale_percent


def px(value: float) -> int:
    """Return a measure given for 100 % in pixels of the text scale in use."""
    return round(value * _current.scale_percent / 100)


def apply_theme(theme: ThemeName, scale_percent: int | None = None) -> None:
    """Show everything in ``theme``, at ``scale_percent`` when given (clamped to 100..200).

    Call it after `set_language` too: Chinese headings have another weight.
    """
    _current.theme = theme
    if scale_percent is not None:
        _current.scale_percent = max(MIN_SCALE_PERCENT, min(MAX_SCALE_PERCENT, scale_percent))
    application = QApplication.instance()
    if isinstance(application, QApplication):
        application.setFont(text_font())
        application.setPalette(_palette(current_tokens()))
        application.setStyleSheet(_style_sheet())
    theme_signals().changed.emit()


def resolve_theme(setting: str) -> ThemeName:
    """Return the theme that a setting means; "system" follows the computer."""
    if setting in tuple(ThemeName):
        return ThemeName(setting)
    dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
    return ThemeName.DARK if dark else ThemeName.LIGHT


def text_font(
    size: int = TEXT_SIZE,
    weight: QFont.Weight = QFont.Weight.Normal,
    *,
    tabular: bool = False,
) -> QFont:
    """Return the screen's font at ``size`` pixels of 100 %; ``tabular``: digits of equal width."""
    # A copy, which costs next to nothing: whoever asks may change it.
    return QFont(_font(px(size), weight, tabular))


def text_width(
    text: str,
    size: int = TEXT_SIZE,
    weight: QFont.Weight = QFont.Weight.Normal,
    *,
    tabular: bool = False,
) -> int:
    """Return how wide ``text`` is in one line of ``text_font``, in real logical pixels."""
    return _width(text, px(size), weight, tabular)


def heading_weight() -> QFont.Weight:
    """Return how bold headings, pills and initials are in the current language.

    The small Chinese font of a bare Linux has one weight, which the system makes bold for 700
    and leaves as it is for 600.
    """
    if current_language() is Language.ZH:
        return QFont.Weight.Bold
    return QFont.Weight.DemiBold


@lru_cache(maxsize=64)
def _colour(value: str) -> QColor:
    """Return the colour of "#rrggbb"; reading one is dear, and a paint asks for some hundred."""
    return QColor(value)


@lru_cache(maxsize=64)
def _font(pixels: int, weight: QFont.Weight, tabular: bool) -> QFont:
    font = QFont(list(FONT_FAMILIES))
    font.setPixelSize(pixels)
    font.setWeight(weight)
    if tabular:
        font.setFeature(QFont.Tag("tnum"), 1)
    return font


@lru_cache(maxsize=2048)
def _width(text: str, pixels: int, weight: QFont.Weight, tabular: bool) -> int:
    """Return a width in pixels; layouts ask for the same few words over and over."""
    return QFontMetrics(_font(pixels, weight, tabular)).horizontalAdvance(text)


def _style_sheet() -> str:
    return style_sheet(current_tokens(), _current.scale_percent, heading_weight().value)


def _palette(tokens: Tokens) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for target, value in (
        (role.Window, tokens.window),
        (role.WindowText, tokens.text),
        (role.Base, tokens.card),
        (role.AlternateBase, tokens.raised),
        (role.Text, tokens.text),
        (role.Button, tokens.card),
        (role.ButtonText, tokens.text),
        (role.BrightText, tokens.on_accent),
        (role.ToolTipBase, tokens.text),
        (role.ToolTipText, tokens.card),
        (role.PlaceholderText, tokens.text_muted),
        (role.Highlight, tokens.accent),
        (role.HighlightedText, tokens.on_accent),
        (role.Link, tokens.accent),
        (role.Mid, tokens.border),
        (role.Dark, tokens.border_strong),
        (role.Light, tokens.raised),
        (role.Accent, tokens.accent),
    ):
        palette.setColor(target, QColor(value))
    for target in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, QColor(tokens.text_disabled))
    return palette
