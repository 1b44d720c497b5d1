"""Values for the storage contract; every id is a fresh UUIDv7."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from agent_desk.domain.call import CallDirection
from agent_desk.domain.customer import ContactKind, ContactPoint, Customer, Note, Tier
from agent_desk.domain.event_log import LoggedEvent, Stream
from agent_desk.domain.identifiers import (
    AgentId,
    CallId,
    CategoryId,
    CompanyId,
    ContactPointId,
    CustomerId,
    EventId,
    InteractionId,
    NoteId,
    PhoneNumber,
    TicketId,
    WorkOrderId,
    new_uuid7,
    parse_number,
)
from agent_desk.domain.interaction import Interaction, InteractionOutcome
from agent_desk.domain.ticket import Priority, Ticket, TicketState
from agent_desk.domain.work_order import WorkOrder, WorkOrderState

NOW = datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=UTC)
AGENT = AgentId("1001")


def fresh_id() -> str:
    """Return an id that nobody else has."""
    return new_uuid7(NOW)


def number(text: str) -> PhoneNumber:
    """Return the number written in ``text``, read in China."""
    return parse_number(text, region="CN")


def a_customer(name: str = "王小明", **fields: Any) -> Customer:
    """Return a customer nobody has stored."""
    return Customer(id=CustomerId(fresh_id()), name=name, **fields)


def a_full_customer() -> Customer:
    """Return a customer with a value in every field but the company."""
    return a_customer(
        "王小明 Jürgen",
        pinyin="wang xiao ming",
        tier=Tier.GOLD,
        language="zh-CN",
        city="北京",
        address="朝阳区建国路 1 号",
        since=date(2019, 5, 4),
        verified=True,
        external_key="CRM-4711",
    )


def a_point(customer: Customer, text: str, **fields: Any) -> ContactPoint:
    """Return a telephone number of ``customer``."""
    parsed = number(text)
    return ContactPoint(
        id=ContactPointId(fresh_id()),
        customer_id=customer.id,
        kind=ContactKind.PHONE,
        value=parsed.e164,
        raw=text,
        suffix=parsed.suffix,
        **fields,
    )


def a_raw_point(customer: Customer, text: str, suffix: str) -> ContactPoint:
    """Return a number that does not parse, kept as written."""
    return ContactPoint(
        id=ContactPointId(fresh_id()),
        customer_id=customer.id,
        kind=ContactKind.PHONE,
        value=text,
        raw=text,
        suffix=suffix,
    )


def an_address(customer: Customer, value: str) -> ContactPoint:
    """Return an e-mail address of ``customer``."""
    return ContactPoint(
        id=ContactPointId(fresh_id()),
        customer_id=customer.id,
        kind=ContactKind.EMAIL,
        value=value,
        raw=value,
    )


def a_note(customer: Customer, text: str, *, at: datetime = NOW, pinned: bool = False) -> Note:
    """Return a note about ``customer``."""
    return Note(
        id=NoteId(fresh_id()),
        customer_id=customer.id,
        text=text,
        author=AGENT,
        created_at=at,
        pinned=pinned,
    )


def a_ticket(customer: Customer, category: CategoryId, number: int, **fields: Any) -> Ticket:
    """Return an open ticket of ``customer``."""
    values: dict[str, Any] = {
        "subject": "No connection",
        "description": "",
        "priority": Priority.P3,
        "state": TicketState.OPEN,
        "owner": AGENT,
        "opened_at": NOW,
        **fields,
    }
    return Ticket(
        id=TicketId(fresh_id()),
        number=number,
        customer_id=customer.id,
        category_id=category,
        **values,
    )


def an_order(ticket: Ticket, number: int, **fields: Any) -> WorkOrder:
    """Return an order that waits for dispatch."""
    values: dict[str, Any] = {
        "subject": "Visit",
        "instructions": "Ring twice",
        "priority": Priority.P3,
        "state": WorkOrderState.PENDING_DISPATCH,
        "owner": AGENT,
        "raised_at": NOW,
        "changed_at": NOW,
        **fields,
    }
    return WorkOrder(
        id=WorkOrderId(fresh_id()),
        number=number,
        ticket_id=ticket.id,
        customer_id=ticket.customer_id,
        **values,
    )


def a_call(customer: Customer | None = None, **fields: Any) -> Interaction:
    """Return the record of a call that rings."""
    values: dict[str, Any] = {
        "agent_id": AGENT,
        "direction": CallDirection.INBOUND,
        "number": "+8613800138000",
        "began_at": NOW,
        "outcome": InteractionOutcome.RINGING,
        **fields,
    }
    return Interaction(
        id=InteractionId(fresh_id()),
        call_id=CallId(fresh_id()),
        customer_id=customer.id if customer else None,
        **values,
    )


def an_event(stream_id: str, kind: str = "Delivered", **payload: Any) -> LoggedEvent:
    """Return an event of the call ``stream_id``."""
    return LoggedEvent(
        id=EventId(fresh_id()),
        stream=Stream.CALL,
        stream_id=stream_id,
        kind=kind,
        at=NOW,
        actor=AGENT,
        payload=payload,
    )


def a_company_id() -> CompanyId:
    """Return the id of a company that is not stored yet."""
    return CompanyId(fresh_id())


def days_ago(days: float) -> datetime:
    """Return the moment that many days before NOW."""
    return NOW - timedelta(days=days)
