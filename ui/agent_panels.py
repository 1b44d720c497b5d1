"""The panels of the agent's page, made together; main thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ui.agent.wrap_up import WrapUpPanel
from ui.customer.customer_card import CustomerCardPanel
from ui.customer.screen_pop import ScreenPopPanel
from ui.orders.work_orders import WorkOrdersPanel
from ui.presenters.article_panels import ArticlePanels
from ui.presenters.contact_panels import ContactPanels
from ui.queues.queue_strip import QueueStrip
from ui.ticket.ticket_editor import TicketEditor
from ui.timeline.panel import TimelinePanel
from ui.widgets.swap import Swap


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
        self.articles = ArticlePanels(editor=self.editor, timeline=self.contact.timeline, now=now)
        self.wrap_up = WrapUpPanel(now=now)
        self.queues = QueueStrip(now=now)
        self.below_ticket = Swap()
        self.below_ticket.addWidget(self.contact.orders)
        self.below_ticket.addWidget(self.wrap_up)

    def show_wrap_up(self, wanted: bool) -> None:
        """Show after-call work in the place of the orders, or the orders again."""
        self.below_ticket.setCurrentWidget(self.wrap_up if wanted else self.contact.orders)
