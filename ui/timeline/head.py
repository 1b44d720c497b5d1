"""The columns of the timeline's rows, and their names above them; Qt main thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui.language import tr
from ui.theme.theme import colour, px
from ui.widgets.row_painting import FontRole, RowPainter

HEAD_HEIGHT: Final = 30
ICON: Final = 16
_MARGIN: Final = 12
_GAP: Final = 10
_WIDE: Final = 640
_MEDIUM: Final = 600
_NARROW: Final = 400


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each column of a row starts and how wide it is, in real pixels; width 0 is left out."""

    when: tuple[int, int]
    channel: tuple[int, int]
    subject: tuple[int, int]
    agent: tuple[int, int]
    outcome: tuple[int, int]
    length: tuple[int, int]
    names_channel: bool


def columns_for(width: int) -> Columns:
    """Return the columns of a row ``width`` real pixels wide; narrow ones drop some of them.

    The widths do not depend on the language, so nothing jumps when it is switched.
    """
    names_channel = width >= px(_WIDE)
    fixed = {
        "when": px(108) if width >= px(_NARROW) else px(92),
        "channel": px(100) if names_channel else px(ICON),
        "agent": px(74) if width >= px(_MEDIUM) else 0,
        "outcome": px(104) if width >= px(_NARROW) else px(84),
        "length": px(46) if width >= px(_NARROW) else 0,
    }
    margin, gap = px(_MARGIN), px(_GAP)
    gaps = gap * sum(1 for size in fixed.values() if size)
    subject = max(px(40), width - 2 * margin - gaps - sum(fixed.values()))
    placed: dict[str, tuple[int, int]] = {}
    left = margin
    for name in ("when", "channel", "subject", "agent", "outcome", "length"):
        size = subject if name == "subject" else fixed[name]
        placed[name] = (left, size)
        left += size + gap if size else 0
    return Columns(**placed, names_channel=names_channel)


class TimelineHead(QWidget):
    """The names of the columns, above the rows and aligned with them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draw = RowPainter(self)
        self._right_margin = 0

    def set_right_margin(self, width: int) -> None:
        """Leave ``width`` real pixels free at the right, where the rows have a scroll bar."""
        if width != self._right_margin:
            self._right_margin = width
            self.update()

    def sizeHint(self) -> QSize:
        """Return the height of a head."""
        return QSize(px(200), px(HEAD_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the names and the line under them."""
        columns = columns_for(self.width() - self._right_margin)
        painter = QPainter(self)
        painter.setPen(QPen(colour("border"), 1))
        painter.drawLine(self.rect().bottomLeft(), self.rect().bottomRight())
        cells = [
            (columns.when, tr("timeline.when"), False),
            (columns.subject, tr("timeline.subject"), False),
            (columns.agent, tr("timeline.agent"), False),
            (columns.outcome, tr("timeline.outcome"), False),
            (columns.length, tr("timeline.length"), True),
        ]
        if columns.names_channel:
            cells.append((columns.channel, tr("timeline.channel"), False))
        for place, name, right in cells:
            self._draw.text(
                painter,
                _cell(self.rect(), place),
                name,
                token="text_muted",
                role=FontRole.SMALL_STRONG,
                right=right,
            )
        painter.end()


def _cell(row: QRect, place: tuple[int, int]) -> QRect:
    return QRect(row.left() + place[0], row.top(), place[1], row.height())
