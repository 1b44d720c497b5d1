from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from agent_desk.domain.agent import AgentState, NotReadyReason
from agent_desk.domain.call import CallDirection
from agent_desk.domain.errors import DatabaseLockedError, NotFoundError
from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.event_log import Stream, from_payload
from agent_desk.domain.identifiers import CallId, CustomerId
from agent_desk.domain.interaction import Disposition, Interaction, InteractionOutcome
from agent_desk.domain.ticket import Resolution
from agent_desk.services.interactions import CallsLostEvent, interaction_event
from agent_desk.services.recorder import apply_events
from tests.logfail import LogGuard
from tests.unit.services.bench import LI_NUMBER, WANG_NUMBER, Bench
from tests.unit.services.conftest import MakeBench

_O = InteractionOutcome
COLLEAGUE = "202"


async def consulting(bench: Bench) -> tuple[CallId, CallId]:
    """Return the customer's call on hold and the answered consultation."""
    held = await bench.talk()
    active = await bench.desk.calls.consultation_call(held, COLLEAGUE)
    bench.switch.far_answers(active)
    return held, active


async def require_projection(bench: Bench, call_id: CallId) -> Interaction:
    """Return the stored record after proving that it is what its newest event says."""
    stored = await bench.stored(call_id)
    newest = (await bench.log(Stream.INTERACTION, stored.id))[-1]
    assert from_payload(Interaction, newest.payload) == stored == bench.record(call_id)
    return stored


async def test_an_answered_call_is_kept_from_ring_to_end(bench: Bench) -> None:
    wang = await bench.customer()
    began = bench.clock.now()
    call = bench.switch.ring(
        "c-1", WANG_NUMBER, queue="support", queue_wait_seconds=8.0, reason="billing"
    )
    await bench.matched()
    answered = bench.clock.advance(4)
    await bench.desk.calls.answer_call(call)
    ended = bench.clock.advance(61)
    bench.switch.far_hangs_up(call)

    record = await require_projection(bench, call)

    assert record.outcome is _O.ANSWERED
    assert (record.began_at, record.answered_at, record.ended_at) == (began, answered, ended)
    assert record.talk_seconds == 61
    assert (record.number, record.direction) == (WANG_NUMBER, CallDirection.INBOUND)
    assert (record.queue_wait_seconds, record.reason) == (8.0, "billing")
    assert record.customer_id == wang.id


async def test_a_call_that_nobody_answered_is_missed(bench: Bench) -> None:
    call = bench.switch.ring("c-1", WANG_NUMBER, queue="support")

    bench.switch.nobody_answers(call)

    record = await require_projection(bench, call)
    assert record.outcome is _O.MISSED
    assert record.talk_seconds is None


async def test_a_caller_who_gives_up_has_abandoned_the_call(bench: Bench) -> None:
    call = bench.switch.ring("c-1", WANG_NUMBER, queue="support")

    bench.switch.caller_gives_up(call)

    assert (await require_projection(bench, call)).outcome is _O.ABANDONED


async def test_a_caller_who_hangs_up_without_a_cause_has_abandoned_the_call(bench: Bench) -> None:
    call = bench.switch.ring("c-1", WANG_NUMBER)

    bench.switch.far_hangs_up(call)

    assert (await require_projection(bench, call)).outcome is _O.ABANDONED


@pytest.mark.parametrize("way", ["deflected", "rejected"])
async def test_a_call_sent_away_unanswered_is_diverted(bench: Bench, way: str) -> None:
    call = bench.switch.ring("c-1", WANG_NUMBER, queue="support")

    if way == "deflected":
        await bench.desk.calls.deflect_call(call, COLLEAGUE)
    else:
        await bench.desk.calls.clear_connection(call)

    assert (await require_projection(bench, call)).outcome is _O.DIVERTED


async def test_a_call_that_rings_here_a_second_time_gets_a_second_record(bench: Bench) -> None:
    call = bench.switch.ring("c-1", WANG_NUMBER, queue="support")
    bench.switch.nobody_answers(call)
    first = await bench.stored(call)

    bench.switch.ring("c-1", WANG_NUMBER, queue="support")
    await bench.desk.calls.answer_call(call)
    bench.switch.far_hangs_up(call)

    second = await require_projection(bench, call)
    assert second.id != first.id
    assert (first.outcome, second.outcome) == (_O.MISSED, _O.ANSWERED)


async def test_an_attended_transfer_ends_both_records(bench: Bench) -> None:
    held, active = await consulting(bench)

    await bench.desk.calls.transfer_call(active, held)

    customer, consultation = (
        await require_projection(bench, held),
        await require_projection(bench, active),
    )
    assert (customer.outcome, customer.transferred) == (_O.TRANSFERRED, True)
    assert (consultation.outcome, consultation.transferred) == (_O.ANSWERED, False)
    assert customer.ended_at == consultation.ended_at == bench.clock.now()


async def test_a_transfer_while_it_rings_says_so_of_the_consultation_too(bench: Bench) -> None:
    held = await bench.talk()
    active = await bench.desk.calls.consultation_call(held, COLLEAGUE)

    await bench.desk.calls.transfer_call(active, held)

    assert (await require_projection(bench, active)).outcome is _O.TRANSFERRED


async def test_a_single_step_transfer_is_a_transfer(bench: Bench) -> None:
    call = await bench.talk()

    await bench.desk.calls.single_step_transfer_call(call, COLLEAGUE)

    record = await require_projection(bench, call)
    assert (record.outcome, record.transferred) == (_O.TRANSFERRED, True)


async def test_a_conference_goes_on_under_the_callers_record(bench: Bench) -> None:
    held, active = await consulting(bench)
    await bench.desk.calls.conference_call(active, held)
    joined_at = bench.clock.now()
    bench.clock.advance(30)

    bench.switch.party_leaves(held, COLLEAGUE)
    bench.clock.advance(30)
    bench.switch.far_hangs_up(held)

    caller, consultation = (
        await require_projection(bench, held),
        await require_projection(bench, active),
    )
    assert (caller.outcome, caller.ended_at) == (_O.ANSWERED, bench.clock.now())
    assert (consultation.outcome, consultation.ended_at) == (_O.ANSWERED, joined_at)


async def test_a_failed_call_says_so(bench: Bench) -> None:
    call = await bench.desk.calls.make_call(WANG_NUMBER)
    bench.switch.far_fails(call, EventCause.BUSY)
    await bench.desk.calls.clear_connection(call)

    record = await require_projection(bench, call)

    assert (record.outcome, record.direction) == (_O.FAILED, CallDirection.OUTBOUND)


async def test_a_dialled_call_that_the_agent_gives_up_was_not_missed(bench: Bench) -> None:
    call = await bench.desk.calls.make_call(WANG_NUMBER)
    bench.switch.far_rings(call)

    await bench.desk.calls.clear_connection(call)

    assert (await require_projection(bench, call)).outcome is _O.ABANDONED


async def test_a_caller_who_withholds_the_number_has_a_record_too(bench: Bench) -> None:
    call = bench.switch.ring("c-1", "")
    await bench.desk.calls.answer_call(call)
    bench.switch.far_hangs_up(call)

    record = await require_projection(bench, call)

    assert (record.outcome, record.number) == (_O.ANSWERED, "")


async def test_the_first_answer_counts_and_no_later_one(bench: Bench) -> None:
    call = await bench.talk()
    answered = bench.clock.now()
    bench.clock.advance(20)

    bench.switch.far_answers(call)

    assert bench.record(call).answered_at == answered


async def test_time_on_hold_is_summed(bench: Bench) -> None:
    call = await bench.talk()
    for seconds in (10, 5):
        await bench.desk.calls.hold_call(call)
        bench.clock.advance(seconds)
        await bench.desk.calls.retrieve_call(call)
    bench.switch.far_hangs_up(call)

    assert (await require_projection(bench, call)).held_seconds == 15


async def test_a_caller_who_hangs_up_on_hold_was_held_until_then(bench: Bench) -> None:
    call = await bench.talk()
    await bench.desk.calls.hold_call(call)
    bench.clock.advance(10)
    await bench.desk.calls.retrieve_call(call)
    await bench.desk.calls.hold_call(call)
    bench.clock.advance(7)

    bench.switch.far_hangs_up(call)

    assert (await require_projection(bench, call)).held_seconds == 17


async def test_a_transferred_call_was_held_during_the_consultation(bench: Bench) -> None:
    held, active = await consulting(bench)
    bench.clock.advance(25)

    await bench.desk.calls.transfer_call(active, held)

    assert (await require_projection(bench, held)).held_seconds == 25


async def test_a_disposition_during_the_call_leaves_after_call_work_to_come(bench: Bench) -> None:
    await bench.sign_on()
    call = await bench.talk()

    bench.desk.interactions.dispose(call, Disposition.INFORMATION, " tariff explained ")
    during = bench.record(call)
    bench.switch.far_hangs_up(call)
    ended = bench.clock.now()
    bench.clock.advance(12)
    await bench.desk.agent.ready()

    record = await require_projection(bench, call)
    assert during.wrap_up_ended_at is None
    assert (record.disposition, record.note) == (Disposition.INFORMATION, "tariff explained")
    assert record.wrap_up_ended_at == ended + timedelta(seconds=12)


async def test_a_disposition_can_be_corrected_without_moving_the_end_of_wrap_up(
    bench: Bench,
) -> None:
    await bench.sign_on()
    call = await bench.talk()
    bench.switch.far_hangs_up(call)
    bench.desk.interactions.dispose(call, Disposition.RESOLVED)
    wrapped_up = bench.clock.advance(9)
    await bench.desk.agent.ready()
    bench.clock.advance(600)

    bench.desk.interactions.dispose(call, Disposition.COMPLAINT, "called it rude")

    record = await require_projection(bench, call)
    assert record.disposition is Disposition.COMPLAINT
    assert record.wrap_up_ended_at == wrapped_up


async def test_a_call_that_this_desk_never_had_cannot_be_disposed(bench: Bench) -> None:
    with pytest.raises(NotFoundError, match="nobody"):
        bench.desk.interactions.dispose(CallId("nobody"), Disposition.RESOLVED)


async def test_after_call_work_ends_by_its_time_limit(bench: Bench) -> None:
    await bench.sign_on()
    call = await bench.talk()
    bench.switch.far_hangs_up(call)
    ended = bench.clock.advance(30)

    bench.switch.wrap_up_ends()

    assert (await require_projection(bench, call)).wrap_up_ended_at == ended


async def test_after_call_work_ends_when_the_next_call_begins(bench: Bench) -> None:
    await bench.sign_on()
    first = await bench.talk()
    bench.switch.far_hangs_up(first)
    dialled = bench.clock.advance(10)

    await bench.desk.calls.make_call(LI_NUMBER)

    assert bench.desk.agent.status().state is AgentState.BUSY
    assert (await require_projection(bench, first)).wrap_up_ended_at == dialled


async def test_after_call_work_is_booked_once_and_to_the_customers_call(bench: Bench) -> None:
    await bench.sign_on()
    held, active = await consulting(bench)
    await bench.desk.calls.transfer_call(active, held)
    ended = bench.clock.now()
    wrapped_up = bench.clock.advance(20)
    await bench.desk.agent.ready()
    bench.clock.advance(3600)

    await bench.desk.agent.not_ready(NotReadyReason.LUNCH)

    assert (await require_projection(bench, held)).wrap_up_ended_at == wrapped_up
    assert (await require_projection(bench, active)).wrap_up_ended_at == ended


async def test_a_call_without_after_call_work_ends_its_wrap_up_with_the_call(
    bench: Bench,
) -> None:
    await bench.sign_on()
    call = await bench.talk()
    await bench.desk.agent.not_ready(NotReadyReason.LUNCH)
    bench.clock.advance(40)

    bench.switch.far_hangs_up(call)

    record = await require_projection(bench, call)
    assert record.wrap_up_ended_at == record.ended_at == bench.clock.now()


async def test_a_call_of_nobody_signed_on_ends_its_wrap_up_with_the_call(bench: Bench) -> None:
    call = await bench.talk()
    bench.clock.advance(40)

    bench.switch.far_hangs_up(call)

    record = await require_projection(bench, call)
    assert record.wrap_up_ended_at == record.ended_at == bench.clock.now()


async def test_a_ghost_that_was_dropped_ends_its_record_and_its_log(
    bench: Bench, expected_logs: LogGuard
) -> None:
    expected_logs.expect("calls differ from the switch")
    call = await bench.talk()
    bench.switch.lose(call)
    bench.clock.advance(5)

    bench.desk.calls.reconcile()

    record = await require_projection(bench, call)
    assert (record.outcome, record.ended_at) == (_O.ANSWERED, bench.clock.now())
    assert (await bench.kinds(Stream.CALL, call))[-1] == "CallCleared"


async def test_leftovers_of_a_crashed_desk_end_at_their_last_sign_of_life(
    bench: Bench, make_bench: MakeBench, expected_logs: LogGuard
) -> None:
    # The first desk's own end, after everything was checked, finds its database closed.
    expected_logs.expect("it is not open")
    answered = await bench.talk("c-1")
    answered_at = bench.clock.now()
    bench.clock.advance(3)
    ringing = bench.switch.ring("c-2", LI_NUMBER)
    rang_at = bench.clock.now()
    await bench.desk.recorder.settled()
    await bench.storage.close()

    next_day = make_bench(clock=bench.clock)
    bench.clock.advance(16 * 3600)
    await next_day.desk.start()

    async def ended(call: CallId) -> tuple[InteractionOutcome, datetime | None]:
        await next_day.desk.recorder.settled()
        key = bench.record(call).id
        record = await next_day.storage.read(lambda uow: uow.interactions.get(key))
        assert (await next_day.kinds(Stream.INTERACTION, key))[-1] == "EndedByRestart"
        assert (await next_day.kinds(Stream.CALL, call))[-1] == "CallCleared"
        return record.outcome, record.ended_at

    assert await ended(answered) == (_O.ANSWERED, answered_at)
    assert await ended(ringing) == (_O.FAILED, rang_at)
    (told,) = next_day.seen.all(CallsLostEvent)
    assert {record.call_id for record in told.interactions} == {answered, ringing}
    next_day.desk.interactions.tell_lost()
    assert next_day.seen.all(CallsLostEvent) == [told, told]
    await next_day.desk.stop()


async def test_a_call_that_another_desk_closed_for_a_dead_one_is_told_once(
    bench: Bench, make_bench: MakeBench
) -> None:
    call = await bench.talk("c-1")
    await bench.desk.recorder.settled()
    record = replace(
        bench.record(call), ended_at=bench.clock.now(), outcome=InteractionOutcome.DESK_LOST
    )
    await bench.desk.stop()
    await bench.storage.open()
    event = interaction_event("DeskLost", record, at=record.began_at)
    await bench.storage.write(lambda uow: apply_events(uow, [event]))
    await bench.storage.close()

    for told in (1, 0):
        next_run = make_bench(clock=bench.clock)
        await next_run.desk.start()
        assert len(next_run.seen.all(CallsLostEvent)) == told
        await next_run.desk.stop()


async def test_records_survive_the_database_being_away(
    bench: Bench, expected_logs: LogGuard, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected_logs.expect("database away")
    monkeypatch.setattr("agent_desk.services.recorder.RETRY_SECONDS", 0.01)
    await bench.customer()
    call = await bench.talk()
    await bench.desk.recorder.settled()

    bench.storage.die(DatabaseLockedError(path="desk.db", seconds=5))
    bench.clock.advance(30)
    bench.switch.far_hangs_up(call)
    bench.desk.interactions.dispose(call, Disposition.RESOLVED, "done")
    await bench.desk.recorder.settled()
    bench.storage.revive()
    await bench.desk.recorder.stop()
    await bench.desk.recorder.start()

    record = await require_projection(bench, call)
    assert (record.outcome, record.disposition) == (_O.ANSWERED, Disposition.RESOLVED)


async def test_the_ticket_of_a_call_is_in_its_record(bench: Bench) -> None:
    wang = await bench.customer()
    call = await bench.talk()
    form = await bench.form(wang.id, resolution=Resolution.RESOLVED_NOW)
    ticket = await bench.desk.tickets.log(form, bench.record(call))

    bench.desk.interactions.link_ticket(call, ticket.id)

    assert (await require_projection(bench, call)).ticket_id == ticket.id


async def test_only_so_many_ended_calls_are_kept_at_hand(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent_desk.services.interactions.KEPT", 3)
    kept = await bench.talk("c-0")
    await bench.desk.calls.hold_call(kept)
    for number in range(1, 6):
        bench.switch.caller_gives_up(bench.switch.ring(f"c-{number}", LI_NUMBER))

    assert bench.record(kept).ended_at is None
    with pytest.raises(NotFoundError):
        bench.record(CallId("c-1"))
    assert bench.record(CallId("c-5")).outcome is _O.ABANDONED


async def test_the_newest_call_with_a_customer_is_the_answered_one_or_the_one_in_vain(
    bench: Bench,
) -> None:
    wang = await bench.customer()
    answered = await bench.talk()
    bench.switch.far_hangs_up(answered)
    bench.clock.advance(60)
    matches = len(bench.seen_matches()) + 1
    in_vain = await bench.desk.calls.make_call(WANG_NUMBER)
    await bench.matched(matches)
    newest = bench.desk.interactions.newest_with
    before = bench.record(answered).began_at

    found, missed = newest(wang.id, before), newest(wang.id, before, in_vain=True)

    assert found is not None
    assert missed is not None
    assert (found.call_id, missed.call_id) == (answered, in_vain)
    later = newest(wang.id, bench.clock.now())
    assert later is not None
    assert later.call_id == in_vain
    assert newest(CustomerId("nobody"), before) is None
