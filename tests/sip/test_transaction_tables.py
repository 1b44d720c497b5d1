"""The four tables: complete, closed, and with the times of the RFC."""

from __future__ import annotations

from itertools import product

import pytest

from telephony.sip.transaction.machine import Action, Event, Machine, State, Step, Table, Trigger
from telephony.sip.transaction.tables import (
    INVITE_CLIENT,
    INVITE_SERVER,
    REQUEST_CLIENT,
    REQUEST_SERVER,
)
from telephony.sip.transaction.timing import DEFAULT_TIMINGS, Timer, Timings, first_wait

TABLES = (INVITE_CLIENT, REQUEST_CLIENT, INVITE_SERVER, REQUEST_SERVER)
ALL_TRIGGERS: tuple[Trigger, ...] = (*Event, *Timer)
by_name = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)

# What each state must not react to, although it can happen there: written down so that a step
# that is missing by mistake is seen.
IGNORED: dict[str, dict[State, set[Event]]] = {
    "INVITE client": {
        State.CALLING: {Event.CANCEL},  # RFC 3261 s. 9.1: never before a provisional response
        State.PROCEEDING: {Event.TRANSPORT_ERROR},
        State.COMPLETED: {Event.PROVISIONAL, Event.SUCCESS, Event.CANCEL},
        State.ACCEPTED: {Event.PROVISIONAL, Event.FAILURE, Event.CANCEL, Event.TRANSPORT_ERROR},
    },
    "client": {
        State.TRYING: {Event.CANCEL},
        State.PROCEEDING: {Event.CANCEL},
        State.COMPLETED: {
            *(Event.PROVISIONAL, Event.SUCCESS, Event.FAILURE, Event.CANCEL),
            Event.TRANSPORT_ERROR,
        },
    },
    "INVITE server": {
        State.PROCEEDING: {Event.ACK},
        State.COMPLETED: {Event.PROVISIONAL, Event.SUCCESS, Event.FAILURE},
        State.CONFIRMED: {
            *(Event.REQUEST, Event.ACK, Event.PROVISIONAL, Event.SUCCESS, Event.FAILURE),
            Event.TRANSPORT_ERROR,
        },
        State.ACCEPTED: {Event.REQUEST, Event.PROVISIONAL, Event.FAILURE},
    },
    "server": {
        State.TRYING: {Event.REQUEST, Event.ACK, Event.TRANSPORT_ERROR},
        State.PROCEEDING: {Event.ACK},
        State.COMPLETED: {Event.ACK, Event.PROVISIONAL, Event.SUCCESS, Event.FAILURE},
    },
}
CAN_HAPPEN = {
    "INVITE client": {*Event} - {Event.REQUEST, Event.ACK},
    "client": {*Event} - {Event.REQUEST, Event.ACK},
    "INVITE server": {*Event} - {Event.CANCEL},
    "server": {*Event} - {Event.CANCEL},
}


def states_of(table: Table) -> set[State]:
    return {state for state, _ in table.steps}


def machine(table: Table, *, reliable: bool = False) -> Machine:
    return Machine(table=table, timings=DEFAULT_TIMINGS, reliable=reliable, label="test")


@by_name
def test_every_event_in_every_state_has_a_step_or_is_ignored_on_purpose(table: Table) -> None:
    for state, event in product(states_of(table), CAN_HAPPEN[table.name]):
        has_step = (state, event) in table.steps
        assert has_step != (event in IGNORED[table.name][state]), (state, event)
    assert {s for s, t in table.steps if isinstance(t, Event)} <= set(IGNORED[table.name])


@by_name
def test_a_timer_has_a_step_exactly_where_it_lives(table: Table) -> None:
    for state, timer in product(State, Timer):
        lives = timer in table.lives.get(state, frozenset())
        assert ((state, timer) in table.steps) == lives, (state, timer)


@by_name
def test_a_step_starts_only_timers_that_live_where_it_leads(table: Table) -> None:
    assert set(table.arms) <= table.lives.get(table.begins_in, frozenset())
    for step in table.steps.values():
        assert set(step.arm) <= table.lives.get(step.to, frozenset())


@by_name
def test_every_state_is_reached_and_can_be_left(table: Table) -> None:
    reached = {table.begins_in}
    for _ in State:
        reached |= {step.to for (state, _), step in table.steps.items() if state in reached}
    assert reached == {*states_of(table), State.TERMINATED}
    ends = {State.TERMINATED}
    for _ in State:
        ends |= {state for (state, _), step in table.steps.items() if step.to in ends}
    assert ends == reached


@by_name
@pytest.mark.parametrize("reliable", [True, False])
def test_every_pair_does_what_the_table_says(table: Table, reliable: bool) -> None:
    for state, trigger in product(State, ALL_TRIGGERS):
        tried = machine(table, reliable=reliable)
        tried.state = state
        step = table.steps.get((state, trigger), Step(state))
        assert tried.fire(trigger, 0.0) == step.actions
        assert tried.state is step.to


@by_name
def test_a_state_that_waits_for_no_peer_has_a_timer(table: Table) -> None:
    """PROCEEDING of an INVITE and a server's first state wait for a person; no other may."""
    for state in states_of(table) - {State.PROCEEDING, State.TRYING}:
        assert table.lives[state]


def sends(table: Table, *, reliable: bool, events: dict[float, Event]) -> list[float]:
    """Return when a message is sent again, and as the last figure when it is over."""
    tried = machine(table, reliable=reliable)
    tried.start(0.0)
    times: list[float] = []
    pending = dict(events)
    while True:
        ways = [*pending, *([tried.deadline] if tried.deadline is not None else [])]
        now = min(ways)
        trigger = pending.pop(now, None) or tried.due(now)
        assert trigger is not None
        if Action.SEND in tried.fire(trigger, now) and isinstance(trigger, Timer):
            times.append(now)
        if tried.is_over:
            return [*times, now]


def test_an_invite_is_sent_seven_times_in_32_seconds() -> None:
    assert sends(INVITE_CLIENT, reliable=False, events={}) == [0.5, 1.5, 3.5, 7.5, 15.5, 31.5, 32.0]


def test_nothing_is_sent_again_over_a_reliable_transport() -> None:
    assert sends(INVITE_CLIENT, reliable=True, events={}) == [32.0]
    assert sends(REQUEST_CLIENT, reliable=True, events={}) == [32.0]


def test_a_request_is_sent_at_intervals_of_at_most_four_seconds() -> None:
    expected = [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5, 32.0]
    assert sends(REQUEST_CLIENT, reliable=False, events={}) == expected


def test_a_failure_is_sent_until_its_ack() -> None:
    expected = [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5, 32.0]
    assert sends(INVITE_SERVER, reliable=False, events={0.0: Event.FAILURE}) == expected
    acked = sends(INVITE_SERVER, reliable=False, events={0.0: Event.FAILURE, 2.0: Event.ACK})
    assert acked == [0.5, 1.5, 7.0]


def test_ringing_has_no_end_until_it_is_cancelled() -> None:
    ringing = machine(INVITE_CLIENT)
    ringing.start(0.0)
    ringing.fire(Event.PROVISIONAL, 1.0)
    assert ringing.deadline is None
    ringing.fire(Event.CANCEL, 90.0)
    assert ringing.deadline == 122.0


def test_a_slow_user_is_covered_by_a_100() -> None:
    waiting = machine(INVITE_SERVER)
    waiting.start(0.0)
    assert waiting.deadline == pytest.approx(0.2)
    assert waiting.fire(Timer.TRYING, 0.2) == (Action.SEND_TRYING,)
    assert waiting.deadline is None


@pytest.mark.parametrize(
    ("timer", "unreliable", "reliable"),
    [
        (Timer.A, 0.5, None),
        (Timer.B, 32.0, 32.0),
        (Timer.D, 32.0, 0.0),
        (Timer.E, 0.5, None),
        (Timer.F, 32.0, 32.0),
        (Timer.G, 0.5, None),
        (Timer.H, 32.0, 32.0),
        (Timer.I, 5.0, 0.0),
        (Timer.J, 32.0, 0.0),
        (Timer.K, 5.0, 0.0),
        (Timer.L, 32.0, 32.0),
        (Timer.M, 32.0, 32.0),
    ],
)
def test_timers_are_those_of_table_4(
    timer: Timer, unreliable: float, reliable: float | None
) -> None:
    assert first_wait(timer, DEFAULT_TIMINGS, reliable=False) == unreliable
    assert first_wait(timer, DEFAULT_TIMINGS, reliable=True) == reliable


def test_late_failures_are_absorbed_for_32_seconds_at_least() -> None:
    assert first_wait(Timer.D, Timings(t1=0.1), reliable=False) == 32.0
    assert first_wait(Timer.D, Timings(t1=1.0), reliable=False) == 64.0
