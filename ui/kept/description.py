"""Whom kept commands are about, and the drafts that they once were; pure, main thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from agent_desk.domain.command import (
    AddNote,
    ChangeCustomer,
    Command,
    CustomerCommand,
    LogTicket,
    ReportOrder,
)
from agent_desk.domain.complaint import TicketKind
from agent_desk.domain.draft import Draft, DraftKind
from agent_desk.domain.identifiers import CustomerId
from agent_desk.domain.kept_command import KeptCommand
from agent_desk.domain.product_command import SaveProduct
from ui.orders.report_fields import report_fields


def customer_of(command: Command) -> CustomerId | None:
    """Return whom it is about, None where only an order or ticket says so."""
    if isinstance(command, LogTicket):
        return command.form.customer_id
    return command.customer_id if isinstance(command, CustomerCommand) else None


def draft_of(kept: KeptCommand) -> Draft | None:
    """Return the words of ``kept`` as a draft of their form; None where there is no such form."""
    make = _DRAFTS.get(type(kept.command))
    return None if make is None else make(kept)


def _ticket_draft(kept: KeptCommand) -> Draft:
    command = kept.command
    assert isinstance(command, LogTicket)
    form, call = command.form, command.call
    fields = {
        "subject": form.subject,
        "category_id": form.category_id,
        "priority": form.priority.value,
        "description": form.description,
        "product_id": form.product_id or "",
        "resolution": form.resolution.value,
        "customer_id": form.customer_id,
        "new_id": "" if form.ticket_id else command.ticket_id,
        "ticket_id": form.ticket_id or "",
        "version": str(form.version),
    }
    if form.complaint is not None:
        fields["kind"] = TicketKind.COMPLAINT
        fields["severity"] = form.complaint.severity.value
        fields["complaint_about"] = form.complaint.about
    if form.follow_up_at is not None:
        fields["follow_up_at"] = form.follow_up_at.isoformat()
    return Draft(
        key=f"ticket:kept:{kept.id}",
        kind=DraftKind.TICKET,
        saved_at=kept.kept_at,
        fields=fields,
        call_id=call.call_id if call else None,
        number=call.number if call else "",
        customer_id=form.customer_id,
    )


def _note_draft(kept: KeptCommand) -> Draft:
    command = kept.command
    assert isinstance(command, AddNote)
    key = f"note:{command.customer_id}"
    return _record_draft(kept, key, DraftKind.NOTE, {"note": command.text})


def _change_draft(kept: KeptCommand) -> Draft:
    command = kept.command
    assert isinstance(command, ChangeCustomer)
    changes = command.changes
    fields = {
        "name": changes.name,
        "company": changes.company,
        "city": changes.city,
        "address": changes.address,
        "language": changes.language,
        "tier": changes.tier.value,
        "verified": "1" if changes.verified else "",
    }
    return _record_draft(kept, f"edit:{command.customer_id}", DraftKind.CUSTOMER, fields)


def _report_draft(kept: KeptCommand) -> Draft:
    command = kept.command
    assert isinstance(command, ReportOrder)
    fields = report_fields(command.report)
    return _record_draft(kept, f"report:{command.order_id}", DraftKind.REPORT, fields)


def _product_draft(kept: KeptCommand) -> Draft:
    command = kept.command
    assert isinstance(command, SaveProduct)
    form, contract = command.form, command.form.contract
    fields = {
        "product_name": form.name,
        "serial_number": form.serial_number,
        "purchased_on": _day(form.purchased_on),
        "sold_by": form.sold_by,
        "warranty_until": _day(form.warranty_until),
        "contract": "",
    }
    if contract is not None:
        fields |= {
            "contract": contract.id or "new",
            "contract_number": contract.number,
            "contract_level": contract.level,
            "contract_from": _day(contract.valid_from),
            "contract_until": _day(contract.valid_until),
            "covers_costs": "1" if contract.covers_costs else "",
        }
    if form.id is not None:
        fields |= {"product_id": form.id, "version": str(form.version)}
    key = f"product:{form.id or f'new {form.customer_id}'}"
    return _record_draft(kept, key, DraftKind.PRODUCT, fields)


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


def _record_draft(kept: KeptCommand, key: str, kind: DraftKind, fields: dict[str, str]) -> Draft:
    return Draft(
        key=key,
        kind=kind,
        saved_at=kept.kept_at,
        fields=fields,
        customer_id=customer_of(kept.command),
    )


_DRAFTS: Mapping[type[Command], Callable[[KeptCommand], Draft]] = MappingProxyType(
    {
        LogTicket: _ticket_draft,
        AddNote: _note_draft,
        ChangeCustomer: _change_draft,
        ReportOrder: _report_draft,
        SaveProduct: _product_draft,
    }
)
