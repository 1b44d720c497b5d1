"""A choice as a button that shows the digit by which it is taken; main thread."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui.language import tr
from ui.theme.theme import colour, px, text_font, theme_signals
from ui.theme.tokens import FOCUS_WIDTH, RADIUS, SMALL_TEXT_SIZE, S
from ui.widgets.buttons import with_shortcut

_HEIGHT: Final = 32
_CAP: Final = 20


class NumberedChoice(QAbstractButton):
    """A text with its digit in front; what does not fit is cut and told by the tooltip."""

    def __init__(self, text_key: str, digit: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text_key = text_key
        self._digit = digit
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme_signals().changed.connect(self.updateGeometry)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the text in the current language."""
        text = tr(self._text_key)
        self.setText(text)
        self.setAccessibleName(text)
        self.setToolTip(with_shortcut(text, self._digit))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def sizeHint(self) -> QSize:
        """Return room for all of the text."""
        width = QFontMetrics(self._font()).horizontalAdvance(self.text())
        return QSize(width + px(_CAP) + 4 * px(S), px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Return a width at which the text is cut but readable."""
        return QSize(px(120), px(_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint frame, digit and text."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.hasFocus()
        painter.setPen(
            QPen(colour("focus" if focused else "border"), FOCUS_WIDTH if focused else 1)
        )
        painter.setBrush(colour("hover" if self.underMouse() else "card"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), px(RADIUS), px(RADIUS))
        self._paint_digit(painter)
        painter.setFont(self._font())
        painter.setPen(colour("text"))
        words = self.rect().adjusted(px(S) * 2 + px(_CAP), 0, -px(S), 0)
        shown = QFontMetrics(self._font()).elidedText(
            self.text(), Qt.TextElideMode.ElideRight, words.width()
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()

    def _paint_digit(self, painter: QPainter) -> None:
        cap = QRectF(px(S), (self.height() - px(_CAP)) / 2, px(_CAP), px(_CAP))
        painter.setPen(QPen(colour("border_strong"), 1))
        painter.setBrush(colour("raised"))
        painter.drawRoundedRect(cap, px(5), px(5))
        painter.setFont(text_font(SMALL_TEXT_SIZE, QFont.Weight.Medium))
        painter.setPen(colour("text_muted"))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._digit)

    def _font(self) -> QFont:
        return text_font(weight=QFont.Weight.Medium)
