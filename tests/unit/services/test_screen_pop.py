from __future__ import annotations

import asyncio
from typing import Any

import pytest

from agent_desk.domain.customer import NewCustomer
from agent_desk.domain.errors import (
    DatabaseLockedError,
    DatabaseTimeoutError,
    NotFoundError,
    StorageError,
)
from agent_desk.domain.identifiers import CallId, CustomerId
from agent_desk.domain.matching import MatchLevel, MatchReasonCode
from agent_desk.services import screen_pop
from agent_desk.services.screen_pop import (
    CustomerChosenEvent,
    PopEvent,
    PopFailedEvent,
    PopMatchedEvent,
    PopSlowEvent,
    PopStartedEvent,
)
from tests.logfail import LogGuard
from tests.unit.services.bench import LI_NUMBER, WANG_NUMBER, Bench

LOCKED = DatabaseLockedError(path="desk.db", seconds=5)


def pops(bench: Bench, call_id: CallId) -> list[str]:
    """Return what was said about the call, in order."""
    about = [event for event in bench.seen.all(PopEvent) if event.call_id == call_id]
    return [type(event).__name__.removesuffix("Event") for event in about]


async def no_look_up_left() -> None:
    looking = [task for task in asyncio.all_tasks() if task.get_name().startswith("pop ")]
    await asyncio.gather(*looking, return_exceptions=True)
    await asyncio.sleep(0)


async def test_a_known_caller_opens_with_the_card_in_one_visit_to_the_database(
    bench: Bench,
) -> None:
    wang = await bench.customer()
    await bench.desk.customers.add_note(wang.id, "prefers mornings")
    reads = bench.storage.reads

    call = bench.switch.ring("c-1", "013800138000", queue="support")
    chosen = await bench.seen.nth(CustomerChosenEvent)

    assert bench.storage.reads == reads + 1
    assert pops(bench, call) == ["PopStarted", "PopMatched", "CustomerChosen"]
    assert chosen.card.customer == wang
    assert [note.text for note in chosen.card.notes] == ["prefers mornings"]
    (matched,) = bench.seen.all(PopMatchedEvent)
    assert (matched.result.level, matched.result.opens) == (MatchLevel.KNOWN, wang.id)
    assert bench.desk.calls.call(call).customer_id == wang.id
    assert bench.record(call).customer_id == wang.id


async def test_the_number_is_there_before_the_database_is_asked(bench: Bench) -> None:
    bench.storage.hold()

    call = bench.switch.ring("c-1", WANG_NUMBER)

    assert pops(bench, call) == ["PopStarted"]
    (started,) = bench.seen.all(PopStartedEvent)
    assert (started.caller.display, started.inbound) == ("+86 138 0013 8000", True)
    bench.storage.release()
    await bench.matched()


async def test_several_customers_of_one_number_are_offered_and_none_is_picked(
    bench: Bench,
) -> None:
    both = {(await bench.customer("王伟")).id, (await bench.customer("王芳")).id}

    call = bench.switch.ring("c-1", WANG_NUMBER)
    matched = await bench.seen.nth(PopMatchedEvent)
    await no_look_up_left()

    assert matched.card is None
    assert {candidate.customer_id for candidate in matched.result.candidates} == both
    assert matched.result.level is MatchLevel.MAYBE
    assert bench.seen.all(CustomerChosenEvent) == []
    assert bench.desk.calls.call(call).customer_id is None


async def test_choosing_one_of_several_opens_the_card_and_names_the_caller(bench: Bench) -> None:
    await bench.customer("王伟")
    fang = await bench.customer("王芳")
    call = bench.switch.ring("c-1", WANG_NUMBER)
    await bench.matched()

    card = await bench.desk.screen_pop.choose(call, fang.id)

    assert card.customer == fang
    (chosen,) = bench.seen.all(CustomerChosenEvent)
    assert (chosen.call_id, chosen.card) == (call, card)
    assert bench.desk.calls.call(call).customer_id == fang.id
    assert bench.record(call).customer_id == fang.id


async def test_choosing_somebody_who_does_not_exist_changes_nothing(bench: Bench) -> None:
    call = bench.switch.ring("c-1", WANG_NUMBER)
    await bench.matched()

    with pytest.raises(NotFoundError):
        await bench.desk.screen_pop.choose(call, CustomerId("nobody"))

    assert bench.seen.all(CustomerChosenEvent) == []
    assert bench.desk.calls.call(call).customer_id is None


async def test_an_unknown_number_matches_nobody(bench: Bench) -> None:
    await bench.customer()

    bench.switch.ring("c-1", LI_NUMBER)
    matched = await bench.seen.nth(PopMatchedEvent)

    assert matched.result.level is MatchLevel.UNKNOWN
    assert matched.result.candidates == ()
    assert matched.card is None


@pytest.mark.parametrize("number", ["", "anonymous", "sip:anonymous@anonymous.invalid"])
async def test_a_withheld_number_says_so_without_touching_the_database(
    bench: Bench, number: str
) -> None:
    await bench.customer()
    reads = bench.storage.reads

    call = bench.switch.ring("c-1", number, queue="support")

    (matched,) = bench.seen.all(PopMatchedEvent)
    assert matched.result.level is MatchLevel.ANONYMOUS
    assert pops(bench, call) == ["PopStarted", "PopMatched"]
    assert bench.storage.reads == reads


async def test_a_slow_database_is_named_and_the_record_still_comes(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen_pop, "SLOW_SECONDS", 0.01)
    await bench.customer()
    bench.storage.hold()
    call = bench.switch.ring("c-1", WANG_NUMBER)
    await bench.seen.nth(PopSlowEvent)

    await bench.desk.calls.answer_call(call)
    assert bench.desk.calls.call(call).is_answered
    bench.storage.release()
    await bench.seen.nth(CustomerChosenEvent)

    assert pops(bench, call) == ["PopStarted", "PopSlow", "PopMatched", "CustomerChosen"]


async def test_a_database_that_does_not_answer_is_given_up(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen_pop, "GIVE_UP_SECONDS", 0.01)
    bench.storage.hold()

    call = bench.switch.ring("c-1", WANG_NUMBER)
    failed = await bench.seen.nth(PopFailedEvent)

    assert isinstance(failed.error, DatabaseTimeoutError)
    assert pops(bench, call) == ["PopStarted", "PopFailed"]
    bench.storage.release()


async def test_a_dead_database_says_so_and_asking_once_more_works(bench: Bench) -> None:
    wang = await bench.customer()
    await bench.desk.recorder.settled()
    await bench.desk.recorder.stop()
    bench.storage.die(LOCKED)
    call = bench.switch.ring("c-1", WANG_NUMBER)
    failed = await bench.seen.nth(PopFailedEvent)
    assert failed.error is LOCKED

    bench.storage.revive()
    await no_look_up_left()
    bench.desk.screen_pop.retry(call)
    chosen = await bench.seen.nth(CustomerChosenEvent)

    assert chosen.card.customer == wang
    assert pops(bench, call) == ["PopStarted", "PopFailed", "PopMatched", "CustomerChosen"]
    await bench.desk.recorder.start()


async def test_asking_once_more_works_in_after_call_work_too(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang = await bench.customer()
    monkeypatch.setattr(screen_pop, "GIVE_UP_SECONDS", 0.01)
    bench.storage.hold()
    call = bench.switch.ring("c-1", WANG_NUMBER)
    await bench.seen.nth(PopFailedEvent)
    await bench.desk.calls.answer_call(call)
    bench.switch.far_hangs_up(call)
    bench.storage.release()
    monkeypatch.setattr(screen_pop, "GIVE_UP_SECONDS", 20.0)
    await no_look_up_left()

    bench.desk.screen_pop.retry(call)
    await bench.seen.nth(CustomerChosenEvent)

    assert bench.record(call).customer_id == wang.id


async def test_asking_once_more_while_a_look_up_runs_does_nothing(bench: Bench) -> None:
    bench.storage.hold()
    call = bench.switch.ring("c-1", WANG_NUMBER)

    bench.desk.screen_pop.retry(call)
    bench.desk.screen_pop.retry(CallId("never was"))
    bench.storage.release()
    await no_look_up_left()

    assert pops(bench, call) == ["PopStarted", "PopMatched"]


async def test_a_call_that_ended_before_the_answer_came_is_still_the_customers(
    bench: Bench,
) -> None:
    wang = await bench.customer()
    bench.storage.hold()
    call = bench.switch.ring("c-1", WANG_NUMBER, queue="support")
    bench.switch.caller_gives_up(call)

    bench.storage.release()
    await bench.seen.nth(CustomerChosenEvent)

    assert bench.desk.calls.calls == {}
    assert (await bench.stored(call)).customer_id == wang.id


async def test_a_dialled_customer_pops_too(bench: Bench) -> None:
    wang = await bench.customer()

    call = await bench.desk.calls.make_call("138 0013 8000")
    chosen = await bench.seen.nth(CustomerChosenEvent)

    assert chosen.card.customer == wang
    (started,) = bench.seen.all(PopStartedEvent)
    assert not started.inbound
    assert bench.record(call).customer_id == wang.id


async def test_two_calls_at_once_do_not_mix(bench: Bench) -> None:
    wang = await bench.customer("王伟", WANG_NUMBER)
    li = await bench.customer("李娜", LI_NUMBER)
    bench.storage.hold()
    first = bench.switch.ring("c-1", WANG_NUMBER)
    second = bench.switch.ring("c-2", LI_NUMBER)

    bench.storage.release()
    await bench.seen.nth(CustomerChosenEvent, 2)

    chosen = {e.call_id: e.card.customer.id for e in bench.seen.all(CustomerChosenEvent)}
    assert chosen == {first: wang.id, second: li.id}
    assert bench.desk.calls.call(first).customer_id == wang.id
    assert bench.desk.calls.call(second).customer_id == li.id


async def test_a_late_match_does_not_overrule_what_the_agent_chose(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.customer("王伟", WANG_NUMBER)
    sister = await bench.customer("王芳", "")
    reading, asked, held_back = bench.storage.read, asyncio.Event(), asyncio.Event()

    async def slow(*args: Any, **more: Any) -> Any:
        asked.set()
        await held_back.wait()
        return await reading(*args, **more)

    monkeypatch.setattr(bench.storage, "read", slow)
    call = bench.switch.ring("c-1", WANG_NUMBER)
    await asked.wait()
    monkeypatch.setattr(bench.storage, "read", reading)
    await bench.desk.screen_pop.choose(call, sister.id)

    held_back.set()
    await no_look_up_left()

    assert bench.desk.calls.call(call).customer_id == sister.id
    assert [event.card.customer for event in bench.seen.all(CustomerChosenEvent)] == [sister]
    assert pops(bench, call) == ["PopStarted", "CustomerChosen", "PopMatched"]
    assert bench.seen.all(PopMatchedEvent)[0].card is None


async def test_asking_a_colleague_leaves_the_customers_card_open(bench: Bench) -> None:
    await bench.customer()
    call = await bench.talk()
    await bench.seen.nth(CustomerChosenEvent)

    colleague = await bench.desk.calls.consultation_call(call, "202")
    partner = bench.switch.ring("c-2", "203")
    await no_look_up_left()

    assert pops(bench, colleague) == []
    assert pops(bench, partner) == []


async def test_a_customer_found_by_a_note_is_offered_with_the_reason(bench: Bench) -> None:
    wang = await bench.customer()
    await bench.desk.customers.add_note(wang.id, "at her sister's: 0139 0013 9000")

    bench.switch.ring("c-1", LI_NUMBER)
    matched = await bench.seen.nth(PopMatchedEvent)

    (candidate,) = matched.result.candidates
    assert candidate.customer_id == wang.id
    assert candidate.level is MatchLevel.MAYBE
    assert candidate.reasons[0].code is MatchReasonCode.NUMBER_IN_NOTE
    assert matched.card is None


async def test_a_look_up_that_breaks_unforeseen_says_so(
    bench: Bench, expected_logs: LogGuard
) -> None:
    # Whoever else reads at that moment breaks as well, and says so.
    expected_logs.expect("look-up for call c-1 broke", "service levels failed")
    bench.storage.fault = ValueError("a bug in a query")

    call = bench.switch.ring("c-1", WANG_NUMBER)
    failed = await bench.seen.nth(PopFailedEvent)
    bench.storage.fault = None

    assert type(failed.error) is StorageError
    assert pops(bench, call) == ["PopStarted", "PopFailed"]
    expected_logs.expect("events could not be written", "database away")


async def test_stopping_gives_up_what_is_under_way(bench: Bench) -> None:
    bench.storage.hold()
    call = bench.switch.ring("c-1", WANG_NUMBER)

    await bench.desk.screen_pop.stop()
    bench.storage.release()

    assert pops(bench, call) == ["PopStarted"]


async def test_only_so_many_callers_are_kept_at_hand(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen_pop, "KEPT", 2)
    for number in range(4):
        bench.switch.caller_gives_up(bench.switch.ring(f"c-{number}", WANG_NUMBER))
    await no_look_up_left()
    matches = len(bench.seen.all(PopMatchedEvent))

    bench.desk.screen_pop.retry(CallId("c-0"))
    bench.desk.screen_pop.retry(CallId("c-3"))
    await no_look_up_left()

    later = bench.seen.all(PopMatchedEvent)[matches:]
    assert [event.call_id for event in later] == ["c-3"]


async def test_a_number_added_to_a_record_makes_its_caller_known(bench: Bench) -> None:
    card = await bench.desk.customers.create(NewCustomer(name="Ann Lee"))
    await bench.desk.customers.add_number(card.customer.id, LI_NUMBER)

    bench.switch.ring("c-1", LI_NUMBER)
    matched = await bench.seen.nth(PopMatchedEvent)

    assert matched.result.opens == card.customer.id
