"""A pill: one coloured word about a state; main thread."""

from __future__ import annotations

from typing import Final, Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui.theme.theme import colour, heading_weight, px, text_font, text_width, theme_signals
from ui.theme.tokens import SMALL_TEXT_SIZE
from ui.widgets.grounds import round_ground

PillKind = Literal["success", "warning", "danger", "info", "neutral", "accent"]

_HEIGHT: Final = 22
_PADDING: Final = 10
_DOT: Final = 8


class Pill(QLabel):
    """A word on a soft round surface in its own colour, with a dot in front when wanted."""

    def __init__(
        self,
        text: str = "",
        kind: PillKind = "neutral",
        *,
        dot: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Show ``text`` in the colours of ``kind``."""
        super().__init__(text, parent)
        self._kind: PillKind = kind
        self._dot = dot
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme_signals().changed.connect(self._resize)
        self._resize()

    @property
    def kind(self) -> PillKind:
        """The kind shown now."""
        return self._kind

    def set_kind(self, kind: PillKind) -> None:
        """Show the colours of ``kind`` from now on."""
        if kind != self._kind:
            self._kind = kind
            self.update()

    def setText(self, text: str, /) -> None:
        if text != self.text():
            super().setText(text)
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        width = pill_text_width(self.text()) + 2 * px(_PADDING)
        return QSize(width + (px(_DOT) + px(6) if self._dot else 0), px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        paint_pill(
            painter, QRectF(self.rect()), self.text(), self._kind, dot=self._dot, font=self.font()
        )
        painter.end()

    def _resize(self) -> None:
        self.setFont(pill_font())
        self.updateGeometry()
        self.update()


def pill_font() -> QFont:
    """Return the font of pills at the text scale in use."""
    return text_font(SMALL_TEXT_SIZE, heading_weight())


def pill_text_width(text: str) -> int:
    """Return how wide ``text`` is in the font of pills, in real logical pixels."""
    return text_width(text, SMALL_TEXT_SIZE, heading_weight())


def pill_size(text: str, font: QFont) -> QSize:
    """Return the size of a pill with ``text``, for delegates that paint it."""
    width = QFontMetrics(font).horizontalAdvance(text) + 2 * px(_PADDING)
    return QSize(width, px(_HEIGHT))


def paint_pill(
    painter: QPainter,
    rect: QRectF,
    text: str,
    kind: PillKind,
    *,
    dot: bool = False,
    font: QFont | None = None,
) -> None:
    """Paint a pill into ``rect``; delegates use it so that lists and labels look the same."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    size = (round(rect.width()), round(rect.height()))
    ground = round_ground(painter, f"{kind}_soft", size, size[1] / 2)
    painter.drawPixmap(rect.topLeft(), ground)
    inner = rect.adjusted(px(_PADDING), 0, -px(_PADDING) / 2, 0)
    if dot:
        side = px(_DOT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(kind))
        painter.drawEllipse(QRectF(inner.x(), rect.center().y() - side / 2, side, side))
        inner.setX(inner.x() + side + px(6))
    painter.setFont(font if font is not None else pill_font())
    painter.setPen(colour(kind))
    painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), text)
    painter.restore()
