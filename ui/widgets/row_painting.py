"""Fast painting of list rows: texts, pills and icons that are laid out once; Qt main thread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QRectF, Qt
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
from ui.widgets.grounds import round_ground
from ui.widgets.pill import PillKind

_MOST_TEXTS: Final = 2000
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


class RowPill(NamedTuple):
    """The pill of one row; top: of the row, in real pixels."""

    top: int
    text: str
    kind: PillKind
    is_chosen: bool


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
        self._texts: dict[FontRole, dict[tuple[str, int], _LaidOut]] = {}
        self._fonts: dict[FontRole, tuple[QFont, QFontMetrics]] = {}
        self._pill_widths: dict[str, int] = {}
        theme_signals().changed.connect(self.forget)

    def forget(self) -> None:
        """Lay everything out anew: the font or the scale changed."""
        self._texts.clear()
        self._fonts.clear()
        self._pill_widths.clear()

    def width_of(self, text: str, role: FontRole) -> int:
        """Return how wide ``text`` is in one line, in real logical pixels."""
        return self._font(role)[1].horizontalAdvance(text)

    def pill_width(self, text: str) -> int:
        """Return how wide the pill of ``text`` is, in real logical pixels."""
        width = self._pill_widths.get(text)
        if width is None:
            if len(self._pill_widths) >= _MOST_PILLS:
                self._pill_widths.clear()
            width = self.width_of(text, FontRole.SMALL_STRONG) + 2 * px(_PILL_PADDING)
            self._pill_widths[text] = width
        return width

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
        kept = self._texts.setdefault(role, {})
        laid_out = kept.get((text, width)) or self._lay_out(text, role, width)
        start = left + width - laid_out.width if right else left
        painter.setFont(self._font(role)[0])
        painter.setPen(colour(token))
        middle = round(top + (height - laid_out.height) / 2)
        painter.drawStaticText(QPointF(start, middle), laid_out.text)

    def column(
        self,
        painter: QPainter,
        place: tuple[int, int],
        cells: Iterable[tuple[int, str]],
        height: int,
        *,
        token: str = "text",
        role: FontRole = FontRole.BODY,
        right: bool = False,
    ) -> None:
        """Draw one line per row as ``text_at`` does, for all rows of a column at once.

        place: left and width; cells: the top of each row and its words; all in real pixels.
        """
        left, width = place
        if width <= 0:
            return
        painter.setFont(self._font(role)[0])
        painter.setPen(colour(token))
        draw, kept = painter.drawStaticText, self._texts.setdefault(role, {})
        for top, text in cells:
            if text:
                line = kept.get((text, width)) or self._lay_out(text, role, width)
                start = left + width - line.width if right else left
                draw(QPointF(start, round(top + (height - line.height) / 2)), line.text)

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
        ground = self._pill_ground(painter, _pill_token(kind, chosen=chosen), width)
        painter.drawPixmap(left, top, ground)
        inner = (left + padding, top, width - 2 * padding + 1, height)
        self.text_at(painter, inner, text, token=kind, role=FontRole.SMALL_STRONG)
        return width

    def pills(
        self, painter: QPainter, place: tuple[int, int], pills: Sequence[RowPill], height: int
    ) -> None:
        """Draw one pill per row as ``pill`` does, for all rows of a column at once.

        place: left and most width; height: of a row; all in real pixels.
        """
        left, most = place
        padding, above = px(_PILL_PADDING), (height - 1) // 2 - px(_PILL_HEIGHT) // 2
        alike: dict[tuple[str, PillKind, bool], list[int]] = {}
        for top, text, kind, is_chosen in pills:
            alike.setdefault((text, kind, is_chosen), []).append(top + above)
        for (text, kind, is_chosen), tops in alike.items():
            width = min(self.pill_width(text), most)
            ground = self._pill_ground(painter, _pill_token(kind, chosen=is_chosen), width)
            for top in tops:
                painter.drawPixmap(left, top, ground)
            inner = (left + padding, width - 2 * padding + 1)
            cells = [(top, text) for top in tops]
            role = FontRole.SMALL_STRONG
            self.column(painter, inner, cells, px(_PILL_HEIGHT), token=kind, role=role)

    def icon(self, painter: QPainter, left_middle: QPoint, name: str, token: str, size: int) -> int:
        """Draw a square icon from ``left_middle`` on; return its side in real pixels."""
        side = px(size)
        area = QRect(left_middle.x(), left_middle.y() - side // 2, side, side)
        painter.drawPixmap(area, icons.pixmap(name, token, side))
        return side

    def icons(
        self,
        painter: QPainter,
        left: int,
        cells: Iterable[tuple[int, str]],
        height: int,
        *,
        token: str,
        size: int,
    ) -> int:
        """Draw one icon per row as ``icon`` does; return their side in real pixels.

        cells: the top of each row, ``height`` real pixels high, and the name of its icon.
        """
        side = px(size)
        above = (height - 1) // 2 - side // 2
        drawn: dict[str, QPixmap] = {}
        for top, name in cells:
            symbol = drawn.get(name)
            if symbol is None:
                symbol = drawn[name] = icons.pixmap(name, token, side)
            painter.drawPixmap(left, top + above, symbol)
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
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        self.row_ground(painter, option.rect, chosen=is_chosen(option), hovered=hovered, line=line)

    def row_ground(
        self, painter: QPainter, area: QRect, *, chosen: bool, hovered: bool, line: bool = True
    ) -> None:
        """Draw as ``ground`` does, for a row whose state is known."""
        if chosen:
            painter.fillRect(area, colour("selected"))
        elif hovered:
            painter.fillRect(area, colour("raised"))
        if line:
            # A stroke with smooth edges would cost ten times as much and blur over two pixels.
            painter.fillRect(area.left(), area.bottom(), area.width(), 1, colour("border"))
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
        height = px(_PILL_HEIGHT)
        return round_ground(painter, token, (width, height), height / 2)

    def _lay_out(self, text: str, role: FontRole, width: int) -> _LaidOut:
        kept = self._texts[role]
        if len(kept) >= _MOST_TEXTS:
            kept.clear()
        font, metrics = self._font(role)
        laid_out = QStaticText(
            metrics.elidedText(" ".join(text.split()), Qt.TextElideMode.ElideRight, width)
        )
        laid_out.setTextFormat(Qt.TextFormat.PlainText)
        laid_out.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
        laid_out.prepare(QTransform(), font)
        size = laid_out.size()
        found = kept[text, width] = _LaidOut(laid_out, size.width(), size.height())
        return found


def _pill_token(kind: PillKind, *, chosen: bool) -> str:
    """Return the colour of a pill's ground; a marked row has the accent's own soft colour."""
    return "card" if chosen and kind == "accent" else f"{kind}_soft"
