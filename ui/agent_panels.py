"""The panels of the agent's page, made together; main thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ui.customer_card import CustomerCardPanel
from ui.presenters.contact import ContactPanels
from ui.queue_strip import QueueStrip
from ui.screen_pop import ScreenPopPanel
from ui.ticket_editor import TicketEditor
from ui.timeline import TimelinePanel
from ui.widgets.swap import Swap
from ui.work_orders import WorkOrdersPanel
from ui.wrap_up import WrapUpPanel


class AgentPanels:
    """Customer, timeline, ticket, queues, and below the ticket the orders or after-call work."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        """Make every panel, empty."""
        self.contact = ContactPanels(
            pop=ScreenPopPanel(now=now),
            card=CustomerCardPanel(now=now),
            timeline=TimelinePanel(now=now),
            orders=WorkOrdersPanel(now=now),
        )
        self.editor = TicketEditor(now=now)
        self.wrap_up = WrapUpPanel(now=now)
        self.queues = QueueStrip(now=now)
        self.below_ticket = Swap()
        self.below_ticket.addWidget(self.contact.orders)
        self.below_ticket.addWidget(self.wrap_up)

    def show_wrap_up(self, wanted: bool) -> None:
        """Show after-call work in the place of the orders, or the orders again."""
        self.below_ticket.setCurrentWidget(self.wrap_up if wanted else self.contact.orders)
