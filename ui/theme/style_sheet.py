"""The one application-wide style sheet, made of the tokens; pure text, main thread."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QDir

from ui.theme.tokens import (
    CARD_RADIUS,
    CONTROL_HEIGHT,
    DARK,
    HEADING_SIZE,
    NUMBER_SIZE,
    RADIUS,
    SMALL_TEXT_SIZE,
    TEXT_SIZE,
    TITLE_SIZE,
    Tokens,
)

GLYPHS: Final = "glyphs"
GLYPH_FOLDER: Final = Path(__file__).parent.parent / "assets" / "glyphs"


def style_sheet(tokens: Tokens, scale_percent: int, heading_weight: int = 600) -> str:
    """Return the whole style sheet for ``tokens`` at a text scale of ``scale_percent``."""
    # A search path keeps spaces and brackets of the installation folder out of url().
    QDir.setSearchPaths(GLYPHS, [str(GLYPH_FOLDER)])
    measures = _Measures(scale_percent, heading_weight)
    parts = (_surfaces, _labels, _buttons, _fields, _choices, _lists, _tabs, _rest)
    return "\n".join(part(tokens, measures) for part in parts)


class _Measures:
    """Pixel sizes at one text scale, and how bold headings are."""

    def __init__(self, scale_percent: int, heading_weight: int) -> None:
        self._scale = scale_percent / 100
        self.heading_weight = heading_weight

    def __call__(self, value: float, less: int = 0) -> str:
        """Return ``value`` of 100 % as pixels, ``less`` real pixels that a border takes."""
        return f"{round(value * self._scale) - less}px"


def _surfaces(t: Tokens, m: _Measures) -> str:
    return f"""
QMainWindow, QDialog, QWidget#window, QWidget#page {{ background: {t.window}; }}
QFrame#card, QFrame#popup {{
    background: {t.card}; border: 1px solid {t.border}; border-radius: {m(CARD_RADIUS)};
}}
QFrame#popup {{ border-color: {t.border_strong}; }}
QFrame#topBar {{ background: {t.card}; border: none; border-bottom: 1px solid {t.border}; }}
QFrame#navRail {{ background: {t.nav}; border: none; }}
QFrame#separator {{ background: {t.border}; border: none; max-height: 1px; min-height: 1px; }}
QToolTip {{
    background: {t.text}; color: {t.card}; border: none; padding: {m(4)} {m(8)};
    font-size: {m(SMALL_TEXT_SIZE)};
}}
QScrollArea, QScrollArea > QWidget > QWidget#scrolled {{ background: transparent; border: none; }}
"""


def _labels(t: Tokens, m: _Measures) -> str:
    return f"""
QLabel {{ color: {t.text}; background: transparent; }}
QLabel:disabled {{ color: {t.text_disabled}; }}
QLabel[role="muted"] {{ color: {t.text_muted}; font-size: {m(SMALL_TEXT_SIZE)}; }}
QLabel[role="heading"] {{
    font-size: {m(HEADING_SIZE)}; font-weight: {m.heading_weight};
}}
QLabel[role="title"] {{ font-size: {m(TITLE_SIZE)}; font-weight: {m.heading_weight}; }}
QLabel[role="number"] {{ font-size: {m(NUMBER_SIZE)}; font-weight: 600; }}
QLabel[role="carried"] {{
    background: {t.card}; border: 1px solid {t.accent}; border-radius: {m(RADIUS)};
    font-weight: {m.heading_weight};
}}
QLabel[role="error"] {{ color: {t.danger}; font-size: {m(SMALL_TEXT_SIZE)}; }}
QLabel[role="keycap"] {{
    background: {t.raised}; border: 1px solid {t.border_strong}; border-bottom-width: 2px;
    border-radius: {m(5)}; padding: {m(1)} {m(6)}; font-size: {m(SMALL_TEXT_SIZE)};
    color: {t.text};
}}
"""


def _buttons(t: Tokens, m: _Measures) -> str:
    # Borders have 1 px and the focus ring 2 px; the padding gives way so that nothing moves.
    return f"""
QPushButton, QToolButton {{
    background: {t.card}; color: {t.text}; border: 1px solid {t.border};
    border-radius: {m(RADIUS)}; padding: 0 {m(12)}; min-height: {m(CONTROL_HEIGHT, 2)};
    font-size: {m(TEXT_SIZE)}; font-weight: 500;
}}
QPushButton:hover, QToolButton:hover {{ background: {t.hover}; }}
QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked {{
    background: {t.pressed};
}}
QPushButton:disabled, QToolButton:disabled {{ background: {t.raised}; color: {t.text_disabled}; }}
QPushButton[role="primary"] {{
    background: {t.accent}; color: {t.on_accent}; border-color: {t.accent};
}}
QPushButton[role="primary"]:hover, QPushButton[role="primary"]:pressed {{
    background: {t.accent_hover}; border-color: {t.accent_hover};
}}
QPushButton[role="danger"] {{
    background: {t.danger}; color: {t.on_danger}; border-color: {t.danger};
}}
QPushButton[role="danger"]:hover, QPushButton[role="danger"]:pressed {{
    background: {t.danger_hover}; border-color: {t.danger_hover};
}}
QPushButton[role="primary"]:disabled, QPushButton[role="danger"]:disabled {{
    background: {t.raised}; color: {t.text_disabled}; border-color: {t.border};
}}
QPushButton[role="ghost"], QToolButton[role="ghost"] {{
    background: transparent; border-color: transparent; color: {t.text_muted};
}}
QPushButton[role="ghost"]:hover, QToolButton[role="ghost"]:hover {{ background: {t.hover}; }}
QPushButton[role="ghost"]:pressed, QToolButton[role="ghost"]:pressed,
QPushButton[role="ghost"]:checked, QToolButton[role="ghost"]:checked {{
    background: {t.selected}; color: {t.accent};
}}
QPushButton[role="ghost"]:disabled, QToolButton[role="ghost"]:disabled {{
    background: transparent; color: {t.text_disabled};
}}
QToolButton {{
    padding: 0; min-width: {m(CONTROL_HEIGHT, 2)}; max-width: {m(CONTROL_HEIGHT, 2)};
    max-height: {m(CONTROL_HEIGHT, 2)};
}}
QLineEdit QToolButton {{
    background: transparent; border: none; padding: 0;
    min-width: 0; max-width: none; min-height: 0; max-height: none;
}}
QPushButton:focus {{
    border: 2px solid {t.focus}; padding: 0 {m(12, 1)}; min-height: {m(CONTROL_HEIGHT, 4)};
}}
QPushButton[role="primary"]:focus, QPushButton[role="danger"]:focus {{
    border: 2px solid {t.text};
}}
QToolButton:focus {{
    border: 2px solid {t.focus}; min-width: {m(CONTROL_HEIGHT, 4)};
    max-width: {m(CONTROL_HEIGHT, 4)}; min-height: {m(CONTROL_HEIGHT, 4)};
    max-height: {m(CONTROL_HEIGHT, 4)};
}}
QPushButton::menu-indicator, QToolButton::menu-indicator {{
    image: url({GLYPHS}:chevron-down.svg); width: {m(14)}; height: {m(14)};
    subcontrol-origin: padding; subcontrol-position: right center; right: {m(6)};
}}
"""


def _fields(t: Tokens, m: _Measures) -> str:
    fields = "QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QAbstractSpinBox"
    focused = ", ".join(f"{field}:focus" for field in fields.split(", "))
    disabled = ", ".join(f"{field}:disabled" for field in fields.split(", "))
    wrong = ", ".join(f'{field}[invalid="true"]' for field in fields.split(", "))
    return f"""
{fields} {{
    background: {t.card}; color: {t.text}; border: 1px solid {t.border};
    border-radius: {m(RADIUS)}; padding: 0 {m(10)}; min-height: {m(CONTROL_HEIGHT, 2)};
    font-size: {m(TEXT_SIZE)};
    selection-background-color: {t.accent}; selection-color: {t.on_accent};
}}
QPlainTextEdit, QTextEdit {{ padding: {m(5)} {m(6)}; }}
QAbstractSpinBox {{ max-height: {m(CONTROL_HEIGHT, 2)}; }}
QAbstractSpinBox:focus {{ max-height: {m(CONTROL_HEIGHT, 4)}; }}
{disabled} {{ background: {t.raised}; color: {t.text_disabled}; }}
QLineEdit:hover, QComboBox:hover, QAbstractSpinBox:hover {{ border-color: {t.border_strong}; }}
{wrong} {{ border-color: {t.danger}; }}
{focused} {{
    border: 2px solid {t.focus}; padding: 0 {m(10, 1)}; min-height: {m(CONTROL_HEIGHT, 4)};
}}
QPlainTextEdit:focus, QTextEdit:focus {{ padding: {m(5, 1)} {m(6, 1)}; }}
QAbstractSpinBox QLineEdit, QComboBox QLineEdit {{
    border: none; padding: 0; min-height: 0; background: transparent;
}}
QLineEdit:read-only {{ background: {t.raised}; color: {t.text_muted}; }}
QTableView#regions {{
    background: {t.card}; border: 1px solid {t.border}; border-radius: {m(CARD_RADIUS)};
}}
QTableView#regions::item {{ padding: 0 {m(8)}; border-bottom: 1px solid {t.border}; }}
QTableView#regions::item:selected {{ background: {t.selected}; color: {t.text}; }}
QComboBox[filtering="true"] {{
    border-color: {t.accent}; background: {t.accent_soft}; color: {t.accent};
}}
QComboBox::drop-down {{ border: none; width: {m(26)}; }}
QComboBox::down-arrow {{
    image: url({GLYPHS}:chevron-down.svg); width: {m(16)}; height: {m(16)};
}}
QComboBox QAbstractItemView {{
    background: {t.card}; color: {t.text}; border: 1px solid {t.border_strong};
    border-radius: {m(RADIUS)}; padding: {m(4)}; outline: none;
    selection-background-color: {t.selected}; selection-color: {t.text};
}}
QComboBox QAbstractItemView::item {{ min-height: {m(30)}; padding: 0 {m(8)}; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{
    border: none; background: transparent; width: {m(22)};
}}
QAbstractSpinBox::up-arrow {{
    image: url({GLYPHS}:chevron-up.svg); width: {m(12)}; height: {m(12)};
}}
QAbstractSpinBox::down-arrow {{
    image: url({GLYPHS}:chevron-down.svg); width: {m(12)}; height: {m(12)};
}}
"""


def _choices(t: Tokens, m: _Measures) -> str:
    shade = "dark" if t is DARK else "light"
    return f"""
QCheckBox, QRadioButton {{ color: {t.text}; spacing: {m(8)}; background: transparent; }}
QCheckBox:disabled, QRadioButton:disabled {{ color: {t.text_disabled}; }}
QCheckBox::indicator, QRadioButton::indicator {{
    width: {m(16)}; height: {m(16)}; border: 1px solid {t.border_strong};
    border-radius: {m(5)}; background: {t.card};
}}
QRadioButton::indicator {{ border-radius: {m(8)}; }}
QCheckBox::indicator:checked, QRadioButton::indicator:checked {{
    background: {t.accent}; border-color: {t.accent};
}}
QCheckBox::indicator:checked {{ image: url({GLYPHS}:check-{shade}.svg); }}
QRadioButton::indicator:checked {{ image: url({GLYPHS}:dot-{shade}.svg); }}
QCheckBox::indicator:focus, QRadioButton::indicator:focus {{
    border: 2px solid {t.focus}; width: {m(16, 2)}; height: {m(16, 2)};
}}
QSlider:horizontal {{ min-height: {m(22)}; }}
QSlider::groove:horizontal {{ height: {m(4)}; background: {t.border}; border-radius: {m(2)}; }}
QSlider::sub-page:horizontal {{ background: {t.accent}; border-radius: {m(2)}; }}
QSlider::handle:horizontal {{
    background: {t.card}; border: 2px solid {t.accent}; width: {m(12)}; height: {m(12)};
    margin: {m(-6)} 0; border-radius: {m(5.8, -2)};
}}
QSlider::handle:horizontal:focus {{ background: {t.accent}; border-color: {t.text}; }}
"""


def _lists(t: Tokens, m: _Measures) -> str:
    return f"""
QAbstractItemView {{
    background: {t.card}; color: {t.text}; border: none; outline: none;
    alternate-background-color: {t.raised};
    selection-background-color: {t.selected}; selection-color: {t.text};
}}
QListView::item, QTreeView::item {{ min-height: {m(30)}; }}
QListWidget {{ border: 1px solid {t.border}; border-radius: {m(RADIUS)}; }}
QListWidget::item {{ min-height: {m(28)}; padding-left: {m(10)}; }}
QTreeView#plainTable::item {{ padding: 0 {m(8)}; }}
QAbstractItemView::item:hover {{ background: {t.hover}; }}
QAbstractItemView::item:selected {{ background: {t.selected}; color: {t.text}; }}
QAbstractItemView[ring="true"]:focus {{
    border: 2px solid {t.focus}; border-radius: {m(RADIUS)};
}}
QHeaderView {{ background: {t.card}; }}
QHeaderView::section {{
    background: {t.card}; color: {t.text_muted}; border: none;
    border-bottom: 1px solid {t.border}; padding: {m(6)} {m(8)};
    font-size: {m(SMALL_TEXT_SIZE)}; font-weight: 500;
}}
QMenu {{
    background: {t.card}; color: {t.text}; border: 1px solid {t.border_strong};
    padding: {m(4)};
}}
QMenu::item {{ padding: {m(7)} {m(24)} {m(7)} {m(10)}; border-radius: {m(6)}; }}
QMenu::item:selected {{ background: {t.selected}; color: {t.text}; }}
QMenu::item:disabled {{ color: {t.text_disabled}; }}
QMenu::icon {{ padding-left: {m(8)}; }}
QMenu::separator {{ height: 1px; background: {t.border}; margin: {m(4)} {m(6)}; }}
"""


def _tabs(t: Tokens, m: _Measures) -> str:
    return f"""
QTabWidget::pane {{ border: none; }}
QTabBar {{ background: transparent; border: none; qproperty-drawBase: 0; }}
QTabBar::tab {{
    background: transparent; color: {t.text_muted}; border: 2px solid transparent;
    padding: {m(7)} {m(12)}; font-weight: 500;
}}
QTabBar::tab:hover {{ color: {t.text}; }}
QTabBar::tab:selected {{ color: {t.text}; border-bottom-color: {t.accent}; }}
QTabBar::tab:focus {{ border-color: {t.focus}; border-radius: {m(6)}; }}
"""


def _rest(t: Tokens, m: _Measures) -> str:
    return f"""
QSplitter::handle {{ background: transparent; }}
QSplitter::handle:hover {{ background: {t.border}; }}
QScrollBar {{ background: transparent; border: none; margin: 0; }}
QScrollBar:vertical {{ width: {m(10)}; }}
QScrollBar:horizontal {{ height: {m(10)}; }}
QScrollBar::handle {{ background: {t.border_strong}; border-radius: {m(3)}; margin: {m(2)}; }}
QScrollBar::handle:vertical {{ min-height: {m(28)}; }}
QScrollBar::handle:horizontal {{ min-width: {m(28)}; }}
QScrollBar::handle:hover {{ background: {t.text_muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QProgressBar {{
    background: {t.border}; border: none; border-radius: {m(2)}; max-height: {m(4)};
    min-height: {m(4)};
}}
QProgressBar::chunk {{ background: {t.accent}; border-radius: {m(2)}; }}
"""
