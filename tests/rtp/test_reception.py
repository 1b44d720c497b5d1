"""Sequence numbers, timestamps, losses and jitter as RFC 3550 counts them."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.rtp.reception.sequence import SequenceTracker, TimestampUnwrapper
from telephony.rtp.reception.statistics import JitterEstimator, ReceptionStatistics
from tests.rtp.packets import BITS_16, BITS_32


def _statistics(numbers: list[int]) -> ReceptionStatistics:
    statistics = ReceptionStatistics(source=7, clock_hz=8000)
    for index, number in enumerate(numbers):
        statistics.take(number % 65536, index * 160, index * 0.02)
    return statistics


@given(BITS_16, st.lists(st.integers(-40, 400), min_size=1, max_size=60))
def test_numbers_grow_through_every_wrap(first: int, steps: list[int]) -> None:
    tracker = SequenceTracker()
    tracker.take((first - 1) % 65536)
    assert tracker.take(first) == first
    highest = first
    for step in steps:
        sent = max(first, highest + step)
        assert tracker.take(sent % 65536) == sent
        highest = max(highest, sent)
    assert tracker.highest == highest
    assert tracker.received == len(steps) + 1


def test_a_source_is_believed_after_two_packets_in_sequence() -> None:
    tracker = SequenceTracker()
    assert [tracker.take(number) for number in (5, 9, 10)] == [None, None, 10]
    assert tracker.is_valid
    assert tracker.expected == 1


def test_one_stray_number_changes_nothing_and_two_in_sequence_restart() -> None:
    tracker = SequenceTracker()
    for number in (10, 11, 12):
        tracker.take(number)
    assert tracker.take(40_000) is None
    assert tracker.take(13) == 13
    assert tracker.take(40_000) is None
    after = tracker.take(40_001)
    assert after is not None
    assert after > 13
    assert after % 65536 == 40_001
    assert (tracker.restarts, tracker.expected, tracker.received) == (1, 1, 1)


@given(BITS_32, st.lists(st.integers(-(2**31) + 1, 2**31 - 1), max_size=30))
def test_timestamps_grow_through_every_wrap(first: int, steps: list[int]) -> None:
    unwrapper = TimestampUnwrapper()
    sent = first
    assert unwrapper.take(sent) == sent
    for step in steps:
        sent += step
        assert unwrapper.take(sent % 2**32) == sent


def test_losses_are_told_since_the_last_report_and_since_the_beginning() -> None:
    statistics = _statistics([*range(65_500, 65_550), *range(65_575, 65_600)])
    first = statistics.make_block()
    assert statistics.packets_lost == 25
    assert (first.packets_lost, first.fraction_lost) == (25, 25 * 256 // 99)
    assert first.highest_sequence == 65_599
    second = statistics.make_block()
    assert (second.packets_lost, second.fraction_lost) == (25, 0)


def test_duplicates_make_losses_negative_and_the_fraction_nought() -> None:
    block = _statistics([1, 2, 3, 3, 3]).make_block()
    assert (block.packets_lost, block.fraction_lost) == (-2, 0)


def test_jitter_follows_the_formula_of_the_standard() -> None:
    estimator = JitterEstimator(8000)
    estimator.take(0, 0.0)
    estimator.take(160, 0.030)
    assert estimator.seconds == pytest.approx(0.010 / 16)
    estimator.take(320, 0.050)
    assert estimator.seconds == pytest.approx(0.010 / 16 * 15 / 16)


def test_jitter_of_an_even_stream_is_nought_and_of_a_shaken_one_its_spread() -> None:
    chance = random.Random(1)
    even, shaken = JitterEstimator(8000), JitterEstimator(8000)
    for index in range(2000):
        even.take(index * 160, index * 0.02)
        shaken.take(index * 160, index * 0.02 + chance.uniform(0, 0.030))
    assert even.units == 0
    # The mean distance of two even draws is a third of their range.
    assert shaken.seconds == pytest.approx(0.010, abs=0.003)


def test_timestamps_set_anew_are_no_jitter() -> None:
    estimator = JitterEstimator(8000)
    estimator.take(0, 0.0)
    estimator.take(1_000_000, 0.02)
    assert estimator.units == 0
