"""What every test gets: a screenless Qt, patient hypothesis, and a watch on the log."""

import gc
import logging
import os
from collections.abc import Iterator

import hypothesis
import pytest

from tests.logfail import LogGuard

pytest_plugins = ("tests.servers.fixtures", "tests.servers.telephony.fixtures")

# Before any QApplication: tests never open windows on a developer's screen unless told to.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# A busy machine must not fail a property; CI repeats the same examples.
hypothesis.settings.register_profile("desk", deadline=None, derandomize=True)
hypothesis.settings.load_profile("desk")

# As in the program (see `ui.garbage`): no worker thread of a test may come to destroy what a former
# test's window left behind. It crashed a run in Qt's event loop.
gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """Collect on the main thread, between tests, in Python's own rhythm."""
    for generation in (2, 1, 0):
        if gc.get_count()[generation] > gc.get_threshold()[generation]:
            gc.collect(generation)
            return


@pytest.fixture(autouse=True)
def expected_logs(request: pytest.FixtureRequest) -> Iterator[LogGuard]:
    """Fail the test on a log record at WARNING or above that it did not announce.

    Announce with `@pytest.mark.expected_logs("regex", ...)` or, inside the test,
    `expected_logs.expect("regex")`.
    """
    guard = LogGuard(
        pattern for mark in request.node.iter_markers("expected_logs") for pattern in mark.args
    )
    root = logging.getLogger()
    root.addHandler(guard)
    try:
        yield guard
    finally:
        root.removeHandler(guard)
    unexpected = guard.unexpected()
    if unexpected:
        pytest.fail("unexpected log records:\n  " + "\n  ".join(unexpected), pytrace=False)
