"""A label that shortens what does not fit and tells the rest in its tooltip; main thread."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyleOption, QWidget

from ui.widgets.label import LabelRole


class ElidedLabel(QLabel):
    """One line, cut with an ellipsis at the right edge; the tooltip has all of it when cut."""

    def __init__(
        self, text: str = "", *, role: LabelRole = "plain", parent: QWidget | None = None
    ) -> None:
        """Show ``text``; ``role`` picks size and colour as for Label."""
        super().__init__(parent)
        self._cut: tuple[tuple[str, int, QFont], str] | None = None
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)

    def setText(self, text: str, /) -> None:
        if text != self.text():
            super().setText(text)
            self._tell()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self.text()) + 2, metrics.height() + 2)

    def minimumSizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance("…") * 2, metrics.height() + 2)

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._tell()

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        option = QStyleOption()
        option.initFrom(self)
        self.style().drawItemText(
            painter,
            self.contentsRect(),
            int(self.alignment() | Qt.AlignmentFlag.AlignVCenter),
            option.palette,
            self.isEnabled(),
            self._shown(),
            self.foregroundRole(),
        )
        painter.end()

    def is_cut(self) -> bool:
        """Return whether the text does not fit."""
        return self._shown() != self.text()

    def _shown(self) -> str:
        """Return the text as it fits; layout, tooltip and paint ask for the same one."""
        asked = (self.text(), self.width(), self.font())
        if self._cut is None or self._cut[0] != asked:
            text, width, font = asked
            right = Qt.TextElideMode.ElideRight
            self._cut = (asked, QFontMetrics(font).elidedText(text, right, width))
        return self._cut[1]

    def _tell(self) -> None:
        tip = self.text() if self.is_cut() else ""
        if tip != self.toolTip():
            self.setToolTip(tip)
