"""What rings when: lines, queues, the agent's state."""

from __future__ import annotations

import pytest

from agent_desk.domain.agent import AgentState, NotReadyReason
from agent_desk.domain.call import LocalConnectionState
from agent_desk.domain.call_events import DeliveredEvent, DivertedEvent
from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.identifiers import AgentId, CallId
from telephony.sip.message.headers import Field
from telephony.sip.user_agent.news import CallFailed
from tests.contracts.switch_contract import EventLog
from tests.fakes.sip_house import SipHouse
from tests.phone.conftest import MakeHouse

ALERTING, CONNECTED = LocalConnectionState.ALERTING, LocalConnectionState.CONNECTED
QUEUE: tuple[Field, ...] = (("X-Queue", "support"), ("X-Queue-Wait", "12"))
DIRECT: tuple[Field, ...] = ()
CALLER = "+8613800138000"


async def heard_by_caller(house: SipHouse, headers: tuple[Field, ...]) -> int:
    """Let somebody call; return the status that is heard, 180 when it rings."""
    number = f"+86138001380{len(house.exchange.subscribers):02d}"
    await house.incoming_call(number, *headers)
    caller = house.exchange.subscribers[number]
    failed = [news.status for news in caller.news if isinstance(news, CallFailed)]
    return failed[0] if failed else 180


@pytest.mark.parametrize(
    ("state", "queue_hears", "direct_hears"),
    [
        (None, 480, 480),
        (AgentState.NOT_READY, 480, 180),
        (AgentState.READY, 180, 180),
        (AgentState.BUSY, 486, 180),
        (AgentState.WORKING_AFTER_CALL, 480, 180),
    ],
)
async def test_do_not_disturb_follows_from_the_agents_state(
    make_house: MakeHouse, state: AgentState | None, queue_hears: int, direct_hears: int
) -> None:
    for headers, expected in ((QUEUE, queue_hears), (DIRECT, direct_hears)):
        house = await make_house(rings_signed_off=False, wrap_up_seconds=30.0)
        if state is not None:
            await bring_to(house, state)
        assert await heard_by_caller(house, headers) == expected


async def bring_to(house: SipHouse, state: AgentState) -> None:
    await house.switch.log_on(AgentId("agent017"))
    if state is AgentState.NOT_READY:
        return
    await house.switch.set_agent_state(AgentState.READY)
    if state is AgentState.BUSY:
        await house.talk_to("2001")
    elif state is AgentState.WORKING_AFTER_CALL:
        call = await house.incoming_call("+8613900139000", *QUEUE)
        await house.switch.answer_call(call)
        await house.switch.clear_connection(call)
    status = house.switch.agent_status()
    assert status is not None
    assert status.state is state


async def test_a_not_ready_agent_is_busy_for_queues_where_the_account_says_so(
    make_house: MakeHouse,
) -> None:
    house = await make_house(not_ready_status=486)
    await house.switch.log_on(AgentId("agent017"))
    assert await heard_by_caller(house, QUEUE) == 486


async def test_a_second_call_rings_beside_the_first_and_a_third_hears_busy(
    house: SipHouse,
) -> None:
    first, _ = await house.talk_to("2001")
    second = await house.incoming_call(CALLER)
    assert house.switch.connections() == {first: CONNECTED, second: ALERTING}
    assert await heard_by_caller(house, DIRECT) == 486
    await house.switch.answer_call(second)
    assert house.switch.connections()[second] is CONNECTED


async def test_a_queue_call_says_where_it_comes_from(house: SipHouse) -> None:
    log = EventLog(house.switch)
    await house.switch.log_on(AgentId("agent017"))
    await house.switch.set_agent_state(AgentState.READY)
    await house.incoming_call(CALLER, *QUEUE, ("X-Call-Reason", "Refund"), ("X-Call-ID", "acd-77"))
    delivered = log.last(DeliveredEvent)
    assert (delivered.queue_id, delivered.queue_wait_seconds) == ("support", 12.0)
    assert (delivered.reason, delivered.call_id) == ("Refund", "acd-77")
    assert delivered.cause is EventCause.DISTRIBUTED


async def test_a_queue_call_that_the_agent_rejects_goes_back_and_the_agent_is_not_ready(
    house: SipHouse,
) -> None:
    log = EventLog(house.switch)
    await house.switch.log_on(AgentId("agent017"))
    await house.switch.set_agent_state(AgentState.READY)
    call = await house.incoming_call(CALLER, *QUEUE)
    await house.switch.clear_connection(call)
    assert log.last(DivertedEvent).new_destination == "support"
    status = house.switch.agent_status()
    assert status is not None
    assert (status.state, status.reason) == (AgentState.NOT_READY, NotReadyReason.NO_ANSWER)


@pytest.mark.parametrize(
    ("reason", "cause", "reason_after"),
    [
        ("SIP;cause=200;text=answered", EventCause.REDIRECTED, NotReadyReason.NONE),
        ("Q.850;cause=19", EventCause.NO_ANSWER, NotReadyReason.NO_ANSWER),
    ],
    ids=["answered elsewhere", "rang too long"],
)
async def test_only_a_call_that_rang_too_long_is_a_missed_one(
    house: SipHouse, reason: str, cause: EventCause, reason_after: NotReadyReason
) -> None:
    log = EventLog(house.switch)
    await house.switch.log_on(AgentId("agent017"))
    await house.switch.set_agent_state(AgentState.READY)
    call = await house.incoming_call(CALLER, *QUEUE)
    cancel_with(house, call, reason)
    await house.settle()
    assert log.last(DivertedEvent).cause is cause
    status = house.switch.agent_status()
    assert status is not None
    assert status.reason is reason_after


def cancel_with(house: SipHouse, call: CallId, reason: str) -> None:
    """Take the call back as an exchange does that tells why."""
    field = f"Reason: {reason}\r\nCSeq".encode()
    house.wire.change = lambda data: (
        data.replace(b"CSeq", field) if data.startswith(b"CANCEL") else data
    )
    house.exchange.subscribers[CALLER].hang_up(call)


async def test_own_figures_of_queues_are_told_as_such(house: SipHouse) -> None:
    await house.switch.log_on(AgentId("agent017"))
    await house.switch.set_agent_state(AgentState.READY)
    answered = await house.incoming_call(CALLER, *QUEUE)
    await house.switch.answer_call(answered)
    await house.switch.clear_connection(answered)
    abandoned = await house.incoming_call("+8613900139000", *QUEUE)
    house.exchange.subscribers["+8613900139000"].hang_up(abandoned)
    await house.settle()
    support, sales = house.switch.queue_statuses()
    assert (support.name, support.offered, support.answered, support.abandoned) == (
        *("Support", 2, 1, 1),
    )
    assert support.is_own_share
    assert (sales.name, sales.offered) == ("Sales", 0)
