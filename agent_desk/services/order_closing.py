"""The end of the loop: the verification call, attempts in vain, the override, or another round.

Runs on the thread of the unit of work.
"""

from __future__ import annotations

from dataclasses import replace

from agent_desk.domain.command import VerifyOrder
from agent_desk.domain.errors import InputError
from agent_desk.domain.event_log import to_payload
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.loop_command import AskSupervisor, LogAttempt, OverrideClosing
from agent_desk.domain.order_message import MessageKind
from agent_desk.domain.ticket import TicketState
from agent_desk.domain.verification import (
    VerificationAttempt,
    days_of,
    require_attempt_day,
    require_override,
)
from agent_desk.domain.work_order import (
    WORK_ORDER_TABLE,
    WorkOrder,
    WorkOrderState,
    raised_priority,
    require_closing_proof,
)
from agent_desk.services.case_log import CaseLog
from agent_desk.services.claims import await_dispatch
from agent_desk.services.order_messages import keep_message, require_recorded
from agent_desk.services.verification_calls import drop_verification, postpone_verification

_S = WorkOrderState


def verify(log: CaseLog, order: WorkOrder, command: VerifyOrder) -> WorkOrder:
    """Close the order on the customer's word, or send it round again."""
    call = command.call
    if call is not None and _is_about(call, order):
        require_recorded(log.uow, call)
    moved = _close(log, order, command) if command.satisfied else _reopen(log, order, command)
    # After the move: the database asks who was handed the call.
    drop_verification(log, order)
    return moved


def log_attempt(log: CaseLog, order: WorkOrder, command: LogAttempt) -> WorkOrder:
    """Count a call that did not reach the customer; the order waits on."""
    WORK_ORDER_TABLE.require(order.title, order.state, _S.CLOSED)
    call = command.call
    if not _is_about(call, order):
        accepted = "a call with this customer since the order came back"
        raise InputError(field="call", value=call.number, accepted=accepted)
    require_attempt_day(command.day, call.began_at)
    attempt = VerificationAttempt(
        order_id=order.id,
        round=order.round,
        call=call.id,
        day=command.day,
        at=log.now,
        actor=log.actor,
        note=command.note,
    )
    require_recorded(log.uow, call)
    log.uow.orders.add_attempt(attempt)
    postpone_verification(log, order)
    return log.save_order("VerificationAttempted", order, attempt=to_payload(attempt))


def override_closing(log: CaseLog, order: WorkOrder, command: OverrideClosing) -> WorkOrder:
    """Close an order whose customer could not be reached; raises ClosingGateError too early."""
    WORK_ORDER_TABLE.require(order.title, order.state, _S.CLOSED)
    attempts = log.uow.orders.attempts(order.id)
    require_override(order.title, days_of(attempts, round=order.round))
    closed = replace(order, overridden_by=log.actor, override_reason=command.reason)
    log.move_ticket_of(order, "TicketClosed", TicketState.CLOSED, reason=command.reason)
    moved = log.move_order("OrderClosedUnreached", closed, _S.CLOSED, reason=command.reason)
    drop_verification(log, order)
    return moved


def ask_supervisor(log: CaseLog, order: WorkOrder, command: AskSupervisor) -> WorkOrder:
    """Tell supervisors that nobody reaches the customer; the order waits on."""
    WORK_ORDER_TABLE.require(order.title, order.state, _S.CLOSED)
    require_override(order.title, days_of(log.uow.orders.attempts(order.id), round=order.round))
    return log.tell_order("SupervisorAsked", order, reason=command.text)


def _close(log: CaseLog, order: WorkOrder, command: VerifyOrder) -> WorkOrder:
    WORK_ORDER_TABLE.require(order.title, order.state, _S.CLOSED)
    proof = command.call if command.call and _is_about(command.call, order) else None
    linked = replace(
        order,
        verified_in=proof.id if proof else None,
        confirmed_at=log.now,
        satisfaction=command.satisfaction,
    )
    answered = proof is not None and proof.answered_at is not None
    require_closing_proof(linked, call_answered=answered, confirmed=True)
    log.move_ticket_of(order, "TicketClosed", TicketState.CLOSED)
    return log.move_order("OrderClosed", linked, _S.CLOSED, reason=command.remark)


def _reopen(log: CaseLog, order: WorkOrder, command: VerifyOrder) -> WorkOrder:
    again = replace(
        order,
        priority=raised_priority(order.priority),
        round=order.round + 1,
        satisfaction=command.satisfaction,
        technician="",
        technician_phone="",
        arrived_at=None,
    )
    reason = command.reason
    # Whoever does it next is told what the customer said, also where the order's steps are not
    # theirs to read.
    call = command.call if command.call and _is_about(command.call, order) else None
    message = to_payload(keep_message(log, order, MessageKind.INFORMATION, reason, call))
    more = {"reason": reason, "message": message}
    waiting = log.move_order("OrderReopened", again, _S.PENDING_DISPATCH, **more)
    log.move_ticket_of(order, "TicketReopened", TicketState.REOPENED, reason=reason)
    log.move_ticket_of(order, "TicketPending", TicketState.PENDING)
    if order.department_id is None:
        await_dispatch(log, waiting)
        return waiting
    return log.move_order("OrderAssigned", waiting, _S.ASSIGNED)


def _is_about(call: Interaction, order: WorkOrder) -> bool:
    """Return whether the call can be a verification: that customer's, not from before it."""
    if call.customer_id != order.customer_id:
        return False
    return call.ended_at is None or call.ended_at >= order.changed_at
