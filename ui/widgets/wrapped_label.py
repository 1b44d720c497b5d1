"""A heading that wraps anywhere, has at most some lines and shortens the last one; main thread."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui.theme.theme import colour, text_font, theme_signals
from ui.theme.tokens import TITLE_SIZE


class WrappedLabel(QLabel):
    """Text in up to ``lines`` lines; a long word breaks, so it never makes its column wider."""

    def __init__(
        self,
        *,
        lines: int = 2,
        size: int = TITLE_SIZE,
        weight: QFont.Weight = QFont.Weight.DemiBold,
        parent: QWidget | None = None,
    ) -> None:
        """Write at ``size`` pixels of 100 % and ``weight``."""
        super().__init__(parent)
        self._text = ""
        self._most = lines
        self._size = size
        self._weight = weight
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._broken: dict[int, list[str]] = {}
        theme_signals().changed.connect(self._break_anew)

    def setText(self, text: str) -> None:
        """Show ``text``; the tooltip has all of it."""
        text = " ".join(text.split())
        if text == self._text:
            return
        former = self.heightForWidth(self.width())
        self._text = text
        self._broken.clear()
        self.setToolTip(text)
        self.setAccessibleName(text)
        if self.heightForWidth(self.width()) != former:
            self.updateGeometry()
        self.update()

    def text(self) -> str:
        """Return the whole text.

        The label keeps it itself: QLabel would lay the column out anew for every new one.
        """
        return self._text

    def shown_lines(self) -> list[str]:
        """Return the lines as they are painted at the present width."""
        lines = self._lines(self.width())
        if len(lines) <= self._most:
            return lines
        rest = "".join(lines[self._most - 1 :])
        metrics = QFontMetrics(self._font())
        last = metrics.elidedText(rest, Qt.TextElideMode.ElideRight, self.width())
        return [*lines[: self._most - 1], last]

    def hasHeightForWidth(self) -> bool:
        """Return that a narrow label is taller."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of the lines at ``width``."""
        lines = min(self._most, max(1, len(self._lines(width))))
        return lines * self._line_height()

    def sizeHint(self) -> QSize:
        """Return the size of one line, or of what the present width asks for."""
        return QSize(120, self.heightForWidth(max(120, self.width())))

    def minimumSizeHint(self) -> QSize:
        """Return one line: it can always shrink to that."""
        return QSize(20, self._line_height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the height that the new width needs."""
        super().resizeEvent(event)
        self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines."""
        painter = QPainter(self)
        font = self._font()
        painter.setFont(font)
        painter.setPen(colour("text"))
        ascent = QFontMetrics(font).ascent()
        for number, line in enumerate(self.shown_lines()):
            painter.drawText(QPointF(0, number * self._line_height() + ascent), line)
        painter.end()

    def _lines(self, width: int) -> list[str]:
        """Return all lines at ``width``; one layout asks for the same ones several times."""
        width = max(1, width)
        lines = self._broken.get(width)
        if lines is None:
            lines = self._broken[width] = _lines(self._text, self._font(), width)
        return lines

    def _break_anew(self) -> None:
        self._broken.clear()
        self.updateGeometry()

    def _font(self) -> QFont:
        return text_font(self._size, self._weight)

    def _line_height(self) -> int:
        return QFontMetrics(self._font()).height()


def _lines(text: str, font: QFont, width: int) -> list[str]:
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    found: list[str] = []
    line = layout.createLine()
    while line.isValid():
        line.setLineWidth(width)
        found.append(text[line.textStart() : line.textStart() + line.textLength()])
        line = layout.createLine()
    layout.endLayout()
    return found
