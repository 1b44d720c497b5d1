"""Paints the rows of the customer's timeline; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize
from PySide6.QtGui import QHelpEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from agent_desk.domain.complaint import TicketKind
from agent_desk.domain.customer import TimelineEntry, TimelineKind
from ui.formats import format_date, format_duration, format_local, format_moment
from ui.language import tr
from ui.theme.theme import px
from ui.timeline.head import ICON, Columns, columns_for
from ui.timeline.model import ENTRY_ROLE
from ui.widgets.pill import PillKind
from ui.widgets.row_painting import RowPainter, RowPill, is_chosen
from ui.widgets.state_kinds import entry_kind, entry_outcome

ROW_HEIGHT: Final = 38
_CHANNEL_ICONS: Final = {
    "voice-in": "phone-incoming",
    "voice-out": "phone-outgoing",
    str(TicketKind.COMPLAINT): "frown",
    TimelineKind.CALL: "phone",
    TimelineKind.TICKET: "ticket",
    TimelineKind.ORDER: "wrench",
    TimelineKind.NOTE: "sticky-note",
    TimelineKind.STEP: "circle-dot",
}


class _Sort(NamedTuple):
    """What entries of one sort have in common, in the present language."""

    icon: str
    channel: str
    outcome: str
    kind: PillKind


class _RowTexts(NamedTuple):
    """The words of one row in the present language."""

    when: str
    subject: str
    length: str
    sort: _Sort


def channel_name(entry: TimelineEntry) -> str:
    """Return the word for how or what an entry was: "Inbound", "Ticket"."""
    if entry.channel in ("voice-in", "voice-out"):
        return tr(f"channel.{entry.channel}")
    if entry.kind is TimelineKind.STEP:
        return tr("timeline.order", number=entry.number)
    if entry.channel == TicketKind.COMPLAINT:
        return tr("complaint.word")
    return tr(f"timeline_kind.{entry.kind}")


def channel_icon(entry: TimelineEntry) -> str:
    """Return the icon name of an entry."""
    return _CHANNEL_ICONS.get(entry.channel) or _CHANNEL_ICONS[entry.kind]


def entry_subject(entry: TimelineEntry) -> str:
    """Return the subject, with the number of a ticket or order before it."""
    subject = " ".join(entry.subject.split())
    if entry.kind is TimelineKind.STEP:
        step = tr(f"order_step.{entry.outcome}")
        return f"{step}{tr('order_step.colon')}{subject}" if subject else step
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


class VisibleRow(NamedTuple):
    """A row to be painted: its number from 0, its entry, and its top in real pixels."""

    number: int
    entry: TimelineEntry
    top: int
    is_chosen: bool = False
    is_hovered: bool = False


class TimelineDelegate(QStyledItemDelegate):
    """Paints entries, all that are in sight at once.

    The words of a row are made once, until ``forget`` or the next day.
    """

    def __init__(self, view: QAbstractItemView, *, now: Callable[[], datetime]) -> None:
        super().__init__(view)
        self._now = now
        self._draw = RowPainter(view)
        self._rows: dict[int, tuple[TimelineEntry, _RowTexts]] = {}
        self._sorts: dict[tuple[TimelineKind, str, str], _Sort] = {}
        self._day: date | None = None
        self._columns = columns_for(0)
        self._columns_key = (0, 0)

    def forget(self) -> None:
        """Make all words anew: the language changed."""
        self._rows.clear()
        self._sorts.clear()

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
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        entry: TimelineEntry = index.data(ENTRY_ROLE)
        row = VisibleRow(index.row(), entry, option.rect.top(), is_chosen(option), hovered)
        self.paint_rows(painter, (row,), option.rect.width())

    def paint_rows(self, painter: QPainter, rows: Sequence[VisibleRow], width: int) -> None:
        """Paint ``rows``, ``width`` real pixels wide, column by column.

        Setting font and colour costs about as much as drawing a word: so a column is one go.
        """
        draw, words = self._draw, self._words(rows)
        columns, height = self._columns_at(width), px(ROW_HEIGHT)
        tops = [row.top for row in rows]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row in rows:
            area = QRect(0, row.top, width, height)
            draw.row_ground(painter, area, chosen=row.is_chosen, hovered=row.is_hovered)

        def column(place: tuple[int, int], texts: Iterable[str], *, right: bool = False) -> None:
            cells = zip(tops, texts, strict=True)
            draw.column(painter, place, cells, height, token="text_muted", right=right)

        column(columns.when, (texts.when for texts in words))
        column(columns.agent, (row.entry.agent for row in rows))
        column(columns.length, (texts.length for texts in words), right=True)
        left, channel = columns.channel
        icons = zip(tops, (texts.sort.icon for texts in words), strict=True)
        side = draw.icons(painter, left, icons, height, token="text_muted", size=ICON)
        if columns.names_channel:
            side += px(8)
            column((left + side, channel - side), (texts.sort.channel for texts in words))
        subjects = zip(tops, (texts.subject for texts in words), strict=True)
        draw.column(painter, columns.subject, subjects, height)
        pills = [
            RowPill(row.top, texts.sort.outcome, texts.sort.kind, row.is_chosen)
            for row, texts in zip(rows, words, strict=True)
            if texts.sort.outcome
        ]
        draw.pills(painter, columns.outcome, pills, height)

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

    def _words(self, rows: Sequence[VisibleRow]) -> list[_RowTexts]:
        now = self._now()
        today = now.astimezone().date()
        if today != self._day:
            self._day = today
            self._rows.clear()
        return [self._words_of(row, today) for row in rows]

    def _words_of(self, row: VisibleRow, today: date) -> _RowTexts:
        kept = self._rows.get(row.number)
        # Comparing whole entries would cost more than making their words.
        if kept is None or kept[0] is not row.entry:
            texts = _row_texts(row.entry, today, self._sort_of(row.entry))
            kept = self._rows[row.number] = (row.entry, texts)
        return kept[1]

    def _sort_of(self, entry: TimelineEntry) -> _Sort:
        # A step stands under the number of its order.
        channel = str(entry.number) if entry.kind is TimelineKind.STEP else entry.channel
        key = (entry.kind, channel, entry.outcome)
        sort = self._sorts.get(key)
        if sort is None:
            sort = self._sorts[key] = _Sort(
                icon=channel_icon(entry),
                channel=channel_name(entry),
                outcome=entry_outcome(entry),
                kind=entry_kind(entry),
            )
        return sort


def _row_texts(entry: TimelineEntry, today: date, sort: _Sort) -> _RowTexts:
    at = entry.at.astimezone()
    length = "—" if entry.kind is TimelineKind.CALL else ""
    if entry.duration_seconds is not None:
        length = format_duration(entry.duration_seconds)
    return _RowTexts(
        when=format_local(at, today) if at.year == today.year else format_date(at.date()),
        subject=entry_subject(entry),
        length=length,
        sort=sort,
    )
