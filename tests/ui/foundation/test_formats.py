"""Times, dates and numbers as people read them."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.formats import format_date, format_duration, format_moment, format_number, format_time
from ui.language import Language, set_language

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if not hasattr(time, "tzset"):
        pytest.skip("this platform cannot change its time zone while running")
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "00:00"),
        (9.99, "00:09"),
        (167, "02:47"),
        (3599, "59:59"),
        (3600, "1:00:00"),
        (3767, "1:02:47"),
        (-3, "00:00"),
    ],
)
def test_a_duration_has_minutes_and_seconds_and_hours_when_needed(
    seconds: float, text: str
) -> None:
    assert format_duration(seconds) == text


@given(st.integers(min_value=0, max_value=10**6))
def test_a_duration_reads_back_as_its_seconds(seconds: int) -> None:
    parts = [int(part) for part in format_duration(seconds).split(":")]
    assert sum(part * 60**place for place, part in enumerate(reversed(parts))) == seconds


@pytest.mark.parametrize(
    ("moment", "english", "chinese"),
    [
        (NOW.replace(hour=9, minute=12), "Today 09:12", "今天 09:12"),
        (NOW - timedelta(days=1), "Yesterday 14:00", "昨天 14:00"),
        (NOW + timedelta(days=1), "Tomorrow 14:00", "明天 14:00"),
        (datetime(2026, 11, 18, 16, 40, tzinfo=UTC), "18 Nov 16:40", "11月18日 16:40"),
        (datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "02 Jan 03:04", "1月2日 03:04"),
        (datetime(2025, 11, 18, 16, 40, tzinfo=UTC), "18 Nov 2025 16:40", "2025年11月18日 16:40"),
    ],
)
def test_a_moment_is_told_as_seen_from_now(moment: datetime, english: str, chinese: str) -> None:
    assert format_moment(moment, NOW) == english
    set_language(Language.ZH)
    assert format_moment(moment, NOW) == chinese


def test_moments_are_told_in_local_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    late = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)
    assert format_moment(late, NOW) == "Today 01:30"
    assert format_time(late) == "01:30"
    assert format_date(late) == "21 Nov 2026"


def test_a_date_has_its_year() -> None:
    assert format_date(date(2019, 3, 4)) == "04 Mar 2019"
    set_language(Language.ZH)
    assert format_date(date(2019, 3, 4)) == "2019年3月4日"


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("+8613800138000", "+86 138 0013 8000"),
        ("+4940300380", "+49 40 300380"),
        ("8001", "8001"),
        ("", ""),
        ("sip:anonymous", "sip:anonymous"),
    ],
)
def test_a_number_is_spaced_when_it_is_one(stored: str, shown: str) -> None:
    assert format_number(stored) == shown
