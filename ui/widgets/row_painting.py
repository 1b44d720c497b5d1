"""Fast painting of list rows: texts, pills and icons that are laid out once; Qt main thread."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QPainter,
    QPen,
    QPixmap,
    QStaticText,
    QTextOption,
    QTransform,
)
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QWidget

from ui import icons
from ui.theme.theme import colour, px, text_font, theme_signals
from ui.theme.tokens import SMALL_TEXT_SIZE, TEXT_SIZE
from ui.widgets.pill import PillKind

_MOST_TEXTS: Final = 4000
_MOST_PILLS: Final = 200
_PILL_PADDING: Final = 9
_PILL_HEIGHT: Final = 22


class FontRole(Enum):
    """Which type of a list row a text has: pixel size at 100 %, weight."""

    BODY = (TEXT_SIZE, QFont.Weight.Normal)
    STRONG = (TEXT_SIZE, QFont.Weight.DemiBold)
    SMALL = (SMALL_TEXT_SIZE, QFont.Weight.Normal)
    SMALL_STRONG = (SMALL_TEXT_SIZE, QFont.Weight.DemiBold)


def is_chosen(option: QStyleOptionViewItem) -> bool:
    """Return whether a row is marked."""
    return bool(option.state & QStyle.StateFlag.State_Selected)


@dataclass(frozen=True, slots=True)
class _LaidOut:
    """A line ready to be drawn, and its size in real pixels."""

    text: QStaticText
    width: float
    height: float


class RowPainter(QObject):
    """Draws the parts of one view's rows and keeps what is costly between frames.

    Laid-out texts are kept by text, font and width: a frame of a list that scrolls lays out only
    the rows that come into sight. All measures are given for 100 % text scale unless said.
    """

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self._texts: dict[tuple[str, FontRole, int], _LaidOut] = {}
        self._pills: dict[tuple[str, int, float], QPixmap] = {}
        self._fonts: dict[FontRole, tuple[QFont, QFontMetrics]] = {}
        theme_signals().changed.connect(self.forget)

    def forget(self) -> None:
        """Lay everything out anew: the font or the scale changed."""
        self._texts.clear()
        self._pills.clear()
        self._fonts.clear()

    def width_of(self, text: str, role: FontRole) -> int:
        """Return how wide ``text`` is in one line, in real logical pixels."""
        return self._font(role)[1].horizontalAdvance(text)

    def pill_width(self, text: str) -> int:
        """Return how wide the pill of ``text`` is, in real logical pixels."""
        return self.width_of(text, FontRole.SMALL_STRONG) + 2 * px(_PILL_PADDING)

    def text(
        self,
        painter: QPainter,
        area: QRect,
        text: str,
        *,
        token: str = "text",
        role: FontRole = FontRole.BODY,
        right: bool = False,
    ) -> None:
        """Draw one line, elided to ``area`` and centred in its height."""
        place = (area.left(), area.top(), area.width(), area.height())
        self.text_at(painter, place, text, token=token, role=role, right=right)

    def text_at(
        self,
        painter: QPainter,
        place: tuple[int, int, int, int],
        text: str,
        *,
        token: str = "text",
        role: FontRole = FontRole.BODY,
        right: bool = False,
    ) -> None:
        """Draw as ``text`` does; ``place`` is left, top, width and height in real pixels."""
        left, top, width, height = place
        if not text or width <= 0:
            return
        laid_out = self._laid_out(text, role, width)
        start = left + width - laid_out.width if right else left
        painter.setFont(self._font(role)[0])
        painter.setPen(colour(token))
        middle = round(top + (height - laid_out.height) / 2)
        painter.drawStaticText(QPointF(start, middle), laid_out.text)

    def pill(
        self,
        painter: QPainter,
        left_middle: QPoint,
        text: str,
        kind: PillKind,
        most: int,
        *,
        chosen: bool = False,
    ) -> int:
        """Draw a pill from ``left_middle`` on, at most ``most`` real pixels; return its width.

        chosen: it stands on a marked row, whose ground is the accent's own soft colour.
        """
        padding, height = px(_PILL_PADDING), px(_PILL_HEIGHT)
        left, top = left_middle.x(), left_middle.y() - height // 2
        width = min(self.pill_width(text), most)
        token = "card" if chosen and kind == "accent" else f"{kind}_soft"
        painter.drawPixmap(left, top, self._pill_ground(painter, token, width))
        inner = (left + padding, top, width - 2 * padding + 1, height)
        self.text_at(painter, inner, text, token=kind, role=FontRole.SMALL_STRONG)
        return width

    def icon(self, painter: QPainter, left_middle: QPoint, name: str, token: str, size: int) -> int:
        """Draw a square icon from ``left_middle`` on; return its side in real pixels."""
        side = px(size)
        area = QRect(left_middle.x(), left_middle.y() - side // 2, side, side)
        painter.drawPixmap(area, icons.pixmap(name, token, side))
        return side

    def tile(
        self, painter: QPainter, left_middle: QPoint, name: str, kind: PillKind, size: int
    ) -> int:
        """Draw an icon on a soft square of its colour; return the square's side in real pixels."""
        side = px(size)
        area = QRect(left_middle.x(), left_middle.y() - side // 2, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(f"{kind}_soft"))
        painter.drawRoundedRect(QRectF(area), px(7), px(7))
        inset = (side - px(16)) // 2
        self.icon(painter, QPoint(area.left() + inset, left_middle.y()), name, kind, 16)
        return side

    def ground(self, painter: QPainter, option: QStyleOptionViewItem, *, line: bool = True) -> None:
        """Draw a row's ground by its state (chosen, hovered), the focus mark and a hairline."""
        area = option.rect
        state = option.state
        chosen = is_chosen(option)
        if chosen:
            painter.fillRect(area, colour("selected"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, colour("raised"))
        if line:
            painter.setPen(QPen(colour("border"), 1))
            painter.drawLine(area.bottomLeft(), area.bottomRight())
        if chosen and self._view.hasFocus():
            self._focus_ring(painter, area)

    def _focus_ring(self, painter: QPainter, area: QRect) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour("focus"), 2))
        painter.drawRoundedRect(QRectF(area).adjusted(2, 2, -2, -3), 6, 6)

    def _font(self, role: FontRole) -> tuple[QFont, QFontMetrics]:
        found = self._fonts.get(role)
        if found is None:
            size, weight = role.value
            font = text_font(size, weight, tabular=True)
            found = (font, QFontMetrics(font))
            self._fonts[role] = found
        return found

    def _pill_ground(self, painter: QPainter, token: str, width: int) -> QPixmap:
        """Return the round surface of a pill: curves are what costs most in a row."""
        ratio = painter.device().devicePixelRatio()
        key = (token, width, ratio)
        found = self._pills.get(key)
        if found is not None:
            return found
        if len(self._pills) >= _MOST_PILLS:
            self._pills.clear()
        height = px(_PILL_HEIGHT)
        found = QPixmap(QSize(round(width * ratio), round(height * ratio)))
        found.setDevicePixelRatio(ratio)
        found.fill(Qt.GlobalColor.transparent)
        brush = QPainter(found)
        brush.setRenderHint(QPainter.RenderHint.Antialiasing)
        brush.setPen(Qt.PenStyle.NoPen)
        brush.setBrush(colour(token))
        brush.drawRoundedRect(QRectF(0, 0, width, height), height / 2, height / 2)
        brush.end()
        self._pills[key] = found
        return found

    def _laid_out(self, text: str, role: FontRole, width: int) -> _LaidOut:
        key = (text, role, width)
        found = self._texts.get(key)
        if found is not None:
            return found
        if len(self._texts) >= _MOST_TEXTS:
            self._texts.clear()
        font, metrics = self._font(role)
        laid_out = QStaticText(
            metrics.elidedText(" ".join(text.split()), Qt.TextElideMode.ElideRight, width)
        )
        laid_out.setTextFormat(Qt.TextFormat.PlainText)
        laid_out.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
        laid_out.prepare(QTransform(), font)
        size = laid_out.size()
        found = self._texts[key] = _LaidOut(laid_out, size.width(), size.height())
        return found
