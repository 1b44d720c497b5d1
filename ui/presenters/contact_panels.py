"""The panels that show one workspace: pop, card, timeline and orders; main thread."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStackedWidget, QWidget

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
        self.column = QStackedWidget()
        self.column.addWidget(card)
        self.column.addWidget(pop)

    def show_in_column(self, panel: QWidget) -> None:
        """Bring ``panel`` to the front of the customer's column; the focus stays where it is."""
        self.column.setCurrentWidget(panel)
