"""Keeps what is said about an order, with the call in which it was said.

Runs on the thread of the unit of work.
"""

from __future__ import annotations

from dataclasses import replace

from agent_desk.domain.errors import NotFoundError
from agent_desk.domain.identifiers import MessageId
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.order_message import MessageKind, OrderMessage
from agent_desk.domain.work_order import WorkOrder
from agent_desk.ports.storage import UnitOfWork
from agent_desk.services.case_log import CaseLog


def keep_message(
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


def require_recorded(uow: UnitOfWork, call: Interaction) -> None:
    """Store the call's record if its events have not reached the database yet.

    The database's own gate asks it whether the call was answered.
    """
    try:
        stored = uow.interactions.get(call.id)
    except NotFoundError:
        uow.interactions.save(call)
        return
    if stored.answered_at is None and call.answered_at is not None:
        uow.interactions.save(call)
    elif stored.customer_id is None:
        uow.interactions.save(replace(stored, customer_id=call.customer_id))
