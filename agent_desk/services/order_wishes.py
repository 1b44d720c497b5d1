"""What a customer has us say about an order that others work on: additions, reminders, consent.

Runs on the thread of the unit of work.
"""

from __future__ import annotations

from agent_desk.domain.command import CancelOrder
from agent_desk.domain.errors import InputError
from agent_desk.domain.event_log import to_payload
from agent_desk.domain.identifiers import MessageId
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.loop_command import HurryOrder, InformOrder
from agent_desk.domain.order_message import (
    MessageKind,
    OrderMessage,
    require_reminder,
    require_worked_on,
)
from agent_desk.domain.work_order import WorkOrder
from agent_desk.services.case_log import CaseLog
from agent_desk.services.order_closing import require_recorded


def inform(log: CaseLog, order: WorkOrder, command: InformOrder) -> WorkOrder:
    """Tell whoever works on the order something more; the order stays as it is."""
    require_worked_on(order)
    message = _said(log, order, MessageKind.INFORMATION, command.text, command.call)
    return log.tell_order("OrderInformed", order, message=to_payload(message), reason=command.text)


def hurry(log: CaseLog, order: WorkOrder, command: HurryOrder) -> WorkOrder:
    """Remind whoever works on the order; raises TooSoonError, TooOftenError."""
    former = log.uow.order_messages.of_order(order.id)
    require_reminder(order, former, log.now, log.rules.reminders)
    message = _said(log, order, MessageKind.REMINDER, command.text, command.call)
    return log.tell_order("OrderHurried", order, message=to_payload(message), reason=command.text)


def keep_consent(log: CaseLog, order: WorkOrder, command: CancelOrder) -> None:
    """Keep who agreed to the cancelling, where somebody did."""
    call = command.consent_call
    if call is not None and call.customer_id != order.customer_id:
        accepted = "a call with this customer"
        raise InputError(field="consent", value=command.consent, accepted=accepted)
    if command.consent:
        message = _said(log, order, MessageKind.CONSENT, command.consent, call)
        log.tell_order("CancellingAgreed", order, message=to_payload(message), reason=message.text)


def _said(
    log: CaseLog, order: WorkOrder, kind: MessageKind, text: str, call: Interaction | None
) -> OrderMessage:
    """Store a message of ``kind`` and return it."""
    former = log.uow.order_messages.of_order(order.id)
    if call is not None:
        require_recorded(log.uow, call)
    message = OrderMessage(
        id=MessageId(log.new_id("message")),
        order_id=order.id,
        kind=kind,
        text=text,
        at=log.now,
        actor=log.actor,
        call=call.id if call is not None else None,
        ordinal=1 + sum(message.kind is kind for message in former),
    )
    log.uow.order_messages.add(message)
    return message
