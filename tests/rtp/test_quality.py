"""The E-model against values that ITU-T prints, and how it must lean."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.rtp.control.session import PeerView
from telephony.rtp.playout.outcome import PlayoutCounts
from telephony.rtp.quality.call_quality import call_quality
from telephony.rtp.quality.e_model import (
    delay_impairment,
    mean_opinion,
    one_way_delay_ms,
    rating,
)
from telephony.rtp.quality.equipment import G711_PLAIN, G722, OPUS, Equipment, equipment_of
from telephony.rtp.quality.loss_meter import Loss, LossMeter
from telephony.rtp.reception.loss_runs import LossRuns
from telephony.rtp.reception.statistics import ReceptionStatistics

LOSSES = st.floats(0, 1)
DELAYS = st.floats(0, 2000)


@pytest.mark.parametrize(
    ("r", "opinion"), [(90, 4.34), (80, 4.03), (70, 3.60), (60, 3.10), (50, 2.58), (93.2, 4.41)]
)
def test_opinions_are_those_of_annex_b(r: float, opinion: float) -> None:
    assert mean_opinion(r) == pytest.approx(opinion, abs=0.01)


def test_opinions_have_their_limits() -> None:
    assert (mean_opinion(-5), mean_opinion(0), mean_opinion(100)) == (1.0, 1.0, 4.5)


@pytest.mark.parametrize(("delay_ms", "impairment"), [(50, 0), (100, 0), (200, 3.04), (400, 24.07)])
def test_delay_costs_what_the_formula_says(delay_ms: float, impairment: float) -> None:
    assert delay_impairment(delay_ms) == pytest.approx(impairment, abs=0.02)


def test_a_good_call_is_good_and_concealment_is_worth_something() -> None:
    assert rating(delay_ms=80, loss=0) == 93.2
    assert rating(delay_ms=80, loss=0.01) == pytest.approx(93.2 - 95 / 26.1)
    assert rating(delay_ms=80, loss=0.03, equipment=G711_PLAIN) < 60
    assert rating(delay_ms=80, loss=0.03) > 80
    assert rating(delay_ms=80, loss=0.03, burst_ratio=2.0) < rating(delay_ms=80, loss=0.03)


@given(LOSSES, LOSSES, DELAYS, DELAYS)
def test_worse_is_never_better(loss: float, more: float, delay: float, longer: float) -> None:
    better = rating(delay_ms=min(delay, longer), loss=min(loss, more))
    worse = rating(delay_ms=max(delay, longer), loss=max(loss, more))
    assert worse <= better + 1e-9
    assert 1.0 <= mean_opinion(worse) <= 4.5


def test_the_delay_is_half_the_round_trip_the_buffer_and_a_frame() -> None:
    assert one_way_delay_ms(0.080, 0.060) == pytest.approx(120.0)


def test_both_ends_of_a_call_are_rated() -> None:
    view = PeerView(loss=0.0, packets_lost=0, jitter_seconds=0.0, round_trip_seconds=0.040)
    quality = call_quality(loss=Loss(share=0.03), codec="pcma", buffer_seconds=0.040, view=view)
    assert quality.here == pytest.approx(mean_opinion(93.2 - 95 * 3 / 28.1))
    assert quality.there == pytest.approx(4.41, abs=0.01)


def test_a_call_without_reports_is_rated_by_what_is_heard() -> None:
    quality = call_quality(loss=Loss(share=0.0), codec="pcmu", buffer_seconds=0.040, view=None)
    assert quality.here == pytest.approx(4.41, abs=0.01)
    assert quality.there is None


def test_what_never_came_and_what_came_too_late_is_lost() -> None:
    meter, counts = LossMeter(), PlayoutCounts()
    statistics = ReceptionStatistics(source=7, clock_hz=8000)
    for number in [*range(101), *range(103, 201)]:
        statistics.take(number, None, 0.0)
    counts.late = 3
    assert meter.take(statistics, counts).share == pytest.approx(5 / 200)
    assert meter.take(statistics, counts) == Loss(share=0.0)
    for number in range(201, 301):
        statistics.take(number, None, 0.0)
    assert meter.take(statistics, counts).share == 0.0
    other = ReceptionStatistics(source=8, clock_hz=8000)
    for number in (0, 1, 3):
        other.take(number, None, 0.0)
    assert meter.take(other, counts).share == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("codec", "clear", "at_5_percent", "at_10_percent"),
    [("pcma", 4.41, 3.91, 3.40), ("g722", 4.50, 4.32, 3.86), ("opus", 4.50, 4.25, 3.77)],
)
def test_each_codec_is_rated_on_one_scale(
    codec: str, clear: float, at_5_percent: float, at_10_percent: float
) -> None:
    opinions = [
        call_quality(loss=Loss(share=share), codec=codec, buffer_seconds=0.04, view=None).here
        for share in (0.0, 0.05, 0.10)
    ]
    assert opinions == pytest.approx([clear, at_5_percent, at_10_percent], abs=0.02)


def test_a_codec_that_nobody_knows_counts_as_g711() -> None:
    assert equipment_of("speex") is equipment_of("pcma") is equipment_of("pcmu")


@pytest.mark.parametrize("equipment", [G722, OPUS])
def test_wide_sound_without_loss_is_better_than_narrow_sound_can_be(equipment: Equipment) -> None:
    assert rating(delay_ms=80, loss=0, equipment=equipment) == pytest.approx(
        129 - equipment.impairment
    )
    assert rating(delay_ms=80, loss=0, equipment=equipment) > 93.2
    assert rating(delay_ms=80, loss=1.0, equipment=equipment) < 60


def fed(numbers: list[int], restarts: int = 0) -> LossRuns:
    """Return the runs of a source whose packets came in this order, and many more after them."""
    runs = LossRuns()
    last = max(numbers)
    for number in [*numbers, *range(last + 1, last + 201)]:
        runs.take(number, restarts)
    return runs


@pytest.mark.parametrize(
    ("numbers", "lost", "runs"),
    [
        ([*range(50)], 0, 0),
        ([*range(10), 12, *range(14, 50)], 3, 2),
        ([*range(10), *range(13, 20), *range(25, 50)], 8, 2),
        ([0, 1, 4, 3, 2, 5, 7, 6, 8], 0, 0),
        ([0, 1, 5, 3, 6, 6, 1], 2, 2),
        ([0, 1, 2, 2000, 2001], 1997, 1),
    ],
)
def test_losses_are_counted_in_their_runs(numbers: list[int], lost: int, runs: int) -> None:
    fed_runs = fed(numbers)
    assert (fed_runs.lost, fed_runs.runs) == (lost, runs)


def test_what_lies_between_two_runs_of_numbers_is_no_loss() -> None:
    runs = fed([0, 1, 3])
    for number in range(70_000, 70_300):
        runs.take(number, 1)
    assert (runs.lost, runs.runs) == (0, 0)


@given(st.lists(st.integers(0, 400), unique=True, min_size=2), st.randoms(use_true_random=False))
def test_runs_are_those_of_what_never_came(numbers: list[int], chance: random.Random) -> None:
    came = sorted(numbers)
    shuffled = sorted(came, key=lambda number: number + chance.uniform(0, 90))
    first, last = shuffled[0], came[-1]
    gaps = [number not in came for number in range(first, last + 1)]
    runs = fed(shuffled)
    assert runs.lost == sum(gaps)
    assert runs.runs == sum(gap and not before for before, gap in pairwise([False, *gaps]))


def test_losses_in_bursts_are_told_and_cost_more() -> None:
    def ratio(lost_in_a_row: int) -> float:
        meter, statistics = LossMeter(), ReceptionStatistics(source=7, clock_hz=8000)
        for number in range(2000):
            if number % 100 >= lost_in_a_row:
                statistics.take(number, None, 0.0)
        return meter.take(statistics, PlayoutCounts()).burst_ratio

    assert ratio(1) == 1.0
    assert ratio(3) == pytest.approx(3 * 0.97, rel=0.02)
    scattered = call_quality(loss=Loss(share=0.05), codec="pcma", buffer_seconds=0.04, view=None)
    in_bursts = call_quality(
        loss=Loss(share=0.05, burst_ratio=3.0), codec="pcma", buffer_seconds=0.04, view=None
    )
    assert in_bursts.here < scattered.here
