from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.call import (
    Call,
    CallDirection,
    CallService,
    LocalConnectionState,
    allowed_services,
    require_service,
)
from agent_desk.domain.errors import CallStateError
from agent_desk.domain.identifiers import CallId, DeviceId

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
S = LocalConnectionState
ALTERNATE = CallService.ALTERNATE_CALL
ANSWER = CallService.ANSWER_CALL
CLEAR = CallService.CLEAR_CONNECTION
CONFERENCE = CallService.CONFERENCE_CALL
CONSULT = CallService.CONSULTATION_CALL
DEFLECT = CallService.DEFLECT_CALL
DIGITS = CallService.GENERATE_DIGITS
HOLD = CallService.HOLD_CALL
RECONNECT = CallService.RECONNECT_CALL
RETRIEVE = CallService.RETRIEVE_CALL
SEND_ON = CallService.SINGLE_STEP_TRANSFER_CALL
TRANSFER = CallService.TRANSFER_CALL


def call(state: LocalConnectionState, *, answered: bool = True, id: str = "1") -> Call:
    return Call(
        call_id=CallId(id),
        device=DeviceId("1001"),
        direction=CallDirection.INBOUND,
        state=state,
        remote="+8613800138000",
        began_at=NOW,
        state_since=NOW,
        answered_at=NOW if answered else None,
    )


NOTHING_ELSE: tuple[Call, ...] = ()
ONE_HELD = (call(S.HOLD, id="2"),)
ONE_TALKING = (call(S.CONNECTED, id="2"),)
ONE_RINGING_OUT = (call(S.CONNECTED, answered=False, id="2"),)
ONE_RINGING = (call(S.ALERTING, answered=False, id="2"),)
ONE_FAILED = (call(S.FAIL, answered=False, id="2"),)
ONE_HELD_ONE_TALKING = (call(S.HOLD, id="2"), call(S.CONNECTED, id="3"))

TALKING = call(S.CONNECTED)
RINGING_OUT = call(S.CONNECTED, answered=False)
ON_HOLD = call(S.HOLD)
RINGING = call(S.ALERTING, answered=False)

TALK_ALONE = {HOLD, CLEAR, CONSULT, SEND_ON, DIGITS}
TALK_IN_CONSULTATION = {HOLD, CLEAR, DIGITS, ALTERNATE, RECONNECT, TRANSFER, CONFERENCE}
TALK_BESIDE_ANOTHER = {HOLD, CLEAR, DIGITS}
RINGING_IN = {ANSWER, DEFLECT, CLEAR}


@pytest.mark.parametrize(
    ("subject", "others", "expected"),
    [
        (TALKING, NOTHING_ELSE, TALK_ALONE),
        (TALKING, ONE_HELD, TALK_IN_CONSULTATION),
        (TALKING, ONE_TALKING, TALK_BESIDE_ANOTHER),
        (TALKING, ONE_RINGING_OUT, TALK_BESIDE_ANOTHER),
        (TALKING, ONE_RINGING, TALK_ALONE),
        (TALKING, ONE_FAILED, TALK_ALONE),
        (TALKING, ONE_HELD_ONE_TALKING, TALK_IN_CONSULTATION),
        (RINGING_OUT, NOTHING_ELSE, {CLEAR}),
        (RINGING_OUT, ONE_HELD, {CLEAR, RECONNECT, TRANSFER}),
        (RINGING_OUT, ONE_TALKING, {CLEAR}),
        (RINGING_OUT, ONE_RINGING, {CLEAR}),
        (RINGING_OUT, ONE_HELD_ONE_TALKING, {CLEAR, RECONNECT, TRANSFER}),
        (ON_HOLD, NOTHING_ELSE, {RETRIEVE, CLEAR}),
        (ON_HOLD, ONE_HELD, {RETRIEVE, CLEAR}),
        (ON_HOLD, ONE_RINGING, {RETRIEVE, CLEAR}),
        (ON_HOLD, ONE_FAILED, {RETRIEVE, CLEAR}),
        (ON_HOLD, ONE_TALKING, {CLEAR}),
        (ON_HOLD, ONE_RINGING_OUT, {CLEAR}),
        (ON_HOLD, (call(S.INITIATED, answered=False, id="2"),), {CLEAR}),
        (ON_HOLD, ONE_HELD_ONE_TALKING, {CLEAR}),
        (RINGING, NOTHING_ELSE, RINGING_IN),
        (RINGING, ONE_HELD, RINGING_IN),
        (RINGING, ONE_TALKING, RINGING_IN),
        (call(S.INITIATED, answered=False), NOTHING_ELSE, {CLEAR}),
        (call(S.INITIATED, answered=False), ONE_HELD, {CLEAR}),
        (call(S.QUEUED, answered=False), NOTHING_ELSE, {CLEAR}),
        (call(S.QUEUED, answered=False), ONE_HELD, {CLEAR}),
        (call(S.FAIL, answered=False), NOTHING_ELSE, {CLEAR}),
        (call(S.FAIL, answered=False), ONE_HELD, {CLEAR}),
        (call(S.NULL), NOTHING_ELSE, set()),
        (call(S.NULL), ONE_HELD, set()),
    ],
)
def test_the_state_of_a_call_and_of_the_others_allow_exactly_these_services(
    subject: Call, others: tuple[Call, ...], expected: set[CallService]
) -> None:
    assert allowed_services(subject, others) == expected


def test_a_call_alone_on_hold_can_be_retrieved() -> None:
    require_service(RETRIEVE, ON_HOLD, [])


def test_a_held_call_cannot_be_retrieved_beside_a_talk() -> None:
    with pytest.raises(CallStateError):
        require_service(RETRIEVE, ON_HOLD, ONE_TALKING)


@pytest.mark.parametrize("service", [TRANSFER, CONFERENCE, ALTERNATE, RECONNECT])
def test_two_calls_are_joined_or_swapped_only_when_one_is_held(service: CallService) -> None:
    with pytest.raises(CallStateError):
        require_service(service, TALKING, NOTHING_ELSE)
    require_service(service, TALKING, ONE_HELD)


@pytest.mark.parametrize("service", [TRANSFER, RECONNECT])
def test_a_consultation_that_still_rings_can_be_transferred_or_given_up(
    service: CallService,
) -> None:
    require_service(service, RINGING_OUT, ONE_HELD)


@pytest.mark.parametrize("service", [HOLD, DIGITS, CONSULT, SEND_ON, ALTERNATE, CONFERENCE])
def test_a_call_that_only_rings_back_is_no_talk_yet(service: CallService) -> None:
    with pytest.raises(CallStateError):
        require_service(service, RINGING_OUT, ONE_HELD)


def test_the_call_itself_among_the_others_changes_nothing() -> None:
    assert allowed_services(TALKING, [TALKING]) == TALK_ALONE
    assert allowed_services(ON_HOLD, [ON_HOLD]) == {RETRIEVE, CLEAR}


def test_a_refused_service_names_the_state_and_what_is_possible() -> None:
    with pytest.raises(CallStateError) as caught:
        require_service(HOLD, ON_HOLD, NOTHING_ELSE)
    assert str(caught.value) == (
        "hold_call is not possible while the call is HOLD; "
        "possible now: clear_connection, retrieve_call"
    )
    assert caught.value.details["call_id"] == "1"


def test_a_call_that_is_over_says_that_nothing_is_possible() -> None:
    with pytest.raises(CallStateError, match=r"possible now: nothing$"):
        require_service(CLEAR, call(S.NULL), NOTHING_ELSE)


CALLS = st.builds(
    lambda state, answered, id: call(state, answered=answered, id=id),
    st.sampled_from(S),
    st.booleans(),
    st.sampled_from("123"),
)
OTHERS = st.lists(CALLS, max_size=3, unique_by=lambda other: other.call_id)


@given(CALLS, OTHERS)
def test_whatever_happens_a_live_call_can_be_ended(subject: Call, others: list[Call]) -> None:
    allowed = allowed_services(subject, others)
    assert (CLEAR in allowed) == (subject.state is not S.NULL)
    assert CallService.MAKE_CALL not in allowed


@given(
    CALLS, st.lists(CALLS, max_size=3, unique_by=lambda c: c.call_id), st.sampled_from(CallService)
)
def test_a_service_is_refused_exactly_when_it_is_not_allowed(
    subject: Call, others: list[Call], service: CallService
) -> None:
    if service in allowed_services(subject, others):
        require_service(service, subject, others)
    else:
        with pytest.raises(CallStateError):
            require_service(service, subject, others)


@given(CALLS, OTHERS)
def test_the_order_of_the_other_calls_changes_nothing(subject: Call, others: list[Call]) -> None:
    assert allowed_services(subject, others) == allowed_services(subject, others[::-1])
