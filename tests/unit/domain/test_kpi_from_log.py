"""Figures that are rebuilt from the log: handling time, occupancy, FCR, loop, abandonment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.agent import AgentState, AgentStateChangedEvent, AgentStatus
from agent_desk.domain.call import CallDirection
from agent_desk.domain.case_loop import CaseLoop, case_loop
from agent_desk.domain.event_log import LoggedEvent, Stream, agent_event_record, to_payload
from agent_desk.domain.first_contact import FcrVariant, first_contact_resolution
from agent_desk.domain.handle_time import HandleTime, handle_time
from agent_desk.domain.identifiers import (
    AgentId,
    CallId,
    CategoryId,
    CustomerId,
    EventId,
    InteractionId,
    TicketId,
)
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.kpi import SHORT_ABANDON_SECONDS, Abandonment, abandonment, percentile
from agent_desk.domain.log_fold import agent_changes_of, interactions_of, tickets_of
from agent_desk.domain.occupancy import Occupancy, occupancy
from agent_desk.domain.ticket import Priority, Ticket, TicketState

EIGHT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
NINE = EIGHT + timedelta(hours=1)
TEN = EIGHT + timedelta(hours=2)
ONE, TWO = AgentId("a1"), AgentId("a2")
OUTBOUND = CallDirection.OUTBOUND


def at(seconds: float) -> datetime:
    return EIGHT + timedelta(seconds=seconds)


def a_call(
    number: int = 1,
    *,
    begins: float = 0,
    answered: float | None = 10,
    ended: float | None = 190,
    wrapped: float | None = 220,
    held: float = 0.0,
    direction: CallDirection = CallDirection.INBOUND,
) -> Interaction:
    """Return the record of a call; times in seconds after eight o'clock, None for not yet."""
    return Interaction(
        id=InteractionId(f"i{number}"),
        call_id=CallId(f"c{number}"),
        agent_id=ONE,
        direction=direction,
        number="+8613800138000",
        began_at=at(begins),
        answered_at=None if answered is None else at(answered),
        ended_at=None if ended is None else at(ended),
        wrap_up_ended_at=None if wrapped is None else at(wrapped),
        held_seconds=held,
    )


def a_ticket(number: int = 1, **fields: object) -> Ticket:
    values: dict[str, object] = {
        "state": TicketState.RESOLVED,
        "opened_at": EIGHT,
        "opened_in": InteractionId(f"i{number}"),
        **fields,
    }
    return Ticket(
        id=TicketId(f"t{number}"),
        number=number,
        customer_id=CustomerId("c1"),
        category_id=CategoryId("bill"),
        subject="Bill",
        description="",
        priority=Priority.P3,
        owner=ONE,
        **values,  # type: ignore[arg-type]
    )


def becomes(state: AgentState, seconds: float, agent: AgentId = ONE) -> AgentStateChangedEvent:
    status = AgentStatus(agent_id=agent, state=state, since=at(seconds))
    return AgentStateChangedEvent(at=at(seconds), status=status)


def logged(
    stream: Stream, stream_id: str, value: object, number: int, **more: object
) -> LoggedEvent:
    return LoggedEvent(
        id=EventId(f"00000000-0000-7000-8000-{number:012d}"),
        stream=stream,
        stream_id=stream_id,
        kind="Changed",
        at=at(number),
        actor=ONE,
        payload={**to_payload(value), **more},
    )


# The log


def test_records_are_what_their_newest_event_says() -> None:
    older, newer = a_call(wrapped=None), a_call(wrapped=220)
    resolved = a_ticket()
    reopened = replace(resolved, state=TicketState.REOPENED, version=2)
    log = [
        logged(Stream.INTERACTION, "i1", older, 1),
        logged(Stream.TICKET, "t1", resolved, 2, interaction_id="i1"),
        logged(Stream.INTERACTION, "i1", newer, 3),
        logged(Stream.TICKET, "t1", reopened, 4, reason="not paid yet"),
        agent_event_record(becomes(AgentState.READY, 5), id=EventId("e5")),
    ]
    assert interactions_of(log) == {"i1": newer}
    assert tickets_of(log) == {"t1": reopened}
    assert agent_changes_of(log) == (becomes(AgentState.READY, 5),)


def test_an_event_that_is_read_twice_changes_nothing() -> None:
    event = logged(Stream.INTERACTION, "i1", a_call(), 1)
    assert interactions_of([event, event]) == interactions_of([event])


# Handling time


def test_the_handling_time_of_a_worked_hour() -> None:
    records = [
        a_call(1, answered=10, ended=190, wrapped=220, held=60),
        a_call(2, begins=300, answered=320, ended=380, wrapped=400, direction=OUTBOUND),
    ]
    found = handle_time(records, since=EIGHT, until=NINE)
    assert found == HandleTime(
        handled=2,
        talk_seconds=120 + 60,
        hold_seconds=60,
        after_call_seconds=30 + 20,
        dialling_seconds=20,
    )
    assert found.average_seconds == (180 + 60 + 50 + 20) / 2


@pytest.mark.parametrize(
    "record",
    [
        a_call(answered=None, ended=20, wrapped=None),
        a_call(ended=None, wrapped=None),
        a_call(wrapped=None),
        a_call(direction=CallDirection.INTERNAL),
    ],
    ids=["missed", "still talking", "still in after-call work", "internal"],
)
def test_a_call_that_is_not_handled_yet_or_never_does_not_count(record: Interaction) -> None:
    found = handle_time([record], since=EIGHT, until=NINE)
    assert (found, found.average_seconds) == (HandleTime(), None)


def test_a_call_is_booked_where_its_after_call_work_ends() -> None:
    over_the_hour = a_call(begins=3500, answered=3510, ended=3590, wrapped=3610)
    assert handle_time([over_the_hour], since=EIGHT, until=NINE).handled == 0
    assert handle_time([over_the_hour], since=NINE, until=TEN).handled == 1


LENGTHS = st.integers(0, 3600)


@st.composite
def handled_calls(draw: st.DrawFn) -> Interaction:
    ring, talk, work = draw(LENGTHS), draw(LENGTHS), draw(LENGTHS)
    begins = draw(LENGTHS)
    return a_call(
        draw(st.integers(1, 10**6)),
        begins=begins,
        answered=begins + ring,
        ended=begins + ring + talk,
        wrapped=begins + ring + talk + work,
        held=draw(st.floats(0, 4000)),
        direction=draw(st.sampled_from([CallDirection.INBOUND, OUTBOUND])),
    )


@given(st.lists(handled_calls(), max_size=8), LENGTHS)
def test_two_intervals_book_together_what_the_whole_day_books(
    records: list[Interaction], cut: int
) -> None:
    end = EIGHT + timedelta(days=1)
    day = handle_time(records, since=EIGHT, until=end)
    early = handle_time(records, since=EIGHT, until=at(cut))
    late = handle_time(records, since=at(cut), until=end)
    assert day.handled == early.handled + late.handled == len(records)
    assert day.total_seconds == pytest.approx(early.total_seconds + late.total_seconds)


@given(handled_calls())
def test_no_second_of_a_call_counts_twice_or_is_lost(record: Interaction) -> None:
    found = handle_time([record], since=EIGHT, until=EIGHT + timedelta(days=1))
    assert record.wrap_up_ended_at is not None
    assert record.answered_at is not None
    begin = record.began_at if record.direction is OUTBOUND else record.answered_at
    assert found.total_seconds == pytest.approx((record.wrap_up_ended_at - begin).total_seconds())
    assert min(found.talk_seconds, found.hold_seconds) >= 0


# Occupancy

S = AgentState


def test_the_occupancy_of_a_worked_hour() -> None:
    changes = [
        becomes(S.NOT_READY, 0),
        becomes(S.READY, 600),
        becomes(S.BUSY, 1200),
        becomes(S.WORKING_AFTER_CALL, 1500),
        becomes(S.READY, 1560),
        becomes(S.NOT_READY, 1800),
    ]
    found = occupancy(changes, since=EIGHT, until=NINE)
    assert found == Occupancy(handling_seconds=360, ready_seconds=840)
    assert found.share == 0.3


def test_a_call_made_out_of_a_break_is_no_time_on_queue() -> None:
    changes = [
        becomes(S.NOT_READY, 0),
        becomes(S.BUSY, 100),
        becomes(S.WORKING_AFTER_CALL, 200),
        becomes(S.NOT_READY, 250),
    ]
    assert occupancy(changes, since=EIGHT, until=NINE) == Occupancy()


def test_a_state_goes_on_until_the_end_and_began_before_the_beginning() -> None:
    ready_since_seven = [becomes(S.READY, -3600)]
    assert occupancy(ready_since_seven, since=EIGHT, until=NINE).ready_seconds == 3600
    assert occupancy(ready_since_seven, since=EIGHT, until=NINE).share == 0.0


def test_nobody_on_queue_has_no_occupancy() -> None:
    assert occupancy([], since=EIGHT, until=NINE).share is None


def test_agents_are_told_apart_and_added_up() -> None:
    changes = [
        becomes(S.READY, 0, ONE),
        becomes(S.NOT_READY, 10, TWO),
        becomes(S.READY, 20, TWO),
        becomes(S.BUSY, 30, TWO),
    ]
    found = occupancy(changes, since=EIGHT, until=at(100))
    assert found == Occupancy(handling_seconds=70, ready_seconds=110)


@st.composite
def days(draw: st.DrawFn) -> Sequence[AgentStateChangedEvent]:
    moments = sorted(draw(st.lists(st.integers(-600, 3600), max_size=12, unique=True)))
    return [
        becomes(draw(st.sampled_from(S)), moment, draw(st.sampled_from([ONE, TWO])))
        for moment in moments
    ]


@given(days(), st.integers(0, 3600))
def test_occupancy_is_a_share_and_two_intervals_add_up(
    changes: Sequence[AgentStateChangedEvent], cut: int
) -> None:
    whole = occupancy(changes, since=EIGHT, until=NINE)
    parts = [
        occupancy(changes, since=EIGHT, until=at(cut)),
        occupancy(changes, since=at(cut), until=NINE),
    ]
    assert whole.handling_seconds == sum(part.handling_seconds for part in parts)
    assert whole.ready_seconds == sum(part.ready_seconds for part in parts)
    assert whole.handling_seconds + whole.ready_seconds <= 2 * 3600
    assert whole.share is None or 0.0 <= whole.share <= 1.0


@given(days().flatmap(lambda changes: st.permutations([*changes, *changes])))
def test_occupancy_does_not_depend_on_order_or_repetition_in_the_log(
    mixed: Sequence[AgentStateChangedEvent],
) -> None:
    once = {change.at: change for change in mixed}
    expected = occupancy(once.values(), since=EIGHT, until=NINE)
    assert occupancy(mixed, since=EIGHT, until=NINE) == expected


# First-contact resolution


def test_first_contact_resolution_three_ways() -> None:
    tickets = [
        a_ticket(1, fcr_claimed=True, fcr_confirmed=True),
        a_ticket(2, fcr_claimed=True),
        a_ticket(3, fcr_claimed=True, fcr_withdrawn_at=NINE, fcr_confirmed=False),
        a_ticket(4),
        a_ticket(5, fcr_claimed=True, opened_in=None),
        a_ticket(6, fcr_claimed=True, opened_at=NINE),
    ]
    found = first_contact_resolution(tickets, since=EIGHT, until=NINE)
    assert (found.contacts, found.asked) == (4, 2)
    assert [found.share(variant) for variant in FcrVariant] == [0.75, 0.5, 0.25]


@pytest.mark.parametrize("variant", FcrVariant)
def test_without_a_contact_there_is_no_resolution(variant: FcrVariant) -> None:
    assert first_contact_resolution([], since=EIGHT, until=NINE).share(variant) is None


@given(
    st.lists(
        st.builds(
            a_ticket,
            st.integers(1, 99),
            fcr_claimed=st.booleans(),
            fcr_withdrawn_at=st.none() | st.just(NINE),
            fcr_confirmed=st.none() | st.booleans(),
            opened_in=st.none() | st.just(InteractionId("i1")),
        ),
        max_size=20,
    )
)
def test_no_variant_is_above_the_agents_claim(tickets: list[Ticket]) -> None:
    found = first_contact_resolution(tickets, since=EIGHT, until=NINE)
    assert max(found.no_repeat, found.confirmed) <= found.claimed <= found.contacts
    assert found.confirmed <= found.asked <= found.claimed


# The loop


def test_the_loop_goes_from_the_first_ring_to_the_confirmed_closure() -> None:
    calls = {f"i{n}": a_call(n, begins=0) for n in (1, 2, 3)}
    tickets = [
        a_ticket(n, state=TicketState.CLOSED, closed_at=at(length))
        for n, length in ((1, 600), (2, 1200), (3, 3000))
    ]
    found = case_loop(tickets, calls, since=EIGHT, until=NINE)
    assert found == CaseLoop(closed=3, median_seconds=1200, p90_seconds=2640)


def test_a_case_that_is_open_again_or_was_closed_elsewhere_in_time_is_not_booked() -> None:
    calls = {"i1": a_call(1)}
    open_again = a_ticket(1, state=TicketState.REOPENED, closed_at=None)
    later = a_ticket(1, state=TicketState.CLOSED, closed_at=TEN)
    assert case_loop([open_again, later], calls, since=EIGHT, until=NINE) == CaseLoop()


def test_a_closed_case_whose_call_is_unknown_is_counted_apart() -> None:
    logged_without_call = a_ticket(1, state=TicketState.CLOSED, closed_at=EIGHT, opened_in=None)
    older_log = a_ticket(2, state=TicketState.CLOSED, closed_at=EIGHT)
    found = case_loop([logged_without_call, older_log], {}, since=EIGHT, until=NINE)
    assert found == CaseLoop(closed=0, without_call=2)


@given(st.lists(st.integers(0, 10**6), min_size=1), st.floats(0, 100), st.floats(0, 100))
def test_a_percentile_lies_within_the_values_and_rises(
    values: list[int], one: float, other: float
) -> None:
    ordered = sorted(values)
    low, high = (percentile(ordered, percent) for percent in sorted((one, other)))
    assert low is not None
    assert high is not None
    assert ordered[0] <= low
    assert low <= high or low == pytest.approx(high)
    assert high <= ordered[-1] or high == pytest.approx(ordered[-1])
    assert percentile(ordered, 0) == ordered[0]
    assert percentile(ordered, 100) == ordered[-1]


def test_a_percentile_is_linear_between_the_nearest_ranks() -> None:
    steps = [percentile([10, 20, 30, 40], percent) for percent in (0, 25, 50, 75, 100)]
    assert steps == [10, 17.5, 25, 32.5, 40]
    assert all(b - a == 7.5 for a, b in pairwise(steps) if a is not None and b is not None)
    assert percentile([], 50) is None


# Abandonment


def test_short_abandons_are_listed_apart() -> None:
    found = abandonment(answered=16, abandoned_after_seconds=[1.0, 4.99, 5.0, 60.0])
    assert found == Abandonment(offered=20, abandoned=4, short=2)
    assert found.rate == 0.2
    assert found.rate_without_short == 2 / 18


def test_a_queue_that_was_only_called_by_mistake_has_no_rate_without_short_ones() -> None:
    found = abandonment(answered=0, abandoned_after_seconds=[1.0])
    assert (found.rate, found.rate_without_short) == (1.0, None)


@given(st.integers(0, 1000), st.lists(st.floats(0, 600)))
def test_leaving_short_abandons_out_never_raises_the_rate(
    answered: int, waits: list[float]
) -> None:
    found = abandonment(answered=answered, abandoned_after_seconds=waits)
    assert found.short == sum(wait < SHORT_ABANDON_SECONDS for wait in waits)
    if found.rate is None or found.rate_without_short is None:
        assert answered + len(waits) == found.short
    else:
        assert 0.0 <= found.rate_without_short <= found.rate <= 1.0
