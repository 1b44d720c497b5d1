from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.errors import TransitionRefusedError
from agent_desk.domain.identifiers import AgentId, CategoryId, CustomerId, TicketId
from agent_desk.domain.ticket import (
    REPEAT_WINDOW,
    TICKET_TABLE,
    UNFINISHED,
    Priority,
    Ticket,
    TicketState,
)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
T = TicketState


def ticket(*, claimed: bool, withdrawn: bool) -> Ticket:
    return Ticket(
        id=TicketId("t"),
        number=7,
        customer_id=CustomerId("c"),
        category_id=CategoryId("billing"),
        subject="Invoice",
        description="",
        priority=Priority.P3,
        state=T.RESOLVED,
        owner=AgentId("a"),
        opened_at=NOW,
        fcr_claimed=claimed,
        fcr_withdrawn_at=NOW if withdrawn else None,
    )


@pytest.mark.parametrize(
    ("state", "targets"),
    [
        (T.OPEN, {T.RESOLVED, T.PENDING}),
        (T.REOPENED, {T.RESOLVED, T.PENDING}),
        (T.PENDING, {T.VERIFYING, T.REOPENED}),
        (T.VERIFYING, {T.CLOSED, T.REOPENED}),
        (T.RESOLVED, {T.CLOSED, T.REOPENED}),
        (T.CLOSED, {T.REOPENED}),
    ],
)
def test_a_ticket_moves_as_the_domain_says(state: TicketState, targets: set[TicketState]) -> None:
    assert TICKET_TABLE.targets(state) == targets


@pytest.mark.parametrize("state", T)
def test_every_ticket_can_be_closed_in_the_end(state: TicketState) -> None:
    seen = {state}
    while T.CLOSED not in seen:
        further = {t for s in seen for t in TICKET_TABLE.targets(s)} - seen
        assert further, f"{state} never reaches CLOSED"
        seen |= further


@given(st.lists(st.integers(0, 5), min_size=1, max_size=40))
def test_no_walk_closes_a_ticket_unresolved_and_unverified(choices: list[int]) -> None:
    before, state = T.OPEN, T.OPEN
    for choice in choices:
        targets = sorted(TICKET_TABLE.targets(state))
        before, state = state, targets[choice % len(targets)]
        TICKET_TABLE.require("Ticket 7", before, state)
        if state is T.CLOSED:
            assert before in {T.RESOLVED, T.VERIFYING}


@pytest.mark.parametrize("state", [T.OPEN, T.REOPENED, T.PENDING, T.CLOSED])
def test_closing_without_resolution_or_verification_is_refused(state: TicketState) -> None:
    with pytest.raises(TransitionRefusedError, match=f"Ticket 7 is {state}"):
        TICKET_TABLE.require("Ticket 7", state, T.CLOSED)


def test_a_call_joins_a_ticket_that_is_not_done() -> None:
    assert set(T) - UNFINISHED == {T.RESOLVED, T.CLOSED}


@pytest.mark.parametrize(
    ("claimed", "withdrawn", "no_repeat"),
    [(True, False, True), (True, True, False), (False, False, False), (False, True, False)],
)
def test_no_repeat_needs_a_claim_that_no_further_call_withdrew(
    claimed: bool, withdrawn: bool, no_repeat: bool
) -> None:
    assert ticket(claimed=claimed, withdrawn=withdrawn).fcr_no_repeat is no_repeat


def test_the_window_for_repeat_calls_is_seven_days() -> None:
    assert timedelta(days=7) == REPEAT_WINDOW
