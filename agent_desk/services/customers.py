"""Customers: cards, search, new records, edits and notes; runs on the `desk-loop` thread."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from agent_desk.domain.customer import (
    ContactKind,
    ContactPoint,
    Customer,
    CustomerCard,
    CustomerChanges,
    NewCustomer,
    Note,
    SearchHit,
    TimelineEntry,
    TimelineKind,
)
from agent_desk.domain.errors import InputError
from agent_desk.domain.event_log import LoggedEvent, Stream, to_payload
from agent_desk.domain.identifiers import (
    AgentId,
    CompanyId,
    ContactPointId,
    CustomerId,
    EventId,
    NoteId,
    new_uuid7,
    parse_number,
)
from agent_desk.domain.interaction import Interaction
from agent_desk.ports.clock import Clock
from agent_desk.ports.storage import Storage, UnitOfWork

MAX_TEXT = 4000
"""Longest note or description, in characters."""

MAX_NAME = 200
"""Longest name of a customer, in characters."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Customers:
    """What the desk does with customer records."""

    def __init__(self, *, storage: Storage, clock: Clock, agent_id: AgentId, region: str) -> None:
        """Changes are logged as the agent's; numbers are read in ``region`` (ISO 3166-1)."""
        self._storage = storage
        self._clock = clock
        self._agent_id = agent_id
        self._region = region

    async def card(self, customer_id: CustomerId) -> CustomerCard:
        """Return the whole card; raises NotFoundError, StorageError."""
        now = self._clock.now()
        return await self._storage.read(lambda uow: uow.customers.card(customer_id, now=now))

    async def timeline(
        self, customer_id: CustomerId, *, kinds: frozenset[TimelineKind] | None, offset: int
    ) -> tuple[Sequence[TimelineEntry], int]:
        """Return a page from row ``offset`` on, newest first, and the number of all rows."""

        def work(uow: UnitOfWork) -> tuple[Sequence[TimelineEntry], int]:
            page = uow.customers.timeline(customer_id, kinds=kinds, offset=offset)
            return page, uow.customers.count_timeline(customer_id, kinds)

        return await self._storage.read(work)

    async def recent_calls(self) -> Sequence[Interaction]:
        """Return this agent's newest calls, for redial."""
        return await self._storage.read(lambda uow: uow.interactions.recent(self._agent_id))

    async def search(self, query: str) -> Sequence[SearchHit]:
        """Return customers and tickets for what was typed so far."""
        return await self._storage.read(lambda uow: uow.customers.search(query))

    async def create(self, new: NewCustomer) -> CustomerCard:
        """Store a new customer and return the card; raises InputError naming the field."""
        name = _required("name", new.name, MAX_NAME)
        contact_values = self._contact_values(new)
        now = self._clock.now()
        customer_id = CustomerId(new_uuid7(now))
        points = [_contact_point(customer_id, *value, now=now) for value in contact_values]

        def work(uow: UnitOfWork) -> CustomerCard:
            customer = Customer(
                id=customer_id,
                name=name,
                company_id=_company(uow, new.company, now),
                company_name=new.company.strip(),
                tier=new.tier,
                language=new.language,
                city=new.city.strip(),
                address=new.address.strip(),
                since=now.date(),
            )
            uow.customers.add(customer, _first_number_primary(points))
            added = self._event(customer_id, "CustomerAdded", to_payload(customer), now)
            uow.events.append([added])
            return uow.customers.card(customer_id, now=now)

        return await self._storage.write(work)

    async def change(self, changes: CustomerChanges) -> CustomerCard:
        """Save edited fields; raises InputError, StaleVersionError, NotFoundError."""
        changes = replace(
            changes,
            name=_required("name", changes.name, MAX_NAME),
            company=changes.company.strip(),
            city=changes.city.strip(),
            address=changes.address.strip(),
        )
        now = self._clock.now()

        def work(uow: UnitOfWork) -> CustomerCard:
            uow.customers.change(changes, _company(uow, changes.company, now), "")
            payload = to_payload(changes)
            uow.events.append([self._event(changes.id, "CustomerChanged", payload, now)])
            return uow.customers.card(changes.id, now=now)

        return await self._storage.write(work)

    async def add_note(self, customer_id: CustomerId, text: str) -> CustomerCard:
        """Store a note and return the card with it; raises InputError, NotFoundError."""
        text = _required("note", text, MAX_TEXT)
        now = self._clock.now()
        note = Note(
            id=NoteId(new_uuid7(now)),
            customer_id=customer_id,
            text=text,
            author=self._agent_id,
            created_at=now,
        )

        def work(uow: UnitOfWork) -> CustomerCard:
            uow.customers.get(customer_id)
            uow.customers.add_note(note)
            uow.events.append([self._event(customer_id, "NoteAdded", to_payload(note), now)])
            return uow.customers.card(customer_id, now=now)

        return await self._storage.write(work)

    async def add_number(self, customer_id: CustomerId, text: str) -> CustomerCard:
        """Store a further number; one that the customer has already changes nothing.

        Raises InvalidNumberError, NotFoundError.
        """
        number = parse_number(text, region=self._region)
        now = self._clock.now()
        value = (ContactKind.PHONE, number.e164, text.strip(), number.suffix)
        point = _contact_point(customer_id, *value, now=now)

        def work(uow: UnitOfWork) -> CustomerCard:
            card = uow.customers.card(customer_id, now=now)
            known = {p.value for p in card.contact_points if p.kind is ContactKind.PHONE}
            if point.value in known:
                return card
            added = replace(point, is_primary=not known)
            uow.customers.add_contact_point(added)
            uow.events.append([self._event(customer_id, "NumberAdded", to_payload(added), now)])
            return uow.customers.card(customer_id, now=now)

        return await self._storage.write(work)

    def _contact_values(self, new: NewCustomer) -> list[tuple[ContactKind, str, str, str]]:
        values = []
        if new.number.strip():
            number = parse_number(new.number, region=self._region)
            values.append((ContactKind.PHONE, number.e164, new.number.strip(), number.suffix))
        if new.email.strip():
            email = new.email.strip()
            if not _EMAIL.fullmatch(email):
                accepted = "an address such as name@example.com"
                raise InputError(field="email", value=email, accepted=accepted)
            values.append((ContactKind.EMAIL, email, email, ""))
        return values

    def _event(
        self, customer_id: CustomerId, kind: str, payload: Mapping[str, Any], now: datetime
    ) -> LoggedEvent:
        return LoggedEvent(
            id=EventId(new_uuid7(now)),
            stream=Stream.CUSTOMER,
            stream_id=customer_id,
            kind=kind,
            at=now,
            actor=self._agent_id,
            payload=payload,
        )


def _contact_point(
    customer_id: CustomerId, kind: ContactKind, value: str, raw: str, suffix: str, *, now: datetime
) -> ContactPoint:
    return ContactPoint(
        id=ContactPointId(new_uuid7(now)),
        customer_id=customer_id,
        kind=kind,
        value=value,
        raw=raw,
        suffix=suffix,
    )


def _first_number_primary(points: Sequence[ContactPoint]) -> list[ContactPoint]:
    return [replace(p, is_primary=p.kind is ContactKind.PHONE) for p in points]


def _company(uow: UnitOfWork, name: str, now: datetime) -> CompanyId | None:
    """Return the id of the company called ``name``, storing it when it is new."""
    name = name.strip()
    if not name:
        return None
    known = uow.customers.company_named(name)
    if known is not None:
        return known
    company_id = CompanyId(new_uuid7(now))
    uow.customers.add_company(company_id, name)
    return company_id


def _required(field: str, text: str, longest: int) -> str:
    """Return ``text`` stripped; raises InputError when nothing or too much is left."""
    text = text.strip()
    if not text or len(text) > longest:
        accepted = f"1 to {longest} characters"
        raise InputError(field=field, value=text[:40], accepted=accepted)
    return text
