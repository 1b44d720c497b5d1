"""Customers: cards, search, new records, edits and notes; runs on the `desk-loop` thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from agent_desk.domain.command import (
    AddNote,
    AddNumber,
    ChangeCustomer,
    CreateCustomer,
    CustomerCommand,
    applied,
)
from agent_desk.domain.customer import (
    ContactKind,
    CustomerCard,
    CustomerChanges,
    NewCustomer,
    SearchHit,
    TimelineEntry,
    TimelineKind,
)
from agent_desk.domain.event_log import LoggedEvent, Stream, to_payload
from agent_desk.domain.identifiers import (
    CompanyId,
    CustomerId,
    EventId,
    InteractionId,
    ProductId,
    derived_uuid7,
)
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.product import OwnedProduct
from agent_desk.domain.product_command import SaveProduct
from agent_desk.domain.provisional import (
    added_note,
    added_number,
    new_contact_points,
    new_customer,
)
from agent_desk.domain.rights import Right
from agent_desk.ports.clock import Clock
from agent_desk.ports.storage import Storage, UnitOfWork
from agent_desk.services.access import Access
from agent_desk.services.cards import Cards
from agent_desk.services.commands import Commands
from agent_desk.services.idempotency import applied_id, version_before
from agent_desk.services.products import save_product, version_left


class Customers:
    """What the desk does with customer records."""

    def __init__(
        self,
        *,
        storage: Storage,
        clock: Clock,
        access: Access,
        region: str,
        commands: Commands,
        cards: Cards,
    ) -> None:
        """``access`` is who acts; numbers are read in ``region`` (ISO 3166-1)."""
        self._storage = storage
        self._clock = clock
        self._access = access
        self._region = region
        self._commands = commands
        self._cards = cards

    async def card(self, customer_id: CustomerId) -> CustomerCard:
        """Return the whole card, while the database is away the one kept here.

        Raises RightsError, NotFoundError, and StorageError when nothing is kept.
        """
        return await self._cards.read(customer_id)

    async def timeline(
        self, customer_id: CustomerId, *, kinds: frozenset[TimelineKind] | None, offset: int
    ) -> tuple[Sequence[TimelineEntry], int]:
        """Return a page from row ``offset`` on, newest first, and the number of all rows."""
        self._access.require(Right.SEE_CUSTOMERS)

        def work(uow: UnitOfWork) -> tuple[Sequence[TimelineEntry], int]:
            page = uow.customers.timeline(customer_id, kinds=kinds, offset=offset)
            return page, uow.customers.count_timeline(customer_id, kinds)

        return await self._storage.read(work)

    async def product(self, product_id: ProductId) -> OwnedProduct:
        """Return the product with its contract; raises RightsError, NotFoundError."""
        self._access.require(Right.SEE_CUSTOMERS)
        return await self._storage.read(lambda uow: uow.products.get(product_id))

    async def recent_calls(self) -> Sequence[Interaction]:
        """Return this agent's newest calls, for redial."""
        return await self._storage.read(lambda uow: uow.interactions.recent(self._access.login))

    async def search(self, query: str) -> Sequence[SearchHit]:
        """Return customers and tickets for what was typed so far; raises RightsError."""
        self._access.require(Right.SEE_CUSTOMERS)
        return await self._storage.read(lambda uow: uow.customers.search(query))

    async def create(
        self, new: NewCustomer, interaction_id: InteractionId | None = None
    ) -> CustomerCard:
        """Store a new customer and return the card; raises InputError naming the field."""
        return await self.apply(self._commands.create_customer(new, interaction_id))

    async def change(self, changes: CustomerChanges) -> CustomerCard:
        """Save edited fields; raises InputError, StaleVersionError, NotFoundError."""
        return await self.apply(self._commands.change_customer(changes))

    async def add_note(self, customer_id: CustomerId, text: str) -> CustomerCard:
        """Store a note and return the card with it; raises InputError, NotFoundError."""
        return await self.apply(self._commands.add_note(customer_id, text))

    async def add_number(self, customer_id: CustomerId, text: str) -> CustomerCard:
        """Store a further number; one that the customer has already changes nothing.

        Raises InvalidNumberError, NotFoundError.
        """
        return await self.apply(self._commands.add_number(customer_id, text))

    async def apply(self, command: CustomerCommand) -> CustomerCard:
        """Apply ``command`` in one unit of work and return the card.

        One that was applied before changes nothing. Raises RightsError, NotFoundError,
        StaleVersionError, StorageError.
        """
        self._access.require_command(command)
        now = self._clock.now()

        def work(uow: UnitOfWork) -> CustomerCard:
            customer_id = command.customer_id
            if applied_id(uow, command) is not None:
                return uow.customers.card(customer_id, now=now)
            _EFFECTS[type(command)](uow, command, self._region)
            card = uow.customers.card(customer_id, now=now)
            version = version_left(command, card)
            proof = applied(command, at=now, id=customer_id, version=version)
            uow.commands.record(proof)
            return card

        card = await self._storage.write(work)
        self._cards.shown(command.customer_id)
        return card


def _create(uow: UnitOfWork, command: CreateCustomer, region: str) -> None:
    company_id = _company(uow, command.new.company, command)
    customer = replace(new_customer(command), company_id=company_id)
    uow.customers.add(customer, new_contact_points(command, region=region))
    _log(uow, command, "CustomerAdded", to_payload(customer))
    if command.interaction_id is not None:
        # A call that was recorded while this waited could not name who was not there yet.
        uow.interactions.link(command.interaction_id, customer_id=customer.id)


def _change(uow: UnitOfWork, command: ChangeCustomer, _: str) -> None:
    version = version_before(uow, command, command.changes.version)
    changes = replace(command.changes, version=version)
    uow.customers.change(changes, _company(uow, changes.company, command), "")
    _log(uow, command, "CustomerChanged", to_payload(changes))


def _add_note(uow: UnitOfWork, command: AddNote, _: str) -> None:
    uow.customers.get(command.customer_id)
    note = added_note(command)
    uow.customers.add_note(note)
    _log(uow, command, "NoteAdded", to_payload(note))


def _add_number(uow: UnitOfWork, command: AddNumber, region: str) -> None:
    card = uow.customers.card(command.customer_id, now=command.at)
    point = added_number(command, region=region)
    known = {p.value for p in card.contact_points if p.kind is ContactKind.PHONE}
    if point.value in known:
        return
    added = replace(point, is_primary=not known)
    uow.customers.add_contact_point(added)
    _log(uow, command, "NumberAdded", to_payload(added))


_EFFECTS: Mapping[type[CustomerCommand], Callable[[UnitOfWork, Any, str], None]] = MappingProxyType(
    {
        CreateCustomer: _create,
        ChangeCustomer: _change,
        AddNote: _add_note,
        AddNumber: _add_number,
        SaveProduct: save_product,
    }
)
"""What each command does; the last argument is the region in which numbers are read."""


def _company(uow: UnitOfWork, name: str, command: CustomerCommand) -> CompanyId | None:
    """Return the id of the company called ``name``, storing it when it is new."""
    if not name:
        return None
    known = uow.customers.company_named(name)
    if known is not None:
        return known
    company_id = CompanyId(derived_uuid7(command.id, "company"))
    uow.customers.add_company(company_id, name)
    return company_id


def _log(uow: UnitOfWork, command: CustomerCommand, kind: str, payload: Mapping[str, Any]) -> None:
    event = LoggedEvent(
        id=EventId(derived_uuid7(command.id, "event")),
        stream=Stream.CUSTOMER,
        stream_id=command.customer_id,
        kind=kind,
        at=command.at,
        actor=command.actor,
        payload=payload,
    )
    uow.events.append([event])
