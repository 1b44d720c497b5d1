"""The events of one unit of work on tickets and orders: written with it, published after it.

Runs on the `db` executor while the unit of work runs, on `desk-loop` afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from agent_desk.domain.article import Article
from agent_desk.domain.command import Command
from agent_desk.domain.complaint import Complaint, require_bystander
from agent_desk.domain.event_log import LoggedEvent, Stream, to_payload
from agent_desk.domain.identifiers import EventId, derived_uuid7
from agent_desk.domain.settlement import OrderClaim
from agent_desk.domain.ticket import TICKET_TABLE, Ticket, TicketState
from agent_desk.domain.verification_rules import BUILT_IN_RULES, VerificationRules
from agent_desk.domain.work_order import WORK_ORDER_TABLE, WorkOrder, WorkOrderState
from agent_desk.ports.storage import UnitOfWork
from agent_desk.services.event_bus import EventBus

_SETTLED = frozenset({TicketState.RESOLVED, TicketState.CLOSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketChangedEvent:
    """A ticket was saved; kind says how: TicketOpened, TicketResolved, TicketReopened..."""

    ticket: Ticket
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOrderChangedEvent:
    """An order was saved; kind says how: OrderRaised, OrderAccepted, OrderReported..."""

    order: WorkOrder
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimChangedEvent:
    """A claim was saved; kind says how: ClaimSubmitted, ClaimApprovedAtOffice..."""

    claim: OrderClaim
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleChangedEvent:
    """An article was saved, used or rated; kind says how: ArticlePublished, ArticleUsed..."""

    article: Article
    kind: str


_Change = TicketChangedEvent | WorkOrderChangedEvent | ClaimChangedEvent | ArticleChangedEvent


class CaseLog:
    """Saves tickets, orders and claims together with their log records."""

    def __init__(
        self, *, uow: UnitOfWork, command: Command, rules: VerificationRules = BUILT_IN_RULES
    ) -> None:
        """Everything in this log happened when the command was given, and was done by its actor.

        What it makes has ids of the command, so that the same command makes nothing twice.
        ``rules`` are the house's for whatever goes back to a customer.
        """
        self.uow = uow
        self.rules = rules
        self.now = command.at
        self.actor = command.actor
        self._command = command
        self._events: list[LoggedEvent] = []
        self._changes: list[_Change] = []

    def new_id(self, role: str) -> str:
        """Return the id of what the command makes as ``role``, the same each time."""
        return derived_uuid7(self._command.id, role)

    def add_ticket(self, ticket: Ticket) -> Ticket:
        """Store a new ticket."""
        self.uow.tickets.add(ticket)
        return self._note_ticket("TicketOpened", ticket)

    def save_ticket(self, kind: str, ticket: Ticket, **more: Any) -> Ticket:
        """Save ``ticket`` as ``kind`` and return it with its new version."""
        return self._note_ticket(kind, self.uow.tickets.save(ticket), **more)

    def move_ticket(self, kind: str, ticket: Ticket, target: TicketState, **more: Any) -> Ticket:
        """Move ``ticket`` by its table and save it; raises TransitionRefusedError."""
        TICKET_TABLE.require(f"Ticket {ticket.number}", ticket.state, target)
        require_bystander(ticket.complaint, self.actor, f"Ticket {ticket.number}")
        if target in _SETTLED and ticket.complaint is not None:
            ticket = self._answered(ticket, ticket.complaint)
        moved = replace(
            ticket,
            state=target,
            resolved_at=self.now if target is TicketState.RESOLVED else ticket.resolved_at,
            closed_at=self.now if target is TicketState.CLOSED else None,
        )
        return self.save_ticket(kind, moved, **more)

    def _answered(self, ticket: Ticket, complaint: Complaint) -> Ticket:
        """Return a complaint with its answer, signed before the ticket is settled."""
        answered = replace(
            complaint,
            answered_at=complaint.answered_at or self.now,
            settled_by=self.actor,
        )
        settled = replace(ticket, complaint=answered)
        self.uow.tickets.save_complaint(settled)
        return settled

    def move_ticket_of(
        self, order: WorkOrder, kind: str, target: TicketState, **more: Any
    ) -> Ticket:
        """Move the ticket that the order belongs to; raises TransitionRefusedError."""
        return self.move_ticket(kind, self.uow.tickets.get(order.ticket_id), target, **more)

    def add_order(self, order: WorkOrder) -> WorkOrder:
        """Store a new order."""
        self.uow.orders.add(order)
        return self._note_order("OrderRaised", order)

    def save_order(self, kind: str, order: WorkOrder, **more: Any) -> WorkOrder:
        """Save ``order`` as ``kind`` and return it with its new version."""
        return self._note_order(kind, self.uow.orders.save(order), **more)

    def tell_order(self, kind: str, order: WorkOrder, **more: Any) -> WorkOrder:
        """Note that something was said about ``order``, which stays as it is."""
        return self._note_order(kind, order, **more)

    def move_order(
        self, kind: str, order: WorkOrder, target: WorkOrderState, **more: Any
    ) -> WorkOrder:
        """Move ``order`` by its table and save it; raises TransitionRefusedError."""
        WORK_ORDER_TABLE.require(order.title, order.state, target)
        held = order.hold_reason if target is WorkOrderState.ON_HOLD else ""
        moved = replace(order, state=target, changed_at=self.now, hold_reason=held)
        return self.save_order(kind, moved, **more)

    def add_claim(self, order: WorkOrder, claim: OrderClaim) -> None:
        """Store a claim that ``order`` gave rise to."""
        self.uow.order_claims.add(claim)
        self._note_claim("ClaimSubmitted", order, claim)

    def save_claim(self, kind: str, claim: OrderClaim) -> OrderClaim:
        """Save ``claim`` as ``kind`` and return it with its new version."""
        saved = self.uow.order_claims.save(claim)
        self._note_claim(kind, self.uow.orders.get(claim.order_id), saved)
        return saved

    def note_article(self, kind: str, article: Article, **more: Any) -> Article:
        """Note what was done with ``article`` and return it.

        Without its words: everybody in the house reads the log, and only some may read a draft.
        They are in its versions, which nobody can change either.
        """
        payload = {k: v for k, v in to_payload(article).items() if k != "content"} | more
        self._events.append(self._event(Stream.ARTICLE, article.id, kind, payload))
        self._changes.append(ArticleChangedEvent(article=article, kind=kind))
        return article

    def write(self) -> None:
        """Append everything noted to the event log; the last step of the unit of work."""
        self.uow.events.append(self._events)

    def publish(self, bus: EventBus) -> None:
        """Tell the desk what was committed."""
        for change in self._changes:
            bus.publish(change)

    def _note_ticket(self, kind: str, ticket: Ticket, **more: Any) -> Ticket:
        payload = {**to_payload(ticket), **more}
        self._events.append(self._event(Stream.TICKET, ticket.id, kind, payload))
        self._changes.append(TicketChangedEvent(ticket=ticket, kind=kind))
        return ticket

    def _note_order(self, kind: str, order: WorkOrder, **more: Any) -> WorkOrder:
        payload = {**to_payload(order), **more}
        self._events.append(self._event(Stream.WORK_ORDER, order.id, kind, payload))
        self._changes.append(WorkOrderChangedEvent(order=order, kind=kind))
        return order

    def _note_claim(self, kind: str, order: WorkOrder, claim: OrderClaim) -> None:
        # In the order's stream, with the order as it stands: each event is complete in itself.
        payload = {**to_payload(order), "claim": to_payload(claim)}
        self._events.append(self._event(Stream.WORK_ORDER, order.id, kind, payload))
        self._changes.append(ClaimChangedEvent(claim=claim, kind=kind))

    def _event(
        self, stream: Stream, stream_id: str, kind: str, payload: dict[str, object]
    ) -> LoggedEvent:
        return LoggedEvent(
            id=EventId(self.new_id(f"event {len(self._events)}")),
            stream=stream,
            stream_id=stream_id,
            kind=kind,
            at=self.now,
            actor=self.actor,
            payload=payload,
        )
