"""What kept commands will make of a customer's card, shown until they are saved; pure, any thread.

The same functions make the records that are stored later, so what is shown is what will be there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from agent_desk.domain.command import (
    AddNote,
    AddNumber,
    ChangeCustomer,
    Command,
    CreateCustomer,
    CustomerCommand,
)
from agent_desk.domain.customer import (
    ContactKind,
    ContactPoint,
    Customer,
    CustomerCard,
    Note,
)
from agent_desk.domain.identifiers import (
    ContactPointId,
    CustomerId,
    NoteId,
    derived_uuid7,
    parse_number,
)
from agent_desk.domain.product_command import SaveProduct, product_of


def new_customer(command: CreateCustomer) -> Customer:
    """Return the record that the command makes, its company by name only."""
    new = command.new
    return Customer(
        id=command.customer_id,
        name=new.name,
        company_name=new.company,
        tier=new.tier,
        language=new.language,
        city=new.city,
        address=new.address,
        since=command.at.date(),
    )


def new_contact_points(command: CreateCustomer, *, region: str) -> tuple[ContactPoint, ...]:
    """Return number and address of the new customer; the number is read in ``region``."""
    points = []
    if command.new.number:
        points.append(_phone(command, command.new.number, region=region, is_primary=True))
    if command.new.email:
        email = ContactPoint(
            id=ContactPointId(derived_uuid7(command.id, "email")),
            customer_id=command.customer_id,
            kind=ContactKind.EMAIL,
            value=command.new.email,
            raw=command.new.email,
        )
        points.append(email)
    return tuple(points)


def added_note(command: AddNote) -> Note:
    """Return the note that the command makes."""
    return Note(
        id=NoteId(derived_uuid7(command.id, "note")),
        customer_id=command.customer_id,
        text=command.text,
        author=command.actor,
        created_at=command.at,
    )


def added_number(command: AddNumber, *, region: str) -> ContactPoint:
    """Return the number that the command makes, read in ``region``."""
    return _phone(command, command.number, region=region)


def card_with(
    card: CustomerCard | None, commands: Iterable[Command], *, region: str
) -> CustomerCard | None:
    """Return ``card`` as ``commands`` of its customer, oldest first, will leave it.

    None, as of a customer whom nobody has stored yet, unless one of them makes the customer.
    """
    for command in commands:
        effect = _EFFECTS.get(type(command))
        if effect is not None:
            card = effect(card, command, region)
    return card


def commands_of(customer_id: CustomerId, commands: Iterable[Command]) -> tuple[Command, ...]:
    """Return those of ``commands`` that change this customer's record."""
    return tuple(
        command
        for command in commands
        if isinstance(command, CustomerCommand) and command.customer_id == customer_id
    )


def _phone(
    command: CustomerCommand, text: str, *, region: str, is_primary: bool = False
) -> ContactPoint:
    number = parse_number(text, region=region)
    return ContactPoint(
        id=ContactPointId(derived_uuid7(command.id, "phone")),
        customer_id=command.customer_id,
        kind=ContactKind.PHONE,
        value=number.e164,
        raw=text,
        suffix=number.suffix,
        is_primary=is_primary,
    )


def _created(_: CustomerCard | None, command: CreateCustomer, region: str) -> CustomerCard:
    points = new_contact_points(command, region=region)
    return CustomerCard(customer=new_customer(command), contact_points=points)


def _changed(card: CustomerCard | None, command: ChangeCustomer, _: str) -> CustomerCard | None:
    if card is None:
        return None
    changes = command.changes
    customer = replace(
        card.customer,
        name=changes.name,
        company_name=changes.company,
        city=changes.city,
        address=changes.address,
        language=changes.language,
        tier=changes.tier,
        verified=changes.verified,
    )
    return replace(card, customer=customer)


def _noted(card: CustomerCard | None, command: AddNote, _: str) -> CustomerCard | None:
    if card is None:
        return None
    note = added_note(command)
    others = (known for known in card.notes if known.id != note.id)
    notes = sorted((note, *others), key=lambda known: not known.pinned)
    return replace(card, notes=tuple(notes))


def _reached(card: CustomerCard | None, command: AddNumber, region: str) -> CustomerCard | None:
    if card is None:
        return None
    point = added_number(command, region=region)
    known = {p.value for p in card.contact_points}
    points = card.contact_points if point.value in known else (*card.contact_points, point)
    return replace(card, contact_points=points)


def _owned(card: CustomerCard | None, command: SaveProduct, _: str) -> CustomerCard | None:
    if card is None:
        return None
    product = product_of(command)
    others = (known for known in card.products if known.id != product.id)
    return replace(card, products=tuple(sorted((product, *others), key=lambda p: p.name)))


_EFFECTS: Mapping[type[Command], Callable[[CustomerCard | None, Any, str], CustomerCard | None]] = (
    MappingProxyType(
        {
            CreateCustomer: _created,
            ChangeCustomer: _changed,
            AddNote: _noted,
            AddNumber: _reached,
            SaveProduct: _owned,
        }
    )
)
