from __future__ import annotations

import pytest

from agent_desk.domain.agent import CHOSEN_REASONS, REQUESTABLE, AgentState, NotReadyReason
from agent_desk.domain.errors import AgentStateError, InputError, SwitchError
from agent_desk.domain.event_log import Stream, agent_event_from
from tests.unit.services.bench import AGENT, WANG_NUMBER, Bench

WISHES = ("log_on", "log_off", "ready", "not_ready", "extend_wrap_up")

_TARGETS = {
    "log_off": AgentState.LOGGED_OFF,
    "ready": AgentState.READY,
    "not_ready": AgentState.NOT_READY,
    "extend_wrap_up": AgentState.WORKING_AFTER_CALL,
}


def is_allowed(state: AgentState, wish: str) -> bool:
    if wish == "log_on" or state is AgentState.LOGGED_OFF:
        return wish == "log_on" and state is AgentState.LOGGED_OFF
    return _TARGETS[wish] in REQUESTABLE[state]


async def bring_to(bench: Bench, state: AgentState) -> None:
    if state is AgentState.LOGGED_OFF:
        return
    await bench.desk.agent.log_on()
    if state is AgentState.NOT_READY:
        return
    await bench.desk.agent.ready()
    if state is AgentState.READY:
        return
    call = bench.switch.ring("c-1", WANG_NUMBER, queue="support")
    await bench.desk.calls.answer_call(call)
    if state is AgentState.WORKING_AFTER_CALL:
        await bench.desk.calls.clear_connection(call)


async def wish_for(bench: Bench, wish: str) -> None:
    agent = bench.desk.agent
    if wish == "not_ready":
        await agent.not_ready(NotReadyReason.LUNCH)
    else:
        await getattr(agent, wish)()


@pytest.mark.parametrize("wish", WISHES)
@pytest.mark.parametrize("state", AgentState)
async def test_each_wish_is_passed_on_or_refused_as_the_state_says(
    bench: Bench, state: AgentState, wish: str
) -> None:
    await bring_to(bench, state)
    before = bench.desk.agent.status()
    assert before.state is state

    if is_allowed(state, wish):
        await wish_for(bench, wish)
        return
    bench.switch.refusal = SwitchError(reason="the switch was asked")
    with pytest.raises(AgentStateError) as refused:
        await wish_for(bench, wish)
    bench.switch.refusal = None

    assert refused.value.details["state"] == state.value
    assert bench.desk.agent.status() == before


async def test_a_wish_during_a_call_is_pending_and_comes_true_when_the_call_ends(
    bench: Bench,
) -> None:
    await bring_to(bench, AgentState.BUSY)

    await bench.desk.agent.not_ready(NotReadyReason.LUNCH)

    during = bench.desk.agent.status()
    assert (during.state, during.pending) == (AgentState.BUSY, AgentState.NOT_READY)
    await bench.desk.calls.clear_connection(next(iter(bench.desk.calls.calls)))
    after = bench.desk.agent.status()
    assert (after.state, after.reason) == (AgentState.NOT_READY, NotReadyReason.LUNCH)


async def test_after_call_work_is_extended_from_now_on(bench: Bench) -> None:
    await bring_to(bench, AgentState.WORKING_AFTER_CALL)
    until = bench.desk.agent.status().wrap_up_until
    bench.clock.advance(20)

    await bench.desk.agent.extend_wrap_up()

    extended = bench.desk.agent.status().wrap_up_until
    assert until is not None
    assert extended is not None
    assert (extended - until).total_seconds() == 20


@pytest.mark.parametrize("reason", sorted(set(NotReadyReason) - set(CHOSEN_REASONS)))
async def test_a_reason_that_only_the_switch_gives_is_refused(
    bench: Bench, reason: NotReadyReason
) -> None:
    await bring_to(bench, AgentState.READY)

    with pytest.raises(InputError) as refused:
        await bench.desk.agent.not_ready(reason)

    assert refused.value.details["field"] == "reason"
    assert refused.value.details["value"] == reason.value
    assert "LUNCH" in refused.value.details["accepted"]
    assert bench.desk.agent.status().state is AgentState.READY


async def test_nobody_signed_on_is_logged_off_at_this_desk(bench: Bench) -> None:
    status = bench.desk.agent.status()

    assert status.agent_id == AGENT
    assert status.state is AgentState.LOGGED_OFF


async def test_every_change_is_in_the_log_and_reads_back_as_it_was(bench: Bench) -> None:
    await bring_to(bench, AgentState.BUSY)
    await bench.desk.calls.clear_connection(next(iter(bench.desk.calls.calls)))
    await bench.desk.agent.ready()

    records = await bench.log(Stream.AGENT, AGENT)

    states = [agent_event_from(record).status.state for record in records]
    assert states == [
        AgentState.NOT_READY,
        AgentState.READY,
        AgentState.BUSY,
        AgentState.WORKING_AFTER_CALL,
        AgentState.READY,
    ]
    assert {record.actor for record in records} == {AGENT}
