"""The jitter buffer on lines that lose, shake, stall, drift and begin anew."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.rtp.playout.jitter_buffer import FRAME_SECONDS, JitterBuffer
from telephony.rtp.playout.outcome import ComfortNoise, Conceal, PlayFrame
from tests.rtp.line import UNITS, Arrival, frame, listen, sent

MINUTE = 3000


def _is_in_order(indexes: list[int]) -> bool:
    return all(earlier < later for earlier, later in pairwise(indexes))


def test_a_clean_line_is_heard_whole_and_soon() -> None:
    heard = listen(JitterBuffer(), sent(range(MINUTE)), until=60.0)
    assert heard.real == 1.0
    assert heard.indexes == list(range(len(heard.indexes)))
    assert max(heard.delays) < 0.065


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_one_percent_loss_leaves_no_gap_over_40_ms(seed: int) -> None:
    arrivals = sent(range(5 * MINUTE), loss=0.01, jitter_seconds=0.005, seed=seed)
    heard = listen(JitterBuffer(), arrivals, until=300.0)
    assert heard.longest_gap * FRAME_SECONDS <= 0.040
    assert max(heard.delays) < 0.120
    assert heard.real_or_concealed == 1.0
    assert heard.real > 0.985


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_three_percent_loss_and_30_ms_of_jitter_are_ridden_out(seed: int) -> None:
    arrivals = sent(range(5 * MINUTE), loss=0.03, jitter_seconds=0.030, seed=seed)
    heard = listen(JitterBuffer(), arrivals, until=300.0)
    assert heard.real_or_concealed >= 0.98
    # Nothing is lost but what the line lost, and a little while the delay was learnt.
    assert heard.real >= 0.96
    assert max(heard.delays) < 0.120
    assert _is_in_order(heard.indexes)


def test_more_jitter_than_expected_is_learnt() -> None:
    buffer = JitterBuffer()
    heard = listen(buffer, sent(range(MINUTE), jitter_seconds=0.080), until=60.0)
    assert 0.090 <= buffer.target_seconds <= 0.120
    assert heard.real > 0.97
    assert buffer.counts.held > 0


def test_the_delay_falls_again_when_the_line_gets_better() -> None:
    buffer = JitterBuffer()
    shaken = list(sent(range(MINUTE), jitter_seconds=0.080))
    calm = list(sent(range(MINUTE, 2 * MINUTE)))
    heard = listen(buffer, [*shaken, *calm], until=120.0)
    assert buffer.target_seconds == pytest.approx(0.040)
    assert heard.delays[-1] < 0.070
    assert 0 < buffer.counts.skipped < 6


@pytest.mark.slow
@pytest.mark.parametrize("drift", [200e-6, -200e-6])
def test_clocks_that_drift_apart_for_an_hour_cost_one_frame_now_and_then(drift: float) -> None:
    buffer = JitterBuffer()
    arrivals = sent(range(60 * MINUTE), drift=drift, jitter_seconds=0.004)
    heard = listen(buffer, arrivals, until=3590.0, drift=drift)
    # 200 ppm of an hour are 36 frames.
    assert 30 <= buffer.counts.held + buffer.counts.skipped <= 42
    assert (buffer.counts.held > buffer.counts.skipped) == (drift > 0)
    assert heard.longest_gap <= 1
    assert max(heard.delays) < 0.080
    assert buffer.counts.late == 0
    assert buffer.counts.anchored == 1


@pytest.mark.parametrize("stall", [0.1, 0.25, 0.5, 1.5, 4.0])
def test_a_stall_is_not_caught_up_in_a_burst(stall: float) -> None:
    buffer = JitterBuffer()
    arrivals = [
        (3.0 + stall if 3.0 <= at < 3.0 + stall else at, each) for at, each in sent(range(1250))
    ]
    heard = listen(buffer, arrivals, until=24.9)
    # One frame a tick at most, each in its place; sound is back at once, and the delay in time.
    assert _is_in_order(heard.indexes)
    assert heard.longest_gap * FRAME_SECONDS <= stall + 0.080
    assert max(heard.delays) < 0.145
    assert heard.delays[-1] < 0.070


def test_a_stream_that_moves_later_is_anchored_anew() -> None:
    buffer = JitterBuffer()
    before, after = sent(range(150)), sent(range(150, 500), late_seconds=0.330)
    heard = listen(buffer, [*before, *after], until=9.9)
    assert buffer.counts.anchored == 2
    assert heard.indexes[-1] > 470
    assert heard.longest_gap * FRAME_SECONDS <= 0.600
    assert heard.delays[-1] - 0.300 < 0.070


def test_a_stream_that_comes_back_earlier_is_not_heard_with_the_old_delay() -> None:
    buffer = JitterBuffer()
    before, after = sent(range(150), late_seconds=0.330), sent(range(150, 500))
    heard = listen(buffer, [*before, *after], until=9.9)
    assert heard.delays[-1] < 0.070
    assert _is_in_order(heard.indexes)


def test_a_pause_without_packets_is_silent_and_costs_nothing_afterwards() -> None:
    buffer = JitterBuffer()
    heard = listen(buffer, [*sent(range(100)), *sent(range(300, 500))], until=9.9)
    assert heard.indexes == [*range(100), *range(300, 300 + len(heard.indexes) - 100)]
    assert buffer.counts.concealed == 6
    assert buffer.counts.late == 0


def test_a_pause_in_which_timestamps_stand_still_is_survived() -> None:
    buffer = JitterBuffer()
    after = ((at + 5.0, each) for at, each in sent(range(100, 300)))
    heard = listen(buffer, [*sent(range(100)), *after], until=10.9)
    assert heard.indexes[:100] == list(range(100))
    assert heard.indexes[100:102] == [101, 102] or heard.indexes[100:102] == [100, 101]
    assert heard.longest_gap * FRAME_SECONDS < 5.1


def test_comfort_noise_is_heard_until_speech_begins_again() -> None:
    buffer = JitterBuffer()
    pause = [(0.030 + 100 * FRAME_SECONDS, frame(100, is_noise=True))]
    heard = listen(buffer, [*sent(range(100)), *pause, *sent(range(200, 300))], until=5.9)
    assert heard.indexes == [*range(100), *range(200, 200 + len(heard.indexes) - 100)]
    assert heard.outcomes.count(ComfortNoise(description=b"\x40")) == 100
    assert buffer.counts.concealed == 0
    first = next(
        each
        for each in heard.outcomes
        if isinstance(each, PlayFrame) and each.frame.timestamp == 200 * 160
    )
    assert not first.joins


def test_duplicates_are_heard_once() -> None:
    buffer = JitterBuffer()
    arrivals = list(sent(range(500)))
    again = [(at + 0.060, each) for at, each in arrivals]
    heard = listen(buffer, [*arrivals, *arrivals, *again], until=9.9)
    assert heard.indexes == list(range(len(heard.indexes)))
    assert buffer.counts.duplicates > 980
    assert buffer.counts.late == 0


def test_frames_that_overtake_each_other_are_heard_in_order() -> None:
    arrivals = [
        (at + 0.021 * (index % 2), each) for index, (at, each) in enumerate(sent(range(500)))
    ]
    heard = listen(JitterBuffer(), arrivals, until=9.9)
    assert heard.indexes == list(range(len(heard.indexes)))


@pytest.mark.parametrize("first", [3_000_000, -3_000_000, 77])
def test_timestamps_that_begin_anew_are_followed(first: int) -> None:
    buffer = JitterBuffer()
    after = ((at + 2.0, each) for at, each in sent(range(400), first=first))
    heard = listen(buffer, [*sent(range(100)), *after], until=9.9)
    assert heard.indexes[:100] == list(range(100))
    assert heard.indexes[-1] > 380
    assert heard.longest_gap * FRAME_SECONDS <= 0.140


@pytest.mark.parametrize("shift", [1, 79, 80, 81, 159])
def test_a_stream_that_leaves_its_grid_is_heard_on(shift: int) -> None:
    buffer = JitterBuffer()
    before, after = sent(range(100)), sent(range(100, 500), first=shift)
    heard = listen(buffer, [*before, *after], until=9.9)
    assert heard.indexes == list(range(len(heard.indexes)))
    assert buffer.counts.concealed <= 1


def test_ticks_that_stood_still_are_not_made_up_for() -> None:
    buffer = JitterBuffer()
    arrivals = list(sent(range(500)))
    before = listen(buffer, [each for each in arrivals if each[0] <= 3.0], until=3.0)
    after = listen(buffer, [each for each in arrivals if each[0] > 3.0], since=3.307, until=9.9)
    assert _is_in_order([*before.indexes, *after.indexes])
    assert max(after.delays) < 0.070
    assert after.longest_gap == 0


def test_one_stray_frame_changes_nothing() -> None:
    buffer = JitterBuffer()
    stray = [(2.0, frame(7, first=9_000_000))]
    heard = listen(buffer, [*sent(range(500)), *stray], until=9.9)
    assert heard.real == 1.0
    assert buffer.counts.strays == 1


def test_the_first_lost_frame_is_concealed_and_a_long_gap_falls_silent() -> None:
    buffer = JitterBuffer()
    heard = listen(buffer, sent(range(50)), until=3.0)
    behind = heard.outcomes[heard.outcomes.index(Conceal(run=1)) :]
    assert behind[:6] == [Conceal(run=run) for run in range(1, 7)]
    assert set(behind[6:]) == {ComfortNoise()}


def test_nothing_is_kept_that_can_never_be_heard() -> None:
    buffer = JitterBuffer()
    for index in range(10_000):
        buffer.put(frame(index), 0.001 * index)
    assert buffer.waiting <= 64
    assert buffer.counts.overflowed > 0


def _arrivals(noise: st.SearchStrategy[bool]) -> st.SearchStrategy[list[Arrival]]:
    places = st.sampled_from([0, 0, 0, 40, 10**7])
    frames = st.builds(frame, st.integers(0, 300), first=places, is_noise=noise)
    return st.lists(st.tuples(st.floats(0, 3), frames), max_size=80)


@given(_arrivals(st.booleans()))
def test_whatever_comes_there_is_one_outcome_a_tick(arrivals: list[Arrival]) -> None:
    buffer = JitterBuffer()
    heard = listen(buffer, arrivals, until=3.1)
    counts = buffer.counts
    assert counts.played + counts.concealed + counts.quiet == len(heard.outcomes)


@given(_arrivals(st.just(False)))
def test_whatever_comes_every_frame_is_accounted_for(arrivals: list[Arrival]) -> None:
    buffer = JitterBuffer()
    listen(buffer, arrivals, until=3.1)
    counts = buffer.counts
    dropped = counts.skipped + counts.late + counts.duplicates + counts.strays + counts.overflowed
    assert counts.played + dropped + buffer.waiting == len(arrivals)


def test_a_lost_frame_is_told_with_the_one_behind_it() -> None:
    buffer = JitterBuffer()
    for index in (0, 2, 3, 5):
        buffer.put(frame(index), 0.0)
    told = [
        None if outcome.following is None else outcome.following.timestamp // UNITS
        for outcome in (buffer.tick(0.001 + number * FRAME_SECONDS) for number in range(10))
        if isinstance(outcome, Conceal)
    ]
    assert told[:2] == [2, 5]


def test_a_lost_frame_before_comfort_noise_has_nothing_behind_it() -> None:
    buffer = JitterBuffer()
    buffer.put(frame(0), 0.0)
    buffer.put(frame(2, is_noise=True), 0.0)
    outcomes = [buffer.tick(0.001 + number * FRAME_SECONDS) for number in range(5)]
    assert Conceal(run=1) in outcomes
