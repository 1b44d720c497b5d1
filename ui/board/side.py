"""What stands beside the board: a card in full, who gets it, what came of it; main thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from agent_desk.domain.board import BoardOrder, CardClock
from agent_desk.domain.identifiers import DepartmentId
from agent_desk.domain.late_step import LateStep
from agent_desk.domain.order_story import StoryStep
from agent_desk.domain.ticket import Department
from agent_desk.domain.work_order import WorkOrder
from ui.board.assign_panel import AssignPanel
from ui.board.card_detail import CardDetail
from ui.board.outcomes import CardOutcome, OutcomesPanel
from ui.board.refused_move import MayTake
from ui.conflict.late_step import LateStepPanel
from ui.orders.order_values import OrderValues
from ui.theme.theme import px

P = TypeVar("P", bound=QWidget)


class BoardSide(QStackedWidget):
    """One panel at a time, each made when it is first wanted: the cards come first.

    opened: a panel came up. left: there is none any more. The others are those of the panels.
    """

    opened = Signal()
    left = Signal()
    assign_requested = Signal(str)
    assigned = Signal(list, str, object)
    cancelled = Signal(str, int, str, str)
    sent_back = Signal(str, int, str)
    wanted = Signal(str)
    card_opened = Signal(str)
    redone = Signal(object)
    dropped = Signal(object)

    def __init__(self, *, now: Callable[[], datetime], department: Callable[[str], str]) -> None:
        """``department`` gives a department's name by its id."""
        super().__init__()
        self._now = now
        self._department = department
        self._values = OrderValues(now=now)
        self._departments: tuple[Department, ...] = ()
        self._may_take: MayTake = lambda *step: True
        self.setMinimumWidth(px(280))
        self.hide()

    @cached_property
    def detail(self) -> CardDetail:
        """The marked card in full."""
        panel = self._held(CardDetail(now=self._now, department=self._department))
        panel.offer_steps(self._may_take)
        panel.left.connect(self.leave)
        panel.assign_requested.connect(self.assign_requested)
        panel.cancelled.connect(self.cancelled)
        panel.sent_back.connect(self.sent_back)
        panel.wanted.connect(self.wanted)
        return panel

    @cached_property
    def assigning(self) -> AssignPanel:
        """Who gets the orders."""
        panel = self._held(AssignPanel())
        panel.departments.set_departments(self._departments)
        panel.left.connect(self.leave)
        panel.assigned.connect(self.assigned)
        return panel

    @cached_property
    def outcomes(self) -> OutcomesPanel:
        """What came of a step with several orders."""
        panel = self._held(OutcomesPanel())
        panel.left.connect(self.leave)
        panel.opened.connect(self.card_opened)
        return panel

    @cached_property
    def late(self) -> LateStepPanel:
        """A step that came too late."""
        panel = self._held(LateStepPanel(shown=self._values.shown))
        panel.setObjectName("card")
        panel.redone.connect(self._on_redone)
        panel.dropped.connect(self._on_dropped)
        return panel

    def panel(self) -> QWidget | None:
        """Return the panel that is shown, None when there is none."""
        return None if self.isHidden() else self.currentWidget()

    def shows_card(self) -> bool:
        """Return whether a card is shown in full."""
        return isinstance(self.panel(), CardDetail)

    def card_id(self) -> str:
        """Return the order that was last shown in full, "" before the first."""
        return self.detail.order_id if "detail" in self.__dict__ else ""

    def leave(self) -> None:
        """Show nothing beside the board."""
        self.hide()
        self.left.emit()

    def offer_steps(self, may_take: MayTake) -> None:
        """Offer only the steps, from one state to another, that ``may_take`` allows."""
        self._may_take = may_take
        if "detail" in self.__dict__:
            self.detail.offer_steps(may_take)

    def set_departments(self, departments: Sequence[Department]) -> None:
        """Offer ``departments``."""
        self._departments = tuple(departments)
        self._values.set_departments(departments)
        if "assigning" in self.__dict__:
            self.assigning.departments.set_departments(departments)

    def show_card(self, order: BoardOrder, clock: CardClock | None) -> None:
        """Show a card in full, with the keyboard on what can be done."""
        self._show(self.detail)
        self.detail.show_card(order, clock)
        self.detail.focus_first()

    def show_whole(self, order: WorkOrder, steps: Sequence[StoryStep]) -> None:
        """Show a whole order with its story."""
        self.detail.show_whole(order, steps)

    def ask_department(
        self, orders: Sequence[BoardOrder], loads: Mapping[DepartmentId, int]
    ) -> None:
        """Ask who gets ``orders``."""
        self.assigning.departments.show_loads(loads)
        self._show(self.assigning)
        self.assigning.ask(orders)

    def show_late(self, late: LateStep) -> None:
        """Show what happened to an order before the step was taken, until that is decided."""
        self.late.show_step(late, self._now())
        self._show(self.late)
        self.late.focus_first()

    def show_outcomes(self, outcomes: Sequence[CardOutcome]) -> None:
        """Show what came of a step with several orders."""
        self._show(self.outcomes)
        self.outcomes.show_outcomes(outcomes)

    def show_error(self, field: str, text: str) -> bool:
        """Say why a step was refused where it was asked for; False when that was not here."""
        panel = self.panel()
        if isinstance(panel, AssignPanel):
            panel.show_error(text)
        elif isinstance(panel, CardDetail):
            panel.show_error(field, text)
        return isinstance(panel, AssignPanel | CardDetail)

    def step_taken(self, order_id: str) -> None:
        """A step is done: its words are no longer needed; only a card's details stay."""
        if "detail" in self.__dict__:
            self.detail.forget(order_id)
        if not self.shows_card():
            self.leave()

    def is_typing(self) -> bool:
        """Return whether a reason is being typed, which nothing may take away."""
        if "detail" not in self.__dict__:
            return False
        parts = (self.detail.cancelling, self.detail.sending_back)
        editors = (*(part.editor for part in parts), self.detail.cancelling.consent)
        return any(editor.isVisible() and editor.hasFocus() for editor in editors)

    def _held(self, panel: P) -> P:
        self.addWidget(panel)
        return panel

    def _show(self, panel: QWidget) -> None:
        self.setCurrentWidget(panel)
        if self.isHidden():
            self.show()
        self.opened.emit()

    def _on_redone(self, late: LateStep) -> None:
        self.leave()
        self.redone.emit(late)

    def _on_dropped(self, late: LateStep) -> None:
        self.leave()
        self.dropped.emit(late)
