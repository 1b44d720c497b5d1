"""One column of cards that paints only what comes into sight or changes; main thread.

What is added or removed moves the rest as pixels: a column with ten thousand cards costs as much
as one with ten, and a card that another desk changes is the only one that is painted.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QToolTip, QWidget

from agent_desk.domain.board import BoardOrder
from agent_desk.domain.work_order import WorkOrderState
from ui.board.card_painter import CARD_HEIGHT, CardLook, CardPainter
from ui.board.model import BoardModel
from ui.theme.theme import colour, px, theme_signals

_GAP: Final = 8
_EDGE: Final = 6

_STEPS: Final = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_SIDES: Final = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class LaneView(QAbstractScrollArea):
    """The cards of one column; current is the one that the keyboard is at.

    current_changed: its order's id, "" for none. opened: Enter or a double click. sideways: -1 or
    1, to the column beside. dragged: the orders that the mouse takes along; carried, dropped:
    where it is on the screen; let_go: the mouse's way ended without a drop.
    """

    current_changed = Signal(str)
    opened = Signal(str)
    sideways = Signal(int)
    dragged = Signal(list)
    carried = Signal(QPoint)
    dropped = Signal(QPoint)
    let_go = Signal()

    def __init__(
        self,
        *,
        model: BoardModel,
        column: WorkOrderState,
        painter: CardPainter,
        parent: QWidget | None = None,
    ) -> None:
        """``painter`` is shared by all columns, which say much the same."""
        super().__init__(parent)
        self.column = column
        self._model = model
        self.painter = painter
        self._current = ""
        self._pressed: QPoint | None = None
        self._is_carrying = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # What is opaque can be scrolled as pixels.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        for signal, slot in (
            (model.changed, self._on_changed),
            (model.added, self._on_added),
            (model.removed, self._on_removed),
        ):
            signal.connect(slot)
        model.filled.connect(self._on_filled)
        theme_signals().changed.connect(self._on_filled_anew)

    def count(self) -> int:
        """Return how many cards there are."""
        return len(self._model.lane(self.column))

    def current_id(self) -> str:
        """Return the order of the current card, "" when there is none."""
        return self._current

    def current_row(self) -> int | None:
        """Return where the current card stands, None when there is none."""
        place = self._model.place(self._current) if self._current else None
        return place.row if place is not None and place.column is self.column else None

    def set_current(self, row: int) -> None:
        """Go to the card at ``row``, or to the nearest there is, and bring it into sight."""
        cards = self._model.lane(self.column)
        former = self.current_row()
        row = max(0, min(row, len(cards) - 1))
        order_id = str(cards[row].id) if cards else ""
        if order_id != self._current:
            self._current = order_id
            for changed in (former, row):
                self._update_row(changed)
            self._say_current()
            self.current_changed.emit(order_id)
        if cards:
            self._bring_into_sight(row)

    def row_in_sight(self) -> int:
        """Return the first row that is wholly in sight: where the keyboard comes in."""
        top = self.verticalScrollBar().value()
        return -(-max(0, top - px(_EDGE)) // self._pitch())

    def card_rect(self, row: int) -> QRect:
        """Return where the card at ``row`` stands in the viewport, in sight or not."""
        top = px(_EDGE) + row * self._pitch() - self.verticalScrollBar().value()
        width = self.viewport().width() - 2 * px(_EDGE)
        return QRect(px(_EDGE), top, width, px(CARD_HEIGHT))

    def order_at(self, point: QPoint) -> BoardOrder | None:
        """Return the card at ``point`` of the viewport, None between cards."""
        row = (point.y() + self.verticalScrollBar().value() - px(_EDGE)) // self._pitch()
        cards = self._model.lane(self.column)
        if 0 <= row < len(cards) and self.card_rect(row).contains(point):
            return cards[row]
        return None

    def refresh_in_sight(self) -> None:
        """Paint anew what can be seen: time went on."""
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        region = event.region()
        # Clipped to the region: what lies between two changed cards is not touched.
        painter.fillRect(region.boundingRect(), colour("window"))
        cards = self._model.lane(self.column)
        for row in self._rows_in(region):
            order = cards[row]
            look = CardLook(
                is_marked=self._model.is_marked(order.id),
                is_current=order.id == self._current,
                has_focus=self.hasFocus(),
            )
            clock = self._model.clock(order.id)
            self.painter.paint(painter, self.card_rect(row), order, clock, look)
        painter.end()

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        row = self.current_row()
        was_seen = row is not None and 0 <= self.card_rect(row).top() < event.oldSize().height()
        self._measure()
        if row is not None and was_seen:
            self._bring_into_sight(row)

    def scrollContentsBy(self, dx: int, dy: int, /) -> None:
        self.viewport().scroll(0, dy)

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        """Walk the cards, open one, mark some; everything else is the page's."""
        key, row = Qt.Key(event.key()), self.current_row()
        is_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        is_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key == Qt.Key.Key_Escape and self._is_carrying:
            self._end_drag()
        elif key in _SIDES and not is_control:
            self.sideways.emit(_SIDES[key])
        elif (target := self._target_of(key, row)) is not None and not is_control:
            self._walk(target, extends=is_shift)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._current and not is_control:
            self.opened.emit(self._current)
        elif key == Qt.Key.Key_Space and row is not None:
            self._toggle(row)
        elif key == Qt.Key.Key_A and is_control:
            self._model.mark(order.id for order in self._model.lane(self.column))
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        order = self.order_at(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or order is None:
            return
        place = self._model.place(order.id)
        assert place is not None
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_current(place.row)
            self._toggle(place.row)
            return
        self._walk(place.row, extends=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        self._pressed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent, /) -> None:
        if self._pressed is None:
            return
        point = event.position().toPoint()
        far = (point - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        if far and not self._is_carrying:
            self._is_carrying = True
            self.dragged.emit(self._taken_along())
        if self._is_carrying:
            self.carried.emit(event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent, /) -> None:
        was_carrying, self._pressed = self._is_carrying, None
        self._is_carrying = False
        if was_carrying:
            self.dropped.emit(event.globalPosition().toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent, /) -> None:
        order = self.order_at(event.position().toPoint())
        if order is not None:
            self.opened.emit(order.id)

    def contextMenuEvent(self, event: QContextMenuEvent, /) -> None:
        event.accept()

    def focusInEvent(self, event: QFocusEvent, /) -> None:
        super().focusInEvent(event)
        if self.current_row() is None and self.count():
            self.set_current(self.row_in_sight())
        self._update_row(self.current_row())
        self._say_current()

    def focusOutEvent(self, event: QFocusEvent, /) -> None:
        super().focusOutEvent(event)
        self._update_row(self.current_row())

    def viewportEvent(self, event: QEvent, /) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            order = self.order_at(event.pos())
            text = self.painter.describe(order, self._model.clock(order.id)) if order else ""
            QToolTip.showText(event.globalPos(), text, self.viewport())
            return True
        return super().viewportEvent(event)

    def _pitch(self) -> int:
        return px(CARD_HEIGHT) + px(_GAP)

    def _rows_in(self, region: QRegion) -> list[int]:
        """Return the cards that ``region`` touches, each once."""
        scrolled, pitch, last = self.verticalScrollBar().value(), self._pitch(), self.count() - 1
        around = region.boundingRect()
        first = max(0, (around.top() + scrolled - px(_EDGE)) // pitch)
        end = min(last, (around.bottom() + scrolled - px(_EDGE)) // pitch)
        return [row for row in range(first, end + 1) if region.intersects(self.card_rect(row))]

    def _measure(self) -> None:
        bar = self.verticalScrollBar()
        height = self.count() * self._pitch() - px(_GAP) + 2 * px(_EDGE) if self.count() else 0
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(self._pitch() // 2)
        bar.setRange(0, max(0, height - self.viewport().height()))

    def _on_changed(self, column: str, row: int) -> None:
        if column == self.column:
            self._update_row(row)

    def _on_filled(self, column: str) -> None:
        if column != self.column:
            return
        if self._current and self.current_row() is None:
            self._current = ""
            self.current_changed.emit("")
        self._on_filled_anew()

    def _on_filled_anew(self) -> None:
        self._measure()
        self.viewport().update()

    def _on_added(self, column: str, row: int) -> None:
        if column == self.column:
            self._shift(row, self._pitch())

    def _on_removed(self, column: str, row: int) -> None:
        if column != self.column:
            return
        self._shift(row, -self._pitch())
        if self._current and self.current_row() is None:
            # The keyboard stays where it was: at the card that has moved up.
            self._current = ""
            self.set_current(row)

    def _shift(self, row: int, by: int) -> None:
        """Move what stands from ``row`` on by so many pixels, and paint what came free."""
        bar, top = self.verticalScrollBar(), self.card_rect(row).top()
        if top + self._pitch() <= 0 and bar.maximum() > 0:
            # Above what is looked at: the cards in sight stay where they are, as they are.
            self._scroll_silently(by)
            return
        width, height = self.viewport().width(), self.viewport().height()
        top = max(0, top)
        if top < height:
            self.viewport().scroll(0, by, QRect(0, top, width, height - top))
        self._measure()

    def _scroll_silently(self, by: int) -> None:
        bar = self.verticalScrollBar()
        was = bar.blockSignals(True)
        bar.setMaximum(max(0, bar.maximum() + by))
        bar.setValue(bar.value() + by)
        bar.blockSignals(was)
        bar.update()

    def _update_row(self, row: int | None) -> None:
        if row is not None:
            self.viewport().update(self.card_rect(row))

    def _bring_into_sight(self, row: int) -> None:
        rect, bar = self.card_rect(row), self.verticalScrollBar()
        if rect.top() < px(_EDGE):
            bar.setValue(bar.value() + rect.top() - px(_EDGE))
        elif rect.bottom() > self.viewport().height() - px(_EDGE):
            bar.setValue(bar.value() + rect.bottom() + px(_EDGE) - self.viewport().height())

    def _target_of(self, key: Qt.Key, row: int | None) -> int | None:
        """Return the row that a key leads to, None for a key that leads nowhere."""
        here = row if row is not None else self.row_in_sight() - 1
        page = max(1, self.viewport().height() // self._pitch() - 1)
        steps = {**_STEPS, Qt.Key.Key_PageUp: -page, Qt.Key.Key_PageDown: page}
        if key in steps:
            return here + steps[key]
        return {Qt.Key.Key_Home: 0, Qt.Key.Key_End: self.count() - 1}.get(key)

    def _walk(self, target: int, *, extends: bool) -> None:
        """Go to a row, marking every card on the way when Shift is held."""
        if not extends:
            self.set_current(target)
            return
        before = self.current_row()
        self.set_current(target)
        cards, row = self._model.lane(self.column), self.current_row()
        if row is not None and cards:
            first, last = sorted((before if before is not None else row, row))
            self._model.mark(order.id for order in cards[first : last + 1])

    def _toggle(self, row: int) -> None:
        order = self._model.lane(self.column)[row]
        self._model.mark([order.id], on=not self._model.is_marked(order.id))

    def _taken_along(self) -> list[str]:
        """Return what is dragged: all marked cards when the mouse took one of them."""
        order = self._model.order(self._current)
        if order is None:
            return []
        if self._model.is_marked(order.id):
            return [marked.id for marked in self._model.marked()]
        return [order.id]

    def _end_drag(self) -> None:
        self._is_carrying, self._pressed = False, None
        self.let_go.emit()

    def _say_current(self) -> None:
        """Tell a screen reader which card the keyboard is at."""
        order = self._model.order(self._current) if self._current else None
        text = self.painter.describe(order, self._model.clock(order.id)) if order else ""
        self.setAccessibleDescription(text.replace("\n", ", "))
        if self.hasFocus():
            changed = QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
            QAccessible.updateAccessibility(changed)
