"""The closing gate's other door: attempts on three days, each on a day that was one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.errors import ClosingGateError, InputError
from agent_desk.domain.identifiers import AgentId, InteractionId, WorkOrderId
from agent_desk.domain.verification import (
    DAYS_OF_ATTEMPTS,
    VerificationAttempt,
    days_of,
    require_attempt_day,
    require_override,
    require_satisfaction,
)

NOW = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
DAYS = st.dates(date(2026, 3, 1), date(2026, 3, 6))


def attempt(day: date, round: int = 1) -> VerificationAttempt:
    return VerificationAttempt(
        order_id=WorkOrderId("o"),
        round=round,
        call=InteractionId(f"{day}-{round}"),
        day=day,
        at=NOW,
        actor=AgentId("1001"),
    )


@given(st.lists(st.tuples(DAYS, st.integers(1, 2)), max_size=8))
def test_a_supervisor_may_close_after_three_different_days_of_this_round(
    made: list[tuple[date, int]],
) -> None:
    days = days_of([attempt(day, round) for day, round in made], round=2)

    assert days == len({day for day, round in made if round == 2})
    if days >= DAYS_OF_ATTEMPTS:
        require_override("Work order 118", days)
    else:
        with pytest.raises(ClosingGateError, match=f"Work order 118 .* on {days} days"):
            require_override("Work order 118", days)


def test_a_day_is_one_that_it_is_somewhere_at_that_moment() -> None:
    require_attempt_day(date(2026, 3, 2), NOW)
    require_attempt_day(date(2026, 3, 3), NOW)
    for day in (date(2026, 3, 1), date(2026, 3, 4)):
        with pytest.raises(InputError) as caught:
            require_attempt_day(day, NOW)
        assert caught.value.details == {
            "field": "day",
            "value": day.isoformat(),
            "accepted": "the day of the call, 2026-03-02 to 2026-03-03",
        }
    require_attempt_day(date(2026, 3, 1), NOW - timedelta(hours=22))


def test_satisfaction_is_on_its_scale_or_was_not_asked() -> None:
    for score in (None, 1, 5):
        require_satisfaction(score)
    for wrong in (0, 6, -1):
        with pytest.raises(InputError, match="from 1 to 5"):
            require_satisfaction(wrong)
