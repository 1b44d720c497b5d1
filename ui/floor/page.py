"""The floor: who is there, what they do and for how long, and who is gone; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from PySide6.QtCore import QElapsedTimer, QEvent, QSignalBlocker, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from agent_desk.domain.acd import QueueStatus
from agent_desk.domain.presence import Floor
from ui.floor.rows import (
    STATES,
    FloorOrder,
    FloorRow,
    arranged,
    counts,
    rows_of,
    state_text,
)
from ui.floor.state_counts import StateCounts
from ui.floor.table import FloorTable
from ui.formats import format_time
from ui.language import in_current_language, tr
from ui.queues.queue_strip import QueueStrip
from ui.theme.theme import px
from ui.widgets.calm_wheel import CalmWheel
from ui.widgets.empty_state import EmptyState
from ui.widgets.label import Label
from ui.widgets.notice import Notice

REFRESH_MS: Final = 100
"""Floors that come faster are shown together, ten times a second."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of a floor that nobody has seen yet."""


class FloorPage(QWidget):
    """Desks in a table, filtered and sorted as chosen, and the floor's queues below.

    watched: True when the page comes into sight, False when it goes; answer with ``show_floor``.
    """

    watched = Signal(bool)

    def __init__(
        self, *, own_desk_id: str, now: Callable[[], datetime], parent: QWidget | None = None
    ) -> None:
        """``own_desk_id``: who is alone with it is told so. ``now``: the desk's time."""
        super().__init__(parent)
        self.setObjectName("page")
        self._own_desk_id = own_desk_id
        self._floor: Floor | None = None
        self._rows: list[FloorRow] = []
        self._since_look = QElapsedTimer()
        self._since_look.start()
        self.table = FloorTable(now=self.floor_time)
        self.states = QComboBox()
        self.queues = QComboBox()
        self.order = QComboBox()
        self._calm = CalmWheel(self)
        self.counts = StateCounts()
        self._notice = Notice(beside=True)
        self._empty = EmptyState("users", "floor.loading")
        self._stack = QStackedWidget()
        self.strip = QueueStrip(now=now)
        self.strip.hide()
        self._refresh = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._refresh.timeout.connect(self._show_latest)
        self._is_stale = False
        self._build()
        self._connect()
        self.retranslate()

    def show_floor(self, floor: Floor) -> None:
        """Show ``floor``; at once, or with the next tick after a recent change."""
        self._floor = floor
        self._since_look.restart()
        self._notice.hide()
        self._is_stale = True
        if not self._refresh.isActive():
            self._show_latest()

    def show_unseen(self, text: str, floor: Floor | None) -> None:
        """Say why the floor cannot be seen, and when what is shown was so."""
        if floor is None:
            self._empty.set_keys("database", "floor.unseen")
            self._notice.show_text(text, "warning")
            return
        stale = tr("floor.stale", error=text, time=format_time(floor.at))
        self._notice.show_text(stale, "warning")

    def floor_time(self) -> datetime:
        """Return the database's time, told on from the last look; no other clock counts here."""
        if self._floor is None:
            return EPOCH
        return self._floor.at + timedelta(milliseconds=self._since_look.elapsed())

    def retranslate(self) -> None:
        """Set every text anew."""
        for box, key in (
            (self.states, "floor.state"),
            (self.queues, "floor.queue"),
            (self.order, "floor.order"),
        ):
            box.setAccessibleName(tr(key))
            box.setToolTip(tr(key))
        self.states.setItemText(0, tr("floor.all_states"))
        for index, state in enumerate(STATES, 1):
            self.states.setItemText(index, state_text(state))
        for index, order in enumerate(FloorOrder):
            self.order.setItemText(index, tr(f"floor_order.{order.value}"))
        self._name_queues()
        self._arrange()

    def changeEvent(self, event: QEvent, /) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def showEvent(self, event: QShowEvent, /) -> None:
        """Begin to watch."""
        super().showEvent(event)
        self.watched.emit(True)

    def hideEvent(self, event: QHideEvent, /) -> None:
        """Watch no longer: a floor that nobody looks at costs the database nothing."""
        super().hideEvent(event)
        self.watched.emit(False)

    def _build(self) -> None:
        for box in (self.states, self.queues, self.order):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.setMinimumWidth(px(96))
            self._calm.watch(box)
        self.states.addItem("", "")
        for state in STATES:
            self.states.addItem("", state)
        self.queues.addItem("", "")
        for order in FloorOrder:
            self.order.addItem("", order.value)
        card = QFrame()
        card.setObjectName("card")
        for page in (self._empty, self.table):
            self._stack.addWidget(page)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(1, 1, 1, px(8))
        inner.setSpacing(px(4))
        inner.addLayout(self._head())
        notice = QVBoxLayout()
        notice.setContentsMargins(px(12), 0, px(12), 0)
        notice.addWidget(self._notice)
        inner.addLayout(notice)
        # The text of the rows begins where the title does.
        rows = QVBoxLayout()
        rows.setContentsMargins(px(8), 0, px(8), 0)
        rows.addWidget(self._stack)
        inner.addLayout(rows, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(16), px(16), px(16))
        layout.setSpacing(px(12))
        layout.addWidget(card, 1)
        layout.addWidget(self.strip)

    def _head(self) -> QHBoxLayout:
        """Return the title, how many are in which state, and what is shown."""
        head = QHBoxLayout()
        head.setContentsMargins(px(16), px(10), px(12), px(6))
        head.setSpacing(px(8))
        head.addWidget(Label("floor.title", role="heading"))
        head.addWidget(self.counts, 1)
        for box in (self.states, self.queues, self.order):
            head.addWidget(box)
        return head

    def _connect(self) -> None:
        for box in (self.states, self.queues, self.order):
            box.activated.connect(self._arrange)

    def _show_latest(self) -> None:
        if not self._is_stale or self._floor is None:
            return
        self._is_stale = False
        self._refresh.start()
        self._rows = rows_of(self._floor)
        self._offer_queues(self._floor.queues)
        self.strip.show_queues(self._floor.queues)
        self.strip.setVisible(bool(self._floor.queues))
        self._arrange()

    def _arrange(self) -> None:
        """Show who is chosen in the chosen order, and how many there are of each."""
        shown = arranged(
            self._rows,
            state=str(self.states.currentData() or ""),
            queue=str(self.queues.currentData() or ""),
            order=FloorOrder(self.order.currentData()),
        )
        self.table.show_rows(shown)
        self.counts.show_counts({} if self._is_alone() else counts(self._rows))
        if self._floor is not None:
            self._say_why_empty()
        has_rows = bool(shown) and not self._is_alone()
        self._stack.setCurrentWidget(self.table if has_rows else self._empty)

    def _say_why_empty(self) -> None:
        if self._is_alone():
            self._empty.set_keys("users", "floor.alone", "floor.alone_text")
        else:
            self._empty.set_keys("filter", "floor.nobody", "floor.nobody_text")

    def _is_alone(self) -> bool:
        return self._floor is not None and all(
            row.desk_id == self._own_desk_id for row in self._rows
        )

    def _offer_queues(self, queues: tuple[QueueStatus, ...]) -> None:
        ids = [queue.queue_id for queue in queues]
        if ids != [self.queues.itemData(index) for index in range(1, self.queues.count())]:
            chosen = self.queues.currentData()
            with QSignalBlocker(self.queues):
                self.queues.clear()
                for queue_id in ("", *ids):
                    self.queues.addItem("", queue_id)
                self.queues.setCurrentIndex(max(0, self.queues.findData(chosen)))
        self._name_queues()

    def _name_queues(self) -> None:
        queues = self._floor.queues if self._floor is not None else ()
        self.queues.setItemText(0, tr("floor.all_queues"))
        for index, queue in enumerate(queues, 1):
            self.queues.setItemText(index, in_current_language(queue.name, queue.name_zh))
