"""Until when an answer to a complaint is promised: by the hours of the house."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.complaint import ComplaintForm, Severity, promised_at
from agent_desk.domain.errors import InputError
from agent_desk.domain.working_calendar import WorkingCalendar
from tests.unit.domain.service_cases import ALWAYS, MONDAY, NIGHT, OFFICE

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FRIDAY_16 = MONDAY + 4 * DAY + 7 * HOUR
SATURDAY = MONDAY + 5 * DAY


@pytest.mark.parametrize(
    ("severity", "opened_at", "due"),
    [
        (Severity.CRITICAL, MONDAY, MONDAY + 5 * HOUR),
        (Severity.CRITICAL, FRIDAY_16, MONDAY + 7 * DAY + 2 * HOUR),
        (Severity.HIGH, MONDAY, MONDAY + DAY),
        (Severity.HIGH, FRIDAY_16, FRIDAY_16 + 3 * DAY),
        # A weekend begins nothing: as if it came on Monday morning.
        (Severity.HIGH, SATURDAY, MONDAY + 8 * DAY),
        (Severity.NORMAL, FRIDAY_16, FRIDAY_16 + 5 * DAY),
        (Severity.LOW, MONDAY, MONDAY + 9 * DAY),
    ],
)
def test_an_answer_is_promised_in_working_time(
    severity: Severity, opened_at: datetime, due: datetime
) -> None:
    assert promised_at(ComplaintForm(severity=severity), opened_at, OFFICE) == due


def test_a_house_that_never_closes_counts_every_hour() -> None:
    for severity, within in ((Severity.CRITICAL, 4 * HOUR), (Severity.NORMAL, 3 * DAY)):
        form = ComplaintForm(severity=severity)
        assert promised_at(form, FRIDAY_16, ALWAYS) == FRIDAY_16 + within


def test_a_time_that_was_agreed_holds_whatever_the_hours() -> None:
    form = ComplaintForm(promised_at=SATURDAY)
    assert promised_at(form, MONDAY, OFFICE) == SATURDAY


@given(
    st.sampled_from([OFFICE, NIGHT, ALWAYS]),
    st.timedeltas(timedelta(0), timedelta(days=3000)),
    st.integers(0, 20),
)
def test_days_later_it_is_open_and_more_days_are_later(
    calendar: WorkingCalendar, passed: timedelta, days: int
) -> None:
    at = MONDAY + passed
    due = calendar.days_after(at, days)
    assert calendar.is_open(due)
    assert due >= at + timedelta(days=max(0, days - 1))
    assert calendar.days_after(at, days + 1) > due


def test_a_day_beyond_every_calendar_is_refused() -> None:
    with pytest.raises(InputError):
        OFFICE.days_after(datetime(2999, 12, 1, tzinfo=UTC), 400)
