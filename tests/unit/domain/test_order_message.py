from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from agent_desk.domain.errors import OrderDoneError, TooOftenError, TooSoonError
from agent_desk.domain.identifiers import CategoryId, MessageId
from agent_desk.domain.order_message import (
    WORKED_ON,
    MessageKind,
    OrderMessage,
    ReminderLimits,
    require_reminder,
    require_worked_on,
    unanswered,
)
from agent_desk.domain.work_order import WorkOrderState
from tests.contracts.storage_samples import AGENT, NOW, a_customer, a_ticket, an_order, fresh_id

ORDER = replace(
    an_order(a_ticket(a_customer(), CategoryId("c"), 1), 118), state=WorkOrderState.ACCEPTED
)
LIMITS = ReminderLimits()


def said(kind: MessageKind = MessageKind.REMINDER, *, hours: float = 0) -> OrderMessage:
    return OrderMessage(
        id=MessageId(fresh_id()),
        order_id=ORDER.id,
        kind=kind,
        text="",
        at=NOW + timedelta(hours=hours),
        actor=AGENT,
    )


def test_a_first_reminder_is_free_whatever_else_was_said() -> None:
    require_reminder(ORDER, [said(MessageKind.INFORMATION)], NOW, LIMITS)


def test_a_second_one_has_to_wait_and_is_told_until_when() -> None:
    with pytest.raises(TooSoonError) as refused:
        require_reminder(ORDER, [said()], NOW + timedelta(hours=23.9), LIMITS)

    assert refused.value.details["next_at"] == (NOW + timedelta(hours=24)).isoformat()
    require_reminder(ORDER, [said()], NOW + timedelta(hours=24), LIMITS)


def test_enough_is_enough() -> None:
    sent = [said(hours=hours) for hours in (0, 24, 48)]

    with pytest.raises(TooOftenError, match="3 times"):
        require_reminder(ORDER, sent, NOW + timedelta(days=30), LIMITS)
    require_reminder(ORDER, sent, NOW + timedelta(days=30), ReminderLimits(most=4))


@pytest.mark.parametrize("state", sorted(set(WorkOrderState) - WORKED_ON))
def test_nobody_is_told_who_does_not_work_on_it(state: WorkOrderState) -> None:
    with pytest.raises(OrderDoneError):
        require_worked_on(replace(ORDER, state=state))


def test_what_came_after_the_last_step_is_unanswered() -> None:
    early, late = said(hours=-1), said(MessageKind.INFORMATION, hours=1)
    order = replace(ORDER, changed_at=NOW)

    assert list(unanswered(order, [early, late, said(MessageKind.CONSENT, hours=2)])) == [late]
