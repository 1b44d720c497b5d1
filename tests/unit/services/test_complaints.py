"""Complaints on a whole desk: promised, owned, settled and reviewed by somebody it is not about."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from agent_desk.domain.complaint import SUPERVISORS, ComplaintForm, Severity, TicketKind
from agent_desk.domain.errors import ComplainedAboutError, InputError, StorageError
from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.rights import Person, Role
from agent_desk.domain.ticket import Resolution, Ticket, TicketState
from agent_desk.ports.storage import UnitOfWork
from agent_desk.services.case_log import CaseLog
from db.engine import sqlite_driver
from tests.unit.services.bench import AGENT, Bench
from tests.unit.services.test_work_orders import report_of

CHEN = AgentId("chen")


def sit(bench: Bench, login: AgentId, *roles: Role) -> None:
    """Let somebody else sit down at the desk."""
    bench.desk.access.change(Person(login=login, name=login, roles=frozenset(roles)))
    bench.desk.commands._agent_id = login


async def complained(
    bench: Bench,
    about: str = "the parcel service",
    resolution: Resolution = Resolution.FOLLOW_UP,
    severity: Severity = Severity.HIGH,
) -> Ticket:
    customer = await bench.customer()
    form = replace(
        await bench.form(customer.id),
        resolution=resolution,
        follow_up_at=bench.clock.now() + timedelta(hours=1),
        complaint=ComplaintForm(severity=severity, about=f" {about} "),
    )
    return await bench.desk.tickets.log(form, None)


def attack(bench: Bench, statement: str) -> None:
    """Run plain SQL on the desk's file."""
    connection = sqlite_driver().connect(bench.database)
    try:
        connection.execute(statement)
        connection.rollback()
    finally:
        connection.close()


async def test_a_complaint_has_its_kind_and_promises_an_answer_by_its_severity(
    bench: Bench,
) -> None:
    ticket = await complained(bench)

    assert ticket.kind is TicketKind.COMPLAINT
    assert ticket.complaint is not None
    assert ticket.complaint.about == "the parcel service"
    assert ticket.complaint.promised_at == bench.clock.now() + timedelta(days=1)
    assert (ticket.owner, ticket.complaint.about_login) == (AGENT, None)
    assert await bench.desk.tickets.get(ticket.id) == ticket
    bench.clock.advance(2 * 86_400)
    assert ticket.complaint.is_overdue(bench.clock.now())


async def test_a_complaint_says_whom_it_is_about(bench: Bench) -> None:
    with pytest.raises(InputError) as caught:
        await complained(bench, about=" ")

    assert caught.value.details["field"] == "complaint_about"


async def test_whoever_settles_it_has_given_the_answer(bench: Bench) -> None:
    ticket = await complained(bench, resolution=Resolution.RESOLVED_NOW)

    assert ticket.state is TicketState.RESOLVED
    assert ticket.complaint is not None
    assert ticket.complaint.settled_by == AGENT
    assert ticket.complaint.answered_at == bench.clock.now()
    assert await bench.desk.tickets.get(ticket.id) == ticket


async def test_a_complaint_about_its_own_agent_goes_to_a_supervisor(bench: Bench) -> None:
    ticket = await complained(bench, about=AGENT.upper(), resolution=Resolution.RESOLVED_NOW)

    assert (ticket.owner, ticket.state) == (SUPERVISORS, TicketState.OPEN)
    shown, names = await bench.desk.tickets.complaints_with_names()
    assert [t.id for t in shown] == [ticket.id]
    assert names[ticket.customer_id] == "王伟"
    sit(bench, CHEN, Role.AGENT)
    assert await bench.desk.tickets.complaints_with_names() == ((), {})


async def test_overdue_complaints_come_first(bench: Bench) -> None:
    late = await complained(bench, severity=Severity.LOW)
    soon = await complained(bench, severity=Severity.CRITICAL)

    shown, _ = await bench.desk.tickets.complaints_with_names()

    assert [t.id for t in shown] == [soon.id, late.id]


async def test_the_service_refuses_whom_it_is_about(bench: Bench) -> None:
    ticket = await complained(bench, about=AGENT)
    form = replace(
        await bench.form(ticket.customer_id),
        ticket_id=ticket.id,
        resolution=Resolution.RESOLVED_NOW,
    )

    with pytest.raises(ComplainedAboutError):
        await bench.desk.tickets.log(form, None)
    sit(bench, CHEN, Role.SUPERVISOR)
    settled = await bench.desk.tickets.log(form, None)
    assert settled.complaint is not None
    assert settled.complaint.settled_by == CHEN


async def test_an_order_springs_from_a_complaint_and_is_reviewed_by_somebody_else(
    bench: Bench,
) -> None:
    sit(bench, CHEN, Role.AGENT, Role.SUPERVISOR)
    ticket = await complained(bench, about=AGENT, resolution=Resolution.WORK_ORDER)
    assert ticket.complaint is not None
    assert ticket.complaint.about_login == AGENT
    desk = bench.desk
    (order,) = await bench.storage.read(lambda unit: unit.orders.of_ticket(ticket.id))
    sit(bench, AGENT, Role.DEPARTMENT, Role.SUPERVISOR, Role.AGENT)
    order = await desk.orders.accept(order.id, order.version)
    order = await desk.orders.start(order.id, order.version)
    order = await desk.orders.report(order.id, order.version, report_of(bench))

    with pytest.raises(ComplainedAboutError):
        await desk.orders.return_to_agent(order.id, order.version)
    sit(bench, CHEN, Role.SUPERVISOR)
    returned = await desk.orders.return_to_agent(order.id, order.version)
    assert returned.state == "VERIFYING"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE tickets SET state = 'RESOLVED'",
        "UPDATE tickets SET owner = 'agent-1'",
        "UPDATE complaints SET settled_by = 'agent-1'",
        "UPDATE complaints SET about_login = ''",
        "DELETE FROM complaints",
    ],
)
async def test_plain_sql_on_the_file_lets_nobody_past_it(bench: Bench, statement: str) -> None:
    await complained(bench, about=AGENT)

    with pytest.raises(sqlite_driver().IntegrityError, match="complained_about"):
        attack(bench, statement)


async def test_the_file_takes_no_settling_step_of_whom_it_is_about(bench: Bench) -> None:
    ticket = await complained(bench, about=AGENT)

    def work(unit: UnitOfWork) -> None:
        command = bench.desk.commands.reopen_ticket(ticket.id, "x")
        log = CaseLog(uow=unit, command=command)
        log.save_ticket("TicketResolved", unit.tickets.get(ticket.id))
        log.write()

    with pytest.raises(StorageError):
        await bench.storage.write(work)
