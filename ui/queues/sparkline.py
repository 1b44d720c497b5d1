"""A small line of counts over time, painted without axes; main thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.theme import colour, px, scale_percent, theme_signals

WIDTH: Final = 60
HEIGHT: Final = 30
LINE_WIDTH: Final = 1.5
LOWEST_TOP: Final = 4
"""The scale reaches at least this count, so that one caller more is no mountain."""


class Sparkline(QWidget):
    """Shows points (place 0.0 to 1.0, count) in the colour of a token."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: tuple[tuple[float, int], ...] = ()
        self._kind = "success"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme_signals().changed.connect(self._follow_theme)

    def show_points(self, points: Sequence[tuple[float, int]], kind: str) -> None:
        """Draw ``points`` in the colour token ``kind``, its fill in ``kind`` + "_soft"."""
        fresh = tuple(points)
        if (fresh, kind) == (self._points, self._kind):
            return
        self._points, self._kind = fresh, kind
        self.update()

    def points(self) -> tuple[tuple[float, int], ...]:
        """Return what is drawn."""
        return self._points

    def sizeHint(self) -> QSize:
        """Return the fixed size at the text scale in use."""
        return QSize(px(WIDTH), px(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the filled line and a dot for now."""
        if not self._points:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = self._polygon()
        self._paint_area(painter, line)
        painter.setPen(QPen(colour(self._kind), LINE_WIDTH * scale_percent() / 100))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(line)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self._kind))
        radius = float(px(2))
        painter.drawEllipse(line.last(), radius, radius)
        painter.end()

    def _paint_area(self, painter: QPainter, line: QPolygonF) -> None:
        area = QPolygonF(line)
        floor = float(self.height())
        area.append(QPointF(line.last().x(), floor))
        area.append(QPointF(line.first().x(), floor))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(f"{self._kind}_soft"))
        painter.drawPolygon(area)

    def _polygon(self) -> QPolygonF:
        room = QRectF(self.rect()).adjusted(px(1), px(3), -px(3), -px(2))
        top = max(LOWEST_TOP, *(count for _, count in self._points))
        return QPolygonF(
            [
                QPointF(
                    room.left() + place * room.width(),
                    room.bottom() - count / top * room.height(),
                )
                for place, count in self._points
            ]
        )

    def _follow_theme(self) -> None:
        self.updateGeometry()
        self.update()
