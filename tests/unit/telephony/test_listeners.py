"""Tests of telephony.listeners."""

from __future__ import annotations

import pytest

from telephony.listeners import Listeners
from tests.logfail import LogGuard


def test_all_are_told_in_the_order_in_which_they_came() -> None:
    told: list[str] = []
    listeners = Listeners[str]()
    listeners.subscribe(lambda event: told.append(f"first {event}"))
    listeners.subscribe(lambda event: told.append(f"second {event}"))
    listeners.tell("ring")
    assert told == ["first ring", "second ring"]


def test_a_listener_that_has_left_hears_nothing_and_may_leave_twice() -> None:
    told: list[str] = []
    listeners = Listeners[str]()
    leave = listeners.subscribe(told.append)
    leave()
    leave()
    listeners.tell("ring")
    assert told == []


def test_a_listener_may_leave_while_it_is_told() -> None:
    told: list[str] = []
    listeners = Listeners[str]()

    def once(event: str) -> None:
        told.append(event)
        leave()

    leave = listeners.subscribe(once)
    listeners.subscribe(told.append)
    listeners.tell("ring")
    listeners.tell("answer")
    assert told == ["ring", "ring", "answer"]


def test_a_broken_listener_is_logged_and_the_others_are_told(
    caplog: pytest.LogCaptureFixture, expected_logs: LogGuard
) -> None:
    told: list[str] = []
    listeners = Listeners[str]()

    expected_logs.expect("A listener failed")

    def broken(event: str) -> None:
        raise ValueError(event)

    listeners.subscribe(broken)
    listeners.subscribe(told.append)
    listeners.tell("ring")
    assert told == ["ring"]
    assert "A listener failed on str" in caplog.text
    assert "ValueError: ring" in caplog.text
