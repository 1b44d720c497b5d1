"""Calls and what comes of them, with their log: tickets, work orders; any thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from types import MappingProxyType

from agent_desk.domain.call import CallDirection
from agent_desk.domain.coverage import coverage_of
from agent_desk.domain.event_log import LoggedEvent, Stream, to_payload
from agent_desk.domain.identifiers import (
    AgentId,
    CallId,
    CategoryId,
    CustomerId,
    DepartmentId,
    EventId,
    InteractionId,
    QueueId,
    TicketId,
    WorkOrderId,
)
from agent_desk.domain.interaction import Disposition, Interaction, InteractionOutcome
from agent_desk.domain.product import OwnedProduct
from agent_desk.domain.routing import RoutingDecision, RoutingReason, RoutingReasonCode
from agent_desk.domain.service_history import acknowledgement_record
from agent_desk.domain.settlement import ClaimState, OrderClaim
from agent_desk.domain.ticket import REPEAT_WINDOW, Priority, Ticket, TicketState
from agent_desk.domain.work_order import ReportOutcome, WorkOrder, WorkOrderState, WorkReport
from db.demo_data.field_work import claims_of, on_site, with_lines
from db.demo_data.files import files_of
from db.demo_data.lateness import notes_taken
from db.demo_data.remarks import Topic
from db.demo_data.rows import IdSource, RowBatch

_W = WorkOrderState
_T = TicketState

ORDER_STEPS: tuple[tuple[WorkOrderState, str], ...] = (
    (_W.PENDING_DISPATCH, "OrderRaised"),
    (_W.ASSIGNED, "OrderAssigned"),
    (_W.ACCEPTED, "OrderAccepted"),
    (_W.IN_PROGRESS, "OrderStarted"),
    (_W.REPORTED, "OrderReported"),
    (_W.VERIFYING, "OrderReturned"),
    (_W.CLOSED, "OrderClosed"),
)
"""The way of an order without detours, and what the log calls each step."""

CLAIM_KINDS: Mapping[ClaimState, str] = MappingProxyType(
    {
        ClaimState.SUBMITTED: "ClaimSubmitted",
        ClaimState.OFFICE_APPROVED: "ClaimApprovedAtOffice",
        ClaimState.HQ_APPROVED: "ClaimApprovedAtHq",
        ClaimState.SETTLED: "ClaimSettled",
        ClaimState.SENT_BACK: "ClaimSentBack",
    }
)
"""What the log calls the step into each state of a claim."""

_PRIORITIES = (Priority.P1, Priority.P2, Priority.P3, Priority.P4)
_CONFIRMED_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class CategoryPlace:
    """A leaf of the category tree and the department that its orders go to."""

    id: CategoryId
    department_id: DepartmentId | None


_UNROUTED = RoutingDecision(assignee=None, reasons=(RoutingReason(code=RoutingReasonCode.NO_RULE),))
"""Why an order of the demo waits for the dispatcher."""


def _by_category(place: CategoryPlace) -> RoutingDecision | None:
    """Return why an order went to its category's department, before there were rules."""
    if place.department_id is None:
        return None
    reason = RoutingReason(code=RoutingReasonCode.CATEGORY, value=place.id)
    return RoutingDecision(assignee=place.department_id, reasons=(reason,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call that a story begins with.

    at: when it began. subject, description: of its ticket; drawn from the topic when ``""``.
    product: that a work order is about; somebody goes there and it costs something. priority: of
    its ticket, drawn when None. held: why the order waits, "" while it does not. has_files:
    something is attached to the order.
    """

    customer: CustomerId
    number: str
    at: datetime
    agent: AgentId
    topic: Topic
    direction: CallDirection = CallDirection.INBOUND
    subject: str = ""
    description: str = ""
    product: OwnedProduct | None = None
    priority: Priority | None = None
    held: str = ""
    has_files: bool = False


class CaseWriter:
    """Turns calls into rows; numbers of tickets and orders count up."""

    def __init__(
        self,
        *,
        rows: RowBatch,
        random: Random,
        ids: IdSource,
        categories: Mapping[str, CategoryPlace],
        now: datetime,
    ) -> None:
        """Add to ``rows``; ``categories`` by their English names; nothing is after ``now``."""
        self._rows = rows
        self._random = random
        self._ids = ids
        self._categories = categories
        self._now = now
        self._calls = 0
        self.last_ticket_number = 1000
        self.last_order_number = 1000
        self.open_tickets = 0

    def add_answered(self, call: Call, disposition: Disposition) -> None:
        """Add an answered call without a ticket."""
        self._rows.add_interaction(self._answered(call, disposition))

    def add_abandoned(self, call: Call) -> None:
        """Add a call that the caller gave up, or that rang at a desk without an answer."""
        abandoned = self._random.random() < 0.7
        rang = round(self._random.uniform(3, 30), 3)
        self._rows.add_interaction(
            replace(
                self._record(call),
                outcome=InteractionOutcome.ABANDONED if abandoned else InteractionOutcome.MISSED,
                queue_wait_seconds=round(self._random.uniform(5, 180), 3),
                ended_at=self._not_after_now(call.at + timedelta(seconds=rang)),
            )
        )

    def add_not_reached(self, call: Call) -> None:
        """Add a call of ours that nobody answered."""
        self._rows.add_interaction(
            replace(
                self._record(replace(call, direction=CallDirection.OUTBOUND)),
                outcome=InteractionOutcome.FAILED,
                ended_at=self._not_after_now(call.at + timedelta(seconds=25)),
                disposition=Disposition.NOT_REACHED,
            )
        )

    def resolved_ticket(self, call: Call) -> Ticket:
        """Add a call with a ticket settled in it; return the ticket for ``settle``."""
        opened, record = self._opened(call, Disposition.RESOLVED)
        resolved_at = record.ended_at or call.at
        resolved = replace(
            opened, state=_T.RESOLVED, resolved_at=resolved_at, fcr_claimed=True, version=2
        )
        self._log_ticket("TicketResolved", resolved, resolved_at)
        return resolved

    def withdraw_fcr(self, ticket: Ticket, at: datetime) -> Ticket:
        """Return ``ticket`` after a repeat call ``at``: withdrawn, unless it came too late."""
        if not ticket.fcr_no_repeat or ticket.resolved_at is None:
            return ticket
        if not ticket.resolved_at < at <= ticket.resolved_at + REPEAT_WINDOW:
            return ticket
        withdrawn = replace(ticket, fcr_withdrawn_at=at, version=ticket.version + 1)
        self._log_ticket("FcrWithdrawn", withdrawn, at)
        return withdrawn

    def settle(self, ticket: Ticket) -> None:
        """Add a resolved ticket's row; closed when the customer has confirmed since."""
        if ticket.resolved_at is not None and self._random.random() < _CONFIRMED_SHARE:
            at = ticket.resolved_at + REPEAT_WINDOW + timedelta(hours=self._random.randint(1, 90))
            if at < self._now:
                ticket = replace(
                    ticket,
                    state=_T.CLOSED,
                    closed_at=at,
                    fcr_confirmed=None if ticket.fcr_withdrawn_at else True,
                    version=ticket.version + 1,
                )
                self._log_ticket("TicketConfirmed", ticket, at)
        self._rows.add_ticket(ticket)

    def add_open_ticket(self, call: Call) -> None:
        """Add a call with a ticket that is still open, with a promise to come back."""
        opened, record = self._opened(call, Disposition.FOLLOW_UP)
        promised_at = self._now + timedelta(hours=self._random.randint(-20, 70))
        promised = replace(opened, follow_up_at=promised_at, version=2)
        self._rows.add_ticket(promised)
        self._log_ticket("FollowUpPromised", promised, record.ended_at or call.at)
        self.open_tickets += 1

    def add_order_story(self, call: Call, stage: WorkOrderState) -> None:
        """Add a call whose ticket needs a work order, which has come as far as ``stage``."""
        opened, record = self._opened(call, Disposition.WORK_ORDER)
        raised_at = record.ended_at or call.at
        ticket = replace(opened, state=_T.PENDING, version=2)
        self._log_ticket("TicketPending", ticket, raised_at)
        order = self._raised_order(ticket, call, raised_at)
        self._log_order("OrderRaised", order)
        past = [order]
        for target, kind in ORDER_STEPS[1:]:
            if order.state is stage:
                break
            order, ticket = self._step(order, ticket, call, target)
            self._log_order(kind, order)
            past.append(order)
        if call.held:
            order = self._hold(order, call.held)
        self._rows.add_ticket(ticket)
        self._rows.add_order(order)
        self._claim(past)
        for noted in notes_taken(past, now=self._now):
            event = acknowledgement_record(noted, id=EventId(self._ids.next()))
            self._rows.add_event(event)
        if call.has_files:
            self._attach(order)
        self.open_tickets += ticket.state is not _T.CLOSED

    def _step(
        self, order: WorkOrder, ticket: Ticket, call: Call, target: WorkOrderState
    ) -> tuple[WorkOrder, Ticket]:
        """Return order and ticket after the step to ``target``."""
        pace = min((self._now - order.raised_at) * 0.9 / 7, timedelta(hours=20))
        at = order.changed_at + pace
        order = replace(order, state=target, changed_at=at, version=order.version + 1)
        if target is _W.ASSIGNED:
            place = self._categories[call.topic.category]
            order = replace(order, department_id=place.department_id, routing=_by_category(place))
        elif target is _W.IN_PROGRESS and call.product is not None:
            order = on_site(order, at)
        elif target is _W.REPORTED:
            report = _report(call.topic, at, pace)
            if call.product is not None:
                report = with_lines(report, call.product, order.number)
            order = replace(order, report=report, reports=1)
        elif target is _W.VERIFYING:
            ticket = replace(ticket, state=_T.VERIFYING, version=ticket.version + 1)
            self._log_ticket("TicketToVerify", ticket, at)
        elif target is _W.CLOSED:
            return self._verified(order, ticket, call)
        return order, ticket

    def _hold(self, order: WorkOrder, reason: str) -> WorkOrder:
        """Return the order, which is under way, on hold."""
        at = order.changed_at + (self._now - order.changed_at) / 3
        version = order.version + 1
        held = replace(order, state=_W.ON_HOLD, hold_reason=reason, changed_at=at, version=version)
        payload = {**_snapshot(held), "reason": reason}
        self._log_payload(Stream.WORK_ORDER, "OrderHeld", at, held, payload)
        return held

    def _attach(self, order: WorkOrder) -> None:
        for made, content in files_of(order, self._ids):
            self._rows.add_attachment(made, content)
            about = {"reason": made.name, "attachment": to_payload(made)}
            payload = {**_snapshot(order), **about}
            self._log_payload(Stream.WORK_ORDER, "AttachmentAdded", made.added_at, order, payload)

    def _claim(self, past: Sequence[WorkOrder]) -> None:
        """Add the claims that an approved report gave rise to; past: the order's states so far."""
        returned = next((order for order in past if order.state is _W.VERIFYING), None)
        if returned is None:
            return
        newest: dict[str, OrderClaim] = {}
        for claim in claims_of(returned, self._ids, now=self._now):
            kind = CLAIM_KINDS[claim.state]
            # With the order as it stood then: each event is complete in itself.
            order = max((o for o in past if o.changed_at <= claim.changed_at), key=_changed_at)
            payload = {**_snapshot(order), "claim": to_payload(claim)}
            self._log_payload(Stream.WORK_ORDER, kind, claim.changed_at, order, payload)
            newest[claim.id] = claim
        for claim in newest.values():
            self._rows.add_claim(claim)

    def _verified(self, order: WorkOrder, ticket: Ticket, call: Call) -> tuple[WorkOrder, Ticket]:
        """Add the call in which the customer confirmed; return order and ticket closed."""
        verification = replace(
            call, at=order.changed_at, direction=CallDirection.OUTBOUND, subject=order.subject
        )
        record = self._answered(verification, Disposition.VERIFIED, ticket)
        self._rows.add_interaction(record)
        at = record.ended_at or verification.at
        closed = replace(ticket, state=_T.CLOSED, closed_at=at, version=ticket.version + 1)
        self._log_ticket("TicketClosed", closed, at)
        return replace(order, changed_at=at, verified_in=record.id, confirmed_at=at), closed

    def _opened(self, call: Call, disposition: Disposition) -> tuple[Ticket, Interaction]:
        """Add a call and return the ticket opened in it, whose row is not added yet."""
        ticket = self._new_ticket(call)
        record = self._answered(replace(call, subject=ticket.subject), disposition, ticket)
        opened_at = min(call.at + timedelta(seconds=20), record.ended_at or self._now)
        ticket = replace(ticket, opened_in=record.id, opened_at=opened_at)
        self._rows.add_interaction(record)
        self._log_ticket("TicketOpened", ticket, opened_at)
        return ticket, record

    def _new_ticket(self, call: Call) -> Ticket:
        self.last_ticket_number += 1
        subject = call.subject or self._random.choice(call.topic.subjects)
        drawn = self._random.choices(_PRIORITIES, (3, 17, 60, 20))[0]
        return Ticket(
            id=TicketId(self._ids.next()),
            number=self.last_ticket_number,
            customer_id=call.customer,
            category_id=self._categories[call.topic.category].id,
            subject=subject,
            description=call.description,
            priority=call.priority or drawn,
            state=_T.OPEN,
            owner=call.agent,
            opened_at=call.at,
            product_id=call.product.id if call.product is not None else None,
        )

    def _raised_order(self, ticket: Ticket, call: Call, raised_at: datetime) -> WorkOrder:
        topic, product = call.topic, call.product
        covered = coverage_of(product, raised_at.date()) if product is not None else None
        self.last_order_number += 1
        return WorkOrder(
            id=WorkOrderId(self._ids.next()),
            number=self.last_order_number,
            ticket_id=ticket.id,
            customer_id=ticket.customer_id,
            subject=ticket.subject,
            instructions=ticket.description or f"{topic.category}: {ticket.subject}",
            priority=ticket.priority,
            state=_W.PENDING_DISPATCH,
            routing=_UNROUTED,
            owner=ticket.owner,
            raised_at=raised_at,
            changed_at=raised_at,
            product_id=ticket.product_id,
            service_level=covered.service_level if covered is not None else "",
        )

    def _record(self, call: Call) -> Interaction:
        self._calls += 1
        inbound = call.direction is CallDirection.INBOUND
        return Interaction(
            id=InteractionId(self._ids.next()),
            call_id=CallId(f"demo-{self._calls}"),
            agent_id=call.agent,
            direction=call.direction,
            number=call.number,
            began_at=call.at,
            customer_id=call.customer,
            queue_id=QueueId(call.topic.queue) if inbound else None,
            reason=call.topic.category if inbound else "",
        )

    def _answered(
        self, call: Call, disposition: Disposition, ticket: Ticket | None = None
    ) -> Interaction:
        random = self._random
        inbound = call.direction is CallDirection.INBOUND
        transferred = disposition is Disposition.TRANSFERRED
        answered_at = call.at + timedelta(seconds=round(random.uniform(2, 9), 3))
        talk = timedelta(seconds=round(min(random.lognormvariate(5.2, 0.7), 3600.0), 3))
        ended_at = self._not_after_now(answered_at + talk)
        wrap_up = timedelta(seconds=round(random.uniform(5, 60), 3))
        drawn = random.choice(call.topic.subjects) if random.random() < 0.5 else ""
        outcome = InteractionOutcome.TRANSFERRED if transferred else InteractionOutcome.ANSWERED
        return replace(
            self._record(call),
            outcome=outcome,
            queue_wait_seconds=round(min(random.expovariate(1 / 18), 400.0), 3) if inbound else 0.0,
            answered_at=answered_at,
            ended_at=ended_at,
            wrap_up_ended_at=self._not_after_now(ended_at + wrap_up),
            held_seconds=round(talk.total_seconds() * 0.2, 3) if random.random() < 0.15 else 0.0,
            transferred=transferred,
            disposition=disposition,
            ticket_id=ticket.id if ticket else None,
            note=call.subject or drawn,
        )

    def _not_after_now(self, at: datetime) -> datetime:
        return min(at, self._now)

    def _log_ticket(self, kind: str, ticket: Ticket, at: datetime) -> None:
        self._log(Stream.TICKET, kind, at, ticket)

    def _log_order(self, kind: str, order: WorkOrder) -> None:
        self._log(Stream.WORK_ORDER, kind, order.changed_at, order)

    def _log(self, stream: Stream, kind: str, at: datetime, value: Ticket | WorkOrder) -> None:
        self._log_payload(stream, kind, at, value, _snapshot(value))

    def _log_payload(
        self,
        stream: Stream,
        kind: str,
        at: datetime,
        value: Ticket | WorkOrder,
        payload: dict[str, object],
    ) -> None:
        self._rows.add_event(
            LoggedEvent(
                id=EventId(self._ids.next()),
                stream=stream,
                stream_id=value.id,
                kind=kind,
                at=at,
                actor=value.owner,
                payload=payload,
            )
        )


def _changed_at(order: WorkOrder) -> datetime:
    return order.changed_at


def _snapshot(value: Ticket | WorkOrder) -> dict[str, object]:
    """Return what ``to_payload`` returns; ten times as fast, which is half of the generation."""
    return {name: _plain(getattr(value, name)) for name in value.__slots__}


def _plain(value: object) -> object:
    if value is None or isinstance(value, StrEnum):
        return value and value.value
    if isinstance(value, datetime):
        return value.isoformat()
    return to_payload(value) if isinstance(value, WorkReport | RoutingDecision) else value


def _report(topic: Topic, ended_at: datetime, pace: timedelta) -> WorkReport:
    return WorkReport(
        started_at=ended_at - min(pace, timedelta(minutes=75)),
        ended_at=ended_at,
        done=topic.done,
        outcome=ReportOutcome.SOLVED,
    )
