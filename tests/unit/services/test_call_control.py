from __future__ import annotations

import pytest

from agent_desk.domain.call import Call, CallDirection, LocalConnectionState
from agent_desk.domain.errors import (
    CallStateError,
    DestinationError,
    InvalidDigitsError,
    InvalidNumberError,
    SwitchError,
    UnknownCallError,
)
from agent_desk.domain.identifiers import CallId, CustomerId
from agent_desk.services.call_control import CallsChangedEvent, DivergenceFoundEvent
from tests.logfail import LogGuard
from tests.unit.services.bench import LI_NUMBER, WANG_NUMBER, Bench

_S = LocalConnectionState
COLLEAGUE = "202"


def only(bench: Bench) -> Call:
    (call,) = bench.desk.calls.calls.values()
    return call


def state_of(bench: Bench, call_id: CallId) -> LocalConnectionState:
    return bench.desk.calls.call(call_id).state


def shown(bench: Bench) -> CallsChangedEvent:
    return bench.seen.all(CallsChangedEvent)[-1]


async def talking(bench: Bench, call_id: str = "c-1", number: str = WANG_NUMBER) -> CallId:
    call = bench.switch.ring(call_id, number, queue="support")
    await bench.desk.calls.answer_call(call)
    return call


async def consulting(bench: Bench) -> tuple[CallId, CallId]:
    """Return the customer's call on hold and the answered consultation."""
    held = await talking(bench)
    active = await bench.desk.calls.consultation_call(held, COLLEAGUE)
    bench.switch.far_answers(active)
    return held, active


async def test_an_inbound_call_rings_is_answered_held_retrieved_and_ended(bench: Bench) -> None:
    call_id = bench.switch.ring("c-1", WANG_NUMBER, queue="support", queue_wait_seconds=12.5)
    ringing = only(bench)
    assert (ringing.state, ringing.direction) == (_S.ALERTING, CallDirection.INBOUND)
    assert ringing.queue_wait_seconds == 12.5
    assert not ringing.is_answered

    await bench.desk.calls.answer_call(call_id)
    assert only(bench).is_answered
    await bench.desk.calls.hold_call(call_id)
    bench.clock.advance(7)
    await bench.desk.calls.retrieve_call(call_id)
    assert only(bench).held_seconds == 7
    await bench.desk.calls.clear_connection(call_id)

    assert bench.desk.calls.calls == {}
    assert shown(bench).calls == ()
    assert shown(bench).active is None


async def test_an_outbound_call_is_connected_before_the_far_end_answers(bench: Bench) -> None:
    call_id = await bench.desk.calls.make_call("010-6552 9988")
    bench.switch.far_rings(call_id)

    ringback = only(bench)
    assert (ringback.remote, ringback.direction) == ("+861065529988", CallDirection.OUTBOUND)
    assert ringback.state is _S.CONNECTED
    assert not ringback.is_answered
    with pytest.raises(CallStateError):
        await bench.desk.calls.hold_call(call_id)

    bench.switch.far_answers(call_id)
    await bench.desk.calls.hold_call(call_id)
    assert only(bench).state is _S.HOLD


async def test_answering_while_talking_puts_the_first_call_on_hold(bench: Bench) -> None:
    first = await talking(bench)
    second = bench.switch.ring("c-2", LI_NUMBER)

    await bench.desk.calls.answer_call(second)

    assert state_of(bench, first) is _S.HOLD
    assert state_of(bench, second) is _S.CONNECTED
    assert shown(bench).active == second


async def test_an_answer_that_the_switch_refuses_gives_the_first_call_back(bench: Bench) -> None:
    first = await talking(bench)
    second = bench.switch.ring("c-2", LI_NUMBER)
    bench.switch.lose(second)

    with pytest.raises(UnknownCallError):
        await bench.desk.calls.answer_call(second)

    assert state_of(bench, first) is _S.CONNECTED


async def test_a_hold_that_the_switch_refuses_answers_nothing(bench: Bench) -> None:
    first = await talking(bench)
    second = bench.switch.ring("c-2", LI_NUMBER)
    bench.switch.refusal = SwitchError(reason="out of order")

    with pytest.raises(SwitchError, match="out of order"):
        await bench.desk.calls.answer_call(second)

    assert state_of(bench, first) is _S.CONNECTED
    assert state_of(bench, second) is _S.ALERTING


async def test_a_consultation_is_alternated_and_transferred(bench: Bench) -> None:
    held, active = await consulting(bench)
    assert bench.desk.calls.call(active).consults == held
    assert bench.desk.calls.call(active).direction is CallDirection.INTERNAL

    await bench.desk.calls.alternate_call(active, held)
    assert (state_of(bench, held), state_of(bench, active)) == (_S.CONNECTED, _S.HOLD)
    await bench.desk.calls.alternate_call(held, active)
    await bench.desk.calls.transfer_call(active, held)

    assert bench.desk.calls.calls == {}


async def test_a_call_is_transferred_while_the_consulted_side_still_rings(bench: Bench) -> None:
    held = await talking(bench)
    active = await bench.desk.calls.consultation_call(held, COLLEAGUE)
    bench.switch.far_rings(active)

    await bench.desk.calls.transfer_call(active, held)

    assert bench.desk.calls.calls == {}


async def test_reconnecting_drops_the_consultation_and_takes_the_caller_back(
    bench: Bench,
) -> None:
    held, active = await consulting(bench)

    await bench.desk.calls.reconnect_call(active, held)

    assert only(bench).call_id == held
    assert only(bench).state is _S.CONNECTED


async def test_a_conference_has_three_parties_and_goes_on_when_one_leaves(bench: Bench) -> None:
    held, active = await consulting(bench)

    survivor = await bench.desk.calls.conference_call(active, held)

    assert only(bench).call_id == survivor
    assert set(only(bench).parties) == {WANG_NUMBER, COLLEAGUE}
    bench.switch.party_leaves(survivor, COLLEAGUE)
    assert only(bench).parties == (WANG_NUMBER,)
    assert only(bench).remote == WANG_NUMBER


async def test_a_conference_keeps_the_customer_of_the_call_that_is_gone(bench: Bench) -> None:
    li = await bench.customer("李娜", LI_NUMBER)
    held, active = await consulting(bench)
    bench.desk.calls.assign_customer(active, li.id)

    survivor = await bench.desk.calls.conference_call(active, held)

    assert bench.desk.calls.call(survivor).customer_id == li.id
    assert (await bench.stored(survivor)).customer_id == li.id


async def test_a_ringing_call_is_deflected(bench: Bench) -> None:
    call_id = bench.switch.ring("c-1", WANG_NUMBER)

    await bench.desk.calls.deflect_call(call_id, COLLEAGUE)

    assert bench.desk.calls.calls == {}


async def test_a_call_that_nobody_answered_is_taken_away(bench: Bench) -> None:
    call_id = bench.switch.ring("c-1", WANG_NUMBER, queue="support")

    bench.switch.nobody_answers(call_id)

    assert bench.desk.calls.calls == {}


async def test_a_call_is_sent_on_without_asking_first(bench: Bench) -> None:
    call_id = await talking(bench)

    await bench.desk.calls.single_step_transfer_call(call_id, "+86 139 0013 9000")

    assert bench.desk.calls.calls == {}


async def test_digits_are_sent_as_the_telephone_knows_them(bench: Bench) -> None:
    call_id = await talking(bench)

    await bench.desk.calls.generate_digits(call_id, "1 2-3 #")

    assert bench.switch.digits[call_id] == "123#"
    with pytest.raises(InvalidDigitsError):
        await bench.desk.calls.generate_digits(call_id, "12x")
    assert bench.switch.digits[call_id] == "123#"


async def test_mute_is_shown_with_the_calls_and_ends_with_the_call(bench: Bench) -> None:
    call_id = await talking(bench)

    await bench.desk.calls.set_muted(call_id, True)
    assert shown(bench).muted == {call_id}
    await bench.desk.calls.set_muted(call_id, False)
    assert shown(bench).muted == frozenset()
    await bench.desk.calls.set_muted(call_id, True)
    await bench.desk.calls.clear_connection(call_id)

    assert shown(bench).muted == frozenset()
    with pytest.raises(UnknownCallError):
        await bench.desk.calls.set_muted(call_id, True)


@pytest.mark.parametrize(
    "service",
    [
        "answer_call",
        "hold_call",
        "retrieve_call",
        "clear_connection",
        "consultation_call",
        "alternate_call",
        "reconnect_call",
        "transfer_call",
        "single_step_transfer_call",
        "conference_call",
        "deflect_call",
        "generate_digits",
    ],
)
async def test_a_call_that_is_gone_is_named(bench: Bench, service: str) -> None:
    gone = CallId("gone")
    more: dict[str, list[str]] = {
        "consultation_call": [COLLEAGUE],
        "single_step_transfer_call": [COLLEAGUE],
        "deflect_call": [COLLEAGUE],
        "generate_digits": ["1"],
        "alternate_call": [gone],
        "reconnect_call": [gone],
        "transfer_call": [gone],
        "conference_call": [gone],
    }

    with pytest.raises(UnknownCallError, match="gone"):
        await getattr(bench.desk.calls, service)(gone, *more.get(service, []))


@pytest.mark.parametrize(
    "service", ["alternate_call", "reconnect_call", "transfer_call", "conference_call"]
)
async def test_a_pair_service_is_refused_when_the_other_call_is_not_on_hold(
    bench: Bench, service: str
) -> None:
    held, active = await consulting(bench)
    ringing = bench.switch.ring("c-3", LI_NUMBER)
    before = dict(bench.desk.calls.calls)

    bench.switch.refusal = SwitchError(reason="the switch was asked")
    for other in (ringing, active):
        with pytest.raises(CallStateError) as refused:
            await getattr(bench.desk.calls, service)(active, other)
        assert refused.value.details["call_id"] == other
    bench.switch.refusal = None

    assert bench.desk.calls.calls == before
    assert state_of(bench, held) is _S.HOLD


async def test_a_refused_service_changes_nothing(bench: Bench) -> None:
    first = await talking(bench)
    await bench.desk.calls.hold_call(first)
    second = await talking(bench, "c-2", LI_NUMBER)
    calls = bench.desk.calls
    before, events = dict(calls.calls), len(bench.seen.events)

    with pytest.raises(CallStateError):
        await calls.answer_call(second)
    with pytest.raises(CallStateError):
        await calls.retrieve_call(first)
    with pytest.raises(CallStateError):
        await calls.consultation_call(second, COLLEAGUE)
    with pytest.raises(CallStateError):
        await calls.deflect_call(second, COLLEAGUE)
    with pytest.raises(CallStateError):
        await calls.single_step_transfer_call(second, COLLEAGUE)
    with pytest.raises(CallStateError):
        await calls.make_call(LI_NUMBER)

    assert calls.calls == before
    assert len(bench.seen.events) == events


@pytest.mark.parametrize("number", ["no letters", "☎️☎️☎️", "1" * 200, ""])
async def test_a_bad_number_is_refused_before_the_switch_hears_of_it(
    bench: Bench, number: str
) -> None:
    call_id = await talking(bench)
    before = dict(bench.desk.calls.calls)

    with pytest.raises(InvalidNumberError) as refused:
        await bench.desk.calls.consultation_call(call_id, number)
    with pytest.raises(InvalidNumberError):
        await bench.desk.calls.make_call(number)

    assert refused.value.details["field"] == "number"
    assert bench.desk.calls.calls == before


async def test_a_number_without_a_way_leaves_the_caller_connected(bench: Bench) -> None:
    call_id = await talking(bench)

    with pytest.raises(DestinationError):
        await bench.desk.calls.consultation_call(call_id, "4711")

    assert only(bench).state is _S.CONNECTED


async def test_reconciling_drops_a_ghost_and_says_so(bench: Bench, expected_logs: LogGuard) -> None:
    expected_logs.expect("calls differ from the switch")
    ghost = await talking(bench)
    await bench.desk.calls.hold_call(ghost)
    real = await talking(bench, "c-2", LI_NUMBER)
    bench.switch.lose(ghost)

    bench.desk.calls.reconcile()

    assert set(bench.desk.calls.calls) == {real}
    (found,) = bench.seen.all(DivergenceFoundEvent)
    assert (found.missing_at_switch, found.missing_at_desk) == ((ghost,), ())
    assert [call.call_id for call in shown(bench).calls] == [real]


async def test_reconciling_is_silent_when_both_agree(bench: Bench) -> None:
    await talking(bench)
    events = len(bench.seen.events)

    bench.desk.calls.reconcile()

    assert len(bench.seen.events) == events


async def test_a_call_that_only_the_switch_knows_is_reported_once(
    bench: Bench, expected_logs: LogGuard
) -> None:
    expected_logs.expect("calls differ from the switch")
    bench.desk.calls.stop()
    call_id = bench.switch.ring("c-1", WANG_NUMBER)
    bench.desk.calls.start()

    bench.desk.calls.reconcile()
    bench.desk.calls.reconcile()

    (found,) = bench.seen.all(DivergenceFoundEvent)
    assert found.missing_at_desk == (call_id,)


async def test_a_customer_assigned_to_a_call_that_is_gone_changes_nothing(bench: Bench) -> None:
    events = len(bench.seen.events)

    bench.desk.calls.assign_customer(CallId("gone"), CustomerId("customer-9"))

    assert len(bench.seen.events) == events
