import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.acd import DEFAULT_TARGET_SECONDS, QueueStatus
from agent_desk.domain.identifiers import QueueId
from agent_desk.domain.kpi import (
    ServiceLevelVariant,
    abandon_rate,
    average_speed_of_answer,
    queue_service_level,
    service_level,
)

V = ServiceLevelVariant

# A worked day: 70 answered and 10 abandoned within 20 s, 15 answered later, 3 gave up later,
# 2 still wait beyond 20 s. Service-level events: 70 + 10 + 15 + 3 + 2 = 100.
DAY = QueueStatus(
    queue_id=QueueId("repairs"),
    name="Repairs",
    waiting=4,
    offered=102,
    answered=85,
    answered_in_target=70,
    abandoned=13,
    abandoned_in_target=10,
    waiting_over_target=2,
)


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        (V.ABANDONED_IGNORED, 70 / 90),
        (V.ABANDONED_NEGATIVE, 70 / 100),
        (V.ABANDONED_POSITIVE, 80 / 100),
    ],
)
def test_the_service_level_of_a_worked_day(variant: ServiceLevelVariant, expected: float) -> None:
    assert queue_service_level(DAY, variant) == expected
    assert (
        service_level(answered_in_target=70, abandoned_in_target=10, events=100, variant=variant)
        == expected
    )


def test_abandoned_calls_are_ignored_unless_said_otherwise() -> None:
    assert queue_service_level(DAY) == 70 / 90
    assert service_level(answered_in_target=1, abandoned_in_target=1, events=3) == 0.5


def test_callers_still_within_the_target_do_not_count_yet() -> None:
    quiet = QueueStatus(queue_id=QueueId("q"), name="Q", waiting=3, offered=3)
    assert queue_service_level(quiet) is None


def test_a_caller_who_waits_beyond_the_target_counts_at_once() -> None:
    late = QueueStatus(queue_id=QueueId("q"), name="Q", waiting=1, waiting_over_target=1)
    assert queue_service_level(late) == 0.0


@pytest.mark.parametrize("variant", V)
def test_an_empty_day_has_no_service_level(variant: ServiceLevelVariant) -> None:
    empty = QueueStatus(queue_id=QueueId("q"), name="Q")
    assert queue_service_level(empty, variant) is None


def test_a_day_of_short_abandons_only_has_a_level_by_the_variants_that_count_them() -> None:
    day = QueueStatus(queue_id=QueueId("q"), name="Q", abandoned=2, abandoned_in_target=2)
    assert queue_service_level(day, V.ABANDONED_IGNORED) is None
    assert queue_service_level(day, V.ABANDONED_NEGATIVE) == 0.0
    assert queue_service_level(day, V.ABANDONED_POSITIVE) == 1.0


@given(*[st.integers(0, 1000)] * 5)
def test_a_service_level_is_a_share_and_the_variants_keep_their_order(
    answered: int, answered_late: int, abandoned: int, abandoned_late: int, waiting: int
) -> None:
    events = answered + answered_late + abandoned + abandoned_late + waiting
    ignored, negative, positive = (
        service_level(
            answered_in_target=answered,
            abandoned_in_target=abandoned,
            events=events,
            variant=variant,
        )
        for variant in (V.ABANDONED_IGNORED, V.ABANDONED_NEGATIVE, V.ABANDONED_POSITIVE)
    )
    if ignored is None or negative is None or positive is None:
        assert events == abandoned
    else:
        assert 0.0 <= negative <= ignored <= positive <= 1.0


def test_the_abandon_rate_of_a_worked_day() -> None:
    assert abandon_rate(abandoned=13, offered=102) == 13 / 102
    assert abandon_rate(abandoned=0, offered=5) == 0.0
    assert abandon_rate(abandoned=0, offered=0) is None


def test_the_average_speed_of_answer_counts_answered_calls_only() -> None:
    assert average_speed_of_answer(wait_seconds=0.0 + 12.0 + 48.0, answered=3) == 20.0
    assert average_speed_of_answer(wait_seconds=0.0, answered=0) is None


def test_the_target_is_twenty_seconds_unless_the_queue_says_otherwise() -> None:
    assert DAY.target_seconds == DEFAULT_TARGET_SECONDS == 20.0
