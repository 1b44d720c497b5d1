from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.errors import ClosingGateError, InputError, TransitionRefusedError
from agent_desk.domain.identifiers import (
    AgentId,
    CustomerId,
    InteractionId,
    TicketId,
    WorkOrderId,
)
from agent_desk.domain.ticket import Priority
from agent_desk.domain.work_order import (
    WORK_ORDER_TABLE,
    ReportOutcome,
    WorkOrder,
    WorkOrderState,
    WorkReport,
    raised_priority,
    require_closing_proof,
    require_complete_report,
    require_field_start,
)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
W = WorkOrderState
REPORT = WorkReport(
    started_at=NOW,
    ended_at=NOW + timedelta(hours=2),
    done="Replaced the pump",
    outcome=ReportOutcome.SOLVED,
)
ORDER = WorkOrder(
    id=WorkOrderId("w"),
    number=118,
    ticket_id=TicketId("t"),
    customer_id=CustomerId("c"),
    subject="Pump leaks",
    instructions="",
    priority=Priority.P2,
    state=W.VERIFYING,
    owner=AgentId("a"),
    raised_at=NOW,
    changed_at=NOW,
    report=REPORT,
    verified_in=InteractionId("i"),
)


@pytest.mark.parametrize(
    ("state", "targets"),
    [
        (W.DRAFT, {W.PENDING_DISPATCH, W.CANCELLED}),
        (W.PENDING_DISPATCH, {W.ASSIGNED, W.CANCELLED}),
        (W.ASSIGNED, {W.ACCEPTED, W.DECLINED, W.CANCELLED}),
        (W.DECLINED, {W.PENDING_DISPATCH}),
        (W.ACCEPTED, {W.IN_PROGRESS, W.CANCELLED}),
        (W.IN_PROGRESS, {W.ON_HOLD, W.REPORTED}),
        (W.ON_HOLD, {W.IN_PROGRESS, W.CANCELLED}),
        (W.REPORTED, {W.VERIFYING, W.IN_PROGRESS}),
        (W.VERIFYING, {W.CLOSED, W.PENDING_DISPATCH}),
        (W.CLOSED, set()),
        (W.CANCELLED, set()),
    ],
)
def test_an_order_moves_as_the_domain_says(
    state: WorkOrderState, targets: set[WorkOrderState]
) -> None:
    assert WORK_ORDER_TABLE.targets(state) == targets


@pytest.mark.parametrize("state", W)
def test_every_order_can_reach_an_end(state: WorkOrderState) -> None:
    seen = {state}
    while not any(WORK_ORDER_TABLE.is_end(s) for s in seen):
        further = {t for s in seen for t in WORK_ORDER_TABLE.targets(s)} - seen
        assert further, f"{state} is a trap"
        seen |= further


def test_only_closed_and_cancelled_are_ends() -> None:
    assert {state for state in W if WORK_ORDER_TABLE.is_end(state)} == {W.CLOSED, W.CANCELLED}


@given(st.lists(st.integers(0, 5), min_size=1, max_size=60))
def test_no_walk_closes_an_order_that_was_not_reported_and_verified(choices: list[int]) -> None:
    walk = [W.DRAFT]
    for choice in choices:
        targets = sorted(WORK_ORDER_TABLE.targets(walk[-1]))
        if not targets:
            break
        WORK_ORDER_TABLE.require("Work order 118", walk[-1], targets[choice % len(targets)])
        walk.append(targets[choice % len(targets)])
    if walk[-1] is W.CLOSED:
        assert walk[-3:] == [W.REPORTED, W.VERIFYING, W.CLOSED]
        assert W.ACCEPTED in walk


@pytest.mark.parametrize("state", [s for s in W if s is not W.VERIFYING])
def test_closing_without_verifying_is_refused(state: WorkOrderState) -> None:
    with pytest.raises(TransitionRefusedError):
        WORK_ORDER_TABLE.require("Work order 118", state, W.CLOSED)


def test_a_complete_report_passes() -> None:
    require_complete_report(REPORT)
    require_complete_report(replace(REPORT, ended_at=REPORT.started_at))
    require_complete_report(
        replace(REPORT, outcome=ReportOutcome.NOT_SOLVED, why_not_solved="Part is missing")
    )


@pytest.mark.parametrize(
    ("report", "field", "accepted"),
    [
        (
            replace(REPORT, ended_at=NOW - timedelta(seconds=1)),
            "ended_at",
            f"a time not before the start {NOW.isoformat()}",
        ),
        (replace(REPORT, done=""), "done", "a sentence on what was done"),
        (replace(REPORT, done=" \n"), "done", "a sentence on what was done"),
        (
            replace(REPORT, outcome=ReportOutcome.NOT_SOLVED),
            "why_not_solved",
            "the reason why it was not solved",
        ),
        (
            replace(REPORT, outcome=ReportOutcome.NOT_SOLVED, why_not_solved="  "),
            "why_not_solved",
            "the reason why it was not solved",
        ),
    ],
)
def test_an_incomplete_report_is_refused_by_field(
    report: WorkReport, field: str, accepted: str
) -> None:
    with pytest.raises(InputError) as caught:
        require_complete_report(report)
    assert caught.value.details["field"] == field
    assert caught.value.details["value"] == _shown(getattr(report, field))
    assert caught.value.details["accepted"] == accepted


def _shown(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def test_an_order_closes_with_an_answered_call_that_confirmed() -> None:
    require_closing_proof(ORDER, call_answered=True, confirmed=True)


@pytest.mark.parametrize(
    ("order", "answered", "confirmed", "missing"),
    [
        (replace(ORDER, verified_in=None), True, True, "no verification call is linked"),
        (ORDER, False, True, "the verification call was not answered"),
        (ORDER, False, False, "the verification call was not answered"),
        (ORDER, True, False, "the customer has not confirmed"),
    ],
)
def test_the_gate_says_which_proof_is_missing(
    order: WorkOrder, answered: bool, confirmed: bool, missing: str
) -> None:
    with pytest.raises(ClosingGateError) as caught:
        require_closing_proof(order, call_answered=answered, confirmed=confirmed)
    assert str(caught.value) == f"Work order 118 cannot be closed yet: {missing}"


FIELD_ORDER = replace(
    ORDER, field_work=True, technician="Chen", technician_phone="13800138000", arrived_at=NOW
)


def test_work_in_the_house_begins_without_a_technician() -> None:
    require_field_start(ORDER)
    require_field_start(FIELD_ORDER)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("technician", " "),
        ("technician_phone", ""),
        ("arrived_at", None),
        ("arrived_at", datetime(2026, 3, 2)),  # noqa: DTZ001
    ],
)
def test_field_work_begins_when_somebody_is_there(field: str, value: object) -> None:
    with pytest.raises(InputError) as caught:
        require_field_start(replace(FIELD_ORDER, **{field: value}))  # type: ignore[arg-type]
    assert caught.value.details["field"] == field


@pytest.mark.parametrize("field", ["started_at", "ended_at"])
@pytest.mark.parametrize("missing", [None, datetime(2026, 3, 2, 9)])  # noqa: DTZ001
def test_a_report_without_times_is_refused(field: str, missing: datetime | None) -> None:
    with pytest.raises(InputError) as caught:
        require_complete_report(replace(REPORT, **{field: missing}))  # type: ignore[arg-type]

    assert caught.value.details["field"] == field
    assert caught.value.details["accepted"] == "a date and time with its zone"


def test_a_reopened_order_is_one_step_more_urgent_and_p1_stays() -> None:
    assert [raised_priority(priority) for priority in Priority] == [
        Priority.P1,
        Priority.P1,
        Priority.P2,
        Priority.P3,
    ]
