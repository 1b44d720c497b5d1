import logging

import pytest

from tests.logfail import LogGuard

pytest_plugins = ["pytester"]

logger = logging.getLogger("desk.test")


def record(message: str, level: int = logging.WARNING) -> logging.LogRecord:
    return logger.makeRecord(logger.name, level, "here.py", 1, message, (), None)


def test_an_unannounced_warning_is_reported_with_level_and_logger() -> None:
    guard = LogGuard()
    guard.handle(record("line 3 lost"))
    assert guard.unexpected() == ["WARNING desk.test: line 3 lost"]


def test_an_announced_warning_is_not_reported() -> None:
    guard = LogGuard(["line . lost"])
    guard.handle(record("line 3 lost"))
    guard.handle(record("line 3 found"))
    assert guard.unexpected() == ["WARNING desk.test: line 3 found"]


def test_a_warning_may_be_announced_after_it_came() -> None:
    guard = LogGuard()
    guard.handle(record("line 3 lost", logging.ERROR))
    guard.expect("lost$")
    assert guard.unexpected() == []


@pytest.mark.expected_logs("announced by the marker")
def test_the_marker_announces(expected_logs: LogGuard) -> None:
    logger.warning("announced by the marker")
    assert expected_logs.unexpected() == []


def test_the_fixture_watches_the_root_logger(expected_logs: LogGuard) -> None:
    logger.info("an ordinary line")
    logger.error("call %s is gone", "c-7")
    assert expected_logs.unexpected() == ["ERROR desk.test: call c-7 is gone"]
    expected_logs.expect("call c-7 is gone")


@pytest.mark.expected_logs("surprise")
def test_a_test_that_warns_without_saying_so_fails(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("from tests.conftest import expected_logs")
    pytester.makepyfile(
        """
        import logging

        def test_it_warns():
            logging.getLogger("desk").warning("surprise")
        """
    )
    result = pytester.runpytest_inprocess("-p", "no:asyncio", "-p", "no:pytest-qt")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*WARNING desk: surprise*"])
