"""How often something is done: never twice within a gap, and the gap of a large floor is longer."""

import math

from hypothesis import given
from hypothesis import strategies as st

from db.change_feed.pace import CONNECTING_SECONDS, Pace, turn_seconds
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


def test_desks_that_lose_their_relay_come_one_after_the_other() -> None:
    turns = sorted(turn_seconds(500) for _ in range(500))
    assert turns[0] >= 0.0
    assert turns[-1] <= 500 * CONNECTING_SECONDS
    # Nowhere more than a few at once: a fifth of them in a fifth of the time, give or take.
    in_time = [int(turn // CONNECTING_SECONDS) // 100 for turn in turns]
    assert all(50 < in_time.count(fifth) < 150 for fifth in range(5))
