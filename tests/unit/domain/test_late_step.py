from __future__ import annotations

from datetime import UTC, datetime

import pytest

from agent_desk.domain.command import AcceptOrder, CancelOrder, OrderCommand, VerifyOrder
from agent_desk.domain.conflict import EditConflict
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import AgentId, CategoryId, CommandId, WorkOrderId
from agent_desk.domain.late_step import STEP_BEGINS, LateStep
from agent_desk.domain.work_order import WORK_ORDER_TABLE, WorkOrderState
from tests.contracts.storage_samples import a_customer, a_ticket, an_order

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


def late(command: OrderCommand, state: WorkOrderState) -> LateStep:
    conflict = EditConflict(
        stream=Stream.WORK_ORDER,
        subject_id=command.order_id,
        mine_version=command.version,
        theirs_version=command.version + 1,
        last_edit=None,
        fields=(),
    )
    ticket = a_ticket(a_customer(), CategoryId("c"), 1)
    return LateStep(command=command, conflict=conflict, order=an_order(ticket, 1, state=state))


def stamp() -> dict[str, object]:
    return {
        "id": CommandId("c"),
        "at": NOW,
        "actor": AgentId("agent042"),
        "order_id": WorkOrderId("o"),
        "version": 1,
    }


def test_a_step_is_possible_where_it_begins_and_nowhere_else() -> None:
    accept = AcceptOrder(**stamp())  # type: ignore[arg-type]
    possible = {state for state in WorkOrderState if late(accept, state).is_possible}

    assert possible == {WorkOrderState.ASSIGNED}


def test_an_order_is_cancelled_from_wherever_the_table_allows_it() -> None:
    cancel = CancelOrder(**stamp(), reason="moved")  # type: ignore[arg-type]

    assert late(cancel, WorkOrderState.ON_HOLD).is_possible
    assert not late(cancel, WorkOrderState.REPORTED).is_possible


@pytest.mark.parametrize("step", STEP_BEGINS)
def test_every_step_begins_somewhere_and_never_at_an_end(step: type[OrderCommand]) -> None:
    assert STEP_BEGINS[step]
    assert not any(WORK_ORDER_TABLE.is_end(state) for state in STEP_BEGINS[step])


def test_of_a_step_that_is_not_known_here_its_service_decides() -> None:
    class LaterStep(VerifyOrder):
        """A step that a later version has."""

    step = LaterStep(**stamp(), call=None, satisfied=True)  # type: ignore[arg-type]

    assert late(step, WorkOrderState.CLOSED).is_possible
