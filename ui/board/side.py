"""What stands beside the board: a card in full, who gets it, what came of it; main thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from agent_desk.domain.board import BoardOrder, CardClock
from agent_desk.domain.identifiers import DepartmentId
from agent_desk.domain.late_step import LateStep
from agent_desk.domain.ticket import Department
from ui.board.assign_panel import AssignPanel
from ui.board.card_detail import CardDetail
from ui.board.outcomes import CardOutcome, OutcomesPanel
from ui.conflict.late_step import LateStepPanel
from ui.orders.order_values import OrderValues
from ui.theme.theme import px


class BoardSide(QStackedWidget):
    """One panel at a time. opened: a panel came up. left: there is none any more."""

    opened = Signal()
    left = Signal()

    def __init__(self, *, now: Callable[[], datetime], department: Callable[[str], str]) -> None:
        """``department`` gives a department's name by its id."""
        super().__init__()
        self._now = now
        self._values = OrderValues(now=now)
        self.detail = CardDetail(now=now, department=department)
        self.assigning = AssignPanel()
        self.outcomes = OutcomesPanel()
        self.late = LateStepPanel(shown=self._values.shown)
        self.late.setObjectName("card")
        for panel in (self.detail, self.assigning, self.outcomes, self.late):
            self.addWidget(panel)
        self.setMinimumWidth(px(280))
        self.hide()
        for leaving in (self.detail.left, self.assigning.left, self.outcomes.left):
            leaving.connect(self.leave)
        self.late.redone.connect(lambda _: self.leave())
        self.late.dropped.connect(lambda _: self.leave())

    def panel(self) -> QWidget | None:
        """Return the panel that is shown, None when there is none."""
        return None if self.isHidden() else self.currentWidget()

    def leave(self) -> None:
        """Show nothing beside the board."""
        self.hide()
        self.left.emit()

    def set_departments(self, departments: Sequence[Department]) -> None:
        """Offer ``departments``."""
        self.assigning.departments.set_departments(departments)
        self._values.set_departments(departments)

    def show_card(self, order: BoardOrder, clock: CardClock | None) -> None:
        """Show a card in full, with the keyboard on what can be done."""
        self._show(self.detail)
        self.detail.show_card(order, clock)
        self.detail.focus_first()

    def ask_department(self, orders: Sequence[BoardOrder], loads: dict[DepartmentId, int]) -> None:
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
        if panel is self.assigning:
            self.assigning.show_error(text)
        elif panel is self.detail:
            self.detail.show_error(field, text)
        return panel in (self.assigning, self.detail)

    def is_typing(self) -> bool:
        """Return whether a reason is being typed, which nothing may take away."""
        parts = (self.detail.cancelling, self.detail.sending_back)
        return any(part.is_asking() and part.editor.hasFocus() for part in parts)

    def _show(self, panel: QWidget) -> None:
        self.setCurrentWidget(panel)
        if self.isHidden():
            self.show()
        self.opened.emit()
