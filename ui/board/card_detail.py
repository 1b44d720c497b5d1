"""The marked card in full: order, report and story, and what can be done; main thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QEvent, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.domain.board import BoardOrder, CardClock
from agent_desk.domain.order_story import StoryStep
from agent_desk.domain.work_order import WORK_ORDER_TABLE, WorkOrder, WorkOrderState
from ui.board.cancel_part import CancelPart
from ui.formats import format_moment
from ui.language import tr
from ui.orders.clock_pill import ClockPill, clock_face
from ui.orders.report_sheet import ReportSheet
from ui.orders.story_view import StoryView
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.notice import Notice
from ui.widgets.reason_part import ReasonPart, ReasonWords
from ui.widgets.record_detail import RecordHead, TextPart, scroll_column
from ui.widgets.state_kinds import order_kind

_W = WorkOrderState
MayTake = Callable[[WorkOrderState, WorkOrderState], bool]

_SEND_BACK_WORDS = ReasonWords(
    hint="review.reason_hint",
    missing="review.reason_missing",
    confirm="review.confirm",
    cancel="board.back",
    icon="undo-2",
)


class CardDetail(QFrame):
    """assign_requested: the order's id. cancelled, sent_back: id, version and reason, cancelled
    also who of the customer's agreed, "" for nobody.

    wanted: the whole order and its story; answer with ``show_whole``. left: Escape.
    """

    assign_requested = Signal(str)
    cancelled = Signal(str, int, str, str)
    sent_back = Signal(str, int, str)
    wanted = Signal(str)
    left = Signal()

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        department: Callable[[str], str],
        parent: QWidget | None = None,
    ) -> None:
        """``department`` gives a department's name by its id."""
        super().__init__(parent)
        self.setObjectName("card")
        self._now = now
        self._department = department
        self._card: BoardOrder | None = None
        self._clock: CardClock | None = None
        self._whole: WorkOrder | None = None
        self._may_take: MayTake = lambda *step: True
        self._head = RecordHead()
        self._pill = ClockPill()
        self._notice = Notice()
        self._assign = Button("board.assign_card", "send", "primary", shortcut_hint="A")
        self._cancel = Button("board.cancel_card", "circle-x", shortcut_hint="C")
        self._close = Button("board.close", role="ghost", shortcut_hint="Esc")
        self.cancelling = CancelPart()
        self.sending_back = ReasonPart(_SEND_BACK_WORDS)
        self._held = Notice()
        self._instructions = TextPart("department_page.instructions")
        self._sheet = ReportSheet(now=now)
        self._story = StoryView(now=now, department=department)
        self._build()
        self._connect()

    @property
    def order_id(self) -> str:
        """The order that is shown, "" before the first."""
        return self._card.id if self._card is not None else ""

    def offer_steps(self, may_take: MayTake) -> None:
        """Offer only the steps, from one state to another, that ``may_take`` allows."""
        self._may_take = may_take

    def show_card(self, card: BoardOrder, clock: CardClock | None) -> None:
        """Show ``card``; a reason that is being typed stays with its order."""
        other = self.order_id != card.id
        stale = other or (self._card is not None and self._card.version != card.version)
        self._card, self._clock = card, clock
        if other:
            self._whole = None
            self._notice.hide()
            self._story.show_waiting()
            self._sheet.hide()
            self.cancelling.turn_to(card.id)
            self.sending_back.turn_to(card.id)
        self.retranslate()
        if stale:
            self.wanted.emit(card.id)

    def show_whole(self, order: WorkOrder, steps: Sequence[StoryStep]) -> None:
        """Show the whole order, unless another card is shown by now."""
        if order.id != self.order_id:
            return
        self._whole = order
        self._story.show_steps(steps)
        self.retranslate()

    def is_whole(self) -> bool:
        """Return whether the order is there with its story, not only its card."""
        return self._whole is not None

    def show_unavailable(self, text: str) -> None:
        """Say why the whole order is not to be had; the card itself stays."""
        self._story.show_unavailable(text)

    def show_error(self, field: str, text: str) -> None:
        """Show what is wrong with the step; nothing that was typed is lost."""
        for part in (self.cancelling, self.sending_back):
            if field in ("reason", "consent") and part.is_asking():
                part.show_error(text)
                return
        self._notice.show_text(text, "warning")

    def ask_cancelling(self) -> None:
        """Ask who agreed to it, and why, with the cursor in the field."""
        self.sending_back.leave()
        self.cancelling.ask()

    def ask_sending_back(self) -> None:
        """Ask why the report is not enough."""
        self.cancelling.leave()
        self.sending_back.ask()

    def forget(self, order_id: str) -> None:
        """The step was taken: its reason is no longer needed."""
        self.cancelling.forget(order_id)
        self.sending_back.forget(order_id)

    def focus_first(self) -> None:
        """Put the keyboard on what can be done."""
        button = self._assign if self._assign.isVisible() else self._close
        button.setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        """Set every text anew."""
        card, now = self._card, self._now()
        if card is None:
            return
        department = str(card.department_id or "")
        about = [
            card.customer_name,
            card.city.strip(),
            tr(f"priority.{card.priority}"),
            self._department(department) if department else tr("board.nobody"),
            tr("department_page.raised", when=format_moment(card.raised_at, now)),
            tr("board.round", round=card.round) if card.round > 1 else "",
            tr("board.field_work") if card.field_work else "",
        ]
        self._head.show_head(
            f"#{card.number} {card.subject}",
            tr(f"work_order_state.{card.state}"),
            order_kind(card.state),
            " · ".join(part for part in about if part),
        )
        clock = self._clock
        self._pill.show_face(clock_face(clock.deadline, now) if clock is not None else None)
        if card.hold_reason:
            self._held.show_text(tr("board.held", reason=card.hold_reason), "warning")
        else:
            self._held.hide()
        self._assign.setVisible(self._is_offered(card, _W.ASSIGNED))
        self._cancel.setVisible(self.can_cancel(card))
        if self._whole is not None:
            self._instructions.show_text(self._whole.instructions)
            self._sheet.show_order(self._whole)

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        """Leave the details on Escape; a reason that is being typed takes the key for itself."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def can_cancel(self, card: BoardOrder) -> bool:
        """Return whether ``card`` can be cancelled here."""
        return self._is_offered(card, _W.CANCELLED)

    def _is_offered(self, card: BoardOrder, target: WorkOrderState) -> bool:
        possible = target in WORK_ORDER_TABLE.targets(card.state)
        return possible and self._may_take(card.state, target)

    def _build(self) -> None:
        actions = QHBoxLayout()
        actions.setSpacing(px(8))
        for button in (self._assign, self._cancel):
            actions.addWidget(button)
        actions.addStretch(1)
        actions.addWidget(self._close)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(px(16), px(14), px(16), px(14))
        column.setSpacing(px(12))
        column.addWidget(self._head)
        column.addWidget(self._pill)
        column.addWidget(self._notice)
        column.addLayout(actions)
        for part in (self.cancelling, self.sending_back, self._held):
            column.addWidget(part)
        for whole in (self._instructions, self._sheet, self._story):
            column.addWidget(whole)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(scroll_column(inner))

    def _connect(self) -> None:
        self._assign.clicked.connect(lambda: self.assign_requested.emit(self.order_id))
        self._cancel.clicked.connect(self.ask_cancelling)
        self._close.clicked.connect(self.left)
        self.cancelling.confirmed.connect(
            lambda reason: self._emit(self.cancelled, reason, self.cancelling.typed_consent())
        )
        self.sending_back.confirmed.connect(lambda reason: self._emit(self.sent_back, reason))
        for part in (self.cancelling, self.sending_back):
            part.given_up.connect(self.focus_first)

    def _emit(self, signal: SignalInstance, *words: str) -> None:
        self._notice.hide()
        if self._card is not None:
            signal.emit(self._card.id, self._card.version, *words)
