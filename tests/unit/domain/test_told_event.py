"""What a department or dealer is told of an order that others had before, by the log alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from agent_desk.domain.event_log import LoggedEvent, Stream
from agent_desk.domain.identifiers import AgentId, DepartmentId, EventId, MessageId, WorkOrderId
from agent_desk.domain.order_message import MessageKind, OrderMessage
from agent_desk.domain.order_story import StoryStep, with_messages
from agent_desk.domain.told_event import Listener, told_to
from agent_desk.domain.work_order import WorkOrderState

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
OURS, THEIRS = DepartmentId("ours"), DepartmentId("theirs")
DEALER = Listener(department_id=OURS, strangers={"chen"})
DEPARTMENT = Listener(department_id=OURS, strangers={"chen"}, sees_suppliers=True)


def an_event(
    kind: str = "OrderAccepted",
    actor: str = "li",
    stream: Stream = Stream.WORK_ORDER,
    **more: object,
) -> LoggedEvent:
    return LoggedEvent(
        id=EventId(kind), stream=stream, stream_id="1", kind=kind, at=NOW, actor=actor, payload=more
    )


def a_claim(kind: str, department: str) -> dict[str, object]:
    return {"kind": kind, "department_id": department}


@pytest.mark.parametrize(
    ("event", "dealer", "department"),
    [
        (an_event("OrderRaised"), True, True),
        (an_event("OrderAwaitsDispatch"), False, False),
        (an_event("OrderReturnedToDispatch", department_id=None), False, False),
        (an_event(department_id=OURS), True, True),
        (an_event(department_id=THEIRS), False, False),
        (an_event("OrderRaised", department_id=THEIRS), False, False),
        (an_event("VerificationAttempted", department_id=OURS), False, False),
        (an_event("Tried", department_id=OURS, attempt={"note": "x"}), False, False),
        (an_event(department_id=OURS, claim=a_claim("EXPENSE", OURS)), True, True),
        (an_event(department_id=OURS, claim=a_claim("EXPENSE", THEIRS)), False, False),
        (an_event(department_id=OURS, claim=a_claim("SUPPLIER", OURS)), False, True),
        (an_event(alert_key="1", role="DEALER"), True, True),
        (an_event(alert_key="1", role="DEALER", actor="chen"), False, False),
        (an_event(alert_key="1", role="SUPERVISOR"), False, False),
        (an_event(stream=Stream.TICKET, department_id=OURS), False, False),
    ],
)
def test_a_listener_is_told_what_was_theirs(
    event: LoggedEvent, dealer: bool, department: bool
) -> None:
    assert bool(told_to(DEALER, [event])) is dealer
    assert bool(told_to(DEPARTMENT, [event])) is department


def a_message(text: str, minute: int, kind: MessageKind = MessageKind.REMINDER) -> OrderMessage:
    return OrderMessage(
        id=MessageId(text),
        order_id=WorkOrderId("1"),
        kind=kind,
        text=text,
        at=NOW.replace(minute=minute),
        actor=AgentId("li"),
    )


def a_step(kind: str, minute: int, reason: str = "") -> StoryStep:
    return StoryStep(
        kind=kind,
        at=NOW.replace(minute=minute),
        actor="li",
        state=WorkOrderState.ASSIGNED,
        reason=reason,
    )


def test_what_was_said_to_a_former_one_stands_in_its_place_and_nothing_twice() -> None:
    raised, assigned = a_step("OrderRaised", 1), a_step("OrderAssigned", 5)
    told = a_step("OrderInformed", 7, "ring twice")
    said = [
        a_message("be quick", 3),
        a_message("ring twice", 7, MessageKind.INFORMATION),
        a_message("they agreed", 9, MessageKind.CONSENT),
    ]

    story = with_messages([raised, assigned, told], said)

    assert [(step.kind, step.reason) for step in story] == [
        ("OrderRaised", ""),
        ("OrderHurried", "be quick"),
        ("OrderAssigned", ""),
        ("OrderInformed", "ring twice"),
        ("CancellingAgreed", "they agreed"),
    ]
