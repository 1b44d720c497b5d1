"""The columns side by side: one keyboard way through all cards, and what is carried by mouse.

Main thread.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QWidget

from agent_desk.domain.board import COLUMNS
from agent_desk.domain.work_order import WorkOrderState
from ui.board.card_painter import CardPainter
from ui.board.lane import DropLook, Lane
from ui.board.model import BoardModel
from ui.theme.theme import px


class BoardColumns(QScrollArea):
    """Where there is no room for all columns, they scroll sideways with the keyboard.

    current_changed: the order that the keyboard is at, "" for none. opened: its details are
    wanted. dragged: orders that are carried; carried, dropped: where on the screen; let_go: never
    mind.
    """

    current_changed = Signal(str)
    opened = Signal(str)
    dragged = Signal(list)
    carried = Signal(QPoint)
    dropped = Signal(QPoint)
    let_go = Signal()

    def __init__(
        self,
        *,
        model: BoardModel,
        now: Callable[[], datetime],
        department: Callable[[str], str],
    ) -> None:
        super().__init__()
        self._model = model
        self._active = COLUMNS[0]
        painter = CardPainter(self, now=now, department=department)
        self.lanes = {
            column: Lane(model=model, column=column, painter=painter, now=now) for column in COLUMNS
        }
        inner = QWidget()
        inner.setObjectName("scrolled")
        row = QHBoxLayout(inner)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(4))
        for lane in self.lanes.values():
            row.addWidget(lane, 1)
            self._connect(lane)
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def current_id(self) -> str:
        """Return the order that the keyboard is at, "" when at none."""
        return self.lanes[self._active].view.current_id()

    def focus_cards(self) -> None:
        """Put the keyboard at the current card, or at the first there is."""
        lane = self.lanes[self._active]
        if not lane.view.count():
            lane = next((x for x in self.lanes.values() if x.view.count()), lane)
        self._active = lane.column
        lane.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def has_keyboard(self) -> bool:
        """Return whether one of the columns has the focus."""
        return any(lane.view.hasFocus() for lane in self.lanes.values())

    def go_to(self, order_id: str) -> bool:
        """Go to the card of an order; False when it is not shown."""
        place = self._model.place(order_id)
        if place is None:
            return False
        self._enter(place.column, place.row)
        return True

    def go_to_column(self, column: WorkOrderState) -> None:
        """Go to the first card of a column."""
        self._enter(column, 0)

    def column_at(self, place: QPoint) -> WorkOrderState | None:
        """Return the column at a point of the screen, None beside all of them."""
        viewport = self.viewport()
        if not viewport.rect().contains(viewport.mapFromGlobal(place)):
            return None
        for column, lane in self.lanes.items():
            if lane.rect().contains(lane.mapFromGlobal(place)):
                return column
        return None

    def show_drop(self, column: WorkOrderState | None, look: DropLook = "") -> None:
        """Say at ``column`` whether what is carried may be dropped there; nothing elsewhere."""
        for each, lane in self.lanes.items():
            lane.set_drop(look if each is column else "")

    def refresh_times(self) -> None:
        """Show ages and clocks as they are now."""
        for lane in self.lanes.values():
            lane.show_counts()
            lane.view.refresh_in_sight()

    def minimumSizeHint(self) -> QSize:
        return QSize(px(180), px(160))

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._show_active()

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        """Leave the keys that no column wants to the page, and scroll by none of them."""
        event.ignore()

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            for column, lane in self.lanes.items():
                if lane.view is watched:
                    self._activate(column)
        return super().eventFilter(watched, event)

    def _connect(self, lane: Lane) -> None:
        view = lane.view
        view.installEventFilter(self)
        view.sideways.connect(lambda step: self._go_sideways(lane.column, step))
        view.current_changed.connect(lambda order_id: self._on_current(lane.column, order_id))
        for signal, through in (
            (view.opened, self.opened),
            (view.dragged, self.dragged),
            (view.carried, self.carried),
            (view.dropped, self.dropped),
            (view.let_go, self.let_go),
        ):
            signal.connect(through)

    def _enter(self, column: WorkOrderState, row: int) -> None:
        """Go to a card; the window itself may be behind others at the moment."""
        view = self.lanes[column].view
        view.setFocus(Qt.FocusReason.OtherFocusReason)
        view.set_current(row)
        self._activate(column)

    def _activate(self, column: WorkOrderState) -> None:
        self._active = column
        self._show_active()
        self.current_changed.emit(self.current_id())

    def _on_current(self, column: WorkOrderState, order_id: str) -> None:
        if column is self._active:
            self.current_changed.emit(order_id)

    def _show_active(self) -> None:
        self.ensureWidgetVisible(self.lanes[self._active], px(8), 0)

    def _go_sideways(self, column: WorkOrderState, step: int) -> None:
        """Go to the next column that has cards, at about the same height."""
        place = COLUMNS.index(column) + step
        here = self.lanes[column].view
        row = here.current_row()
        offset = (row - here.row_in_sight()) if row is not None else 0
        while 0 <= place < len(COLUMNS):
            view = self.lanes[COLUMNS[place]].view
            if view.count():
                self._enter(COLUMNS[place], view.row_in_sight() + max(0, offset))
                return
            place += step
