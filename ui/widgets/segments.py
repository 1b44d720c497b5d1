"""A few exclusive choices side by side, such as how a ticket is resolved; Qt main thread."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.language import tr
from ui.theme.theme import colour, px, text_font, theme_signals
from ui.theme.tokens import CONTROL_HEIGHT, RADIUS, SMALL_TEXT_SIZE


class Segments(QWidget):
    """One control for the whole row: Tab reaches it, arrows and 1..n choose, a click too."""

    chosen = Signal(str)

    def __init__(
        self, options: Iterable[tuple[str, str]], label_key: str, parent: QWidget | None = None
    ) -> None:
        """Offer ``options`` as (value, text key); ``label_key`` names the row."""
        super().__init__(parent)
        self._options = tuple(options)
        self._label_key = label_key
        self._current = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme_signals().changed.connect(self.updateGeometry)
        self.retranslate()

    def value(self) -> str:
        """Return the value of the marked segment."""
        return self._options[self._current][0]

    def choose(self, value: str) -> None:
        """Choose the segment of ``value`` as a person does, who is told of it."""
        self._choose([option for option, _ in self._options].index(value))

    def set_value(self, value: str) -> None:
        """Mark the segment of ``value`` without telling; an unknown one changes nothing."""
        values = [option for option, _ in self._options]
        if value in values:
            self._current = values.index(value)
            self.retranslate()

    def retranslate(self) -> None:
        """Set every text anew."""
        current = tr(self._options[self._current][1])
        self.setAccessibleName(f"{tr(self._label_key)}: {current}")
        self.setToolTip(tr("ticket_editor.segments_tip", label=tr(self._label_key)))
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def sizeHint(self) -> QSize:
        """Return room for the longest text in each segment."""
        metrics = QFontMetrics(self._font())
        widths = [metrics.horizontalAdvance(tr(key)) + px(20) for _, key in self._options]
        return QSize(sum(widths), px(CONTROL_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Return a width at which the texts are elided but readable."""
        return QSize(px(60) * len(self._options), px(CONTROL_HEIGHT))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose by arrows or by number."""
        last = len(self._options) - 1
        if event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Down):
            self._choose(min(last, self._current + 1))
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Up):
            self._choose(max(0, self._current - 1))
        elif event.text().isdecimal() and 1 <= int(event.text()) <= len(self._options):
            self._choose(int(event.text()) - 1)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose what is clicked."""
        for index, part in enumerate(self._parts()):
            if part.contains(event.position()):
                self._choose(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the row, the marked segment raised in the accent."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(colour("border"), 1))
        painter.setBrush(colour("raised"))
        painter.drawRoundedRect(frame, px(RADIUS), px(RADIUS))
        for index, part in enumerate(self._parts()):
            text = tr(self._options[index][1])
            self._paint_segment(painter, part, text, marked=index == self._current)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour("focus"), 2))
            painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), px(RADIUS), px(RADIUS))
        painter.end()

    def _parts(self) -> list[QRectF]:
        """Return where each segment stands: as wide as its text, and a share of what is left."""
        metrics = QFontMetrics(self._font())
        widths = [metrics.horizontalAdvance(tr(key)) for _, key in self._options]
        spare = (self.width() - sum(widths)) / len(widths)
        parts, left = [], 0.0
        for width in widths:
            parts.append(QRectF(left, 0, width + spare, self.height()))
            left += width + spare
        return parts

    def _paint_segment(self, painter: QPainter, part: QRectF, text: str, *, marked: bool) -> None:
        if marked:
            inset = px(3)
            painter.setPen(QPen(colour("accent"), 1))
            painter.setBrush(colour("accent_soft"))
            inner = part.adjusted(inset + 0.5, inset + 0.5, -inset - 0.5, -inset - 0.5)
            painter.drawRoundedRect(inner, px(RADIUS - 2), px(RADIUS - 2))
        font = self._font()
        room = int(part.width()) - px(6)
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.setFont(font)
        painter.setPen(colour("accent" if marked else "text_muted"))
        painter.drawText(part, int(Qt.AlignmentFlag.AlignCenter), shown)

    def _font(self) -> QFont:
        return text_font(SMALL_TEXT_SIZE, QFont.Weight.Medium)

    def _choose(self, index: int) -> None:
        if index != self._current:
            self._current = index
            self.retranslate()
            self.chosen.emit(self.value())
