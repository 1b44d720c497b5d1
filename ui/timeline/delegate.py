"""Paints the rows and the head of the customer's timeline; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from agent_desk.domain.customer import TimelineEntry, TimelineKind
from ui.formats import format_date, format_duration, format_moment
from ui.language import tr
from ui.theme.theme import colour, px
from ui.timeline.model import ENTRY_ROLE
from ui.widgets.pill import PillKind
from ui.widgets.row_painting import FontRole, RowPainter, is_chosen
from ui.widgets.state_kinds import entry_kind, entry_outcome

ROW_HEIGHT: Final = 38
HEAD_HEIGHT: Final = 30
_MARGIN: Final = 12
_GAP: Final = 10
_ICON: Final = 16
_WIDE: Final = 640
_MEDIUM: Final = 600
_NARROW: Final = 400
_DAY_CHECK: Final = timedelta(seconds=1)
"""A page of rows is painted within it, and need not ask for each row what day it is."""

_CHANNEL_ICONS: Final = {
    "voice-in": "phone-incoming",
    "voice-out": "phone-outgoing",
    TimelineKind.CALL: "phone",
    TimelineKind.TICKET: "ticket",
    TimelineKind.ORDER: "wrench",
    TimelineKind.NOTE: "sticky-note",
}


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
        "channel": px(100) if names_channel else px(_ICON),
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


@dataclass(frozen=True, slots=True)
class _RowTexts:
    """The words of one row in the present language."""

    when: str
    icon: str
    channel: str
    subject: str
    outcome: str
    kind: PillKind
    length: str


def channel_name(entry: TimelineEntry) -> str:
    """Return the word for how or what an entry was: "Inbound", "Ticket"."""
    if entry.channel in ("voice-in", "voice-out"):
        return tr(f"channel.{entry.channel}")
    return tr(f"timeline_kind.{entry.kind}")


def channel_icon(entry: TimelineEntry) -> str:
    """Return the icon name of an entry."""
    return _CHANNEL_ICONS.get(entry.channel) or _CHANNEL_ICONS[entry.kind]


def entry_subject(entry: TimelineEntry) -> str:
    """Return the subject, with the number of a ticket or order before it."""
    subject = " ".join(entry.subject.split())
    if not subject:
        subject = tr("timeline.no_subject")
    return f"#{entry.number} {subject}" if entry.number else subject


def spoken_entry(entry: TimelineEntry, now: datetime) -> str:
    """Return a whole row as one line, for tooltips and screen readers."""
    parts = [
        format_moment(entry.at, now),
        channel_name(entry),
        entry_subject(entry),
        entry.agent,
        entry_outcome(entry),
    ]
    if entry.duration_seconds is not None:
        parts.append(format_duration(entry.duration_seconds))
    return " · ".join(part for part in parts if part)


class TimelineDelegate(QStyledItemDelegate):
    """Paints one entry per row. The words of a row are made once per language and day."""

    def __init__(self, view: QAbstractItemView, *, now: Callable[[], datetime]) -> None:
        super().__init__(view)
        self._now = now
        self._draw = RowPainter(view)
        self._rows: dict[TimelineEntry, _RowTexts] = {}
        self._day: date | None = None
        self._read_at: datetime | None = None
        self._columns = columns_for(0)
        self._columns_key = (0, 0)

    def forget(self) -> None:
        """Make all words anew: the language changed."""
        self._rows.clear()

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the height that all rows share."""
        return QSize(px(200), px(ROW_HEIGHT))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one entry."""
        entry: TimelineEntry = index.data(ENTRY_ROLE)
        area = option.rect
        words = self._words(entry)
        columns = self._columns_at(area.width())
        draw = self._draw
        left, top, height, middle = area.left(), area.top(), area.height(), area.center().y()

        def cell(column: tuple[int, int], skip: int = 0) -> tuple[int, int, int, int]:
            return left + column[0] + skip, top, column[1] - skip, height

        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw.ground(painter, option)
        draw.text_at(painter, cell(columns.when), words.when, token="text_muted")
        start = QPoint(columns.channel[0], middle)
        side = draw.icon(painter, start, words.icon, "text_muted", _ICON)
        if columns.names_channel:
            word = cell(columns.channel, side + px(8))
            draw.text_at(painter, word, words.channel, token="text_muted")
        draw.text_at(painter, cell(columns.agent), entry.agent, token="text_muted")
        length = cell(columns.length)
        draw.text_at(painter, length, words.length, token="text_muted", right=True)
        draw.text_at(painter, cell(columns.subject), words.subject)
        if words.outcome:
            start = QPoint(columns.outcome[0], middle)
            room, chosen = columns.outcome[1], is_chosen(option)
            draw.pill(painter, start, words.outcome, words.kind, room, chosen=chosen)

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        """Show the whole row where it may be elided."""
        if event.type() != QEvent.Type.ToolTip or not index.isValid():
            return False
        QToolTip.showText(
            event.globalPos(), spoken_entry(index.data(ENTRY_ROLE), self._now()), view
        )
        return True

    def _columns_at(self, width: int) -> Columns:
        key = (width, px(100))
        if key != self._columns_key:
            self._columns, self._columns_key = columns_for(width), key
        return self._columns

    def _words(self, entry: TimelineEntry) -> _RowTexts:
        now = self._now()
        if self._read_at is None or abs(now - self._read_at) > _DAY_CHECK:
            self._read_at = now
            today = now.astimezone().date()
            if today != self._day:
                self._day = today
                self._rows.clear()
        words = self._rows.get(entry)
        if words is None:
            words = _row_texts(entry, now)
            self._rows[entry] = words
        return words


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


def _row_texts(entry: TimelineEntry, now: datetime) -> _RowTexts:
    this_year = entry.at.astimezone().year == now.astimezone().year
    length = "—" if entry.kind is TimelineKind.CALL else ""
    if entry.duration_seconds is not None:
        length = format_duration(entry.duration_seconds)
    return _RowTexts(
        when=format_moment(entry.at, now) if this_year else format_date(entry.at),
        icon=channel_icon(entry),
        channel=channel_name(entry),
        subject=entry_subject(entry),
        outcome=entry_outcome(entry),
        kind=entry_kind(entry),
        length=length,
    )
