"""What a customer has us say about an order that others work on: additions, reminders, consent.

Runs on the thread of the unit of work.
"""

from __future__ import annotations

from agent_desk.domain.command import CancelOrder
from agent_desk.domain.errors import InputError
from agent_desk.domain.event_log import to_payload
from agent_desk.domain.loop_command import HurryOrder, InformOrder
from agent_desk.domain.order_message import (
    MessageKind,
    require_reminder,
    require_worked_on,
)
from agent_desk.domain.work_order import WorkOrder
from agent_desk.services.case_log import CaseLog
from agent_desk.services.order_messages import keep_message


def inform(log: CaseLog, order: WorkOrder, command: InformOrder) -> WorkOrder:
    """Tell whoever works on the order something more; the order stays as it is."""
    require_worked_on(order)
    message = keep_message(log, order, MessageKind.INFORMATION, command.text, command.call)
    return log.tell_order("OrderInformed", order, message=to_payload(message), reason=command.text)


def hurry(log: CaseLog, order: WorkOrder, command: HurryOrder) -> WorkOrder:
    """Remind whoever works on the order; raises TooSoonError, TooOftenError."""
    former = log.uow.order_messages.of_order(order.id)
    require_reminder(order, former, log.now, log.rules.reminders)
    message = keep_message(log, order, MessageKind.REMINDER, command.text, command.call)
    return log.tell_order("OrderHurried", order, message=to_payload(message), reason=command.text)


def keep_consent(log: CaseLog, order: WorkOrder, command: CancelOrder) -> None:
    """Keep who agreed to the cancelling, where somebody did."""
    call = command.consent_call
    if call is not None and call.customer_id != order.customer_id:
        accepted = "a call with this customer"
        raise InputError(field="consent", value=command.consent, accepted=accepted)
    if command.consent:
        message = keep_message(log, order, MessageKind.CONSENT, command.consent, call)
        log.tell_order("CancellingAgreed", order, message=to_payload(message), reason=message.text)
