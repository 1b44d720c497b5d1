"""What every implementation of ``ports.storage.Storage`` does with complaints."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from agent_desk.domain.complaint import Complaint, Severity, TicketKind
from agent_desk.domain.customer import TimelineKind
from agent_desk.domain.errors import ComplainedAboutError
from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.ticket import Ticket, TicketState
from agent_desk.ports.storage import Storage
from tests.contracts.storage_contract import add, add_ticket
from tests.contracts.storage_samples import AGENT, NOW, a_customer

CHEN = AgentId("chen")


def a_complaint(hours: int = 2, about: AgentId | None = None) -> Complaint:
    return Complaint(
        severity=Severity.HIGH,
        about=about or "上门服务",
        about_login=about,
        promised_at=NOW + timedelta(hours=hours),
    )


class ComplaintsContract:
    async def complained(self, storage: Storage, complaint: Complaint) -> Ticket:
        return await add_ticket(storage, await add(storage, a_customer()), complaint=complaint)

    async def test_a_complaint_comes_back_as_stored(self, storage: Storage) -> None:
        ticket = await self.complained(storage, a_complaint())
        plain = await add_ticket(storage, await add(storage, a_customer()))

        assert await storage.read(lambda unit: unit.tickets.get(ticket.id)) == ticket
        assert (await storage.read(lambda unit: unit.tickets.get(plain.id))).complaint is None
        assert list(await storage.read(lambda unit: unit.tickets.complaints())) == [ticket]

    async def test_the_earliest_promise_comes_first_and_answered_ones_last(
        self, storage: Storage
    ) -> None:
        later = await self.complained(storage, a_complaint(5))
        soon = await self.complained(storage, a_complaint(1))
        answered = await self.complained(storage, replace(a_complaint(0), answered_at=NOW))
        settled = await self.complained(storage, replace(a_complaint(0), settled_by=CHEN))
        resolved = replace(settled, state=TicketState.RESOLVED, resolved_at=NOW)
        await storage.write(lambda unit: unit.tickets.save(resolved))

        found = await storage.read(lambda unit: unit.tickets.complaints())

        assert [ticket.id for ticket in found] == [soon.id, later.id, answered.id]

    async def test_whom_it_is_about_neither_owns_nor_settles_it(self, storage: Storage) -> None:
        with pytest.raises(ComplainedAboutError):
            await self.complained(storage, a_complaint(about=AGENT))
        ticket = await self.complained(storage, a_complaint(about=CHEN))
        settled = replace(ticket, complaint=replace(a_complaint(about=CHEN), settled_by=CHEN))

        with pytest.raises(ComplainedAboutError):
            await storage.write(lambda unit: unit.tickets.save_complaint(settled))
        assert await storage.read(lambda unit: unit.tickets.get(ticket.id)) == ticket

    async def test_the_timeline_tells_a_complaint_from_a_ticket(self, storage: Storage) -> None:
        ticket = await self.complained(storage, a_complaint())
        kinds = frozenset({TimelineKind.TICKET})

        (entry,) = await storage.read(
            lambda unit: unit.customers.timeline(ticket.customer_id, kinds=kinds)
        )

        assert entry.channel == TicketKind.COMPLAINT
