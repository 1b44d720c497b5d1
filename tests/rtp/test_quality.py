"""The E-model against values that ITU-T prints, and how it must lean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.rtp.control.session import PeerView
from telephony.rtp.playout.outcome import PlayoutCounts
from telephony.rtp.quality.call_quality import call_quality
from telephony.rtp.quality.e_model import (
    G711_PLAIN,
    delay_impairment,
    mean_opinion,
    one_way_delay_ms,
    rating,
)
from telephony.rtp.quality.loss_meter import LossMeter
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
    quality = call_quality(loss=0.03, buffer_seconds=0.040, view=view)
    assert quality.here == pytest.approx(mean_opinion(93.2 - 95 * 3 / 28.1))
    assert quality.there == pytest.approx(4.41, abs=0.01)


def test_a_call_without_reports_is_rated_by_what_is_heard() -> None:
    quality = call_quality(loss=0.0, buffer_seconds=0.040, view=None)
    assert quality.here == pytest.approx(4.41, abs=0.01)
    assert quality.there is None


def test_what_never_came_and_what_came_too_late_is_lost() -> None:
    meter, counts = LossMeter(), PlayoutCounts()
    statistics = ReceptionStatistics(source=7, clock_hz=8000)
    for number in [*range(101), *range(103, 201)]:
        statistics.take(number, None, 0.0)
    counts.late = 3
    assert meter.take(statistics, counts) == pytest.approx(5 / 200)
    assert meter.take(statistics, counts) == 0.0
    for number in range(201, 301):
        statistics.take(number, None, 0.0)
    assert meter.take(statistics, counts) == 0.0
    other = ReceptionStatistics(source=8, clock_hz=8000)
    for number in (0, 1, 3):
        other.take(number, None, 0.0)
    assert meter.take(other, counts) == pytest.approx(1 / 3)
