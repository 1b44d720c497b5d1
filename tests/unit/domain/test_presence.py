"""Who is gone, who is shown, and whose figures count."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.acd import QueueStatus
from agent_desk.domain.agent import AgentState
from agent_desk.domain.call import CallDirection, LocalConnectionState
from agent_desk.domain.event_log import from_payload, to_payload
from agent_desk.domain.identifiers import AgentId, CallId, DeskId, QueueId
from agent_desk.domain.presence import (
    BEAT_SECONDS,
    GONE_AFTER_SECONDS,
    DeskPresence,
    DeskReport,
    PresentCall,
    floor_of,
    is_gone,
    newest_queues,
)

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def desk(name: str, *, key: str = "", gone: bool = False, reported_ago: float = 0.0, **fields):  # type: ignore[no-untyped-def]
    report = DeskReport(
        desk_id=DeskId(key or name),
        agent_id=AgentId(name),
        agent_name=name,
        state=AgentState.READY,
        **fields,
    )
    at = AT - timedelta(seconds=reported_ago)
    return DeskPresence(report=report, reported_at=at, heartbeat_at=at, gone=gone)


def names(desks: tuple[DeskPresence, ...]) -> list[str]:
    return [desk.report.desk_id for desk in desks]


def test_two_lost_beats_are_forgiven_and_a_third_is_not() -> None:
    assert 2 * BEAT_SECONDS < GONE_AFTER_SECONDS < 3 * BEAT_SECONDS


def test_a_dead_desk_is_noticed_and_its_calls_closed_within_ten_seconds() -> None:
    gathered = 0.1
    assert GONE_AFTER_SECONDS + BEAT_SECONDS + gathered < 10.0


@given(st.floats(-86_400, 86_400))
def test_only_silence_makes_a_desk_gone(seconds: float) -> None:
    heartbeat = AT - timedelta(seconds=seconds)
    silence = (AT - heartbeat).total_seconds()

    assert is_gone(heartbeat, AT) is (silence >= GONE_AFTER_SECONDS)


@given(st.timedeltas(), st.floats(0, 60))
def test_no_step_of_the_desks_clock_is_seen(step: timedelta, silence: float) -> None:
    """What is compared comes from one clock: there is nothing that a desk's clock could move."""
    floor = floor_of([desk("A", reported_ago=silence, state_seconds=90.0)], AT)

    (shown,) = floor.desks
    assert shown.state_since == AT - timedelta(seconds=silence) - timedelta(seconds=90)


def test_desks_stand_by_name_whatever_the_letters_case() -> None:
    floor = floor_of([desk("ben"), desk("Anna"), desk("Chen")], AT)

    assert names(floor.desks) == ["Anna", "ben", "Chen"]


def test_a_lost_desk_is_shown_until_its_agent_sits_elsewhere() -> None:
    lost = desk("Anna", key="old", gone=True)

    assert names(floor_of([lost, desk("Ben")], AT).desks) == ["old", "Ben"]
    assert names(floor_of([lost, desk("Anna", key="new")], AT).desks) == ["new"]


def test_the_newest_figures_of_a_queue_count_and_none_of_the_dead() -> None:
    def figures(key: str, waiting: int) -> tuple[QueueStatus, ...]:
        return (QueueStatus(queue_id=QueueId(key), name=key, waiting=waiting),)

    desks = [
        desk("new", reported_ago=1, queues=figures("support", 2)),
        desk("old", reported_ago=5, queues=figures("support", 9)),
        desk("dead", gone=True, queues=figures("support", 7)),
        desk("other", queues=figures("billing", 4)),
    ]

    assert [(q.queue_id, q.waiting) for q in newest_queues(desks)] == [
        ("billing", 4),
        ("support", 2),
    ]


def test_desks_that_know_their_own_calls_alone_are_added_up() -> None:
    def share(answered: int) -> tuple[QueueStatus, ...]:
        queue = QueueStatus(
            queue_id=QueueId("support"),
            name="Support",
            is_own_share=True,
            offered=answered + 1,
            answered=answered,
            abandoned=1,
        )
        return (queue,)

    desks = [desk("one", queues=share(4)), desk("two", queues=share(3))]
    (support,) = newest_queues(desks)
    assert (support.offered, support.answered, support.abandoned) == (9, 7, 2)
    assert support.is_own_share


def test_a_call_lasts_until_the_last_sign_of_life() -> None:
    call = PresentCall(
        call_id=CallId("c-1"),
        direction=CallDirection.INBOUND,
        state=LocalConnectionState.CONNECTED,
        seconds=40.0,
    )
    found = replace(
        desk("A", reported_ago=20, calls=(call,)), heartbeat_at=AT - timedelta(seconds=5)
    )

    assert found.lasted(CallId("c-1")) == timedelta(seconds=40 + 15)
    assert found.lasted(CallId("c-2")) is None


def test_a_report_survives_its_way_through_json() -> None:
    report = desk(
        "A",
        state_seconds=1.5,
        queues=(QueueStatus(queue_id=QueueId("q"), name="Q", name_zh="队列"),),
    ).report

    assert from_payload(DeskReport, to_payload(report)) == report
