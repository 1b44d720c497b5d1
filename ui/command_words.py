"""Commands in plain words: what each does, and what was typed; main thread."""

from __future__ import annotations

from typing import Any, Final

from agent_desk.domain.command import (
    AddNote,
    AddNumber,
    ChangeCustomer,
    Command,
    CreateCustomer,
    LogTicket,
    ReportOrder,
)
from agent_desk.domain.customer import NewCustomer
from agent_desk.domain.product_command import SaveProduct
from agent_desk.domain.typed_words import typed_words
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


def _words(command: Command) -> str:
    if isinstance(command, LogTicket):
        return command.form.subject
    if isinstance(command, AddNote):
        return command.text
    if isinstance(command, AddNumber):
        return format_number(command.number)
    if isinstance(command, SaveProduct):
        return " ".join((command.form.name, command.form.serial_number))
    if isinstance(command, CreateCustomer):
        return _listed(command.new)
    if isinstance(command, ChangeCustomer):
        return _listed(command.changes)
    if isinstance(command, ReportOrder):
        return command.report.done
    return tr("list.separator").join(word for word in typed_words(command).values() if word)


def _listed(record: Any) -> str:
    number = format_number(record.number) if isinstance(record, NewCustomer) else ""
    parts = (record.name, number, record.company, record.city)
    return tr("list.separator").join(part for part in parts if part)
