"""The story of a work order, step by step, as the append-only log tells it; pure, any thread."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from agent_desk.domain.event_log import LoggedEvent, from_payload
from agent_desk.domain.identifiers import DepartmentId
from agent_desk.domain.order_message import MessageKind, OrderMessage
from agent_desk.domain.settlement import OrderClaim
from agent_desk.domain.work_order import WorkOrderState, WorkReport

REPORTED = "OrderReported"
"""The kind of the step that brings a report."""

PLAIN_STEPS = (
    *("OrderRaised", "OrderAwaitsDispatch", "OrderAssigned", "OrderAccepted", "OrderDeclined"),
    *("OrderStarted", "OrderHeld", "OrderReported", "OrderReturned", "OrderSentBack"),
    *("OrderReopened", "OrderClosed", "OrderClosedUnreached", "OrderCancelled"),
    *("OrderInformed", "OrderHurried", "CancellingAgreed"),
    *("VerificationAttempted", "SupervisorAsked"),
)
"""The steps that a customer's timeline shows; not what is settled between the house and others."""

TOLD = frozenset({"OrderInformed", "OrderHurried"})
"""What is said to whoever has the order, without changing anything of it."""


_TELLING: Mapping[MessageKind, str] = MappingProxyType(
    {
        MessageKind.INFORMATION: "OrderInformed",
        MessageKind.REMINDER: "OrderHurried",
        MessageKind.CONSENT: "CancellingAgreed",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryStep:
    """One step of an order or of a claim on it.

    kind: as the log calls it, such as "OrderAccepted". actor: a login; name: what people call
    them, "" while nobody has looked. state, round, department_id, reports: of the order after the
    step. reason: what was said about it, "" when nothing was. report: of a step that brings one.
    claim: of a step that a claim took.
    """

    kind: str
    at: datetime
    actor: str
    state: WorkOrderState
    name: str = ""
    round: int = 1
    department_id: DepartmentId | None = None
    reason: str = ""
    reports: int = 0
    report: WorkReport | None = None
    claim: OrderClaim | None = None

    @property
    def who(self) -> str:
        """The name, or the login of somebody whose name is not known."""
        return self.name or self.actor


def story_of(events: Iterable[LoggedEvent]) -> Sequence[StoryStep]:
    """Return the steps of one order's ``events``, oldest first as they are."""
    return [_step(event) for event in events if "state" in event.payload]


def named(steps: Iterable[StoryStep], names: Mapping[str, str]) -> Sequence[StoryStep]:
    """Return ``steps`` with the names of those who took them, as far as they are known."""
    return [dataclasses.replace(step, name=names.get(step.actor, "")) for step in steps]


def with_messages(
    steps: Sequence[StoryStep], messages: Iterable[OrderMessage]
) -> Sequence[StoryStep]:
    """Return ``steps`` with those ``messages`` that none of them tells, by their time.

    What was said while somebody else had the order is for whoever has it now; the step that told
    it shows how the order stood with the other.
    """
    known = {(step.at, step.reason) for step in steps}
    missing = [_said(message) for message in messages if (message.at, message.text) not in known]
    return sorted((*steps, *missing), key=lambda step: step.at) if missing else steps


def former_reports(steps: Iterable[StoryStep]) -> Sequence[StoryStep]:
    """Return the steps that brought a report, but for the newest one: what came before."""
    return [step for step in steps if step.report is not None][:-1]


def news_of(steps: Sequence[StoryStep]) -> Sequence[StoryStep]:
    """Return what the customer had us say since the last step of the order itself, oldest first.

    Whoever has the order has not reacted yet: their next step takes it off.
    """
    news: list[StoryStep] = []
    for step in reversed(steps):
        if step.kind in TOLD:
            news.insert(0, step)
        elif step.claim is None:
            break
    return news


def _said(message: OrderMessage) -> StoryStep:
    return StoryStep(
        kind=_TELLING[message.kind],
        at=message.at,
        actor=message.actor,
        state=WorkOrderState.PENDING_DISPATCH,
        reason=message.text,
    )


def _step(event: LoggedEvent) -> StoryStep:
    payload = event.payload
    claim = from_payload(OrderClaim, payload["claim"]) if "claim" in payload else None
    department = payload.get("department_id")
    return StoryStep(
        kind=event.kind,
        at=event.at,
        actor=event.actor,
        state=WorkOrderState(payload["state"]),
        round=int(payload.get("round", 1)),
        department_id=DepartmentId(department) if department else None,
        reason=_reason(payload, claim),
        reports=int(payload.get("reports", 0)),
        report=_report(event),
        claim=claim,
    )


def _reason(payload: Mapping[str, Any], claim: OrderClaim | None) -> str:
    if claim is not None:
        return claim.reason
    attempt = payload.get("attempt") or {}
    return str(payload.get("reason") or attempt.get("note") or "")


def _report(event: LoggedEvent) -> WorkReport | None:
    report = event.payload.get("report")
    if event.kind != REPORTED or report is None:
        return None
    return from_payload(WorkReport, report)
