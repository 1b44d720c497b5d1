"""Paints the cells of the floor: a name, a pill, running times; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem

from agent_desk.domain.agent import NotReadyReason
from agent_desk.domain.call import LocalConnectionState
from ui.calls.presentation import REASON_ICONS
from ui.floor.model import ROW_ROLE, FloorColumn
from ui.floor.rows import FloorRow
from ui.formats import format_duration, format_time
from ui.language import tr
from ui.theme.theme import px
from ui.widgets.row_painting import FontRole, RowPainter, is_chosen

ROW_HEIGHT: Final = 42
_PADDING: Final = 8
"""As the heads of the columns have it."""

_ICON: Final = 15
_CALL_ICONS: Final = {
    LocalConnectionState.ALERTING: ("phone-incoming", "accent"),
    LocalConnectionState.INITIATED: ("phone-outgoing", "info"),
    LocalConnectionState.HOLD: ("pause", "warning"),
    LocalConnectionState.QUEUED: ("hourglass", "neutral"),
}
_TALKING: Final = ("phone-call", "success")


class FloorDelegate(QStyledItemDelegate):
    """Paints one cell at a time; the ground of the row is the view's."""

    def __init__(self, view: QAbstractItemView, *, now: Callable[[], datetime]) -> None:
        """``now`` is the database's time, by which everything on the floor is told."""
        super().__init__(view)
        self._now = now
        self._draw = RowPainter(view)

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the height that all rows share."""
        return QSize(px(60), px(ROW_HEIGHT))

    def ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        """Paint what is behind a whole row."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw.ground(painter, option)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one cell."""
        row: FloorRow = index.data(ROW_ROLE)
        area = option.rect.adjusted(px(_PADDING), 0, -px(_PADDING), 0)
        column = FloorColumn(index.column())
        if column is FloorColumn.AGENT:
            self._paint_agent(painter, area, row)
        elif column is FloorColumn.STATE:
            start = QPoint(area.left(), area.center().y())
            chosen = is_chosen(option)
            self._draw.pill(painter, start, row.state_text, row.kind, area.width(), chosen=chosen)
        elif column is FloorColumn.REASON:
            self._paint_reason(painter, area, row)
        elif column is FloorColumn.QUEUE:
            self._paint_queue(painter, area, row)
        else:
            text = self.words(row, column)
            self._draw.text(painter, area, text, token=_token(row, "text"), right=True)

    def words(self, row: FloorRow, column: FloorColumn) -> str:
        """Return what a cell says."""
        if column is FloorColumn.AGENT:
            return f"{row.name} ({row.agent_id})"
        if column is FloorColumn.STATE:
            return row.state_text
        if column is FloorColumn.SINCE:
            return format_duration((self._now() - row.since).total_seconds())
        if column is FloorColumn.REASON:
            return _reason(row)
        if column is FloorColumn.QUEUE:
            return row.call_text
        if row.call_since is None:
            return ""
        return format_duration((self._now() - row.call_since).total_seconds())

    def _paint_agent(self, painter: QPainter, area: QRect, row: FloorRow) -> None:
        """Paint the name, and the agent's id behind it where there is room."""
        draw = self._draw
        name_width = draw.width_of(row.name, FontRole.BODY) + 1
        id_width = draw.width_of(row.agent_id, FontRole.SMALL) + 1
        room = area.width()
        draw.text(painter, area, row.name, token=_token(row, "text"))
        if name_width + px(8) + id_width <= room:
            beside = area.adjusted(name_width + px(8), 0, 0, 0)
            token = _token(row, "text_muted")
            draw.text(painter, beside, row.agent_id, token=token, role=FontRole.SMALL)

    def _paint_reason(self, painter: QPainter, area: QRect, row: FloorRow) -> None:
        icon = "wifi-off" if row.is_gone else REASON_ICONS.get(row.reason, "")
        if icon:
            start = QPoint(area.left(), area.center().y())
            token = _token(row, "text_muted")
            area.setLeft(area.left() + self._draw.icon(painter, start, icon, token, _ICON) + px(8))
        self._draw.text(painter, area, _reason(row), token=_token(row, "text_muted"))

    def _paint_queue(self, painter: QPainter, area: QRect, row: FloorRow) -> None:
        if row.call is None:
            return
        icon, token = _CALL_ICONS.get(row.call.state, _TALKING)
        start = QPoint(area.left(), area.center().y())
        area.setLeft(area.left() + self._draw.icon(painter, start, icon, token, _ICON) + px(8))
        self._draw.text(painter, area, row.call_text)


def _reason(row: FloorRow) -> str:
    if row.is_gone:
        return tr("floor.gone_since", time=format_time(row.since))
    return "" if row.reason is NotReadyReason.NONE else tr(f"not_ready_reason.{row.reason}")


def _token(row: FloorRow, token: str) -> str:
    return "text_disabled" if row.is_gone else token
