"""Round surfaces that are drawn once and kept: curves are the dear part of a paint; main thread."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from ui.theme.theme import current_tokens


def round_ground(
    painter: QPainter,
    token: str,
    size: tuple[int, int],
    radius: float,
    *,
    border: str = "",
    pen_width: float = 1.0,
) -> QPixmap:
    """Return a rounded rectangle in the colour ``token``, sharp on the painter's device.

    size: width and height in real logical pixels. border: the token of its line, "" for none;
    the line lies one pixel inside.
    """
    tokens = current_tokens()
    edge = getattr(tokens, border) if border else ""
    ratio = painter.device().devicePixelRatio()
    return _ground(getattr(tokens, token), *size, radius, edge, pen_width, ratio)


@lru_cache(maxsize=128)
def _ground(
    fill: str, width: int, height: int, radius: float, edge: str, pen_width: float, ratio: float
) -> QPixmap:
    drawn = QPixmap(QSize(round(width * ratio), round(height * ratio)))
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    area = QRectF(0, 0, width, height)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    if edge:
        painter.setPen(QPen(QColor(edge), pen_width))
        area.adjust(1, 1, -1, -1)
    painter.setBrush(QColor(fill))
    painter.drawRoundedRect(area, radius, radius)
    painter.end()
    return drawn
