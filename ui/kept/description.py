"""Kept commands in plain words, and as the drafts they once were; main thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from agent_desk.domain.command import (
    AddNote,
    AddNumber,
    ChangeCustomer,
    Command,
    CreateCustomer,
    CustomerCommand,
    LogTicket,
    OrderCommand,
    ReportOrder,
)
from agent_desk.domain.customer import NewCustomer
from agent_desk.domain.draft import Draft, DraftKind
from agent_desk.domain.identifiers import CustomerId
from agent_desk.domain.kept_command import KeptCommand
from ui.formats import format_number
from ui.language import tr

LONGEST_WORDS: Final = 160
"""Longest excerpt of what was typed, in characters."""


def what_of(command: Command) -> str:
    """Return what kind of change it is, such as "Ticket"."""
    return tr(f"kept.what.{command.kind}")


def words_of(command: Command) -> str:
    """Return what was typed, on one line; "" when nothing was, as for a step of an order."""
    text = " ".join(_words(command).split())
    return text if len(text) <= LONGEST_WORDS else text[:LONGEST_WORDS] + "…"


def customer_of(command: Command) -> CustomerId | None:
    """Return whom it is about, None where only an order or ticket says so."""
    if isinstance(command, LogTicket):
        return command.form.customer_id
    return command.customer_id if isinstance(command, CustomerCommand) else None


def draft_of(kept: KeptCommand) -> Draft | None:
    """Return the words of ``kept`` as a draft of their form; None where there is no such form."""
    make = _DRAFTS.get(type(kept.command))
    return None if make is None else make(kept)


def _words(command: Command) -> str:
    if isinstance(command, LogTicket):
        return command.form.subject
    if isinstance(command, AddNote):
        return command.text
    if isinstance(command, AddNumber):
        return format_number(command.number)
    if isinstance(command, CreateCustomer):
        return _listed(command.new)
    if isinstance(command, ChangeCustomer):
        return _listed(command.changes)
    if isinstance(command, ReportOrder):
        return command.report.done
    return str(getattr(command, "reason", "")) if isinstance(command, OrderCommand) else ""


def _listed(record: Any) -> str:
    number = format_number(record.number) if isinstance(record, NewCustomer) else ""
    parts = (record.name, number, record.company, record.city)
    return tr("list.separator").join(part for part in parts if part)


def _ticket_draft(kept: KeptCommand) -> Draft:
    command = kept.command
    assert isinstance(command, LogTicket)
    form, call = command.form, command.call
    fields = {
        "subject": form.subject,
        "category_id": form.category_id,
        "priority": form.priority.value,
        "description": form.description,
        "resolution": form.resolution.value,
        "customer_id": form.customer_id,
        "new_id": "" if form.ticket_id else command.ticket_id,
        "ticket_id": form.ticket_id or "",
        "version": str(form.version),
    }
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
    report = command.report
    fields = {
        "started_at": report.started_at.isoformat(),
        "ended_at": report.ended_at.isoformat(),
        "done": report.done,
        "outcome": report.outcome.value,
        "why_not_solved": report.why_not_solved,
    }
    return _record_draft(kept, f"report:{command.order_id}", DraftKind.REPORT, fields)


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
    }
)
