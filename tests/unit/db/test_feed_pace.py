"""How often something is done: never twice within a gap, and the gap of a large floor is longer."""

import math

from hypothesis import given
from hypothesis import strategies as st

from db.change_feed.pace import Pace
from db.change_feed.relay import MAX_LINES_PER_SECOND, READ_GAP_SECONDS, read_gap_seconds


def test_a_relay_for_fifty_desks_is_as_quick_as_for_one() -> None:
    assert read_gap_seconds(50) == read_gap_seconds(1) == READ_GAP_SECONDS


@given(st.integers(0, 5000))
def test_a_large_floor_is_told_less_often_but_within_a_second(desks: int) -> None:
    gap = read_gap_seconds(desks)
    assert READ_GAP_SECONDS <= gap <= 1.0
    assert gap == 1.0 or desks / gap <= MAX_LINES_PER_SECOND * 1.001


def test_a_gap_that_grows_holds_the_next_wish_back() -> None:
    pace = Pace(0.0)
    pace.wish()
    assert pace.take()
    pace.gap_seconds = 3600.0
    assert math.isinf(pace.left_seconds())
    pace.wish()
    assert not pace.take()
    assert 3599.0 < pace.left_seconds() <= 3600.0
