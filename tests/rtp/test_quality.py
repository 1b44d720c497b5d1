"""The E-model against values that ITU-T prints, and how it must lean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.rtp.quality.e_model import (
    G711_PLAIN,
    delay_impairment,
    mean_opinion,
    one_way_delay_ms,
    rating,
)

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
