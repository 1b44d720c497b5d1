"""What a customer has us say about an order: more to know, be quick, and do not come any more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agent_desk.domain.customer import Customer
from agent_desk.domain.errors import (
    InputError,
    OrderDoneError,
    RightsError,
    TooOftenError,
    TooSoonError,
    TransitionRefusedError,
)
from agent_desk.domain.event_log import Stream
from agent_desk.domain.order_message import MessageKind, ReminderLimits
from agent_desk.domain.order_replay import replay_orders
from agent_desk.domain.rights import Role
from agent_desk.domain.ticket import TicketState
from agent_desk.domain.verification_rules import VerificationRules
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from agent_desk.services.outbox import Kept
from tests.unit.services.bench import AGENT, LI_NUMBER, Bench
from tests.unit.services.team import Teammate
from tests.unit.services.test_outbox import (  # noqa: F401 a fixture that is used by its name
    AWAY,
    emptied,
    no_long_pauses,
)
from tests.unit.services.test_work_orders import raised, report_of, ticket_of, verifying

_S = WorkOrderState
HOUR = 3600


async def sent(bench: Bench) -> tuple[Customer, WorkOrder, Teammate]:
    """Return a customer, their order at a department, and a plain agent."""
    wang, order = await raised(bench)
    bench.clock.advance(60)
    return wang, order, Teammate(bench, AGENT)


async def test_what_is_added_is_told_beside_the_order(bench: Bench) -> None:
    wang, order, li = await sent(bench)
    call = li.call(wang)

    after = await li.orders.inform(order.id, order.version, " the dog bites ", call=call)

    (said,) = await bench.desk.orders.messages(order.id)
    assert after == order == await bench.desk.orders.get(order.id)
    assert (said.kind, said.text, said.call) == (MessageKind.INFORMATION, "the dog bites", call.id)
    assert (await bench.kinds(Stream.WORK_ORDER, order.id))[-1] == "OrderInformed"
    assert replay_orders(await bench.log(Stream.WORK_ORDER, order.id)).orders == {order.id: order}


async def test_nothing_is_no_information(bench: Bench) -> None:
    _, order, li = await sent(bench)

    with pytest.raises(InputError) as refused:
        await li.orders.inform(order.id, order.version, "  ")

    assert refused.value.details["field"] == "information"


async def test_who_just_works_on_it_is_not_disturbed(bench: Bench) -> None:
    _, order, li = await sent(bench)
    accepted = await bench.desk.orders.accept(order.id, order.version)

    await li.orders.inform(order.id, order.version, "ring twice")

    report = report_of(bench)
    done = await bench.desk.orders.report(order.id, accepted.version, report)
    assert done.state is _S.REPORTED


async def test_a_day_lies_between_two_reminders_and_three_are_enough(bench: Bench) -> None:
    _, order, li = await sent(bench)
    for _ in range(3):
        await li.orders.hurry(order.id, order.version, "waits at home")
        bench.clock.advance(23 * HOUR)
        with pytest.raises((TooSoonError, TooOftenError)):
            await li.orders.hurry(order.id, order.version)
        bench.clock.advance(HOUR)

    with pytest.raises(TooOftenError):
        await li.orders.hurry(order.id, order.version)
    assert [m.ordinal for m in await li.orders.messages(order.id)] == [1, 2, 3]


async def test_the_house_sets_the_limits(bench: Bench) -> None:
    _, order = await raised(bench)
    limits = ReminderLimits(pause=timedelta(hours=1), most=1)
    li = Teammate(bench, AGENT, rules=VerificationRules(reminders=limits))
    await li.orders.hurry(order.id, order.version)
    bench.clock.advance(HOUR)

    with pytest.raises(TooOftenError, match="1 times"):
        await li.orders.hurry(order.id, order.version)


async def test_nobody_is_hurried_who_has_done_it(bench: Bench) -> None:
    _, order = await verifying(bench)

    with pytest.raises(OrderDoneError):
        await Teammate(bench, AGENT).orders.hurry(order.id, order.version)


async def test_an_agent_cancels_on_the_customers_word(bench: Bench) -> None:
    wang, order, li = await sent(bench)
    for reason, consent, field in (
        (" ", "Mr Wang", "reason"),
        ("bought a new one", " ", "consent"),
    ):
        with pytest.raises(InputError) as refused:
            await li.orders.cancel_with_consent(
                order.id, order.version, reason=reason, consent=consent, call=None
            )
        assert refused.value.details["field"] == field
    with pytest.raises(InputError):
        await li.orders.cancel(order.id, order.version, "bought a new one")
    call = li.call(wang)

    cancelled = await li.orders.cancel_with_consent(
        order.id, order.version, reason="bought a new one", consent="Mr Wang himself", call=call
    )

    (said,) = await li.orders.messages(order.id)
    assert cancelled.state is _S.CANCELLED
    assert (said.kind, said.text, said.call) == (MessageKind.CONSENT, "Mr Wang himself", call.id)
    assert (await ticket_of(bench, order)).state is TicketState.REOPENED
    agreed, *_, last = (await bench.log(Stream.WORK_ORDER, order.id))[-2:]
    assert (agreed.kind, last.kind) == ("CancellingAgreed", "OrderCancelled")
    assert agreed.payload["message"]["call"] == call.id


async def test_anothers_call_is_no_consent(bench: Bench) -> None:
    _, order, li = await sent(bench)
    other = await bench.customer("李娜", LI_NUMBER)

    with pytest.raises(InputError) as refused:
        await li.orders.cancel_with_consent(
            order.id, order.version, reason="no need", consent="Li", call=li.call(other)
        )

    assert refused.value.details["field"] == "consent"
    assert await li.orders.messages(order.id) == []


async def test_what_is_reported_is_not_cancelled_any_more(bench: Bench) -> None:
    _, order, li = await sent(bench)
    order = await bench.desk.orders.accept(order.id, order.version)
    order = await bench.desk.orders.report(order.id, order.version, report_of(bench))

    with pytest.raises(TransitionRefusedError):
        await li.orders.cancel_with_consent(
            order.id, order.version, reason="no need", consent="Mr Wang", call=None
        )

    assert await li.orders.messages(order.id) == []


async def test_who_dispatches_may_cancel_for_reasons_of_the_house(bench: Bench) -> None:
    _, order, _ = await sent(bench)
    boss = Teammate(bench, "boss", Role.SUPERVISOR)

    assert (await boss.orders.cancel(order.id, order.version, "raised twice")).state is _S.CANCELLED


async def test_a_department_says_nothing_in_the_customers_name(bench: Bench) -> None:
    _, order, _ = await sent(bench)
    field = Teammate(bench, "field", Role.DISPATCHER)

    with pytest.raises(RightsError):
        await field.orders.inform(order.id, order.version, "x")


@AWAY
async def test_what_was_kept_offline_is_said_once_whatever_happened_meanwhile(
    bench: Bench,
) -> None:
    wang, order, li = await sent(bench)
    informed = li.commands.inform_order(order.id, order.version, "ring twice", call=li.call(wang))
    hurried = li.commands.hurry_order(order.id, order.version, "", call=None)
    bench.storage.die()
    for command in (informed, hurried):
        assert isinstance(await bench.desk.outbox.submit(command), Kept)

    bench.storage.revive()
    await emptied(bench)
    accepted = await bench.desk.orders.accept(order.id, order.version)
    for command in (informed, hurried):
        await bench.desk.orders.apply(command)

    kinds = sorted(m.kind for m in await bench.desk.orders.messages(order.id))
    assert kinds == [MessageKind.INFORMATION, MessageKind.REMINDER]
    assert accepted.version == order.version + 1
