"""The panels that show one workspace: pop, card, timeline and orders; main thread."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStackedWidget, QWidget

from agent_desk.domain.identifiers import CustomerId
from ui.customer.customer_card import CustomerCardPanel
from ui.customer.screen_pop import ScreenPopPanel
from ui.orders.work_orders import WorkOrdersPanel
from ui.timeline.panel import TimelinePanel


class ContactPanels(QObject):
    """The panels that show one workspace."""

    def __init__(
        self,
        *,
        pop: ScreenPopPanel,
        card: CustomerCardPanel,
        timeline: TimelinePanel,
        orders: WorkOrdersPanel,
    ) -> None:
        """Stack pop and card in the customer's column."""
        super().__init__()
        self.pop = pop
        self.card = card
        self.timeline = timeline
        self.orders = orders
        self._cover: QWidget | None = None
        self._covered: CustomerId | None = None
        self.column = QStackedWidget()
        self.column.addWidget(card)
        self.column.addWidget(pop)

    def show_in_column(self, panel: QWidget) -> None:
        """Bring ``panel`` to the front of the customer's column; the focus stays where it is.

        The card of a customer for whom something is open in its place stays behind that.
        """
        covered = panel is self.card and self.card.customer_id() == self._covered
        in_front = self._cover if covered and self._cover is not None else panel
        self.column.setCurrentWidget(in_front)

    def cover_card(self, panel: QWidget) -> None:
        """Show ``panel`` in the place of the card, until `uncover_card`, for this customer only."""
        self._cover, self._covered = panel, self.card.customer_id()
        self.column.setCurrentWidget(panel)

    def uncover_card(self) -> None:
        """Go back to the card where something stands in its place."""
        shown = self.column.currentWidget() is self._cover
        self._cover = self._covered = None
        if shown:
            self.column.setCurrentWidget(self.card)
