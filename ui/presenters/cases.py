"""Wires the pages of tickets and orders: what to verify, and a department's list; main thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from agent_desk.domain.category_tree import CategoryTree
from agent_desk.domain.change import Change
from agent_desk.domain.customer import ContactKind, CustomerCard
from agent_desk.domain.errors import AgentDeskError, InputError
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import CallId, TicketId, WorkOrderId
from agent_desk.domain.last_known import LastKnown
from agent_desk.domain.rights import Right
from agent_desk.domain.ticket import Category, Ticket
from agent_desk.domain.work_order import WorkOrderLine
from agent_desk.services.case_log import TicketChangedEvent, WorkOrderChangedEvent
from agent_desk.services.known_lists import MyTickets
from ui.language import Language, current_language
from ui.presenters.context import Context
from ui.presenters.shared_changes import is_return_to
from ui.presenters.storage import known_text, unavailable_text
from ui.presenters.verifications import VerificationPresenter
from ui.ticket.tickets_page import TicketsPage

_Lists = tuple[LastKnown[MyTickets], Sequence[Category]]


class TicketsPresenter(QObject):
    """My tickets, those to verify first, and what the team or a supervisor has to do besides.

    ticket_opened: the agent wants to see this ticket with its customer.
    """

    ticket_opened = Signal(object)

    def __init__(self, *, context: Context, page: TicketsPage) -> None:
        """Read the lists and follow every change."""
        super().__init__()
        self._context = context
        self._page = page
        self._sees_all = context.desk.access.may(Right.MOVE_TICKETS)
        self._lines: dict[str, WorkOrderLine] = {}
        self._tickets: dict[str, Ticket] = {}
        # Orders of customers who called by themselves while this page was open.
        self._on_the_line: set[WorkOrderId] = set()
        self.verifications = VerificationPresenter(context=context, page=page, refresh=self.refresh)
        context.bridge.subscribe(TicketChangedEvent, lambda _: self.refresh())
        context.bridge.subscribe(WorkOrderChangedEvent, lambda _: self.refresh())
        page.reload_requested.connect(self.refresh)
        page.ticket_opened.connect(self._open)
        page.ticket_marked.connect(lambda _: self.verifications.show_marked())
        page.call_customer_requested.connect(self._call_customer)
        context.ask(context.desk.tickets.departments, page.set_departments, owner=self)
        self.refresh()

    def refresh(self) -> None:
        """Read tickets and orders again."""

        async def work() -> _Lists:
            desk = self._context.desk
            return await desk.lists.my_tickets(self._on_the_line), await desk.tickets.categories()

        self._context.ask(work, self._show, failed=self._unavailable, owner=self)

    def ask_about(self, order_id: str, ticket_id: str) -> None:
        """List the order of a customer who is on the phone, and mark it."""
        self._on_the_line.add(WorkOrderId(order_id))
        self._page.mark_when_listed(ticket_id)
        self.refresh()

    def concerns(self, change: Change) -> bool:
        """Return whether another desk changed what is listed, or what belongs here now."""
        me = self._context.desk.access.login
        if change.stream is Stream.TICKET:
            # Whoever moves tickets sees everybody's complaints: each new one may be one.
            is_new = change.kind == "TicketOpened" and self._sees_all
            return is_new or change.stream_id in self._tickets or change.owner == me
        orders = {str(line.order.id) for line in self._lines.values()}
        decides = self._context.desk.access.may(Right.CLOSE_UNREACHED)
        in_vain = decides and change.kind == "VerificationAttempted"
        return change.stream_id in orders or is_return_to(me, change) or in_vain

    def _show(self, lists: _Lists) -> None:
        known, categories = lists
        names, found = known.value.names, known.value.to_verify
        tickets = (*known.value.tickets, *found.tickets)
        self._tickets = {ticket.id: ticket for ticket in tickets}
        self._lines = {line.order.ticket_id: line for line in found.lines}
        by_id: dict[str, str] = dict(names.items())
        by_id |= {line.order.customer_id: line.customer_name for line in found.lines}
        self._page.show_tickets(
            self._tickets.values(),
            by_id,
            category_paths(categories),
            team={line.order.ticket_id for line in found.handed},
            unreached={line.order.ticket_id for line in found.unreached},
        )
        self.verifications.show_lines(found.lines)
        if known.as_of is not None:
            self._page.show_unavailable(known_text(known, self._context.now()))

    def _unavailable(self, error: AgentDeskError) -> None:
        self._page.show_unavailable(unavailable_text(error))

    def _open(self, ticket_id: str) -> None:
        ticket = self._tickets.get(ticket_id)
        if ticket is not None:
            self.ticket_opened.emit(ticket)
            return
        self._context.ask(
            lambda: self._context.desk.tickets.get(TicketId(ticket_id)),
            self.ticket_opened.emit,
            owner=self,
        )

    def _call_customer(self, ticket_id: str) -> None:
        """Call the customer; for an order to verify the call is its proof later."""
        ticket, line = self._tickets.get(ticket_id), self._lines.get(ticket_id)
        if ticket is None:
            return

        async def dial() -> CallId:
            desk = self._context.desk
            card = await desk.customers.card(ticket.customer_id)
            call_id = await desk.calls.make_call(number_to_call(card))
            await desk.screen_pop.choose(call_id, ticket.customer_id)
            return call_id

        if line is not None:
            self.verifications.call_customer(line, dial)
            return
        self._context.ask(dial, lambda _: self.ticket_opened.emit(ticket), owner=self)


def number_to_call(card: CustomerCard) -> str:
    """Return the number to call, the primary one first; raises InputError when there is none."""
    phones = [point for point in card.contact_points if point.kind is ContactKind.PHONE]
    if not phones:
        accepted = "a customer with a telephone number"
        raise InputError(field="number", value=card.customer.name, accepted=accepted)
    return max(phones, key=lambda point: point.is_primary).value


def category_paths(categories: Sequence[Category]) -> dict[str, str]:
    """Return each category's path from the root in the language on screen."""
    tree = CategoryTree(categories)
    chinese = current_language() is Language.ZH
    return {category.id: tree.path(category.id, chinese=chinese) for category in categories}
