from __future__ import annotations

from math import inf

from hypothesis import given
from hypothesis import strategies as st

from telephony.simulator.kernel import Kernel

TIMES = st.lists(st.floats(min_value=0.0, max_value=1e6, allow_nan=False), max_size=40)


@given(TIMES)
def test_events_happen_in_the_order_of_time_and_of_asking(times: list[float]) -> None:
    kernel = Kernel()
    happened: list[tuple[float, int]] = []
    for number, when in enumerate(times):
        kernel.at(when, happened.append, (when, number))
    kernel.run_out()
    assert happened == sorted((when, number) for number, when in enumerate(times))


@given(TIMES, st.floats(min_value=0.0, max_value=1e6))
def test_running_until_a_moment_runs_exactly_what_is_due(times: list[float], end: float) -> None:
    kernel = Kernel()
    happened: list[float] = []
    for when in times:
        kernel.at(when, happened.append, when)
    kernel.run_until(end)
    assert sorted(when for when in times if when <= end) == happened
    assert kernel.now == end
    assert kernel.next_at == min((when for when in times if when > end), default=None)


def test_a_cancelled_timer_does_nothing() -> None:
    kernel = Kernel(start_seconds=-5.0)
    happened: list[float] = []
    kept = kernel.after(1.0, lambda: happened.append(kernel.now))
    cancelled = kernel.after(2.0, lambda: happened.append(kernel.now))
    cancelled.cancel()
    kernel.run_out()
    kept.cancel()
    kept.expire()
    assert happened == [-4.0]


def test_recurring_events_follow_their_times_until_they_are_ended() -> None:
    kernel = Kernel()
    times = iter([1.0, 2.5, 4.0, 5.0])
    happened: list[float] = []
    kernel.at_each(times.__next__, lambda _: happened.append(kernel.now), None)
    kernel.at(4.5, lambda _: kernel.end_recurring(), None)
    kernel.step()
    kernel.run_until(2.5)
    kernel.run_out()
    assert happened == [1.0, 2.5, 4.0]


def test_a_recurring_event_whose_next_time_is_infinite_is_over() -> None:
    kernel = Kernel()
    kernel.at_each(iter([1.0, inf]).__next__, lambda _: None, None)
    kernel.run_until(10.0)
    assert kernel.next_at is None
