"""The dispatcher's page: the board, its filters, and beside it what is done with a card.

Main thread.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from agent_desk.domain.board import COLUMNS, BoardOrder, CardClock, Move, column_of
from agent_desk.domain.board_filter import BoardFilter
from agent_desk.domain.identifiers import WorkOrderId
from agent_desk.domain.late_step import LateStep
from agent_desk.domain.order_story import StoryStep
from agent_desk.domain.ticket import Category, Department
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from ui.board.card_detail import CardDetail
from ui.board.carrying import CardMoves, Carrying
from ui.board.filter_bar import FilterBar
from ui.board.head import BoardHead
from ui.board.model import BoardModel
from ui.board.outcomes import CardOutcome
from ui.board.refused_move import MayTake, assigning_refusal, move_or_refusal
from ui.board.side import BoardSide
from ui.board.stage import BoardStage
from ui.language import in_current_language, tr
from ui.theme.theme import px
from ui.widgets.gathering import Gathering
from ui.widgets.notice import Notice

TIMES_MS: Final = 20_000
"""Pause between two paintings of ages and clocks, which tell whole minutes."""

GATHER_MS: Final = 200
"""Pause before regions and places are counted anew after a change."""

_NARROW: Final = 720
"""Below this width the side takes the place of the cards."""

_LOW: Final = 420
"""Below this height the filters are folded."""

_SIDE: Final = 380


class DispatchPage(QWidget):
    """Shows what it is given and emits what the dispatcher wants.

    watched: the page came into sight, or went. assign_requested: orders' ids, department, whether
    somebody goes there or None; answer with ``show_outcomes``, ``step_taken`` or ``show_error``.
    cancel_requested, send_back_requested: id, version, reason, the former also who agreed;
    step_requested: id, version, Move; answer with ``step_taken``, ``show_late`` or ``show_error``.
    whole_wanted: answer with ``show_whole``. next_requested: answer with ``go_to``.
    """

    watched = Signal(bool)
    assign_requested = Signal(list, str, object)
    cancel_requested = Signal(str, int, str, str)
    send_back_requested = Signal(str, int, str)
    step_requested = Signal(str, int, Move)
    whole_wanted = Signal(str)
    next_requested = Signal()
    redo_requested = Signal(object)
    step_dropped = Signal(object)
    reload_requested = Signal()

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._now = now
        self._departments: dict[str, Department] = {}
        self._may_take: MayTake = lambda *step: True
        self._has_side = False
        self.model = BoardModel(self)
        self.head = BoardHead()
        self.filters = FilterBar()
        self.notice = Notice(beside=True)
        self.stage = BoardStage(model=self.model, now=now, department=self.name_of)
        self.columns, self.regions = self.stage.columns, self.stage.regions
        self.side = BoardSide(now=now, department=self.name_of)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._times = QTimer(self, interval=TIMES_MS)
        self._gather = Gathering(self._show_gathered, pause_ms=GATHER_MS, owner=self)
        self._build()
        moves = CardMoves(may_drop=self.may_drop, give=self.give, take_to=self.take_to)
        self.carrying = Carrying(page=self, columns=self.columns, model=self.model, moves=moves)
        self._connect()
        self.retranslate()

    @property
    def detail(self) -> CardDetail:
        """The card in full beside the board."""
        return self.side.detail

    def name_of(self, department_id: str) -> str:
        """Return a department's name in the current language, its id while it is not known."""
        known = self._departments.get(department_id)
        return in_current_language(known.name, known.name_zh) if known else department_id

    def set_departments(self, departments: Sequence[Department]) -> None:
        """Offer ``departments``, and name them on the cards."""
        self._departments = {str(department.id): department for department in departments}
        self.filters.set_departments(departments)
        self.side.set_departments(departments)
        self.carrying.set_departments(departments)
        self.columns.refresh_times()

    def set_categories(self, categories: Sequence[Category]) -> None:
        """Offer ``categories`` to filter by."""
        self.filters.set_categories(categories)

    def offer_steps(self, may_take: MayTake) -> None:
        """Offer only the steps, from one state to another, that ``may_take`` allows."""
        self._may_take = may_take
        self.side.offer_steps(may_take)

    def show_orders(self, orders: Iterable[BoardOrder]) -> None:
        """Show every open order."""
        self.notice.hide()
        self.model.show_all(orders, self._now())
        self.stage.show_known()
        # Places are counted after the first picture.
        self._gather.wish()
        self._follow_current()

    def show_changed(self, ids: Collection[str], found: Iterable[BoardOrder]) -> None:
        """Show the orders ``ids`` as they are now; those that were not ``found`` are done."""
        self.model.change(ids, found, self._now())
        self.stage.follow()
        self._gather.wish()
        if self.side.card_id() in ids:
            self._follow_current()

    def show_clocks(self, ids: Collection[str], clocks: Mapping[WorkOrderId, CardClock]) -> None:
        """Show the service clocks of the orders ``ids``."""
        self.model.set_clocks(ids, clocks, self._now())
        self._gather.wish()

    def show_unavailable(self, text: str) -> None:
        """Say why the orders are not to be had; those on screen stay."""
        self.stage.show_unavailable()
        self.notice.show_text(text, "warning", tr("board.retry"))

    def show_available(self) -> None:
        """What is shown is the truth again."""
        self.notice.hide()

    def show_whole(self, order: WorkOrder, steps: Sequence[StoryStep]) -> None:
        """Show a whole order with its story beside the board."""
        self.side.show_whole(order, steps)

    def show_error(self, field: str, text: str) -> None:
        """Say why a step was refused, where it was asked for."""
        if not self.side.show_error(field, text):
            self.notice.show_text(text, "warning")

    def show_late(self, late: LateStep) -> None:
        """Show what happened to an order before the step was taken, until that is decided."""
        self.side.show_late(late)

    def show_outcomes(self, outcomes: Sequence[CardOutcome]) -> None:
        """Show what came of a step with several orders; what was refused stays marked."""
        done = [WorkOrderId(one.order_id) for one in outcomes if one.kind != "refused"]
        self.model.mark(done, on=False)
        self.side.show_outcomes(outcomes)

    def step_taken(self, order_id: str) -> None:
        """A single step is done: its panel is closed, the keyboard is at the cards again."""
        self.model.mark([WorkOrderId(order_id)], on=False)
        self.side.step_taken(order_id)

    def go_to(self, order_id: str) -> bool:
        """Go to a card, clearing a filter that hides it; False when the order is done."""
        order = self.model.order(order_id)
        if order is None:
            self.notice.show_text(tr("board.gone"), "info")
            return False
        if self.model.place(order_id) is None:
            self.filters.clear_all()
            self.notice.show_text(tr("board.hidden", number=order.number), "info")
        self.show_cards()
        return self.columns.go_to(order_id)

    def show_cards(self) -> None:
        """Show the cards in their columns."""
        self.head.set_view("cards")
        self._show_view("cards")

    def show_regions(self) -> None:
        """Show how many orders there are where."""
        self.head.set_view("regions")
        self._show_view("regions")

    def open_card(self, order_id: str) -> None:
        """Show a card in full beside the board."""
        order = self.model.order(order_id)
        if order is not None:
            self.side.show_card(order, self.model.clock(order.id))

    def assign(self, orders: Sequence[BoardOrder]) -> None:
        """Ask who gets ``orders``; one that cannot be assigned says why."""
        self.notice.hide()
        if len(orders) == 1 and (why := assigning_refusal(orders[0], self._may_take)):
            self.notice.show_text(why, "warning")
            return
        if orders:
            self.side.ask_department(orders, self.model.loads())

    def take_to(self, ids: Sequence[str], column: WorkOrderState) -> None:
        """Take the cards ``ids`` to ``column``, or say why that is not possible."""
        orders = [order for order in map(self.model.order, ids) if order is not None]
        self.notice.hide()
        if not orders or all(column_of(order.state) is column for order in orders):
            return
        if len(orders) > 1:
            if column is WorkOrderState.ASSIGNED:
                self.assign(orders)
            else:
                self.notice.show_text(tr("board.one_by_one"), "warning")
            return
        move, why = move_or_refusal(orders[0], column, self._may_take)
        if move is None:
            self.notice.show_text(why, "warning")
        else:
            self._begin(orders[0], move)

    def give(self, ids: Sequence[str], department_id: str) -> None:
        """Assign the cards ``ids`` to a department at once, or say why that is not possible."""
        orders = [order for order in map(self.model.order, ids) if order is not None]
        if len(orders) == 1 and (why := assigning_refusal(orders[0], self._may_take)):
            self.notice.show_text(why, "warning")
        elif orders:
            self.assign_requested.emit([order.id for order in orders], department_id, None)

    def may_drop(self, ids: Sequence[str], column: WorkOrderState) -> bool:
        """Return whether the cards ``ids`` can be taken to ``column``."""
        orders = [order for order in map(self.model.order, ids) if order is not None]
        if len(orders) > 1 and column is not WorkOrderState.ASSIGNED:
            return False
        return any(move_or_refusal(order, column, self._may_take)[0] for order in orders)

    def retranslate(self) -> None:
        """Set every text anew."""
        self.regions.retranslate()
        self._show_counts()

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def showEvent(self, event: QShowEvent, /) -> None:
        super().showEvent(event)
        self._times.start()
        self.watched.emit(True)
        self.stage.focus_shown()

    def hideEvent(self, event: QHideEvent, /) -> None:
        super().hideEvent(event)
        self._times.stop()
        self.watched.emit(False)

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self.filters.be_compact(self.height() < px(_LOW))
        self._fit_side()

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        """One key for each thing that a dispatcher does all day."""
        act = self._keys().get((event.modifiers(), Qt.Key(event.key())))
        if act is None:
            super().keyPressEvent(event)
        else:
            act()

    def _keys(self) -> dict[tuple[Qt.KeyboardModifier, Qt.Key], Callable[[], object]]:
        plain, control = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
        key = Qt.Key
        return {
            (plain, key.Key_A): self._assign_chosen,
            (plain, key.Key_C): self._cancel_current,
            (plain, key.Key_N): self.next_requested.emit,
            (plain, key.Key_R): self._toggle_regions,
            (plain, key.Key_F): self.filters.focus_words,
            (plain, key.Key_Slash): self.filters.focus_words,
            (plain, key.Key_Backspace): self.filters.clear_all,
            (plain, key.Key_Escape): self._escape,
            (control, key.Key_Left): lambda: self._move_current(-1),
            (control, key.Key_Right): lambda: self._move_current(1),
        }

    def _build(self) -> None:
        self._split.setHandleWidth(px(12))
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self.stage)
        self._split.addWidget(self.side)
        self._split.setStretchFactor(0, 1)
        top = QHBoxLayout()
        top.setContentsMargins(px(4), 0, px(4), 0)
        top.addWidget(self.head, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(12), px(12), px(12), px(8))
        layout.setSpacing(px(8))
        layout.addLayout(top)
        layout.addWidget(self.filters)
        layout.addWidget(self.notice)
        layout.addWidget(self._split, 1)

    def _connect(self) -> None:
        self._times.timeout.connect(self._tick)
        self.model.counted.connect(self._show_counts)
        self.filters.chosen.connect(self._on_filter)
        self.filters.left.connect(self.stage.focus_shown)
        self.head.view_chosen.connect(self._show_view)
        self.head.next_requested.connect(self.next_requested)
        self.head.assign_requested.connect(self._assign_chosen)
        self.notice.action_requested.connect(self.reload_requested)
        self.regions.chosen.connect(self._on_region)
        self.columns.opened.connect(self.open_card)
        self.columns.current_changed.connect(lambda _: self._follow_current())
        side = self.side
        side.opened.connect(self._make_room)
        side.left.connect(self._close_side)
        side.wanted.connect(self.whole_wanted)
        side.assign_requested.connect(self._assign_one)
        side.assigned.connect(self.assign_requested)
        side.cancelled.connect(self.cancel_requested)
        side.sent_back.connect(self.send_back_requested)
        side.card_opened.connect(self.go_to)
        side.redone.connect(self.redo_requested)
        side.dropped.connect(self.step_dropped)

    def _begin(self, order: BoardOrder, move: Move) -> None:
        if move is Move.ASSIGN:
            self.assign([order])
        elif move is Move.SEND_BACK:
            self.open_card(order.id)
            self.detail.ask_sending_back()
        else:
            self.step_requested.emit(order.id, order.version, move)

    def _assign_one(self, order_id: str) -> None:
        order = self.model.order(order_id)
        if order is not None:
            self.assign([order])

    def _assign_chosen(self) -> None:
        """Assign the marked cards, or the one that the keyboard is at."""
        current = self.model.order(self.columns.current_id())
        self.assign(self.model.marked() or ([current] if current is not None else []))

    def _cancel_current(self) -> None:
        order = self.model.order(self.columns.current_id())
        if order is None:
            return
        move_to = WorkOrderState.CANCELLED
        state = tr(f"work_order_state.{order.state}")
        if not self.detail.can_cancel(order):
            target = tr(f"work_order_state.{move_to}")
            words = tr("board.no_way", number=order.number, state=state, target=target)
            self.notice.show_text(words, "warning")
            return
        self.open_card(order.id)
        self.detail.ask_cancelling()

    def _move_current(self, step: int) -> None:
        order = self.model.order(self.columns.current_id())
        column = column_of(order.state) if order is not None else None
        if order is None or column is None:
            return
        place = COLUMNS.index(column) + step
        if 0 <= place < len(COLUMNS):
            self.take_to([order.id], COLUMNS[place])

    def _escape(self) -> None:
        """Leave the innermost: what is carried, the side, the notice, the marks."""
        if self.carrying.is_carrying():
            self.carrying.let_go()
        elif self.side.panel() is not None:
            self.side.leave()
        elif self.notice.isVisible() and self.stage.is_known:
            self.notice.hide()
        else:
            self.model.unmark_all()

    def _on_filter(self, chosen: BoardFilter) -> None:
        self.model.show_filter(chosen, self._now())
        self.stage.show_view(self.head.view())
        self._gather.wish()

    def _on_region(self, city: str, state: str) -> None:
        """Show the cards of a place, beginning with a column."""
        self.filters.choose_city(city)
        self.show_cards()
        if state:
            self.columns.go_to_column(WorkOrderState(state))

    def _toggle_regions(self) -> None:
        if self.head.view() == "regions":
            self.show_cards()
        else:
            self.show_regions()

    def _show_view(self, view: str) -> None:
        self.stage.show_view(view)
        self.stage.focus_shown()

    def _make_room(self) -> None:
        """Give the side the room that it needs, unless somebody has chosen another."""
        if not self._has_side:
            self._split.setSizes([max(1, self._split.width() - px(_SIDE)), px(_SIDE)])
        self._has_side = True
        self._fit_side()

    def _close_side(self) -> None:
        self._fit_side()
        self.stage.focus_shown()

    def _fit_side(self) -> None:
        """Let the side take the place of the cards where there is no room for both."""
        narrow = self.width() < px(_NARROW)
        self.stage.setVisible(not (narrow and self.side.panel() is not None))

    def _follow_current(self) -> None:
        """Show the card that the keyboard is at, while details are shown at all."""
        if not self.side.shows_card():
            return
        shown = self.model.order(self.columns.current_id()) or self.model.order(
            self.detail.order_id
        )
        if shown is not None and not self.side.is_typing():
            self.detail.show_card(shown, self.model.clock(shown.id))
        elif shown is None:
            self.side.leave()

    def _tick(self) -> None:
        if self.model.filter.overdue:
            # Cards become overdue while nobody touches them.
            self.model.show_filter(self.model.filter, self._now())
        self.columns.refresh_times()
        self._show_gathered()

    def _show_gathered(self) -> None:
        """Count places, and regions while they are looked at."""
        self._gather.stop()
        self.filters.set_cities({order.city.strip() for order in self.model.all()})
        self.stage.count_regions()
        self._show_counts()

    def _show_counts(self) -> None:
        """Say how many orders there are, how many are shown, and how many are marked."""
        count = self.model.count()
        shown = sum(len(self.model.lane(column)) for column in COLUMNS)
        if not self.model.filter.is_empty:
            self.head.show_summary("board.summary_shown", shown=shown, count=count)
        else:
            overdue = sum(self.model.overdue(column, self._now()) for column in COLUMNS)
            key = "board.summary_overdue" if overdue else "board.summary"
            self.head.show_summary(key, count=count, overdue=overdue)
        self.head.show_marked(len(self.model.marked()))
