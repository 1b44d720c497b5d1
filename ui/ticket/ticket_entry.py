"""A ticket as it stands in the editor: missing, to be saved, as it was stored; main thread."""

from __future__ import annotations

from datetime import datetime

from agent_desk.domain.identifiers import CategoryId, CustomerId, ProductId, TicketId
from agent_desk.domain.ticket import Priority, Resolution, Ticket, TicketForm
from ui.language import tr
from ui.ticket.ticket_fields import TicketFields
from ui.ticket.ticket_join import TicketTarget


def missing_fields(
    fields: TicketFields, customer_id: CustomerId | None, now: datetime
) -> list[tuple[str, str]]:
    """Return what must be filled in before the ticket can be saved, with what to say there."""
    typed = fields.fields()
    found = []
    if customer_id is None:
        found.append(("customer_id", tr("ticket_editor.customer_missing")))
    if not typed["subject"].strip():
        found.append(("subject", tr("ticket_editor.subject_missing")))
    if fields.complaint.is_complaint() and not typed["complaint_about"].strip():
        found.append(("complaint_about", tr("complaint.about_missing")))
    if not typed["category_id"]:
        found.append(("category_id", tr("ticket_editor.category_missing")))
    outcome = fields.outcome
    follow_up = outcome.resolution() is Resolution.FOLLOW_UP
    if follow_up and outcome.follow_up.moment() <= now:
        found.append(("follow_up_at", tr("ticket_editor.follow_up_past")))
    return found


def ticket_form(
    fields: TicketFields, target: TicketTarget, customer_id: CustomerId, new_id: str
) -> TicketForm:
    """Return what is to be saved: a change of ``target``, or a new ticket ``new_id``."""
    typed = fields.fields()
    resolution = fields.outcome.resolution()
    follow_up = resolution is Resolution.FOLLOW_UP
    return TicketForm(
        customer_id=customer_id,
        category_id=CategoryId(typed["category_id"]),
        subject=typed["subject"].strip(),
        description=typed["description"].strip(),
        priority=Priority(typed["priority"]),
        resolution=resolution,
        follow_up_at=fields.outcome.follow_up.moment() if follow_up else None,
        ticket_id=TicketId(target.id) if target.id else None,
        version=target.version,
        product_id=ProductId(typed["product_id"]) if typed["product_id"] else None,
        new_id=None if target.id else TicketId(new_id),
        complaint=None if target.id else fields.complaint.form(),
    )


def stored_fields(ticket: Ticket) -> dict[str, str]:
    """Return ``ticket`` as the fields show it."""
    stored = {
        "subject": ticket.subject,
        "category_id": ticket.category_id,
        "priority": str(ticket.priority),
        "description": ticket.description,
        "product_id": ticket.product_id or "",
        "resolution": str(Resolution.RESOLVED_NOW),
    }
    if ticket.complaint is not None:
        stored["kind"] = str(ticket.kind)
        stored["severity"] = str(ticket.complaint.severity)
        stored["complaint_about"] = ticket.complaint.about
    if ticket.follow_up_at is not None:
        stored["resolution"] = str(Resolution.FOLLOW_UP)
        stored["follow_up_at"] = ticket.follow_up_at.isoformat()
    return stored
