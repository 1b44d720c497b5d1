"""The shape of a record that is on its way; Qt main thread."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.theme.theme import colour, px


class SkeletonLines(QWidget):
    """Soft bars where the record will stand: the wait has a shape, and nothing moves."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a few bars of differing length."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("hover"))
        for index, share in enumerate((0.45, 0.8, 0.35, 0.65, 0.4, 0.9, 0.3, 0.6)):
            top = index * px(20) + (index // 2) * px(10)
            painter.drawRoundedRect(0, top, int(self.width() * share), px(10), px(5), px(5))
        painter.end()
