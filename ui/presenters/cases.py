"""Wires the pages of tickets and orders: what to verify, and a department's list; main thread."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from agent_desk.domain.category_tree import CategoryTree
from agent_desk.domain.change import Change
from agent_desk.domain.customer import ContactKind, CustomerCard
from agent_desk.domain.errors import AgentDeskError, InputError
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import CallId, CustomerId, TicketId, WorkOrderId
from agent_desk.domain.late_step import LateStep
from agent_desk.domain.ticket import Category, Ticket
from agent_desk.domain.work_order import WorkOrderLine
from agent_desk.services.case_log import TicketChangedEvent, WorkOrderChangedEvent
from agent_desk.services.outbox import Kept
from ui.language import Language, current_language, error_text, tr
from ui.presenters.context import Context
from ui.presenters.late_steps import StepOutcome, take_again, take_step
from ui.presenters.shared_changes import is_return_to
from ui.presenters.storage import unavailable_text
from ui.ticket.tickets_page import TicketsPage

_Lists = tuple[
    Sequence[Ticket], Mapping[CustomerId, str], Sequence[Category], Sequence[WorkOrderLine]
]


class TicketsPresenter(QObject):
    """My tickets, those to verify first; the verification call and what the customer said.

    ticket_opened: the agent wants to see this ticket with its customer.
    """

    ticket_opened = Signal(object)

    def __init__(self, *, context: Context, page: TicketsPage) -> None:
        """Read the lists and follow every change."""
        super().__init__()
        self._context = context
        self._page = page
        self._lines: dict[str, WorkOrderLine] = {}
        self._tickets: dict[str, Ticket] = {}
        self._calls: dict[WorkOrderId, CallId] = {}
        # Orders whose verification came too late: they may have left the list meanwhile.
        self._late: dict[WorkOrderId, WorkOrderLine] = {}
        context.bridge.subscribe(TicketChangedEvent, lambda _: self.refresh())
        context.bridge.subscribe(WorkOrderChangedEvent, lambda _: self.refresh())
        page.reload_requested.connect(self.refresh)
        page.ticket_opened.connect(self._open)
        page.call_customer_requested.connect(self._call_customer)
        page.verified.connect(self._verified)
        page.redo_requested.connect(self._redo)
        page.step_dropped.connect(lambda late: self._late.pop(late.command.order_id, None))
        context.ask(context.desk.tickets.departments, page.set_departments, owner=self)
        self.refresh()

    def refresh(self) -> None:
        """Read tickets and orders again."""

        async def work() -> _Lists:
            desk = self._context.desk
            tickets, names = await desk.tickets.mine_with_names()
            categories = await desk.tickets.categories()
            return tickets, names, categories, await desk.orders.to_verify()

        self._context.ask(work, self._show, failed=self._unavailable, owner=self)

    def concerns(self, change: Change) -> bool:
        """Return whether another desk changed what is listed, or what belongs here now."""
        me = self._context.desk.access.login
        if change.stream is Stream.TICKET:
            return change.stream_id in self._tickets or change.owner == me
        orders = {str(line.order.id) for line in self._lines.values()}
        return change.stream_id in orders or is_return_to(me, change)

    def _show(self, lists: _Lists) -> None:
        tickets, names, categories, lines = lists
        self._tickets = {ticket.id: ticket for ticket in tickets}
        self._lines = {line.order.ticket_id: line for line in lines}
        by_id: dict[str, str] = dict(names.items())
        self._page.show_tickets(tickets, by_id, category_paths(categories))
        for line in lines:
            self._page.show_verification(line)

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

        async def work() -> CallId:
            desk = self._context.desk
            card = await desk.customers.card(ticket.customer_id)
            call_id = await desk.calls.make_call(number_to_call(card))
            await desk.screen_pop.choose(call_id, ticket.customer_id)
            return call_id

        def called(call_id: CallId) -> None:
            if line is not None:
                self._calls[line.order.id] = call_id
            else:
                self.ticket_opened.emit(ticket)

        self._context.ask(work, called, owner=self)

    def _verified(self, order_id: str, satisfied: bool, reason: str) -> None:
        line = next((x for x in self._lines.values() if x.order.id == order_id), None)
        if line is None:
            return
        order, call_id = line.order, self._calls.get(line.order.id)

        async def work() -> StepOutcome:
            desk = self._context.desk
            interaction = desk.interactions.of_call(call_id) if call_id is not None else None
            command = desk.commands.verify_order(
                order.id, order.version, call=interaction, satisfied=satisfied, reason=reason
            )
            return await take_step(desk, command)

        self._take(line, work)

    def _take(
        self, line: WorkOrderLine, work: Callable[[], Coroutine[Any, Any, StepOutcome]]
    ) -> None:
        self._context.ask(
            work, lambda outcome: self._settled(line, outcome), failed=self._refused, owner=self
        )

    def _redo(self, late: LateStep) -> None:
        line = self._late.get(late.command.order_id)
        if line is not None:
            self._take(line, lambda: take_again(self._context.desk, late))

    def _settled(self, line: WorkOrderLine, outcome: StepOutcome) -> None:
        order = line.order
        if isinstance(outcome, LateStep):
            self._late[order.id] = line
            self._page.show_late(outcome, order.ticket_id)
        else:
            self._late.pop(order.id, None)
            self._calls.pop(order.id, None)
        if isinstance(outcome, Kept):
            self._context.notify("kept_here", tr("kept.one"))
        self.refresh()

    def _refused(self, error: AgentDeskError) -> None:
        self._page.show_error(str(error.details.get("field", "")), error_text(error))


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
