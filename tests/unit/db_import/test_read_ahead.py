"""What a thread makes ready for whoever takes it later."""

from __future__ import annotations

from collections.abc import Generator
from threading import Event, active_count

import pytest

from db.customer_import.read_ahead import read_ahead

_WAIT_SECONDS = 10.0


def counted(last: int, reached: list[int], closed: Event) -> Generator[int, None, None]:
    try:
        for number in range(1, last + 1):
            reached.append(number)
            yield number
    finally:
        closed.set()


def test_results_come_in_order_and_the_thread_has_ended() -> None:
    before, closed = active_count(), Event()
    with read_ahead(counted(50, [], closed), at_most=3) as results:
        assert list(results) == list(range(1, 51))
    assert closed.is_set()
    assert active_count() == before


def test_no_more_than_allowed_wait_and_leaving_closes_the_generator() -> None:
    before, closed = active_count(), Event()
    reached: list[int] = []
    with read_ahead(counted(1_000, reached, closed), at_most=3) as results:
        assert next(results) == 1
    # Those that wait, the one that was taken, and the one that the thread was at.
    assert len(reached) <= 5
    assert closed.is_set()
    assert active_count() == before


def test_the_next_results_are_made_while_nobody_asks() -> None:
    third = Event()

    def telling() -> Generator[int, None, None]:
        yield 1
        yield 2
        third.set()
        yield 3

    with read_ahead(telling(), at_most=3) as results:
        assert next(results) == 1
        assert third.wait(_WAIT_SECONDS)
        assert list(results) == [2, 3]


def test_an_error_comes_after_what_was_there_before() -> None:
    def failing() -> Generator[int, None, None]:
        yield 1
        raise ValueError("torn")

    with read_ahead(failing(), at_most=3) as results:
        assert next(results) == 1
        with pytest.raises(ValueError, match="torn"):
            next(results)


def test_an_error_of_the_taker_ends_the_thread() -> None:
    before, closed = active_count(), Event()
    with pytest.raises(KeyError), read_ahead(counted(1_000, [], closed), at_most=2) as results:
        raise KeyError(next(results))
    assert closed.is_set()
    assert active_count() == before
