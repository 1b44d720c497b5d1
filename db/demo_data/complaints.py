"""A few complaints among the demo's open tickets; runs in the caller's thread."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, insert, select, text

from agent_desk.domain.complaint import Complaint, Severity
from agent_desk.domain.identifiers import TicketId
from agent_desk.domain.ticket import UNFINISHED
from db.complaint_tables import complaints
from db.repositories.tickets import complaint_row
from db.tables import categories, quoted, tickets

_KINDS: Final = ("About our service", "About a product", "About a visit on site", "About a charge")
_ABOUT: Final = (
    (Severity.HIGH, "Field service", timedelta(hours=-5)),
    (Severity.NORMAL, "the hotline's waiting time", timedelta(hours=20)),
    (Severity.CRITICAL, "上门师傅", timedelta(hours=2)),
    (Severity.LOW, "the packaging", timedelta(days=4)),
)
"""Severity, whom or what it is about, and when the answer is due, from now."""


def add_complaints(connection: Connection, now: datetime) -> None:
    """Make complaints of the first open tickets about something to complain about."""
    wanted = (
        select(tickets.c.id)
        .join(categories, categories.c.id == tickets.c.category_id)
        .where(categories.c.name.in_(_KINDS), text(f"state IN ({quoted(UNFINISHED)})"))
        .order_by(tickets.c.number)
        .limit(len(_ABOUT))
    )
    found = connection.execute(wanted).scalars().all()
    for ticket_id, (severity, about, due) in zip(found, _ABOUT, strict=False):
        complaint = Complaint(severity=severity, about=about, promised_at=now + due)
        connection.execute(insert(complaints), complaint_row(TicketId(ticket_id), complaint))
