from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agent_desk.domain.conflict import Edit, Side
from agent_desk.domain.customer import Customer, CustomerChanges, Tier
from agent_desk.domain.errors import (
    InputError,
    InvalidNumberError,
    NotFoundError,
    StaleVersionError,
)
from agent_desk.domain.event_log import LoggedEvent, Stream
from agent_desk.domain.identifiers import AgentId, CustomerId, DepartmentId, EventId, WorkOrderId
from agent_desk.domain.rights import Person, Role
from agent_desk.domain.ticket import Priority, Resolution, Ticket, TicketForm
from agent_desk.domain.work_order import ReportOutcome, WorkOrder, WorkOrderState, WorkReport
from agent_desk.services.access import Access
from agent_desk.services.conflicts import Conflicts, settled_customer, settled_ticket
from tests.contracts.presence_contract import a_report
from tests.contracts.storage_samples import fresh_id
from tests.unit.services.bench import Bench

LI = AgentId("agent042")


@pytest.fixture
def conflicts(bench: Bench) -> Conflicts:
    return Conflicts(storage=bench.storage, access=bench.desk.access)


def changes_of(customer: Customer, **more: object) -> CustomerChanges:
    changes = CustomerChanges(
        id=customer.id, version=customer.version, name=customer.name, tier=customer.tier
    )
    return replace(changes, **more)  # type: ignore[arg-type]


async def seat(bench: Bench, login: AgentId, name: str) -> None:
    """Let somebody sit at another desk."""
    report = a_report(name, agent_id=login)
    await bench.storage.write(lambda uow: uow.presence.report(report))


async def test_a_stale_customer_shows_both_sides_and_who_changed_what(
    bench: Bench, conflicts: Conflicts
) -> None:
    wang = await bench.customer()
    await seat(bench, LI, "Li Ming 李明")
    theirs = bench.desk.commands.change_customer(changes_of(wang, city="Shanghai", tier=Tier.GOLD))
    await bench.desk.customers.apply(replace(theirs, actor=LI))
    mine = changes_of(wang, city="Beijing ", address="1 Road")

    with pytest.raises(StaleVersionError):
        await bench.desk.customers.change(mine)
    found = await conflicts.of_customer(mine)

    edit = Edit(actor=LI, at=bench.clock.now(), name="Li Ming 李明")
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


async def ordered(bench: Bench) -> WorkOrder:
    """Return an order that a department is to take on."""
    wang = await bench.customer()
    form = await bench.form(wang.id, resolution=Resolution.WORK_ORDER)
    ticket = await bench.desk.tickets.log(form, None)
    (order,) = await bench.storage.read(lambda uow: uow.orders.of_ticket(ticket.id))
    return order


async def test_a_stale_step_of_an_order_shows_what_happened_since(
    bench: Bench, conflicts: Conflicts
) -> None:
    order = await ordered(bench)
    commands = bench.desk.commands
    await seat(bench, LI, "Li Ming 李明")
    theirs = replace(commands.accept_order(order.id, order.version), actor=LI)
    accepted = await bench.desk.orders.apply(theirs)

    declined = commands.decline_order(order.id, order.version, "no parts")
    late = await conflicts.of_step(declined)

    (state,) = late.conflict.fields
    assert (state.field, state.mine, state.theirs) == ("state", "ASSIGNED", "ACCEPTED")
    assert state.proposal is Side.THEIRS
    assert state.edit == Edit(actor=LI, at=bench.clock.now(), name="Li Ming 李明")
    assert late.conflict.theirs_version == accepted.version
    assert (late.order.state, late.is_possible) == ("ACCEPTED", False)


async def test_what_else_is_logged_about_an_order_is_no_version_of_it(
    bench: Bench, conflicts: Conflicts
) -> None:
    order = await ordered(bench)
    claim = LoggedEvent(
        id=EventId(fresh_id()),
        stream=Stream.WORK_ORDER,
        stream_id=order.id,
        kind="ClaimSubmitted",
        at=bench.clock.now(),
        actor=LI,
        payload={"id": fresh_id(), "version": order.version + 7, "state": "SUBMITTED"},
    )
    await bench.storage.write(lambda uow: uow.events.append([claim]))

    late = await conflicts.of_step(bench.desk.commands.accept_order(order.id, order.version))

    assert (late.conflict.fields, late.conflict.last_edit) == ((), None)


async def test_a_stale_step_that_still_fits_is_taken_once_more(
    bench: Bench, conflicts: Conflicts
) -> None:
    order = await ordered(bench)
    commands = bench.desk.commands
    accepted = await bench.desk.orders.accept(order.id, order.version)
    report = WorkReport(
        started_at=bench.clock.now(),
        ended_at=bench.clock.now(),
        done="Pump changed",
        outcome=ReportOutcome.SOLVED,
    )
    mine = commands.report_order(order.id, accepted.version, report)
    await bench.desk.orders.start(order.id, accepted.version)

    late = await conflicts.of_step(mine)
    assert late.is_possible
    again = commands.again(late.command, late.conflict.theirs_version)
    done = await bench.desk.orders.apply(again)

    assert (done.state, done.report) == (WorkOrderState.REPORTED, report)
    assert again.id != mine.id


async def test_an_order_that_another_department_has_by_now_is_not_shown(bench: Bench) -> None:
    order = await ordered(bench)
    assert order.department_id is not None
    other = Person(
        login=LI,
        name="Li",
        roles=frozenset({Role.DEPARTMENT}),
        department_id=DepartmentId("another"),
    )
    conflicts = Conflicts(storage=bench.storage, access=Access(other))

    with pytest.raises(NotFoundError):
        await conflicts.of_step(bench.desk.commands.accept_order(order.id, order.version))


async def test_a_reopening_that_came_too_late_shows_who_was_first(
    bench: Bench, conflicts: Conflicts
) -> None:
    wang = await bench.customer()
    ticket = await bench.desk.tickets.log(await bench.form(wang.id), None)
    commands = bench.desk.commands
    await seat(bench, LI, "Li Ming 李明")
    mine = commands.reopen_ticket(ticket.id, "never came")
    bench.clock.advance(60)
    theirs = replace(commands.reopen_ticket(ticket.id, "asked again"), actor=LI)
    await bench.desk.tickets.apply(theirs)

    late = await conflicts.of_ticket_step(mine)

    (state,) = late.conflict.fields
    assert (state.field, state.mine, state.theirs) == ("state", "RESOLVED", "REOPENED")
    assert state.edit == Edit(actor=LI, at=bench.clock.now(), name="Li Ming 李明")
    assert (late.ticket.state, late.is_possible) == ("REOPENED", False)
    confirmed = await conflicts.of_ticket_step(commands.confirm_ticket(ticket.id))
    assert (confirmed.conflict.fields, confirmed.is_possible) == ((), False)


async def test_a_refused_word_is_typed_anew_and_not_left_out(bench: Bench) -> None:
    wang = await bench.customer()
    commands = bench.desk.commands
    number = commands.add_number(wang.id, "139 0013 9222")
    declined = commands.decline_order(WorkOrderId("w"), 3, "no parts")

    again = commands.retyped(number, {"number": " 139 0013 9333 "})

    assert (again.number, again.reached) == ("139 0013 9333", wang.id)
    assert commands.retyped(declined, {"reason": "no people"}).version == 3
    with pytest.raises(InvalidNumberError):
        commands.retyped(number, {"number": "twelve"})
    with pytest.raises(InputError, match="reason"):
        commands.retyped(declined, {"reason": "  "})


async def test_a_record_that_is_gone_is_named(conflicts: Conflicts) -> None:
    nobody = CustomerChanges(id=CustomerId("nobody"), version=1, name="x")
    with pytest.raises(NotFoundError, match="nobody"):
        await conflicts.of_customer(nobody)
