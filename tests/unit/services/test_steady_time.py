"""A clock that is set while somebody talks spoils no length of a call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.call import CallDirection
from agent_desk.domain.handle_time import handle_time
from agent_desk.domain.identifiers import AgentId, CallId, InteractionId
from agent_desk.domain.interaction import Interaction
from agent_desk.services.steady_time import TOLERANCE_SECONDS, SteadyTime, passed_seconds
from tests.unit.services.bench import WANG_NUMBER, Bench

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = 3600.0


class Passing:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def passing() -> Passing:
    return Passing()


@pytest.fixture
def steady(passing: Passing) -> SteadyTime:
    return SteadyTime(passing)


def test_a_clock_that_goes_on_is_believed(steady: SteadyTime, passing: Passing) -> None:
    for seconds in (0.0, 4.0, 65.0):
        passing.seconds = seconds + 0.3
        at = AT + timedelta(seconds=seconds)
        assert steady.of(at, is_busy=True) == at


def test_a_faster_clock_is_believed(steady: SteadyTime, passing: Passing) -> None:
    for seconds in (0.0, 60.0, 3600.0):
        passing.seconds = seconds / 60
        at = AT + timedelta(seconds=seconds)
        assert steady.of(at, is_busy=True) == at


def test_a_clock_that_is_set_back_goes_on_as_time_has_passed(
    steady: SteadyTime, passing: Passing
) -> None:
    steady.of(AT, is_busy=False)
    for seconds in (90.0, 100.0):
        passing.seconds = seconds
        told = AT + timedelta(seconds=seconds - HOUR)
        assert steady.of(told, is_busy=True) == AT + timedelta(seconds=seconds)


def test_a_clock_that_is_set_forward_goes_on_as_time_has_passed(passing: Passing) -> None:
    steady = SteadyTime(passing, keeps_pace=True)
    steady.of(AT, is_busy=False)
    for seconds in (90.0, 100.0):
        passing.seconds = seconds
        told = AT + timedelta(seconds=seconds + HOUR)
        assert steady.of(told, is_busy=True) == AT + timedelta(seconds=seconds)
    assert steady.of(AT + timedelta(hours=2), is_busy=False) == AT + timedelta(hours=2)


def test_seconds_pass() -> None:
    first = passed_seconds()
    assert 0 <= passed_seconds() - first < TOLERANCE_SECONDS


def test_a_small_step_back_is_no_negative_time(steady: SteadyTime, passing: Passing) -> None:
    steady.of(AT, is_busy=False)
    passing.seconds = 1.0
    assert steady.of(AT - timedelta(seconds=2), is_busy=True) == AT


def test_between_calls_the_clock_is_believed(steady: SteadyTime) -> None:
    steady.of(AT, is_busy=False)
    earlier = AT - timedelta(hours=1)
    assert steady.of(earlier, is_busy=False) == earlier


@given(st.lists(st.tuples(st.floats(0, 600), st.floats(-2 * HOUR, 2 * HOUR))))
def test_no_event_of_a_call_is_before_the_one_before(steps: list[tuple[float, float]]) -> None:
    """Whatever is done to the clock; and what it lost is made up for, but for the tolerance."""
    passing = Passing()
    steady = SteadyTime(passing)
    clock, last = AT, steady.of(AT, is_busy=False)
    for passed, step in steps:
        passing.seconds += passed
        clock += timedelta(seconds=passed + step)
        at = steady.of(clock, is_busy=True)
        assert at >= last
        assert at - last >= timedelta(seconds=passed - TOLERANCE_SECONDS - 0.001)
        last = at


async def handled(bench: Bench, *, step: float) -> Interaction:
    """Return the record of a call in which the clock is stepped, held for a while, and its work."""
    passing = Passing()
    bench.desk.calls._steady_time = SteadyTime(passing, keeps_pace=True)

    def pass_by(seconds: float) -> None:
        passing.seconds += seconds
        bench.clock.advance(seconds)

    await bench.sign_on()
    call = bench.switch.ring("c-1", WANG_NUMBER, queue="support")
    pass_by(5)
    await bench.desk.calls.answer_call(call)
    pass_by(60)
    await bench.desk.calls.hold_call(call)
    bench.clock.advance(step)
    pass_by(30)
    await bench.desk.calls.retrieve_call(call)
    pass_by(60)
    bench.switch.far_hangs_up(call)
    pass_by(20)
    await bench.desk.agent.ready()
    return await bench.stored(call)


@pytest.mark.parametrize("step", [0.0, HOUR, 12 * HOUR, -HOUR, -12 * HOUR])
async def test_a_call_is_as_long_as_it_was(bench: Bench, step: float) -> None:
    record = await handled(bench, step=step)

    assert record.talk_seconds == 150
    assert record.held_seconds == 30
    assert record.answered_at is not None
    whole = handle_time([record], since=record.began_at, until=record.began_at + timedelta(days=1))
    assert (whole.talk_seconds, whole.hold_seconds, whole.after_call_seconds) == (120, 30, 20)


async def test_the_next_call_is_told_by_the_clock_again(bench: Bench) -> None:
    await handled(bench, step=-HOUR)
    now = bench.clock.now()

    second = bench.switch.ring("c-2", WANG_NUMBER, queue="support")

    assert bench.record(second).began_at == now


def test_a_record_of_a_clock_that_was_set_back_has_no_negative_talk() -> None:
    record = Interaction(
        id=InteractionId("i-1"),
        call_id=CallId("c-1"),
        agent_id=AgentId("li.ming"),
        direction=CallDirection.INBOUND,
        number=WANG_NUMBER,
        began_at=AT,
        answered_at=AT,
        ended_at=AT - timedelta(hours=1),
    )

    assert record.talk_seconds == 0
