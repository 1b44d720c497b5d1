"""Cards that the mouse carries: over the columns, or to a department in a list; main thread.

The desk's own way of dragging: the platform's runs an event loop of its own, in which the desk
would wait for the mouse.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from agent_desk.domain.ticket import Department
from agent_desk.domain.work_order import WorkOrderState
from ui.board.carried_cards import CarriedCards
from ui.board.columns import BoardColumns
from ui.board.department_list import DepartmentList
from ui.board.model import BoardModel
from ui.theme.theme import px
from ui.widgets.label import Label

_AREA_WIDTH: Final = 260


@dataclass(frozen=True, slots=True, kw_only=True)
class CardMoves:
    """What can be done with carried cards, by their ids.

    may_drop: whether they may go to a column's state. give: to a department. take_to: to a state.
    """

    may_drop: Callable[[Sequence[str], WorkOrderState], bool]
    give: Callable[[Sequence[str], str], None]
    take_to: Callable[[Sequence[str], WorkOrderState], None]


class Carrying(QObject):
    """Follows the mouse from a card to where it lets go; nothing is changed before that."""

    def __init__(
        self, *, page: QWidget, columns: BoardColumns, model: BoardModel, moves: CardMoves
    ) -> None:
        """Everything is drawn over ``page``, on which ``columns`` show the cards of ``model``."""
        super().__init__(page)
        self._page = page
        self._columns = columns
        self._model = model
        self._moves = moves
        self._ids: tuple[str, ...] = ()
        self._offered: tuple[Department, ...] = ()
        columns.dragged.connect(self.take)
        columns.carried.connect(self.carry)
        columns.dropped.connect(self.drop)
        columns.let_go.connect(self.let_go)

    @cached_property
    def cards(self) -> CarriedCards:
        """What hangs at the mouse."""
        return CarriedCards(self._page)

    @cached_property
    def departments(self) -> DepartmentList:
        """The departments on which cards can be dropped."""
        departments = DepartmentList()
        departments.set_departments(self._offered)
        return departments

    @cached_property
    def area(self) -> QFrame:
        """Where the departments stand while cards are carried that wait for one."""
        area = QFrame(self._page)
        area.setObjectName("popup")
        layout = QVBoxLayout(area)
        layout.setContentsMargins(px(12), px(10), px(12), px(10))
        layout.addWidget(Label("board.drop_here", role="heading"))
        layout.addWidget(self.departments, 1)
        area.hide()
        return area

    def set_departments(self, departments: Sequence[Department]) -> None:
        """Offer ``departments``."""
        self._offered = tuple(departments)
        if "departments" in self.__dict__:
            self.departments.set_departments(departments)

    def is_carrying(self) -> bool:
        """Return whether the mouse carries cards now."""
        return bool(self._ids)

    def take(self, ids: Sequence[str]) -> None:
        """Carry the cards ``ids``; departments are offered when any of them waits for one."""
        self._ids = tuple(ids)
        orders = [order for order in map(self._model.order, ids) if order is not None]
        self.cards.take([f"#{order.number} {order.subject}" for order in orders])
        if self._moves.may_drop(self._ids, WorkOrderState.ASSIGNED):
            self.departments.show_loads(self._model.loads())
            self._show_area()
        self.cards.raise_()

    def carry(self, place: QPoint) -> None:
        """Say at the place under the mouse whether the cards may be dropped there."""
        if not self._ids:
            return
        self.cards.carry(place)
        if self._is_over_area(place):
            self.departments.department_at(place)
            self._columns.show_drop(None)
            return
        column = self._columns.column_at(place)
        may = column is not None and self._moves.may_drop(self._ids, column)
        self._columns.show_drop(column, "yes" if may else "no")

    def drop(self, place: QPoint) -> None:
        """Let go of the cards: assign them, move them, or say why not."""
        ids = self._ids
        over_area, department = self._is_over_area(place), self.departments.department_at(place)
        column = self._columns.column_at(place)
        self.let_go()
        if not ids:
            return
        if over_area:
            if department:
                self._moves.give(ids, department)
        elif column is not None:
            self._moves.take_to(ids, column)

    def let_go(self) -> None:
        """Put the cards back where they were."""
        self._ids = ()
        self.cards.hide()
        self.area.hide()
        self._columns.show_drop(None)

    def _show_area(self) -> None:
        """Stand at the right, over the columns to which no waiting card can go."""
        page, columns = self._page, self._columns
        top_left = columns.mapTo(page, QPoint(0, 0))
        width = min(px(_AREA_WIDTH), columns.width() // 2)
        left = top_left.x() + columns.width() - width
        self.area.setGeometry(QRect(left, top_left.y(), width, columns.height()))
        self.area.show()
        self.area.raise_()

    def _is_over_area(self, place: QPoint) -> bool:
        return self.area.isVisible() and self.area.rect().contains(self.area.mapFromGlobal(place))
