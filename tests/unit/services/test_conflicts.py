from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agent_desk.domain.conflict import Edit, Side
from agent_desk.domain.customer import Customer, CustomerChanges, Tier
from agent_desk.domain.errors import NotFoundError, StaleVersionError
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import CustomerId
from agent_desk.domain.ticket import Priority, Resolution, Ticket, TicketForm
from agent_desk.services.conflicts import Conflicts, settled_customer, settled_ticket
from tests.unit.services.bench import AGENT, Bench


@pytest.fixture
def conflicts(bench: Bench) -> Conflicts:
    return Conflicts(storage=bench.storage, access=bench.desk.access)


def changes_of(customer: Customer, **more: object) -> CustomerChanges:
    changes = CustomerChanges(
        id=customer.id, version=customer.version, name=customer.name, tier=customer.tier
    )
    return replace(changes, **more)  # type: ignore[arg-type]


async def test_a_stale_customer_shows_both_sides_and_who_changed_what(
    bench: Bench, conflicts: Conflicts
) -> None:
    wang = await bench.customer()
    await bench.desk.customers.change(changes_of(wang, city="Shanghai", tier=Tier.GOLD))
    mine = changes_of(wang, city="Beijing ", address="1 Road")

    with pytest.raises(StaleVersionError):
        await bench.desk.customers.change(mine)
    found = await conflicts.of_customer(mine)

    edit = Edit(actor=AGENT, at=bench.clock.now())
    assert (found.stream, found.subject_id) == (Stream.CUSTOMER, wang.id)
    assert (found.mine_version, found.theirs_version, found.last_edit) == (1, 2, edit)
    tier, city, address = found.fields
    assert (tier.base, tier.mine, tier.theirs, tier.proposal) == (
        "STANDARD",
        "STANDARD",
        "GOLD",
        Side.THEIRS,
    )
    assert (city.base, city.mine, city.theirs, city.proposal) == ("", "Beijing", "Shanghai", None)
    assert city.edit == edit
    assert (address.mine, address.theirs, address.proposal) == ("1 Road", "", Side.MINE)


async def test_the_settled_customer_is_saved_on_top_of_theirs(
    bench: Bench, conflicts: Conflicts
) -> None:
    wang = await bench.customer()
    await bench.desk.customers.change(changes_of(wang, city="Shanghai", tier=Tier.GOLD))
    mine = changes_of(wang, city="Beijing", address="1 Road")
    found = await conflicts.of_customer(mine)

    card = await bench.desk.customers.change(settled_customer(mine, found, {"city": Side.MINE}))

    saved = card.customer
    assert (saved.city, saved.tier, saved.address) == ("Beijing", Tier.GOLD, "1 Road")
    assert saved.version == 3


async def test_the_person_s_own_record_is_the_base_when_the_log_does_not_know_it(
    bench: Bench, conflicts: Conflicts
) -> None:
    wang = await bench.customer()
    imported = replace(wang, city="Tianjin", version=2)
    await bench.storage.write(
        # As an import does it: a new version that the log does not carry.
        lambda uow: uow.customers.change(changes_of(wang, city="Tianjin"), None, "")
    )
    await bench.desk.customers.change(changes_of(imported, city="Shanghai"))
    mine = changes_of(imported, city="Tianjin", name="Wang Wei")

    (name, city) = (await conflicts.of_customer(mine)).fields
    assert (name.proposal, city.proposal) == (None, None)

    (name, city) = (await conflicts.of_customer(mine, imported)).fields
    assert (name.proposal, city.proposal) == (Side.MINE, Side.THEIRS)


async def test_notes_and_numbers_are_no_versions(bench: Bench, conflicts: Conflicts) -> None:
    wang = await bench.customer()
    await bench.desk.customers.add_note(wang.id, "calls in the evening")
    await bench.desk.customers.change(changes_of(wang, city="Shanghai"))
    await bench.desk.customers.add_number(wang.id, "13900139001")

    found = await conflicts.of_customer(changes_of(wang, address="1 Road"))

    assert [each.field for each in found.fields] == ["city", "address"]
    assert found.undecided == ()


async def opened(bench: Bench) -> Ticket:
    wang = await bench.customer()
    return await bench.desk.tickets.log(await _form(bench, wang.id), None)


async def _form(bench: Bench, customer_id: CustomerId, **more: Any) -> TicketForm:
    following: dict[str, Any] = {
        "resolution": Resolution.FOLLOW_UP,
        "follow_up_at": bench.clock.now() + timedelta(days=1),
    }
    return await bench.form(customer_id, **following, **more)


async def test_a_stale_ticket_shows_both_sides_and_is_saved_settled(
    bench: Bench, conflicts: Conflicts
) -> None:
    ticket = await opened(bench)
    joining = {"ticket_id": ticket.id, "version": ticket.version}
    theirs = await _form(bench, ticket.customer_id, description="they said", **joining)
    mine = await _form(
        bench, ticket.customer_id, description="I said ", priority=Priority.P1, **joining
    )
    await bench.desk.tickets.log(theirs, None)
    with pytest.raises(StaleVersionError):
        await bench.desk.tickets.log(mine, None)

    found = await conflicts.of_ticket(mine)

    description, priority = found.fields
    assert (description.mine, description.theirs) == ("I said", "they said")
    assert (description.proposal, priority.proposal) == (None, Side.MINE)
    saved = await bench.desk.tickets.log(
        settled_ticket(mine, found, {"description": Side.THEIRS}), None
    )
    assert (saved.description, saved.priority) == ("they said", Priority.P1)


async def test_a_stale_step_of_an_order_shows_what_happened_since(
    bench: Bench, conflicts: Conflicts
) -> None:
    wang = await bench.customer()
    form = await bench.form(wang.id, resolution=Resolution.WORK_ORDER)
    ticket = await bench.desk.tickets.log(form, None)
    (order,) = await bench.storage.read(lambda uow: uow.orders.of_ticket(ticket.id))
    accepted = await bench.desk.orders.accept(order.id, order.version)

    found = await conflicts.of_order(order.id, order.version)

    (state,) = found.fields
    assert (state.field, state.mine, state.theirs) == ("state", "ASSIGNED", "ACCEPTED")
    assert state.proposal is Side.THEIRS
    assert found.theirs_version == accepted.version


async def test_a_record_that_is_gone_is_named(conflicts: Conflicts) -> None:
    nobody = CustomerChanges(id=CustomerId("nobody"), version=1, name="x")
    with pytest.raises(NotFoundError, match="nobody"):
        await conflicts.of_customer(nobody)
