"""Tickets; on the thread of its unit of work."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from agent_desk.domain.complaint import Complaint, Severity
from agent_desk.domain.errors import ComplainedAboutError, NotFoundError, StaleVersionError
from agent_desk.domain.identifiers import (
    AgentId,
    CategoryId,
    CustomerId,
    InteractionId,
    ProductId,
    TicketId,
)
from agent_desk.domain.ticket import UNFINISHED, Priority, Ticket, TicketState
from agent_desk.ports.storage import MAX_PAGE
from db.complaint_tables import BYSTANDER, complaints
from db.customer_rows import search_row
from db.prepared import PreparedSelect, PreparedWrite
from db.repositories.counters import NumberSource
from db.search_text import ticket_texts
from db.statement_types import AnyRow
from db.tables import quoted, search_texts, tickets

COUNTER = "ticket"

# Spelled like the partial indexes, or they would not be used.
_IS_UNFINISHED = text(f"state IN ({quoted(UNFINISHED)})")
_C = complaints.c
WITH_COMPLAINTS = select(
    tickets,
    *(_C.severity, _C.about, _C.about_login, _C.promised_at, _C.answered_at, _C.settled_by),
).outerjoin(complaints, _C.ticket_id == tickets.c.id)
"""Tickets as `ticket_from` reads them."""

_BY_ID = PreparedSelect(WITH_COMPLAINTS.where(tickets.c.id == bindparam("ticket_id")))
_UNFINISHED_OF = (
    WITH_COMPLAINTS.where(tickets.c.customer_id == bindparam("customer_id"), _IS_UNFINISHED)
    .order_by(tickets.c.opened_at.desc(), tickets.c.number.desc())
    .limit(MAX_PAGE)
)
_UNFINISHED_OF_CATEGORY = _UNFINISHED_OF.where(tickets.c.category_id == bindparam("category_id"))
_CLAIMED_SINCE = PreparedSelect(
    WITH_COMPLAINTS.where(
        tickets.c.customer_id == bindparam("customer_id"),
        tickets.c.category_id == bindparam("category_id"),
        tickets.c.fcr_claimed,
        tickets.c.fcr_withdrawn_at.is_(None),
        tickets.c.resolved_at >= bindparam("since"),
    )
    .order_by(tickets.c.resolved_at.desc(), tickets.c.number.desc())
    .limit(MAX_PAGE)
)
_OWNED_BY = (
    WITH_COMPLAINTS.where(tickets.c.owner == bindparam("agent_id"), _IS_UNFINISHED)
    .order_by(
        case((tickets.c.state == TicketState.VERIFYING.value, 0), else_=1),
        tickets.c.follow_up_at.asc().nulls_last(),
        tickets.c.opened_at,
        tickets.c.number,
    )
    .limit(bindparam("rows"))
)
_COMPLAINTS = (
    WITH_COMPLAINTS.where(_C.ticket_id.is_not(None), _IS_UNFINISHED)
    .order_by(_C.answered_at.is_not(None), _C.promised_at, tickets.c.number)
    .limit(bindparam("rows"))
)
_ADD = PreparedWrite(insert(tickets))
_SAVE_COMPLAINT = update(complaints).where(_C.ticket_id == bindparam("of_ticket"))
_SAVE = PreparedWrite(
    update(tickets).where(
        tickets.c.id == bindparam("ticket_id"), tickets.c.version == bindparam("stored_version")
    )
)
_INDEX = PreparedWrite(insert(search_texts))
_REINDEX = PreparedWrite(
    update(search_texts).where(
        search_texts.c.subject_id == bindparam("ticket_id"),
        search_texts.c.subject != bindparam("new_subject"),
    )
)


class SqlTicketRepository:
    """``ports.storage.TicketRepository`` on one connection."""

    def __init__(self, connection: Connection, *, numbers: NumberSource) -> None:
        """Work on ``connection``, taking readable numbers from ``numbers``."""
        self._connection = connection
        self._numbers = numbers
        self._added: dict[TicketId, str] = {}

    def next_number(self) -> int:
        """Return the next readable ticket number; used up even when the unit of work fails."""
        return self._numbers.next(self._connection, COUNTER)

    def add(self, ticket: Ticket) -> None:
        """Store a new ticket."""
        texts = ticket_texts(subject=ticket.subject)
        _ADD.send(self._connection, ticket_row(ticket))
        _INDEX.send(self._connection, search_row(ticket.id, texts))
        self._added[ticket.id] = texts.subject
        if ticket.complaint is not None:
            with _refusing_whom_it_is_about(ticket):
                row = complaint_row(ticket.id, ticket.complaint)
                self._connection.execute(insert(complaints), row)

    def get(self, ticket_id: TicketId) -> Ticket:
        """Return the ticket; raises NotFoundError."""
        row = _BY_ID.first(self._connection, {"ticket_id": ticket_id})
        if row is None:
            raise NotFoundError(subject="Ticket", id=ticket_id)
        return ticket_from(row)

    def save(self, ticket: Ticket) -> Ticket:
        """Save the change and return it with the next version; raises StaleVersionError."""
        saved = dataclasses.replace(ticket, version=ticket.version + 1)
        row = {**ticket_row(saved), "ticket_id": ticket.id, "stored_version": ticket.version}
        if ticket.id in self._added:
            # Nobody else can have changed what this unit of work has made.
            _SAVE.send(self._connection, row)
        elif _SAVE.run(self._connection, row) == 0:
            theirs = self.get(ticket.id).version
            raise StaleVersionError(
                subject=f"Ticket {ticket.number}", mine=ticket.version, theirs=theirs
            )
        self._reindex(ticket)
        return saved

    def _reindex(self, ticket: Ticket) -> None:
        subject = ticket_texts(subject=ticket.subject).subject
        if self._added.get(ticket.id) != subject:
            new = {"ticket_id": ticket.id, "new_subject": subject, "subject": subject}
            _REINDEX.send(self._connection, new)

    def unfinished_of(
        self, customer_id: CustomerId, category_id: CategoryId | None = None
    ) -> Sequence[Ticket]:
        """Return the customer's unfinished tickets, newest first, of one category or all."""
        if category_id is None:
            return self._all(_UNFINISHED_OF, customer_id=customer_id)
        return self._all(_UNFINISHED_OF_CATEGORY, customer_id=customer_id, category_id=category_id)

    def claimed_since(
        self, customer_id: CustomerId, category_id: CategoryId, since: datetime
    ) -> Sequence[Ticket]:
        """Return tickets with a claimed, not withdrawn FCR resolved at or after ``since``."""
        asked = {"customer_id": customer_id, "category_id": category_id, "since": since}
        return [ticket_from(row) for row in _CLAIMED_SINCE.records(self._connection, asked)]

    def owned_by(self, agent_id: AgentId, *, rows: int = MAX_PAGE) -> Sequence[Ticket]:
        """Return the agent's unfinished tickets: to verify first, then by follow-up, age."""
        return self._all(_OWNED_BY, agent_id=agent_id, rows=min(rows, MAX_PAGE))

    def save_complaint(self, ticket: Ticket) -> None:
        """Save what makes ``ticket`` a complaint; ComplainedAboutError."""
        assert ticket.complaint is not None
        row = complaint_row(ticket.id, ticket.complaint) | {"of_ticket": ticket.id}
        with _refusing_whom_it_is_about(ticket):
            self._connection.execute(_SAVE_COMPLAINT, row)

    def complaints(self, *, rows: int = MAX_PAGE) -> Sequence[Ticket]:
        """Return unfinished complaints of everybody, the answer that is due first before others."""
        return self._all(_COMPLAINTS, rows=min(rows, MAX_PAGE))

    def _all(self, statement: Any, **values: object) -> list[Ticket]:
        return [ticket_from(row) for row in self._connection.execute(statement, values)]


def ticket_row(ticket: Ticket) -> dict[str, Any]:
    """Return the row of a ticket."""
    return {
        "id": ticket.id,
        "number": ticket.number,
        "customer_id": ticket.customer_id,
        "category_id": ticket.category_id,
        "subject": ticket.subject,
        "description": ticket.description,
        "priority": ticket.priority.value,
        "state": ticket.state.value,
        "owner": ticket.owner,
        "opened_at": ticket.opened_at,
        "opened_in": ticket.opened_in,
        "follow_up_at": ticket.follow_up_at,
        "resolved_at": ticket.resolved_at,
        "closed_at": ticket.closed_at,
        "fcr_claimed": ticket.fcr_claimed,
        "fcr_withdrawn_at": ticket.fcr_withdrawn_at,
        "fcr_confirmed": ticket.fcr_confirmed,
        "version": ticket.version,
        "product_id": ticket.product_id,
    }


def ticket_from(row: AnyRow) -> Ticket:
    """Return the ticket of a row."""
    return Ticket(
        id=TicketId(row.id),
        number=row.number,
        customer_id=CustomerId(row.customer_id),
        category_id=CategoryId(row.category_id),
        subject=row.subject,
        description=row.description,
        priority=Priority(row.priority),
        state=TicketState(row.state),
        owner=AgentId(row.owner),
        opened_at=row.opened_at,
        opened_in=InteractionId(row.opened_in) if row.opened_in else None,
        follow_up_at=row.follow_up_at,
        resolved_at=row.resolved_at,
        closed_at=row.closed_at,
        fcr_claimed=row.fcr_claimed,
        fcr_withdrawn_at=row.fcr_withdrawn_at,
        fcr_confirmed=row.fcr_confirmed,
        version=row.version,
        product_id=ProductId(row.product_id) if row.product_id else None,
        complaint=_complaint_from(row),
    )


def complaint_row(ticket_id: TicketId, complaint: Complaint) -> dict[str, Any]:
    """Return the row of what makes a ticket a complaint."""
    return {
        "ticket_id": ticket_id,
        "severity": complaint.severity.value,
        "about": complaint.about,
        "about_login": complaint.about_login or "",
        "promised_at": complaint.promised_at,
        "answered_at": complaint.answered_at,
        "settled_by": complaint.settled_by or "",
    }


def _complaint_from(row: AnyRow) -> Complaint | None:
    if row.severity is None:
        return None
    return Complaint(
        severity=Severity(row.severity),
        about=row.about,
        promised_at=row.promised_at,
        about_login=AgentId(row.about_login) if row.about_login else None,
        answered_at=row.answered_at,
        settled_by=AgentId(row.settled_by) if row.settled_by else None,
    )


@contextmanager
def _refusing_whom_it_is_about(ticket: Ticket) -> Iterator[None]:
    """Turn the database's own refusal of whom a complaint is about into the domain's."""
    try:
        yield
    except IntegrityError as error:
        if BYSTANDER not in str(error.orig):
            raise
        who = ticket.complaint.about_login if ticket.complaint is not None else ""
        raise ComplainedAboutError(subject=f"Ticket {ticket.number}", actor=who) from error
