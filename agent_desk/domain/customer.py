"""Customers and what the desk knows of them; pure values, any thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from agent_desk.domain.identifiers import (
    AgentId,
    CompanyId,
    ContactPointId,
    CustomerId,
    NoteId,
)
from agent_desk.domain.product import OwnedProduct
from agent_desk.domain.routing import RoutingDecision
from agent_desk.domain.tier import Tier as Tier


class ContactKind(StrEnum):
    """What a contact point is."""

    PHONE = "PHONE"
    EMAIL = "EMAIL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """An organisation that customers belong to."""

    id: CompanyId
    name: str
    city: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPoint:
    """A number or address at which a customer is reached; several customers may share one.

    value: E.164 for PHONE when it parses, else as written; the address for EMAIL.
    suffix: last nine digits for PHONE, else ``""``. raw: as first written.
    label: such as "mobile", "office". is_primary: the one to use first.
    """

    id: ContactPointId
    customer_id: CustomerId
    kind: ContactKind
    value: str
    raw: str
    suffix: str = ""
    label: str = ""
    is_primary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A person who calls.

    name: display name, Chinese and Latin parts as the person writes them.
    pinyin: space-separated syllables of the Chinese part for search, ``""`` when none.
    language: BCP 47 tag such as "zh-CN". since: first day as a customer.
    verified: identity checked at least once. version: for optimistic concurrency, from 1.
    """

    id: CustomerId
    name: str
    pinyin: str = ""
    company_id: CompanyId | None = None
    company_name: str = ""
    tier: Tier = Tier.STANDARD
    language: str = ""
    city: str = ""
    address: str = ""
    since: date | None = None
    verified: bool = False
    external_key: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A remark about a customer; pinned ones are shown first on the card."""

    id: NoteId
    customer_id: CustomerId
    text: str
    author: AgentId
    created_at: datetime
    pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCustomer:
    """What an agent fills in for an unknown caller; number may be ``""`` when withheld."""

    name: str
    number: str = ""
    email: str = ""
    company: str = ""
    city: str = ""
    address: str = ""
    language: str = ""
    tier: Tier = Tier.STANDARD


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerChanges:
    """Edited fields of a customer's record; saved only while ``version`` is the stored one."""

    id: CustomerId
    version: int
    name: str
    company: str = ""
    city: str = ""
    address: str = ""
    language: str = ""
    tier: Tier = Tier.STANDARD
    verified: bool = False


class TimelineKind(StrEnum):
    """What a line of the customer's timeline stands for."""

    CALL = "CALL"
    TICKET = "TICKET"
    ORDER = "ORDER"
    NOTE = "NOTE"
    STEP = "STEP"
    """A step of a work order, out of the log."""


CARD_KINDS = frozenset(TimelineKind) - {TimelineKind.STEP}
"""What "all" means on the card: a line for each record. Steps are read when asked for."""


TICKET_CONFIRMED = "CONFIRMED"
"""Outcome of a ticket with confirmed first-contact resolution, in the place of its state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One line of the customer's timeline.

    at: when it began, aware UTC. kind, id: what it stands for. subject: readable text.
    channel: "voice-in" or "voice-out" for calls, the order's id for its steps, else ``""``. agent:
    who handled it. outcome: a call's disposition, the state of a ticket or order, the kind of a
    step; TICKET_CONFIRMED for a closed ticket of which the customer said that it is solved.
    number: of a ticket or order, 0 when none. duration_seconds: of a call, None otherwise.
    """

    at: datetime
    kind: TimelineKind
    id: str
    subject: str
    channel: str = ""
    agent: str = ""
    outcome: str = ""
    number: int = 0
    duration_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTicket:
    """A ticket that is not finished, as the card lists it."""

    id: str
    number: int
    subject: str
    state: str
    category: str
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOrder:
    """A work order that is under way, as the card lists it; department names in both languages.

    routing: why it is there, None where nobody asked.
    """

    id: str
    number: int
    ticket_id: str
    subject: str
    state: str
    department: str
    changed_at: datetime
    department_zh: str = ""
    routing: RoutingDecision | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerCard:
    """Everything that the screen pop shows at once; timeline is newest first, first page only.

    timeline_total: rows in all. calls_90_days: calls in the last 90 days. as_of: when the database
    said so, where this is what the desk had kept of it; None when it has just said so.
    """

    customer: Customer
    contact_points: tuple[ContactPoint, ...] = ()
    products: tuple[OwnedProduct, ...] = ()
    notes: tuple[Note, ...] = ()
    timeline: tuple[TimelineEntry, ...] = ()
    timeline_total: int = 0
    open_tickets: tuple[OpenTicket, ...] = ()
    open_orders: tuple[OpenOrder, ...] = ()
    calls_90_days: int = 0
    as_of: datetime | None = None


class SearchKind(StrEnum):
    """What a search result stands for."""

    CUSTOMER = "CUSTOMER"
    TICKET = "TICKET"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """One result of the search box: what matched and whose card to open."""

    kind: SearchKind
    id: str
    customer_id: CustomerId
    title: str
    detail: str = ""
    tier: Tier = Tier.STANDARD
    number: int = 0
