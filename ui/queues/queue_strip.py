"""The strip of the agent's queues at the foot of the page; main thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QWidget

from agent_desk.domain.acd import QueueStatus
from agent_desk.domain.identifiers import QueueId
from ui.language import tr
from ui.queues.queue_tile import QueueTile
from ui.queues.waiting_history import WaitingHistory
from ui.theme.theme import px, theme_signals
from ui.theme.tokens import M
from ui.widgets.empty_state import EmptyState
from ui.widgets.swap import Swap

REFRESH_MS: Final = 100
"""Updates that come faster are shown together, ten times a second."""


class QueueStrip(QScrollArea):
    """A tile per queue; scrolls sideways when there are more than fit."""

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._tiles: dict[QueueId, QueueTile] = {}
        self._histories: dict[QueueId, WaitingHistory] = {}
        self._waiting: tuple[QueueStatus, ...] | None = None
        self._is_brief = False
        self._row = QWidget()
        self._row.setObjectName("scrolled")
        self._line = QHBoxLayout(self._row)
        self._empty = EmptyState("inbox", "queue_strip.empty", "queue_strip.empty_hint")
        self._stack = Swap()
        self._stack.setObjectName("scrolled")
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._row)
        self._row.installEventFilter(self)
        self._refresh = QTimer(self)
        self._refresh.setSingleShot(True)
        self._refresh.setInterval(REFRESH_MS)
        self._refresh.timeout.connect(self._show_latest)
        self.setWidgetResizable(True)
        self.setWidget(self._stack)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.horizontalScrollBar().rangeChanged.connect(self.updateGeometry)
        theme_signals().changed.connect(self._measure)
        self.retranslate()
        self._measure()

    def show_queues(self, queues: tuple[QueueStatus, ...]) -> None:
        """Show ``queues`` in their order; at once, or with the next tick after a recent change."""
        now = self._now()
        for status in queues:
            history = self._histories.setdefault(status.queue_id, WaitingHistory())
            if not status.is_own_share:
                history.record(now, status.waiting)
        self._waiting = queues
        if not self._refresh.isActive():
            self._show_latest()

    def set_brief(self, brief: bool) -> None:
        """Take less height: what stands above the strip needs it more."""
        if brief != self._is_brief:
            self._is_brief = brief
            for tile in self._tiles.values():
                tile.set_brief(brief)
            self.updateGeometry()

    def tiles(self) -> tuple[QueueTile, ...]:
        """Return the tiles in their order."""
        return tuple(self._tiles.values())

    def is_empty(self) -> bool:
        """Return whether it says that there are no queues."""
        return self._stack.currentWidget() is self._empty

    def retranslate(self) -> None:
        """Set every text in the current language."""
        self.setAccessibleName(tr("queue_strip.accessible"))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def sizeHint(self) -> QSize:
        """Return the height of what is shown, and of the scroll bar when there is one."""
        bar = self.horizontalScrollBar()
        extra = bar.sizeHint().height() if bar.maximum() > 0 else 0
        return QSize(px(600), self._stack.sizeHint().height() + extra)

    def minimumSizeHint(self) -> QSize:
        """Return the height of a tile; sideways it scrolls."""
        return QSize(px(160), self.sizeHint().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Bring a tile into view that Tab has reached; grow with what is inside."""
        if watched is self._row and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        if isinstance(event, QFocusEvent) and event.gotFocus() and isinstance(watched, QueueTile):
            self.ensureWidgetVisible(watched)
        return super().eventFilter(watched, event)

    def _show_latest(self) -> None:
        if self._waiting is None:
            return
        queues, self._waiting = self._waiting, None
        self._refresh.start()
        if tuple(self._tiles) != tuple(status.queue_id for status in queues):
            self._rebuild(queues)
        for status in queues:
            points = self._histories[status.queue_id].points()
            self._tiles[status.queue_id].show_status(status, points)
        self._stack.setCurrentWidget(self._row if queues else self._empty)
        self.updateGeometry()

    def _rebuild(self, queues: tuple[QueueStatus, ...]) -> None:
        for tile in self._tiles.values():
            self._line.removeWidget(tile)
        former = self._tiles
        self._tiles = {}
        for status in queues:
            known = status.queue_id in former
            tile = former.pop(status.queue_id) if known else self._new_tile()
            self._tiles[status.queue_id] = tile
            self._line.addWidget(tile)
        for queue_id, tile in former.items():
            del self._histories[queue_id]
            tile.hide()
            tile.deleteLater()
        self.updateGeometry()

    def _new_tile(self) -> QueueTile:
        tile = QueueTile()
        tile.set_brief(self._is_brief)
        tile.installEventFilter(self)
        return tile

    def _measure(self) -> None:
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(px(M))
        self.updateGeometry()
