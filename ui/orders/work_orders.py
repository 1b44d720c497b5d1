"""The customer's work orders in small rows; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from agent_desk.domain.customer import OpenOrder
from agent_desk.domain.work_order import WorkOrderState
from ui.formats import format_moment
from ui.language import in_current_language, tr
from ui.orders.clock_pill import FACE_TOKENS, FaceOf, no_face
from ui.orders.order_answer import OrderAnswerPart
from ui.orders.routing_text import RoutingWords
from ui.theme.theme import px, theme_signals
from ui.widgets.empty_state import EmptyState
from ui.widgets.label import Label
from ui.widgets.notice import Notice
from ui.widgets.row_model import ROW_ROLE, RowModel
from ui.widgets.row_painting import FontRole, RowPainter
from ui.widgets.state_kinds import order_kind

_ROW_HEIGHT: Final = 48
_TILE: Final = 34
_ROWS_SHOWN: Final = 2
_TO_VERIFY: Final = WorkOrderState.VERIFYING.value
QWIDGETSIZE_MAX: Final = 16_777_215
"""Qt's own name for "no limit"; PySide does not export it."""


def describe_order(order: OpenOrder, now: datetime, words: RoutingWords) -> str:
    """Return an order in words, as a screen reader and the tooltip say it."""
    state = tr(f"work_order_state.{order.state}")
    return f"#{order.number} {order.subject} · {about_order(order, now, words)} · {state}"


def about_order(order: OpenOrder, now: datetime, words: RoutingWords) -> str:
    """Return when an order last changed, where it is, and why there."""
    parts = [format_moment(order.changed_at, now), _place(order, now, words)]
    return " · ".join(part for part in parts if part)


def _place(order: OpenOrder, now: datetime, words: RoutingWords) -> str:
    if order.routing is not None:
        return words.brief(order.routing, now)
    return in_current_language(order.department, order.department_zh)


class _OrderDelegate(QStyledItemDelegate):
    """Paints a tile in the colour of the state, two lines, and the state at the right."""

    def __init__(self, view: QWidget, *, now: Callable[[], datetime]) -> None:
        super().__init__(view)
        self._now = now
        self.face: FaceOf = no_face
        self.words = RoutingWords()
        self._draw = RowPainter(view)

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(px(120), px(_ROW_HEIGHT))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        order: OpenOrder = index.data(ROW_ROLE)
        draw = self._draw
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw.ground(painter, option, line=False)
        area = option.rect.adjusted(px(16), 0, -px(14), 0)
        kind = order_kind(order.state)
        middle = QPoint(area.left(), area.center().y())
        side = draw.tile(painter, middle, "wrench", kind, _TILE)
        state, face = tr(f"work_order_state.{order.state}"), self.face(order.id)
        clock = face.text if face else ""
        wanted = max(draw.width_of(x, FontRole.SMALL_STRONG) for x in (state, clock))
        room = min(wanted + 2, area.width() // 3)
        words = QRect(area.left() + side + px(10), area.top() + px(5), 0, px(19))
        words.setRight(area.right() - room - px(8))
        draw.text(painter, words, f"#{order.number} {order.subject}")
        words.translate(0, px(19))
        about = about_order(order, self._now(), self.words)
        draw.text(painter, words, about, token="text_muted", role=FontRole.SMALL)
        right = QRect(area.right() + 1 - room, area.top(), room, area.height())
        if face is not None:
            right.setRect(right.left(), words.top() - px(19), room, px(19))
            below, token = right.translated(0, px(19)), FACE_TOKENS[face.kind]
            draw.text(painter, below, clock, token=token, role=FontRole.SMALL, right=True)
        draw.text(painter, right, state, token=kind, role=FontRole.SMALL_STRONG, right=True)


class _OrderView(QListView):
    """Enter or a double click opens the marked order."""

    opened = Signal(QModelIndex)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.doubleClicked.connect(self.opened)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open on Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)


class WorkOrdersPanel(QFrame):
    """Orders of the shown customer that are under way, and what to tell about the marked one.

    order_opened, order_marked carry the id. verification_wanted: ids of an order that came back
    and of its ticket.
    """

    order_opened = Signal(str)
    order_marked = Signal(str)
    verification_wanted = Signal(str, str)

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.view = _OrderView(self)
        self._model: RowModel[OpenOrder] = RowModel(
            describe=lambda order: self._describe(order, now()), parent=self
        )
        self.view.setModel(self._model)
        self._delegate = _OrderDelegate(self.view, now=now)
        self.view.setItemDelegate(self._delegate)
        self._stack = QStackedWidget()
        self._stack.addWidget(EmptyState("wrench", "work_orders.empty", "work_orders.empty_text"))
        self._stack.addWidget(self.view)
        self._came_back = Notice(beside=True)
        self._returned: OpenOrder | None = None
        self.answer = OrderAnswerPart(now=now)
        title = Label("work_orders.title", role="heading")
        title.setContentsMargins(px(16), px(10), px(16), px(2))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, px(6))
        layout.setSpacing(px(2))
        layout.addWidget(title)
        notice = QVBoxLayout()
        notice.setContentsMargins(px(12), 0, px(12), 0)
        notice.addWidget(self._came_back)
        layout.addLayout(notice)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self.answer, 2)
        self.view.opened.connect(self._on_opened)
        self.view.selectionModel().currentChanged.connect(self._on_marked)
        self._came_back.action_requested.connect(self._on_ask_now)
        self.answer.form_opened.connect(self._make_room)
        self._rows = 0
        theme_signals().changed.connect(self.view.scheduleDelayedItemsLayout)
        theme_signals().changed.connect(self._refit)
        self.retranslate()

    def show_orders(self, orders: tuple[OpenOrder, ...]) -> None:
        """Show ``orders``, the one that changed last on top."""
        newest_first = sorted(orders, key=lambda order: order.changed_at, reverse=True)
        marked = self.marked_id()
        self._model.show(newest_first)
        self._stack.setCurrentIndex(1 if orders else 0)
        self._fit(len(newest_first))
        self._returned = next((o for o in newest_first if o.state == _TO_VERIFY), None)
        ids = [order.id for order in newest_first]
        if ids:
            # The one that changed last is the likeliest question.
            self.view.setCurrentIndex(self._model.index(ids.index(marked) if marked in ids else 0))
        else:
            self.answer.show_answer(None)
        self.retranslate()

    def mark(self, order_id: str) -> None:
        """Mark an order and give it the keys; one that is not listed changes nothing."""
        rows = range(self._model.rowCount())
        row = next((row for row in rows if self._model.row(row).id == order_id), None)
        if row is not None:
            self.view.setCurrentIndex(self._model.index(row))
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def marked_id(self) -> str:
        """Return the id of the marked order, ``""`` for none."""
        index = self.view.currentIndex()
        return self._model.row(index.row()).id if index.isValid() else ""

    def follow_clocks(self, face: FaceOf) -> None:
        """Show what ``face`` says of each order's clock."""
        self._delegate.face = face

    def show_clocks(self) -> None:
        """Ask for the clocks again; the few rows in sight are painted anew."""
        self.view.viewport().update()

    def set_words(self, words: RoutingWords) -> None:
        """Explain by ``words`` why orders are where they are."""
        self._delegate.words = words
        self.view.viewport().update()

    def retranslate(self) -> None:
        """Set every text anew."""
        self.view.setAccessibleName(tr("work_orders.title"))
        if self._returned is None:
            self._came_back.hide()
        else:
            text = tr("verification.came_back", number=self._returned.number)
            self._came_back.show_text(text, "info", tr("verification.ask_now"))
        self.view.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _describe(self, order: OpenOrder, now: datetime) -> str:
        face = self._delegate.face(order.id)
        words = describe_order(order, now, self._delegate.words)
        return f"{words} · {face.spoken}" if face is not None else words

    def _on_opened(self, index: QModelIndex) -> None:
        self.order_opened.emit(self._model.row(index.row()).id)

    def _on_marked(self, current: QModelIndex) -> None:
        if current.isValid():
            self.order_marked.emit(self._model.row(current.row()).id)

    def _on_ask_now(self) -> None:
        if self._returned is not None:
            self.verification_wanted.emit(self._returned.id, self._returned.ticket_id)

    def _make_room(self, for_form: bool) -> None:
        """Hide the list while a form is filled in: there is room for one of them."""
        self._stack.setHidden(for_form)
        self._came_back.setHidden(for_form or self._returned is None)

    def _refit(self) -> None:
        self._fit(self._rows)

    def _fit(self, rows: int) -> None:
        """Let the list be as high as its rows, up to a few: the answer needs the room below."""
        self._rows = rows
        most = px(_ROW_HEIGHT) * min(max(rows, 1), _ROWS_SHOWN) + 2
        self.view.setMaximumHeight(most)
        self._stack.setMaximumHeight(most if rows else QWIDGETSIZE_MAX)
