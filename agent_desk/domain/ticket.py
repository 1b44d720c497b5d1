"""Tickets and first-contact resolution; pure, any thread.

The agent who took the first call owns the ticket until it is closed (first-contact
responsibility). `docs/glossary.md` has the words in English and Chinese.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from agent_desk.domain.complaint import Complaint, ComplaintForm, TicketKind
from agent_desk.domain.identifiers import (
    AgentId,
    CategoryId,
    CustomerId,
    DepartmentId,
    InteractionId,
    ProductId,
    TicketId,
)
from agent_desk.domain.transitions import StateTable

REPEAT_WINDOW = timedelta(days=7)
"""A further call about the same category within this time withdraws the no-repeat FCR."""


class TicketState(StrEnum):
    """Where a ticket stands."""

    OPEN = "OPEN"
    RESOLVED = "RESOLVED"
    PENDING = "PENDING"
    VERIFYING = "VERIFYING"
    CLOSED = "CLOSED"
    REOPENED = "REOPENED"


class Priority(StrEnum):
    """How urgent a ticket or order is; P1 is the most urgent."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class Resolution(StrEnum):
    """What the agent decides when logging a ticket."""

    RESOLVED_NOW = "RESOLVED_NOW"
    FOLLOW_UP = "FOLLOW_UP"
    WORK_ORDER = "WORK_ORDER"


TICKET_TABLE: StateTable[TicketState] = StateTable(
    {
        TicketState.OPEN: frozenset({TicketState.RESOLVED, TicketState.PENDING}),
        TicketState.REOPENED: frozenset({TicketState.RESOLVED, TicketState.PENDING}),
        TicketState.PENDING: frozenset({TicketState.VERIFYING, TicketState.REOPENED}),
        TicketState.VERIFYING: frozenset({TicketState.CLOSED, TicketState.REOPENED}),
        TicketState.RESOLVED: frozenset({TicketState.CLOSED, TicketState.REOPENED}),
        TicketState.CLOSED: frozenset({TicketState.REOPENED}),
    }
)
"""PENDING leaves to REOPENED when its work order is cancelled: the agent decides anew."""

UNFINISHED: frozenset[TicketState] = frozenset(
    {TicketState.OPEN, TicketState.REOPENED, TicketState.PENDING, TicketState.VERIFYING}
)
"""States in which a further call joins the ticket instead of opening another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A node of the category tree; parent_id None for a root.

    department_id: where work orders of this category go, inherited from the parent when None.
    """

    id: CategoryId
    parent_id: CategoryId | None
    name: str
    name_zh: str
    department_id: DepartmentId | None = None
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """A unit that works off orders."""

    id: DepartmentId
    name: str
    name_zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A customer's concern.

    number: readable, unique. owner: the agent of the first call. opened_in: that call's record.
    follow_up_at: when the agent promised to come back, None when not. resolved_at, closed_at:
    aware UTC. fcr_claimed: resolved in the first contact. fcr_withdrawn_at: a repeat call
    within the window took the no-repeat FCR away. fcr_confirmed: what the customer said when
    asked, None when not asked. version: for optimistic concurrency, from 1. complaint: what makes
    it one, None for an ordinary ticket.
    """

    id: TicketId
    number: int
    customer_id: CustomerId
    category_id: CategoryId
    subject: str
    description: str
    priority: Priority
    state: TicketState
    owner: AgentId
    opened_at: datetime
    opened_in: InteractionId | None = None
    follow_up_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    fcr_claimed: bool = False
    fcr_withdrawn_at: datetime | None = None
    fcr_confirmed: bool | None = None
    version: int = 1
    product_id: ProductId | None = None
    complaint: Complaint | None = None

    @property
    def kind(self) -> TicketKind:
        """Whether it is a complaint."""
        return TicketKind.TICKET if self.complaint is None else TicketKind.COMPLAINT

    @property
    def fcr_no_repeat(self) -> bool:
        """Claimed, and not withdrawn by a repeat call within the window."""
        return self.fcr_claimed and self.fcr_withdrawn_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketForm:
    """What the agent typed into the ticket editor.

    ticket_id: the ticket to join or change, None for a new one. version: of that ticket.
    new_id: the id that a new ticket gets, None for any. It makes saving the same form twice
    harmless: a crash between the commit and the end of the draft doubles no ticket. product_id:
    which of the customer's products it is about, None for none. complaint: what makes a new ticket
    a complaint, None for an ordinary one; one that is joined stays what it is.
    """

    customer_id: CustomerId
    category_id: CategoryId
    subject: str
    description: str = ""
    priority: Priority = Priority.P3
    resolution: Resolution = Resolution.RESOLVED_NOW
    follow_up_at: datetime | None = None
    ticket_id: TicketId | None = None
    version: int = 0
    new_id: TicketId | None = None
    product_id: ProductId | None = None
    complaint: ComplaintForm | None = None
