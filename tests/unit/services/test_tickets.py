from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from agent_desk.domain.customer import Customer
from agent_desk.domain.errors import (
    AgentDeskError,
    InputError,
    NotFoundError,
    StaleVersionError,
    TransitionRefusedError,
)
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import CallId, CategoryId, CustomerId, TicketId, new_uuid7
from agent_desk.domain.ticket import Priority, Resolution, Ticket, TicketForm, TicketState
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from agent_desk.services.case_log import TicketChangedEvent, WorkOrderChangedEvent
from agent_desk.services.commands import MAX_DESCRIPTION, MAX_SUBJECT
from db.engine import sqlite_driver
from tests.unit.services.bench import AGENT, LI_NUMBER, Bench, dump
from tests.unit.services.conftest import MakeBench

DAY = 24 * 3600.0
_T = TicketState


async def logged(bench: Bench, customer: Customer, call: CallId | None, **more: object) -> Ticket:
    form = await bench.form(customer.id, **more)  # type: ignore[arg-type]
    return await bench.desk.tickets.log(form, bench.record(call) if call else None)


async def one_call(bench: Bench, call_id: str = "c-1") -> CallId:
    return await bench.talk(call_id)


async def end(bench: Bench, call: CallId) -> None:
    bench.switch.far_hangs_up(call)


async def orders_of(bench: Bench, ticket: Ticket) -> list[WorkOrder]:
    return list(await bench.storage.read(lambda uow: uow.orders.of_ticket(ticket.id)))


async def refused(
    bench: Bench, kind: type[AgentDeskError], work: Callable[[], Awaitable[object]]
) -> AgentDeskError:
    """Return the refusal of ``work`` after proving that it changed and published nothing."""
    await bench.desk.recorder.settled()
    before, events = dump(bench.database), len(bench.seen.events)
    with pytest.raises(kind) as caught:
        await work()
    assert dump(bench.database) == before
    assert len(bench.seen.events) == events
    return caught.value


async def test_a_concern_settled_in_the_call_claims_first_contact_resolution(
    bench: Bench,
) -> None:
    wang = await bench.customer()
    call = await one_call(bench)

    ticket = await logged(bench, wang, call, subject=" Refund ", description=" order 88 ")

    assert (ticket.state, ticket.fcr_claimed, ticket.fcr_no_repeat) == (_T.RESOLVED, True, True)
    assert (ticket.subject, ticket.description) == ("Refund", "order 88")
    assert (ticket.owner, ticket.opened_in) == (AGENT, bench.record(call).id)
    assert ticket.resolved_at == bench.clock.now()
    assert await bench.desk.tickets.get(ticket.id) == ticket
    assert await bench.kinds(Stream.TICKET, ticket.id) == ["TicketOpened", "TicketResolved"]
    assert [event.kind for event in bench.seen.all(TicketChangedEvent)] == [
        "TicketOpened",
        "TicketResolved",
    ]


async def test_a_form_that_was_saved_already_makes_no_second_ticket(bench: Bench) -> None:
    wang = await bench.customer()
    call = await one_call(bench)
    form = replace(await bench.form(wang.id), new_id=TicketId(new_uuid7(bench.clock.now())))
    first = await bench.desk.tickets.log(form, bench.record(call))
    await bench.desk.recorder.settled()
    before = dump(bench.database)

    again = await bench.desk.tickets.log(form, bench.record(call))

    assert again == first
    assert first.id == form.new_id
    assert dump(bench.database) == before


async def test_a_saved_form_whose_words_have_changed_since_asks_a_person(bench: Bench) -> None:
    wang = await bench.customer()
    form = replace(await bench.form(wang.id), new_id=TicketId(new_uuid7(bench.clock.now())))
    ticket = await bench.desk.tickets.log(form, None)

    changed = replace(form, description="and one thing more")
    refusal = await refused(bench, StaleVersionError, lambda: bench.desk.tickets.log(changed, None))

    assert str(ticket.number) in str(refusal)


async def test_a_promised_follow_up_keeps_the_ticket_open(bench: Bench) -> None:
    wang = await bench.customer()
    call = await one_call(bench)
    promised = bench.clock.now() + timedelta(hours=2)

    ticket = await logged(bench, wang, call, resolution=Resolution.FOLLOW_UP, follow_up_at=promised)

    assert (ticket.state, ticket.follow_up_at) == (_T.OPEN, promised)
    assert not ticket.fcr_claimed
    assert list(await bench.desk.tickets.mine()) == [ticket]
    assert list(await bench.desk.tickets.joinable(wang.id)) == [ticket]


@pytest.mark.parametrize("seconds", [0, -3600, None])
async def test_a_follow_up_must_be_a_time_to_come(bench: Bench, seconds: int | None) -> None:
    wang = await bench.customer()
    at = None if seconds is None else bench.clock.now() + timedelta(seconds=seconds)

    error = await refused(
        bench,
        InputError,
        lambda: logged(bench, wang, None, resolution=Resolution.FOLLOW_UP, follow_up_at=at),
    )

    assert error.details["field"] == "follow_up_at"


async def test_a_follow_up_without_a_time_zone_is_refused(bench: Bench) -> None:
    wang = await bench.customer()
    naive = datetime(2030, 1, 1, 9, 0)  # noqa: DTZ001 the point of this test

    await refused(
        bench,
        InputError,
        lambda: logged(bench, wang, None, resolution=Resolution.FOLLOW_UP, follow_up_at=naive),
    )


@pytest.mark.parametrize(
    ("category", "department", "state"),
    [
        ("Line fault on site", "Field service", WorkOrderState.ASSIGNED),
        ("Refund", "Billing office", WorkOrderState.ASSIGNED),
    ],
    ids=["own department", "parent's department"],
)
async def test_a_work_order_goes_to_the_department_of_the_category(
    bench: Bench, category: str, department: str, state: WorkOrderState
) -> None:
    wang = await bench.customer()
    call = await one_call(bench)

    ticket = await logged(
        bench, wang, call, category=category, resolution=Resolution.WORK_ORDER, priority=Priority.P1
    )

    (order,) = await orders_of(bench, ticket)
    names = {d.id: d.name for d in await bench.desk.tickets.departments()}
    assert (ticket.state, ticket.fcr_claimed) == (_T.PENDING, False)
    assert order.department_id is not None
    assert (names[order.department_id], order.state) == (department, state)
    assert (order.priority, order.owner, order.customer_id) == (Priority.P1, AGENT, wang.id)
    assert await bench.kinds(Stream.WORK_ORDER, order.id) == [
        "OrderRaised",
        "OrderAwaitsDispatch",
        "OrderAssigned",
    ]
    assert bench.seen.all(WorkOrderChangedEvent)[-1].order == order


async def test_an_order_of_a_category_without_department_waits_for_dispatch(
    bench: Bench,
) -> None:
    wang = await bench.customer()
    connection = sqlite_driver().connect(bench.database)
    with connection:
        connection.execute(
            "INSERT INTO categories (id, parent_id, name, name_zh, position) "
            "VALUES ('00000000-0000-7000-8000-000000000099', NULL, 'Lost and found', '失物', 99)"
        )
    connection.close()

    ticket = await logged(
        bench, wang, None, category="Lost and found", resolution=Resolution.WORK_ORDER
    )

    (order,) = await orders_of(bench, ticket)
    assert (order.state, order.department_id) == (WorkOrderState.PENDING_DISPATCH, None)


async def test_a_further_call_joins_the_open_ticket_and_claims_nothing(bench: Bench) -> None:
    wang = await bench.customer()
    first = await one_call(bench)
    promised = bench.clock.now() + timedelta(hours=2)
    opened = await logged(
        bench, wang, first, resolution=Resolution.FOLLOW_UP, follow_up_at=promised
    )
    await end(bench, first)
    second = await one_call(bench, "c-2")

    form = await bench.form(wang.id, ticket_id=opened.id, version=opened.version)
    joined = await bench.desk.tickets.log(form, bench.record(second))

    assert (joined.id, joined.number) == (opened.id, opened.number)
    assert (joined.state, joined.fcr_claimed, joined.follow_up_at) == (_T.RESOLVED, False, None)
    assert joined.opened_in == opened.opened_in
    assert len(dump(bench.database)["tickets"]) == 1
    joining = (await bench.log(Stream.TICKET, opened.id))[-2]
    assert (joining.kind, joining.payload["interaction_id"]) == (
        "TicketJoined",
        bench.record(second).id,
    )


async def test_a_ticket_settled_later_in_its_first_call_still_claims(bench: Bench) -> None:
    wang = await bench.customer()
    call = await one_call(bench)
    promised = bench.clock.now() + timedelta(hours=2)
    opened = await logged(bench, wang, call, resolution=Resolution.FOLLOW_UP, follow_up_at=promised)

    form = await bench.form(wang.id, ticket_id=opened.id, version=opened.version)
    settled = await bench.desk.tickets.log(form, bench.record(call))

    assert (settled.state, settled.fcr_claimed) == (_T.RESOLVED, True)


async def test_a_repeat_call_within_the_window_withdraws_no_repeat(bench: Bench) -> None:
    wang = await bench.customer()
    first = await one_call(bench)
    claimed = await logged(bench, wang, first)
    await end(bench, first)
    bench.clock.advance(7 * DAY)
    again = await one_call(bench, "c-2")

    repeat = await logged(bench, wang, again)

    former = await bench.desk.tickets.get(claimed.id)
    assert (former.fcr_claimed, former.fcr_no_repeat) == (True, False)
    assert former.fcr_withdrawn_at == bench.clock.now()
    assert not repeat.fcr_claimed
    assert (await bench.kinds(Stream.TICKET, claimed.id))[-1] == "FcrWithdrawn"


async def test_a_repeat_call_after_the_window_withdraws_nothing(bench: Bench) -> None:
    wang = await bench.customer()
    claimed = await logged(bench, wang, await one_call(bench))
    bench.clock.advance(7 * DAY + 1)

    later = await logged(bench, wang, await one_call(bench, "c-2"))

    assert (await bench.desk.tickets.get(claimed.id)).fcr_no_repeat
    assert later.fcr_claimed


async def test_the_window_is_the_centres_own(make_bench: MakeBench) -> None:
    bench = make_bench(repeat_window=timedelta(days=30))
    await bench.desk.start()
    wang = await bench.customer()
    claimed = await logged(bench, wang, await one_call(bench))
    bench.clock.advance(29 * DAY)

    await logged(bench, wang, await one_call(bench, "c-2"))

    assert not (await bench.desk.tickets.get(claimed.id)).fcr_no_repeat
    await bench.desk.stop()


async def test_another_category_or_customer_is_no_repeat(bench: Bench) -> None:
    wang, li = await bench.customer(), await bench.customer("李娜", LI_NUMBER)
    claimed = await logged(bench, wang, await one_call(bench))

    other_category = await logged(
        bench, wang, await one_call(bench, "c-2"), category="Where is my order"
    )
    other_customer = await logged(bench, li, None)

    assert (await bench.desk.tickets.get(claimed.id)).fcr_no_repeat
    assert other_category.fcr_claimed
    assert other_customer.fcr_claimed


async def test_a_second_ticket_of_the_same_call_is_no_repeat(bench: Bench) -> None:
    wang = await bench.customer()
    call = await one_call(bench)
    first = await logged(bench, wang, call)

    second = await logged(bench, wang, call, subject="Refund of order 89")

    assert (await bench.desk.tickets.get(first.id)).fcr_no_repeat
    assert second.fcr_claimed


async def test_a_call_that_this_desk_made_is_no_repeat(bench: Bench) -> None:
    wang = await bench.customer()
    first = await one_call(bench)
    claimed = await logged(bench, wang, first)
    await end(bench, first)
    call = await bench.desk.calls.make_call("138 0013 8000")
    bench.switch.far_answers(call)

    await logged(bench, wang, call)

    assert (await bench.desk.tickets.get(claimed.id)).fcr_no_repeat


async def test_a_transferred_call_claims_nothing(bench: Bench) -> None:
    wang = await bench.customer()
    call = await one_call(bench)
    await bench.desk.calls.single_step_transfer_call(call, "202")

    ticket = await logged(bench, wang, call)

    assert (ticket.state, ticket.fcr_claimed) == (_T.RESOLVED, False)


async def test_reopening_withdraws_the_claim_and_says_why(bench: Bench) -> None:
    wang = await bench.customer()
    ticket = await logged(bench, wang, None)

    reopened = await bench.desk.tickets.reopen(ticket.id, " not paid yet ")

    assert (reopened.state, reopened.fcr_no_repeat) == (_T.REOPENED, False)
    assert reopened.fcr_confirmed is False
    event = (await bench.log(Stream.TICKET, ticket.id))[-1]
    assert (event.kind, event.payload["reason"]) == ("TicketReopened", "not paid yet")
    again = await bench.form(wang.id, ticket_id=ticket.id, version=reopened.version)
    assert not (await bench.desk.tickets.log(again, None)).fcr_claimed


async def test_reopening_keeps_when_a_repeat_call_withdrew_the_claim(bench: Bench) -> None:
    wang = await bench.customer()
    ticket = await logged(bench, wang, await one_call(bench))
    withdrawn_at = bench.clock.advance(DAY)
    await logged(bench, wang, await one_call(bench, "c-2"))
    bench.clock.advance(DAY)

    reopened = await bench.desk.tickets.reopen(ticket.id, "still wrong")

    assert reopened.fcr_withdrawn_at == withdrawn_at


async def test_a_satisfied_customer_closes_the_ticket(bench: Bench) -> None:
    wang = await bench.customer()
    ticket = await logged(bench, wang, None)

    closed = await bench.desk.tickets.confirm(ticket.id, True)

    assert (closed.state, closed.fcr_confirmed) == (_T.CLOSED, True)
    assert closed.closed_at == bench.clock.now()
    assert closed.fcr_no_repeat


async def test_an_unsatisfied_customer_reopens_the_ticket(bench: Bench) -> None:
    wang = await bench.customer()
    ticket = await logged(bench, wang, None)

    reopened = await bench.desk.tickets.confirm(ticket.id, False, "wrong amount")

    assert (reopened.state, reopened.fcr_confirmed) == (_T.REOPENED, False)


async def test_a_closed_ticket_can_be_taken_up_again(bench: Bench) -> None:
    wang = await bench.customer()
    ticket = await logged(bench, wang, None)
    await bench.desk.tickets.confirm(ticket.id, True)

    reopened = await bench.desk.tickets.reopen(ticket.id, "came back")

    assert (reopened.state, reopened.closed_at) == (_T.REOPENED, None)


@pytest.mark.parametrize("resolution", [Resolution.WORK_ORDER, Resolution.FOLLOW_UP])
async def test_an_unfinished_ticket_is_neither_reopened_nor_confirmed_by_hand(
    bench: Bench, resolution: Resolution
) -> None:
    wang = await bench.customer()
    later = bench.clock.now() + timedelta(hours=1)
    ticket = await logged(bench, wang, None, resolution=resolution, follow_up_at=later)

    for work in (
        lambda: bench.desk.tickets.reopen(ticket.id, "why not"),
        lambda: bench.desk.tickets.confirm(ticket.id, True),
    ):
        error = await refused(bench, TransitionRefusedError, work)
        assert error.details["state"] == ticket.state.value


@pytest.mark.parametrize("state", ["resolved", "closed"])
@pytest.mark.parametrize("resolution", Resolution)
async def test_a_finished_ticket_is_not_joined(
    bench: Bench, state: str, resolution: Resolution
) -> None:
    wang = await bench.customer()
    ticket = await logged(bench, wang, None)
    if state == "closed":
        ticket = await bench.desk.tickets.confirm(ticket.id, True)
    later = bench.clock.now() + timedelta(hours=1)
    form = await bench.form(wang.id, ticket_id=ticket.id, resolution=resolution, follow_up_at=later)

    error = await refused(bench, TransitionRefusedError, lambda: bench.desk.tickets.log(form, None))

    assert str(ticket.number) in str(error)


async def test_a_pending_ticket_takes_a_promise_but_no_second_order(bench: Bench) -> None:
    wang = await bench.customer()
    pending = await logged(bench, wang, None, resolution=Resolution.WORK_ORDER)
    later = bench.clock.now() + timedelta(hours=1)
    again = await bench.form(wang.id, ticket_id=pending.id, resolution=Resolution.WORK_ORDER)

    await refused(bench, TransitionRefusedError, lambda: bench.desk.tickets.log(again, None))
    promise = replace(again, resolution=Resolution.FOLLOW_UP, follow_up_at=later)
    promised = await bench.desk.tickets.log(promise, None)

    assert (promised.state, promised.follow_up_at) == (_T.PENDING, later)
    assert len(await orders_of(bench, pending)) == 1


async def test_a_stale_form_is_refused(bench: Bench) -> None:
    wang = await bench.customer()
    later = bench.clock.now() + timedelta(hours=1)
    ticket = await logged(bench, wang, None, resolution=Resolution.FOLLOW_UP, follow_up_at=later)
    stale = await bench.form(wang.id, ticket_id=ticket.id, version=ticket.version - 1)

    error = await refused(bench, StaleVersionError, lambda: bench.desk.tickets.log(stale, None))

    assert (error.details["mine"], error.details["theirs"]) == (
        ticket.version - 1,
        ticket.version,
    )


async def test_a_stale_form_withdraws_no_claim_either(bench: Bench) -> None:
    wang = await bench.customer()
    await logged(bench, wang, await one_call(bench))
    later = bench.clock.now() + timedelta(hours=1)
    other = await bench.form(
        wang.id, "Where is my order", resolution=Resolution.FOLLOW_UP, follow_up_at=later
    )
    opened = await bench.desk.tickets.log(other, None)
    stale = await bench.form(wang.id, ticket_id=opened.id, version=99)

    await refused(bench, StaleVersionError, lambda: bench.desk.tickets.log(stale, None))


async def test_a_ticket_of_another_customer_is_not_joined(bench: Bench) -> None:
    wang, li = await bench.customer(), await bench.customer("李娜", LI_NUMBER)
    later = bench.clock.now() + timedelta(hours=1)
    ticket = await logged(bench, wang, None, resolution=Resolution.FOLLOW_UP, follow_up_at=later)
    form = await bench.form(li.id, ticket_id=ticket.id)

    error = await refused(bench, InputError, lambda: bench.desk.tickets.log(form, None))

    assert (error.details["field"], error.details["value"]) == ("ticket", str(ticket.number))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"subject": "  "}, "subject"),
        ({"subject": "x" * (MAX_SUBJECT + 1)}, "subject"),
        ({"description": "x" * (MAX_DESCRIPTION + 1)}, "description"),
        ({"category_id": CategoryId("")}, "category"),
        ({"category_id": CategoryId("no such category")}, "category"),
    ],
)
async def test_a_bad_field_is_named(bench: Bench, changes: dict[str, object], field: str) -> None:
    wang = await bench.customer()
    form: TicketForm = replace(await bench.form(wang.id), **changes)  # type: ignore[arg-type]

    error = await refused(bench, InputError, lambda: bench.desk.tickets.log(form, None))

    assert error.details["field"] == field
    assert error.details["accepted"]


async def test_what_does_not_exist_is_named(bench: Bench) -> None:
    wang = await bench.customer()
    nobody = await bench.form(CustomerId("nobody"))
    nothing = await bench.form(wang.id, ticket_id=TicketId("nothing"))

    for form in (nobody, nothing):
        await refused(bench, NotFoundError, lambda form=form: bench.desk.tickets.log(form, None))  # type: ignore[misc]
    for work in (
        lambda: bench.desk.tickets.reopen(TicketId("nothing"), "why"),
        lambda: bench.desk.tickets.confirm(TicketId("nothing"), True),
        lambda: bench.desk.tickets.get(TicketId("nothing")),
    ):
        await refused(bench, NotFoundError, work)


@pytest.mark.parametrize("reason", ["", "  "])
async def test_reopening_needs_a_reason(bench: Bench, reason: str) -> None:
    wang = await bench.customer()
    ticket = await logged(bench, wang, None)

    for work in (
        lambda: bench.desk.tickets.reopen(ticket.id, reason),
        lambda: bench.desk.tickets.confirm(ticket.id, False, reason),
    ):
        error = await refused(bench, InputError, work)
        assert error.details["field"] == "reason"
