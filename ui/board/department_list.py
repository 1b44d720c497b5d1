"""The departments that an order can go to, each with its open orders; main thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agent_desk.domain.identifiers import DepartmentId
from agent_desk.domain.ticket import Department
from ui.language import in_current_language, tr
from ui.widgets.grouped_list import Group, GroupedList, GroupedRow


class DepartmentList(QWidget):
    """chosen: a department's id, by Enter or a double click."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._departments: tuple[Department, ...] = ()
        self._loads: Mapping[DepartmentId, int] = {}
        self._words: list[str] = []
        self.list = GroupedList()
        self.list.row_opened.connect(self.chosen)
        self.setFocusProxy(self.list)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.list)

    def set_departments(self, departments: Sequence[Department]) -> None:
        """Offer ``departments``."""
        self._departments = tuple(departments)
        self.retranslate()

    def show_loads(self, loads: Mapping[DepartmentId, int]) -> None:
        """Tell how many open orders each has."""
        if loads != self._loads:
            self._loads = dict(loads)
            self.retranslate()

    def look_for(self, words: str) -> None:
        """Offer only those whose name has every word."""
        self._words = words.casefold().split()
        self.retranslate()

    def marked_id(self) -> str:
        """Return the marked department, "" when there is none."""
        return self.list.marked_id()

    def department_at(self, place: QPoint) -> str:
        """Return the department at a point of the screen and mark it; "" beside all of them."""
        viewport = self.list.viewport()
        spot = viewport.mapFromGlobal(place)
        if not self.isVisible() or not viewport.rect().contains(spot):
            return ""
        index = self.list.indexAt(spot)
        if not index.isValid() or not index.flags() & Qt.ItemFlag.ItemIsEnabled:
            return ""
        self.list.setCurrentIndex(index)
        return self.list.marked_id()

    def step(self, by: int) -> None:
        """Move the mark, as the arrow keys do."""
        row = self.list.currentIndex().row() + by
        index = self.list.model().index(row, 0)
        if index.isValid() and index.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.list.setCurrentIndex(index)

    def retranslate(self) -> None:
        """Set every text anew."""
        self.list.setAccessibleName(tr("board.departments"))
        rows = tuple(self._row(one) for one in self._departments if self._is_found(one))
        self.list.show_groups([Group(tr("board.departments"), rows)])

    def _row(self, department: Department) -> GroupedRow:
        load = self._loads.get(department.id, 0)
        return GroupedRow(
            id=str(department.id),
            title=in_current_language(department.name, department.name_zh),
            about=tr("board.load", count=load),
            pill=str(load),
            kind="neutral",
        )

    def _is_found(self, department: Department) -> bool:
        name = f"{department.name} {department.name_zh}".casefold()
        return all(word in name for word in self._words)
