"""The service clocks that are in sight, kept for every list and board; main thread.

The desk says when a clock changes; between that only the time goes on. One slow tick serves all:
whoever shows clocks compares what they say then, and paints only what is new.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Protocol, cast

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from agent_desk.domain.identifiers import WorkOrderId
from agent_desk.domain.service_clock import Deadline
from agent_desk.services.service_levels import ServiceLevelsChangedEvent
from ui.orders.clock_pill import ClockFace, clock_face
from ui.presenters.context import Context
from ui.widgets.gathering import Gathering

TICK_MS: Final = 10_000
"""Pause between two looks at the time: a clock shows whole minutes."""

GATHER_MS: Final = 50
"""Pause before clocks that came into sight are asked for: those of one list together."""


class ShowsClocks(Protocol):
    """A page, panel or board with clocks."""

    def follow_clocks(self, face: Callable[[str], ClockFace | None]) -> None:
        """Ask ``face`` for what the clock of an order shows, by the order's id."""
        ...

    def show_clocks(self) -> None:
        """Ask again, and paint what is new."""
        ...


class ServiceClocks(QObject):
    """What each order's clock shows.

    changed: ask for the faces again, because a clock changed or the time went on.
    """

    changed = Signal()

    def __init__(self, *, context: Context) -> None:
        """Follow the desk's service levels."""
        super().__init__()
        self._context = context
        self._deadlines: dict[WorkOrderId, Deadline | None] = {}
        self._unknown: set[WorkOrderId] = set()
        self._gather = Gathering(self._ask, pause_ms=GATHER_MS, owner=self)
        self._tick = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.VeryCoarseTimer)
        self._tick.timeout.connect(self.changed)
        self._tick.start()
        context.bridge.subscribe(ServiceLevelsChangedEvent, self._on_levels)

    def face(self, order_id: str) -> ClockFace | None:
        """Return what the order's clock shows now, None where none runs.

        One that nobody asked for before is not known yet; `changed` follows.
        """
        key = WorkOrderId(order_id)
        if key not in self._deadlines:
            self._deadlines[key] = None
            self._unknown.add(key)
            self._gather.wish()
        return clock_face(self._deadlines[key], self._context.now())

    def serve(self, shown: ShowsClocks) -> None:
        """Keep the clocks of ``shown`` right while it is in sight; it is a widget."""
        shown.follow_clocks(self.face)
        _Served(shown, self)

    def _ask(self) -> None:
        unknown, self._unknown = frozenset(self._unknown), set()
        levels = self._context.desk.service_levels
        self._context.ask(lambda: levels.deadlines(unknown), self._learn, owner=self)

    def _on_levels(self, event: ServiceLevelsChangedEvent) -> None:
        self._learn({key: one for key, one in event.deadlines.items() if key in self._deadlines})

    def _learn(self, deadlines: Mapping[WorkOrderId, Deadline | None]) -> None:
        if deadlines:
            self._deadlines.update(deadlines)
            self.changed.emit()


class _Served(QObject):
    """Passes changes on to a widget in sight, and makes up for them when it comes into sight."""

    def __init__(self, shown: ShowsClocks, clocks: ServiceClocks) -> None:
        self._widget = cast("QWidget", shown)
        super().__init__(self._widget)
        self._shown = shown
        self._widget.installEventFilter(self)
        clocks.changed.connect(self._on_changed)

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.Show:
            self._shown.show_clocks()
        return False

    def _on_changed(self) -> None:
        if self._widget.isVisible():
            self._shown.show_clocks()
