import pytest

from agent_desk.domain.agent import (
    CHOSEN_REASONS,
    REQUESTABLE,
    AgentState,
    NotReadyReason,
    can_become,
    require_requestable,
)
from agent_desk.domain.errors import AgentStateError

A = AgentState


def reachable(start: AgentState) -> set[AgentState]:
    found: set[AgentState] = set()
    waiting = [start]
    while waiting:
        state = waiting.pop()
        new = {target for target in A if can_become(state, target)} - found
        found |= new
        waiting.extend(new)
    return found


@pytest.mark.parametrize(
    ("state", "target"),
    [
        (A.LOGGED_OFF, A.NOT_READY),
        (A.NOT_READY, A.READY),
        (A.NOT_READY, A.BUSY),
        (A.NOT_READY, A.NOT_READY),
        (A.READY, A.BUSY),
        (A.READY, A.NOT_READY),
        (A.BUSY, A.WORKING_AFTER_CALL),
        (A.BUSY, A.READY),
        (A.BUSY, A.NOT_READY),
        (A.WORKING_AFTER_CALL, A.READY),
        (A.WORKING_AFTER_CALL, A.BUSY),
        (A.WORKING_AFTER_CALL, A.LOGGED_OFF),
    ],
)
def test_the_switch_moves_agents_these_ways(state: AgentState, target: AgentState) -> None:
    assert can_become(state, target)


@pytest.mark.parametrize(
    ("state", "target"),
    [
        (A.LOGGED_OFF, A.READY),
        (A.LOGGED_OFF, A.BUSY),
        (A.LOGGED_OFF, A.LOGGED_OFF),
        (A.READY, A.WORKING_AFTER_CALL),
        (A.NOT_READY, A.WORKING_AFTER_CALL),
        (A.BUSY, A.LOGGED_OFF),
    ],
)
def test_the_switch_never_moves_agents_these_ways(state: AgentState, target: AgentState) -> None:
    assert not can_become(state, target)


@pytest.mark.parametrize("state", A)
def test_no_state_is_a_trap(state: AgentState) -> None:
    assert reachable(state) == set(A)


@pytest.mark.parametrize("state", A)
def test_an_agent_can_ask_only_for_what_the_switch_can_do(state: AgentState) -> None:
    assert REQUESTABLE[state]
    assert all(can_become(state, target) for target in REQUESTABLE[state])


@pytest.mark.parametrize("state", A)
@pytest.mark.parametrize("target", A)
def test_a_wish_is_refused_exactly_when_it_is_not_in_the_table(
    state: AgentState, target: AgentState
) -> None:
    if target in REQUESTABLE[state]:
        require_requestable(state, target)
    else:
        with pytest.raises(AgentStateError):
            require_requestable(state, target)


def test_nobody_can_ask_to_be_busy() -> None:
    assert all(A.BUSY not in targets for targets in REQUESTABLE.values())


def test_the_break_wanted_during_a_call_may_be_asked_for() -> None:
    require_requestable(A.BUSY, A.NOT_READY)


def test_a_refused_wish_names_what_is_possible() -> None:
    with pytest.raises(AgentStateError) as caught:
        require_requestable(A.LOGGED_OFF, A.READY)
    assert str(caught.value) == (
        "An agent who is LOGGED_OFF cannot become READY; possible now: NOT_READY"
    )


def test_reasons_of_the_switch_are_not_offered_to_the_agent() -> None:
    own = {NotReadyReason.NONE, NotReadyReason.LOGGED_ON, NotReadyReason.NO_ANSWER}
    assert set(CHOSEN_REASONS) == set(NotReadyReason) - own
    assert len(CHOSEN_REASONS) == len(set(CHOSEN_REASONS))
