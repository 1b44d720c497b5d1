"""The watchdog ends waits from outside: politely first, then for good."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from db.giving_up import GivingUp
from db.socket_watchdog import GRACE_SECONDS, SocketWatchdog

PATIENCE_SECONDS = 30.0


class Line:
    """A wait that ends when it is cancelled, unless deaf, or shut down."""

    def __init__(self, *, is_deaf: bool = False) -> None:
        self.ended = threading.Event()
        self.calls: list[str] = []
        self._is_deaf = is_deaf

    def cancel(self, *, timeout_seconds: float) -> None:
        assert timeout_seconds == GRACE_SECONDS
        self.calls.append("cancel")
        if not self._is_deaf:
            self.ended.set()

    def shut_down(self) -> None:
        self.calls.append("shut down")
        self.ended.set()

    def wait(self) -> None:
        assert self.ended.wait(PATIENCE_SECONDS)


@pytest.fixture
def watchdog() -> Iterator[SocketWatchdog]:
    watchdog = SocketWatchdog()
    yield watchdog
    watchdog.close()


def test_a_wait_that_ends_in_time_is_left_alone(watchdog: SocketWatchdog) -> None:
    line = Line()

    with watchdog.watching(line, limit_seconds=PATIENCE_SECONDS) as watch:
        pass

    assert line.calls == []
    assert not watch.was_ended


def test_a_server_that_obeys_keeps_its_connection(watchdog: SocketWatchdog) -> None:
    line = Line()

    with watchdog.watching(line, limit_seconds=0.01) as watch:
        line.wait()

    assert line.calls == ["cancel"]
    assert watch.was_cancelled
    assert not watch.was_shut_down


def test_a_deaf_server_loses_its_socket(watchdog: SocketWatchdog) -> None:
    line = Line(is_deaf=True)

    with watchdog.watching(line, limit_seconds=0.01) as watch:
        line.wait()

    assert line.calls == ["cancel", "shut down"]
    assert watch.was_shut_down


def test_a_commit_is_never_cancelled(watchdog: SocketWatchdog) -> None:
    line = Line()

    # Long enough for a busy machine to reach the next line.
    with watchdog.watching(line, limit_seconds=0.5) as watch:
        assert watch.may_commit()
        line.wait()

    assert line.calls == ["shut down"]


def test_what_was_cancelled_is_not_committed(watchdog: SocketWatchdog) -> None:
    line = Line()

    with watchdog.watching(line, limit_seconds=0.01) as watch:
        line.wait()
        assert not watch.may_commit()


def test_giving_up_does_not_wait_for_the_limit(watchdog: SocketWatchdog) -> None:
    line, giving_up = Line(), GivingUp()

    with watchdog.watching(line, limit_seconds=PATIENCE_SECONDS * 10, giving_up=giving_up):
        threading.Thread(target=giving_up.set).start()
        line.wait()

    assert line.calls == ["cancel"]


def test_who_gave_up_before_is_not_served(watchdog: SocketWatchdog) -> None:
    line, giving_up = Line(), GivingUp()
    giving_up.set()

    with watchdog.watching(line, limit_seconds=PATIENCE_SECONDS * 10, giving_up=giving_up):
        line.wait()

    assert line.calls == ["cancel"]


def test_giving_up_afterwards_touches_nothing(watchdog: SocketWatchdog) -> None:
    line, giving_up = Line(), GivingUp()
    with watchdog.watching(line, limit_seconds=PATIENCE_SECONDS, giving_up=giving_up):
        pass

    giving_up.set()
    probe = Line()
    with watchdog.watching(probe, limit_seconds=0.01):
        probe.wait()

    assert line.calls == []


def test_a_later_wait_with_an_earlier_limit_is_ended_first(watchdog: SocketWatchdog) -> None:
    patient, hasty = Line(), Line()

    with (
        watchdog.watching(patient, limit_seconds=PATIENCE_SECONDS * 10),
        watchdog.watching(hasty, limit_seconds=0.01),
    ):
        hasty.wait()

    assert patient.calls == []


def test_a_wait_ends_only_after_its_cancel_request(watchdog: SocketWatchdog) -> None:
    asked, answered = threading.Event(), threading.Event()

    class SlowLine(Line):
        def cancel(self, *, timeout_seconds: float) -> None:
            asked.set()
            assert answered.wait(PATIENCE_SECONDS)
            self.calls.append("cancel")

    line = SlowLine()
    with watchdog.watching(line, limit_seconds=0.01):
        assert asked.wait(PATIENCE_SECONDS)
        threading.Timer(0.05, answered.set).start()

    # Else the request would hit what the connection does next.
    assert line.calls == ["cancel"]


def test_giving_up_ends_present_and_later_waits_without_asking(watchdog: SocketWatchdog) -> None:
    present, later = Line(), Line()

    with watchdog.watching(present, limit_seconds=PATIENCE_SECONDS):
        watchdog.give_up()
        present.wait()
    with watchdog.watching(later, limit_seconds=PATIENCE_SECONDS):
        later.wait()

    assert present.calls == later.calls == ["shut down"]


def test_after_giving_up_nothing_is_committed_and_a_commit_is_not_waited_for(
    watchdog: SocketWatchdog,
) -> None:
    late, begun = Line(), Line()

    with watchdog.watching(begun, limit_seconds=PATIENCE_SECONDS) as watch:
        assert watch.may_commit()
        watchdog.give_up()
        begun.wait()
    with watchdog.watching(late, limit_seconds=PATIENCE_SECONDS) as watch:
        assert not watch.may_commit()

    assert begun.calls == ["shut down"]
