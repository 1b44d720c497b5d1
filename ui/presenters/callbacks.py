"""Wires "Next call": an order to verify, or a promised callback with its number; main thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from agent_desk.domain.claim import WorkKind
from agent_desk.domain.errors import AgentDeskError, InputError
from agent_desk.domain.identifiers import TicketId
from agent_desk.domain.ticket import Ticket
from agent_desk.domain.work_order import WorkOrderLine
from agent_desk.services.case_log import TicketChangedEvent, WorkOrderChangedEvent
from agent_desk.services.claims import ClaimLostEvent, Claims
from ui.language import tr
from ui.presenters.cases import number_to_call
from ui.presenters.context import Context
from ui.ticket.tickets_page import TicketsPage


class CallbacksPresenter(QObject):
    """Takes the next call for the agent: verifications first, they were waited for longest.

    taken: the ticket, and the number to dial, ``""`` when the customer has none.
    verification_taken: the ids of an order that came back and of its ticket.
    """

    taken = Signal(object, str)
    verification_taken = Signal(str, str)

    def __init__(self, *, context: Context, claims: Claims, page: TicketsPage) -> None:
        """Count what is due, now and after every change of a ticket or an order."""
        super().__init__()
        self._context = context
        self._claims = claims
        self._page = page
        context.bridge.subscribe(TicketChangedEvent, lambda _: self.refresh())
        context.bridge.subscribe(WorkOrderChangedEvent, lambda _: self.refresh())
        context.bridge.subscribe(ClaimLostEvent, self._on_lost)
        page.next_callback_requested.connect(self._take)
        page.reload_requested.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Count again; the page itself says when the database is away."""

        async def work() -> int:
            due = await self._claims.waiting(WorkKind.CALLBACK)
            return due + await self._context.desk.verifications.waiting()

        self._context.ask(work, self._page.show_callbacks, failed=_ignored, owner=self)

    def _take(self) -> None:
        self._page.offer_next(False)

        async def work() -> tuple[Ticket, str] | WorkOrderLine | None:
            desk = self._context.desk
            line = await desk.verifications.take_next()
            if line is not None:
                return line
            claim = await self._claims.take_next(WorkKind.CALLBACK)
            if claim is None:
                return None
            ticket = await desk.tickets.get(TicketId(claim.item.subject_id))
            try:
                number = number_to_call(await desk.customers.card(ticket.customer_id))
            except InputError:
                number = ""
            return ticket, number

        self._context.ask(work, self._on_taken, always=self._on_answer, owner=self)

    def _on_answer(self) -> None:
        self._page.offer_next(True)
        self.refresh()

    def _on_taken(self, found: tuple[Ticket, str] | WorkOrderLine | None) -> None:
        if found is None:
            self._context.notify("callback", tr("tickets_page.no_callback"))
        elif isinstance(found, WorkOrderLine):
            self.verification_taken.emit(found.order.id, found.order.ticket_id)
        else:
            self.taken.emit(*found)

    def _on_lost(self, event: ClaimLostEvent) -> None:
        if event.claim.item.kind is WorkKind.CALLBACK:
            self._context.notify("callback", tr("tickets_page.callback_lost"), "warning")
        elif event.claim.item.kind is WorkKind.VERIFY:
            self._context.notify("callback", tr("tickets_page.verification_lost"), "warning")


def _ignored(error: AgentDeskError) -> None:
    """Say nothing: the same moment's list of tickets says it."""
