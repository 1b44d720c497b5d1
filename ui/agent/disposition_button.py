"""One result of a call as a button that shows its digit key; main thread."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from agent_desk.domain.interaction import Disposition
from ui.icons import pixmap
from ui.language import in_all_languages, tr
from ui.theme.theme import colour, px, text_font, theme_signals
from ui.theme.tokens import (
    FOCUS_WIDTH,
    RADIUS,
    SMALL_TEXT_SIZE,
    S,
)

HEIGHT: Final = 32
CAP: Final = 20
CHECK: Final = 16


class DispositionButton(QAbstractButton):
    """Checked: chosen. A suggestion has a small star until another one is chosen."""

    def __init__(self, disposition: Disposition, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._disposition = disposition
        self._key = key
        self._suggested = False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme_signals().changed.connect(self.updateGeometry)
        self.retranslate()

    def set_suggested(self, suggested: bool) -> None:
        """Mark it as what the desk would choose."""
        self._suggested = suggested
        self.retranslate()
        self.update()

    def is_suggested(self) -> bool:
        """Return whether it is what the desk would choose."""
        return self._suggested

    def retranslate(self) -> None:
        """Set every text in the current language."""
        word = tr(f"disposition.{self._disposition.value}")
        tip = tr("wrap_up.choice_tip", word=word, key=self._key)
        hint = tr("wrap_up.suggested")
        self.setText(word)
        self.setAccessibleName(f"{tip} {hint}" if self._suggested else tip)
        self.setToolTip(f"{tip}\n{hint}" if self._suggested else tip)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def sizeHint(self) -> QSize:
        """Return a size that holds the word in every language."""
        metrics = QFontMetrics(self._font())
        words = in_all_languages(f"disposition.{self._disposition.value}")
        widest = max(metrics.horizontalAdvance(word) for word in words)
        return QSize(widest + px(CAP) + px(CHECK) + 4 * px(S), px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Return the same size: a result's word is never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint frame, key, word and the sign of the choice."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if self.isEnabled() else 0.5)
        self._paint_frame(painter)
        self._paint_key(painter)
        painter.setFont(self._font())
        painter.setPen(colour("accent" if self.isChecked() else "text"))
        words = self.rect().adjusted(px(S) * 2 + px(CAP), 0, -px(S), 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        sign = "check" if self.isChecked() else "star" if self._suggested else ""
        if sign:
            token = "accent" if self.isChecked() else "text_muted"
            top = (self.height() - px(CHECK)) // 2
            symbol = pixmap(sign, token, px(CHECK))
            painter.drawPixmap(self.width() - px(S) - px(CHECK), top, symbol)
        painter.end()

    def _paint_frame(self, painter: QPainter) -> None:
        pen = QPen(colour("accent" if self.isChecked() else "border"), 1)
        if self.hasFocus():
            pen = QPen(colour("focus"), FOCUS_WIDTH)
        ground = "card"
        if self.isChecked():
            ground = "accent_soft"
        elif self.underMouse():
            ground = "hover"
        painter.setPen(pen)
        painter.setBrush(colour(ground))
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(frame, px(RADIUS), px(RADIUS))

    def _paint_key(self, painter: QPainter) -> None:
        cap = QRectF(px(S), (self.height() - px(CAP)) / 2, px(CAP), px(CAP))
        painter.setPen(QPen(colour("border_strong"), 1))
        painter.setBrush(colour("raised"))
        painter.drawRoundedRect(cap, px(5), px(5))
        painter.setFont(text_font(SMALL_TEXT_SIZE, QFont.Weight.Medium))
        painter.setPen(colour("text_muted"))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._key)

    def _font(self) -> QFont:
        return text_font(weight=QFont.Weight.Medium)
