"""A telephone keypad: sends digits into a call by mouse or keyboard; main thread."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.language import tr
from ui.theme.theme import colour, px, text_font, theme_signals
from ui.theme.tokens import FOCUS_WIDTH, RADIUS, S
from ui.widgets.buttons import IconButton
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.label import Label

KEYS: Final = ("123A", "456B", "789C", "*0#D")
"""Rows as on ITU-T Q.23 telephones; the last column has no key on ordinary ones."""

_LETTERS: Final = {
    "2": "ABC",
    "3": "DEF",
    "4": "GHI",
    "5": "JKL",
    "6": "MNO",
    "7": "PQRS",
    "8": "TUV",
    "9": "WXYZ",
}
KEY_WIDTH: Final = 64
KEY_HEIGHT: Final = 46
KEY_TEXT: Final = 17
LETTER_TEXT: Final = 10
SHOWN_DIGITS: Final = 24


class DtmfPad(QWidget):
    """Emits each digit as it is pressed and shows what was sent."""

    digit_pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sent = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._display = ElidedLabel(role="title")
        self._display.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint = Label("call_bar.keypad_hint", role="muted")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._letters_toggle = IconButton("chevron-right", "call_bar.keypad_letters")
        self._letters_toggle.setCheckable(True)
        self._letters_toggle.toggled.connect(self._show_letters)
        self._keys = {key: _Key(key) for row in KEYS for key in row}
        for key, button in self._keys.items():
            button.clicked.connect(partial(self._press, key))
        self._lay_out()
        self._show_letters(False)
        self.retranslate()

    def sent(self) -> str:
        """Return the digits sent since `clear`."""
        return self._sent

    def clear(self) -> None:
        """Forget what was sent; for the next call."""
        self._sent = ""
        self._show_sent()

    def key(self, digit: str) -> QAbstractButton:
        """Return the key of ``digit``."""
        return self._keys[digit]

    def letters_toggle(self) -> IconButton:
        """Return the button that shows A to D."""
        return self._letters_toggle

    def retranslate(self) -> None:
        """Set every text in the current language."""
        for digit, key in self._keys.items():
            key.setAccessibleName(tr("call_bar.keypad_key", key=digit))
        self._show_sent()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Send the digit that was typed; A to D only while they are shown."""
        digit = event.text().upper()
        command = event.modifiers() & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        )
        if len(digit) == 1 and digit in self._keys and not command:
            if not self._keys[digit].isHidden():
                self._press(digit)
            return
        super().keyPressEvent(event)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(S)
        for row, keys in enumerate(KEYS):
            for column, key in enumerate(keys):
                grid.addWidget(self._keys[key], row, column)
        top = QHBoxLayout()
        top.addWidget(self._display, 1)
        top.addWidget(self._letters_toggle)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(S)
        layout.addLayout(top)
        layout.addLayout(grid)
        layout.addWidget(self._hint)

    def _press(self, digit: str, _checked: bool = False) -> None:
        self._sent += digit
        self._show_sent()
        self.digit_pressed.emit(digit)

    def _show_sent(self) -> None:
        tail = self._sent[-SHOWN_DIGITS:]
        self._display.setText(tail if tail == self._sent else f"…{tail}")
        self._display.setAccessibleName(f"{tr('call_bar.keypad_sent')}: {self._sent}")

    def _show_letters(self, shown: bool) -> None:
        for row in KEYS:
            self._keys[row[-1]].setVisible(shown)
        self._letters_toggle.set_icon("chevron-left" if shown else "chevron-right")


class _Key(QAbstractButton):
    """One key: a large digit with the small letters of old telephones under it."""

    def __init__(self, digit: str) -> None:
        super().__init__()
        self._digit = digit
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme_signals().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(px(KEY_WIDTH), px(KEY_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = "pressed" if self.isDown() else "hover" if self.underMouse() else "card"
        painter.setBrush(colour(ground))
        focus = QPen(colour("focus"), FOCUS_WIDTH)
        painter.setPen(focus if self.hasFocus() else QPen(colour("border"), 1))
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(frame, px(RADIUS), px(RADIUS))
        letters = _LETTERS.get(self._digit, "")
        place = self.rect()
        painter.setFont(text_font(KEY_TEXT, QFont.Weight.DemiBold))
        painter.setPen(colour("text"))
        upper = place.adjusted(0, px(4), 0, -px(16)) if letters else place
        painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, self._digit)
        painter.setFont(text_font(LETTER_TEXT))
        painter.setPen(colour("text_muted"))
        lower = QRect(place.left(), place.bottom() - px(18), place.width(), px(14))
        painter.drawText(lower, Qt.AlignmentFlag.AlignCenter, letters)
        painter.end()
