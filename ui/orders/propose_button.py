"""The button that makes an article of a solved order; Qt main thread."""

from __future__ import annotations

from PySide6.QtCore import Signal

from agent_desk.domain.article_proposal import may_propose
from agent_desk.domain.work_order import WorkOrder
from ui.widgets.buttons import Button


class ProposeButton(Button):
    """Hidden but for orders whose approved report says "solved", where articles may be written.

    wanted carries the order's id and number.
    """

    wanted = Signal(str, int)

    def __init__(self) -> None:
        super().__init__("knowledge.propose", "book-open")
        self._order: WorkOrder | None = None
        self._is_offered = False
        self.hide()
        self.clicked.connect(self._on_clicked)

    def offer(self, offered: bool) -> None:
        """Offer it to who may write articles."""
        self._is_offered = offered
        self._show()

    def show_order(self, order: WorkOrder) -> None:
        """Belong to ``order`` from now on."""
        self._order = order
        self._show()

    def _show(self) -> None:
        order = self._order
        self.setVisible(self._is_offered and order is not None and may_propose(order))

    def _on_clicked(self) -> None:
        if self._order is not None:
            self.wanted.emit(self._order.id, self._order.number)
