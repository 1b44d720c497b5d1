import dataclasses
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain import call_events
from agent_desk.domain.call import Call, CallDirection, LocalConnectionState
from agent_desk.domain.call_events import (
    CallClearedEvent,
    CallEvent,
    ConferencedEvent,
    ConnectionClearedEvent,
    DeliveredEvent,
    DivertedEvent,
    EstablishedEvent,
    FailedEvent,
    HeldEvent,
    OriginatedEvent,
    RetrievedEvent,
    ServiceInitiatedEvent,
    TransferredEvent,
)
from agent_desk.domain.call_table import Calls, active_call, advance
from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.identifiers import CallId, DeviceId, QueueId

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
S = LocalConnectionState
DESK = DeviceId("1001")
COLLEAGUE = DeviceId("1002")
CUSTOMER = DeviceId("+8613800138000")
HOTLINE = DeviceId("4008208820")
FIRST = CallId("1")
SECOND = CallId("2")
NO_CALLS: Calls = MappingProxyType({})


def common(call_id: CallId, second: float, state: LocalConnectionState) -> dict[str, Any]:
    at = START + timedelta(seconds=second)
    return {"call_id": call_id, "at": at, "device": DESK, "local_state": state}


def rings(second: float = 0, calling: DeviceId = CUSTOMER) -> DeliveredEvent:
    return DeliveredEvent(
        **common(FIRST, second, S.ALERTING),
        alerting=DESK,
        calling=calling,
        calling_name="WANG FANG",
        called=HOTLINE,
        queue_id=QueueId("repairs") if calling == CUSTOMER else None,
        queue_wait_seconds=12.5,
        reason="repair",
        details={"x-ivr": "2"},
    )


def answered(second: float, call_id: CallId = FIRST) -> EstablishedEvent:
    return EstablishedEvent(
        **common(call_id, second, S.CONNECTED), answering=DESK, calling=CUSTOMER, called=HOTLINE
    )


def held(second: float, by: DeviceId = DESK) -> HeldEvent:
    state = S.HOLD if by == DESK else S.CONNECTED
    return HeldEvent(**common(FIRST, second, state), holding=by)


def retrieved(second: float) -> RetrievedEvent:
    return RetrievedEvent(**common(FIRST, second, S.CONNECTED), retrieving=DESK)


def off_hook(second: float) -> ServiceInitiatedEvent:
    return ServiceInitiatedEvent(**common(SECOND, second, S.INITIATED), initiating=DESK)


def dialled(
    second: float, called: DeviceId, call_id: CallId = SECOND, consults: CallId | None = None
) -> OriginatedEvent:
    return OriginatedEvent(
        **common(call_id, second, S.CONNECTED), calling=DESK, called=called, consults=consults
    )


def cleared(second: float, by: DeviceId, call_id: CallId = FIRST) -> ConnectionClearedEvent:
    state = S.NULL if by == DESK else S.CONNECTED
    return ConnectionClearedEvent(**common(call_id, second, state), releasing=by)


def after(events: Iterable[CallEvent]) -> Calls:
    calls = NO_CALLS
    for event in events:
        calls = advance(calls, event)
    return calls


CONSULTATION = [
    rings(0),
    answered(5),
    held(10),
    dialled(10, COLLEAGUE, consults=FIRST),
    answered(15, SECOND),
]


def test_a_ringing_call_says_who_calls_and_through_which_queue() -> None:
    event = rings()
    assert after([event])[FIRST] == Call(
        call_id=FIRST,
        device=DESK,
        direction=CallDirection.INBOUND,
        state=S.ALERTING,
        remote=CUSTOMER,
        remote_name="WANG FANG",
        dialled=HOTLINE,
        queue_id=QueueId("repairs"),
        queue_wait_seconds=12.5,
        reason="repair",
        parties=(CUSTOMER,),
        began_at=event.at,
        state_since=event.at,
        details={"x-ivr": "2"},
    )


def test_a_call_from_an_extension_is_internal() -> None:
    assert after([rings(calling=COLLEAGUE)])[FIRST].direction is CallDirection.INTERNAL


def test_a_withheld_number_is_no_extension() -> None:
    assert after([rings(calling=DeviceId(""))])[FIRST].direction is CallDirection.INBOUND


@pytest.mark.parametrize(
    ("called", "direction"),
    [
        (CUSTOMER, CallDirection.OUTBOUND),
        (DeviceId("1234567"), CallDirection.OUTBOUND),
        (DeviceId("1234"), CallDirection.INTERNAL),
        (COLLEAGUE, CallDirection.INTERNAL),
    ],
)
def test_a_dialled_call_is_outbound_or_internal(called: DeviceId, direction: CallDirection) -> None:
    assert after([off_hook(0)])[SECOND].state is S.INITIATED
    call = after([off_hook(0), dialled(2, called)])[SECOND]
    assert (call.direction, call.remote, call.dialled) == (direction, called, called)
    assert (call.began_at, call.is_answered) == (START, False)


def test_the_far_device_that_rings_does_not_change_an_outbound_call() -> None:
    far = DeliveredEvent(
        **common(SECOND, 3, S.CONNECTED), alerting=CUSTOMER, calling=DESK, called=CUSTOMER
    )
    before = after([dialled(0, CUSTOMER)])
    assert advance(before, far) == before


def test_a_far_device_that_rings_opens_no_call_at_this_desk() -> None:
    far = DeliveredEvent(
        **common(SECOND, 3, S.NULL), alerting=COLLEAGUE, calling=CUSTOMER, called=HOTLINE
    )
    assert advance(NO_CALLS, far) == {}


def test_an_answer_starts_the_talk_once() -> None:
    call = after([rings(0), answered(5), answered(9)])[FIRST]
    assert call.state is S.CONNECTED
    assert call.answered_at == call.state_since == START + timedelta(seconds=5)


def test_an_answer_at_the_far_end_starts_the_talk_of_an_outbound_call() -> None:
    call = after([dialled(0, CUSTOMER), answered(8, SECOND)])[SECOND]
    assert call.state_since == START + timedelta(seconds=8)


def test_time_on_hold_adds_up() -> None:
    events = [rings(0), answered(5), held(10), retrieved(30), held(40), retrieved(45.5)]
    call = after(events)[FIRST]
    assert call.held_seconds == 25.5
    assert (call.state, call.state_since) == (S.CONNECTED, START + timedelta(seconds=45.5))


def test_a_hold_by_the_other_side_is_no_hold_of_ours() -> None:
    call = after([rings(0), answered(5), held(10, by=CUSTOMER), answered(20)])[FIRST]
    assert (call.state, call.held_seconds) == (S.CONNECTED, 0.0)


def test_a_consultation_names_the_call_it_is_about() -> None:
    calls = after(CONSULTATION)
    assert calls[SECOND].consults == FIRST
    assert calls[FIRST].state is S.HOLD


def test_a_conference_leaves_one_call_with_all_parties() -> None:
    joined = ConferencedEvent(
        **common(FIRST, 20, S.CONNECTED),
        conferencing=DESK,
        secondary_call_id=SECOND,
        parties=(CUSTOMER, COLLEAGUE),
    )
    calls = after([*CONSULTATION, joined])
    assert set(calls) == {FIRST}
    assert calls[FIRST].parties == (CUSTOMER, COLLEAGUE)
    assert (calls[FIRST].state, calls[FIRST].held_seconds) == (S.CONNECTED, 10.0)
    last = advance(calls, cleared(30, CUSTOMER))[FIRST]
    assert (last.parties, last.remote) == ((COLLEAGUE,), COLLEAGUE)


def transferred(by: DeviceId, secondary: CallId | None) -> TransferredEvent:
    state = S.NULL if by == DESK else S.CONNECTED
    return TransferredEvent(
        **common(FIRST, 20, state),
        transferring=by,
        transferred_to=COLLEAGUE,
        secondary_call_id=secondary,
    )


def test_an_attended_transfer_takes_both_calls_from_the_desk() -> None:
    assert after([*CONSULTATION, transferred(DESK, SECOND)]) == {}


def test_a_single_step_transfer_takes_the_call_from_the_desk() -> None:
    assert after([rings(0), answered(5), transferred(DESK, None)]) == {}


def test_a_transfer_by_the_other_side_changes_who_is_talked_to() -> None:
    call = after([rings(0), answered(5), transferred(CUSTOMER, CallId("9"))])[FIRST]
    assert (call.remote, call.parties) == (COLLEAGUE, (COLLEAGUE,))


ENDS: list[CallEvent] = [
    cleared(20, DESK),
    CallClearedEvent(**common(FIRST, 20, S.NULL)),
    CallClearedEvent(**common(FIRST, 20, S.CONNECTED)),
    DivertedEvent(**common(FIRST, 20, S.NULL), diverting=DESK, new_destination=COLLEAGUE),
]


@pytest.mark.parametrize("end", ENDS)
def test_a_call_that_ended_here_is_gone(end: CallEvent) -> None:
    assert after([rings(0), end]) == {}


@pytest.mark.parametrize(
    "late", [*ENDS, answered(30), held(30), retrieved(30), transferred(DESK, None)]
)
def test_an_event_of_a_call_that_is_gone_changes_nothing(late: CallEvent) -> None:
    others = after([dialled(0, CUSTOMER)])
    assert advance(others, late) is others


def test_a_call_that_failed_stays_until_it_is_cleared() -> None:
    failed = FailedEvent(
        **common(SECOND, 4, S.FAIL), cause=EventCause.BUSY, failing=CUSTOMER, called=CUSTOMER
    )
    calls = after([dialled(0, CUSTOMER), failed])
    assert calls[SECOND].state is S.FAIL
    assert advance(calls, cleared(5, DESK, SECOND)) == {}


@pytest.mark.parametrize("cause", EventCause)
def test_a_call_that_failed_says_why(cause: EventCause) -> None:
    failed = FailedEvent(
        **common(SECOND, 4, S.FAIL), cause=cause, failing=CUSTOMER, called=CUSTOMER
    )
    assert after([dialled(0, CUSTOMER), failed])[SECOND].failure is cause


def test_a_call_that_goes_on_after_a_failure_has_none_any_more() -> None:
    failed = FailedEvent(
        **common(SECOND, 4, S.FAIL), cause=EventCause.BUSY, failing=CUSTOMER, called=CUSTOMER
    )
    assert after([dialled(0, CUSTOMER), failed, answered(9, SECOND)])[SECOND].failure is None


def test_another_side_that_fails_is_no_failure_of_a_call_that_goes_on() -> None:
    failed = FailedEvent(
        **common(FIRST, 9, S.CONNECTED), cause=EventCause.BUSY, failing=COLLEAGUE, called=COLLEAGUE
    )
    assert after([rings(0), answered(5), failed])[FIRST].failure is None


@pytest.mark.parametrize(
    ("events", "active"),
    [
        ([], None),
        ([rings(0)], FIRST),
        ([off_hook(0), rings(5)], SECOND),
        ([off_hook(0), rings(5), answered(6)], FIRST),
        ([rings(0), answered(5)], FIRST),
        ([rings(0), answered(5), held(10)], None),
        (CONSULTATION, SECOND),
        ([dialled(0, CUSTOMER), answered(4, SECOND), rings(5)], SECOND),
    ],
)
def test_the_active_call_is_the_one_the_agent_is_in(
    events: list[CallEvent], active: CallId | None
) -> None:
    assert active_call(after(events)) == active


KINDS = [
    kind
    for kind in vars(call_events).values()
    if isinstance(kind, type) and issubclass(kind, CallEvent) and kind is not CallEvent
]
DEVICES = st.sampled_from([DESK, COLLEAGUE, CUSTOMER])
CALL_IDS = st.sampled_from([FIRST, SECOND])


def field_values(name: str, kind: object) -> st.SearchStrategy[Any]:
    known: dict[str, st.SearchStrategy[Any]] = {
        "at": st.integers(0, 3600).map(lambda second: START + timedelta(seconds=second)),
        "device": st.just(DESK),
        "local_state": st.sampled_from(S),
        "cause": st.sampled_from(EventCause),
        "parties": st.lists(DEVICES, max_size=3).map(tuple),
        "queue_id": st.just(QueueId("repairs")),
        "queue_wait_seconds": st.just(1.0),
        "details": st.just({}),
        "reason": st.just(""),
        "calling_name": st.just(""),
    }
    if name in known:
        return known[name]
    return DEVICES if kind == DeviceId else CALL_IDS if "call_id" in name else st.just(None)


def events_of(kind: type[CallEvent]) -> st.SearchStrategy[CallEvent]:
    hints = get_type_hints(kind)
    names = [field.name for field in dataclasses.fields(kind)]
    return st.builds(kind, **{name: field_values(name, hints[name]) for name in names})


@given(st.lists(st.sampled_from(KINDS).flatmap(events_of), max_size=20))
def test_whatever_the_switch_sends_the_table_stays_sound(events: list[CallEvent]) -> None:
    calls = NO_CALLS
    for event in events:
        before = dict(calls)
        further = advance(calls, event)
        assert dict(calls) == before
        calls = further
        assert all(key == call.call_id for key, call in calls.items())
        assert all(call.state is not S.NULL for call in calls.values())
        assert all(call.failure is None or call.state is S.FAIL for call in calls.values())
        active = active_call(calls)
        assert active is None or active in calls
